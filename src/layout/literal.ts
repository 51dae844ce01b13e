/** Literals of plan documents to values and back; the forms are described at `LiteralValue` in plan/nodes.ts. */
import { PlanError } from '../errors.ts'
import { apiValue, valueOfApi } from './api-value.ts'
import { formatDate, formatTimestamp, parseDate, parseTimestamp } from './dates.ts'
import { formatDecimal, parseDecimal } from './decimals.ts'
import { isNested, type SqlType, typeName, typeRange } from './types.ts'
import type { Value } from './value.ts'

type Literal = null | boolean | number | string

const WORDS: Record<string, number> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
  '-0': -0,
}

const integerOf = (value: Literal): bigint | undefined => {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : undefined
  return typeof value === 'string' && /^[+-]?\d+$/.test(value) ? BigInt(value) : undefined
}

const decimalOf = (value: Literal, scale: number): bigint | undefined => {
  if (typeof value === 'number' && !Number.isFinite(value)) return undefined
  return typeof value === 'string' || typeof value === 'number' ? parseDecimal(String(value), scale) : undefined
}

const floatOf = (value: Literal): number | undefined => {
  if (typeof value === 'number') return value
  if (typeof value !== 'string') return undefined
  if (Object.hasOwn(WORDS, value)) return WORDS[value]
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(value) ? Number(value) : undefined
}

const convert = (value: Literal, type: SqlType): Value | undefined => {
  switch (type.kind) {
    case 'null':
      return undefined
    case 'bool':
      return typeof value === 'boolean' ? value : undefined
    case 'string':
      return typeof value === 'string' ? value : undefined
    case 'float': {
      const number = floatOf(value)
      return number === undefined ? undefined : Math.fround(number)
    }
    case 'double':
      return floatOf(value)
    case 'date':
      return typeof value === 'string' ? parseDate(value) : undefined
    case 'timestamp':
    case 'timestamptz':
      return typeof value === 'string' ? parseTimestamp(value) : undefined
    case 'binary':
    case 'interval':
    case 'interval_year_month':
    case 'interval_day_time':
      return valueOfApi(type, { json: true })(value)
    case 'struct':
    case 'array':
    case 'map':
      return typeof value === 'string' ? valueOfApi(type, { json: true })(jsonOf(value)) : undefined
    default: {
      const exact = type.kind === 'decimal' ? decimalOf(value, type.scale) : integerOf(value)
      const range = typeRange(type)!
      if (exact === undefined || exact < range.min || exact > range.max) return undefined
      return isNumberKind(type) ? Number(exact) : exact
    }
  }
}

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Whether values of an exact type are JavaScript numbers; else they are bigints (bool: booleans). */
export const isNumberKind = (type: SqlType): boolean => /^(u?int(8|16|32)|date|interval_year_month)$/.test(type.kind)

/**
 * The value a plan's literal stands for.
 * Throws PlanError INVALID_PLAN when it is not one of the forms of its type, or out of the type's range.
 */
export const parseLiteral = (literal: Literal, type: SqlType): Value => {
  if (literal === null) return null
  const value = convert(literal, type)
  if (value === undefined) throw new PlanError('INVALID_PLAN', `${JSON.stringify(literal)} is no literal of type ${typeName(type)}`)
  return value
}

/** The plan's literal of a value: the inverse of parseLiteral. */
export const formatLiteral = (value: Value, type: SqlType): Literal => {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
  if (value instanceof Uint8Array || type.kind.startsWith('interval')) {
    const shown = apiValue(type, { json: true })(value)
    return isNested(type) ? JSON.stringify(shown, (_, part) => (Object.is(part, -0) ? '-0' : part)) : (shown as string)
  }
  if (type.kind === 'date') return formatDate(Number(value))
  if (type.kind === 'timestamp' || type.kind === 'timestamptz') return formatTimestamp(BigInt(value), type.kind === 'timestamptz')
  if (type.kind === 'decimal') return formatDecimal(BigInt(value), type.scale)
  if (typeof value === 'bigint') return value.toString()
  return Number.isFinite(value) && !Object.is(value, -0) ? value : Object.is(value, -0) ? '-0' : String(value)
}
