/**
 * Arithmetic. Exact types (integers, decimals) never lose a digit: the result is in range or the plan's `overflow` says what
 * happens. Decimal operands of + − % have the result's scale (planners cast them), those of × add their scales.
 */
import { binary, both, cast as castIr, checked, ifElse, literal, none, option, raise, share, unary, zero } from '../ir/build.ts'
import type { Ir } from '../ir/nodes.ts'
import type { Refusal } from '../errors.ts'
import { isFloating, isInteger, type SqlType, typeName } from '../layout/types.ts'
import { bounded, exact, exactArithmetic, exactLiteral, type ExactOp, orNull, overflowInto, plain, quotient, rangeOf, runtime, widen, widenIr } from './lowering.ts'
import { absRange, clip, divRange, type Exact, exactRange, fitting, includes, point, remRange, union, WIDTHS, widthOf } from '../ir/ranges.ts'
import { evalDifference, isDifference, lowerDifference } from './intervals.ts'
import { evalShift, isShift, lowerShift } from './dates-shift.ts'
import { decimalProduct, decimals, type DecimalOp, evalDecimal, followsScales, lowerDecimal } from './decimals.ts'
import { type CallSite, EvalError, type ExprDef, type Lowered, type LowerContext, refuse, type Value } from './registry.ts'
import { fitBig, fitNumber, isWide, outOfRange, overflowPolicy, scaleOf, toBig } from './values.ts'

const fround = Math.fround
const anyOf = (...types: readonly SqlType[]): string => types.map(typeName).join(', ')
const no = (fn: string, args: readonly SqlType[], result: SqlType) => refuse(fn, `${fn}(${anyOf(...args)}) → ${typeName(result)} is not defined`)

type Rule = ExprDef['type']
const floats: Rule = (args, result) => isFloating(result) && args.every((a) => a.kind === result.kind) || no('', args, result)
const sameScale: Rule = (args, result) => scaleOf(result) !== undefined && args.every((a) => scaleOf(a) === scaleOf(result)) || no('', args, result)

/** true where any rule allows it. */
const rule = (fn: string, arity: number, ...rules: readonly Rule[]): Rule => (args, result) =>
  (args.length === arity && rules.some((r) => r(args, result) === true)) || no(fn, args, result)

const datePlus: Rule = (args, result) => {
  const [a, b] = args as [SqlType, SqlType]
  return (result.kind === 'date' && a.kind === 'date' && isInteger(b)) || no('', args, result)
}
const plusDate: Rule = ([a, b], result) => datePlus([b as SqlType, a as SqlType], result)
const dateMinusDate: Rule = (args, result) => (result.kind === 'int64' && args.every((a) => a.kind === 'date')) || no('', args, result)
const timeMinusTime: Rule = (args, result) => isDifference(args, result) || no('', args, result)
const addScales: Rule = (args, result) => {
  const scales = args.map(scaleOf)
  return (scaleOf(result) !== undefined && scales.every((s) => s !== undefined) && scales.reduce((a, b) => (a as number) + (b as number), 0) === scaleOf(result)) || no('', args, result)
}

/** Picks the evaluation by type, once a call: doubles, floats, numbers that cannot lose a digit, else bigints. */
const exactEval = (site: CallSite, numbers: (a: number, b: number) => number, bigs: (a: bigint, b: bigint) => bigint) => {
  const { type, argTypes, flags } = site
  if (!isWide(type) && !argTypes.some(isWide)) {
    const fit = fitNumber(type, flags.overflow)
    return (a: number, b: number) => {
      const r = numbers(a, b)
      return Number.isSafeInteger(r) ? fit(r === 0 ? 0 : r) : fitBig(type, flags.overflow)(bigs(BigInt(a), BigInt(b)))
    }
  }
  const fit = fitBig(type, flags.overflow)
  return argTypes.every(isWide) ? (a: bigint, b: bigint) => fit(bigs(a, b)) : (a: number, b: number) => fit(bigs(toBig(a), toBig(b)))
}

