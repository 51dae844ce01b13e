/** Operators on the language's types as IR: sized integers wrap after each step, unsigned ones use unsigned operations. */
import { binary, call, cast, ifElse, literal, not, unary, zero } from '../../ir/build.ts'
import type { BinaryOp as IrBinary, Ir, Scalar } from '../../ir/nodes.ts'
import type { BinaryOp, Position, Type, UnaryOp } from '../nodes.ts'
import type { Scope } from './scope.ts'
import { isUnsigned, narrowBits, scalarType } from './types.ts'
import { unsupported } from './unsupported.ts'

/** An expression that is used twice gets a name; `raise` gives an expression that ends the kernel. */
export interface Place {
  readonly scope: Scope
  readonly at: Position
}

const scalarOfType = (type: Type, at: Position): Scalar => scalarType(type) ?? unsupported(at, `arithmetic on a ${type.kind}`)
const isFloat = (scalar: Scalar): boolean => scalar === 'f32' || scalar === 'f64'
const isInt = (scalar: Scalar): boolean => scalar === 'i32' || scalar === 'i64' || scalar === 'i128'

/** A result that may lie outside of an 8- or 16-bit type, wrapped to it. */
export const narrowed = (type: Type, e: Ir): Ir => {
  const bits = narrowBits(type)
  return bits === undefined ? e : { ir: 'narrow', type: 'i32', bits, signed: !isUnsigned(type), arg: e }
}

/** Integers as literals of their IR type; u32 and u64 as bits. */
export const intLiteral = (scalar: Scalar, value: bigint): Ir =>
  scalar === 'i32' ? literal('i32', Number(BigInt.asIntN(32, value))) : literal(scalar, BigInt.asIntN(scalar === 'i64' ? 64 : 128, value))

/** Least value, or the greatest, as a literal: where `min` and `max` start. */
export const extreme = (type: Type, greatest: boolean, at: Position): Ir => {
  const scalar = scalarOfType(type, at)
  if (isFloat(scalar)) return literal(scalar, greatest ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY)
  if (scalar === 'bool') return literal('bool', greatest)
  const bits = BigInt(narrowBits(type) ?? (scalar === 'i32' ? 32 : scalar === 'i64' ? 64 : 128))
  if (isUnsigned(type)) return intLiteral(scalar, greatest ? (1n << bits) - 1n : 0n)
  return intLiteral(scalar, greatest ? (1n << (bits - 1n)) - 1n : -(1n << (bits - 1n)))
}

/** The wide unsigned types need operations of their own; u8 and u16 lie in an i32 as they are. */
const isWideUnsigned = (type: Type): boolean => isUnsigned(type) && narrowBits(type) === undefined
const UNSIGNED: Partial<Record<BinaryOp, IrBinary>> = { '/': '/u', '%': '%u', '>>': '>>u', '<': '<u', '<=': '<=u', '>': '>u', '>=': '>=u', min: 'minu', max: 'maxu' }

export const minMax = (op: 'min' | 'max', type: Type, a: Ir, b: Ir, { scope, at }: Place): Ir => {
  const scalar = scalarOfType(type, at)
  if (scalar === 'bool') return binary(op === 'min' ? '&' : '|', a, b)
  if (scalar === 'str') {
    const [x, y] = [scope.bind(a), scope.bind(b)]
    return ifElse(binary(op === 'min' ? '<=' : '>=', x, y), x, y)
  }
  return binary(isWideUnsigned(type) ? (UNSIGNED[op] as IrBinary) : op, a, b)
}

