/** Rounding and square roots: what is computed exactly. */
import { binary, cast, either, ifElse, literal, raise, share, unary } from '../ir/build.ts'
import { type Ir, scalarOf } from '../ir/nodes.ts'
import { isFloating, isInteger, type Range, type SqlType, typeName } from '../layout/types.ts'
import { divideRounding as roundExact, roundAway as roundIr } from './cast-lower.ts'
import { divideRounding, roundAway } from './cast-numbers.ts'
import { bounded, exactLiteral, overflowInto, plain, quotient, rangeOf, widenIr } from './lowering.ts'
import { type Exact, point, union, widthOf } from '../ir/ranges.ts'
import { EvalError, type ExprDef, type Lowered, refuse } from './registry.ts'
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
  doc: 'a without what follows the point; of a decimal, a decimal with fewer digits after the point.',
  type: rounding('trunc', [1]),
  eval: (site) => (isFloating(site.type) ? Math.trunc : dropDigits(site, truncBig)),
  lower: ([arg], site, cx) => {
    const a = arg as Lowered
    if (isFloating(site.type)) return plain(unary('trunc', a.ir), site.type)
    const by = powerOfTen((scaleOf(a.type) ?? 0) - (scaleOf(site.type) ?? 0))
    const range = rangeOf(a)
    if (by === 1n) return bounded(a.ir, range, overflowInto(site), cx)
    const width = widthOf(union(range, point(by)))
    return bounded(quotient('/', widenIr(a.ir, width), exactLiteral(width, by)), { min: range.min / by, max: range.max / by }, overflowInto(site), cx)
  },
}

/** round(x, n) of floats as DuckDB computes it: by scaling in double, and unchanged where that leaves the finite numbers. */
const roundDigits = (x: number, digits: number): number => {
  const unit = Number(`1e${Math.abs(digits)}`)
  const scaled = digits < 0 ? roundAway(x / unit) * unit : roundAway(x * unit) / unit
  return Number.isFinite(scaled) ? scaled : digits < 0 ? 0 : x
}

/** Integers and decimals, rounded at a digit and returned at the result's scale. */
const roundExactly = (x: bigint, from: number, to: number, digits: number): bigint => {
  const kept = Math.min(digits, from)
  const rounded = divideRounding(x, powerOfTen(from - kept))
  return kept <= to ? rounded * powerOfTen(to - kept) : divideRounding(rounded, powerOfTen(kept - to))
}

export const round: ExprDef = {
  doc: 'Rounds half away from zero, arguments (a) or (a, n): to n digits after the point (n < 0: before it), else to those the result type has.',
  flags: ['overflow'],
  type: rounding('round', [1, 2]),
  eval: (site) => {
    const { type, argTypes, flags } = site
    const a = argTypes[0] as SqlType
    if (isFloating(type)) {
      const to = type.kind === 'float' ? Math.fround : (x: number) => x
      return (x: number, n?: number | bigint) => (n === undefined ? roundAway(x) : to(roundDigits(x, Number(n))))
    }
    const fit = fitBig(type, flags.overflow)
    const [from, to] = [scaleOf(a) ?? 0, scaleOf(type) ?? 0]
    return (x: number | bigint, n?: number | bigint) => fit(Number(n ?? to) < -60 ? 0n : roundExactly(toBig(x), from, to, Number(n ?? to)))
  },
  lower: ([arg, n], site, cx) => {
    const a = arg as Lowered
    const constant = n === undefined ? (scaleOf(site.type) ?? 0) : n.constant === undefined || n.constant === null ? undefined : Number(n.constant)
    if (constant === undefined) return refuse('round', 'the number of digits is not a constant')
    if (isFloating(site.type)) return plain(n === undefined ? roundIr(a.ir) : lowerRoundDigits(a.ir, constant), site.type)
    const [from, to] = [scaleOf(a.type) ?? 0, scaleOf(site.type) ?? 0]
    const kept = Math.min(constant, from)
    if (from - kept > 38 || kept > to) return refuse('round', 'digits beyond the type')
    const [rounded, range]: [Ir, Range] = kept === from ? [a.ir, rangeOf(a)] : roundExact(a.ir, rangeOf(a), powerOfTen(from - kept))
    const factor = powerOfTen(to - kept)
    const scaled = { min: range.min * factor, max: range.max * factor }
    if (factor === 1n) return bounded(rounded, range, overflowInto(site), cx)
    const width = widthOf(union(union(scaled, range), point(factor)))
    if (width === 'i128') return refuse('round', 'rounding before the point of a 128-bit number')
    return bounded(binary('*', widenIr(rounded, width), exactLiteral(width as Exact, factor)), scaled, overflowInto(site), cx)
  },
}

const lowerRoundDigits = (x: Ir, digits: number): Ir => {
  const own = scalarOf(x.type)
  const f64 = (v: number) => literal('f64', v)
  const unit = f64(Number(`1e${Math.abs(digits)}`))
  const rounded = share(cast('f64', x), (v) => {
    const scaled = digits < 0 ? binary('*', roundIr(binary('/', v, unit)), unit) : binary('/', roundIr(binary('*', v, unit)), unit)
    const isFinite = (r: Ir) => binary('<', unary('abs', r), f64(Number.POSITIVE_INFINITY))
    return share(scaled, (r) => ifElse(isFinite(r), r, digits < 0 ? f64(0) : v))
  })
  return cast(own, rounded)
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
