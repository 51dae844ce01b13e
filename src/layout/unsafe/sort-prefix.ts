/**
 * Spark's sort prefixes (SortOrder.scala, PrefixComparators.java): 64 bits whose order never contradicts that of the values, given as a
 * signed integer. They compare unsigned for floats, text and binary, signed for all else.
 */
import { formatDecimal } from '../decimals.ts'
import { isExact, type SqlType } from '../types.ts'
import type { Value } from '../value.ts'

/** Digits of a decimal that fits 64 bits. */
const LONG_DIGITS = 18
const LEAST = -(1n << 63n)
const GREATEST = (1n << 63n) - 1n

const bits = new DataView(new ArrayBuffer(8))
const ofDouble = (value: number): bigint => {
  bits.setFloat64(0, Number.isNaN(value) ? Number.NaN : value + 0)
  const raw = bits.getBigInt64(0)
  return BigInt.asIntN(64, raw < 0n ? ~raw : raw ^ LEAST)
}

const ofBytes = (bytes: Uint8Array): bigint => {
  const first = new Uint8Array(8)
  first.set(bytes.subarray(0, 8))
  return new DataView(first.buffer).getBigInt64(0)
}

/** To as many digits after the point, half away from zero. */
const rescaled = (value: bigint, from: number, to: number): bigint => {
  if (from <= to) return value * 10n ** BigInt(to - from)
  const unit = 10n ** BigInt(from - to)
  const half = value < 0n ? -unit / 2n : unit / 2n
  return (value + half) / unit
}

const LIMIT = 10n ** BigInt(LONG_DIGITS)

type Decimal = Extract<SqlType, { kind: 'decimal' }>
const isDouble = (type: SqlType): boolean => type.kind === 'decimal' && type.precision - type.scale > LONG_DIGITS

const ofDecimal = (value: bigint, { precision, scale }: Decimal): bigint => {
  if (precision <= LONG_DIGITS) return value
  const whole = precision - scale
  if (whole > LONG_DIGITS) return ofDouble(Number(formatDecimal(value, scale)))
  const scaled = rescaled(value, scale, LONG_DIGITS - whole)
  return scaled >= LIMIT ? GREATEST : scaled <= -LIMIT ? LEAST : scaled
}

/** Undefined where Spark has no prefix for the type. */
export const hasPrefix = (type: SqlType): boolean => type.kind === 'float' || type.kind === 'double' || type.kind === 'string' || type.kind === 'binary' || isExact(type)

/** The prefix of a value that is not NULL. */
export const sortPrefix = (type: SqlType, value: Exclude<Value, null>): bigint => {
  switch (type.kind) {
    case 'float':
    case 'double':
      return ofDouble(value as number)
    case 'string':
      return ofBytes(Buffer.from(value as string, 'utf8'))
    case 'binary':
      return ofBytes(value as Uint8Array)
    case 'decimal':
      return ofDecimal(value as bigint, type)
    default:
      return BigInt(value as bigint | number | boolean)
  }
}

/** What stands for NULL where it sorts before all values, or behind them. */
export const nullPrefix = (type: SqlType, least: boolean): bigint => {
  if (isDouble(type)) return ofDouble(least ? Number.NEGATIVE_INFINITY : Number.NaN)
  if (isExact(type)) return least ? LEAST : GREATEST
  return least ? 0n : -1n
}
