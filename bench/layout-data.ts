/** Tables for bench/layout.ts: columns of some form in shared memory, and the same values for the writer in JavaScript. */
import type { ColumnInfo, Physical, Relation } from '../dist/layout/relation.js'
import type { SqlType } from '../dist/layout/types.js'
import type { RowField, RowValue } from '../dist/layout/unsafe-row.js'

export interface Shape {
  readonly name: string
  readonly columns: readonly Physical[]
  /** Of each column every seventh value is NULL, from another one on. */
  readonly nulls: boolean
}

const FOUR: readonly Physical[] = ['i64', 'i32', 'i16', 'f64']
const STRINGS: readonly Physical[] = ['i64', 'utf8', 'i32', 'utf8']
export const SHAPES: readonly Shape[] = [
  { name: '4 fields', columns: FOUR, nulls: false },
  { name: '4 fields, NULLs', columns: FOUR, nulls: true },
  { name: '16 fields', columns: [...FOUR, ...FOUR, ...FOUR, ...FOUR], nulls: false },
  { name: '16 fields, NULLs', columns: [...FOUR, ...FOUR, ...FOUR, ...FOUR], nulls: true },
  { name: '2 of 4 strings', columns: STRINGS, nulls: false },
  { name: '2 of 4 strings, NULLs', columns: STRINGS, nulls: true },
]

const TYPES: Partial<Record<Physical, SqlType>> = { i64: { kind: 'int64' }, i32: { kind: 'int32' }, i16: { kind: 'int16' }, f64: { kind: 'double' }, utf8: { kind: 'string' } }
const BYTES = { i64: 8, i32: 4, i16: 2, f64: 8 } as const

export interface Made {
  readonly relation: Relation
  readonly fields: readonly RowField[]
  /** The values of a row. */
  readonly row: (i: number) => RowValue[]
}

const isNull = (shape: Shape, column: number, i: number): boolean => shape.nulls && (i + column) % 7 === 0
const number = (column: number, i: number): number => ((i * 2654435761 + column * 40503) >>> 0) % 30_000
/** 4 to 27 bytes. */
const text = (column: number, i: number): string => 'the quick brown fox jumps over'.slice(0, 4 + (number(column, i) % 24))

/** One batch of `rows` rows. */
export const makeTable = (shape: Shape, rows: number, buffer: ArrayBufferLike, reserve: (bytes: number) => number): Made => {
  const vectors = shape.columns.map((physical, c) => {
    const validity = shape.nulls ? reserve(Math.ceil(rows / 8)) : 0
    if (validity) new Uint8Array(buffer, validity, Math.ceil(rows / 8)).fill(255)
    const setNull = (i: number) => { new Uint8Array(buffer, validity + (i >> 3), 1)[0]! &= ~(1 << (i & 7)) }
    const nulls = Array.from({ length: rows }, (_, i) => isNull(shape, c, i))
    nulls.forEach((n, i) => n && setNull(i))
    if (physical === 'utf8') {
      const aux = reserve((rows + 1) * 4)
      const offsets = new Uint32Array(buffer, aux, rows + 1)
      const bytes = Buffer.from(nulls.map((n, i) => (n ? '' : text(c, i))).join(''))
      for (let i = 0; i < rows; i++) offsets[i + 1] = offsets[i]! + (nulls[i] ? 0 : text(c, i).length)
      const data = reserve(bytes.length + 16)
      new Uint8Array(buffer, data, bytes.length).set(bytes)
      return { data, validity, aux }
    }
    const data = reserve(rows * BYTES[physical as keyof typeof BYTES])
    for (let i = 0; i < rows; i++) {
      const value = nulls[i] ? 0 : number(c, i)
      if (physical === 'i64') new BigInt64Array(buffer, data, rows)[i] = BigInt(value)
      else if (physical === 'i32') new Int32Array(buffer, data, rows)[i] = value
      else if (physical === 'i16') new Int16Array(buffer, data, rows)[i] = value
      else new Float64Array(buffer, data, rows)[i] = value
    }
    return { data, validity, aux: 0 }
  })
  const columns = shape.columns.map((physical, c): ColumnInfo => ({ name: `c${c}`, type: TYPES[physical] as SqlType, physical, nullable: shape.nulls }))
  return {
    relation: { columns, rows, batches: [{ rows, vectors }] },
    fields: shape.columns.map((physical) => ({ physical: physical as RowField['physical'], nullable: shape.nulls })),
    row: (i) => shape.columns.map((physical, c) => (isNull(shape, c, i) ? null : physical === 'utf8' ? text(c, i) : physical === 'f64' ? number(c, i) : BigInt(number(c, i)))),
  }
}
