/** Intervals as ISO 8601 text: every part with its own sign, `P1Y2M3DT4H5M6.5S`, `P-1M`, `PT0S`. */
import type { SqlType } from './types.ts'
import type { Interval } from './unsafe-row.ts'
import type { Value } from './value.ts'

const DAY = 86_400_000_000n

const clock = (micros: bigint): string => {
  const part = (n: bigint, unit: string): string => (n === 0n ? '' : `${n}${unit}`)
  const minutes = micros / 60_000_000n
  const rest = micros % 60_000_000n
  const magnitude = rest < 0n ? -rest : rest
  const fraction = (magnitude % 1_000_000n).toString().padStart(6, '0').replace(/0+$/, '')
  const seconds = rest === 0n ? '' : `${rest < 0n ? '-' : ''}${magnitude / 1_000_000n}${fraction === '' ? '' : `.${fraction}`}S`
  return part(minutes / 60n, 'H') + part(minutes % 60n, 'M') + seconds
}

export const formatInterval = ({ months, days, micros }: Interval): string => {
  const part = (n: number, unit: string): string => (n === 0 ? '' : `${n}${unit}`)
  const date = part(Math.trunc(months / 12), 'Y') + part(months % 12, 'M') + part(days, 'D')
  const time = clock(micros)
  return date === '' && time === '' ? 'PT0S' : `P${date}${time === '' ? '' : `T${time}`}`
}

const ISO = /^P(?:([+-]?\d+)Y)?(?:([+-]?\d+)M)?(?:([+-]?\d+)W)?(?:([+-]?\d+)D)?(?:T(?:([+-]?\d+)H)?(?:([+-]?\d+)M)?(?:([+-]?)(\d+)(?:\.(\d{1,6})0*)?S)?)?$/
const fits = (n: bigint, bits: number): boolean => BigInt.asIntN(bits, n) === n

/** The interval of a text, or undefined where it is none or a part is out of its range. */
export const parseInterval = (text: string): Interval | undefined => {
  const match = ISO.exec(text)
  if (match === null || /[PT]$/.test(text)) return undefined
  const part = (i: number): bigint => BigInt(match[i] ?? 0)
  const months = part(1) * 12n + part(2)
  const days = part(3) * 7n + part(4)
  const seconds = part(8) * 1_000_000n + BigInt((match[9] ?? '').padEnd(6, '0'))
  const micros = (part(5) * 60n + part(6)) * 60_000_000n + (match[7] === '-' ? -seconds : seconds)
  if (!fits(months, 32) || !fits(days, 32) || !fits(micros, 64)) return undefined
  return { months: Number(months), days: Number(days), micros }
}

/** The parts of a value of one of the interval types of one unit. */
export const partsOf = (type: SqlType, value: Value): Interval =>
  type.kind === 'interval_year_month' ? { months: Number(value), days: 0, micros: 0n } : { months: 0, days: 0, micros: BigInt(value as bigint) }

/** The months or microseconds that parts are; a day has 24 hours. Undefined where there are parts that the type has not. */
export const unitOf = (type: SqlType, { months, days, micros }: Interval): number | bigint | undefined => {
  if (type.kind === 'interval_year_month') return days === 0 && micros === 0n ? months : undefined
  const total = BigInt(days) * DAY + micros
  return months === 0 && fits(total, 64) ? total : undefined
}

/** Text of a value of the type of one unit: days are 24 hours. */
export const formatUnit = (type: SqlType, value: Value): string => {
  if (type.kind === 'interval_year_month') return value === 0 ? 'P0M' : formatInterval(partsOf(type, value))
  const micros = BigInt(value as bigint)
  const days = micros / DAY
  const time = clock(micros % DAY)
  return days === 0n ? `PT${time || '0S'}` : `P${days}D${time === '' ? '' : `T${time}`}`
}
