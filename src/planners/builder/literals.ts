/** JavaScript values as literals: by the type asked for, or by the one they have by nature. */
import { PlanError } from '../../errors.ts'
import { formatLiteral, parseLiteral } from '../../layout/literal.ts'
import { BOOL, DOUBLE, decimal, INT128, INT32, INT64, NULL, parseType, type SqlType, STRING, type TypeName, typeName, typeRange } from '../../layout/types.ts'
import type { Expr, LiteralValue } from '../../plan/nodes.ts'
import { failure } from './failure.ts'

/** What stands for a literal in the builder. */
export type LiteralInput = null | boolean | number | bigint | string
export type Literal = Extract<Expr, { expr: 'literal' }>

export const typeOf = (name: TypeName): SqlType => {
  const type = typeof name === 'string' ? parseType(name) : undefined
  if (!type) throw failure('UNSUPPORTED_TYPE', `${JSON.stringify(name)} is not a type`)
  return type
}

export const isLiteralInput = (x: unknown): x is LiteralInput => x === null || ['boolean', 'number', 'bigint', 'string'].includes(typeof x)

/** The value in the form a document has, or undefined where it is no value of the type. */
export const documentValue = (value: LiteralInput, type: SqlType): LiteralValue | undefined => {
  try {
    return formatLiteral(parseLiteral(typeof value === 'bigint' ? value.toString() : value, type), type)
  } catch (error) {
    if (error instanceof PlanError) return undefined
    throw error
  }
}

export const literalOf = (value: LiteralInput, type: SqlType): Literal | undefined => {
  const written = documentValue(value, type)
  return written === undefined ? undefined : { expr: 'literal', value: written, type: typeName(type) }
}

const within = (value: bigint, type: SqlType): boolean => value >= typeRange(type)!.min && value <= typeRange(type)!.max

/** bool, string; an integer is an int32, int64 or int128 by its size; any other number is a double. */
export const naturalType = (value: LiteralInput): SqlType => {
  if (value === null) return NULL
  if (typeof value === 'boolean') return BOOL
  if (typeof value === 'string') return STRING
  if (typeof value === 'number') return !Number.isSafeInteger(value) || Object.is(value, -0) ? DOUBLE : within(BigInt(value), INT32) ? INT32 : INT64
  const type = [INT32, INT64, INT128].find((t) => within(value, t))
  if (!type) throw failure('INVALID_PLAN', `${value} is beyond int128`)
  return type
}

/** The narrowest decimal that holds a number as it is printed; undefined for those with an exponent. */
export const decimalType = (value: LiteralInput): SqlType | undefined => {
  const match = typeof value === 'number' || typeof value === 'bigint' ? /^-?(\d+)(?:\.(\d+))?$/.exec(String(value)) : null
  if (!match) return undefined
  const scale = match[2]?.length ?? 0
  const precision = Math.max(1, (match[1] === '0' ? 0 : match[1]!.length) + scale)
  return precision <= 38 ? decimal(precision, scale) : undefined
}
