/** Reference semantics of adding months, days and microseconds, and of differences in units of the calendar. undefined: out of range. */
import { civilFromDays, DATE_INFINITY, DAY_MICROS, daysFromCivil, daysInMonth, floorDivide, isoWeek, isoWeekday, TIMESTAMP_DAYS, TIMESTAMP_INFINITY } from './calendar.ts'

const isDay = (days: number): boolean => days > -DATE_INFINITY && days < DATE_INFINITY
const FAR = 0xffffffff

export const addMonths = (days: number, months: number): number | undefined => {
  if (months === 0) return days
  if (Math.abs(months) > FAR) return undefined
  const { year, month, day } = civilFromDays(days)
  const count = year * 12 + month - 1 + months
  const [y, m] = [Math.floor(count / 12), count - Math.floor(count / 12) * 12 + 1]
  const later = daysFromCivil(y, m, Math.min(day, daysInMonth(y, m)))
  return isDay(later) ? later : undefined
}

export const addToTimestamp = (time: bigint, months: number, days: number, micros: bigint): bigint | undefined => {
  const day = floorDivide(time, DAY_MICROS)
  const later = addMonths(Number(day), months)
  if (later === undefined || Math.abs(days) > FAR || !isDay(later + days)) return undefined
  const sum = BigInt(later + days) * DAY_MICROS + (time - day * DAY_MICROS) + micros
  return sum >= TIMESTAMP_DAYS.min * DAY_MICROS && sum < TIMESTAMP_INFINITY ? sum : undefined
}

export const lastDay = (days: number): number => {
  const { year, month, day } = civilFromDays(days)
  return days + daysInMonth(year, month) - day
}

export const fromParts = (year: number, month: number, day: number): number | undefined => {
  if (Math.abs(year) > 1e7 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined
  const days = daysFromCivil(year, month, day)
  return isDay(days) ? days : undefined
}

export const isoYear = (days: number): number => isoWeek(days).year
export const isoStart = (days: number): number => {
  const fourth = daysFromCivil(isoYear(days), 1, 4)
  return fourth - isoWeekday(fourth) + 1
}
export const truncateYears = (days: number, years: number): number => daysFromCivil(Math.trunc(civilFromDays(days).year / years) * years, 1, 1)

/** Mirrored by assembly/date-arithmetic.ts, by position. */
export const DIFF_UNITS = ['microsecond', 'millisecond', 'second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year', 'decade', 'century', 'millennium', 'isoyear'] as const
export type DiffUnit = (typeof DIFF_UNITS)[number]
/** Microseconds of the units that have a fixed length. */
export const FIXED: Partial<Record<DiffUnit, bigint>> = { microsecond: 1n, millisecond: 1000n, second: 1_000_000n, minute: 60_000_000n, hour: 3_600_000_000n, day: DAY_MICROS, week: 7n * DAY_MICROS }
const YEARS: Partial<Record<DiffUnit, number>> = { year: 1, decade: 10, century: 100, millennium: 1000 }

const MORE: Partial<Record<DiffUnit, string>> = {
  microsecond: 'microseconds us usec usecs usecond useconds', millisecond: 'milliseconds ms msec msecs msecond mseconds', second: 'seconds sec secs s epoch', minute: 'minutes min mins m',
  hour: 'hours hr hrs h', day: 'days d dayofmonth dow dayofweek weekday isodow doy dayofyear', week: 'weeks w weekofyear yearweek', month: 'months mon mons', quarter: 'quarters', year: 'years yr yrs y', decade: 'decades dec decs',
  century: 'centuries cent c', millennium: 'millennia millenium mil mils',
}
const BY_NAME = new Map(DIFF_UNITS.flatMap((unit) => [unit, ...(MORE[unit]?.split(' ') ?? [])].map((word): [string, DiffUnit] => [word, unit])))
/** The unit that a word names, in any case and in DuckDB's abbreviations. */
export const diffUnit = (word: string): DiffUnit | undefined => BY_NAME.get(word.toLowerCase())

const civil = (time: bigint) => civilFromDays(Number(floorDivide(time, DAY_MICROS)))

/** Boundaries of the unit from a to b; units of years are counted from year 0 towards both sides. */
export const boundaries = (unit: DiffUnit, a: bigint, b: bigint): bigint => {
  const step = FIXED[unit]
  const [from, to] = [floorDivide(a, DAY_MICROS), floorDivide(b, DAY_MICROS)]
  if (unit === 'week') return (to - from) / 7n
  if (step !== undefined) return floorDivide(b, step) - floorDivide(a, step)
  if (unit === 'isoyear') return BigInt(isoYear(Number(to)) - isoYear(Number(from)))
  const [x, y] = [civil(a), civil(b)]
  if (unit === 'month') return BigInt(y.year * 12 + y.month - x.year * 12 - x.month)
  const years = YEARS[unit]
  const count = ({ year, month }: typeof x) => Math.trunc(years === undefined ? (year * 12 + month - 1) / 3 : year / years)
  return BigInt(count(y) - count(x))
}

const monthsBetween = (a: bigint, b: bigint): bigint => {
  const [x, y] = [civil(a), civil(b)]
  const rest = (t: bigint) => t - floorDivide(t, DAY_MICROS) * DAY_MICROS
  const day = y.day === daysInMonth(y.year, y.month) ? Math.min(x.day, y.day) : x.day
  const early = y.day < day || (y.day === day && rest(b) < rest(a))
  return BigInt(y.year * 12 + y.month - x.year * 12 - x.month - Number(early))
}

/** Complete units from a to b. */
export const completed = (unit: DiffUnit, a: bigint, b: bigint): bigint => {
  const step = FIXED[unit]
  if (step !== undefined) return (b - a) / step
  const months = a > b ? -monthsBetween(b, a) : monthsBetween(a, b)
  return unit === 'month' ? months : months / (unit === 'quarter' ? 3n : 12n * BigInt(YEARS[unit] ?? 1))
}
