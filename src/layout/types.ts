/**
 * The SQL types. A type says what values mean; how wide they lie in memory is a `Physical` (relation.ts).
 * The text form (`decimal(15,2)`, `timestamptz`) is the one used in plan JSON, schemas and messages.
 */
export type IntegerKind = 'int8' | 'int16' | 'int32' | 'int64' | 'int128' | 'uint8' | 'uint16' | 'uint32' | 'uint64'
export type PlainKind = 'null' | 'bool' | IntegerKind | 'float' | 'double' | 'date' | 'timestamp' | 'timestamptz' | 'string'

export type SqlType =
  | { readonly kind: PlainKind }
  /** precision 1…38, 0 ≤ scale ≤ precision; values are unscaled integers. */
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }

/** `int32`, `decimal(15,2)`, … : the text form of a type. */
export type TypeName = string

const PLAIN: Record<PlainKind, SqlType> = {
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
export const decimal = (precision: number, scale: number): SqlType => ({ kind: 'decimal', precision, scale })

export const typeName = (type: SqlType): TypeName =>
  type.kind === 'decimal' ? `decimal(${type.precision},${type.scale})` : type.kind

/** The type a text form names, or undefined. */
export const parseType = (text: string): SqlType | undefined => {
  if (Object.hasOwn(PLAIN, text)) return PLAIN[text as PlainKind]
  const match = /^decimal\((\d{1,2}),\s*(\d{1,2})\)$/.exec(text)
  if (!match) return undefined
  const precision = Number(match[1])
  const scale = Number(match[2])
  return precision >= 1 && precision <= 38 && scale <= precision ? decimal(precision, scale) : undefined
}

export const sameType = (a: SqlType, b: SqlType): boolean => typeName(a) === typeName(b)

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
}

/** The values a type can hold, as integers (decimals: unscaled); undefined for float, double, string, null. */
export const typeRange = (type: SqlType): Range | undefined => {
  if (type.kind !== 'decimal') return RANGES[type.kind]
  const max = 10n ** BigInt(type.precision) - 1n
  return { min: -max, max }
}

export const isInteger = (type: SqlType): boolean => /^u?int\d+$/.test(type.kind)
export const isFloating = (type: SqlType): boolean => type.kind === 'float' || type.kind === 'double'
/** Types whose values are exact integers in memory: integers, decimals, dates, timestamps, bool. */
export const isExact = (type: SqlType): boolean => typeRange(type) !== undefined

/** A named column of a table or result. */
export interface Field {
  readonly name: string
  readonly type: SqlType
}
