/** The values of literals, in range of their types. */
import { parseDate, parseTimestamp } from '../../layout/dates.ts'
import { parseDecimal } from '../../layout/decimals.ts'
import type { Position } from '../nodes.ts'
import { typeError } from '../text/mistake.ts'
import type { LiteralType, SyntaxOf } from '../text/syntax.ts'
import { INTEGER_RANGE } from '../types.ts'

const WIDE: ReadonlySet<LiteralType> = new Set(['i64', 'u64', 'i128', 'slice', 'elements'])
/** Of more digits no integer is in range, and reading them would take time. */
const MOST_DIGITS = 40

/** i64, u64, i128, slice and elements: bigint; other numbers: number. Throws IR_TYPE where it does not fit its type. */
export const literalValue = (s: SyntaxOf<'literal'>): number | bigint | boolean | string => {
  const { type, text } = s
  if (type === 'str') return text
  if (type === 'bool') return text === 'true'
  if (type === 'f32' || type === 'f64') {
    const value = text.endsWith('inf') ? (text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY) : Number(text)
    const rounded = type === 'f32' ? Math.fround(value) : value
    if (!Number.isFinite(rounded) && /\d/.test(text)) throw typeError(s.at, `expected a number in the range of ${type}, found ${text}`)
    return rounded
  }
  const [least, greatest] = type === 'slice' || type === 'elements' ? [0n, (1n << 64n) - 1n] : INTEGER_RANGE.get(type)!
  const value = text.length > MOST_DIGITS ? undefined : BigInt(text)
  if (value === undefined || value < least || value > greatest) throw typeError(s.at, `expected an integer from ${least} to ${greatest} (${type}), found ${text}`)
  return WIDE.has(type) ? value : Number(value)
}

/** Also the number itself, where the calendar's text does not reach. */
const COUNT = /^-?\d{1,19}$/

export const dateValue = (text: string, at: Position): number => {
  const days = COUNT.test(text) && Math.abs(Number(text)) < 2 ** 31 ? Number(text) : parseDate(text)
  if (days === undefined) throw typeError(at, `expected a date like '2024-01-31', found ${JSON.stringify(text)}`)
  return days
}

export const timestampValue = (text: string, at: Position): bigint => {
  const count = COUNT.test(text) ? BigInt(text) : undefined
  const micros = count !== undefined && BigInt.asIntN(64, count) === count ? count : parseTimestamp(text)
  if (micros === undefined) throw typeError(at, `expected a timestamp like '2024-01-31 10:00:00', found ${JSON.stringify(text)}`)
  return micros
}

/** The unscaled value. */
export const decimalValue = (text: string, scale: number, at: Position): bigint => {
  const value = text.length > 100 ? undefined : parseDecimal(text, scale)
  const [least, greatest] = INTEGER_RANGE.get('i128')!
  if (value === undefined || value < least || value > greatest) throw typeError(at, `expected a number of at most ${scale} digits after the point (dec128[${scale}]), found ${text}`)
  return value
}
