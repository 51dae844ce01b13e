/** DuckDB's serialized constants → literals of the plan, exactly: see LiteralValue for the forms. */
import { formatInterval } from '../../layout/intervals.ts'
import type { SqlType } from '../../layout/types.ts'
import { typeName } from '../../layout/types.ts'
import type { Expr, LiteralValue } from '../../plan/nodes.ts'
import { isRaw, malformed, object, objects } from './raw.ts'
import type { Raw } from './raw.ts'
import { sqlType, unsupportedType } from './types.ts'

export const literal = (value: LiteralValue, type: SqlType): Expr => ({ expr: 'literal', value, type: typeName(type) })

/** A serialized Value ({type, is_null, value}). */
export const literalOf = (raw: Raw): Expr => {
  const type = sqlType(object(raw, 'type'))
  return literal(valueOf(raw, type), type)
}

export const valueOf = (raw: Raw, type: SqlType): LiteralValue => {
  if (raw['is_null'] === true || type.kind === 'null') return null
  const value = raw['value']
  switch (type.kind) {
    case 'bool':
      return value === true
    case 'string':
      if (value === undefined) return ''
      if (typeof value !== 'string') throw malformed('a VARCHAR constant')
      return value
    case 'float':
    case 'double':
      return floating(value, type.kind)
    case 'decimal':
      return decimalText(integer(value), type.scale)
    case 'date':
      return dateText(finite(integer(value), 0x7fffffffn, type))
    case 'timestamp':
      return timestampText(finite(integer(value), 0x7fffffffffffffffn, type), ' ')
    case 'timestamptz':
      return `${timestampText(finite(integer(value), 0x7fffffffffffffffn, type), 'T')}Z`
    case 'array':
      return JSON.stringify(listOf(value, type.element))
    case 'interval':
      return intervalText(value)
    case 'binary':
    case 'struct':
    case 'map':
      throw unsupportedType(type.kind === 'binary' ? 'BLOB' : type.kind.toUpperCase(), 'constants of this type are not supported')
    case 'int64':
    case 'uint64':
    case 'int128':
      return integer(value).toString()
    default:
      return Number(integer(value))
  }
}

const integer = (value: unknown): bigint => {
  if (value === undefined) return 0n
  if (isRaw(value)) return (integer(value['upper']) << 64n) + integer(value['lower'])
  if (typeof value === 'number' || (typeof value === 'string' && /^-?\d+$/.test(value))) return BigInt(value)
  throw malformed('an integer constant')
}

/** Elements as JSON; a list within the list is one. */
const listOf = (value: unknown, element: SqlType): readonly unknown[] =>
  (isRaw(value) ? objects(value, 'children') : []).map((child): unknown => {
    if (child['is_null'] === true) return null
    return element.kind === 'array' ? listOf(child['value'], element.element) : valueOf(child, element)
  })

const intervalText = (value: unknown): LiteralValue => {
  if (!isRaw(value)) throw malformed('an INTERVAL constant')
  return formatInterval({ months: Number(integer(value['months'])), days: Number(integer(value['days'])), micros: integer(value['micros']) })
}

const floating = (value: unknown, kind: 'float' | 'double'): LiteralValue => {
  const number = value === undefined ? 0 : Number(value)
  if (Number.isNaN(number) || !Number.isFinite(number)) return String(number)
  return kind === 'float' ? Math.fround(number) : number
}

const decimalText = (unscaled: bigint, scale: number): string => {
  const sign = unscaled < 0n ? '-' : ''
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0')
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

/** DuckDB keeps ±infinity of dates and timestamps as the extreme integers. */
const finite = (value: bigint, extreme: bigint, type: SqlType): bigint => {
  if (value === extreme || value === -extreme) throw unsupportedType(type.kind, 'infinite values are not supported')
  return value
}

const floorDiv = (a: bigint, b: bigint): bigint => (a >= 0n ? a / b : -((-a + b - 1n) / b))

/** ISO 8601 with astronomical years: proleptic Gregorian, year 0 is 1 BC. */
const dateText = (days: bigint): string => {
  // Civil from days (Hinnant), in eras of 400 years starting on 1 March.
  const z = days + 719468n
  const era = floorDiv(z, 146097n)
  const dayOfEra = z - era * 146097n
  const yearOfEra = (dayOfEra - dayOfEra / 1460n + dayOfEra / 36524n - dayOfEra / 146096n) / 365n
  const dayOfYear = dayOfEra - (365n * yearOfEra + yearOfEra / 4n - yearOfEra / 100n)
  const shifted = (5n * dayOfYear + 2n) / 153n
  const day = dayOfYear - (153n * shifted + 2n) / 5n + 1n
  const month = shifted < 10n ? shifted + 3n : shifted - 9n
  const year = yearOfEra + era * 400n + (month <= 2n ? 1n : 0n)
  const two = (n: bigint) => n.toString().padStart(2, '0')
  const years = `${year < 0n ? '-' : ''}${(year < 0n ? -year : year).toString().padStart(4, '0')}`
  return `${years}-${two(month)}-${two(day)}`
}

const MICROS_A_DAY = 86_400_000_000n

const timestampText = (micros: bigint, separator: string): string => {
  const days = floorDiv(micros, MICROS_A_DAY)
  const rest = micros - days * MICROS_A_DAY
  const two = (n: bigint) => n.toString().padStart(2, '0')
  const clock = `${two(rest / 3_600_000_000n)}:${two((rest / 60_000_000n) % 60n)}:${two((rest / 1_000_000n) % 60n)}`
  const fraction = (rest % 1_000_000n).toString().padStart(6, '0').replace(/0+$/, '')
  return `${dateText(days)}${separator}${clock}${fraction === '' ? '' : `.${fraction}`}`
}
