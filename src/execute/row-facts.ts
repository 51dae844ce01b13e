/** Runs the check of rows over batches as they come, and reads what it has found of their fields. */
import type { Job } from '../bridge/job.ts'
import type { Lease } from '../bridge/memory.ts'
import type { Pool } from '../bridge/pool.ts'
import { CHECKED, encodeRowCheck, FACTS, STRIP, WRONG } from '../codegen/row-check.ts'
import { SourceError } from '../errors.ts'
import { CTX } from '../ir/context.ts'
import { narrowedField, type RangedField, type RowColumn, rowPhysical } from '../layout/row-table.ts'
import { typeName, typeRange } from '../layout/types.ts'
import { rowStride } from '../layout/unsafe-row.ts'

const WHY: Record<number, string> = {
  [WRONG.place]: 'it does not lie in the batch, 8-aligned, behind the row before it, with a word for each field',
  [WRONG.nulls]: 'is NULL, and not nullable',
  [WRONG.bool]: 'is no bool',
  [WRONG.bytes]: 'is a decimal of no or more than 16 bytes',
  [WRONG.reach]: 'reaches beyond the row',
  [WRONG.range]: 'is out of range',
  [WRONG.overlap]: 'holds a slice that begins before the one before it ends',
  [WRONG.interval]: 'holds an interval that has not 16 bytes',
  [WRONG.short]: 'holds a struct that has less bytes than its fields need',
  [WRONG.count]: 'holds an array whose bytes are not those of its elements',
  [WRONG.keys]: 'holds a map whose keys have more bytes than it',
  [WRONG.pairs]: 'holds a map that has not as many values as keys',
}

interface Kernels {
  readonly module: WebAssembly.Module
  /** Of rows with offsets. */
  readonly rows: ((count: number, offsets: number, from: number, to: number, end: number, facts: number, base: number) => number) | undefined
  /** `slices` is the first of them where there is one. */
  readonly parts: readonly ((data: number, offsets: number, from: number, to: number, end: number, facts: number) => number)[]
  readonly slices: boolean
}

/** A batch's rows: `first` to `last` of those at `data`, which begin `base` bytes behind it and end at `end`. `batch`: where they came from, for messages. */
export interface RowStretch {
  readonly data: number
  readonly offsets: number
  readonly first: number
  readonly last: number
  readonly base: number
  readonly end: number
  readonly batch: number
}

export class RowFacts {
  readonly #columns: readonly RowColumn[]
  readonly #stride: number
  readonly #memory: WebAssembly.Memory
  readonly #lease: Lease
  /** Of this thread, and then of each worker, whose contexts are below. */
  readonly #facts: number
  #others: readonly { readonly context: number; readonly facts: number }[] = []
  readonly #kernels: Kernels

  constructor(columns: readonly RowColumn[], memory: WebAssembly.Memory, lease: Lease) {
    this.#columns = columns
    this.#stride = rowStride(columns.map(({ type, nullable }) => ({ physical: rowPhysical(type), nullable })))
    this.#memory = memory
    this.#lease = lease
    this.#facts = this.#block()
    this.#kernels = kernelsOf(columns, memory)
  }

