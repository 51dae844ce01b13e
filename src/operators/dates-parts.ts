/** Reference semantics of the parts of a day and of a time of day, and of truncating days to a unit. */
import { civilFromDays, DAY_MICROS, daysFromCivil, isoWeek, isoWeekday } from './calendar.ts'
import { isoStart, truncateYears } from './dates-units.ts'

/** Counted from 1, and from −1 backwards. */
const sinceOne = (year: number, by: number): number => (year > 0 ? Math.trunc((year - 1) / by) + 1 : Math.trunc(year / by) - 1)

/** Each from days since 1970 and microseconds of the day. */
export const PARTS = {
  year: (days: number) => civilFromDays(days).year,
  month: (days: number) => civilFromDays(days).month,
  day: (days: number) => civilFromDays(days).day,
  quarter: (days: number) => Math.ceil(civilFromDays(days).month / 3),
  dayofweek: (days: number) => isoWeekday(days) % 7,
  isodow: isoWeekday,
  dayofyear: (days: number) => days - daysFromCivil(civilFromDays(days).year, 1, 1) + 1,
  week: (days: number) => isoWeek(days).week,
  hour: (_days: number, micros: number) => Math.floor(micros / 3_600_000_000),
  minute: (_days: number, micros: number) => Math.floor(micros / 60_000_000) % 60,
  second: (_days: number, micros: number) => Math.floor(micros / 1_000_000) % 60,
  millisecond: (_days: number, micros: number) => Math.floor((micros % 60_000_000) / 1000),
  microsecond: (_days: number, micros: number) => micros % 60_000_000,
  decade: (days: number) => Math.trunc(civilFromDays(days).year / 10),
  century: (days: number) => sinceOne(civilFromDays(days).year, 100),
  millennium: (days: number) => sinceOne(civilFromDays(days).year, 1000),
  era: (days: number) => Number(civilFromDays(days).year > 0),
  isoyear: (days: number) => isoWeek(days).year,
  yearweek: (days: number) => {
    const { year, week } = isoWeek(days)
    return year * 100 + (year > 0 ? week : -week)
  },
} as const
export type PartName = keyof typeof PARTS

export const UNIT_MICROS = { hour: 3_600_000_000n, minute: 60_000_000n, second: 1_000_000n, millisecond: 1000n, microsecond: 1n } as const
export const UNITS = ['millennium', 'century', 'decade', 'isoyear', 'year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second', 'millisecond', 'microsecond'] as const
/** Years of the units that begin in a year that is a multiple of so many, towards year 0. */
export const UNIT_YEARS = { millennium: 1000, century: 100, decade: 10 } as const
export type Unit = (typeof UNITS)[number]
export type DayUnit = Exclude<Unit, keyof typeof UNIT_MICROS>
export const isDayUnit = (unit: Unit): unit is DayUnit => !(unit in UNIT_MICROS)

const SPELLINGS: Partial<Record<Unit, string>> = {
  millennium: 'mil mils millennia millenium',
  century: 'c cent centuries',
  decade: 'dec decs decades',
  year: 'y yr yrs years',
  quarter: 'quarters',
  month: 'mon mons months',
  week: 'w weeks weekofyear yearweek',
  day: 'd days dayofmonth dow dayofweek weekday isodow doy dayofyear',
  hour: 'h hr hrs hours',
  minute: 'm min mins minutes',
  second: 's sec secs seconds epoch',
  millisecond: 'ms msec msecs msecond mseconds milliseconds',
  microsecond: 'us usec usecs usecond useconds microseconds',
}
const BY_SPELLING = new Map(UNITS.flatMap((unit) => [unit, ...(SPELLINGS[unit]?.split(' ') ?? [])].map((word): [string, Unit] => [word, unit])))
/** The unit a word names, in any case and in DuckDB's abbreviations. */
export const unitNamed = (word: string): Unit | undefined => BY_SPELLING.get(word.toLowerCase())

/** The first day of the unit that a day lies in. */
export const truncateDays = (unit: DayUnit, days: number): number => {
  if (unit === 'day') return days
  if (unit === 'week') return days - isoWeekday(days) + 1
  if (unit === 'isoyear') return isoStart(days)
  if (unit in UNIT_YEARS) return truncateYears(days, UNIT_YEARS[unit as keyof typeof UNIT_YEARS])
  const { year, month } = civilFromDays(days)
  return daysFromCivil(year, unit === 'year' ? 1 : unit === 'quarter' ? month - ((month - 1) % 3) : month, 1)
}

export const truncateMicros = (unit: Unit, micros: bigint): bigint => {
  const step = isDayUnit(unit) ? DAY_MICROS : UNIT_MICROS[unit]
  const floor = micros - (((micros % step) + step) % step)
  return isDayUnit(unit) ? BigInt(truncateDays(unit, Number(floor / DAY_MICROS))) * DAY_MICROS : floor
}
