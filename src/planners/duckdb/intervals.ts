/**
 * Intervals, as expressions of their months, days and microseconds: of a constant, of to_days(n) and its like, of their sums, of a
 * number times one, of any other expression by its parts. Dates and timestamps plus and minus one are add_interval.
 */
import { DOUBLE, INT32, INT64, INTERVAL, TIMESTAMP, type SqlType, typeName } from '../../layout/types.ts'
import { parseInterval } from '../../layout/intervals.ts'
import type { Expr } from '../../plan/nodes.ts'
import { literal } from './literals.ts'

interface Parts {
  readonly months: Expr
  readonly days: Expr
  readonly micros: Expr
}

const ZERO = literal('0', INT64)
const number = (n: bigint): Expr => literal(n.toString(), INT64)
const isZero = (x: Expr): boolean => x.expr === 'literal' && x.value === '0'
const cast = (arg: Expr, type: SqlType): Expr => ({ expr: 'cast', arg, type: typeName(type), onFailure: 'error' })
const wide = (x: Expr): Expr => (x.type === 'int64' ? x : x.expr === 'literal' && typeof x.value === 'number' ? number(BigInt(x.value)) : cast(x, INT64))
const constant = (x: Expr): bigint | undefined => (x.expr === 'literal' && typeof x.value === 'string' ? BigInt(x.value) : undefined)

const call = (fn: string, args: readonly Expr[], type: SqlType): Expr => ({ expr: 'call', fn, args, type: typeName(type) })
const exactly = (fn: string, args: readonly Expr[], type: SqlType): Expr => ({ expr: 'call', fn, args, type: typeName(type), flags: { overflow: 'error' } })
const times = (a: Expr, b: Expr): Expr => {
  const [x, y] = [constant(a), constant(b)]
  if (x !== undefined && y !== undefined) return number(x * y)
  return x === 1n ? b : y === 1n ? a : exactly('multiply', [a, b], INT64)
}
const plus = (a: Expr, b: Expr): Expr => (isZero(a) ? b : isZero(b) ? a : exactly('add', [a, b], INT64))
const minus = (x: Expr): Expr => {
  const c = constant(x)
  return c === undefined ? exactly('negate', [x], INT64) : number(-c)
}
const both = (a: Parts, b: Parts): Parts => ({ months: plus(a.months, b.months), days: plus(a.days, b.days), micros: plus(a.micros, b.micros) })
const each = (p: Parts, f: (x: Expr) => Expr): Parts => ({ months: f(p.months), days: f(p.days), micros: f(p.micros) })
const only = (part: keyof Parts, x: Expr): Parts => ({ months: ZERO, days: ZERO, micros: ZERO, [part]: x })

const MAKERS: Readonly<Record<string, readonly [keyof Parts, bigint]>> = {
  to_millennia: ['months', 12000n], to_centuries: ['months', 1200n], to_decades: ['months', 120n], to_years: ['months', 12n], to_quarters: ['months', 3n], to_months: ['months', 1n],
  to_weeks: ['days', 7n], to_days: ['days', 1n],
  to_hours: ['micros', 3_600_000_000n], to_minutes: ['micros', 60_000_000n], to_microseconds: ['micros', 1n],
}
/** Of doubles: microseconds, to the nearest. */
const FRACTIONS: Readonly<Record<string, number>> = { to_seconds: 1e6, to_milliseconds: 1e3 }

const isInterval = (x: Expr): boolean => x.type === 'interval'
const isTemporal = (x: Expr): boolean => /^(date|timestamp|timestamptz)$/.test(x.type)