  /** Facts of no rows. */
  #block(): number {
    const facts = this.#lease.allocate(FACTS.header + this.#columns.length * FACTS.bytes)
    const words = new BigInt64Array(this.#lease.buffer)
    this.#columns.forEach(({ type }, i) => {
      if (rowPhysical(type) === 'utf8') return
      const wide = rowPhysical(type) === 'i128'
      const [least, most] = wide ? [[0n, -(1n << 63n)], [-1n, (1n << 63n) - 1n]] : [[-(1n << 63n), 0n], [(1n << 63n) - 1n, 0n]]
      words.set(most as bigint[], placeOf(facts, i) / 8)
      words.set(least as bigint[], (placeOf(facts, i) + FACTS.max) / 8)
    })
    return facts
  }

  /** Checks rows on all workers. Throws SourceError, the same one whoever finds the row. */
  async checkOn(pool: Pool, stretches: readonly RowStretch[], signal?: AbortSignal): Promise<void> {
    const lease = this.#lease
    const words = new Uint32Array(lease.buffer)
    if (this.#others.length === 0) {
      this.#others = Array.from({ length: pool.threads }, () => {
        const [context, facts] = [lease.allocate(CTX.sinks + 16), this.#block()]
        words[(context + CTX.sinks) / 4] = facts
        return { context, facts }
      })
    }
    const job: Job = { key: 'check of rows', module: this.#kernels.module, contexts: this.#others.map((o) => o.context), steps: [{ run: 'p0', source: this.#source(stretches) }], lease }
    await pool.run(job, { signal })
    if (this.#others.every(({ facts }) => words[(facts + FACTS.failed) / 4] === 0)) return
    for (const stretch of stretches) this.check(stretch)
    throw new Error('rows are right after all')
  }

  /** The source block: assembly/context.ts, its batches as codegen/row-check.ts has them. */
  #source(stretches: readonly RowStretch[]): number {
    const words = new Uint32Array(this.#lease.buffer)
    const table = this.#lease.allocate(16 + stretches.length * (16 + CHECKED.bytes)) + 16
    let rows = 0
    stretches.forEach(({ data, offsets, first, last, end, base }, i) => {
      const at = table + stretches.length * 16 + i * CHECKED.bytes
      words.set([data + first * this.#stride, offsets + first * 4, last - first, end, base], at / 4)
      words.set([last - first, rows, at], (table + i * 16) / 4)
      rows += last - first
    })
    words.set([rows, stretches.length, table], table / 4 - 4)
    return table - 16
  }

  /** Checks rows. Throws SourceError. */
  check({ data, offsets, first, last, base, end, batch }: RowStretch): void {
    const words = new Uint32Array(this.#memory.buffer)
    const { rows, parts, slices } = this.#kernels
    for (let from = first; from < last; from += STRIP) {
      const to = Math.min(last, from + STRIP)
      const behind = rows === undefined ? 0 : to < last ? (words[offsets / 4 + to] as number) : end
      const wrong = (row: number, at: number) => this.#wrong(batch, row - first, at - base)
      const at = (row: number) => (this.#stride ? row * this.#stride : (words[offsets / 4 + row] as number))
      const misplaced = rows?.(last, offsets | 0, from, to, end | 0, this.#facts | 0, base | 0) ?? -1
      if (misplaced >= 0) throw wrong(misplaced, at(misplaced))
      for (const [i, part] of parts.entries()) {
        const row = part(data | 0, offsets | 0, from, to, behind | 0, this.#facts | 0)
        if (row >= 0) throw wrong(row, i === 0 && slices ? (words[this.#facts / 4 + 2] as number) - data : at(row))
      }
    }
  }

  #wrong(batch: number, row: number, byte: number): SourceError {
    const words = new Uint32Array(this.#memory.buffer)
    const [field, why] = [words[this.#facts / 4] as number, words[this.#facts / 4 + 1] as number]
    const column = this.#columns[field] as RowColumn
    const what = why === WRONG.place ? '' : `field ${field}, ${column.name} ${typeName(column.type)}, `
    return new SourceError('FILE_FORMAT', `not rows of these fields: row ${row} of batch ${batch}, at byte ${byte}: ${what}${WHY[why]}`)
  }

  /** What is known of the fields when all rows have been checked. */
  fields(): readonly RangedField[] {
    const words = new BigInt64Array(this.#memory.buffer)
    const blocks = [this.#facts, ...this.#others.map((o) => o.facts)]
    return this.#columns.map(({ type }, i) => {
      const physical = rowPhysical(type)
      const places = blocks.map((facts) => placeOf(facts, i) / 8)
      const nullable = places.some((at) => words[at + FACTS.nulls / 8] !== 0n)
      if (type.kind === 'string' && places.every((at) => (words[at] as bigint) < 128n && (words[at + FACTS.max / 8] as bigint) <= 1n)) return { physical: 'code8', nullable }
      if (physical === 'utf8' || physical === 'f32' || physical === 'f64' || physical === 'bool8' || !typeRange(type)) return { physical, nullable }
      const wide = physical === 'i128'
      const read = (from: number): bigint => (wide ? ((words[from + 1] as bigint) << 64n) | BigInt.asUintN(64, words[from] as bigint) : (words[from] as bigint))
      const min = places.map(read).reduce((a, b) => (b < a ? b : a))
      const max = places.map((at) => read(at + FACTS.max / 8)).reduce((a, b) => (b > a ? b : a))
      return narrowedField(physical, nullable, min <= max ? { min, max } : { min: 0n, max: 0n })
    })
  }
}

const placeOf = (facts: number, field: number): number => facts + FACTS.header + field * FACTS.bytes

const compiled = new Map<string, { readonly module: WebAssembly.Module; readonly groups: number }>()
const KEPT = 64

const kernelsOf = (columns: readonly RowColumn[], memory: WebAssembly.Memory): Kernels => {
  const key = columns.map((c) => `${typeName(c.type)}${c.nullable ? '?' : ''}`).join()
  let known = compiled.get(key)
  if (!known) {
    const { bytes, groups } = encodeRowCheck(columns)
    known = { module: new WebAssembly.Module(bytes), groups }
    compiled.set(key, known)
    if (compiled.size > KEPT) compiled.delete(compiled.keys().next().value as string)
  }
  const { exports } = new WebAssembly.Instance(known.module, { env: { memory } })
  const groups = Array.from({ length: known.groups }, (_, i) => exports[`c${i}`] as Kernels['parts'][number])
  const slices = exports['slices'] as Kernels['parts'][number] | undefined
  return { module: known.module, rows: exports['rows'] as Kernels['rows'], parts: slices ? [slices, ...groups] : groups, slices: slices !== undefined }
}
