/**
 * Runs a lowered kernel on the calling thread: its steps in order, one context, rows in morsels. Relations lie under the lease of
 * the run, which the caller releases once it has read the result.
 */
import { CONTEXT } from '../bridge/low-memory.ts'
import type { Lease } from '../bridge/memory.ts'
import { mergerLayout } from '../codegen/builders/merger.ts'
import type { ContextLayout } from '../codegen/module.ts'
import { outputOffset, PARTS, partNames, SHARED } from '../codegen/sinks.ts'
import { type ErrorCode, ExecutionError } from '../errors.ts'
import { writeContexts } from '../execute/contexts.ts'
import { writeParameters } from '../execute/parameters.ts'
import { collectChunks } from '../execute/result-chunks.ts'
import { writeSource } from '../execute/source-block.ts'
import { isOption, RAISES, scalarOf } from '../ir/nodes.ts'
import type { Builder, Pipeline, Program } from '../ir/program.ts'
import type { LoweredKernel, Step, Target } from '../language/lower/index.ts'
import type { ColumnInfo, Relation } from '../layout/relation.ts'
import type { RowRelation } from '../layout/row-batch.ts'
import { NULL } from '../layout/types.ts'
import { compacted, concatenated, picked, sideBySide } from './relations.ts'

/** Rows of one call: the row numbers of a morsel fit all that a kernel keeps beside it. */
const MORSEL_ROWS = 65536
const PARAM_BYTES = 16
const WIDTHS: Record<string, number> = { bool: 1, i32: 4, f32: 4, i64: 8, f64: 8, str: 8, vec: 8, i128: 16 }

export interface Runnable {
  readonly lowered: LoweredKernel
  /** The optimised program, which is what was compiled. */
  readonly program: Program
  readonly layout: ContextLayout
  readonly instance: WebAssembly.Instance
}

export class Driver {
  readonly #lowered: LoweredKernel
  readonly #program: Program
  readonly #layout: ContextLayout
  readonly #kernels: Record<string, (...args: number[]) => number>
  readonly #lease: Lease
  readonly #words: Uint32Array
  readonly #bytes: Uint8Array
  readonly #params: number
  readonly #context: number
  readonly #shared: number
  readonly #slots: (Relation | undefined)[]
  /** Inputs in row layout, by slot. */
  readonly #rowInputs = new Map<number, RowRelation>()
  /** Source blocks of slots, written when first read. */
  readonly #blocks = new Map<number, number>()
  /** Of the inputs that are relations. */
  rowsIn = 0
  /** Spent in kernels and finish functions. */
  kernelMs = 0

