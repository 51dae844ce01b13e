/**
 * What operators mean on scalars, in plain JavaScript. All integers are bigint here (decimals unscaled, dates in days, timestamps
 * in microseconds), floats are numbers (of 32 bits rounded), strings hold one byte a character.
 */
import type { BinaryOp, ScalarName, Type, UnaryOp } from '../../src/language/nodes.ts'

export type Code = 'OVERFLOW' | 'DIVIDE_BY_ZERO' | 'RAISED'
/** A program that ends with an error. */
export class Raises extends Error {
  readonly code: Code
  constructor(code: Code) {
    super(code)
    this.code = code
  }
}

export type Scalar = boolean | bigint | number | string

const BITS: Partial<Record<ScalarName, readonly [signed: boolean, bits: number]>> = {
  i8: [true, 8], i16: [true, 16], i32: [true, 32], i64: [true, 64], i128: [true, 128],
  u8: [false, 8], u16: [false, 16], u32: [false, 32], u64: [false, 64], date: [true, 32], timestamp: [true, 64],
}
/** Of an integer type; undefined for others. */
export const widthOf = (type: Type): readonly [signed: boolean, bits: number] | undefined => (type.kind === 'dec128' ? BITS.i128 : type.kind === 'scalar' ? BITS[type.scalar] : undefined)
export const isFloat = (type: Type): boolean => type.kind === 'scalar' && (type.scalar === 'f32' || type.scalar === 'f64')
export const rangeOf = (type: Type): readonly [least: bigint, greatest: bigint] => {
  const [signed, bits] = widthOf(type) as readonly [boolean, number]
  const top = (1n << BigInt(signed ? bits - 1 : bits)) - 1n
  return [signed ? -top - 1n : 0n, top]
}
export const wrap = (type: Type, x: bigint): bigint => {
  const [signed, bits] = widthOf(type) as readonly [boolean, number]
  return signed ? BigInt.asIntN(bits, x) : BigInt.asUintN(bits, x)
}
export const round = (type: Type, x: number): number => (type.kind === 'scalar' && type.scalar === 'f32' ? Math.fround(x) : x)
const fits = (type: Type, x: bigint): bigint => {
  const [least, greatest] = rangeOf(type)
  if (x < least || x > greatest) throw new Raises('OVERFLOW')
  return x
}
const nonZero = (x: bigint): bigint => {
  if (x === 0n) throw new Raises('DIVIDE_BY_ZERO')
  return x
}

/** Both operands are of `type`. `&&` and `||` are the evaluator's own: they are lazy. */
export const binaryOf = (op: BinaryOp, type: Type, a: Scalar, b: Scalar): Scalar => {
  switch (op) {
    case '==':
      return a === b
    case '!=':
      return a !== b
    case '<':
      return a < b
    case '<=':
      return a <= b
    case '>':
      return a > b
    case '>=':
      return a >= b
    case 'min':
      return typeof a === 'number' ? Math.min(a, b as number) : a <= b ? a : b
    case 'max':
      return typeof a === 'number' ? Math.max(a, b as number) : a >= b ? a : b
    default:
  }
  if (typeof a === 'bigint' && typeof b === 'bigint') return integers(op, type, a, b)
  if (typeof a === 'number' && typeof b === 'number') return round(type, floats(op, a, b))
  if (typeof a === 'boolean' && typeof b === 'boolean') return booleans(op, a, b)
  throw new Error(`${op} of ${typeof a} and ${typeof b}`)
}

const integers = (op: BinaryOp, type: Type, a: bigint, b: bigint): bigint => {
  const bits = BigInt((widthOf(type) as readonly [boolean, number])[1])
  switch (op) {
    case '+':
      return wrap(type, a + b)
    case '-':
      return wrap(type, a - b)
    case '*':
      return wrap(type, a * b)
    case '/':
      return wrap(type, a / nonZero(b))
    case '%':
      return a % nonZero(b)
    case '+!':
      return fits(type, a + b)
    case '-!':
      return fits(type, a - b)
    case '*!':
      return fits(type, a * b)
    case '&':
      return a & b
    case '|':
      return a | b
    case '^':
      return a ^ b
    case '<<':
      return wrap(type, a << BigInt.asUintN(64, b & (bits - 1n)))
    case '>>':
      return a >> (b & (bits - 1n))
    default:
      throw new Error(`${op} of integers`)
  }
}
const floats = (op: BinaryOp, a: number, b: number): number => {
  switch (op) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return a / b
    case '%':
      return a % b
    case 'pow':
      return a ** b
    default:
      throw new Error(`${op} of floats`)
  }
}
const booleans = (op: BinaryOp, a: boolean, b: boolean): boolean => {
  if (op === '&') return a && b
  if (op === '|') return a || b
  if (op === '^') return a !== b
  throw new Error(`${op} of bools`)
}

/** To the even one of two that are as near. */
const nearest = (x: number): number => {
  const down = Math.floor(x)
  if (!Number.isFinite(x) || x === down) return x
  const rounded = x - down < 0.5 ? down : x - down > 0.5 || down % 2 !== 0 ? down + 1 : down
  return rounded === 0 && x < 0 ? -0 : rounded
}

export const unaryOf = (op: UnaryOp, type: Type, x: Scalar): Scalar => {
  if (typeof x === 'boolean') return !x
  if (typeof x === 'bigint') {
    if (op === 'neg') return wrap(type, -x)
    if (op === 'abs') return wrap(type, x < 0n ? -x : x)
    if (op === 'not') return wrap(type, ~x)
  }
  if (typeof x !== 'number') throw new Error(`${op} of ${typeof x}`)
  if (op === 'neg') return -x
  if (op === 'nearest') return nearest(x)
  if (op === 'not') throw new Error('not of a float')
  return round(type, Math[op](x))
}

/** To a float, once rounded: BigInt → f64 rounds to nearest even; to f32 the bits that f64 would drop decide ties. */
const toFloat = (type: Type, x: bigint): number => {
  if (type.kind !== 'scalar' || type.scalar !== 'f32' || (x < 1n << 53n && x > -(1n << 53n))) return round(type, Number(x))
  // Two digits more than an f32 has, and one that says whether any below them is set.
  const size = (x < 0n ? -x : x).toString(2).length
  const below = BigInt(size - 26)
  const magnitude = x < 0n ? -x : x
  const kept = ((magnitude >> below) << 1n) | ((magnitude & ((1n << below) - 1n)) === 0n ? 0n : 1n)
  const value = Math.fround(Number(kept)) * 2 ** (size - 27)
  return x < 0n ? -value : value
}

export const castOf = (to: Type, x: Scalar): Scalar => {
  if (typeof x === 'string') return x
  if (to.kind === 'scalar' && to.scalar === 'bool') return typeof x === 'boolean' ? x : typeof x === 'bigint' ? x !== 0n : x !== 0
  const value = typeof x === 'boolean' ? (x ? 1n : 0n) : x
  if (isFloat(to)) return typeof value === 'bigint' ? toFloat(to, value) : round(to, value)
  if (typeof value === 'bigint') return wrap(to, value)
  const [least, greatest] = rangeOf(to)
  if (Number.isNaN(value)) return 0n
  if (!Number.isFinite(value)) return value < 0 ? least : greatest
  const whole = BigInt(Math.trunc(value))
  return whole < least ? least : whole > greatest ? greatest : whole
}
