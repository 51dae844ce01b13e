/** Rounding and square roots: what is computed exactly. */
import { binary, cast, either, i32, ifElse, literal, raise, select, share, unary } from '../ir/build.ts'
import { type Ir, scalarOf } from '../ir/nodes.ts'
import { INT128, isFloating, isInteger, type Range, type SqlType, typeName } from '../layout/types.ts'
import type { Refusal } from '../errors.ts'
import { divideRounding as roundExact, roundAway as roundIr } from './cast-lower.ts'
import { divideRounding, roundAway } from './cast-numbers.ts'
import { bounded, exactArithmetic, exactLiteral, overflowInto, plain, quotient, rangeOf, runtime, widenIr } from './lowering.ts'
import { type Exact, fitting, point, union, widthOf } from '../ir/ranges.ts'
import { type CallSite, EvalError, type ExprDef, isRefusal, type Lowered, type LowerContext, refuse } from './registry.ts'
import { fitBig, powerOfTen, scaleOf, toBig } from './values.ts'

const undefinedFor = (fn: string, args: readonly SqlType[], result: SqlType) => refuse(fn, `${fn}(${args.map(typeName).join(', ')}) → ${typeName(result)} is not defined`)

/** float → float and double → double; `exactToo`: a decimal to one with fewer digits after the point, an integer to itself. */
const rounding = (fn: string, arity: readonly number[]): ExprDef['type'] => (args, result) => {
  const [a, digits] = args as [SqlType, SqlType?]
  const fits = arity.includes(args.length) && (digits === undefined || isInteger(digits))
  const scales = [scaleOf(a), scaleOf(result)]
  const narrower = scales[0] !== undefined && scales[1] !== undefined && scales[1] <= scales[0] && (isInteger(a) ? isInteger(result) : result.kind === 'decimal')
  return (fits && ((isFloating(a) && a.kind === result.kind) || narrower)) || undefinedFor(fn, args, result)
}

/** Divides towards −∞ or +∞ by a power of ten. */
const floorBig = (x: bigint, by: bigint): bigint => x / by - (x % by < 0n ? 1n : 0n)
const ceilBig = (x: bigint, by: bigint): bigint => x / by + (x % by > 0n ? 1n : 0n)

const dropDigits = (site: Parameters<ExprDef['eval']>[0], divide: (x: bigint, by: bigint) => bigint) => {
  const by = powerOfTen((scaleOf(site.argTypes[0] as SqlType) ?? 0) - (scaleOf(site.type) ?? 0))
  const fit = fitBig(site.type)
  return (x: number | bigint) => fit(by === 1n ? toBig(x) : divide(toBig(x), by))
}

const lowerDrop = (op: 'floor' | 'ceil'): NonNullable<ExprDef['lower']> => ([arg], site, cx) => {
  const a = arg as Lowered
  if (isFloating(site.type)) return plain(unary(op, a.ir), site.type)
  const by = powerOfTen((scaleOf(a.type) ?? 0) - (scaleOf(site.type) ?? 0))
  if (by === 1n) return bounded(a.ir, rangeOf(a), overflowInto(site), cx)
  const range = rangeOf(a)
  const divide = op === 'floor' ? floorBig : ceilBig
  const width = widthOf(union(range, point(by)))
  const ir = share(widenIr(a.ir, width), (x) => share(quotient('/', x, exactLiteral(width, by)), (q) => {
    const back = quotient('%', x, exactLiteral(width, by))
    const off = widenIr(binary(op === 'floor' ? '<' : '>', back, exactLiteral(width, 0n)), width)
    return binary(op === 'floor' ? '-' : '+', q, off)
  }))
  return bounded(ir, { min: divide(range.min, by), max: divide(range.max, by) }, overflowInto(site), cx)
}

export const ceil: ExprDef = {
  doc: 'The least integer ≥ a; of a decimal, a decimal with fewer digits after the point.',
  type: rounding('ceil', [1]),
  eval: (site) => (isFloating(site.type) ? Math.ceil : dropDigits(site, ceilBig)),
  lower: lowerDrop('ceil'),
}

export const floor: ExprDef = {
  doc: 'The greatest integer ≤ a; of a decimal, a decimal with fewer digits after the point.',
  type: rounding('floor', [1]),
  eval: (site) => (isFloating(site.type) ? Math.floor : dropDigits(site, floorBig)),
  lower: lowerDrop('floor'),
}

const truncBig = (x: bigint, by: bigint): bigint => x / by

