/**
 * Capture: before a pipeline runs, it is written to a file with all that it needs to run alone (capture-format.ts). What it comes
 * to is found by running it there and then, from that file's content. The stage as a whole is written as well: its inputs, or
 * where they are large the first rows of them, and what the interpreter makes of the same rows.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PageOwners } from '../bridge/page-owners.ts'
import type { Lease } from '../bridge/memory.ts'
import { outputOffset } from '../codegen/sinks.ts'
import type { LoweredStage } from '../compile.ts'
import { ArcweldError } from '../errors.ts'
import { CTX } from '../ir/context.ts'
import type { Relation } from '../layout/relation.ts'
import { bundleOf, firstRows, type Place, stageBundle, wholeRelation } from './capture-bundle.ts'
import { type Bundle, encodeBundle, type Morsel, type Outcome } from './capture-format.ts'
import { Reach } from './capture-memory.ts'
import { isOrdered, outcomeDifference, outcomeOf, relationLines, stateLayout } from './capture-outcome.ts'
import { cut, type Replayed, replay, wholeSource } from './capture-replay.ts'

/** Most rows of a captured morsel. */
const MORSEL_ROWS = 16_384
/** Inputs of no more rows than this, all together, are captured whole. */
const WHOLE_ROWS = 131_072
/** A failing pipeline is searched for the rows that fail in pieces of this many. */
const PIECE_ROWS = 1024

export interface CaptureTarget {
  readonly directory: string
  /** Begins the names of the files. */
  readonly name: string
  readonly runtime: WebAssembly.Module
}

export interface CapturedStage {
  readonly lowered: LoweredStage
  readonly inputs: readonly Relation[]
  readonly module: WebAssembly.Module
  /** Everything that the stage's kernels make, and nothing else, is had from it. */
  readonly lease: Lease
  readonly shared: number
  readonly context: number
}

/** What the interpreter makes of relations in place of the stage's inputs. */
export type Witness = <T>(inputs: readonly Relation[], use: (result: Relation) => T) => Promise<T>

export class StageCapture {
  readonly #target: CaptureTarget
  readonly #stage: CapturedStage
  readonly #witness: Witness | undefined
  /** The pipeline that runs, as it was before. */
  #current: Bundle | undefined

  /** `witness`: absent where the order of the stage's rows is open, and what it makes hangs on it. */
  constructor(target: CaptureTarget, stage: CapturedStage, witness: Witness | undefined) {
    this.#target = target
    this.#stage = stage
    this.#witness = witness
  }

  /** Writes the whole stage. */
  async whole(): Promise<void> {
    const { lowered, inputs, lease } = this.#stage
    const most = inputs.reduce((n, r) => n + r.rows, 0) <= WHOLE_ROWS ? Number.POSITIVE_INFINITY : MORSEL_ROWS
    const cut = inputs.map((relation) => firstRows(relation, most))
    const bundle = stageBundle(lowered, cut, this.#place(), lease.buffer)
    const observed = this.#replay(bundle).outcome
    const expected = await this.#expected(cut, observed)
    this.#write(this.#target.name, { ...bundle, observed, expected })
  }

  /** Writes a pipeline that is about to run. */
  before(index: number): void {
    const { lowered, inputs, lease, shared, context } = this.#stage
    const reach = new Reach(lease.buffer)
    for (const relation of inputs) reach.dictionaries(relation)
    const place = this.#place()
    if (index === 0) reach.params(lowered.params, place.params)
    else reach.lease(lease.id)
    const state = index === 0 ? undefined : { context, shared, layout: stateLayout(lowered.program, lowered.layout) }
    const bundle = { ...bundleOf(lowered, inputs, [index], place, reach.copy()), state }
    this.#current = bundle
    this.#save(this.#withRows(bundle, this.#source(index).slice(0, 1).map((m) => ({ ...m, to: Math.min(m.to, MORSEL_ROWS) }))))
  }

  /** Writes a pipeline that failed anew, with the rows that make it fail. */
  failed(index: number, error: unknown): void {
    const bundle = this.#current
    if (!bundle || !(error instanceof ArcweldError) || !LASTING.has(error.code)) return
    const pieces = this.#source(index).flatMap((range) => cut(range, PIECE_ROWS))
    const fails = (morsels: readonly Morsel[]) => this.#replay(this.#withRows(bundle, morsels)).outcome.raises !== undefined
    if (!fails(pieces)) return
    // The first piece that fails behind those before it; most often it does so by itself.
    let passing = 0
    let failing = pieces.length
    while (failing - passing > 1) {
      const middle = (passing + failing) >> 1
      if (fails(pieces.slice(0, middle))) failing = middle
      else passing = middle
    }
    const last = pieces.slice(failing - 1, failing)
    this.#save(this.#withRows(bundle, fails(last) ? last : pieces.slice(0, failing)))
  }

  #source(index: number): Morsel[] {
    const { lowered, inputs, shared, lease } = this.#stage
    const source = lowered.program.pipelines[index]?.source
    if (source?.source === 'columns') return wholeRelation(inputs[source.relation] as Relation)
    return source?.source === 'tuples' ? wholeSource(new Uint32Array(lease.buffer), shared + outputOffset(source.sink)) : []
  }

  #place(): Place {
    const { lease, context } = this.#stage
    const params = new Uint32Array(lease.buffer)[(context + CTX.params) / 4] as number
    return { name: this.#target.name, params, free: new PageOwners(lease.buffer).free() }
  }

  /** The bundle with the rows of the source that the first pipeline is to have. */
  #withRows(bundle: Bundle, morsels: readonly Morsel[]): Bundle {
    const { lowered, inputs, lease } = this.#stage
    const source = lowered.program.pipelines[bundle.pipelines[0] as number]?.source
    if (source?.source !== 'columns') return { ...bundle, morsels }
    const reach = new Reach(lease.buffer)
    for (const morsel of morsels) reach.rows(inputs[source.relation] as Relation, morsel)
    return { ...bundle, morsels, segments: [...bundle.segments, ...reach.copy()] }
  }

  #replay(bundle: Bundle): Replayed {
    return replay(bundle, this.#stage.lowered.program, { runtime: this.#target.runtime, module: this.#stage.module })
  }

  async #expected(inputs: readonly Relation[], observed: Outcome): Promise<Outcome | undefined> {
    if (!this.#witness) return undefined
    const { lowered, lease } = this.#stage
    const { program, slice } = lowered
    try {
      const lines = await this.#witness(inputs, (relation) => {
        const columns = relation.columns.map((c, i) => ({ ...c, name: lowered.columns[i]?.name ?? c.name }))
        return relationLines(lease.buffer, { ...relation, columns })
      })
      const expected = outcomeOf(lines, isOrdered(program, program.pipelines.length - 1))
      // A limit may cut through rows that tie.
      return slice && outcomeDifference(expected, observed) !== undefined ? undefined : expected
    } catch (error) {
      if (!(error instanceof ArcweldError)) throw error
      // What no later step reads native code does not compute.
      return observed.raises === undefined ? undefined : { raises: error.code, message: error.message }
    }
  }

  #save(bundle: Bundle): void {
    this.#write(`${this.#target.name}-p${bundle.pipelines[0]}`, { ...bundle, observed: this.#replay(bundle).outcome })
  }

  #write(name: string, bundle: Bundle): void {
    writeFileSync(join(this.#target.directory, `${name}.bundle`), encodeBundle(bundle))
  }
}

/** Errors that happen again. */
const LASTING = new Set(['OVERFLOW', 'DIVIDE_BY_ZERO', 'CAST_FAILED', 'RAISED', 'KERNEL_TRAP'])