/** Both operands are of `type`; the result is `result` (comparisons: bool). */
export const binaryOp = (op: BinaryOp, type: Type, a: Ir, b: Ir, place: Place): Ir => {
  const { at } = place
  const scalar = scalarOfType(type, at)
  switch (op) {
    case 'min':
    case 'max':
      return minMax(op, type, a, b, place)
    case '==':
    case '!=':
      return binary(op, scalar === 'bool' ? cast('i32', a) : a, scalar === 'bool' ? cast('i32', b) : b)
    case '<':
    case '<=':
    case '>':
    case '>=':
      return binary(isWideUnsigned(type) ? (UNSIGNED[op] as IrBinary) : op, scalar === 'bool' ? cast('i32', a) : a, scalar === 'bool' ? cast('i32', b) : b)
    case '/':
    case '%':
      if (!isFloat(scalar)) return division(op, type, scalar, a, b, place)
      // Exact in f64, and then an f32 again.
      return op === '/' ? binary('/', a, b) : cast(scalar, call('f64', 'f64_rem', cast('f64', a), cast('f64', b)))
    case '+!':
    case '-!':
    case '*!':
      return checkedOp(op[0] as '+' | '-' | '*', type, scalar, a, b, place)
    case '<<':
    case '>>':
      return shift(op, type, scalar, a, b)
    case 'pow':
      return cast(scalar, call('f64', 'pow', cast('f64', a), cast('f64', b)))
    case '&&':
    case '||':
      return binary(op, a, b)
    default:
      return narrowed(type, binary(op, a, b))
  }
}

/** Zero raises; the least value by −1 wraps. */
const division = (op: '/' | '%', type: Type, scalar: Scalar, a: Ir, b: Ir, { scope, at }: Place): Ir => {
  const divisor = scope.bind(b)
  const raised = scope.lowering.raise(scalar, 'DIVIDE_BY_ZERO', op === '/' ? 'a division by zero' : 'a remainder by zero', at)
  if (isUnsigned(type)) return guarded(divisor, raised, binary(isWideUnsigned(type) ? (UNSIGNED[op] as IrBinary) : op, a, divisor), scalar)
  const dividend = scope.bind(a)
  const plain = narrowed(type, scalar === 'i128' ? call('i128', op === '/' ? 'i128_div' : 'i128_rem', dividend, divisor) : binary(op, dividend, divisor))
  const known = divisor.ir === 'literal' ? BigInt(divisor.value) : undefined
  if (known !== undefined && known !== 0n && known !== -1n) return plain
  const minusOne = binary('==', divisor, intLiteral(scalar, -1n))
  const byMinusOne = op === '/' ? narrowed(type, binary('-', zero(scalar), dividend)) : zero(scalar)
  return guarded(divisor, raised, ifElse(minusOne, byMinusOne, plain), scalar)
}
const guarded = (divisor: Ir, raised: Ir, quotient: Ir, scalar: Scalar): Ir => {
  if (divisor.ir === 'literal') return BigInt(divisor.value) === 0n ? raised : quotient
  return ifElse(binary('==', divisor, zero(scalar)), raised, quotient)
}

const checkedOp = (op: '+' | '-' | '*', type: Type, scalar: Scalar, a: Ir, b: Ir, { scope, at }: Place): Ir => {
  const site = scope.lowering.site('OVERFLOW', `the result of ${op} does not fit`, at)
  const bits = narrowBits(type)
  if (bits === undefined && !isUnsigned(type)) return { ir: 'checked', type: scalar, op, left: a, right: b, site }
  const raised: Ir = { ir: 'raise', type: scalar, code: 'OVERFLOW', site }
  if (bits !== undefined) {
    const exact = scope.bind(binary(op, a, b))
    const wrapped = scope.bind(narrowed(type, exact))
    return ifElse(binary('==', exact, wrapped), wrapped, raised)
  }
  // The product of two 64-bit numbers may leave even the signed 128 bits: then the check is the wide operation's own.
  const wide = scalar === 'i32' ? 'i64' : 'i128'
  const up = (e: Ir): Ir => ({ ir: 'cast', type: wide, arg: e, unsigned: true })
  const exact = scope.bind(wide === 'i128' ? { ir: 'checked', type: wide, op, left: up(a), right: up(b), site } : binary(op, up(a), up(b)))
  const wrapped = scope.bind(cast(scalar, exact))
  return ifElse(binary('==', exact, up(wrapped)), wrapped, raised)
}

