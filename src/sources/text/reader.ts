/**
 * Reads cells as typed columns, on a worker: the runtime's cells_… write wide values to scratch memory, and what is kept is as
 * narrow as its values are (assembly/cells.ts describes the block).
 */
import { narrowest, type Physical, physicalWidth } from '../../layout/relation.ts'
import { type Range, type SqlType, STRING, typeRange } from '../../layout/types.ts'
import type { BadCell, CellColumn, CellForm, PartColumn, TextScope } from './columns.ts'
import type { Scratch } from './scratch.ts'
import { readText } from './text-reader.ts'

const FLAG = { emptyIsNull: 1, quotedEmptyIsNull: 2, quotedNulls: 4, strict: 8 } as const
/** Words of the block. */
export const CELLS = { words: 0, stride: 1, skip: 2, quote: 3, escape: 4, nulls: 5, flags: 6, out: 7, bits: 8, nullCount: 9, scale: 18, format: 19, second: 20 } as const
const LEAST = 40
const ARENA = 65536
const RADIX = 1
const UNSIGNED = 2

/** Where a column's cells lie: two words a cell, `stride` bytes from row to row, `skip` added to the first. */
export interface CellPlace {
  readonly words: number
  readonly stride: number
  readonly skip: number
}

/** A context for the runtime with scratch of its own, so that it never reserves any. */
export const contextOf = (scope: TextScope, scratch: Scratch): number => {
  const ctx = scratch.zeroed(128)
  const arena = scratch.take(ARENA)
  new Uint32Array(scope.buffer, ctx, 4).set([0, 0, arena, arena + ARENA])
  return ctx
}

export class CellReader {
  readonly scope: TextScope
  readonly scratch: Scratch
  readonly ctx: number
  /** Keeps what is read. */
  readonly lease: number
  readonly block: number
  readonly #form: CellForm
  readonly #nulls: number

  constructor(scope: TextScope, scratch: Scratch, ctx: number, lease: number, form: CellForm) {
    this.scope = scope
    this.scratch = scratch
    this.ctx = ctx
    this.lease = lease
    this.#form = form
    this.block = scratch.zeroed(128)
    this.#nulls = this.#writeNulls(form.nulls.filter((text) => text !== ''))
  }

  /** What all cells of the rows could be, of `kinds`; dates and timestamps by formats, where they are told. */
  kinds(place: CellPlace, rows: number, kinds: number, formats: { readonly date?: readonly number[] | undefined; readonly timestamp?: readonly number[] | undefined } = {}): number {
    const mark = this.scratch.mark
    const words = this.begin(place, { type: STRING, strict: false, format: formats.date })
    if (formats.timestamp) words[CELLS.second] = this.#writeFormat(formats.timestamp)
    this.scratch.release(mark)
    return this.call('cells_kinds', this.block, 0, rows, kinds) >>> 0
  }

  /** Reads rows 0 … rows − 1. */
  read(place: CellPlace, rows: number, column: CellColumn): PartColumn | BadCell {
    const mark = this.scratch.mark
    const words = this.begin(place, column)
    const bits = this.scratch.zeroed(Math.ceil(rows / 64) * 8)
    words[CELLS.bits] = bits
    const { type } = column
    const part = type.kind === 'string' ? readText(this, rows, column) : this.#values(rows, column)
    this.scratch.release(mark)
    return part
  }

