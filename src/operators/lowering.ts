/**
 * The vocabulary lowerings share: machine types by range, widening, bounds checks as the plan's flags ask for them, and
 * `lowerCall`, which gives a strict function its NULLs.
 */
import { both, binary, cast, checked, call as callIr, FALSE, ifElse, literal, none, option, raise, select, share, TRUE, valid, value } from '../ir/build.ts'
import { type Ir, isOption, type RaiseCode, type Scalar, scalarOf } from '../ir/nodes.ts'
import { RUNTIME } from '../ir/runtime.ts'
import { childrenOf, raisesItself } from '../ir/walk.ts'
import { isSlice, type Range, type SqlType, typeName, typeRange } from '../layout/types.ts'
import type { Refusal } from '../errors.ts'
import type { OnOverflow } from '../plan/nodes.ts'
import { addRange, clip, contains, type Exact, exactRange, fitting, includes, mulRange, subRange, union, WIDTHS, widthOf } from '../ir/ranges.ts'
import { type CallSite, type ExprDef, isRefusal, type Lowered, type LowerContext, refuse } from './registry.ts'
import { outOfRange, overflowPolicy } from './values.ts'

/** The machine type of a SQL type's values; exact types go by range. `null` (only ever NULL) is a bool. */
export const scalarFor = (type: SqlType, range: Range | undefined = typeRange(type)): Exclude<Scalar, 'vec'> => {
  switch (type.kind) {
    case 'bool':
    case 'null': return 'bool'
    case 'float': return 'f32'
    case 'double': return 'f64'
    default: return isSlice(type) ? 'str' : widthOf(range as Range)
  }
}

export const rangeOf = (x: Lowered): Range => x.range ?? exactRange(x.type)

/** A call of the runtime; the name is checked against its table. */
export const runtime = (fn: keyof typeof RUNTIME, ...args: readonly Ir[]): Ir => callIr(RUNTIME[fn].result, fn, ...args)

/** Converts between bool and integers of any width; an option stays one. */
export const widenIr = (ir: Ir, to: Scalar): Ir => {
  const from = scalarOf(ir.type)
  if (from === to) return ir
  if (isOption(ir.type)) return named(ir, (x) => option(widenIr(value(x), to), valid(x)))
  if (ir.ir === 'literal' && typeof ir.value !== 'boolean' && from in WIDTHS && to in WIDTHS) return exactLiteral(to as Exact, BigInt(ir.value))
  return from === 'bool' && to !== 'i32' ? cast(to, cast('i32', ir)) : cast(to, ir)
}
export const widen = (x: Lowered, to: Scalar): Ir => widenIr(x.ir, to)

export const exactLiteral = (type: Exact, v: bigint): Ir => literal(type, type === 'i32' ? Number(v) : v)

/** An exact value in the smallest width its range fits. */
export const exact = (ir: Ir, type: SqlType, range: Range): Lowered => ({ ir: widenIr(ir, scalarFor(type, range)), type, range })
export const plain = (ir: Ir, type: SqlType): Lowered => ({ ir, type })

/** `share`, but for what can be read twice at no cost. */
export const named = (ir: Ir, body: (x: Ir) => Ir): Ir => (ir.ir === 'field' || (ir.ir === 'option' && !mayRaise(ir.value)) ? body(ir) : share(ir, body))

/** Joins terms in their order: a short list one into the next, a long one by halves, so that it does not nest deeply. */
export const joined = (terms: readonly Ir[], join: (a: Ir, b: Ir) => Ir): Ir => {
  if (terms.length <= 16) return terms.reduceRight((rest, t) => join(t, rest))
  const half = terms.length >> 1
  return join(joined(terms.slice(0, half), join), joined(terms.slice(half), join))
}

/** Operands brought to one machine type: exact ones to the width that holds them all. */
export const unify = (xs: readonly Lowered[]): { irs: readonly Ir[]; scalar: Scalar; range: Range | undefined } => {
  const type = (xs[0] as Lowered).type
  if (typeRange(type) === undefined || type.kind === 'bool') return { irs: xs.map((x) => x.ir), scalar: scalarFor(type), range: undefined }
  const range = xs.map(rangeOf).reduce(union)
  const scalar = widthOf(range)
  return { irs: xs.map((x) => widen(x, scalar)), scalar, range }
}

const raising = new WeakMap<Ir, boolean>()
/** Whether evaluating this can end the query. A division by what is not a constant counts: it traps on 0 and on MIN/−1. */
export const mayRaise = (e: Ir): boolean => {
  const known = raising.get(e)
  if (known !== undefined) return known
  const found = childrenOf(e).some(mayRaise) || raisesItself(e)
  raising.set(e, found)
  return found
}

/** Whether an integer of `from` lies in `to`: only the sides that can fail are compared. */
export const within = (v: Ir, from: Range, to: Range): Ir => {
  const width = v.type as Exact
  const at = (bound: bigint) => exactLiteral(width, bound)
  const low = from.min >= to.min ? TRUE : to.min > WIDTHS[width].max ? FALSE : binary('>=', v, at(to.min))
  const high = from.max <= to.max ? TRUE : to.max < WIDTHS[width].min ? FALSE : binary('<=', v, at(to.max))
  return both(low, high)
}