const NUMBERS = { '+': (a: number, b: number) => a + b, '-': (a: number, b: number) => a - b, '*': (a: number, b: number) => a * b }
const BIGS = { '+': (a: bigint, b: bigint) => a + b, '-': (a: bigint, b: bigint) => a - b, '*': (a: bigint, b: bigint) => a * b }

/** Whether a decimal result has another scale than the operation gives by itself. */
const isRescaled = (op: DecimalOp, site: CallSite): boolean => site.type.kind === 'decimal' && !followsScales(op, site)

const evalOp = (op: ExactOp): ExprDef['eval'] => (site) => {
  const numbers = NUMBERS[op]
  if (site.type.kind === 'double') return numbers
  if (site.type.kind === 'float') return (a: number, b: number) => fround(numbers(a, b))
  if (isRescaled(op, site)) return evalDecimal(op, site)
  if (op !== '*' && isShift(site)) return evalShift(op, site)
  return exactEval(site, numbers, BIGS[op])
}

const lowerOp = (op: ExactOp): NonNullable<ExprDef['lower']> => (args, site, cx) => {
  const [a, b] = args as [Lowered, Lowered]
  if (isFloating(site.type)) return plain(binary(op, a.ir, b.ir), site.type)
  // What 128 bits may not hold, and gives NULL then, is computed in more.
  if (site.type.kind === 'decimal' && (isRescaled(op, site) || overflowInto(site).policy === 'null')) return lowerDecimal(op, [a, b], site, cx)
  if (op !== '*' && isShift(site)) return lowerShift(op, [a, b], site, cx)
  return exactArithmetic(op, a, b, overflowInto(site), cx)
}

export const add: ExprDef = {
  doc: 'a + b for numbers, rounded half away from zero where a decimal result has fewer digits after the point; date + integer is a date that many days later, the infinities stay.',
  flags: ['overflow'],
  type: rule('add', 2, floats, sameScale, datePlus, plusDate, decimals),
  eval: evalOp('+'),
  lower: lowerOp('+'),
}

export const subtract: ExprDef = {
  doc: 'a − b for numbers, decimals rounded as by add; date − integer is a date; date − date is the number of days, an int64; timestamp − timestamp is an interval of days and microseconds or, as interval_day_time, of microseconds, and raises OVERFLOW for the infinities.',
  flags: ['overflow'],
  type: rule('subtract', 2, floats, sameScale, datePlus, dateMinusDate, decimals, timeMinusTime),
  eval: (site) => (isDifference(site.argTypes, site.type) ? evalDifference(site) : evalOp('-')(site)),
  lower: (args, site, cx) => (isDifference(site.argTypes, site.type) ? lowerDifference(args, site, cx) : lowerOp('-')(args, site, cx)),
}

export const multiply: ExprDef = {
  doc: 'a × b; the scale of a decimal result is the sum of the scales, or less: then it is rounded half away from zero.',
  flags: ['overflow'],
  type: rule('multiply', 2, floats, addScales, decimalProduct),
  eval: evalOp('*'),
  lower: lowerOp('*'),
}

const divideByZero = () => new EvalError('DIVIDE_BY_ZERO', 'division by zero')

