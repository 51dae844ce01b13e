/** DuckDB's values and type names in arcweld's API forms, losslessly, so that two engines' rows compare as they are. */
import type { DuckDBType, DuckDBValue } from '@duckdb/node-api'

const NAMES: Record<string, string> = {
  BOOLEAN: 'bool',
  TINYINT: 'int8',
  SMALLINT: 'int16',
  INTEGER: 'int32',
  BIGINT: 'int64',
  HUGEINT: 'int128',
  UTINYINT: 'uint8',
  USMALLINT: 'uint16',
  UINTEGER: 'uint32',
  UBIGINT: 'uint64',
  FLOAT: 'float',
  DOUBLE: 'double',
  DATE: 'date',
  TIMESTAMP: 'timestamp',
  'TIMESTAMP WITH TIME ZONE': 'timestamptz',
  VARCHAR: 'string',
  BLOB: 'binary',
}

export const duckTypeName = (type: DuckDBType): string => {
  const text = String(type)
  return NAMES[text] ?? text.toLowerCase().replace(', ', ',')
}

const INFINITE_DAYS = 2147483647
const INFINITE_MICROS = 2n ** 63n - 1n

const pad = (value: bigint | number, width: number): string => String(value).padStart(width, '0')

/** Year, month, day of a day number, by the proleptic Gregorian calendar (Hinnant's algorithm; JavaScript dates end at 275760). */
const dateText = (days: number): string => {
  if (Math.abs(days) === INFINITE_DAYS) return days < 0 ? '-infinity' : 'infinity'
  const shifted = days + 719468
  const era = Math.floor(shifted / 146097)
  const day = shifted - era * 146097
  const year = Math.floor((day - Math.floor(day / 1460) + Math.floor(day / 36524) - Math.floor(day / 146096)) / 365)
  const dayOfYear = day - (365 * year + Math.floor(year / 4) - Math.floor(year / 100))
  const month = Math.floor((5 * dayOfYear + 2) / 153)
  const date = dayOfYear - Math.floor((153 * month + 2) / 5) + 1
  const civilMonth = month < 10 ? month + 3 : month - 9
  const civilYear = year + era * 400 + (civilMonth <= 2 ? 1 : 0)
  return civilYear > 0 ? `${pad(civilYear, 4)}-${pad(civilMonth, 2)}-${pad(date, 2)}` : `${pad(1 - civilYear, 4)}-${pad(civilMonth, 2)}-${pad(date, 2)} (BC)`
}

const DAY = 86_400_000_000n

const timestampText = (micros: bigint, zoned: boolean): string => {
  if (micros === INFINITE_MICROS || micros === -INFINITE_MICROS) return micros < 0n ? '-infinity' : 'infinity'
  let days = micros / DAY
  let rest = micros % DAY
  if (rest < 0n) {
    days -= 1n
    rest += DAY
  }
  const seconds = rest / 1_000_000n
  const fraction = rest % 1_000_000n
  const clock = `${pad(seconds / 3600n, 2)}:${pad((seconds / 60n) % 60n, 2)}:${pad(seconds % 60n, 2)}`
  const tail = fraction === 0n ? '' : `.${pad(fraction, 6).replace(/0+$/, '')}`
  return `${dateText(Number(days))}${zoned ? 'T' : ' '}${clock}${tail}${zoned ? 'Z' : ''}`
}

/** One value; recognised by shape, as the classes of two installed copies differ. */
export const duckValue = (value: DuckDBValue, type: string): unknown => {
  if (value === null || typeof value !== 'object') return value
  if (type === 'date' && 'days' in value) return dateText(value.days as number)
  if (type === 'timestamp' && 'micros' in value) return timestampText(value.micros as bigint, false)
  if (type === 'timestamptz' && 'micros' in value) return timestampText(value.micros as bigint, true)
  if (type === 'interval' && 'months' in value) return { months: value.months, days: value.days, micros: value.micros }
  if ('bytes' in value) return new Uint8Array(value.bytes as Uint8Array)
  return String(value)
}
