/**
 * Whether a row group can hold a row that a predicate keeps, by the writer's bounds and NULL counts. Always on the safe
 * side: what is not understood keeps the row group.
 */
import type { Range, SqlType } from '../../layout/types.ts'
import type { ScanPredicate } from '../source.ts'
import type { Reading } from './chunk-task.ts'
import type { RawStatistics } from './metadata.ts'
import type { ParquetColumn } from './schema.ts'

export type Bound = bigint | number | Uint8Array

/** A big-endian two's complement integer. */
const bigEndian = (bytes: Uint8Array): bigint => {
  let value = BigInt(((bytes[0] ?? 0) << 24) >> 24)
  for (const byte of bytes.subarray(1)) value = (value << 8n) | BigInt(byte)
  return value
}

const MICROS: Partial<Record<Reading, (value: bigint) => bigint>> = {
  millis: (value) => value * 1000n,
  // Bounds that are no whole microseconds are those of a column that is not read in the end.
  nanos: (value) => value / 1000n,
}

const exactBound = ({ element, reading }: ParquetColumn, bytes: Uint8Array): bigint | undefined => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const unsigned = reading === 'unsigned'
  switch (element.type) {
    case 'BOOLEAN':
      return bytes.length === 1 ? BigInt(bytes[0]!) : undefined
    case 'INT32':
      return bytes.length === 4 ? BigInt(unsigned ? view.getUint32(0, true) : view.getInt32(0, true)) : undefined
    case 'INT64': {
      if (bytes.length !== 8) return undefined
      const value = unsigned ? view.getBigUint64(0, true) : view.getBigInt64(0, true)
      return MICROS[reading!]?.(value) ?? value
    }
    case 'FIXED_LEN_BYTE_ARRAY':
      return reading === 'decimal' && bytes.length === element.typeLength && bytes.length > 0 && bytes.length <= 64 ? bigEndian(bytes) : undefined
    case 'BYTE_ARRAY':
      return reading === 'decimal' && bytes.length > 0 && bytes.length <= 64 ? bigEndian(bytes) : undefined
    default:
      return undefined
  }
}

/** The bounds of exact values that statistics give; undefined where they give none, or such as make no sense. */
export const exactBounds = (column: ParquetColumn, { min, max, legacy }: RawStatistics): Range | undefined => {
  if (min === undefined || max === undefined || !('kind' in column.type) || !ordered(column.type, column, legacy)) return undefined
  const [least, greatest] = [exactBound(column, min), exactBound(column, max)]
  return least !== undefined && greatest !== undefined && least <= greatest ? { min: least, max: greatest } : undefined
}

const bound = (column: ParquetColumn, type: SqlType, bytes: Uint8Array | undefined): Bound | undefined => {
  if (bytes === undefined) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (type.kind === 'string') return column.reading === 'text' ? bytes : undefined
  if (type.kind === 'double') return bytes.length === 8 ? view.getFloat64(0, true) : undefined
  if (type.kind === 'float') return column.element.type === 'FLOAT' && bytes.length === 4 ? view.getFloat32(0, true) : undefined
  return exactBound(column, bytes)
}

/** The predicate's value in the form of the bounds. */
export const operand = (type: SqlType, value: ScanPredicate['value']): Bound | undefined => {
  if (type.kind === 'string') return typeof value === 'string' ? Buffer.from(value) : undefined
  if (type.kind === 'double' || type.kind === 'float') return typeof value === 'number' && !Number.isNaN(value) ? value : undefined
  if (typeof value === 'boolean') return value ? 1n : 0n
  if (typeof value === 'bigint') return value
  return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : undefined
}

/** -1, 0, 1; undefined where the two cannot be compared. */
export const compare = (a: Bound, b: Bound): number | undefined => {
  if (a instanceof Uint8Array || b instanceof Uint8Array) return a instanceof Uint8Array && b instanceof Uint8Array ? Buffer.compare(a, b) : undefined
  if (Number.isNaN(a) || Number.isNaN(b)) return undefined
  return a < b ? -1 : a > b ? 1 : 0
}

/** Bounds by signed bytes, as old writers stored them, order strings and unsigned integers wrongly. */
const ordered = (type: SqlType, column: ParquetColumn, legacy: boolean): boolean =>
  column.element.type !== 'INT96' && (!legacy || !(type.kind === 'string' || type.kind === 'decimal' || type.kind.startsWith('uint')))

/** false only when no row of the row group can satisfy the predicate. */
export const mayMatch = (predicate: ScanPredicate, column: ParquetColumn, statistics: RawStatistics | undefined, rows: number): boolean => {
  const { type } = column
  // of a nested column they are those of one leaf
  if (statistics === undefined || !('kind' in type) || column.nested) return true
  const { nullCount, legacy } = statistics
  if (predicate.op === 'is_null') return nullCount !== 0
  if (nullCount !== undefined && nullCount === rows) return false
  if (predicate.op === 'is_not_null' || !ordered(type, column, legacy)) return true
  if (predicate.value === null) return false
  const value = operand(type, predicate.value)
  if (value === undefined) return true
  const min = bound(column, type, statistics.min)
  const max = bound(column, type, statistics.max)
  const fromMin = min === undefined ? undefined : compare(value, min)
  const fromMax = max === undefined ? undefined : compare(value, max)
  // NaN is the greatest value and no part of the bounds
  const nan = type.kind === 'float' || type.kind === 'double'
  switch (predicate.op) {
    case '=':
      return !((fromMin !== undefined && fromMin < 0) || (fromMax !== undefined && fromMax > 0))
    case '<':
      return fromMin === undefined || fromMin > 0
    case '<=':
      return fromMin === undefined || fromMin >= 0
    case '>':
      return nan || fromMax === undefined || fromMax < 0
    case '>=':
      return nan || fromMax === undefined || fromMax <= 0
  }
}
