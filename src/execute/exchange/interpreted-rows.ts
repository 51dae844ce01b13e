/** What an interpreted stage exchanges: its columns as UnsafeRows, divided by the last one of them. The reference of what kernels do. */
import type { Lease } from '../../bridge/memory.ts'
import { ArcweldError } from '../../errors.ts'
import { columnReaders } from '../../layout/read.ts'
import type { PartitionedRows } from '../../layout/partitioned-rows.ts'
import type { Relation } from '../../layout/relation.ts'
import { rowFieldOf } from '../../layout/unsafe/fields.ts'
import { UnsafeWriter } from '../../layout/unsafe/writer.ts'
import type { Value } from '../../layout/value.ts'
import { type RowField, type RowPhysical, type RowValue, rowStride } from '../../layout/unsafe-row.ts'

/** `numbered`: the last column is the row's partition; else rows go to partitions in turn. */
export const divideInterpreted = (relation: Relation, numbered: boolean, partitions: number, framed: boolean, lease: Lease): PartitionedRows => {
  const columns = numbered ? relation.columns.slice(0, -1) : relation.columns
  const fields = columns.map(({ type }) => rowFieldOf(type))
  const writer = new UnsafeWriter()
  const frame = framed ? 4 : 0
  const rows: { readonly partition: number; readonly row: Uint8Array }[] = []
  const counts = new Uint32Array(partitions)
  const sizes = new Float64Array(partitions)
  for (const batch of relation.batches) {
    const read = columnReaders(lease.buffer, relation.columns, batch)
    for (let r = 0; r < batch.rows; r++) {
      const values = columns.map((_, i) => rowValue((read[i] as (row: number) => Value)(r), (fields[i] as RowField).physical))
      const partition = numbered ? Number((read[columns.length] as (row: number) => Value)(r)) : rows.length % partitions
      writer.clear()
      writer.row(fields, values)
      const bytes = writer.length + frame
      rows.push({ partition, row: writer.bytes.slice() })
      counts[partition] = (counts[partition] as number) + 1
      sizes[partition] = (sizes[partition] as number) + bytes
    }
  }
  const total = sizes.reduce((n, b) => n + b, 0)
  if (total >= 2 ** 32) throw new ArcweldError('MEMORY_EXCEEDED', 'the rows of an exchange need more memory than the query may have')
  const firstRow = new Uint32Array(partitions + 1)
  const firstByte = new Uint32Array(partitions + 1)
  for (let p = 0; p < partitions; p++) {
    firstRow[p + 1] = (firstRow[p] as number) + (counts[p] as number)
    firstByte[p + 1] = (firstByte[p] as number) + (sizes[p] as number)
  }
  const stride = framed ? 0 : rowStride(fields)
  const data = rows.length > 0 ? lease.allocate(total) : 0
  const offsets = rows.length > 0 && !framed && stride === 0 ? lease.allocate(rows.length * 4) : 0
  const view = new DataView(lease.buffer)
  const [nextRow, nextByte] = [firstRow.slice(), firstByte.slice()]
  for (const { partition, row: written } of rows) {
    const [row, at] = [nextRow[partition] as number, nextByte[partition] as number]
    if (framed) view.setUint32(data + at, written.length)
    new Uint8Array(lease.buffer, data + at + frame, written.length).set(written)
    if (offsets) view.setUint32(offsets + row * 4, at, true)
    nextRow[partition] = row + 1
    nextByte[partition] = at + written.length + frame
  }
  return { columns, partitions, rows: rows.length, bytes: total, data, stride, offsets, firstRow, firstByte }
}

/** A 32-bit value that lies as 64 bits is a number. */
const rowValue = (value: Value, physical: RowPhysical): RowValue => (typeof value === 'number' && (physical === 'i64' || physical === 'i128') ? BigInt(value) : value)
