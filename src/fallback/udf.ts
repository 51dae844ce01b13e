/** User-defined functions: API values in, checked API values out, any failure an ExecutionError that names the function. */
import { ExecutionError } from '../errors.ts'
import { parseDate, parseTimestamp } from '../layout/dates.ts'
import { parseDecimal } from '../layout/decimals.ts'
import { apiValue } from '../layout/rows.ts'
import { isInteger, type SqlType, typeName, typeRange } from '../layout/types.ts'
import type { Value } from '../operators/registry.ts'
import { isBigType } from './shape.ts'

export interface Udf {
  /** Gets and returns API values (docs/VALUES.md); undefined counts as null. */
  readonly fn: (...args: any[]) => unknown
  readonly args: readonly SqlType[]
  readonly returns: SqlType
  /** skip: NULL where any argument is, without a call. */
  readonly nulls: 'skip' | 'pass'
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

const exact = (value: unknown, type: SqlType): Value | undefined => {
  if (typeof value !== 'number' && typeof value !== 'bigint') return undefined
  if (typeof value === 'number' && !Number.isSafeInteger(value)) return undefined
  const big = BigInt(value)
  const range = typeRange(type)!
  if (big < range.min || big > range.max) return undefined
  return isBigType(type) ? big : Number(big)
}

/** The reference value of an API value, or undefined when it is none of the type. */
export const fromApi = (value: unknown, type: SqlType): Value | undefined => {
  if (value === null || value === undefined) return null
  if (isInteger(type)) return exact(value, type)
  switch (type.kind) {
    case 'bool':
      return typeof value === 'boolean' ? value : undefined
    case 'float':
      return typeof value === 'number' ? Math.fround(value) : undefined
    case 'double':
      return typeof value === 'number' ? value : undefined
    case 'string':
      return text(value)
    case 'decimal': {
      const unscaled = typeof value === 'string' ? parseDecimal(value, type.scale) : undefined
      const range = typeRange(type)!
      return unscaled !== undefined && unscaled >= range.min && unscaled <= range.max ? unscaled : undefined
    }
    case 'date':
      return typeof value === 'string' ? parseDate(value) : undefined
    case 'timestamp':
    case 'timestamptz':
      return typeof value === 'string' ? parseTimestamp(value) : undefined
    default:
      return undefined
  }
}

const describe = (value: unknown): string => {
  if (typeof value === 'string') return value.length > 40 ? 'a string' : JSON.stringify(value)
  if (typeof value === 'object' || typeof value === 'function') return `a value of type ${value instanceof Promise ? 'Promise' : typeof value}`
  return `${String(value)}${typeof value === 'bigint' ? 'n' : ''}`
}

/** The function over reference values. */
export const udfCall = (name: string, udf: Udf, node: string): ((...args: Value[]) => Value) => {
  const fail = (message: string, cause?: unknown): never => {
    throw new ExecutionError('UDF_FAILED', `${name}: ${message}`, { node, cause })
  }
  const shown = udf.args.map((type) => apiValue(type))
  const skip = udf.nulls === 'skip'
  return (...args) => {
    if (skip && args.includes(null)) return null
    let returned: unknown
    try {
      returned = udf.fn(...args.map((arg, i) => shown[i]!(arg)))
    } catch (cause) {
      return fail(cause instanceof Error ? cause.message : String(cause), cause)
    }
    const value = fromApi(returned, udf.returns)
    return value === undefined ? fail(`returned ${describe(returned)}, which is no ${typeName(udf.returns)}`) : value
  }
}
