/**
 * The calendar in IR: Hinnant's civil-from-days in 32-bit arithmetic that no day overflows, with years that begin in March,
 * so that the leap day is their last.
 */
import { binary, both, either, i32, select, share, shareAll } from '../ir/build.ts'
import type { Ir } from '../ir/nodes.ts'
import type { Range } from '../layout/types.ts'
import { runtime, widenIr } from './lowering.ts'
import { type DayUnit, type PartName, UNIT_YEARS } from './dates-parts.ts'

const add = (a: Ir, b: Ir): Ir => binary('+', a, b)
const sub = (a: Ir, b: Ir): Ir => binary('-', a, b)
const mul = (a: Ir, b: number): Ir => binary('*', a, i32(b))
const div = (a: Ir, b: number): Ir => binary('/', a, i32(b))
const rem = (a: Ir, b: number): Ir => binary('%', a, i32(b))
const flag = (condition: Ir): Ir => widenIr(condition, 'i32')

const ERA = 146097
/** Days from 0000-03-01 to 1970-01-01. */
const EPOCH = 719468

/** The era of 400 years, and the day in it, without a sum that could leave 32 bits. */
const era = (days: Ir, range: Range, body: (era: Ir, day: Ir) => Ir): Ir => {
  if (range.min >= BigInt(-EPOCH) && range.max <= BigInt(2 ** 31 - 1 - EPOCH)) {
    return share(add(days, i32(EPOCH)), (z) => share(div(z, ERA), (e) => share(sub(z, mul(e, ERA)), (d) => body(e, d))))
  }
  const shift = EPOCH % ERA
  return share(days, (z) => share(div(z, ERA), (q) => share(sub(z, mul(q, ERA)), (r) => {
    const negative = flag(binary('<', r, i32(0)))
    return share(negative, (n) => share(add(add(r, mul(n, ERA)), i32(shift)), (s) => share(flag(binary('>=', s, i32(ERA))), (over) =>
      shareAll([add(add(sub(q, n), over), i32(Math.floor(EPOCH / ERA))), sub(s, mul(over, ERA))], ([e, d]) => body(e as Ir, d as Ir)))))
  })))
}

interface MarchDate {
  readonly era: Ir
  /** 0…399 */
  readonly year: Ir
  /** 0…365, from March 1. */
  readonly day: Ir
}

const march = (days: Ir, range: Range, body: (date: MarchDate) => Ir): Ir =>
  era(days, range, (e, d) => share(div(sub(add(sub(d, div(d, 1460)), div(d, 36524)), div(d, 146096)), 365), (y) =>
    share(sub(d, sub(add(mul(y, 365), div(y, 4)), div(y, 100))), (day) => body({ era: e, year: y, day }))))

const marchMonth = (day: Ir): Ir => div(add(mul(day, 5), i32(2)), 153)
const monthStart = (month: Ir): Ir => div(add(mul(month, 153), i32(2)), 5)
const JANUARY = 306
/** Whether the year that holds this March is a leap year. */
const leap = ({ year }: MarchDate): Ir => flag(both(binary('==', rem(year, 4), i32(0)), either(binary('!=', rem(year, 100), i32(0)), binary('==', year, i32(0)))))
const dayOfYear = (date: MarchDate): Ir =>
  select(binary('>=', date.day, i32(JANUARY)), sub(date.day, i32(JANUARY - 1)), add(add(date.day, i32(60)), leap(date)))
const civilMonth = (day: Ir): Ir => share(marchMonth(day), (m) => sub(add(m, i32(3)), mul(flag(binary('>=', m, i32(10))), 12)))

/** Floor remainder: 0 … by − 1. `add` shifts without overflow. */
const weekday = (days: Ir, shift: number): Ir => rem(add(rem(days, 7), i32(shift + 7)), 7)
export const isoDay = (days: Ir): Ir => add(weekday(days, 3), i32(1))

export type DayPart = Exclude<PartName, 'hour' | 'minute' | 'second' | 'millisecond' | 'microsecond'>
/** Counted from 1, and from −1 backwards. */
const sinceOne = (year: Ir, by: number): Ir => share(year, (y) => select(binary('>', y, i32(0)), add(div(sub(y, i32(1)), by), i32(1)), sub(div(y, by), i32(1))))

/** Days in 32 bits → the part, in 32 bits. */
export const dayPart = (part: DayPart, days: Ir, range: Range): Ir => {
  switch (part) {
    case 'year': return march(days, range, (d) => add(add(d.year, mul(d.era, 400)), flag(binary('>=', d.day, i32(JANUARY)))))
    case 'month': return march(days, range, (d) => civilMonth(d.day))
    case 'quarter': return march(days, range, (d) => div(add(civilMonth(d.day), i32(2)), 3))
    case 'day': return march(days, range, (d) => share(marchMonth(d.day), (m) => add(sub(d.day, monthStart(m)), i32(1))))
    case 'dayofyear': return march(days, range, dayOfYear)
    case 'dayofweek': return weekday(days, 4)
    case 'isodow': return isoDay(days)
    case 'decade': return div(dayPart('year', days, range), 10)
    case 'century': return sinceOne(dayPart('year', days, range), 100)
    case 'millennium': return sinceOne(dayPart('year', days, range), 1000)
    case 'era': return flag(binary('>', dayPart('year', days, range), i32(0)))
    case 'isoyear': return runtime('date_iso_year', days)
    case 'yearweek': return share(days, (d) => share(runtime('date_iso_year', d), (y) => share(dayPart('week', d, range), (w) => add(mul(y, 100), select(binary('>', y, i32(0)), w, sub(i32(0), w))))))
    default: return share(days, (x) => march(add(sub(x, isoDay(x)), i32(4)), { min: range.min - 3n, max: range.max + 3n }, (d) => add(div(sub(dayOfYear(d), i32(1)), 7), i32(1))))
  }
}

/** Days in 32 bits → the first day of the unit. */
export const truncateDaysIr = (unit: DayUnit, days: Ir, range: Range): Ir => {
  if (unit === 'day') return days
  return share(days, (x) => {
    if (unit === 'week') return sub(x, weekday(x, 3))
    if (unit === 'isoyear') return runtime('date_iso_start', x)
    if (unit === 'decade' || unit === 'century' || unit === 'millennium') return runtime('date_trunc_years', x, i32(UNIT_YEARS[unit]))
    if (unit === 'year') return march(x, range, (d) => sub(x, sub(dayOfYear(d), i32(1))))
    return march(x, range, (d) => share(marchMonth(d.day), (m) => {
      if (unit === 'month') return sub(x, sub(d.day, monthStart(m)))
      // Quarters begin in the march months 1, 4, 7 and 10; March itself (0) belongs to the one that began in January.
      const first = add(mul(div(sub(m, i32(1)), 3), 3), i32(1))
      const inMarch = sub(sub(sub(x, d.day), i32(59)), leap(d))
      return select(binary('==', m, i32(0)), inMarch, sub(x, sub(d.day, monthStart(first))))
    }))
  })
}