/** The parts of an expression of an interval; undefined of a NULL. */
const partsOf = (x: Expr): Parts | undefined => {
  if (x.expr === 'literal') {
    const parts = parseInterval(String(x.value))
    return parts && { months: number(BigInt(parts.months)), days: number(BigInt(parts.days)), micros: number(parts.micros) }
  }
  if (x.expr === 'call' && x.fn === 'make_interval') {
    const [months, days, micros] = x.args as [Expr, Expr, Expr]
    return { months, days, micros }
  }
  return readParts(x)
}
/** As partsOf, each NULL where any is: what reads one of them reads all. */
const readParts = (x: Expr): Parts | undefined => {
  if (x.expr === 'literal') return partsOf(x)
  const part = (name: keyof Parts): Expr => call(`interval_${name}`, [x], INT64)
  return { months: part('months'), days: part('days'), micros: part('micros') }
}
const made = ({ months, days, micros }: Parts): Expr => call('make_interval', [months, days, micros], INTERVAL)

/** Months and days of an interval have 32 bits. */
const fitting = (x: Expr): Expr => (x.expr === 'literal' ? x : cast(x, INT32))

const sum = (name: string, [a, b]: readonly Expr[], type: SqlType): Expr | undefined => {
  const negative = name === '-' || name === 'subtract'
  if (a === undefined) return undefined
  if (b === undefined) {
    const parts = partsOf(a)
    return negative ? parts && made(each(parts, minus)) : a
  }
  const [from, interval] = isInterval(b) ? [a, b] : [b, a]
  const parts = partsOf(interval)
  if (parts === undefined) return undefined
  const given = negative ? each(parts, minus) : parts
  if (isTemporal(from)) return call('add_interval', [from, fitting(given.months), fitting(given.days), given.micros], type)
  const others = isInterval(from) ? partsOf(from) : undefined
  return others && made(both(others, given))
}

const product = ([a, b]: readonly Expr[]): Expr | undefined => {
  if (a === undefined || b === undefined) return undefined
  const [factor, interval] = isInterval(a) ? [b, a] : [a, b]
  // Casts of its parts may raise, but not where another part is NULL.
  const parts = factor.type === 'double' ? readParts(interval) : partsOf(interval)
  if (parts === undefined) return undefined
  if (factor.type === 'double') return made(scaled(parts, factor))
  if (factor.type !== 'int64') return undefined
  const by = factor.expr === 'literal' ? factor : cast(cast(factor, INT32), INT64)
  const grown = each(parts, (x) => (isZero(x) ? x : times(by, x)))
  // A NULL times nothing is NULL, too.
  return made(Object.values(parts).every(isZero) ? { ...grown, micros: exactly('multiply', [by, ZERO], INT64) } : grown)
}

const double = (x: Expr): Expr => cast(x, DOUBLE)
const whole = (x: Expr): Expr => cast(call('trunc', [x], DOUBLE), INT64)
const arithmetic = (fn: 'add' | 'subtract' | 'multiply') => (a: Expr, b: Expr): Expr => call(fn, [a, b], DOUBLE)
const [sumOf, less, timesOf] = [arithmetic('add'), arithmetic('subtract'), arithmetic('multiply')]
const ratio = (a: Expr, by: number): Expr => ({ expr: 'call', fn: 'divide', args: [a, literal(by, DOUBLE)], type: 'double', flags: { divideByZero: 'ieee' } })
/** To the nearest millionth. */
const settled = (x: Expr): Expr => ratio(double(cast(timesOf(x, literal(1e6, DOUBLE)), INT64)), 1e6)

/**
 * Times a double, as PostgreSQL's interval_mul does, which DuckDB follows: what is left of whole months goes on as days of 30 a
 * month, what is left of days as seconds, and whole days of those are days again.
 */
const scaled = ({ months, days, micros }: Parts, factor: Expr): Parts => {
  const [m, d] = [timesOf(double(months), factor), timesOf(double(days), factor)]
  const more = settled(timesOf(less(m, double(whole(m))), literal(30, DOUBLE)))
  const left = less(sumOf(less(d, double(whole(d))), more), double(whole(more)))
  const seconds = settled(timesOf(left, literal(86400, DOUBLE)))
  const carried = whole(ratio(seconds, 86400))
  const rest = less(seconds, timesOf(double(carried), literal(86400, DOUBLE)))
  return { months: whole(m), days: plus(plus(whole(d), carried), whole(more)), micros: cast(sumOf(timesOf(double(micros), factor), timesOf(rest, literal(1e6, DOUBLE))), INT64) }
}