export interface Bound {
  readonly type: SqlType
  readonly policy: OnOverflow
  readonly code: RaiseCode
  readonly message: string
}
export const overflowInto = (site: CallSite): Bound => ({ type: site.type, policy: overflowPolicy(site.type, site.flags.overflow), code: 'OVERFLOW', message: outOfRange(site.type) })

/** An integer known to lie in `range`, brought into a type's range: unchanged, or with the check the policy asks for. */
export const bounded = (ir: Ir, range: Range, bound: Bound, cx: LowerContext, into: Range = exactRange(bound.type)): Lowered => {
  if (contains(into, range)) return exact(ir, bound.type, range)
  const result = clip(range, into)
  const scalar = scalarFor(bound.type, result)
  if (bound.policy === 'wrap') return exact(wrap(ir, into), bound.type, into)
  const site = bound.policy === 'error' ? cx.site(bound.code, bound.message) : 0
  const checkedIr = share(ir, (v) => {
    const ok = within(v, range, into)
    const narrow = widenIr(v, scalar)
    return bound.policy === 'null' ? option(narrow, ok) : ifElse(ok, narrow, raise(scalar, bound.code, site))
  })
  return { ir: checkedIr, type: bound.type, range: result }
}

/** The value modulo the size of an integer type's range, in a width that holds the size; that the sum wraps does not matter. */
const wrap = (ir: Ir, into: Range): Ir => {
  const own = (Object.keys(WIDTHS) as Exact[]).find((w) => WIDTHS[w].min === into.min && WIDTHS[w].max === into.max)
  if (own !== undefined) return widenIr(ir, own)
  const span = into.max - into.min
  const width = widthOf(union(WIDTHS[ir.type as Exact], { min: 0n, max: span }))
  const x = widenIr(ir, width)
  const mask = exactLiteral(width, span)
  if (into.min === 0n) return binary('&', x, mask)
  const half = exactLiteral(width, -into.min)
  return binary('-', binary('&', binary('+', x, half), mask), half)
}

const RANGE_OF = { '+': addRange, '-': subRange, '*': mulRange } as const
export type ExactOp = keyof typeof RANGE_OF

/** + − × of exact integers with the plan's overflow behaviour; unchecked, in the smallest width, where the ranges allow. */
export const exactArithmetic = (op: ExactOp, a: Lowered, b: Lowered, bound: Bound, cx: LowerContext, into: Range = exactRange(bound.type)): Lowered | Refusal => {
  const range = RANGE_OF[op](rangeOf(a), rangeOf(b))
  const operands = widthOf(union(rangeOf(a), rangeOf(b)))
  const target = fitting(into) as Exact
  const isMachine = WIDTHS[target].min === into.min && WIDTHS[target].max === into.max
  // The type is a machine's and the operands are in it: the machine's own check is the cheapest.
  if (isMachine && contains(WIDTHS[target], WIDTHS[operands]) && !contains(into, range) && bound.policy !== 'null') {
    if (bound.policy === 'wrap') return exact(product(op, widen(a, target), widen(b, target)), bound.type, into)
    if (target !== 'i32') return exact(checked(op, widen(a, target), widen(b, target), cx.site(bound.code, bound.message)), bound.type, clip(range, into))
  }
  const width = fitting(range)
  if (width !== undefined) {
    const needed = fitting(union(range, union(rangeOf(a), rangeOf(b)))) as Exact
    return bounded(product(op, widen(a, needed), widen(b, needed)), range, bound, cx, into)
  }
  if (bound.policy === 'null') return wideOrNull(op, widen(a, 'i128'), widen(b, 'i128'), clip(range, WIDTHS.i128), bound)
  if (bound.policy !== 'error') return refuse('arithmetic', `overflow: '${bound.policy}' on ${typeName(bound.type)}`)
  return bounded(checked(op, widen(a, 'i128'), widen(b, 'i128'), cx.site(bound.code, bound.message)), clip(range, WIDTHS.i128), bound, cx, into)
}

/** A value of 128 bits where `ok` and the type holds it, else NULL. */
export const orNull = (v: Ir, ok: Ir, range: Range, { type }: Bound): Lowered => {
  const result = clip(range, exactRange(type))
  return { ir: option(widenIr(v, scalarFor(type, result)), both(ok, within(v, WIDTHS.i128, exactRange(type)))), type, range: result }
}