  constructor({ lowered, program, layout, instance }: Runnable, lease: Lease) {
    this.#lowered = lowered
    this.#program = program
    this.#layout = layout
    this.#kernels = instance.exports as Record<string, (...args: number[]) => number>
    this.#lease = lease
    this.#words = new Uint32Array(lease.buffer)
    this.#bytes = new Uint8Array(lease.buffer)
    this.#params = writeParameters(lowered.params.map(({ type, value }) => (type === 'vec' ? { type, element: 'i64', values: [] } : { type, value: value ?? emptyOf(type) })), lease)
    const { shared, contexts } = writeContexts({ program, layout, memos: [], top: undefined }, this.#params, lease.id, 1, lease)
    this.#shared = shared
    this.#context = contexts[0] as number
    this.#slots = lowered.slots.map(() => undefined)
  }

  setInput(slot: number, relation: Relation): void {
    this.rowsIn += relation.rows
    this.setSlot(slot, relation)
  }
  setSlot(slot: number, relation: Relation): void {
    this.#blocks.delete(slot)
    this.#slots[slot] = this.#lowered.slots[slot]?.single ? compacted(relation, this.#lease) : relation
  }
  setInputRows(slot: number, rows: RowRelation): void {
    this.rowsIn += rows.rows
    this.#rowInputs.set(slot, rows)
  }
  /** A slot that no step filled has no rows. */
  slot(slot: number): Relation {
    return this.#slots[slot] ?? { columns: this.columnsOf(slot), batches: [], rows: 0 }
  }
  columnsOf(slot: number): readonly ColumnInfo[] {
    return this.#lowered.slots[slot]?.columns.map(({ physical, nullable }, i): ColumnInfo => ({ name: `$${i}`, type: NULL, physical, nullable })) ?? []
  }
  paramAddress(index: number): number {
    return this.#params + index * PARAM_BYTES
  }

  run(steps: readonly Step[] = this.#lowered.steps): void {
    for (const step of steps) this.#step(step)
  }

  #step(step: Step): void {
    switch (step.step) {
      case 'run':
        this.#pipeline(step.pipeline)
        if (step.slot !== undefined) this.setSlot(step.slot, this.#appended(step.pipeline, step.slot))
        if (step.params) this.#takeState(step.pipeline, step.params)
        return
      case 'concat':
        return this.setSlot(step.slot, concatenated(step.from.map((from) => this.slot(from)), this.slot(step.slot)))
      case 'zip': {
        const made = sideBySide(step.from.map((from) => this.slot(from)), this.#lease)
        if (!made) throw this.#raised('RAISED', step.site)
        return this.setSlot(step.slot, made)
      }
      case 'pick':
        return this.setSlot(step.slot, picked(this.slot(step.from), step.columns))
      case 'if':
        return this.run(this.#bytes[this.paramAddress(step.cond)] !== 0 ? step.then : step.else)
      case 'loop':
        do this.run(step.body)
        while (this.#bytes[this.paramAddress(step.again)] !== 0)
        return
      case 'assign': {
        const relations = step.slots.map(({ from }) => this.slot(from))
        step.slots.forEach(({ to }, i) => {
          this.setSlot(to, relations[i] as Relation)
        })
        const values = step.params.map(({ from }) => this.#bytes.slice(this.paramAddress(from), this.paramAddress(from) + PARAM_BYTES))
        step.params.forEach(({ to }, i) => {
          this.#bytes.set(values[i] as Uint8Array, this.paramAddress(to))
        })
      }
    }
  }

  #pipeline(index: number): void {
    const { source, builder } = this.#program.pipelines[index] as Pipeline
    const begin = performance.now()
    this.#reset(index)
    this.#showRelations()
    try {
      if (source.source === 'range') this.#range(index)
      else if (source.source === 'tuples') this.#batches(index, this.#shared + outputOffset(source.sink))
      else this.#batches(index, this.#block(source.relation))
      const ended = this.#layout.ends[index]
      if (ended !== undefined && builder.builder !== 'appender') this.#kernels[`f${ended}`]?.(this.#context | 0)
      if (ended !== undefined) this.#parts(ended)
    } catch (error) {
      throw this.#errorOf(error)
    } finally {
      this.kernelMs += performance.now() - begin
    }
  }

  #parts(index: number): void {
    this.#layout.parts[index]?.forEach((_, round) => {
      const names = partNames(index, round)
      this.#kernels[names.run]?.(this.#context | 0, 0, this.#words[(this.#shared + outputOffset(index) + PARTS.source) / 4] as number)
      this.#kernels[names.done]?.(this.#context | 0)
    })
  }

  /** A pipeline may run again: what its builder kept is forgotten. */
  #reset(index: number): void {
    const { from, to } = this.#layout.regions[index] as ContextLayout['regions'][number]
    this.#bytes.fill(0, this.#context + from, this.#context + to)
    if (this.#program.pipelines[index]?.into !== undefined) return
    const output = this.#shared + outputOffset(index)
    this.#bytes.fill(0, output, output + SHARED.outputBytes)
  }

  /** Relations that kernels read by number. */
  #showRelations(): void {
    for (let slot = 0; slot < this.#layout.relations; slot++) {
      this.#words[(this.#shared + this.#layout.relationsOffset) / 4 + slot] = this.#block(slot)
    }
  }
  #block(slot: number): number {
    const known = this.#blocks.get(slot)
    if (known !== undefined) return known
    const made = writeSource(this.#rowInputs.get(slot) ?? this.slot(slot), this.#lease)
    this.#blocks.set(slot, made)
    return made
  }

