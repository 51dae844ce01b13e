/** Inputs in row layout: UnsafeRows as they are, and plain values, tables and files, which come as columns and are written as rows. */
import type { Lease } from '../bridge/memory.ts'
import { bitmapBytes, getBit } from '../layout/bits.ts'
import { bytesAt, viewOf } from '../layout/memory.ts'
import type { ColumnInfo, Relation, Vector } from '../layout/relation.ts'
import { encodeRows, importRows, type RowBatch, type RowBytes, type RowRelation } from '../layout/row-batch.ts'
import type { RowField, RowValue } from '../layout/unsafe-row.ts'
import type { Memory } from './store.ts'

/** Rows encoded at a time. */
const CHUNK_ROWS = 65_536

/** `{rows, offsets?}`. */
export const isRowBytes = (value: unknown): value is RowBytes => {
  if (typeof value !== 'object' || value === null || !('rows' in value) || !(value.rows instanceof Uint8Array)) return false
  return !('offsets' in value) || value.offsets === undefined || value.offsets instanceof Uint32Array
}

/** Throws SourceError FILE_FORMAT where the bytes are no rows of these fields. */
export const fromBytes = (fields: readonly RowField[], bytes: RowBytes, lease: Lease): RowRelation => relationOf(fields, [importRows(fields, bytes, lease)])

const relationOf = (fields: readonly RowField[], batches: readonly RowBatch[]): RowRelation => {
  const filled = batches.filter((b) => b.rows > 0)
  return { fields, batches: filled, rows: filled.reduce((n, b) => n + b.rows, 0) }
}

/** Columns, one a field, as rows. */
export const asRows = ({ columns, batches }: Relation, fields: readonly RowField[], memory: Memory): RowRelation =>
  relationOf(
    fields,
    batches.flatMap(({ rows, vectors }) => {
      const readers = vectors.map((vector, c) => reader(columns[c] as ColumnInfo, vector, rows, memory.buffer))
      return Array.from({ length: Math.ceil(rows / CHUNK_ROWS) }, (_, chunk) => {
        const from = chunk * CHUNK_ROWS
        const values = Array.from({ length: Math.min(rows - from, CHUNK_ROWS) }, (_, i) => readers.map((read) => read(from + i)))
        return importRows(fields, encodeRows(fields, values), memory)
      })
    }),
  )

const reader = ({ physical }: ColumnInfo, { data, validity }: Vector, rows: number, buffer: ArrayBufferLike): ((row: number) => RowValue) => {
  const view = viewOf(buffer, physical, data, rows)
  const value = (row: number): RowValue => {
    const word = view[physical === 'i128' ? row * 2 : row] as number | bigint
    switch (physical) {
      case 'bool8':
        return word !== 0
      case 'i128':
        return ((view[row * 2 + 1] as bigint) << 64n) | BigInt.asUintN(64, word as bigint)
      case 'slice':
        return bytesAt(buffer, Number(BigInt.asUintN(32, word as bigint)), Number((word as bigint) >> 32n))
      case 'i64':
      case 'f32':
      case 'f64':
        return word
      default:
        return BigInt(word)
    }
  }
  if (validity === 0) return value
  const bits = bytesAt(buffer, validity, bitmapBytes(rows))
  return (row) => (getBit(bits, row) ? value(row) : null)
}
