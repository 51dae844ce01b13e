/** User-defined functions: API values in, checked API values out, any failure an ExecutionError that names the function. */
import { ExecutionError } from '../errors.ts'
import { apiValue, valueOfApi } from '../layout/api-value.ts'
import { type SqlType, typeName } from '../layout/types.ts'
import type { Value } from '../operators/registry.ts'

export interface Udf {
  /** Gets and returns API values (docs/VALUES.md); undefined counts as null. */
  readonly fn: (...args: any[]) => unknown
  readonly args: readonly SqlType[]
  readonly returns: SqlType
  /** skip: NULL where any argument is, without a call. */
  readonly nulls: 'skip' | 'pass'
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
  const check = valueOfApi(udf.returns)
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
