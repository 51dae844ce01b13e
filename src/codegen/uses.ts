/** What a pipeline reads: parameters, fields of rows, memo tables; so that each is loaded once at a kernel's start. */
import type { Ir, SourceColumn, VecRef } from '../ir/nodes.ts'
import { type Body, type Builder, combineOf, nextOf, type Pipeline, type Program, stateOf, stepExpressions } from '../ir/program.ts'
import { childrenOf } from '../ir/walk.ts'
import { readsOfMerge } from './parts.ts'

export interface Uses {
  readonly params: ReadonlySet<number>
  readonly memos: ReadonlySet<number>
  /** Relations read as whole vecs, and which of their columns. */
  readonly relations: ReadonlyMap<number, { readonly columns: readonly SourceColumn[]; readonly fields: ReadonlySet<number> }>
  /** Sinks whose tuples are read by position. */
  readonly tuples: ReadonlySet<number>
  /** Sinks in which keys are found. */
  readonly found: ReadonlySet<number>
  readonly names: ReadonlySet<string>
  fields(row: string): ReadonlySet<number>
}

/** What an expression reads that is a function of its own. */
export type Elsewhere = (e: Ir) => readonly Ir[] | undefined

class Found implements Uses {
  readonly params = new Set<number>()
  readonly memos = new Set<number>()
  readonly relations = new Map<number, { columns: readonly SourceColumn[]; fields: Set<number> }>()
  readonly tuples = new Set<number>()
  readonly found = new Set<number>()
  readonly names = new Set<string>()
  readonly #fields = new Map<string, Set<number>>()
  readonly #seen = new Set<Ir>()
  readonly #elsewhere: Elsewhere

  constructor(elsewhere: Elsewhere = () => undefined) {
    this.#elsewhere = elsewhere
  }

  fields(row: string): ReadonlySet<number> {
    return this.#fields.get(row) ?? new Set()
  }

  add(e: Ir): void {
    if (this.#seen.has(e)) return
    this.#seen.add(e)
    switch (e.ir) {
      case 'param':
        this.params.add(e.index)
        break
      case 'ident':
        this.names.add(e.name)
        break
      case 'memo':
        this.memos.add(e.table)
        break
      case 'field':
        this.#fields.set(e.row, (this.#fields.get(e.row) ?? new Set<number>()).add(e.index))
        break
      case 'element':
        this.#vec(e.vec, e.field)
        break
      case 'size':
        this.#vec(e.vec)
        break
      case 'find':
        this.found.add(e.sink)
        break
    }
    for (const child of childrenOf(e)) this.part(child)
  }
  /** An expression that may be a function of its own. */
  part(e: Ir): void {
    const reads = this.#elsewhere(e)
    if (reads) for (const read of reads) this.add(read)
    else this.add(e)
  }

  #vec(v: VecRef, field?: number): void {
    if (v.vec === 'tuples') this.tuples.add(v.sink)
    if (v.vec !== 'relation') return
    const known = this.relations.get(v.relation) ?? { columns: v.columns, fields: new Set<number>() }
    if (field !== undefined) known.fields.add(field)
    this.relations.set(v.relation, known)
  }

  addBuilder(b: Builder): void {
    for (const s of stateOf(b)) this.add(s.init)
    for (const e of combineOf(b)) this.add(e)
    if (b.builder === 'vecmerger') this.#vec(b.initial, 0)
  }

  /** `through`: past staging points and functions of parts, too. */
  addBody(body: Body, pipeline: Pipeline, through = false): void {
    for (const e of body.body === 'merge' && !through ? readsOfMerge(pipeline, body) : stepExpressions(body)) this.part(e)
    if (body.body === 'probe' && body.memo) this.memos.add(body.memo.table)
    if (through || body.body !== 'stage') for (const next of nextOf(body)) this.addBody(next, pipeline, through)
  }
}

/** What a builder's own code reads: at a kernel's start and in its finish function. */
export const usesOfBuilder = (builder: Builder): Uses => {
  const found = new Found()
  found.addBuilder(builder)
  return found
}

export const usesOfExpression = (e: Ir, elsewhere?: Elsewhere): Uses => {
  const found = new Found(elsewhere)
  found.add(e)
  return found
}

/** As of expressions, each of which may be a function of its own. */
export const usesOfParts = (es: readonly Ir[], elsewhere?: Elsewhere): Uses => {
  const found = new Found(elsewhere)
  for (const e of es) found.part(e)
  return found
}

/** What a function reads that runs `body` up to its staging points, and merges into the builder. */
export const usesOf = (pipeline: Pipeline, body = pipeline.body, elsewhere?: Elsewhere): Uses => {
  const found = new Found(elsewhere)
  found.addBuilder(pipeline.builder)
  found.addBody(body, pipeline)
  return found
}

/** Columns of the source that a pipeline's body reads, behind staging points, too. */
export const fieldsThrough = (pipeline: Pipeline): ReadonlySet<number> => {
  const found = new Found()
  found.addBody(pipeline.body, pipeline, true)
  return found.fields(pipeline.row)
}

/** Number of relations, from the first, that the program reads as whole vecs. */
export const relationsOf = (program: Program): number => {
  const found = new Found()
  for (const p of program.pipelines) {
    found.addBuilder(p.builder)
    if (p.source.source === 'range') found.add(p.source.count)
    found.addBody(p.body, p, true)
  }
  return Math.max(-1, ...found.relations.keys()) + 1
}
