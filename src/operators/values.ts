/**
 * Reference values by type: which are JavaScript numbers and which bigints, how a result out of range is handled, and the
 * orders SQL has (NaN equals itself and is the greatest, strings by code point).
 */
import { isBinary, isInteger, type Range, type SqlType, typeName, typeRange } from '../layout/types.ts'
import type { OnOverflow } from '../plan/nodes.ts'
import { EvalError, type Value } from './registry.ts'

const WIDE: ReadonlySet<SqlType['kind']> = new Set(['int64', 'uint64', 'int128', 'decimal', 'timestamp', 'timestamptz', 'interval_day_time'])
/** Whether values of the type are bigints. */
export const isWide = (type: SqlType): boolean => WIDE.has(type.kind)

/** Digits after the point of a number type that is exact; undefined for all other types. */
export const scaleOf = (type: SqlType): number | undefined => (isInteger(type) ? 0 : type.kind === 'decimal' ? type.scale : undefined)

export const powerOfTen = (n: number): bigint => 10n ** BigInt(n)

/** bigint from a value of an exact type. */
export const toBig = (x: number | bigint | boolean): bigint => (typeof x === 'bigint' ? x : BigInt(x))

export const outOfRange = (type: SqlType): string => `the result does not fit ${typeName(type)}`

/** Only integers wrap; other types raise where a plan says they should. */
export const overflowPolicy = (type: SqlType, asked: OnOverflow = 'error'): OnOverflow => (asked === 'wrap' && !isInteger(type) ? 'error' : asked)

const wrapInto = (range: Range) => {
  const span = range.max - range.min + 1n
  return (x: bigint): bigint => ((((x - range.min) % span) + span) % span) + range.min
}

/** Brings an exact result into a type, as the plan says; the number form needs |x| exact or beyond the type. */
export const fitBig = (type: SqlType, asked?: OnOverflow): ((x: bigint) => Value) => {
  const policy = overflowPolicy(type, asked)
  const range = typeRange(type) as Range
  const { min, max } = range
  const wrap = wrapInto(range)
  const out = (x: bigint): bigint | null => {
    if (policy === 'wrap') return wrap(x)
    if (policy === 'null') return null
    throw new EvalError('OVERFLOW', outOfRange(type))
  }
  if (isWide(type)) return (x) => (x >= min && x <= max ? x : out(x))
  return (x) => {
    const y = x >= min && x <= max ? x : out(x)
    return y === null ? null : Number(y)
  }
}

export const fitNumber = (type: SqlType, policy?: OnOverflow): ((x: number) => Value) => {
  const range = typeRange(type) as Range
  const min = Number(range.min)
  const max = Number(range.max)
  const slow = fitBig(type, policy)
  return (x) => (x >= min && x <= max ? x : slow(BigInt(x)))
}

/** −1, 0, 1 in SQL's order of non-NULL values of one type. */
export type Compare = (a: any, b: any) => number

const compareNumbers: Compare = (a: number, b: number) => (a < b ? -1 : a > b ? 1 : 0)
const compareFloats: Compare = (a: number, b: number) => (a < b ? -1 : a > b ? 1 : a === b ? 0 : Number(Number.isNaN(a)) - Number(Number.isNaN(b)))

/** By code points, which is the order of the UTF-8 bytes; JavaScript's own is by UTF-16 units, wrong beyond U+FFFF. */
export const compareStrings = (a: string, b: string): number => {
  const n = Math.min(a.length, b.length)
  for (let i = 0; i < n; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x === y) continue
    const surrogate = (c: number) => c >= 0xd800 && c <= 0xdfff
    return surrogate(x) !== surrogate(y) ? (surrogate(x) ? 1 : -1) : x - y
  }
  return a.length - b.length
}

/** By unsigned bytes. */
const compareBytes: Compare = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b)

/** The order of a type; packed types have none but that of their bytes; mixed exact types compare as bigint and number compare in JavaScript: exactly. */
export const comparator = (type: SqlType): Compare =>
  type.kind === 'string' ? compareStrings : isBinary(type) ? compareBytes : type.kind === 'float' || type.kind === 'double' ? compareFloats : compareNumbers
