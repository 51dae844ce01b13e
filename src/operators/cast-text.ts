/**
 * Casts from and to strings, in DuckDB's spelling: what it prints, and what it accepts of numbers, dates and timestamps.
 */
import { isBinary, isFloating, isInteger, type Range, type SqlType, typeRange } from '../layout/types.ts'
import { formatDate, formatTimestamp } from '../layout/dates.ts'
import { DATE_INFINITY, DAY_MICROS, daysFromCivil, daysInMonth, isFiniteTimestamp, TIMESTAMP_INFINITY } from './calendar.ts'
import { floatText, parseFloating } from './cast-floats.ts'
import { type Convert, divideRounding } from './cast-numbers.ts'
import { parseNumber } from './numerals.ts'
import { isWide, powerOfTen } from './values.ts'

const pad = (n: number | bigint, width: number): string => String(n).padStart(width, '0')

/** Unscaled digits with their point; a type without integer digits prints none before it. */
export const decimalText = (unscaled: bigint, precision: number, scale: number): string => {
  if (scale === 0) return String(unscaled)
  const digits = pad(unscaled < 0n ? -unscaled : unscaled, scale + 1)
  const whole = digits.slice(0, -scale)
  return `${unscaled < 0n ? '-' : ''}${precision === scale && whole === '0' ? '' : whole}.${digits.slice(-scale)}`
}

const toText = (from: SqlType): Convert | undefined => {
  switch (from.kind) {
    case 'float': return (x: number) => floatText(x, true)
    case 'double': return (x: number) => floatText(x, false)
    case 'decimal': return (x: bigint) => decimalText(x, from.precision, from.scale)
    case 'date': return formatDate
    case 'timestamp': return (x: bigint) => formatTimestamp(x, false)
    case 'timestamptz': return (x: bigint) => (isFiniteTimestamp(x) ? `${formatTimestamp(x, false)}+00` : formatTimestamp(x, false))
    case 'interval_year_month':
    case 'interval_day_time': return undefined
    default: return isBinary(from) ? undefined : String
  }
}

const RADIX = /^[ \t\n\v\f\r]*(0[xX][\da-fA-F]+(?:_[\da-fA-F]+)*|0[bB][01]+(?:_[01]+)*)[ \t\n\v\f\r]*$/

/** The number times 10^scale, rounded half away from zero; absurd exponents are out of every range. */
const parseScaled = (text: string, scale: number): bigint | undefined => {
  const parsed = parseNumber(text)
  if (!parsed) return undefined
  const shift = parsed.exponent + scale
  if (parsed.digits === 0n || shift + String(parsed.digits).length < 0) return 0n
  if (shift > 1000) return undefined
  const magnitude = shift >= 0 ? parsed.digits * powerOfTen(shift) : divideRounding(parsed.digits, powerOfTen(-shift))
  return parsed.negative ? -magnitude : magnitude
}

export const parseExact = (to: SqlType, scale: number, anyRadix = isInteger(to) && to.kind !== 'int128', unsigned = typeRange(to)?.min === 0n): Convert => {
  const { min, max } = typeRange(to) as Range
  const wide = isWide(to)
  return (text: string) => {
    const radix = anyRadix ? RADIX.exec(text) : null
    const x = radix ? BigInt((radix[1] as string).toLowerCase().replaceAll('_', '')) : parseScaled(text, scale)
    if (x === undefined || x < min || x > max) return undefined
    // A minus sign before what rounds to zero is still none an unsigned type takes; nor is it before 0.0.
    if (unsigned && x === 0n && /^\s*-.*[1-9.eE]/.test(text)) return undefined
    return wide ? x : Number(x)
  }
}

const TRUE_WORDS = new Set(['true', 't', 'yes', 'y', '1'])
const FALSE_WORDS = new Set(['false', 'f', 'no', 'n', '0'])
const parseBool = (text: string): boolean | undefined => {
  const word = text.toLowerCase()
  return TRUE_WORDS.has(word) ? true : FALSE_WORDS.has(word) ? false : undefined
}

