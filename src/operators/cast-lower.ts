/**
 * Casts in IR: among numbers, bools, dates and timestamps. Ranges decide what is checked: a conversion whose range fits the
 * type is a change of width, or nothing.
 */
import { binary, both, cast, either, ifElse, literal, none, not, raise, select, share, unary, zero } from '../ir/build.ts'
import { type Ir, type Scalar, scalarOf } from '../ir/nodes.ts'
import { isFloating, type Range, type SqlType, typeName } from '../layout/types.ts'
import type { OnFailure } from '../plan/nodes.ts'
import { DATE_INFINITY, DAY_MICROS, floorDivide, TIMESTAMP_DAYS, TIMESTAMP_INFINITY } from './calendar.ts'
import { bounded, type Bound, exact, exactArithmetic, exactLiteral, floorDiv, nullAs, plain, quotient, rangeOf, runtime, scalarFor, widen, widenIr, within } from './lowering.ts'
import { clip, contains, type Exact, exactRange, includes, point, union, widthOf } from '../ir/ranges.ts'
import { roundsTwice } from './cast-numbers.ts'
import { fromText } from './cast-parse.ts'
import { isRefusal, type Lowered, type LowerContext, refuse } from './registry.ts'
import type { Refusal } from '../errors.ts'
import { powerOfTen, scaleOf } from './values.ts'

export interface CastSite {
  readonly from: SqlType
  readonly to: SqlType
  readonly onFailure: OnFailure
}

const boundOf = ({ from, to, onFailure }: CastSite): Bound => ({
  type: to,
  policy: onFailure,
  code: 'CAST_FAILED',
  message: `a ${typeName(from)} value does not fit ${typeName(to)}`,
})

/** `v` where `ok`, else the failure the site asks for. */
const guarded = (ok: Ir, v: Ir, site: CastSite, cx: LowerContext): Ir => {
  const bound = boundOf(site)
  if (site.onFailure === 'null') return ifElse(ok, v, none(scalarOf(v.type)))
  return ifElse(ok, v, raise(v.type, 'CAST_FAILED', cx.site('CAST_FAILED', bound.message)))
}

const isTime = (t: SqlType) => t.kind === 'timestamp' || t.kind === 'timestamptz'
const asInteger = (arg: Lowered): Lowered => (arg.type.kind === 'bool' ? { ...arg, ir: widenIr(arg.ir, 'i32'), range: { min: 0n, max: 1n } } : arg)

/** The argument is never an option; the result is one only where a failure gives NULL. */
export const lowerCast = (arg: Lowered, site: CastSite, cx: LowerContext): Lowered | Refusal => {
  const { from, to } = site
  if (typeName(from) === typeName(to)) return arg
  if (from.kind === 'null') return { ir: nullAs(arg.ir, scalarFor(to)), type: to }
  if (from.kind === 'date' && isTime(to)) return dateToTimestamp(arg, site, cx)
  if (isTime(from) && to.kind === 'date') return timestampToDate(arg, to)
  if (isTime(from) && isTime(to)) return { ...arg, type: to, constant: undefined }
  if (to.kind === 'string') return toText(arg, to, cx)
  if (from.kind === 'string') return fromText(arg, site, (ok, v) => guarded(ok, v, site, cx))
  if (isFloating(from)) return fromFloating(arg, site, cx)
  if (to.kind === 'bool') return plain(binary('!=', arg.ir, zero(arg.ir.type as Scalar)), to)
  if (isFloating(to)) return toFloating(asInteger(arg), to)
  return exactToExact(asInteger(arg), site, cx)
}

/** Text as the reference's: digits, ISO dates, true and false. */
const toText = (arg: Lowered, to: SqlType, cx: LowerContext): Lowered => {
  const { type } = arg
  switch (type.kind) {
    case 'bool':
      return plain(select(arg.ir, cx.param('str', 'true'), cx.param('str', 'false')), to)
    case 'date':
      return plain(runtime('date_to_str', widen(arg, 'i32')), to)
    case 'timestamp':
    case 'timestamptz':
      return plain(runtime('timestamp_to_str', widen(arg, 'i64'), literal('i32', type.kind === 'timestamptz' ? 1 : 0)), to)
    case 'float':
    case 'double':
      return plain(runtime('float_to_str', cast('f64', arg.ir), literal('i32', type.kind === 'float' ? 1 : 0)), to)
    case 'decimal':
      return plain(runtime('decimal_to_str', widen(arg, 'i128'), literal('i32', type.scale), literal('i32', type.scale === type.precision ? 1 : 0)), to)
    default:
      return plain(widthOf(rangeOf(arg)) === 'i128' ? runtime('decimal_to_str', arg.ir, literal('i32', 0), literal('i32', 0)) : runtime('int_to_str', widen(arg, 'i64')), to)
  }
}

