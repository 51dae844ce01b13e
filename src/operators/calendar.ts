/**
 * The proleptic Gregorian calendar on days and microseconds since 1970-01-01, and the two infinities DuckDB keeps at the ends
 * of dates and timestamps: they have no year or hour, stay infinite when truncated, and are only ever compared.
 */
export const DAY_MICROS = 86_400_000_000n
export const DATE_INFINITY = 2147483647
export const TIMESTAMP_INFINITY = 9223372036854775807n
/** Days whose midnight is a timestamp. */
export const TIMESTAMP_DAYS = { min: -106751991n, max: 106751991n }

export const isFiniteDate = (days: number): boolean => days !== DATE_INFINITY && days !== -DATE_INFINITY
export const isFiniteTimestamp = (micros: bigint): boolean => micros !== TIMESTAMP_INFINITY && micros !== -TIMESTAMP_INFINITY

export const floorDivide = (a: bigint, b: bigint): bigint => {
  const q = a / b
  return q * b > a ? q - 1n : q
}

export interface Civil {
  readonly year: number
  readonly month: number
  readonly day: number
}

/** Howard Hinnant's algorithm: eras of 400 years, years that begin in March. */
export const civilFromDays = (days: number): Civil => {
  const z = days + 719468
  const era = Math.floor(z / 146097)
  const doe = z - era * 146097
  const yoe = Math.floor((doe - Math.floor(doe / 1460) + Math.floor(doe / 36524) - Math.floor(doe / 146096)) / 365)
  const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100))
  const mp = Math.floor((5 * doy + 2) / 153)
  const month = mp < 10 ? mp + 3 : mp - 9
  return { year: yoe + era * 400 + (month <= 2 ? 1 : 0), month, day: doy - Math.floor((153 * mp + 2) / 5) + 1 }
}

export const daysFromCivil = (year: number, month: number, day: number): number => {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yoe = y - era * 400
  const doy = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  return era * 146097 + yoe * 365 + Math.floor(yoe / 4) - Math.floor(yoe / 100) + doy - 719468
}

export const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
export const daysInMonth = (year: number, month: number): number => (month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31)

/** 1 = Monday … 7 = Sunday. */
export const isoWeekday = (days: number): number => ((((days + 3) % 7) + 7) % 7) + 1

/** ISO 8601's week and the year it belongs to: those of the week's Thursday. */
export const isoWeek = (days: number): { year: number; week: number } => {
  const thursday = days - isoWeekday(days) + 4
  const { year } = civilFromDays(thursday)
  return { year, week: Math.floor((thursday - daysFromCivil(year, 1, 1)) / 7) + 1 }
}
