/**
 * Dates and timestamps by months, days and microseconds, and the differences between them. Months end where a shorter month
 * ends; what leaves the calendar raises OVERFLOW; the infinities stay what they are, and have no difference: NULL.
 */
import { binary, checked, either, i32, ifElse, literal, not, option, raise, share } from '../ir/build.ts'
import type { Ir } from '../ir/nodes.ts'
import type { Exact } from '../ir/ranges.ts'
import { DATE, INT64, isInteger, type Range, type SqlType, STRING, typeName, typeRange } from '../layout/types.ts'
import { DATE_INFINITY, DAY_MICROS, floorDivide, isFiniteDate, isFiniteTimestamp, isoWeekday, TIMESTAMP_DAYS, TIMESTAMP_INFINITY } from './calendar.ts'
import { finiteOnly, isInfinite, mayBeInfinite, orRaise } from './dates-infinity.ts'
import { isoDay } from './dates-lower.ts'
import { PARTS } from './dates-parts.ts'
import { addMonths, addToTimestamp, boundaries, completed, DIFF_UNITS, type DiffUnit, diffUnit, FIXED, lastDay } from './dates-units.ts'
import { exactLiteral, floorDiv, plain, quotient, rangeOf, runtime, widen, widenIr, within } from './lowering.ts'
import { EvalError, type ExprDef, type Lowered, type LowerContext, refuse } from './registry.ts'

const isTime = (t: SqlType | undefined) => t?.kind === 'timestamp' || t?.kind === 'timestamptz'
const isTemporal = (t: SqlType | undefined) => t?.kind === 'date' || isTime(t)
const undefinedFor = (fn: string, args: readonly SqlType[], result: SqlType) => refuse(fn, `${fn}(${args.map(typeName).join(', ')}) → ${typeName(result)} is not defined`)

const OUT_OF_CALENDAR = 'a date or timestamp out of range'
const outOfCalendar = () => new EvalError('OVERFLOW', OUT_OF_CALENDAR)

/** Microseconds of a date or timestamp that is finite; raises for a date that is no timestamp. */
const microsOf = (x: Lowered, ir: Ir, cx: LowerContext): Ir => {
  if (x.type.kind !== 'date') return widenIr(ir, 'i64')
  const range = rangeOf(x)
  const micros = (d: Ir) => binary('*', widenIr(d, 'i64'), literal('i64', DAY_MICROS))
  return share(ir, (d) => ifElse(within(d, range, TIMESTAMP_DAYS), micros(d), raise('i64', 'OVERFLOW', cx.site('OVERFLOW', OUT_OF_CALENDAR))))
}
const toMicros = (type: SqlType) => (x: number | bigint): bigint => {
  if (type.kind !== 'date') return x as bigint
  if (BigInt(x) < TIMESTAMP_DAYS.min || BigInt(x) > TIMESTAMP_DAYS.max) throw outOfCalendar()
  return BigInt(x) * DAY_MICROS
}
const isFinite = (type: SqlType, x: number | bigint): boolean => (type.kind === 'date' ? isFiniteDate(x as number) : isFiniteTimestamp(x as bigint))

export const add_interval: ExprDef = {
  doc: 'The date or timestamp so many months, then days, then microseconds later, arguments (a, months, days, microseconds); a timestamp, of a date too. Raises OVERFLOW where there is none.',
  type: (args, result) => (args.length === 4 && isTemporal(args[0]) && args.slice(1).every((a) => isInteger(a) && a.kind !== 'int128' && a.kind !== 'uint64') && (args[0]?.kind === 'date' ? result.kind === 'timestamp' : result.kind === args[0]?.kind)) || undefinedFor('add_interval', args, result),
  eval: ({ argTypes }) => {
    const from = argTypes[0] as SqlType
    const micros = toMicros(from)
    return (x: number | bigint, months: number | bigint, days: number | bigint, more: number | bigint) => {
      if (!isFinite(from, x)) return x > 0 ? TIMESTAMP_INFINITY : -TIMESTAMP_INFINITY
      const later = addToTimestamp(micros(x), Number(months), Number(days), BigInt(more))
      if (later === undefined) throw outOfCalendar()
      return later
    }
  },
  lower: ([arg, ...more], site, cx) => {
    const x = arg as Lowered
    const [months, days, micros] = more.map((m) => widen(m, 'i64')) as [Ir, Ir, Ir]
    const add = (v: Ir) => orRaise(runtime('timestamp_add', microsOf(x, v, cx), months, days, micros), cx, OUT_OF_CALENDAR)
    const infinite = (v: Ir) => ifElse(binary('>', v, exactLiteral(v.type as Exact, 0n)), literal('i64', TIMESTAMP_INFINITY), literal('i64', -TIMESTAMP_INFINITY))
    const ir = mayBeInfinite(x) ? share(x.ir, (v) => ifElse(isInfinite(v, x.type), infinite(v), add(v))) : add(x.ir)
    return { ir, type: site.type, range: typeRange(site.type) }
  },
}

