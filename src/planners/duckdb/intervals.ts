/**
 * Dates and timestamps plus and minus an interval → add_interval, which takes the interval's months, days and microseconds
 * apart: of a constant, of to_days(n) and its like, of their sums, of a number times one.
 */
import { INT32, INT64, type SqlType, typeName } from '../../layout/types.ts'
import type { Expr } from '../../plan/nodes.ts'
import { literal } from './literals.ts'
import { isRaw, object, objects, type Raw, text } from './raw.ts'
import { sqlType } from './types.ts'

interface Parts {
  readonly months: Expr
  readonly days: Expr
  readonly micros: Expr
}
type ToExpr = (raw: Raw) => Expr

const ZERO = literal('0', INT64)
const number = (n: bigint): Expr => literal(n.toString(), INT64)
const isZero = (x: Expr): boolean => x.expr === 'literal' && x.value === '0'
const wide = (x: Expr): Expr => (x.type === 'int64' ? x : x.expr === 'literal' && typeof x.value === 'number' ? number(BigInt(x.value)) : { expr: 'cast', arg: x, type: typeName(INT64), onFailure: 'error' })
const constant = (x: Expr): bigint | undefined => (x.expr === 'literal' && typeof x.value === 'string' ? BigInt(x.value) : undefined)

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

const MAKERS: Readonly<Record<string, readonly [keyof Parts, bigint]>> = {
  to_millennia: ['months', 12000n], to_centuries: ['months', 1200n], to_decades: ['months', 120n], to_years: ['months', 12n], to_quarters: ['months', 3n], to_months: ['months', 1n],
  to_weeks: ['days', 7n], to_days: ['days', 1n],
  to_hours: ['micros', 3_600_000_000n], to_minutes: ['micros', 60_000_000n], to_microseconds: ['micros', 1n],
}

const isInterval = (raw: Raw): boolean => {
  const type = raw['return_type'] ?? (isRaw(raw['value']) ? raw['value']['type'] : undefined)
  return isRaw(type) && type['id'] === 'INTERVAL'
}
const bigOf = (x: unknown): bigint => (x === undefined ? 0n : BigInt(String(x)))

/** The parts of an expression of an interval; undefined where it is none that we take apart. */
const partsOf = (raw: Raw, toExpr: ToExpr): Parts | undefined => {
  const kind = text(raw, 'expression_class')
  if (kind === 'BOUND_CONSTANT') {
    const value = object(raw, 'value')
    const parts = value['value']
    if (value['is_null'] === true || !isRaw(parts)) return undefined
    return { months: number(bigOf(parts['months'])), days: number(bigOf(parts['days'])), micros: number(bigOf(parts['micros'])) }
  }
  if (kind !== 'BOUND_FUNCTION') return undefined
  const name = text(raw, 'name')
  const children = objects(raw, 'children')
  const [a, b] = children
  const maker = Object.hasOwn(MAKERS, name) ? MAKERS[name] : undefined
  if (maker !== undefined && a !== undefined) {
    const [part, factor] = maker
    return { months: ZERO, days: ZERO, micros: ZERO, [part]: times(wide(toExpr(a)), number(factor)) }
  }
  if (name === '*' && a !== undefined && b !== undefined) {
    const [factor, interval] = isInterval(a) ? [b, a] : [a, b]
    const parts = partsOf(interval, toExpr)
    const n = toExpr(factor)
    if (parts === undefined || n.type !== 'int64' || Object.values(parts).every(isZero)) return undefined
    return each(parts, (x) => (isZero(x) ? x : times(n, x)))
  }
  if ((name === '-' || name === '+') && a !== undefined && children.every(isInterval)) {
    const all = children.map((c) => partsOf(c, toExpr))
    const [x, y] = all
    if (x === undefined || all.includes(undefined)) return undefined
    if (y === undefined) return name === '-' ? each(x, minus) : x
    return both(x, name === '-' ? each(y, minus) : y)
  }
  return undefined
}

/** `date ± interval` and `interval + date`; undefined for every other call. */
export const withInterval = (raw: Raw, name: string, toExpr: ToExpr): Expr | undefined => {
  if (!['+', '-', 'add', 'subtract', 'date_add'].includes(name)) return undefined
  const [a, b] = objects(raw, 'children')
  if (a === undefined || b === undefined || isInterval(a) === isInterval(b)) return undefined
  const [from, interval] = isInterval(b) ? [a, b] : [b, a]
  const parts = partsOf(interval, toExpr)
  if (parts === undefined) return undefined
  const { months, days, micros } = name === '-' || name === 'subtract' ? each(parts, minus) : parts
  const start = toExpr(from)
  const type = sqlType(object(raw, 'return_type'))
  if (!/^(date|timestamp)/.test(start.type)) return undefined
  return { expr: 'call', fn: 'add_interval', args: [start, fitting(months), fitting(days), micros], type: typeName(type) }
}

/** Months and days of an interval have 32 bits. */
const fitting = (x: Expr): Expr => (x.expr === 'literal' ? x : { expr: 'cast', arg: x, type: typeName(INT32), onFailure: 'error' })