const DATE = /^[ \t\n\v\f\r]*(-?\d{1,7})([-/\\ ])(\d{1,2})\2(\d{1,2})(?!\d)(?! \(BC\)\d)( \(BC\))?/i
const SPECIAL = /^[ \t\n\v\f\r]*(epoch|-?inf(?:inity)?)[ \t\n\v\f\r]*$/i

const special = (text: string): -1 | 0 | 1 | undefined => {
  const word = SPECIAL.exec(text)?.[1]?.toLowerCase()
  return word === undefined ? undefined : word === 'epoch' ? 0 : word.startsWith('-') ? -1 : 1
}

/** Days, and what follows the date. */
const parseCivil = (text: string): { days: number; rest: string } | undefined => {
  const match = DATE.exec(text)
  if (!match) return undefined
  const written = Number(match[1])
  const beforeChrist = match[5] !== undefined
  if (beforeChrist && (written === 0 || text.trimStart().startsWith('-'))) return undefined
  const year = beforeChrist ? 1 - written : written
  const month = Number(match[3])
  const day = Number(match[4])
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined
  const days = daysFromCivil(year, month, day)
  return Math.abs(days) >= DATE_INFINITY ? undefined : { days, rest: text.slice(match[0].length) }
}

const parseDate = (text: string): number | undefined => {
  const word = special(text)
  return word !== undefined ? word * DATE_INFINITY || 0 : parseCivil(text)?.days
}

/** Hours, minutes and seconds, the last two of which may be left out behind their colons; behind seconds an offset or UTC. */
const TIME = /^[ T]?[ \t\n\v\f\r]*(\d{1,9}):(?:$|(\d{1,2})(?:$|:(?:$|(\d{1,2})(?:\.(\d*))?(?:(?:Z|([+-])(\d{2})(?::?(\d{2})(?::(\d{2})?)?|:)?| (?:[Uu][Tt][Cc])?)[ \t\n\v\f\r]*)?$)))/

/** Micros of what is written; an offset counts only for timestamps with a zone. */
const parseTimestamp = (zoned: boolean): Convert => (text: string) => {
  const word = special(text)
  if (word !== undefined) return BigInt(word) * TIMESTAMP_INFINITY
  const date = parseCivil(text)
  if (!date) return undefined
  let micros = BigInt(date.days) * DAY_MICROS
  if (date.rest !== '') {
    const time = TIME.exec(date.rest)
    if (!time) return undefined
    const [hours, minutes, seconds] = [Number(time[1]), Number(time[2] ?? 0), Number(time[3] ?? 0)]
    const fraction = Number((time[4] ?? '').slice(0, 6).padEnd(6, '0'))
    if (minutes > 59 || seconds > 59 || hours > 24 || (hours === 24 && minutes + seconds + fraction > 0)) return undefined
    micros += BigInt((hours * 60 + minutes) * 60 + seconds) * 1_000_000n + BigInt(fraction)
    const offset = BigInt((Number(time[6] ?? 0) * 60 + Number(time[7] ?? 0)) * 60 + Number(time[8] ?? 0)) * 1_000_000n
    if (zoned) micros -= time[5] === '-' ? -offset : offset
  }
  return micros < TIMESTAMP_INFINITY && micros > -TIMESTAMP_INFINITY ? micros : undefined
}

export const fromText = (to: SqlType): Convert | undefined => {
  if (to.kind === 'decimal') return parseExact(to, to.scale)
  if (isInteger(to)) return parseExact(to, 0)
  if (isFloating(to)) return parseFloating(to.kind === 'float')
  if (to.kind === 'bool') return parseBool
  if (to.kind === 'date') return parseDate
  if (to.kind === 'timestamp' || to.kind === 'timestamptz') return parseTimestamp(to.kind === 'timestamptz')
  return undefined
}

/** One of the two is string, not both. */
export const textCast = (from: SqlType, to: SqlType): Convert | undefined => (to.kind === 'string' ? toText(from) : fromText(to))