export const divide: ExprDef = {
  doc: "a ÷ b of float or double, or of decimals, rounded half away from zero to the result type's scale. `divideByZero`: 'ieee' (default of floats) gives ±Infinity or NaN, 'null' (default of decimals) NULL, 'error' raises.",
  flags: ['overflow', 'divideByZero'],
  type: rule('divide', 2, floats, decimals),
  eval: (site) => {
    const { type, flags } = site
    if (!isFloating(type)) return evalDecimal('/', site)
    const round = type.kind === 'float' ? fround : (x: number) => x
    const onZero = flags.divideByZero ?? 'ieee'
    if (onZero === 'ieee') return type.kind === 'float' ? (a: number, b: number) => fround(a / b) : (a: number, b: number) => a / b
    return (a: number, b: number) => {
      if (b !== 0) return round(a / b)
      if (onZero === 'null') return null
      throw divideByZero()
    }
  },
  lower: (args, site, cx) => {
    const [a, b] = args as [Lowered, Lowered]
    if (!isFloating(site.type)) return lowerDecimal('/', [a, b], site, cx)
    const onZero = site.flags.divideByZero ?? 'ieee'
    if (onZero === 'ieee') return plain(binary('/', a.ir, b.ir), site.type)
    const ir = share(b.ir, (d) => {
      const nonZero = binary('!=', d, zero(d.type as 'f64'))
      const result = binary('/', a.ir, d)
      return onZero === 'null' ? option(result, nonZero) : ifElse(nonZero, result, raise(result.type, 'DIVIDE_BY_ZERO', cx.site('DIVIDE_BY_ZERO', 'division by zero')))
    })
    return plain(ir, site.type)
  },
}

const integerEval = (site: CallSite, numbers: (a: number, b: number) => number, bigs: (a: bigint, b: bigint) => bigint, minByMinusOne: boolean) => {
  const run = exactEval(site, numbers, bigs) as (a: any, b: any) => Value
  const onZero = site.flags.divideByZero ?? 'null'
  const { min } = fitLimits(site.type)
  return (a: number | bigint, b: number | bigint): Value => {
    if (b === 0 || b === 0n) {
      if (onZero === 'null') return null
      throw divideByZero()
    }
    // MIN % −1 is 0 in mathematics, and an overflow in DuckDB.
    if (minByMinusOne && Number(b) === -1 && BigInt(a) === min && overflowPolicy(site.type, site.flags.overflow) === 'error') throw new EvalError('OVERFLOW', `${a} % -1 does not fit`)
    return run(a, b)
  }
}
const fitLimits = (type: SqlType) => ({ min: isInteger(type) ? rangeOf({ type } as Lowered).min : undefined })

/** Integer division: guards zero, widens where MIN / −1 could leave the width, and narrows what comes out. */
const lowerDivision = (op: '/' | '%'): NonNullable<ExprDef['lower']> => (args, site, cx) => {
  const [a, b] = args as [Lowered, Lowered]
  const [ra, rb] = [rangeOf(a), rangeOf(b)]
  const range = op === '/' ? divRange(ra, rb) : remRange(ra, rb)
  const width = widthOf(union(union(ra, rb), op === '/' ? range : ra))
  const overflow = overflowPolicy(site.type, site.flags.overflow)
  const limit = fitLimits(site.type).min
  const minCase = op === '%' && overflow === 'error' && includes(rb, -1n) && limit !== undefined && ra.min <= limit
  const onZero = site.flags.divideByZero ?? 'null'
  if (overflow !== 'error' && op === '/' && fitting(range) === undefined) return refuse('int_divide', 'wrapping 128-bit division')
  let lowered: Lowered = exact(zero(width), site.type, range)
  // A constant divisor is code and not a parameter: division by it is a multiplication then, and cannot trap.
  const divisor = rb.min === rb.max && b.constant !== undefined ? exactLiteral(width, rb.min) : widen(b, width)
  const ir = share(widen(a, width), (x) => share(divisor, (y) => {
    const minusOne = binary('==', y, exactLiteral(width, -1n))
    const isMin = (m: bigint) => binary('==', x, exactLiteral(width, m))
    const safe = (body: Ir): Ir => (minCase ? ifElse(both(isMin(limit as bigint), minusOne), raise(width, 'OVERFLOW', cx.site('OVERFLOW', 'MIN % -1 overflows')), body) : body)
    const raw = divideGuarded(op, x, y, width, ra, rb, cx)
    lowered = bounded(safe(raw), range, overflowInto(site), cx)
    if (!includes(rb, 0n)) return lowered.ir
    const nonZero = binary('!=', y, zero(width))
    const scalar = lowered.ir.type
    if (onZero === 'null') return ifElse(nonZero, lowered.ir, none(scalar.replace('?', '') as Exact))
    return ifElse(nonZero, lowered.ir, raise(scalar, 'DIVIDE_BY_ZERO', cx.site('DIVIDE_BY_ZERO', 'division by zero')))
  }))
  return { ir, type: site.type, range: lowered.range }
}

