/**
 * How the interpreter's generated code holds values: a static shape per expression and column. NULL is a flag of its own
 * beside the value, so that numbers stay unboxed.
 */
import { isSlice, type SqlType, typeRange } from '../layout/types.ts'
import type { Dict } from './dict.ts'

/**
 * number: floats, and exact types whose values are known to lie within ±2^53 (decimals: unscaled);
 * bigint: other exact types; string: text, and bytes as Latin-1 of binary and packed types, so that they too are equal and ordered
 * as JavaScript strings are; code: index into a dictionary of strings.
 */
export type Rep = 'number' | 'bigint' | 'boolean' | 'string' | 'code'

export interface Shape {
  readonly type: SqlType
  readonly rep: Rep
  /** Bounds of rep number over exact types, safe integers; absent for floats. */
  readonly min?: number | undefined
  readonly max?: number | undefined
  readonly dict?: Dict | undefined
}

/** A value in generated code. */
export interface Val extends Shape {
  /** A name or a pure expression; where NULL, some value of the rep (never meaningful, never raising). */
  readonly code: string
  /** The flag's name or pure expression; '' where never NULL. */
  readonly nul: string
}

export const isInt = (shape: Shape): shape is Shape & { min: number; max: number } => shape.min !== undefined && shape.max !== undefined
export const isInt32 = (shape: Shape): boolean => isInt(shape) && shape.min >= -2147483648 && shape.max <= 2147483647

const SAFE = BigInt(Number.MAX_SAFE_INTEGER)

/** The shape of a type's values when nothing narrower is known. */
export const shapeOf = (type: SqlType): Shape => {
  switch (type.kind) {
    case 'bool':
    case 'null':
      return { type, rep: 'boolean' }
    case 'float':
    case 'double':
      return { type, rep: 'number' }
    default: {
      if (isSlice(type)) return { type, rep: 'string' }
      const range = typeRange(type)
      if (range === undefined || range.min < -SAFE || range.max > SAFE) return { type, rep: 'bigint' }
      return { type, rep: 'number', min: Number(range.min), max: Number(range.max) }
    }
  }
}

/** Whether a reference value of the type is a bigint (registry.ts `Value`). */
export const isBigType = (type: SqlType): boolean => {
  switch (type.kind) {
    case 'int64':
    case 'uint64':
    case 'int128':
    case 'timestamp':
    case 'timestamptz':
    case 'interval_day_time':
    case 'decimal':
      return true
    default:
      return false
  }
}

export const zeroOf = (shape: Shape): string => (shape.rep === 'bigint' ? '0n' : shape.rep === 'string' ? "''" : shape.rep === 'boolean' ? 'false' : '0')

/** The bare shape of a value. */
export const shapeIn = ({ type, rep, min, max, dict }: Shape): Shape => ({ type, rep, min, max, dict })