/** In 128 bits, NULL where they do not hold the result: a sum is then on the wrong side of an operand, a product not divisible back. */
const wideOrNull = (op: ExactOp, a: Ir, b: Ir, range: Range, bound: Bound): Lowered => {
  const at = (v: bigint) => exactLiteral('i128', v)
  const holds = (x: Ir, y: Ir, r: Ir): Ir => {
    if (op !== '*') return select(binary(op === '+' ? '>=' : '<=', y, at(0n)), binary('>=', r, x), binary('<', r, x))
    const least = both(binary('==', x, at(-1n)), binary('==', y, at(WIDTHS.i128.min)))
    return ifElse(binary('==', x, at(0n)), TRUE, ifElse(least, FALSE, binary('==', runtime('i128_div', r, x), y)))
  }
  const ir = share(a, (x) => share(b, (y) => share(product(op, x, y), (r) => orNull(r, holds(x, y, r), range, bound).ir)))
  return { ir, type: bound.type, range: clip(range, exactRange(bound.type)) }
}

/** Wrapping. A 128-bit product of two extended 64-bit values is inline in codegen, any other a call. */
const product = (op: ExactOp, a: Ir, b: Ir): Ir => {
  if (op !== '*' || a.type !== 'i128') return binary(op, a, b)
  const [x, y] = [extended(a), extended(b)]
  return x !== undefined && y !== undefined ? binary('*', x, y) : runtime('i128_mul_wrap', a, b)
}
const extended = (x: Ir): Ir | undefined => {
  if (x.ir === 'cast') return x
  return x.ir === 'literal' && includes(WIDTHS.i64, BigInt(x.value)) ? cast('i128', literal('i64', BigInt(x.value))) : undefined
}

/** Truncating quotient or remainder by a divisor that is neither 0 nor (with MIN) −1. */
export const quotient = (op: '/' | '%', a: Ir, b: Ir): Ir => (a.type === 'i128' ? runtime(op === '/' ? 'i128_div' : 'i128_rem', a, b) : binary(op, a, b))

/** Floor division by a positive constant, which the engine turns into a multiplication; by way of doubles it is ten times as slow. */
export const floorDiv = (a: Ir, d: bigint, range: Range): Ir => {
  const by = exactLiteral(a.type as Exact, d)
  if (range.min >= 0n) return quotient('/', a, by)
  return share(a, (x) => share(quotient('/', x, by), (q) => binary('-', q, widenIr(binary('>', binary('*', q, by), x), a.type as Exact))))
}

/** The call of a registry function: non-strict ones see options, strict ones only values, and their NULLs are added here. */
export const lowerCall = (name: string, def: ExprDef, args: readonly Lowered[], site: CallSite, cx: LowerContext): Lowered | Refusal => {
  const { lower } = def
  if (lower === undefined) return refuse(name, 'the function has no native form')
  if (def.strict === false || def.strict === 'lazy' || !args.some((a) => isOption(a.ir.type))) return lower(args, site, cx)
  return lift(args, (xs) => lower(xs, site, cx))
}

/** Applies a lowering for plain values to options. What may raise is only reached where all are valid. */
export const lift = (args: readonly Lowered[], body: (xs: readonly Lowered[]) => Lowered | Refusal): Lowered | Refusal => {
  let result: Lowered | Refusal | undefined
  const go = (i: number, done: readonly Lowered[]): Ir => {
    const arg = args[i]
    if (arg !== undefined) {
      // A plain argument that raises does so whether or not another is NULL, as it would without native code.
      if (isOption(arg.ir.type) || mayRaise(arg.ir)) return named(arg.ir, (ir) => go(i + 1, [...done, { ...arg, ir }]))
      return go(i + 1, [...done, arg])
    }
    const inner = body(done.map((a) => ({ ...a, ir: value(a.ir) })))
    result = inner
    if (isRefusal(inner)) return FALSE
    const allValid = done.map((a) => valid(a.ir)).reduce(both, TRUE)
    if (mayRaise(inner.ir)) return ifElse(allValid, inner.ir, none(scalarOf(inner.ir.type)))
    return isOption(inner.ir.type) ? named(inner.ir, (r) => option(value(r), both(allValid, valid(r)))) : option(inner.ir, allValid)
  }
  const ir = go(0, [])
  return result === undefined || isRefusal(result) ? (result as Refusal) : { ir, type: result.type, range: result.range }
}

/** An expression of type `null` (a NULL, or an error) as a value of a machine type: what it raises it still raises. */
export const nullAs = (ir: Ir, scalar: Scalar): Ir => {
  if (!mayRaise(ir)) return none(scalar)
  switch (ir.ir) {
    case 'raise': return raise(scalar, ir.code, ir.site)
    case 'if': return ifElse(ir.cond, nullAs(ir.then, scalar), nullAs(ir.else, scalar))
    case 'let': {
      const body = nullAs(ir.body, scalar)
      return { ...ir, type: body.type, body }
    }
    default: return ifElse(valid(ir), none(scalar), none(scalar))
  }
}

/** A choice between two values of one machine type; without a branch where both can be evaluated. */
export const choose = (cond: Ir, then: Ir, otherwise: Ir): Ir =>
  mayRaise(then) || mayRaise(otherwise) || isOption(then.type) || isOption(otherwise.type) ? ifElse(cond, then, otherwise) : select(cond, then, otherwise)