/** The machine's own MIN / −1 cannot arise but at the widest width, where it is an overflow. */
const divideGuarded = (op: '/' | '%', x: Ir, y: Ir, width: Exact, ra: { min: bigint }, rb: { min: bigint; max: bigint }, cx: LowerContext): Ir => {
  const machineMin = { i32: -(1n << 31n), i64: -(1n << 63n), i128: -(1n << 127n) }[width]
  const risky = ra.min === machineMin && rb.min <= -1n && rb.max >= -1n
  if (!risky) return quotient(op, x, y)
  const hit = both(binary('==', x, exactLiteral(width, machineMin)), binary('==', y, exactLiteral(width, -1n)))
  if (op === '%') return ifElse(binary('==', y, exactLiteral(width, -1n)), zero(width), quotient(op, x, y))
  return ifElse(hit, raise(width, 'OVERFLOW', cx.site('OVERFLOW', 'MIN / -1 overflows')), quotient(op, x, y))
}

const integers: Rule = (args, result) => (isInteger(result) && args.every(isInteger)) || no('', args, result)

export const int_divide: ExprDef = {
  doc: "Integer division, truncating. `divideByZero`: 'null' (default) or 'error'.",
  flags: ['overflow', 'divideByZero'],
  type: rule('int_divide', 2, integers),
  eval: (site) => integerEval(site, (a, b) => Math.trunc(a / b), (a, b) => a / b, false),
  lower: lowerDivision('/'),
}

export const modulo: ExprDef = {
  doc: "Remainder with the sign of the dividend. Exact types: `divideByZero` 'null' (default) or 'error'; float, double: C's fmod, NaN for a zero divisor.",
  flags: ['overflow', 'divideByZero'],
  type: rule('modulo', 2, floats, sameScale, decimals),
  eval: (site) => {
    if (isRescaled('%', site)) return evalDecimal('%', site)
    if (!isFloating(site.type)) return integerEval(site, (a, b) => a % b, (a, b) => a % b, true)
    const onZero = site.flags.divideByZero ?? 'ieee'
    return (a: number, b: number) => {
      if (b !== 0 || onZero === 'ieee') return a % b
      if (onZero === 'null') return null
      throw divideByZero()
    }
  },
  lower: (args, site, cx) => (isFloating(site.type) ? floatRemainder(args, site, cx) : isRescaled('%', site) ? lowerDecimal('%', args as [Lowered, Lowered], site, cx) : lowerDivision('%')(args, site, cx)),
}

/** The remainder of two floats is a float: computed in double it is exact. */
const floatRemainder: NonNullable<ExprDef['lower']> = (args, site, cx) => {
  const [a, b] = args as [Lowered, Lowered]
  const own = a.ir.type as 'f32' | 'f64'
  const onZero = site.flags.divideByZero ?? 'ieee'
  const rest = (x: Ir, y: Ir) => castIr(own, runtime('f64_rem', castIr('f64', x), castIr('f64', y)))
  if (onZero === 'ieee') return plain(rest(a.ir, b.ir), site.type)
  const ir = share(b.ir, (d) => {
    const nonZero = binary('!=', d, zero(own))
    return onZero === 'null' ? option(rest(a.ir, d), nonZero) : ifElse(nonZero, rest(a.ir, d), raise(own, 'DIVIDE_BY_ZERO', cx.site('DIVIDE_BY_ZERO', 'division by zero')))
  })
  return plain(ir, site.type)
}

