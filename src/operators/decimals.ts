/**
 * Arithmetic of decimals whose scales the result's does not follow from: the exact result, rounded half away from zero to the
 * result's scale. It has up to 256 bits on the way; where ranges allow it is done in 128 or fewer.
 */
import { binary, ifElse, literal, none, raise, share, zero } from '../ir/build.ts'
import type { Ir } from '../ir/nodes.ts'
import { addRange, fitting, includes, mulRange, point, subRange, union, WIDTHS } from '../ir/ranges.ts'
import { type Range, type SqlType, typeName } from '../layout/types.ts'
import { divideRounding as divideIr } from './cast-lower.ts'
import { divideRounding } from './cast-numbers.ts'
import { bounded, exactLiteral, overflowInto, plain, rangeOf, runtime, widen } from './lowering.ts'
import { type CallSite, EvalError, type ExprDef, type Lowered, type LowerContext, refuse, type Value } from './registry.ts'
import { fitBig, powerOfTen, scaleOf, toBig } from './values.ts'

export type DecimalOp = '+' | '-' | '*' | '/' | '%'

const exactTypes = (args: readonly SqlType[], result: SqlType): boolean => result.kind === 'decimal' && args.every((a) => scaleOf(a) !== undefined)
const scalesOf = (args: readonly SqlType[]): readonly number[] => args.map((a) => scaleOf(a) ?? 0)
const undefinedFor = (args: readonly SqlType[], result: SqlType) => refuse('', `(${args.map(typeName).join(', ')}) → ${typeName(result)} is not defined`)
/** To a decimal, from decimals and integers of any scale. */
export const decimals: ExprDef['type'] = (args, result) => exactTypes(args, result) || undefinedFor(args, result)
/** To a decimal that has at most the digits after the point that the product has. */
export const decimalProduct: ExprDef['type'] = (args, result) =>
  (exactTypes(args, result) && (scaleOf(result) as number) <= scalesOf(args).reduce((a, b) => a + b, 0)) || undefinedFor(args, result)

/** By how many digits operands are scaled up, and the exact result down; a quotient's dividend by `up`, which may be negative. */
const shifts = (op: DecimalOp, { type, argTypes }: CallSite): { readonly up: number; readonly other: number; readonly down: number } => {
  const [a, b] = argTypes.map((t) => scaleOf(t) ?? 0) as [number, number]
  const to = scaleOf(type) ?? 0
  if (op === '/') return { up: to - a + b, other: 0, down: 0 }
  const scale = op === '*' ? a + b : Math.max(a, b, to)
  return { up: op === '*' ? 0 : scale - a, other: op === '*' ? 0 : scale - b, down: scale - to }
}

/** Whether operands and result are of scales for which the plain operation is exact. */
export const followsScales = (op: DecimalOp, { type, argTypes }: CallSite): boolean => {
  const [a, b] = argTypes.map(scaleOf) as [number | undefined, number | undefined]
  return scaleOf(type) === (op === '*' ? (a ?? 0) + (b ?? 0) : a) && (op === '*' || a === b)
}

const divideByZero = () => new EvalError('DIVIDE_BY_ZERO', 'division by zero')

export const evalDecimal = (op: DecimalOp, site: CallSite): ((a: any, b: any) => Value) => {
  const { up, other, down } = shifts(op, site)
  const fit = fitBig(site.type, site.flags.overflow)
  const onZero = site.flags.divideByZero ?? 'null'
  const [left, right, by] = [powerOfTen(Math.max(up, 0)), powerOfTen(Math.max(other, -up, 0)), powerOfTen(down)]
  const exact = (a: bigint, b: bigint): bigint => (op === '+' ? a + b : op === '-' ? a - b : op === '*' ? a * b : a % b)
  return (a, b) => {
    const [x, y] = [toBig(a) * left, toBig(b) * right]
    if (y === 0n && (op === '/' || op === '%')) {
      if (onZero === 'null') return null
      throw divideByZero()
    }
    if (op !== '/') return fit(divideRounding(exact(x, y), by))
    const magnitude = divideRounding(x < 0n ? -x : x, y < 0n ? -y : y)
    return fit(x < 0n !== y < 0n ? -magnitude : magnitude)
  }
}

const scaledRange = (range: Range, digits: number): Range => ({ min: range.min * powerOfTen(digits), max: range.max * powerOfTen(digits) })

/** In the widths of the machine; undefined where an intermediate result needs more. */
const lowerNarrow = (op: '+' | '-' | '*', a: Lowered, b: Lowered, site: CallSite, cx: LowerContext): Lowered | undefined => {
  const { up, other, down } = shifts(op, site)
  const [ra, rb] = [scaledRange(rangeOf(a), up), scaledRange(rangeOf(b), other)]
  const range = op === '+' ? addRange(ra, rb) : op === '-' ? subRange(ra, rb) : mulRange(ra, rb)
  const by = powerOfTen(down)
  const all = [ra, rb, range, { min: range.min - by, max: range.max + by }, point(powerOfTen(Math.max(up, other)))].reduce(union)
  const width = fitting(all)
  if (width === undefined) return undefined
  const times = (x: Ir, digits: number): Ir => (digits === 0 ? x : product(x, exactLiteral(width, powerOfTen(digits))))
  const [x, y] = [times(widen(a, width), up), times(widen(b, width), other)]
  const exact = op === '*' ? product(x, y) : binary(op, x, y)
  if (down === 0) return bounded(exact, range, overflowInto(site), cx)
  return bounded(...divideIr(exact, range, by), overflowInto(site), cx)
}
const product = (x: Ir, y: Ir): Ir => (x.type === 'i128' ? runtime('i128_mul_wrap', x, y) : binary('*', x, y))

export const lowerDecimal = (op: DecimalOp, [a, b]: readonly [Lowered, Lowered], site: CallSite, cx: LowerContext): Lowered => {
  const bound = overflowInto(site)
  const { up, other, down } = shifts(op, site)
  const [x, y] = [widen(a, 'i128'), widen(b, 'i128')]
  const digits = (n: number) => literal('i32', n)
  const wide = (ir: Ir): Lowered => bounded(ir, WIDTHS.i128, bound, cx)
  if (op === '+' || op === '-' || op === '*') {
    const narrow = lowerNarrow(op, a, b, site, cx)
    if (narrow !== undefined) return narrow
    if (op === '*') return wide(runtime('decimal_mul', x, y, digits(down)))
    return wide(runtime('decimal_add', x, op === '+' ? y : binary('-', zero('i128'), y), digits(up), digits(other), digits(down)))
  }
  let lowered: Lowered = plain(x, site.type)
  const ir = share(y, (d) => {
    lowered = wide(op === '/' ? runtime('decimal_div', x, d, digits(up)) : runtime('decimal_rem', x, d, digits(up), digits(other), digits(down)))
    if (!includes(rangeOf(b), 0n)) return lowered.ir
    const nonZero = binary('!=', d, zero('i128'))
    const scalar = lowered.ir.type
    if ((site.flags.divideByZero ?? 'null') === 'null') return ifElse(nonZero, lowered.ir, none(scalar.replace('?', '') as 'i128'))
    return ifElse(nonZero, lowered.ir, raise(scalar, 'DIVIDE_BY_ZERO', cx.site('DIVIDE_BY_ZERO', 'division by zero')))
  })
  return { ir, type: site.type, range: lowered.range }
}
