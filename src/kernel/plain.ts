/**
 * Values as programs give them to a kernel: checked against the parameter's type, and as the numbers that lie in memory. What is
 * wrong is an INVALID_INPUT that names the place.
 *
 *   bool: boolean · integers: number, bigint or digits · floats: number, "NaN", "Infinity", "-Infinity" · str: string
 *   date: days, `2024-02-29` or Date · timestamp: microseconds, text or Date · dec128: number or text of the value, bigint unscaled
 *   option: null · struct: array, or object with its values in order · vec: array
 */
import { ArcweldError } from '../errors.ts'
import type { ScalarName, Type } from '../language/nodes.ts'
import { parseDate, parseTimestamp } from '../layout/dates.ts'
import { parseDecimal } from '../layout/decimals.ts'

export type Leaf = boolean | number | bigint | string

/** Where a value stands: `input 1, row 3, field $0`. */
export type Where = () => string

export const invalid = (where: string, what: string): ArcweldError => new ArcweldError('INVALID_INPUT', `${where}: ${what}`)

const RANGES: Partial<Record<ScalarName, readonly [bigint, bigint]>> = {
  i8: [-128n, 127n], u8: [0n, 255n], i16: [-32768n, 32767n], u16: [0n, 65535n],
  i32: [-(2n ** 31n), 2n ** 31n - 1n], u32: [0n, 2n ** 32n - 1n], date: [-(2n ** 31n), 2n ** 31n - 1n],
  i64: [-(2n ** 63n), 2n ** 63n - 1n], u64: [0n, 2n ** 64n - 1n], timestamp: [-(2n ** 63n), 2n ** 63n - 1n],
  i128: [-(2n ** 127n), 2n ** 127n - 1n],
}
const WIDE: ReadonlySet<ScalarName> = new Set(['i64', 'u64', 'timestamp', 'i128'])

const shown = (value: unknown): string => {
  const text = typeof value === 'bigint' ? String(value) : (JSON.stringify(value, (_, x: unknown) => (typeof x === 'bigint' ? String(x) : x)) ?? String(value))
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

export const typeName = (type: Type): string => {
  switch (type.kind) {
    case 'scalar':
      return type.scalar
    case 'dec128':
      return `dec128[${type.scale}]`
    case 'option':
      return `?${typeName(type.of)}`
    case 'struct':
      return `{${type.fields.map(typeName).join(', ')}}`
    case 'vec':
      return `vec[${typeName(type.of)}]`
    case 'dict':
      return `dict[${typeName(type.key)}, ${typeName(type.value)}]`
    default:
      return type.kind
  }
}

const integerOf = (value: unknown): bigint | undefined => {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : undefined
  return typeof value === 'string' && /^[+-]?\d+$/.test(value) ? BigInt(value) : undefined
}

const momentOf = (value: unknown, scalar: 'date' | 'timestamp'): bigint | undefined => {
  if (value instanceof Date) {
    const ms = value.getTime()
    return Number.isNaN(ms) ? undefined : scalar === 'date' ? BigInt(Math.floor(ms / 86_400_000)) : BigInt(ms) * 1000n
  }
  if (typeof value !== 'string') return integerOf(value)
  const parsed = scalar === 'date' ? parseDate(value) : parseTimestamp(value)
  return parsed === undefined ? undefined : BigInt(parsed)
}

const FLOATS: Record<string, number> = { NaN: Number.NaN, Infinity: Number.POSITIVE_INFINITY, '-Infinity': Number.NEGATIVE_INFINITY, '-0': -0 }

/** A scalar or dec128 as it is stored: number for up to 32 bits and floats, bigint for wider integers. */
export const leafOf = (type: Type, value: unknown, where: Where): Leaf => {
  if (type.kind === 'dec128') {
    const unscaled = typeof value === 'bigint' ? value : typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value)) ? parseDecimal(String(value), type.scale) : undefined
    if (unscaled !== undefined && BigInt.asIntN(128, unscaled) === unscaled) return unscaled
    throw invalid(where(), `${shown(value)} is no ${typeName(type)}`)
  }
  if (type.kind !== 'scalar') throw new Error(`no scalar: ${type.kind}`)
  const { scalar } = type
  switch (scalar) {
    case 'bool':
      if (typeof value === 'boolean') return value
      break
    case 'str':
      if (typeof value === 'string') return value
      break
    case 'f32':
    case 'f64': {
      const x = typeof value === 'string' && Object.hasOwn(FLOATS, value) ? (FLOATS[value] as number) : typeof value === 'bigint' ? Number(value) : value
      if (typeof x === 'number') return scalar === 'f32' ? Math.fround(x) : x
      if (typeof value !== 'string' || !/^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value)) break
      return scalar === 'f32' ? Math.fround(Number(value)) : Number(value)
    }
    default: {
      const x = scalar === 'date' || scalar === 'timestamp' ? momentOf(value, scalar) : integerOf(value)
      if (x === undefined) break
      const [min, max] = RANGES[scalar] as readonly [bigint, bigint]
      if (x < min || x > max) throw invalid(where(), `${x} is outside of ${scalar}, ${min} to ${max}`)
      return WIDE.has(scalar) ? x : Number(x)
    }
  }
  throw invalid(where(), `${shown(value)} is no ${typeName(type)}`)
}

/** The fields of a struct. */
export const fieldsOf = (type: Extract<Type, { kind: 'struct' }>, value: unknown, where: Where): readonly unknown[] => {
  const fields = Array.isArray(value) ? value : typeof value === 'object' && value !== null && !(value instanceof Date) ? Object.values(value) : undefined
  if (!fields || fields.length !== type.fields.length) throw invalid(where(), `${shown(value)} is no ${typeName(type)}`)
  return fields
}

/** The leaves of a value of a row, in order; a vec is one leaf, an array. */
export const rowLeaves = (type: Type, value: unknown, where: Where, visit: (type: Type, value: unknown, where: Where) => void): void => {
  if (type.kind !== 'struct') return visit(type, value, where)
  fieldsOf(type, value, where).forEach((field, i) => rowLeaves(type.fields[i] as Type, field, () => `${where()}, field $${i}`, visit))
}
