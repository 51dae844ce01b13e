/**
 * Reference evaluation of casts among numbers, bools, dates and timestamps, with DuckDB's rounding: decimals away from zero
 * at half, floats to an integer to even at half, floats to a decimal away from zero at half. `undefined` is a failure.
 */
import { isFloating, isInteger, type Range, type SqlType, typeRange } from '../layout/types.ts'
import { DATE_INFINITY, DAY_MICROS, floorDivide, isFiniteDate, isFiniteTimestamp, TIMESTAMP_DAYS, TIMESTAMP_INFINITY } from './calendar.ts'
import type { Value } from './registry.ts'
import { isWide, powerOfTen, scaleOf, toBig } from './values.ts'

/** What converts one value that is not NULL; undefined where it has no counterpart. */
export type Convert = (x: any) => Exclude<Value, null> | undefined

/** To the nearest integer, away from zero at half. */
export const divideRounding = (x: bigint, by: bigint): bigint => {
  const q = x / by
  const r = x % by
  return (r < 0n ? -r : r) * 2n >= by ? q + (x < 0n ? -1n : 1n) : q
}

/** To the nearest, to even at half. */
export const nearest = (x: number): number => {
  const r = Math.round(x)
  return r - x === 0.5 && r % 2 !== 0 ? r - 1 : r
}

/** To the nearest, away from zero at half. */
export const roundAway = (x: number): number => {
  const t = Math.trunc(x)
  return Math.abs(x - t) >= 0.5 ? t + Math.sign(x) : t
}

const fitExact = (to: SqlType): ((x: bigint) => number | bigint | undefined) => {
  const { min, max } = typeRange(to) as Range
  const wide = isWide(to)
  return (x) => (x < min || x > max ? undefined : wide ? x : Number(x))
}

/** DuckDB's conversion of 128 bits: two halves of 64, each rounded; where the upper one is −1, one less than the magnitude, and 1 more. */
export const hugeToDouble = (x: bigint): number => {
  const high = x >> 64n
  const low = x & 0xffffffffffffffffn
  return high === -1n ? -1 - Number(0xffffffffffffffffn - low) : Number(low) + Number(high) * 2 ** 64
}

/** Rounded once: 32 bits and whether there is more tell it. */
const bigToFloat = (x: bigint): number => {
  const magnitude = x < 0n ? -x : x
  const dropped = BigInt(Math.max(magnitude.toString(2).length - 32, 0))
  const top = magnitude >> dropped
  const rounded = Math.fround(Number(top << dropped === magnitude ? top : top | 1n)) * 2 ** Number(dropped)
  return x < 0n ? -rounded : rounded
}

/** DuckDB's 128-bit integers become floats by way of doubles, others at once. */
export const roundsTwice = (from: SqlType): boolean => from.kind === 'int128' || (from.kind === 'decimal' && from.precision > 18)

const EXACT_IN_DOUBLE = 1n << 53n
const EXACT_IN_FLOAT = 1n << 24n

/** Exact numbers to floats: by one division where the digits are exact, else the parts before and after the point apart. */
const toFloating = (from: SqlType, to: SqlType): Convert => {
  const scale = scaleOf(from) ?? 0
  const round = to.kind === 'float' ? Math.fround : (x: number) => x
  const convert = roundsTwice(from) ? (x: bigint) => round(hugeToDouble(x)) : to.kind === 'float' ? bigToFloat : Number
  if (from.kind !== 'decimal') return isWide(from) ? convert : (x: number) => round(Number(x))
  const divisor = round(Number(`1e${scale}`))
  const unit = powerOfTen(scale)
  const limit = to.kind === 'float' ? EXACT_IN_FLOAT : EXACT_IN_DOUBLE
  return (x: bigint) => {
    if (scale === 0 || (x <= limit && x >= -limit)) return round(convert(x) / divisor)
    return round(convert(x / unit) + round(convert(x % unit) / divisor))
  }
}

const fromFloating = (from: SqlType, to: SqlType): Convert => {
  if (to.kind === 'bool') return (x: number) => x !== 0
  if (to.kind === 'double') return (x: number) => x
  if (to.kind === 'float') {
    return (x: number) => {
      const y = Math.fround(x)
      return Number.isFinite(x) && !Number.isFinite(y) ? undefined : y
    }
  }
  const { min, max } = typeRange(to) as Range
  if (to.kind === 'decimal') {
    // Of a float the scaled and rounded value is a float again.
    const own = from.kind === 'float' ? Math.fround : (x: number) => x
    const factor = Number(`1e${to.scale}`)
    const limit = Number(`1e${to.precision}`)
    return (x: number) => {
      const scaled = roundAway(x * factor)
      const result = own(scaled)
      return Math.max(Math.abs(scaled), Math.abs(result)) < limit ? BigInt(result) : undefined
    }
  }
  const low = Number(min)
  const end = Number(max + 1n)
  const open = to.kind === 'int128'
  const wide = isWide(to)
  return (x: number) => {
    const r = nearest(x)
    if (!(x >= low && r < end) || (open && x === low)) return undefined
    return wide ? BigInt(r) : r + 0
  }
}

const exactToExact = (from: SqlType, to: SqlType): Convert => {
  const [a, b] = [scaleOf(from) ?? 0, scaleOf(to) ?? 0]
  const fit = fitExact(to)
  if (a === b) {
    if (isWide(from) || isWide(to)) return (x) => fit(toBig(x))
    const { min, max } = typeRange(to) as Range
    const [low, high] = [Number(min), Number(max)]
    return (x: number | boolean) => {
      const n = Number(x)
      return n < low || n > high ? undefined : n
    }
  }
  const factor = powerOfTen(Math.abs(a - b))
  return a < b ? (x) => fit(toBig(x) * factor) : (x: bigint) => fit(divideRounding(x, factor))
}

const isTime = (t: SqlType) => t.kind === 'timestamp' || t.kind === 'timestamptz'

const temporal = (from: SqlType, to: SqlType): Convert | undefined => {
  if (isTime(from) && isTime(to)) return (x: bigint) => x
  if (from.kind === 'date' && isTime(to)) {
    return (x: number) => {
      if (!isFiniteDate(x)) return x > 0 ? TIMESTAMP_INFINITY : -TIMESTAMP_INFINITY
      return BigInt(x) < TIMESTAMP_DAYS.min || BigInt(x) > TIMESTAMP_DAYS.max ? undefined : BigInt(x) * DAY_MICROS
    }
  }
  if (isTime(from) && to.kind === 'date') {
    return (x: bigint) => (isFiniteTimestamp(x) ? Number(floorDivide(x, DAY_MICROS)) : x > 0n ? DATE_INFINITY : -DATE_INFINITY)
  }
  return undefined
}

const isNumber = (t: SqlType) => isInteger(t) || t.kind === 'decimal' || t.kind === 'bool' || isFloating(t)

/** The conversion, or undefined where the types have none. */
export const numericCast = (from: SqlType, to: SqlType): Convert | undefined => {
  if (!isNumber(from) || !isNumber(to)) return temporal(from, to)
  if (isFloating(from)) return fromFloating(from, to)
  if (to.kind === 'bool') return from.kind === 'bool' ? (x: boolean) => x : (x: number | bigint) => x !== 0 && x !== 0n
  if (isFloating(to)) return toFloating(from, to)
  return exactToExact(from, to)
}