export const trunc: ExprDef = {
  doc: 'Cuts towards zero, arguments (a) or (a, n): what follows n digits after the point (n < 0: before it), else the digits that the result type has.',
  type: rounding('trunc', [1, 2]),
  eval: (site) => {
    const { type, argTypes } = site
    if (argTypes.length === 1) return isFloating(type) ? Math.trunc : dropDigits(site, truncBig)
    if (isFloating(type)) return floatDigits(type, Math.trunc, Number.NaN)
    return exactDigits(site, truncBig)
  },
  lower: ([arg, n], site, cx) => {
    const a = arg as Lowered
    if (n !== undefined) return isFloating(site.type) ? lowerFloatDigits(a, n, (x) => unary('trunc', x), undefined) : lowerDigits(a, n, site, CUT, cx)
    if (isFloating(site.type)) return plain(unary('trunc', a.ir), site.type)
    const by = powerOfTen((scaleOf(a.type) ?? 0) - (scaleOf(site.type) ?? 0))
    const range = rangeOf(a)
    if (by === 1n) return bounded(a.ir, range, overflowInto(site), cx)
    const width = widthOf(union(range, point(by)))
    return bounded(quotient('/', widenIr(a.ir, width), exactLiteral(width, by)), { min: range.min / by, max: range.max / by }, overflowInto(site), cx)
  },
}

/** At n digits of floats as DuckDB computes it: by scaling in double, and unchanged where that leaves the finite numbers; `beyond`: before the point. */
const floatDigits = (type: SqlType, whole: (x: number) => number, beyond: number) => {
  const to = type.kind === 'float' ? Math.fround : (x: number) => x
  return (x: number, n: number | bigint) => {
    const digits = Number(n)
    const unit = Number(`1e${Math.abs(digits)}`)
    const scaled = digits < 0 ? whole(x / unit) * unit : whole(x * unit) / unit
    return to(Number.isFinite(scaled) ? scaled : digits >= 0 || Number.isNaN(beyond) ? x : beyond)
  }
}

/** Integers and decimals at n digits, returned at the result's scale. */
const exactDigits = ({ type, argTypes, flags }: CallSite, divide: (x: bigint, by: bigint) => bigint) => {
  const fit = fitBig(type, flags.overflow)
  const [from, to] = [scaleOf(argTypes[0] as SqlType) ?? 0, scaleOf(type) ?? 0]
  return (x: number | bigint, n: number | bigint) => {
    const digits = Number(n)
    if (digits < -60) return fit(0n)
    const kept = Math.min(digits, from)
    const cut = divide(toBig(x), powerOfTen(from - kept))
    return fit(kept <= to ? cut * powerOfTen(to - kept) : divide(cut, powerOfTen(kept - to)))
  }
}

export const round: ExprDef = {
  doc: 'Rounds half away from zero, arguments (a) or (a, n): to n digits after the point (n < 0: before it), else to those the result type has.',
  flags: ['overflow'],
  type: rounding('round', [1, 2]),
  eval: (site) => {
    const { type, argTypes } = site
    if (!isFloating(type)) {
      const at = exactDigits(site, divideRounding)
      const own = scaleOf(type) ?? 0
      return argTypes.length === 1 ? (x: number | bigint) => at(x, own) : at
    }
    return argTypes.length === 1 ? roundAway : floatDigits(type, roundAway, 0)
  },
  lower: ([arg, n], site, cx) => {
    const a = arg as Lowered
    if (isFloating(site.type)) return n === undefined ? plain(roundIr(a.ir), site.type) : lowerFloatDigits(a, n, roundIr, 0)
    const constant = n === undefined ? (scaleOf(site.type) ?? 0) : n.constant === undefined || n.constant === null ? undefined : Number(n.constant)
    const [from, to] = [scaleOf(a.type) ?? 0, scaleOf(site.type) ?? 0]
    const kept = constant === undefined ? undefined : Math.min(constant, from)
    if (kept === undefined || from - kept > 38 || kept > to) return lowerDigits(a, n as Lowered, site, ROUND, cx)
    const [rounded, range]: [Ir, Range] = kept === from ? [a.ir, rangeOf(a)] : roundExact(a.ir, rangeOf(a), powerOfTen(from - kept))
    const factor = powerOfTen(to - kept)
    const scaled = { min: range.min * factor, max: range.max * factor }
    if (factor === 1n) return bounded(rounded, range, overflowInto(site), cx)
    const width = fitting(union(union(scaled, range), point(factor)))
    if (width === undefined || width === 'i128') return lowerDigits(a, n as Lowered, site, ROUND, cx)
    return bounded(binary('*', widenIr(rounded, width), exactLiteral(width as Exact, factor)), scaled, overflowInto(site), cx)
  },
}

const [ROUND, CUT] = [0, 1]

