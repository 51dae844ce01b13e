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

type Check = (value: unknown) => Value | undefined

const within = (type: SqlType): ((value: bigint) => boolean) => {
  const { min, max } = typeRange(type)!
  return (value) => value >= min && value <= max
}

const integer = (type: SqlType): Check => {
  const range = typeRange(type)!
  const fits = within(type)
  if (isBigType(type)) {
    return (value) => {
      const big = typeof value === 'bigint' ? value : Number.isSafeInteger(value) ? BigInt(value as number) : undefined
      return big !== undefined && fits(big) ? big : undefined
    }
  }
  const min = Number(range.min)
  const max = Number(range.max)
  return (value) => {
    if (typeof value === 'number') return Number.isInteger(value) && value >= min && value <= max ? value + 0 : undefined
    return typeof value === 'bigint' && fits(value) ? Number(value) : undefined
  }
}

const parsed =
  (parse: (text: string) => Value | undefined): Check =>
  (value) =>
    typeof value === 'string' ? parse(value) : undefined

/** By type: the reference value of an API value that is not null, or undefined when it is none of the type. */
const checkOf = (type: SqlType): Check => {
  if (isInteger(type)) return integer(type)
  switch (type.kind) {
    case 'bool':
      return (value) => (typeof value === 'boolean' ? value : undefined)
    case 'float':
      return (value) => (typeof value === 'number' ? Math.fround(value) : undefined)
    case 'double':
      return (value) => (typeof value === 'number' ? value : undefined)
    case 'string':
      return parsed((value) => value)
    case 'decimal': {
      const fits = within(type)
      return parsed((value) => {
        const unscaled = parseDecimal(value, type.scale)
        return unscaled !== undefined && fits(unscaled) ? unscaled : undefined
      })
    }
    case 'date':
      return parsed(parseDate)
    case 'timestamp':
    case 'timestamptz':
      return parsed(parseTimestamp)
    default:
      return () => undefined
  }
}

const describe = (value: unknown): string => {
  if (typeof value === 'string') return value.length > 40 ? 'a string' : JSON.stringify(value)
  if (typeof value === 'object' || typeof value === 'function') return `a value of type ${value instanceof Promise ? 'Promise' : typeof value}`
  return `${String(value)}${typeof value === 'bigint' ? 'n' : ''}`
}

/** The function over reference values. */
export const udfCall = (name: string, udf: Udf, node: string): ((...args: any[]) => Value) => {
  const fail = (message: string, cause?: unknown): never => {
    throw new ExecutionError('UDF_FAILED', `${name}: ${message}`, { node, cause })
  }
  const { fn } = udf
  const skip = udf.nulls === 'skip'
  const check = checkOf(udf.returns)
  const shown = udf.args.map((type) => apiValue(type))
  const result = (returned: unknown): Value => {
    if (returned === null || returned === undefined) return null
    const value = check(returned)
    return value === undefined ? fail(`returned ${describe(returned)}, which is no ${typeName(udf.returns)}`) : value
  }
  const thrown = (cause: unknown): never => fail(cause instanceof Error ? cause.message : String(cause), cause)
  // One argument is the common case, and rest arguments cost an array a row.
  const [only] = shown
  if (only !== undefined && shown.length === 1) {
    return (arg: Value) => {
      if (skip && arg === null) return null
      let returned: unknown
      try {
        returned = fn(only(arg))
      } catch (cause) {
        return thrown(cause)
      }
      return result(returned)
    }
  }
  return (...args: Value[]) => {
    if (skip && args.includes(null)) return null
    let returned: unknown
    try {
      returned = fn(...args.map((arg, i) => shown[i]!(arg)))
    } catch (cause) {
      return thrown(cause)
    }
    return result(returned)
  }
}
