/**
 * What expressions need of the calendar beside layout's: weeks, and the two infinities at the ends of dates and timestamps,
 * which have no year or hour, stay infinite when truncated, and are only ever compared.
 */
import { civilFromDays, DATE_INFINITY, daysFromCivil, TIMESTAMP_INFINITY } from '../layout/dates.ts'

export { civilFromDays, DATE_INFINITY, DAY_MICROS, daysFromCivil, TIMESTAMP_INFINITY } from '../layout/dates.ts'

/** Days whose midnight is a timestamp. */
export const TIMESTAMP_DAYS = { min: -106751991n, max: 106751991n }

export const isFiniteDate = (days: number): boolean => days !== DATE_INFINITY && days !== -DATE_INFINITY
export const isFiniteTimestamp = (micros: bigint): boolean => micros !== TIMESTAMP_INFINITY && micros !== -TIMESTAMP_INFINITY

export const floorDivide = (a: bigint, b: bigint): bigint => {
  const q = a / b
  return q * b > a ? q - 1n : q
}

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
export const daysInMonth = (year: number, month: number): number => (month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31)

/** 1 = Monday … 7 = Sunday. */
export const isoWeekday = (days: number): number => ((((days + 3) % 7) + 7) % 7) + 1

/** ISO 8601's week and the year it belongs to: those of the week's Thursday. */
export const isoWeek = (days: number): { year: number; week: number } => {
  const thursday = days - isoWeekday(days) + 4
  const { year } = civilFromDays(thursday)
  return { year, week: Math.floor((thursday - daysFromCivil(year, 1, 1)) / 7) + 1 }
}
