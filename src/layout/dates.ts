/**
 * Dates (days since 1970-01-01) and timestamps (microseconds since then, UTC) as text and back, in the proleptic
 * Gregorian calendar. The forms are DuckDB's: years before 1 are written `0044-03-15 (BC)`, years over 9999 with as many
 * digits as they have, and the two ends of each type are `infinity` and `-infinity`.
 */

export const DAY_MICROS = 86_400_000_000n
export const DATE_INFINITY = 2147483647
export const TIMESTAMP_INFINITY = 9223372036854775807n

interface CivilDate {
  /** Astronomical: 0 is 1 BC. */
  readonly year: number
  readonly month: number
  readonly day: number
}

/** Days since 1970-01-01 of a date; the parts are not checked. */
export const daysFromCivil = (year: number, month: number, day: number): number => {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146097 + dayOfEra - 719468
}

export const civilFromDays = (days: number): CivilDate => {
  const shifted = days + 719468
  const era = Math.floor(shifted / 146097)
  const dayOfEra = shifted - era * 146097
  const yearOfEra = Math.floor((dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36524) - Math.floor(dayOfEra / 146096)) / 365)
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  }
}

const pad2 = (n: number): string => (n < 10 ? `0${n}` : `${n}`)

export const formatDate = (days: number): string => {
  if (days === DATE_INFINITY) return 'infinity'
  if (days === -DATE_INFINITY) return '-infinity'
  const { year, month, day } = civilFromDays(days)
  const text = `${String(year > 0 ? year : 1 - year).padStart(4, '0')}-${pad2(month)}-${pad2(day)}`
  return year > 0 ? text : `${text} (BC)`
}

/** Whole days and the microseconds into the day, floored. */
export const splitMicros = (micros: bigint): { days: number; micros: number } => {
  let days = micros / DAY_MICROS
  let rest = micros % DAY_MICROS
  if (rest < 0n) {
    days -= 1n
    rest += DAY_MICROS
  }
  return { days: Number(days), micros: Number(rest) }
}

/** `13:45:00.123456`, the fraction's trailing zeros trimmed. */
const formatTime = (micros: number): string => {
  const seconds = Math.floor(micros / 1e6)
  const text = `${pad2(Math.floor(seconds / 3600))}:${pad2(Math.floor(seconds / 60) % 60)}:${pad2(seconds % 60)}`
  const fraction = micros - seconds * 1e6
  return fraction === 0 ? text : `${text}.${String(fraction).padStart(6, '0').replace(/0+$/, '')}`
}

/** `2024-02-29 13:45:00.5`; with a zone `2024-02-29T13:45:00.5Z`. */
export const formatTimestamp = (micros: bigint, zoned: boolean): string => {
  if (micros === TIMESTAMP_INFINITY) return 'infinity'
  if (micros === -TIMESTAMP_INFINITY) return '-infinity'
  const parts = splitMicros(micros)
  const date = formatDate(parts.days)
  const time = formatTime(parts.micros)
  return zoned ? `${date}T${time}Z` : `${date} ${time}`
}

const DATE = /^(-?)(\d{1,7})-(\d{1,2})-(\d{1,2})( \(BC\))?$/
const STAMP = /^(-?\d{1,7}-\d{1,2}-\d{1,2}(?: \(BC\))?)(?:[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6})0*)?)?)?(Z|[+-]\d{2}(?::?\d{2}(?::?\d{2})?)?)?$/

const daysInMonth = (year: number, month: number): number =>
  month === 2 ? (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31

/** Days since 1970 of `2024-02-29` and the other forms of formatDate; undefined when it is no date. */
export const parseDate = (text: string): number | undefined => {
  if (text === 'infinity') return DATE_INFINITY
  if (text === '-infinity') return -DATE_INFINITY
  const match = DATE.exec(text)
  if (!match) return undefined
  const written = Number(match[2])
  if (match[5] !== undefined && (match[1] === '-' || written === 0)) return undefined
  const year = match[5] !== undefined ? 1 - written : match[1] === '-' ? -written : written
  const month = Number(match[3])
  const day = Number(match[4])
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined
  const days = daysFromCivil(year, month, day)
  return days > -DATE_INFINITY && days < DATE_INFINITY ? days : undefined
}

const offsetMicros = (zone: string): bigint => {
  if (zone === 'Z') return 0n
  const digits = zone.slice(1).replaceAll(':', '').padEnd(6, '0')
  const seconds = Number(digits.slice(0, 2)) * 3600 + Number(digits.slice(2, 4)) * 60 + Number(digits.slice(4, 6))
  return BigInt(zone.startsWith('-') ? -seconds : seconds) * 1_000_000n
}

/**
 * Microseconds since 1970 UTC of `2024-02-29 13:45:00.5`, with `T` or a blank, with or without time and offset; an offset
 * moves the value, no offset means UTC. undefined when it is no timestamp or out of range.
 */
export const parseTimestamp = (text: string): bigint | undefined => {
  if (text === 'infinity') return TIMESTAMP_INFINITY
  if (text === '-infinity') return -TIMESTAMP_INFINITY
  const match = STAMP.exec(text)
  if (!match) return undefined
  const days = parseDate(match[1]!)
  if (days === undefined) return undefined
  const hours = Number(match[2] ?? 0)
  const minutes = Number(match[3] ?? 0)
  const seconds = Number(match[4] ?? 0)
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined
  const time = BigInt(hours * 3600 + minutes * 60 + seconds) * 1_000_000n + BigInt((match[5] ?? '').padEnd(6, '0'))
  const micros = BigInt(days) * DAY_MICROS + time - offsetMicros(match[6] ?? 'Z')
  return micros > -TIMESTAMP_INFINITY && micros < TIMESTAMP_INFINITY ? micros : undefined
}
