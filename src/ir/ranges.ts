/**
 * Ranges of exact values, and the machine width that follows from one. Lowering decides by them which arithmetic needs a
 * check and which fits 32 bits. A range bounds the non-NULL values; it may be wider than the truth, never narrower.
 */
import { type Range, type SqlType, typeRange } from '../layout/types.ts'

export type { Range } from '../layout/types.ts'

export type Exact = 'i32' | 'i64' | 'i128'

const signed = (bits: bigint): Range => ({ min: -(1n << (bits - 1n)), max: (1n << (bits - 1n)) - 1n })
export const WIDTHS: Record<Exact, Range> = { i32: signed(32n), i64: signed(64n), i128: signed(128n) }

export const contains = (outer: Range, inner: Range): boolean => outer.min <= inner.min && inner.max <= outer.max
export const includes = (range: Range, value: bigint): boolean => range.min <= value && value <= range.max
export const point = (value: bigint): Range => ({ min: value, max: value })

/** The smallest width that holds a range; undefined beyond 128 bits. */
export const fitting = (range: Range): Exact | undefined =>
  contains(WIDTHS.i32, range) ? 'i32' : contains(WIDTHS.i64, range) ? 'i64' : contains(WIDTHS.i128, range) ? 'i128' : undefined

/** The smallest width for values already known to fit 128 bits. */
export const widthOf = (range: Range): Exact => fitting(range) ?? 'i128'

const min = (...xs: readonly bigint[]): bigint => xs.reduce((a, b) => (b < a ? b : a))
const max = (...xs: readonly bigint[]): bigint => xs.reduce((a, b) => (b > a ? b : a))

export const union = (a: Range, b: Range): Range => ({ min: min(a.min, b.min), max: max(a.max, b.max) })
/** The common part; where there is none, a point, since then no value passes. */
export const clip = (a: Range, b: Range): Range => {
  const low = max(a.min, b.min)
  const high = min(a.max, b.max)
  return low <= high ? { min: low, max: high } : point(low > b.max ? b.max : b.min)
}

export const addRange = (a: Range, b: Range): Range => ({ min: a.min + b.min, max: a.max + b.max })
export const subRange = (a: Range, b: Range): Range => ({ min: a.min - b.max, max: a.max - b.min })
export const mulRange = (a: Range, b: Range): Range => {
  const corners = [a.min * b.min, a.min * b.max, a.max * b.min, a.max * b.max]
  return { min: min(...corners), max: max(...corners) }
}
export const negRange = (a: Range): Range => ({ min: -a.max, max: -a.min })
const magnitude = (a: Range): bigint => max(a.max, -a.min, 0n)
export const absRange = (a: Range): Range => (a.min >= 0n ? a : a.max <= 0n ? negRange(a) : { min: 0n, max: magnitude(a) })

/** Truncating division by any divisor but 0. */
export const divRange = (a: Range, b: Range): Range => {
  const divisors = [b.min, b.max, 1n, -1n].filter((d) => d !== 0n && includes(b, d))
  if (divisors.length === 0) return point(0n)
  const corners = divisors.flatMap((d) => [a.min / d, a.max / d])
  return { min: min(...corners, ...(includes(a, 0n) ? [0n] : [])), max: max(...corners, ...(includes(a, 0n) ? [0n] : [])) }
}

/** Truncating remainder: the sign of the dividend, smaller than dividend and divisor. */
export const remRange = (a: Range, b: Range): Range => {
  const largest = magnitude(b) > 0n ? magnitude(b) - 1n : 0n
  const bound = min(largest, magnitude(a))
  return { min: a.min < 0n ? -bound : 0n, max: a.max > 0n ? bound : 0n }
}

/** The range of an exact type, which the caller knows it is. */
export const exactRange = (type: SqlType): Range => {
  const range = typeRange(type)
  if (range === undefined) throw new TypeError(`${type.kind} has no range`)
  return range
}
