/** Rows as users see them: reference values to primitives that lose nothing (docs/VALUES.md). */
import { formatDate, formatTimestamp, splitMicros } from './dates.ts'
import { formatDecimal } from './decimals.ts'
import { columnReaders } from './read.ts'
import type { ColumnBatch, ColumnInfo, Relation } from './relation.ts'
import type { SqlType } from './types.ts'
import type { Value } from './value.ts'

export type ApiValue = null | boolean | number | bigint | string | Date
export type Row = Record<string, ApiValue>

export interface RowOptions {
  /** 'date': dates and timestamps as `Date` in UTC, truncated to milliseconds; beyond Date's range they are invalid Dates. */
  readonly dates?: 'string' | 'date' | undefined
  /** Only what JSON has: 64-bit and wider integers as strings, NaN and infinities as "NaN", "Infinity", "-Infinity". */
  readonly json?: boolean | undefined
}

const jsonNumber = (value: number): number | string => (Number.isFinite(value) ? value : String(value))

/** Converts non-NULL values of a type; undefined: they are what the API shows. */
const converter = (type: SqlType, options: RowOptions): ((value: any) => ApiValue) | undefined => {
  const dates = options.dates === 'date' && options.json !== true
  switch (type.kind) {
    case 'decimal':
      return (value: bigint) => formatDecimal(value, type.scale)
    case 'date':
      return dates ? (days: number) => new Date(days * 86_400_000) : formatDate
    case 'timestamp':
    case 'timestamptz':
      if (dates)
        return (value: bigint) => {
          const { days, micros } = splitMicros(value)
          return new Date(days * 86_400_000 + Math.floor(micros / 1000))
        }
      return (value: bigint) => formatTimestamp(value, type.kind === 'timestamptz')
    case 'int64':
    case 'uint64':
    case 'int128':
      return options.json ? String : undefined
    case 'float':
    case 'double':
      return options.json ? jsonNumber : undefined
    default:
      return undefined
  }
}

/** What the API shows for a value. */
export const apiValue = (type: SqlType, options: RowOptions = {}): ((value: Value) => ApiValue) => {
  const convert = converter(type, options)
  return convert === undefined ? (value) => value : (value) => (value === null ? null : convert(value))
}

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
      for (let i = 0; i < names.length; i++) {
        const name = names[i]!
        // assigning to __proto__ would not make a property
        if (name === '__proto__') Object.defineProperty(out, name, { value: cells[i]!(row), enumerable: true, configurable: true, writable: true })
        else out[name] = cells[i]!(row)
      }
      yield out
    }
  }
}

/** All rows as plain objects. */
export const readRows = (buffer: ArrayBufferLike, relation: Relation, options: RowOptions = {}): Row[] => [...iterateRows(buffer, relation, options)]