/** The count is taken modulo the bits of the type. */
const shift = (op: '<<' | '>>', type: Type, scalar: Scalar, a: Ir, b: Ir): Ir => {
  if (scalar === 'i128') return call('i128', op === '<<' ? 'i128_shl' : 'i128_shr', a, binary('&', cast('i32', b), literal('i32', 127)))
  const bits = narrowBits(type)
  const count = bits === undefined ? b : binary('&', b, literal('i32', bits - 1))
  return narrowed(type, binary(op === '>>' && isWideUnsigned(type) ? '>>u' : op, a, count))
}

const MATH: ReadonlySet<UnaryOp> = new Set(['exp', 'log', 'sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'sinh', 'cosh', 'tanh'])

export const unaryOp = (op: UnaryOp, type: Type, a: Ir, { at }: Place): Ir => {
  const scalar = scalarOfType(type, at)
  if (op === 'not') return scalar === 'bool' ? not(a) : narrowed(type, binary('^', a, intLiteral(scalar, -1n)))
  if (op === 'neg') return isInt(scalar) ? narrowed(type, binary('-', zero(scalar), a)) : unary('neg', a)
  if (op === 'abs') return isUnsigned(type) ? a : narrowed(type, unary('abs', a))
  if (MATH.has(op)) return cast(scalar, call('f64', op, cast('f64', a)))
  return isFloat(scalar) ? unary(op as 'sqrt' | 'floor' | 'ceil' | 'trunc' | 'nearest', a) : unsupported(at, `${op} of an integer`)
}

/** T(x): integers extend or wrap, to floats rounds to nearest even, float → integer truncates and saturates, NaN → 0. */
export const castTo = (to: Type, from: Type, e: Ir, place: Place): Ir => {
  const { at, scope } = place
  const [source, target] = [scalarOfType(from, at), scalarOfType(to, at)]
  if (source === 'str' || target === 'str') return source === target ? e : unsupported(at, 'a cast between numbers and strings')
  if (target === 'bool') return source === 'bool' ? e : binary('!=', e, isFloat(source) ? literal(source, 0) : zero(source))
  if (source === 'bool') return cast(target, target === 'i32' ? e : cast('i32', e))
  if (isInt(source) && isInt(target)) return narrowed(to, isUnsigned(from) && target !== source ? widened(target, source, e) : cast(target, e))
  if (isFloat(source) && isFloat(target)) return cast(target, e)
  if (isInt(source)) return intToFloat(target, source, isWideUnsigned(from), e)
  return floatToInt(to, target, source, e, { scope, at })
}

const widened = (target: Scalar, source: Scalar, e: Ir): Ir =>
  target === 'i128' || (target === 'i64' && source === 'i32') ? { ir: 'cast', type: target, arg: e, unsigned: true } : cast(target, e)

const intToFloat = (target: Scalar, source: Scalar, unsigned: boolean, e: Ir): Ir =>
  source === 'i128' ? cast(target, cast('f64', e)) : unsigned ? { ir: 'cast', type: target, arg: e, unsigned: true } : cast(target, e)

const floatToInt = (to: Type, target: Scalar, source: Scalar, e: Ir, { scope, at }: Place): Ir => {
  if (isWideUnsigned(to)) return { ir: 'cast', type: target, arg: e, unsigned: true }
  if (narrowBits(to) !== undefined) {
    // Saturates at the narrow type's own ends.
    const wide = scope.bind(cast('i32', e))
    return binary('max', binary('min', wide, extreme(to, true, at)), extreme(to, false, at))
  }
  if (target !== 'i128') return cast(target, e)
  const x = scope.bind(source === 'f32' ? cast('f64', e) : e)
  const limit = 2 ** 127
  const top = ifElse(binary('>=', x, literal('f64', limit)), intLiteral('i128', (1n << 127n) - 1n), ifElse(binary('<', x, literal('f64', -limit)), intLiteral('i128', -(1n << 127n)), cast('i128', x)))
  return ifElse(binary('==', x, x), top, zero('i128'))
}