  #range(index: number): void {
    const rows = (this.#kernels[`n${index}`]?.(this.#context | 0) as number) >>> 0
    this.#words[(this.#context + CONTEXT.rowBase) / 4] = 0
    this.#rows(index, rows)
  }
  #batches(index: number, block: number): void {
    const words = this.#words
    const [, batches, table] = words.subarray(block / 4, block / 4 + 3) as unknown as [number, number, number]
    for (let b = 0; b < batches; b++) {
      const entry = table / 4 + b * 4
      words[(this.#context + CONTEXT.source) / 4] = words[entry + 2] as number
      words[(this.#context + CONTEXT.rowBase) / 4] = words[entry + 1] as number
      this.#rows(index, words[entry] as number)
    }
  }
  #rows(index: number, rows: number): void {
    const kernel = this.#kernels[`p${index}`] as (ctx: number, from: number, to: number) => void
    for (let from = 0; from < rows; from += MORSEL_ROWS) kernel(this.#context | 0, from | 0, Math.min(rows, from + MORSEL_ROWS) | 0)
  }

  #appended(index: number, slot: number): Relation {
    const pipeline = this.#program.pipelines[index] as Pipeline
    const place = this.#layout.sinks[index] as ContextLayout['sinks'][number]
    return collectChunks({ program: { pipelines: [pipeline] }, layout: { ...this.#layout, sinks: [place] }, columns: this.columnsOf(slot) }, [this.#context], this.#lease.buffer)
  }

  /** A merger's states to parameters. */
  #takeState(index: number, targets: readonly Target[]): void {
    const builder = (this.#program.pipelines[index] as Pipeline).builder as Extract<Builder, { builder: 'merger' }>
    const { fields } = mergerLayout(builder)
    const sink = this.#context + (this.#layout.sinks[index]?.offset as number)
    targets.forEach(({ value, valid }, i) => {
      const field = fields[i] as (typeof fields)[number]
      const to = this.paramAddress(value)
      this.#bytes.fill(0, to, to + PARAM_BYTES)
      this.#bytes.copyWithin(to, sink + field.offset, sink + field.offset + (WIDTHS[scalarOf(field.type)] as number))
      if (valid !== undefined) this.#words[this.paramAddress(valid) / 4] = isOption(field.type) ? (this.#bytes[sink + field.valid] as number) : 1
    })
  }

  #errorOf(error: unknown): unknown {
    // A stack that is too deep for a kernel is a RangeError.
    if (!(error instanceof WebAssembly.RuntimeError || error instanceof RangeError)) return error
    const word = (offset: number) => this.#words[(this.#context + offset) / 4] as number
    const raise = word(CONTEXT.error)
    const code = (Object.keys(RAISES) as (keyof typeof RAISES)[]).find((name) => RAISES[name] === raise)
    if (code === undefined) return new ExecutionError('KERNEL_TRAP', `the kernel trapped: ${error.message}`, { cause: error })
    const length = word(CONTEXT.detail + 4)
    const detail = length === 0 ? undefined : Buffer.from(this.#bytes.slice(word(CONTEXT.detail), word(CONTEXT.detail) + length)).toString('utf8')
    return this.#raised(code, word(CONTEXT.site), detail)
  }
  #raised(code: keyof typeof RAISES, site: number, detail?: string): ExecutionError {
    const known = this.#lowered.sites[site]
    const message = code === 'MEMORY_EXCEEDED' ? 'the kernel needs more memory than it may have' : (detail ?? (known?.code === code ? known.message : `the kernel raised ${code}`))
    return new ExecutionError(code satisfies ErrorCode, message)
  }
}

const emptyOf = (type: string): string | number | boolean => (type === 'str' ? '' : type === 'bool' ? false : 0)
