/** Arithmetic on constants, exactly as the generated code does it: two's complement, IEEE 754. undefined: not here. */
import type { BinaryOp, Scalar, UnaryOp } from '../../ir/nodes.ts'

export type Constant = number | bigint | boolean
type Width = 'i32' | 'i64' | 'i128'
const BITS: Record<Width, number> = { i32: 32, i64: 64, i128: 128 }

export const isInt = (type: string): type is Width => type === 'i32' || type === 'i64' || type === 'i128'
export const isFloat = (type: string): type is 'f32' | 'f64' => type === 'f32' || type === 'f64'
/** Of integers and strs. */
export const OPPOSITE: Partial<Record<BinaryOp, BinaryOp>> = { '==': '!=', '!=': '==', '<': '>=', '>=': '<', '>': '<=', '<=': '>', '<u': '>=u', '>=u': '<u', '>u': '<=u', '<=u': '>u' }
const wrapped = (type: Width, n: bigint): Constant => (type === 'i32' ? Number(BigInt.asIntN(32, n)) : BigInt.asIntN(BITS[type], n))
export const fits = (type: Width, n: bigint): boolean => BigInt.asIntN(BITS[type], n) === n
export const constant = (type: Width, n: bigint): Constant => (type === 'i32' ? Number(n) : n)

export const foldBinary = (op: BinaryOp, type: Scalar, a: Constant, b: Constant): Constant | undefined => {
  if (isFloat(type)) return foldFloats(op, type, a as number, b as number)
  if (type === 'str' || type === 'vec') return undefined
  if (type === 'bool') return foldBools(op, Boolean(a), Boolean(b))
  const [x, y] = [BigInt(a), BigInt(b)]
  const [ux, uy] = [BigInt.asUintN(BITS[type], x), BigInt.asUintN(BITS[type], y)]
  switch (op) {
    case '/u': return uy === 0n ? undefined : wrapped(type, ux / uy)
    case '%u': return uy === 0n ? undefined : wrapped(type, ux % uy)
    case '>>u': return wrapped(type, ux >> (y & BigInt(BITS[type] - 1)))
    case 'minu': return ux < uy ? a : b
    case 'maxu': return ux > uy ? a : b
    case '<u': return ux < uy
    case '<=u': return ux <= uy
    case '>u': return ux > uy
    case '>=u': return ux >= uy
    case '+': return wrapped(type, x + y)
    case '-': return wrapped(type, x - y)
    case '*': return wrapped(type, x * y)
    case '/': return y === 0n || (y === -1n && !fits(type, -x)) ? undefined : wrapped(type, x / y)
    case '%': return y === 0n ? undefined : wrapped(type, x % y)
    case '&': return wrapped(type, x & y)
    case '|': return wrapped(type, x | y)
    case '^': return wrapped(type, x ^ y)
    case '<<': return type === 'i128' ? undefined : wrapped(type, x << (y & BigInt(BITS[type] - 1)))
    case '>>': return type === 'i128' ? undefined : wrapped(type, x >> (y & BigInt(BITS[type] - 1)))
    case 'min': return x < y ? a : b
    case 'max': return x > y ? a : b
    case '==': return x === y
    case '!=': return x !== y
    case '<': return x < y
    case '<=': return x <= y
    case '>': return x > y
    case '>=': return x >= y
    default: return undefined
  }
}

const foldBools = (op: BinaryOp, a: boolean, b: boolean): Constant | undefined => {
  switch (op) {
    case '&':
    case '&&': return a && b
    case '|':
    case '||': return a || b
    case '^':
    case '!=': return a !== b
    case '==': return a === b
    default: return undefined
  }
}

const foldFloats = (op: BinaryOp, type: 'f32' | 'f64', a: number, b: number): Constant | undefined => {
  // A rounded double of two floats' sum, product or quotient is the float's: 53 ≥ 2·24 + 2.
  const round = type === 'f32' ? Math.fround : (x: number) => x
  switch (op) {
    case '+': return round(a + b)
    case '-': return round(a - b)
    case '*': return round(a * b)
    case '/': return round(a / b)
    case 'min': return Math.min(a, b)
    case 'max': return Math.max(a, b)
    case '==': return a === b
    case '!=': return a !== b
    case '<': return a < b
    case '<=': return a <= b
    case '>': return a > b
    case '>=': return a >= b
    default: return undefined
  }
}

/** To the nearest integer, ties to even, −0 kept. */
export const nearest = (x: number): number => {
  if (!Number.isFinite(x) || Math.abs(x) >= 2 ** 52) return x
  const low = Math.floor(x)
  const rest = x - low
  const r = rest < 0.5 || (rest === 0.5 && low % 2 === 0) ? low : low + 1
  return r === 0 && (x < 0 || Object.is(x, -0)) ? -0 : r
}

export const foldUnary = (op: UnaryOp, type: Scalar, a: Constant): Constant | undefined => {
  if (type === 'bool') return op === 'not' ? !a : undefined
  if (isInt(type)) {
    const x = BigInt(a)
    return op === 'neg' ? wrapped(type, -x) : op === 'abs' ? wrapped(type, x < 0n ? -x : x) : undefined
  }
  if (!isFloat(type)) return undefined
  const x = a as number
  const round = type === 'f32' ? Math.fround : (y: number) => y
  switch (op) {
    case 'neg': return -x
    case 'abs': return Math.abs(x)
    case 'sqrt': return round(Math.sqrt(x))
    case 'floor': return Math.floor(x)
    case 'ceil': return Math.ceil(x)
    case 'trunc': return Math.trunc(x)
    case 'nearest': return nearest(x)
    default: return undefined
  }
}

/** `unsigned` is the cast's flag. */
export const foldCast = (from: Scalar, to: Scalar, a: Constant, unsigned = false): Constant | undefined => {
  if (from === 'bool') return to === 'bool' ? a : isInt(to) ? constant(to, BigInt(a)) : isFloat(to) ? Number(a) : undefined
  if (isInt(from)) {
    const x = unsigned ? BigInt.asUintN(BITS[from], BigInt(a)) : BigInt(a)
    if (isInt(to)) return wrapped(to, x)
    if (to === 'bool') return x === 0n || x === 1n ? x === 1n : undefined
    // Number() of a bigint is rounded to nearest even; to a float only what a double holds exactly is rounded once.
    if (from === 'i128') return undefined
    if (to === 'f64') return Number(x)
    return to === 'f32' && BigInt(Number(x)) === x ? Math.fround(Number(x)) : undefined
  }
  if (!isFloat(from)) return undefined
  const x = a as number
  if (to === 'f64') return x
  if (to === 'f32') return Math.fround(x)
  if (to !== 'i32' && to !== 'i64') return undefined
  if (Number.isNaN(x)) return constant(to, 0n)
  if (unsigned) {
    const most = 2 ** BITS[to]
    return wrapped(to, x >= most ? -1n : x <= 0 ? 0n : BigInt(Math.trunc(x)))
  }
  const limit = 2 ** (BITS[to] - 1)
  const whole = Math.trunc(x)
  const max = (1n << BigInt(BITS[to] - 1)) - 1n
  return constant(to, whole >= limit ? max : whole < -limit ? -max - 1n : BigInt(whole))
}
