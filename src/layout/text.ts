/**
 * Results as text: CSV (RFC 4180, LF, the empty string `""` and NULL an empty field) and newline-delimited JSON. Input is
 * API values as rows() gives them, without options; every function gives a line or part of one, without the newline.
 */
import type { ApiValue } from './rows.ts'
import type { Field, SqlType } from './types.ts'

/** The shortest decimal text that reads back as the same 32-bit float. */
const shortestFloat = (value: number): string => {
  for (let digits = 1; digits < 9; digits++) {
    const text = value.toPrecision(digits)
    if (Math.fround(Number(text)) === value) return String(Number(text))
  }
  return String(Number(value.toPrecision(9)))
}

/** A float or double: shortest round trip, `-0`, `NaN`, `Infinity`, `-Infinity`. */
const numberText = (value: number, type: SqlType): string => {
  if (Object.is(value, -0)) return '-0'
  return type.kind === 'float' && Number.isFinite(value) ? shortestFloat(value) : String(value)
}

/** A non-NULL value without quotes, as CSV and tables show it. */
export const valueText = (value: Exclude<ApiValue, null>, type: SqlType): string => {
  if (typeof value === 'number') return numberText(value, type)
  return value instanceof Date ? value.toISOString() : String(value)
}

const csvField = (text: string): string => (text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

export const csvHeader = (fields: readonly Field[]): string => fields.map((field) => csvField(field.name)).join(',')

export const csvRow = (fields: readonly Field[], values: readonly ApiValue[]): string =>
  values.map((value, i) => (value === null ? '' : csvField(valueText(value, fields[i]!.type)))).join(',')

const json = (value: ApiValue): string => {
  if (typeof value === 'bigint') return value.toString()
  if (typeof value !== 'number') return JSON.stringify(value)
  if (Object.is(value, -0)) return '-0'
  return Number.isFinite(value) ? String(value) : `"${value}"`
}

/** One JSON object; integers of any width are digits. */
export const ndjsonRow = (fields: readonly Field[], values: readonly ApiValue[]): string =>
  `{${values.map((value, i) => `${JSON.stringify(fields[i]!.name)}:${json(value)}`).join(',')}}`
