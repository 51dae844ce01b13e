/**
 * The SQL types. A type says what values mean; how wide they lie in memory is a `Physical` (relation.ts).
 * Their text form (`decimal(15,2)`, `map<string,array<int32>>`) is in type-text.ts.
 */
export { MAX_TYPE_DEPTH, parseType, type TypeName, typeName } from './type-text.ts'

export type IntegerKind = 'int8' | 'int16' | 'int32' | 'int64' | 'int128' | 'uint8' | 'uint16' | 'uint32' | 'uint64'
export type PlainKind =
  | 'null' | 'bool' | IntegerKind | 'float' | 'double' | 'date' | 'timestamp' | 'timestamptz' | 'string' | 'binary'
  /** Months, days and microseconds that do not convert into each other. */
  | 'interval'
  /** Months, 32 bits. */
  | 'interval_year_month'
  /** Microseconds, 64 bits. */
  | 'interval_day_time'

export type SqlType =
  | { readonly kind: PlainKind }
  /** precision 1…38, 0 ≤ scale ≤ precision; values are unscaled integers. */
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  /** Names may repeat. */
  | { readonly kind: 'struct'; readonly fields: readonly Field[] }
  | { readonly kind: 'array'; readonly element: SqlType }
  | { readonly kind: 'map'; readonly key: SqlType; readonly value: SqlType }

/** The types of several parts. */
export type NestedType = Extract<SqlType, { kind: 'struct' | 'array' | 'map' }>

export const PLAIN: Record<PlainKind, SqlType> = {
  null: { kind: 'null' },
  bool: { kind: 'bool' },
  int8: { kind: 'int8' },
  int16: { kind: 'int16' },
  int32: { kind: 'int32' },
  int64: { kind: 'int64' },
  int128: { kind: 'int128' },
  uint8: { kind: 'uint8' },
  uint16: { kind: 'uint16' },
  uint32: { kind: 'uint32' },
  uint64: { kind: 'uint64' },
  float: { kind: 'float' },
  double: { kind: 'double' },
  date: { kind: 'date' },
  timestamp: { kind: 'timestamp' },
  timestamptz: { kind: 'timestamptz' },
  string: { kind: 'string' },
  binary: { kind: 'binary' },
  interval: { kind: 'interval' },
  interval_year_month: { kind: 'interval_year_month' },
  interval_day_time: { kind: 'interval_day_time' },
}

export const NULL = PLAIN.null
export const BOOL = PLAIN.bool
export const INT8 = PLAIN.int8
export const INT16 = PLAIN.int16
export const INT32 = PLAIN.int32
export const INT64 = PLAIN.int64
export const INT128 = PLAIN.int128
export const UINT8 = PLAIN.uint8
export const UINT16 = PLAIN.uint16
export const UINT32 = PLAIN.uint32
export const UINT64 = PLAIN.uint64
export const FLOAT = PLAIN.float
export const DOUBLE = PLAIN.double
export const DATE = PLAIN.date
export const TIMESTAMP = PLAIN.timestamp
export const TIMESTAMPTZ = PLAIN.timestamptz
export const STRING = PLAIN.string
export const BINARY = PLAIN.binary
export const INTERVAL = PLAIN.interval
export const INTERVAL_YEAR_MONTH = PLAIN.interval_year_month
export const INTERVAL_DAY_TIME = PLAIN.interval_day_time
export const decimal = (precision: number, scale: number): SqlType => ({ kind: 'decimal', precision, scale })

export const struct = (fields: readonly Field[]): SqlType => ({ kind: 'struct', fields })
export const array = (element: SqlType): SqlType => ({ kind: 'array', element })
export const map = (key: SqlType, value: SqlType): SqlType => ({ kind: 'map', key, value })

export const sameType = (a: SqlType, b: SqlType): boolean => {
  if (a.kind !== b.kind) return false
  switch (a.kind) {
    case 'decimal': {
      const d = b as typeof a
      return a.precision === d.precision && a.scale === d.scale
    }
    case 'struct': {
      const { fields } = b as typeof a
      return a.fields.length === fields.length && a.fields.every((f, i) => f.name === fields[i]!.name && sameType(f.type, fields[i]!.type))
    }
    case 'array':
      return sameType(a.element, (b as typeof a).element)
    case 'map':
      return sameType(a.key, (b as typeof a).key) && sameType(a.value, (b as typeof a).value)
    default:
      return true
  }
}

/** Inclusive bounds of a value set. */
export interface Range {
  readonly min: bigint
  readonly max: bigint
}

const bits = (n: bigint, signed: boolean): Range =>
  signed ? { min: -(1n << (n - 1n)), max: (1n << (n - 1n)) - 1n } : { min: 0n, max: (1n << n) - 1n }

const RANGES: Partial<Record<SqlType['kind'], Range>> = {
  bool: { min: 0n, max: 1n },
  int8: bits(8n, true),
  int16: bits(16n, true),
  int32: bits(32n, true),
  int64: bits(64n, true),
  int128: bits(128n, true),
  uint8: bits(8n, false),
  uint16: bits(16n, false),
  uint32: bits(32n, false),
  uint64: bits(64n, false),
  date: bits(32n, true),
  timestamp: bits(64n, true),
  timestamptz: bits(64n, true),
  interval_year_month: bits(32n, true),
  interval_day_time: bits(64n, true),
}

/** The values a type can hold, as integers (decimals: unscaled); undefined for float, double, null and byte slices. */
export const typeRange = (type: SqlType): Range | undefined => {
  if (type.kind !== 'decimal') return RANGES[type.kind]
  const max = 10n ** BigInt(type.precision) - 1n
  return { min: -max, max }
}

export const isInteger = (type: SqlType): boolean => /^u?int\d+$/.test(type.kind)
export const isFloating = (type: SqlType): boolean => type.kind === 'float' || type.kind === 'double'
/** Types whose values are exact integers in memory: integers, decimals, dates, timestamps, bool, intervals of one unit. */
export const isExact = (type: SqlType): boolean => typeRange(type) !== undefined
export const isNested = (type: SqlType): type is NestedType => type.kind === 'struct' || type.kind === 'array' || type.kind === 'map'
/** Types whose values are bytes in Spark's Unsafe form, independent of their place; equal where the bytes are, and in no order. */
export const isPacked = (type: SqlType): boolean => type.kind === 'interval' || isNested(type)
/** Types whose values are `Uint8Array` (value.ts). */
export const isBinary = (type: SqlType): boolean => type.kind === 'binary' || isPacked(type)
/** Types whose values lie in memory as byte slices: string, binary and the packed ones. */
export const isSlice = (type: SqlType): boolean => type.kind === 'string' || isBinary(type)

/** A named column of a table or result. */
export interface Field {
  readonly name: string
  readonly type: SqlType
}