const exactToExact = (arg: Lowered, site: CastSite, cx: LowerContext): Lowered | Refusal => {
  const bound = boundOf(site)
  const [a, b] = [scaleOf(arg.type) ?? 0, scaleOf(site.to) ?? 0]
  const range = rangeOf(arg)
  if (a === b) return bounded(arg.ir, range, bound, cx)
  const factor = powerOfTen(Math.abs(a - b))
  if (a > b) return bounded(...divideRounding(arg.ir, range, factor), bound, cx)
  const into = exactRange(site.to)
  const fits = { min: into.min / factor, max: into.max / factor }
  const multiplied = (x: Lowered) => exactArithmetic('*', x, { ir: exactLiteral(widthOf(point(factor)), factor), type: site.to, range: point(factor) }, bound, cx)
  if (contains(fits, range)) return multiplied(arg)
  // Checked before it is scaled, so that the product cannot leave the width.
  const inside = clip(range, fits)
  let result: Lowered | Refusal = refuse('cast', '')
  const ir = share(arg.ir, (x) => {
    result = multiplied({ ir: widenIr(x, widthOf(inside)), type: arg.type, range: inside })
    return isRefusal(result) ? zero('i32') : guarded(within(x, range, fits), result.ir, site, cx)
  })
  const made = result as Lowered | Refusal
  return isRefusal(made) ? made : { ir, type: site.to, range: made.range }
}

/** To the nearest multiple, away from zero at half. */
export const divideRounding = (ir: Ir, range: Range, factor: bigint): [Ir, Range] => {
  const half = factor / 2n
  const padded = { min: range.min - (range.min < 0n ? half : 0n), max: range.max + (range.max > 0n ? half : 0n) }
  const width = widthOf(union(padded, point(factor)))
  const at = (v: bigint) => exactLiteral(width, v)
  const rounded = share(widenIr(ir, width), (x) => {
    const shifted = range.min >= 0n ? binary('+', x, at(half)) : binary('+', x, select(binary('<', x, zero(width)), at(-half), at(half)))
    return quotient('/', shifted, at(factor))
  })
  return [rounded, { min: padded.min / factor, max: padded.max / factor }]
}

const EXACT_IN_DOUBLE = { min: -(1n << 53n), max: 1n << 53n }
const EXACT_IN_FLOAT = { min: -(1n << 24n), max: 1n << 24n }

const toFloating = (arg: Lowered, to: SqlType): Lowered | Refusal => {
  const scalar = to.kind === 'float' ? 'f32' : 'f64'
  const range = rangeOf(arg)
  const scale = scaleOf(arg.type) ?? 0
  // 128 bits that lie in 64 are converted as i128_to_f64 does it.
  const negative = (x: Ir): Ir => binary('-', literal('f64', -1), cast('f64', binary('^', x, literal('i64', -1n))))
  const asHuge = (x: Ir): Ir => share(x, (v) => select(binary('<', v, zero('i64')), negative(v), cast('f64', v)))
  const isHuge = roundsTwice(arg.type) && range.min < EXACT_IN_DOUBLE.min
  const double = (x: Ir): Ir => (x.type === 'i128' ? runtime('i128_to_f64', x) : isHuge && x.type === 'i64' ? asHuge(x) : cast('f64', x))
  const convert = (x: Ir): Ir => {
    if (scalar === 'f64' || roundsTwice(arg.type)) return cast(scalar, double(x))
    return x.type === 'i128' ? runtime('u64_to_f32', cast('i64', x)) : cast(scalar, x)
  }
  if (scale === 0) return plain(convert(arg.ir), to)
  const divisor = literal(scalar, scalar === 'f32' ? Math.fround(Number(`1e${scale}`)) : Number(`1e${scale}`))
  const limits = scalar === 'f32' ? EXACT_IN_FLOAT : EXACT_IN_DOUBLE
  const direct = (x: Ir) => binary('/', convert(x), divisor)
  if (contains(limits, range)) return plain(direct(arg.ir), to)
  const width = widthOf(union(range, point(powerOfTen(scale))))
  const unit = exactLiteral(width, powerOfTen(scale))
  const ir = share(widen(arg, width), (x) => {
    const parts = binary('+', convert(quotient('/', x, unit)), binary('/', convert(quotient('%', x, unit)), divisor))
    return ifElse(within(x, range, limits), direct(x), parts)
  })
  return plain(ir, to)
}