/** A number of digits as i32, within ±limit. */
const digitsIr = (n: Lowered, limit: number): Ir => {
  const width = n.ir.type as Exact
  const at = (v: number) => exactLiteral(width, BigInt(v))
  const { min, max } = rangeOf(n)
  const above = min >= BigInt(-limit) ? n.ir : binary('max', n.ir, at(-limit))
  return widenIr(max <= BigInt(limit) ? above : binary('min', above, at(limit)), 'i32')
}

/** At any digit: the number and what takes it to a multiple of the power of ten; what then is left of the source's scale is zeros, or is rounded again. */
const lowerDigits = (a: Lowered, n: Lowered, site: CallSite, how: typeof ROUND | typeof CUT, cx: LowerContext): Lowered | Refusal => {
  const [from, to] = [scaleOf(a.type) ?? 0, scaleOf(site.type) ?? 0]
  const range = rangeOf(a)
  const most = -range.min > range.max ? -range.min : range.max
  const change = { min: -most, max: most }
  const own = from === to ? overflowInto(site) : { ...overflowInto({ ...site, type: INT128 }), policy: 'error' as const }
  let result: Lowered | Refusal = refuse('round', '')
  const ir = share(binary('-', i32(from), digitsIr(n, 127)), (drop) => share(widenIr(a.ir, 'i128'), (given) => share(select(binary('>', drop, i32(38)), exactLiteral('i128', 0n), given), (x) => {
    const by = widenIr(runtime('i128_to_multiple', x, drop, i32(how)), widthOf(change))
    const moved = exactArithmetic('+', { ir: widenIr(x, widthOf(union(range, point(0n)))), type: a.type, range: union(range, point(0n)) }, { ir: by, type: a.type, range: change }, own, cx)
    if (isRefusal(moved) || from === to) {
      result = moved
      return isRefusal(moved) ? x : moved.ir
    }
    const factor = powerOfTen(from - to)
    const reach = rangeOf(moved)
    const width = widthOf(union(reach, point(factor)))
    const [shorter, left]: [Ir, Range] = how === ROUND ? roundExact(moved.ir, reach, factor) : [quotient('/', widenIr(moved.ir, width), exactLiteral(width, factor)), { min: reach.min / factor, max: reach.max / factor }]
    result = bounded(shorter, left, overflowInto(site), cx)
    return result.ir
  })))
  const made = result as Lowered | Refusal
  return isRefusal(made) ? made : { ...made, ir }
}

/** `beyond`: where scaling before the point leaves the finite numbers; else they stay. */
const lowerFloatDigits = (a: Lowered, n: Lowered, whole: (x: Ir) => Ir, beyond: number | undefined): Lowered => {
  const f64 = (v: number) => literal('f64', v)
  const constant = n.constant === undefined || n.constant === null ? undefined : Number(n.constant)
  const before = (x: Ir, unit: Ir) => binary('*', whole(binary('/', x, unit)), unit)
  const after = (x: Ir, unit: Ir) => binary('/', whole(binary('*', x, unit)), unit)
  const finite = (scaled: Ir, other: Ir): Ir => share(scaled, (r) => ifElse(binary('<', unary('abs', r), f64(Number.POSITIVE_INFINITY)), r, other))
  const at = (v: Ir, isBefore: boolean, unit: Ir): Ir => finite((isBefore ? before : after)(v, unit), isBefore && beyond !== undefined ? f64(beyond) : v)
  const rounded = share(cast('f64', a.ir), (v) => {
    if (constant !== undefined) return at(v, constant < 0, f64(Number(`1e${Math.abs(constant)}`)))
    return share(digitsIr(n, 999), (digits) => {
      const isBefore = binary('<', digits, i32(0))
      return share(runtime('f64_power_of_ten', select(isBefore, binary('-', i32(0), digits), digits)), (unit) => ifElse(isBefore, at(v, true, unit), at(v, false, unit)))
    })
  })
  return plain(cast(scalarOf(a.ir.type), rounded), a.type)
}

const toDouble = (fn: string, arity: number): ExprDef['type'] => (args, result) =>
  (args.length === arity && result.kind === 'double' && args.every((a) => a.kind === 'double')) || undefinedFor(fn, args, result)

export const sqrt: ExprDef = {
  doc: 'The square root of a double; raises OVERFLOW for a negative one.',
  type: toDouble('sqrt', 1),
  eval: () => (x: number) => {
    if (x < 0) throw new EvalError('OVERFLOW', 'square root of a negative number')
    return Math.sqrt(x)
  },
  lower: ([a], site, cx) => {
    const ok = (x: Ir) => either(binary('>=', x, literal('f64', 0)), binary('!=', x, x))
    return plain(share((a as Lowered).ir, (x) => ifElse(ok(x), unary('sqrt', x), raise('f64', 'OVERFLOW', cx.site('OVERFLOW', 'square root of a negative number')))), site.type)
  },
}
