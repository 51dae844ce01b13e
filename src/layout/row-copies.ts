/** Rows of a relation as bytes of their own: chunks joined to batches of some size. */
import type { RowBatch, RowRelation } from './row-batch.ts'
import type { RowTable } from './row-table.ts'
import { rowStride } from './unsafe-row.ts'

export interface RowBatchCopy {
  readonly numRows: number
  readonly rows: Uint8Array<ArrayBuffer>
  /** First byte of each row. */
  readonly offsets: Uint32Array<ArrayBuffer>
}

/** A batch is joined with others up to so many bytes. */
const JOINED_BYTES = 1 << 24

export function* copiedRows({ fields, batches }: RowRelation | RowTable, buffer: ArrayBufferLike, most: number): Generator<RowBatchCopy> {
  const stride = rowStride(fields)
  let group: RowBatch[] = []
  let [rows, bytes] = [0, 0]
  for (const batch of batches) {
    if (rows > 0 && (rows + batch.rows > most || bytes + batch.bytes > JOINED_BYTES)) {
      yield copyOf(group, rows, bytes, stride, buffer)
      group = []
      rows = bytes = 0
    }
    group.push(batch)
    rows += batch.rows
    bytes += batch.bytes
  }
  if (rows > 0) yield copyOf(group, rows, bytes, stride, buffer)
}

const copyOf = (batches: readonly RowBatch[], numRows: number, bytes: number, stride: number, buffer: ArrayBufferLike): RowBatchCopy => {
  const rows = new Uint8Array(bytes)
  const offsets = new Uint32Array(numRows)
  let [at, first] = [0, 0]
  for (const batch of batches) {
    rows.set(new Uint8Array(buffer, batch.data >>> 0, batch.bytes), at)
    const own = stride ? undefined : new Uint32Array(buffer, batch.offsets >>> 0, batch.rows)
    for (let i = 0; i < batch.rows; i++) offsets[first + i] = at + (own ? (own[i] as number) : i * stride)
    at += batch.bytes
    first += batch.rows
  }
  return { numRows, rows, offsets }
}