  /** The block of a column, before anything was read. */
  begin({ words, stride, skip }: CellPlace, { strict, format }: CellColumn): Uint32Array {
    const { quote, escape, nulls, quotedNulls } = this.#form
    const empty = nulls.includes('')
    const flags =
      (empty ? FLAG.emptyIsNull : 0) | (empty && quotedNulls ? FLAG.quotedEmptyIsNull : 0) | (quotedNulls ? FLAG.quotedNulls : 0) | (strict ? FLAG.strict : 0)
    const block = new Uint32Array(this.scope.buffer, this.block, 32)
    block.fill(0)
    block.set([words, stride, skip, quote, escape, this.#nulls, flags])
    const bounds = new BigInt64Array(this.scope.buffer, this.block + LEAST, 2)
    bounds[0] = (1n << 63n) - 1n
    bounds[1] = -(1n << 63n)
    if (format) block[CELLS.format] = this.#writeFormat(format)
    return block
  }

  #writeFormat(format: readonly number[]): number {
    const steps = this.scratch.take(4 + format.length)
    new Uint32Array(this.scope.buffer, steps, 1)[0] = format.length / 2
    new Uint8Array(this.scope.buffer, steps + 4, format.length).set(format)
    return steps
  }

  call(name: string, ...args: (number | bigint)[]): number {
    return (this.scope.runtime[name] as (...args: (number | bigint)[]) => number)(this.ctx, ...args)
  }

  /** The validity, kept; 0 where nothing is NULL. */
  validity(rows: number): number {
    const block = new Uint32Array(this.scope.buffer, this.block, 32)
    if (block[CELLS.nullCount] === 0) return 0
    const bytes = Math.ceil(rows / 8)
    const kept = this.keep(bytes)
    new Uint8Array(this.scope.buffer, kept, bytes).set(new Uint8Array(this.scope.buffer, block[CELLS.bits] as number, bytes))
    return kept
  }

  keep(bytes: number): number {
    return this.scope.reserve(this.lease, Math.max(bytes, 16)) >>> 0
  }

  #values(rows: number, column: CellColumn): PartColumn | BadCell {
    const { type } = column
    const { buffer } = this.scope
    const block = new Uint32Array(buffer, this.block, 32)
    const wide = isWide(type)
    const out = this.scratch.take(rows * (wide ? 16 : type.kind === 'float' ? 4 : 8))
    block[CELLS.out] = out
    const done = this.#convert(type, rows) >>> 0
    if (done < rows) return { row: done }
    const validity = this.validity(rows)
    const keep = (physical: Physical): number => {
      const bytes = physicalWidth[physical]
      const data = this.keep(rows * bytes)
      if (wide || type.kind === 'float') new Uint8Array(buffer, data, rows * bytes).set(new Uint8Array(buffer, out, rows * bytes))
      else this.call('cells_narrow', out, rows, bytes, data)
      return data
    }
    if (type.kind === 'float' || type.kind === 'double') {
      const physical = type.kind === 'float' ? 'f32' : 'f64'
      return { physical, data: keep(physical), validity, aux: 0 }
    }
    if (type.kind === 'bool') return { physical: 'bool8', data: keep('bool8'), validity, aux: 0, range: { min: 0n, max: 1n } }
    if (wide) return { physical: 'i128', data: keep('i128'), validity, aux: 0, range: typeRange(type) }
    const [min, max] = new BigInt64Array(buffer, this.block + LEAST, 2) as unknown as [bigint, bigint]
    // without values the hint alone, or nothing
    const range = min > max ? column.range : unite({ min, max }, column.range)
    const physical = narrowest(range ?? { min: 0n, max: 0n })
    return { physical, data: keep(physical), validity, aux: 0, range }
  }

  #convert(type: SqlType, rows: number): number {
    const { block } = this
    switch (type.kind) {
      case 'bool':
        return this.call('cells_bool', block, 0, rows)
      case 'float':
        return this.call('cells_f32', block, 0, rows)
      case 'double':
        return this.call('cells_f64', block, 0, rows)
      case 'date':
        return this.call('cells_date', block, 0, rows)
      case 'timestamp':
      case 'timestamptz':
        return this.call('cells_timestamp', block, 0, rows, Number(type.kind === 'timestamptz'))
    }
    const { min, max } = typeRange(type) as Range
    const words = new Uint32Array(this.scope.buffer, block, 32)
    if (type.kind === 'decimal') words[CELLS.scale] = type.scale
    const flags = type.kind === 'decimal' ? 0 : min === 0n ? RADIX | UNSIGNED : RADIX
    if (isWide(type)) {
      const low = this.scratch.take(32)
      new BigInt64Array(this.scope.buffer, low, 4).set([min, min >> 64n, max, max >> 64n].map((word) => BigInt.asIntN(64, word)))
      return this.call('cells_i128', block, 0, rows, flags, low)
    }
    new BigInt64Array(this.scope.buffer, block + 56, 2).set([min, max])
    return this.call('cells_i64', block, 0, rows, flags)
  }

  #writeNulls(texts: readonly string[]): number {
    if (texts.length === 0) return 0
    const bytes = texts.map((text) => Buffer.from(text))
    const list = this.scratch.take(8 + 8 * texts.length)
    new Uint32Array(this.scope.buffer, list, 2).set([texts.length, 0])
    for (const [i, text] of bytes.entries()) {
      const address = this.scratch.take(text.length + 16)
      new Uint8Array(this.scope.buffer, address, text.length).set(text)
      new Uint32Array(this.scope.buffer, list + 8 + 8 * i, 2).set([address, text.length])
    }
    return list
  }
}

/** Types of which 64 bits do not hold all values. */
const isWide = (type: SqlType): boolean => {
  const range = typeRange(type)
  return range !== undefined && (range.min < -(1n << 63n) || range.max >= 1n << 63n)
}

export const unite = (a: Range, b: Range | undefined): Range => (b === undefined ? a : { min: a.min < b.min ? a.min : b.min, max: a.max > b.max ? a.max : b.max })
