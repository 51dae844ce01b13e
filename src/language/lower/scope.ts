/**
 * Where lowered code stands, which decides what becomes of a value that is used more than once:
 *
 *   top    between loops: a pipeline over one row computes it, later pipelines read parameters
 *   path   in a pipeline's body, once a row: a `let` of the body
 *   pure   within an expression: a `let` around what reads it
 */
import { fresh } from '../../ir/build.ts'
import type { Ir } from '../../ir/nodes.ts'
import { childrenOf } from '../../ir/walk.ts'
import type { Selectivity, Source } from '../../ir/program.ts'
import type { Position } from '../nodes.ts'
import type { Lowering } from './lowering.ts'
import { unsupported } from './unsupported.ts'

/** A way into a pipeline's body, from the inside out; two merges share what they have in common. */
export interface Path {
  readonly parent: Path | undefined
  readonly step: PathStep
}
export type PathStep =
  | { readonly step: 'let'; readonly name: string; readonly value: Ir }
  | { readonly step: 'if'; readonly cond: Ir; readonly selectivity?: Selectivity | undefined }
  | { readonly step: 'each'; readonly index: string; readonly count: Ir }
  /** A staging point, where the pipeline's merges leave room for one; what is read behind it is carried. */
  | { readonly step: 'stage' }

/** The rows a pipeline runs over. */
export interface RowsOf {
  readonly source: Source
  readonly row: string
}

interface Let {
  readonly name: string
  readonly value: Ir
}

const isTrivial = (e: Ir): boolean => e.ir === 'ident' || e.ir === 'literal' || e.ir === 'param' || e.ir === 'field'

/** Thrown where a loop's rows must have numbers: it is lowered again, with them. */
export class NeedsNumbers extends Error {}

/** Thrown where an input in row layout is read otherwise than in order: the kernel is lowered again, with that input as columns. */
export class NeedsColumns extends Error {
  readonly slot: number

  constructor(slot: number) {
    super()
    this.slot = slot
  }
}

export class Scope {
  readonly mode: 'top' | 'path' | 'pure'
  readonly lowering: Lowering
  /** The way here from the pipeline's row; names of a pure scope are on it, too. */
  path: Path | undefined
  /** What tells one visit of this place from all others: the row's number and those of the loops around. */
  readonly #ids: readonly Ir[] | undefined
  /** States of an iterate are read here, which no other pipeline knows. */
  readonly #rounds: boolean
  /** The pipeline's source. */
  readonly rows: RowsOf | undefined
  readonly #lets: Let[] = []

  constructor(mode: 'top' | 'path' | 'pure', lowering: Lowering, from: { path?: Path | undefined; ids?: readonly Ir[] | undefined; rows?: RowsOf | undefined; rounds?: boolean } = {}) {
    this.mode = mode
    this.lowering = lowering
    this.path = from.path
    this.#ids = from.ids
    this.rows = from.rows
    this.#rounds = from.rounds ?? false
  }

  /** i32 each. */
  ids(at: Position): readonly Ir[] {
    if (this.#rounds) return unsupported(at, 'a vec or dict made in rounds of an iterate within a loop')
    if (this.#ids === undefined) throw new NeedsNumbers()
    return this.#ids
  }

  /** Names the value where that is worth it. */
  bind(value: Ir): Ir {
    if (isTrivial(value)) return value
    if (this.mode === 'top') return this.lowering.scalars([value])[0] as Ir
    const name = fresh('v')
    this.path = { parent: this.path, step: { step: 'let', name, value } }
    if (this.mode === 'pure') this.#lets.push({ name, value })
    return { ir: 'ident', type: value.type, name }
  }

  /** What follows waits for other rows, where this is a pipeline's body. */
  stage(): void {
    if (this.mode === 'path') this.path = { parent: this.path, step: { step: 'stage' } }
  }

  /** A scope for an expression that is evaluated only where control reaches it. */
  pure(step?: PathStep, rounds = this.#rounds): Scope {
    return new Scope('pure', this.lowering, this.#further(step, rounds))
  }
  /** A scope further inside of the body. */
  inside(step: PathStep): Scope {
    return new Scope(this.mode === 'top' ? 'path' : this.mode, this.lowering, this.#further(step, this.#rounds))
  }
  #further(step: PathStep | undefined, rounds: boolean) {
    const ids = step?.step === 'each' && this.#ids ? [...this.#ids, { ir: 'ident', type: 'i32', name: step.index } as const] : this.#ids
    return { path: step ? { parent: this.path, step } : this.path, ids, rows: this.rows, rounds }
  }

  /** An expression that reads names of this pure scope, with them around it. */
  wrap(e: Ir): Ir {
    return wrapLets(this.#lets, e)
  }
  /** The same for names that were bound on the way from `start`. */
  wrapFrom(start: Path | undefined, e: Ir): Ir {
    const lets: Let[] = []
    for (let p = this.path; p && p !== start; p = p.parent) if (p.step.step === 'let') lets.unshift(p.step)
    return wrapLets(lets, e)
  }
}

/** The lets that `e` needs, directly or by way of others. */
const wrapLets = (lets: readonly Let[], e: Ir): Ir => {
  if (lets.length === 0) return e
  const needed = new Set(namesIn(e))
  let out = e
  for (let i = lets.length - 1; i >= 0; i--) {
    const { name, value } = lets[i] as Let
    if (!needed.has(name)) continue
    for (const other of namesIn(value)) needed.add(other)
    out = { ir: 'let', type: out.type, name, value, body: out }
  }
  return out
}

const known = new WeakMap<Ir, ReadonlySet<string>>()
/** All names that occur; a name is bound but once, so bound ones do no harm. */
export const namesIn = (e: Ir): ReadonlySet<string> => {
  const found = known.get(e)
  if (found) return found
  const names = new Set<string>()
  if (e.ir === 'ident') names.add(e.name)
  for (const child of childrenOf(e)) for (const name of namesIn(child)) names.add(name)
  known.set(e, names)
  return names
}
