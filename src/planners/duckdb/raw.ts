/**
 * Reading DuckDB's serialized objects with suspicion: defaults are left out of the JSON, so absence means 0, false or
 * empty; a key nobody here has heard of means that this DuckDB says something the adapter would silently drop.
 */
import { PlanError, UnsupportedError } from '../../errors.ts'

export type Raw = { readonly [key: string]: unknown }

export const isRaw = (x: unknown): x is Raw => typeof x === 'object' && x !== null && !Array.isArray(x)

export const malformed = (what: string): PlanError =>
  new PlanError('PLANNER_VERSION', `The planner's output has an unknown form: ${what}`, {
    hint: 'Install a tested version of @duckdb/node-api (1.5.2).',
  })

/** The typed refusal of an operator or of one of its variants. */
export const unsupportedNode = (node: string, reason: string): UnsupportedError =>
  new UnsupportedError('UNSUPPORTED_PLAN', `${node}: ${reason}`, [{ code: 'OPERATOR', node, reason }])

export const object = (raw: Raw, key: string): Raw => {
  const value = raw[key]
  if (!isRaw(value)) throw malformed(`'${key}' is not an object`)
  return value
}

export const objects = (raw: Raw, key: string): readonly Raw[] => {
  const value = raw[key] ?? []
  if (!Array.isArray(value) || !value.every(isRaw)) throw malformed(`'${key}' is not a list of objects`)
  return value
}

export const text = (raw: Raw, key: string): string => {
  const value = raw[key] ?? ''
  if (typeof value !== 'string') throw malformed(`'${key}' is not a string`)
  return value
}

/** Positions and counts; what is too long for a number (a sentinel, an absent limit) becomes Infinity. */
export const count = (raw: Raw, key: string): number => toCount(raw[key] ?? 0, key)

export const counts = (raw: Raw, key: string): readonly number[] => {
  const value = raw[key] ?? []
  if (!Array.isArray(value)) throw malformed(`'${key}' is not a list`)
  return value.map((x) => toCount(x, key))
}

const toCount = (value: unknown, key: string): number => {
  if (typeof value === 'string' && /^\d+$/.test(value)) return Number(value) > Number.MAX_SAFE_INTEGER ? Infinity : Number(value)
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value
  throw malformed(`'${key}' is not a count`)
}

export const strings = (raw: Raw, key: string): readonly string[] => {
  const value = raw[key] ?? []
  if (!Array.isArray(value) || !value.every((x) => typeof x === 'string')) throw malformed(`'${key}' is not a list of strings`)
  return value
}

/** Throws on keys that are in none of the lists. */
export const onlyKeys = (raw: Raw, what: string, known: ReadonlySet<string>): void => {
  for (const key of Object.keys(raw)) if (!known.has(key)) throw malformed(`${what} has the unknown property '${key}'`)
}