export const add_months: ExprDef = {
  doc: 'The date so many months later, arguments (date, months).',
  type: (args, result) => (args.length === 2 && args[0]?.kind === 'date' && isInteger(args[1] ?? STRING) && args[1]?.kind !== 'int128' && args[1]?.kind !== 'uint64' && result.kind === 'date') || undefinedFor('add_months', args, result),
  eval: () => (x: number, months: number | bigint) => {
    if (!isFiniteDate(x)) return x
    const later = addMonths(x, Number(months))
    if (later === undefined) throw outOfCalendar()
    return later
  },
  lower: ([arg, months], _site, cx) => {
    const x = arg as Lowered
    const add = (v: Ir) => orRaise(runtime('date_add_months', widenIr(v, 'i32'), widen(months as Lowered, 'i64')), cx, OUT_OF_CALENDAR)
    const ir = mayBeInfinite(x) ? share(x.ir, (v) => ifElse(isInfinite(v, DATE), widenIr(v, 'i32'), add(v))) : add(x.ir)
    return { ir, type: DATE, range: typeRange(DATE) }
  },
}

const DIFFERENCES = 'the unit is not a known constant'
const difference = (fn: string, compute: (unit: DiffUnit, a: bigint, b: bigint) => bigint, doc: string, far: (unit: DiffUnit) => boolean): ExprDef => ({
  doc: `${doc}, arguments (unit, a, b), in ${DIFF_UNITS.map((u) => `'${u}'`).join(', ')}.`,
  type: (args, result) => (args.length === 3 && args[0]?.kind === 'string' && isTemporal(args[1]) && args[1]?.kind === args[2]?.kind && result.kind === 'int64') || undefinedFor(fn, args, result),
  eval: ({ argTypes }) => {
    const type = argTypes[1] as SqlType
    const micros = toMicros(type)
    return (word: string, a: number | bigint, b: number | bigint) => {
      const unit = diffUnit(word)
      if (unit === undefined) throw new EvalError('RAISED', `${fn} knows no unit ${JSON.stringify(word)}`)
      if (!isFinite(type, a) || !isFinite(type, b)) return null
      const [x, y] = [micros(a), micros(b)]
      if (far(unit) && BigInt.asIntN(64, y - x) !== y - x) throw new EvalError('OVERFLOW', 'a difference out of range')
      return compute(unit, x, y)
    }
  },
  lower: ([word, a, b], site, cx) => {
    const unit = typeof word?.constant === 'string' ? diffUnit(word.constant) : undefined
    if (unit === undefined) return refuse(fn, DIFFERENCES)
    const xs = [a as Lowered, b as Lowered]
    const ir = finiteOnly(xs, (irs) => share(microsOf(xs[0] as Lowered, irs[0] as Ir, cx), (x) => share(microsOf(xs[1] as Lowered, irs[1] as Ir, cx), (y) => {
      const step = FIXED[unit] ?? 1n
      if (far(unit)) return quotient('/', checked('-', y, x, cx.site('OVERFLOW', 'a difference out of range')), literal('i64', step))
      return runtime(fn === 'date_diff' ? 'timestamp_diff' : 'timestamp_sub', x, y, i32(DIFF_UNITS.indexOf(unit)))
    })))
    return { ir, type: site.type, range: typeRange(INT64) }
  },
})
export const date_diff = difference('date_diff', boundaries, 'How many boundaries of a unit lie from a to b', (unit) => unit === 'microsecond')
export const date_sub = difference('date_sub', completed, 'How many complete units lie from a to b', (unit) => FIXED[unit] !== undefined)

/** The days of a date or timestamp, in 32 bits. */
const daysIr = (x: Lowered, v: Ir): Ir => (x.type.kind === 'date' ? widenIr(v, 'i32') : widenIr(floorDiv(widenIr(v, 'i64'), DAY_MICROS, rangeOf(x)), 'i32'))
const daysOf = (type: SqlType) => (x: number | bigint): number => (type.kind === 'date' ? (x as number) : Number(floorDivide(x as bigint, DAY_MICROS)))

