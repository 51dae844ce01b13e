/**
 * Result types as DuckDB infers them: the type that holds two others, and what arithmetic gives. Integers of unlike sign
 * meet in the narrowest type that holds both.
 */
import { DOUBLE, decimal, FLOAT, INT128, INT16, INT32, INT64, INT8, isFloating, isInteger, type SqlType, sameType, TIMESTAMP, TIMESTAMPTZ, typeRange } from '../../layout/types.ts'

type Decimal = Extract<SqlType, { kind: 'decimal' }>

const SIGNED = [INT8, INT16, INT32, INT64, INT128]
const DIGITS: Readonly<Record<string, number>> = { int8: 3, uint8: 3, int16: 5, uint16: 5, int32: 10, uint32: 10, int64: 19, uint64: 20, int128: 38 }
/** Decimals up to this width lie in 64 bits; arithmetic of such ones stays there, and overflows rather than widening. */
const NARROW = 18
const WIDEST = 38

export const isExactNumber = (t: SqlType): boolean => isInteger(t) || t.kind === 'decimal'
export const isNumber = (t: SqlType): boolean => isExactNumber(t) || isFloating(t)
export const isTime = (t: SqlType): boolean => t.kind === 'timestamp' || t.kind === 'timestamptz'
export const isTemporal = (t: SqlType): boolean => t.kind === 'date' || isTime(t)

const asDecimal = (t: SqlType): Decimal => (t.kind === 'decimal' ? t : (decimal(DIGITS[t.kind]!, 0) as Decimal))

const holds = (outer: SqlType, inner: SqlType): boolean => {
  const [o, i] = [typeRange(outer)!, typeRange(inner)!]
  return o.min <= i.min && o.max >= i.max
}

const commonInteger = (a: SqlType, b: SqlType): SqlType => {
  if (holds(a, b)) return a
  if (holds(b, a)) return b
  return SIGNED.find((t) => holds(t, a) && holds(t, b)) ?? INT128
}

/** The type both can be cast to without a choice being made; undefined where there is none. */
export const commonType = (a: SqlType, b: SqlType): SqlType | undefined => {
  if (sameType(a, b) || b.kind === 'null') return a
  if (a.kind === 'null') return b
  if (isNumber(a) && isNumber(b)) {
    if (isFloating(a) || isFloating(b)) return a.kind === 'double' || b.kind === 'double' ? DOUBLE : FLOAT
    if (isInteger(a) && isInteger(b)) return commonInteger(a, b)
    const [x, y] = [asDecimal(a), asDecimal(b)]
    const whole = Math.max(x.precision - x.scale, y.precision - y.scale)
    const scale = Math.max(x.scale, y.scale)
    if (whole + scale <= WIDEST) return decimal(whole + scale, scale)
    // Of an integer and a decimal the digits after the point stay, of two decimals those before it.
    return decimal(WIDEST, isInteger(a) || isInteger(b) ? scale : Math.max(0, WIDEST - whole))
  }
  if (isTemporal(a) && isTemporal(b)) return a.kind === 'timestamptz' || b.kind === 'timestamptz' ? TIMESTAMPTZ : TIMESTAMP
  return undefined
}

/** + and −. */
export const sumType = (a: SqlType, b: SqlType): SqlType | undefined => {
  if (a.kind !== 'decimal' && b.kind !== 'decimal') return commonType(a, b)
  if (isFloating(a) || isFloating(b)) return commonType(a, b)
  const [x, y] = [asDecimal(a), asDecimal(b)]
  const scale = Math.max(x.scale, y.scale)
  const widest = Math.max(x.precision, y.precision)
  const wanted = Math.max(scale + Math.max(x.precision - x.scale, y.precision - y.scale), widest) + 1
  return decimal(narrowed(wanted, widest), scale)
}

/** ×; undefined where the digits after the point alone are more than a decimal has. */
export const productType = (a: SqlType, b: SqlType): SqlType | undefined => {
  if (a.kind !== 'decimal' && b.kind !== 'decimal') return commonType(a, b)
  if (isFloating(a) || isFloating(b)) return commonType(a, b)
  const [x, y] = [asDecimal(a), asDecimal(b)]
  const scale = x.scale + y.scale
  if (scale > WIDEST) return undefined
  const wanted = x.precision + y.precision
  return decimal(scale < NARROW ? narrowed(wanted, Math.max(x.precision, y.precision)) : Math.min(wanted, WIDEST), scale)
}

/** The remainder; a double where no decimal holds both. */
export const remainderType = (a: SqlType, b: SqlType): SqlType | undefined => {
  const common = commonType(a, b)
  if (common?.kind !== 'decimal') return common
  const [x, y] = [asDecimal(a), asDecimal(b)]
  return Math.max(x.precision - x.scale, y.precision - y.scale) + Math.max(x.scale, y.scale) > WIDEST ? DOUBLE : common
}

const narrowed = (wanted: number, widest: number): number => (wanted > NARROW && widest <= NARROW ? NARROW : Math.min(wanted, WIDEST))