/** To the nearest, away from zero at half; exact, as x + ½ would not be. */
export const roundAway = (x: Ir): Ir => {
  const type = x.type as 'f32' | 'f64'
  const at = (v: number) => literal(type, v)
  return share(x, (v) => share(unary('trunc', v), (t) => {
    const far = binary('>=', unary('abs', binary('-', v, t)), at(0.5))
    return ifElse(far, ifElse(binary('<', v, at(0)), binary('-', t, at(1)), binary('+', t, at(1))), t)
  }))
}

const fromFloating = (arg: Lowered, site: CastSite, cx: LowerContext): Lowered | Refusal => {
  const { to } = site
  const own = arg.ir.type as 'f32' | 'f64'
  if (to.kind === 'bool') return plain(binary('!=', arg.ir, zero(own)), to)
  if (to.kind === 'double') return plain(cast('f64', arg.ir), to)
  const f64 = (v: number) => literal('f64', v)
  if (to.kind === 'float') {
    const ir = share(arg.ir, (x) => share(cast('f32', x), (y) => {
      const infinite = (v: Ir) => binary('==', unary('abs', v), literal(v.type as 'f32', Number.POSITIVE_INFINITY))
      return guarded(either(not(infinite(y)), infinite(x)), y, site, cx)
    }))
    return plain(ir, to)
  }
  const range = exactRange(to)
  const target = widthOf(range)
  const toWidth = (x: Ir): Ir => (target === 'i128' ? runtime('f64_to_i128', x) : cast(target, x))
  if (to.kind === 'decimal') {
    const limit = f64(Number(`1e${to.precision}`))
    const scaled = roundAway(binary('*', cast('f64', arg.ir), f64(Number(`1e${to.scale}`))))
    const below = (x: Ir): Ir => binary('<', unary('abs', x), limit)
    // Of a float the scaled and rounded value is a float again.
    const narrow = (x: Ir): Ir => (own === 'f32' ? cast('f64', cast('f32', x)) : x)
    return { ir: share(scaled, (x) => guarded(own === 'f32' ? both(below(x), below(narrow(x))) : below(x), toWidth(narrow(x)), site, cx)), type: to, range }
  }
  const ir = share(cast('f64', arg.ir), (x) => share(unary('nearest', x), (r) => {
    const low = binary(to.kind === 'int128' ? '>' : '>=', x, f64(Number(range.min)))
    return guarded(both(low, binary('<', r, f64(Number(range.max + 1n)))), toWidth(r), site, cx)
  }))
  return { ir, type: to, range }
}

const dateToTimestamp = (arg: Lowered, site: CastSite, cx: LowerContext): Lowered => {
  const range = rangeOf(arg)
  const inside = clip(range, TIMESTAMP_DAYS)
  const micros = (x: Ir) => binary('*', widenIr(x, 'i64'), literal('i64', DAY_MICROS))
  if (contains(TIMESTAMP_DAYS, range)) return exact(micros(arg.ir), site.to, { min: range.min * DAY_MICROS, max: range.max * DAY_MICROS })
  const ir = share(arg.ir, (x) => {
    const is = (days: number) => binary('==', x, exactLiteral(x.type as Exact, BigInt(days)))
    const finite = guarded(within(x, range, inside), micros(x), site, cx)
    const positive = includes(range, BigInt(DATE_INFINITY)) ? ifElse(is(DATE_INFINITY), literal('i64', TIMESTAMP_INFINITY), finite) : finite
    return includes(range, BigInt(-DATE_INFINITY)) ? ifElse(is(-DATE_INFINITY), literal('i64', -TIMESTAMP_INFINITY), positive) : positive
  })
  return { ir, type: site.to, range: exactRange(site.to) }
}

const timestampToDate = (arg: Lowered, to: SqlType): Lowered => {
  const range = rangeOf(arg)
  const days = { min: floorDivide(range.min, DAY_MICROS), max: floorDivide(range.max, DAY_MICROS) }
  const infinite = includes(range, TIMESTAMP_INFINITY) || includes(range, -TIMESTAMP_INFINITY)
  const ir = share(widenIr(arg.ir, 'i64'), (x) => {
    const finite = widenIr(floorDiv(x, DAY_MICROS, range), 'i32')
    if (!infinite) return finite
    const at = (v: bigint, day: number, other: Ir) => select(binary('==', x, literal('i64', v)), literal('i32', day), other)
    return at(TIMESTAMP_INFINITY, DATE_INFINITY, at(-TIMESTAMP_INFINITY, -DATE_INFINITY, finite))
  })
  return { ir, type: to, range: infinite ? exactRange(to) : days }
}