export const last_day: ExprDef = {
  doc: 'The last day of the month; NULL of the infinities.',
  type: (args, result) => (args.length === 1 && isTemporal(args[0]) && result.kind === 'date') || undefinedFor('last_day', args, result),
  eval: ({ argTypes }) => {
    const type = argTypes[0] as SqlType
    const days = daysOf(type)
    return (x: number | bigint) => {
      if (!isFinite(type, x)) return null
      const last = lastDay(days(x))
      if (!isFiniteDate(last) || last > DATE_INFINITY) throw outOfCalendar()
      return last
    }
  },
  lower: ([arg], _site, cx) => {
    const x = arg as Lowered
    const inside = (v: Ir) => {
      const last = runtime('date_last_day', daysIr(x, v))
      const { max } = rangeOf(x)
      if (x.type.kind !== 'date' || max < BigInt(DATE_INFINITY) - 31n) return last
      return share(last, (l) => ifElse(either(binary('==', l, i32(DATE_INFINITY)), binary('<', l, widenIr(v, 'i32'))), raise('i32', 'OVERFLOW', cx.site('OVERFLOW', OUT_OF_CALENDAR)), l))
    }
    return { ir: finiteOnly([x], ([v]) => inside(v as Ir)), type: DATE, range: typeRange(DATE) }
  },
}

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']
const WIDTH = 9

/** Names that lie side by side in one text, and what picks one: its place, from 0. */
const naming = (fn: string, names: readonly string[], place: (days: number) => number, placeIr: (days: Ir, range: Range) => Ir, doc: string): ExprDef => ({
  doc,
  type: (args, result) => (args.length === 1 && isTemporal(args[0]) && result.kind === 'string') || undefinedFor(fn, args, result),
  eval: ({ argTypes }) => {
    const type = argTypes[0] as SqlType
    const days = daysOf(type)
    return (x: number | bigint) => (isFinite(type, x) ? (names[place(days(x))] as string) : null)
  },
  lower: ([arg], _site, cx) => {
    const x = arg as Lowered
    const table = cx.param('str', names.map((n) => n.padEnd(WIDTH)).join(''))
    const pick = (v: Ir) => runtime('str_trim', runtime('str_slice', table, widenIr(binary('*', placeIr(daysIr(x, v), rangeOf(x)), i32(WIDTH)), 'i64'), literal('i64', BigInt(WIDTH))), cx.param('str', ' '), i32(2))
    const ir = mayBeInfinite(x) ? share(x.ir, (v) => option(pick(v), not(isInfinite(v, x.type)))) : pick(x.ir)
    return plain(ir, STRING)
  },
})
export const dayname = naming('dayname', DAYS, (d) => isoWeekday(d) - 1, (d) => binary('-', isoDay(d), i32(1)), 'The English name of the day of the week; NULL of the infinities.')
export const monthname = naming('monthname', MONTHS, (d) => PARTS.month(d) - 1, (d) => binary('-', runtime('date_month', d), i32(1)), 'The English name of the month; NULL of the infinities.')

/** Every date has its milliseconds; not every one is a timestamp. */
const ofDays = (type: SqlType, by: bigint): boolean => type.kind === 'date' && by > 1n

const since = (fn: string, by: bigint, doc: string): ExprDef => ({
  doc,
  type: (args, result) => (args.length === 1 && isTemporal(args[0]) && result.kind === 'int64') || undefinedFor(fn, args, result),
  eval: ({ argTypes }) => {
    const type = argTypes[0] as SqlType
    if (ofDays(type, by)) return (x: number | bigint) => (isFinite(type, x) ? BigInt(x) * (DAY_MICROS / by) : null)
    const micros = toMicros(type)
    return (x: number | bigint) => (isFinite(type, x) ? micros(x) / by : null)
  },
  lower: ([arg], site, cx) => {
    const x = arg as Lowered
    if (ofDays(x.type, by)) return { ir: finiteOnly([x], ([v]) => binary('*', widenIr(v as Ir, 'i64'), literal('i64', DAY_MICROS / by))), type: site.type, range: typeRange(INT64) }
    return { ir: finiteOnly([x], ([v]) => quotient('/', microsOf(x, v as Ir, cx), literal('i64', by))), type: site.type, range: typeRange(INT64) }
  },
})
export const epoch_ms = since('epoch_ms', 1000n, 'Milliseconds since 1970, truncated; NULL of the infinities.')
export const epoch_us = since('epoch_us', 1n, 'Microseconds since 1970; NULL of the infinities.')