const over = (x: Expr, by: bigint): Expr => ({ expr: 'call', fn: 'int_divide', args: [x, number(by)], type: typeName(INT64), flags: { overflow: 'error', divideByZero: 'null' } })
const rest = (x: Expr, by: bigint): Expr => ({ expr: 'call', fn: 'modulo', args: [x, number(by)], type: typeName(INT64), flags: { overflow: 'error', divideByZero: 'null' } })

const [MINUTE, HOUR, DAY] = [60_000_000n, 3_600_000_000n, 86_400_000_000n]
/** What extract() gives of an interval: each part by itself. */
const EXTRACTS: Readonly<Record<string, (p: Parts) => Expr>> = {
  millennium: (p) => over(p.months, 12000n), century: (p) => over(p.months, 1200n), decade: (p) => over(p.months, 120n), year: (p) => over(p.months, 12n), month: (p) => rest(p.months, 12n), day: (p) => p.days, dayofmonth: (p) => p.days,
  hour: (p) => over(p.micros, HOUR), minute: (p) => over(rest(p.micros, HOUR), MINUTE), second: (p) => over(rest(p.micros, MINUTE), 1_000_000n),
  millisecond: (p) => over(rest(p.micros, MINUTE), 1000n), microsecond: (p) => rest(p.micros, MINUTE),
  // A year of 365 days and a quarter, of which a month that is left over has 30.
  epoch: (p) => {
    const years = over(p.months, 12n)
    const days = plus(plus(times(years, number(365n)), times(rest(p.months, 12n), number(30n))), p.days)
    const seconds = plus(times(days, number(86400n)), times(years, number(21600n)))
    return call('add', [cast(seconds, DOUBLE), { expr: 'call', fn: 'divide', args: [cast(p.micros, DOUBLE), literal(1e6, DOUBLE)], type: 'double', flags: { divideByZero: 'ieee' } }], DOUBLE)
  },
  epoch_us: (p) => plus(times(plus(times(p.months, number(30n)), p.days), number(DAY)), p.micros),
  epoch_ms: (p) => over(plus(times(plus(times(p.months, number(30n)), p.days), number(DAY)), p.micros), 1000n),
}

/** A call that takes or gives intervals; undefined where it is none, or none that we have. */
export const withInterval = (name: string, args: readonly Expr[], type: SqlType): Expr | undefined => {
  const [a, b] = args
  const maker = Object.hasOwn(MAKERS, name) ? MAKERS[name] : undefined
  if (maker !== undefined && a !== undefined) return made(only(maker[0], times(wide(a), number(maker[1]))))
  const fraction = Object.hasOwn(FRACTIONS, name) ? FRACTIONS[name] : undefined
  if (fraction !== undefined && a !== undefined) return made(only('micros', cast(call('multiply', [a, literal(fraction, DOUBLE)], DOUBLE), INT64)))
  if (type.kind === 'interval' && a !== undefined && b !== undefined && a.type === b.type) {
    if ((name === '-' || name === 'subtract') && isTemporal(a)) return call('subtract', args, type)
    if (name === 'age' && a.type === 'timestamp') return call('age', args, type)
  }
  // Of one time: from then to the beginning of today, in UTC, as of when it is planned.
  if (name === 'age' && args.length === 1 && a?.type === 'timestamp') return call('age', [literal(`${new Date().toISOString().slice(0, 10)} 00:00:00`, TIMESTAMP), a], type)
  if (!args.some(isInterval)) return undefined
  if (['+', '-', 'add', 'subtract', 'date_add'].includes(name)) return sum(name, args, type)
  if (name === '*' || name === 'multiply') return product(args)
  const extract = Object.hasOwn(EXTRACTS, name) && args.length === 1 ? EXTRACTS[name] : undefined
  const parts = extract && a ? readParts(a) : undefined
  return extract && parts && extract(parts)
}
