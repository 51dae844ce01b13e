/** Rows as users see them: reference values to primitives that lose nothing (docs/VALUES.md). */
import { type ApiValue, converter, type RowOptions, setProperty } from './api-value.ts'
import { columnReaders } from './read.ts'
import type { ColumnBatch, ColumnInfo, Relation } from './relation.ts'

export { type ApiValue, apiValue, type RowOptions } from './api-value.ts'
export type Row = Record<string, ApiValue>

const cellReaders = (buffer: ArrayBufferLike, relation: Relation, batch: ColumnBatch, options: RowOptions, decoded?: Map<ColumnInfo, string[]>) =>
  columnReaders(buffer, relation.columns, batch, decoded).map((read, i) => {
    const convert = converter(relation.columns[i]!.type, options)
    if (convert === undefined) return read as (row: number) => ApiValue
    return (row: number): ApiValue => {
      const value = read(row)
      return value === null ? null : convert(value)
    }
  })

/** A batch's rows as arrays of API values, in column order. */
export const batchTuples = (buffer: ArrayBufferLike, relation: Relation, batch: ColumnBatch, options: RowOptions = {}): ApiValue[][] => {
  const cells = cellReaders(buffer, relation, batch, options)
  return Array.from({ length: batch.rows }, (_, row) => cells.map((cell) => cell(row)))
}

/** All rows as arrays of API values. */
export const readTuples = (buffer: ArrayBufferLike, relation: Relation, options: RowOptions = {}): ApiValue[][] =>
  relation.batches.flatMap((batch) => batchTuples(buffer, relation, batch, options))

/** Rows one by one as plain objects, batch after batch. */
export function* iterateRows(buffer: ArrayBufferLike, relation: Relation, options: RowOptions = {}): Generator<Row> {
  const names = relation.columns.map((column) => column.name)
  const decoded = new Map<ColumnInfo, string[]>()
  for (const batch of relation.batches) {
    const cells = cellReaders(buffer, relation, batch, options, decoded)
    for (let row = 0; row < batch.rows; row++) {
      const out: Row = {}
      for (let i = 0; i < names.length; i++) setProperty(out, names[i]!, cells[i]!(row))
      yield out
    }
  }
}

/** All rows as plain objects. */
export const readRows = (buffer: ArrayBufferLike, relation: Relation, options: RowOptions = {}): Row[] => [...iterateRows(buffer, relation, options)]
