/**
 * Row batches: runs of UnsafeRows. At the door they are bytes with the rows' offsets; in shared memory they are what a kernel's
 * row source points to. Bytes from outside are checked here, because a kernel follows the offsets in them unseen.
 */
import { SourceError } from '../errors.ts'
import type { Arena } from './relation.ts'
import { rowCheck } from './unsafe/checks.ts'
import { extentOf, readRow } from './unsafe/views.ts'
import { UnsafeWriter } from './unsafe/writer.ts'
import { type RowField, type RowValue, rowStride, wordOffset } from './unsafe-row.ts'

/** Rows one after the other; `offsets` are their first bytes, and may be left out where all rows have one length. */
export interface RowBytes {
  readonly rows: Uint8Array
  readonly offsets?: Uint32Array | undefined
}

/** Addresses in shared memory; `offsets` is 0 where the stride is fixed, else that of u32[rows], relative to `data`. */
export interface RowBatch {
  readonly rows: number
  readonly data: number
  /** Bytes of all rows. */
  readonly bytes: number
  readonly offsets: number
}

export interface RowRelation {
  readonly fields: readonly RowField[]
  readonly batches: readonly RowBatch[]
  readonly rows: number
}

/** Plain values as UnsafeRows, with offsets where the fields have no fixed stride. */
export const encodeRows = (fields: readonly RowField[], values: readonly (readonly RowValue[])[]): RowBytes => {
  const offsets = new Uint32Array(values.length)
  const writer = new UnsafeWriter()
  values.forEach((row, i) => {
    offsets[i] = writer.length
    writer.row(fields, row)
  })
  const rows = writer.bytes.slice()
  return rowStride(fields) > 0 ? { rows } : { rows, offsets }
}

/** Copies rows into shared memory. Throws SourceError FILE_FORMAT where the bytes are no rows of these fields, ArcweldError MEMORY_EXCEEDED. */
export const importRows = (fields: readonly RowField[], bytes: RowBytes, arena: Arena): RowBatch => {
  const starts = startsOf(fields, bytes)
  const { rows } = bytes
  const stride = rowStride(fields)
  checkRows(fields, rows, starts)
  const data = arena.allocate(rows.length) >>> 0
  new Uint8Array(arena.buffer, data, rows.length).set(rows)
  if (stride > 0) return { rows: starts.length, data, bytes: rows.length, offsets: 0 }
  const offsets = arena.allocate(starts.length * 4) >>> 0
  new Uint32Array(arena.buffer, offsets, starts.length).set(starts)
  return { rows: starts.length, data, bytes: rows.length, offsets }
}

/** Plain values of a batch. */
export const readRows = ({ fields, batches }: RowRelation, buffer: ArrayBufferLike): RowValue[][] => {
  const view = new DataView(buffer)
  const stride = rowStride(fields)
  return batches.flatMap(({ rows, data, offsets }) => Array.from({ length: rows }, (_, i) => readRow(fields, view, data + (offsets ? view.getUint32(offsets + i * 4, true) : i * stride))))
}

const wrong = (what: string, byteOffset?: number): never => {
  throw new SourceError('FILE_FORMAT', `not a batch of rows: ${what}`, { byteOffset })
}

const startsOf = (fields: readonly RowField[], { rows, offsets }: RowBytes): Uint32Array => {
  const stride = rowStride(fields)
  if (stride === 0) return offsets ?? wrong('rows with a field of variable length need their offsets')
  if (offsets) {
    offsets.forEach((at, i) => at === i * stride || wrong(`row ${i} begins at ${at}, not ${i * stride}`))
    if (rows.length !== offsets.length * stride) wrong(`${rows.length} bytes for ${offsets.length} rows of ${stride}`)
  } else if (rows.length % stride !== 0) wrong(`${rows.length} bytes are no rows of ${stride}`)
  return Uint32Array.from({ length: rows.length / stride }, (_, i) => i * stride)
}

/** Every row within the bytes, 8-aligned, in order, and right in itself. */
const checkRows = (fields: readonly RowField[], rows: Uint8Array, starts: Uint32Array): void => {
  const { view } = extentOf(rows)
  const fixed = wordOffset(fields.length, fields.length)
  if (starts.length === 0 && rows.length > 0) wrong(`${rows.length} bytes without a row`)
  const check = rowCheck(fields)
  starts.forEach((start, row) => {
    const end = starts[row + 1] ?? rows.length
    if (start % 8 !== 0 || (row === 0 && start !== 0) || end > rows.length || end - start < fixed) wrong(`row ${row} lies at ${start} to ${end} of ${rows.length} bytes`, start)
    check({ view, start, end }, row)
  })
}
