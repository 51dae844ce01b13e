/**
 * One column of a relation in the making. Chunks arrive in row order, of any kind that holds the column's type; once all
 * are there, the narrowest physical form that fits every one of them is chosen, and they are written as batches.
 */
import { copyBits, fillBits, getBit } from './bits.ts'
import { bitmapBytes } from './bits.ts'
import type { ColumnChunk } from './chunk.ts'
import { copyExact, rangeOfChunk } from './exact-column.ts'
import { bytesAt, type PhysicalArray, viewOf } from './memory.ts'
import { type Arena, type ColumnInfo, narrowest, type Physical, physicalWidth, type Vector } from './relation.ts'
import { StringColumn, writeDictionary } from './string-column.ts'
import { type Field, isExact, isSlice, type Range } from './types.ts'

export interface BuiltColumn {
  readonly info: ColumnInfo
  /** One a batch. */
  readonly vectors: readonly Vector[]
}

/** A run of whole chunks. */
interface Run {
  readonly first: number
  readonly last: number
  readonly rows: number
}

export class ColumnBuilder {
  readonly field: Field
  rows = 0
  readonly #chunks: ColumnChunk[] = []
  readonly #strings: StringColumn | undefined
  #range: Range | undefined

  /** `kept`: see StringColumn. */
  constructor(field: Field, kept = false) {
    this.field = field
    this.#strings = isSlice(field.type) ? new StringColumn(kept, field.type.kind === 'string') : undefined
  }

  append(chunk: ColumnChunk): void {
    this.rows += chunk.rows
    if (this.#strings !== undefined) {
      this.#strings.append(chunk)
      // the text is kept, or dropped, by the string column
      this.#chunks.push(chunk.kind === 'nulls' ? chunk : { kind: 'numbers', rows: chunk.rows, validity: chunk.validity, values: NOTHING })
      return
    }
    if (chunk.kind === 'utf8' || chunk.kind === 'codes') throw new TypeError(`slices in column ${this.field.name}`)
    this.#chunks.push(chunk)
    if (!isExact(this.field.type) || this.field.type.kind === 'bool' || chunk.kind === 'nulls') return
    const range = rangeOfChunk(chunk)
    if (range === undefined) return
    const known = this.#range
    this.#range = known === undefined ? range : { min: range.min < known.min ? range.min : known.min, max: range.max > known.max ? range.max : known.max }
  }

  /** Writes the column as batches of the given numbers of rows; their ends must be ends of chunks. */
  finish(arena: Arena, batchRows: readonly number[]): BuiltColumn {
    const runs = this.#runs(batchRows)
    const nullable = this.#chunks.some((chunk) => chunk.kind === 'nulls' || chunk.validity !== undefined)
    const { name, type } = this.field
    if (this.#strings !== undefined) {
      const dictionary = this.#strings.dictionary()
      const physical: Physical = dictionary === undefined ? 'utf8' : dictionary.offsets.length <= 257 ? 'code8' : 'code16'
      const vectors = runs.map((run) => (physical === 'utf8' ? this.#writeText(arena, run) : this.#writeFixed(arena, physical, run)))
      return { info: { name, type, physical, nullable, dictionary: dictionary && writeDictionary(arena, dictionary) }, vectors }
    }
    const range = type.kind === 'bool' ? BOOL_RANGE : isExact(type) ? (this.#range ?? ZERO_RANGE) : undefined
    const physical: Physical =
      type.kind === 'float' ? 'f32' : type.kind === 'double' ? 'f64' : type.kind === 'bool' || range === undefined ? 'bool8' : narrowest(range)
    return { info: { name, type, physical, nullable, range }, vectors: runs.map((run) => this.#writeFixed(arena, physical, run)) }
  }

  #runs(batchRows: readonly number[]): Run[] {
    let first = 0
    return batchRows.map((rows) => {
      let last = first
      for (let got = 0; got < rows; last++) {
        got += this.#chunks[last]?.rows ?? Number.POSITIVE_INFINITY
        if (got > rows) throw new RangeError(`a batch of ${rows} rows does not end where a chunk of column ${this.field.name} ends`)
      }
      const run = { first, last, rows }
      first = last
      return run
    })
  }

  #writeFixed(arena: Arena, physical: Physical, run: Run): Vector {
    const wide = physical === 'i128'
    const data = arena.allocate(Math.max(run.rows * physicalWidth[physical], 16)) >>> 0
    const view = viewOf(arena.buffer, physical, data, run.rows)
    let at = 0
    for (let i = run.first; i < run.last; i++) {
      const chunk = this.#chunks[i]!
      if (this.#strings !== undefined) this.#strings.copyCodes(view as Uint8Array | Uint16Array, at, i)
      else if (chunk.kind !== 'nulls') copyExact(view, wide, at, chunk as Extract<ColumnChunk, { kind: 'numbers' }>)
      if (chunk.validity !== undefined) zeroNulls(view, wide ? 2 : 1, at, chunk.rows, chunk.validity)
      at += chunk.rows
    }
    return { data, validity: this.#writeValidity(arena, run), aux: 0 }
  }

  #writeText(arena: Arena, run: Run): Vector {
    const strings = this.#strings!
    let total = 0
    for (let i = run.first; i < run.last; i++) total += strings.textBytes(i)
    const data = arena.allocate(Math.max(total, 16)) >>> 0
    const aux = arena.allocate((run.rows + 1) * 4) >>> 0
    const bytes = bytesAt(arena.buffer, data, total)
    const offsets = viewOf(arena.buffer, 'u32', aux, run.rows + 1) as Uint32Array
    let at = 0
    let end = 0
    for (let i = run.first; i < run.last; i++) {
      end = strings.copyText(bytes, offsets, at, end, i)
      at += this.#chunks[i]!.rows
    }
    return { data, validity: this.#writeValidity(arena, run), aux }
  }

  #writeValidity(arena: Arena, run: Run): number {
    const chunks = this.#chunks.slice(run.first, run.last)
    if (!chunks.some((chunk) => chunk.kind === 'nulls' || chunk.validity !== undefined)) return 0
    const address = arena.allocate(Math.max(bitmapBytes(run.rows), 16)) >>> 0
    const bits = bytesAt(arena.buffer, address, bitmapBytes(run.rows))
    let at = 0
    for (const chunk of chunks) {
      if (chunk.validity !== undefined) copyBits(bits, at, chunk.validity, 0, chunk.rows)
      else if (chunk.kind !== 'nulls') fillBits(bits, at, chunk.rows)
      at += chunk.rows
    }
    return address
  }
}

const NOTHING = new Uint8Array(0)
const BOOL_RANGE: Range = { min: 0n, max: 1n }
const ZERO_RANGE: Range = { min: 0n, max: 0n }

const zeroNulls = (view: PhysicalArray, stride: number, at: number, rows: number, validity: Uint8Array): void => {
  const zero = view instanceof BigInt64Array || view instanceof BigUint64Array ? 0n : 0
  for (let i = 0; i < rows; i++) {
    if (getBit(validity, i)) continue
    for (let word = 0; word < stride; word++) view[(at + i) * stride + word] = zero
  }
}