const numeric: Rule = (args, result) => floats(args, result) === true || sameScale(args, result)

export const negate: ExprDef = {
  doc: '−a.',
  flags: ['overflow'],
  type: rule('negate', 1, numeric),
  eval: (site) => {
    if (isFloating(site.type)) return (a: number) => -a
    const sub = exactEval({ ...site, argTypes: [site.argTypes[0] as SqlType, site.argTypes[0] as SqlType] }, (a, b) => b - a, (a, b) => b - a) as (a: any, b: any) => Value
    const none = isWide(site.argTypes[0] as SqlType) ? 0n : 0
    return (a: number | bigint) => sub(a, none)
  },
  lower: ([arg], site, cx) => {
    const a = arg as Lowered
    if (isFloating(site.type)) return plain(unary('neg', a.ir), site.type)
    return exactArithmetic('-', { ir: literal('i32', 0), type: a.type, range: point(0n) }, a, overflowInto(site), cx)
  },
}

export const abs: ExprDef = {
  doc: '|a|.',
  flags: ['overflow'],
  type: rule('abs', 1, numeric),
  eval: (site) => {
    if (isFloating(site.type)) return Math.abs
    const abs = exactEval({ ...site, argTypes: [site.argTypes[0] as SqlType, site.argTypes[0] as SqlType] }, (a) => Math.abs(a), (a) => (a < 0n ? -a : a)) as (a: any, b: any) => Value
    return (a: number | bigint) => abs(a, a)
  },
  lower: ([arg], site, cx) => {
    const a = arg as Lowered
    if (isFloating(site.type)) return plain(unary('abs', a.ir), site.type)
    const from = rangeOf(a)
    if (from.min >= 0n) return bounded(a.ir, from, overflowInto(site), cx)
    const range = absRange(from)
    if (fitting(range) === undefined) return absOfAll(a, site, cx)
    const width = widthOf(union(from, range))
    return bounded(unary('abs', widen(a, width)), range, overflowInto(site), cx)
  },
}

/** |a| where a may be the least 128-bit integer. */
const absOfAll = (a: Lowered, site: CallSite, cx: LowerContext): Lowered | Refusal => {
  const bound = overflowInto(site)
  if (bound.policy === 'null') {
    const range = { min: 0n, max: WIDTHS.i128.max }
    const ir = share(a.ir, (x) => share(unary('abs', x), (r) => orNull(r, binary('>=', r, zero('i128')), range, bound).ir))
    return { ir, type: bound.type, range: clip(range, exactRange(bound.type)) }
  }
  if (bound.policy === 'wrap') return bounded(unary('abs', a.ir), WIDTHS.i128, bound, cx)
  const negated = (x: Ir) => checked('-', zero('i128'), x, cx.site('OVERFLOW', outOfRange(site.type)))
  return bounded(share(a.ir, (x) => ifElse(binary('<', x, zero('i128')), negated(x), x)), { min: 0n, max: WIDTHS.i128.max }, bound, cx)
}

export const sign: ExprDef = {
  doc: '−1, 0 or 1, an int8; 0 for NaN.',
  type: (args, result) => (args.length === 1 && result.kind === 'int8' && (isFloating(args[0] as SqlType) || scaleOf(args[0] as SqlType) !== undefined)) || no('sign', args, result),
  eval: () => (a: number | bigint) => (a > 0 ? 1 : a < 0 ? -1 : 0),
  lower: ([arg], site) => {
    const a = arg as Lowered
    const ir = share(a.ir, (x) => {
      const nil = zero(x.type as Exact)
      return binary('-', widenIr(binary('>', x, nil), 'i32'), widenIr(binary('<', x, nil), 'i32'))
    })
    return { ir, type: site.type, range: { min: -1n, max: 1n } }
  },
}
