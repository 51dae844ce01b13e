/**
 * Reading an untrusted document: where in it one is, what a field must be, and the error that says which one is not.
 */
import { PlanError } from '../errors.ts'
import { parseType, type SqlType, typeName } from '../layout/types.ts'
import type { FieldShape } from './shapes.ts'

/** A place in a document; paths are only written out for an error. */
export interface Place {
  readonly parent?: Place
  readonly key: string | number
}

export const ROOT: Place = { key: '$' }
export const at = (parent: Place, key: string | number): Place => ({ parent, key })

/** `$.root.exprs[2].type` */
export const pathOf = ({ parent, key }: Place): string => {
  if (!parent) return String(key)
  const step = typeof key === 'number' ? `[${key}]` : /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`
  return `${pathOf(parent)}${step}`
}

export const invalid = (place: Place, message: string): PlanError => new PlanError('INVALID_PLAN', message, { position: pathOf(place) })

/** A value as a message shows it, short. */
export const shown = (value: unknown): string => {
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)
  return typeof value === 'function' || typeof value === 'symbol' ? `a ${typeof value}` : String(value)
}

export type Fields = Readonly<Record<string, unknown>>

/** An object with all fields of a shape and no others; `tag` is the field that chose the shape. */
export const readFields = (value: unknown, place: Place, what: string, shape: Readonly<Record<string, FieldShape>>, tag?: string): Fields => {
  const object = readObject(value, place, what)
  for (const [name, { optional }] of Object.entries(shape)) {
    if (optional !== true && (!Object.hasOwn(object, name) || object[name] === undefined)) throw invalid(place, `${what} lacks \`${name}\``)
  }
  for (const name of Object.keys(object)) {
    if (name === tag || Object.hasOwn(shape, name)) continue
    const known = Object.keys(shape)
    throw invalid(at(place, name), `${what} has no field \`${name.slice(0, 40)}\`, only ${known.map((k) => `\`${k}\``).join(', ')}`)
  }
  return object
}

export const readObject = (value: unknown, place: Place, what: string): Fields => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(place, `${what} must be an object, not ${shown(value)}`)
  return value as Fields
}

export const readList = (fields: Fields, key: string, place: Place): readonly unknown[] => {
  const value = fields[key]
  if (!Array.isArray(value)) throw invalid(at(place, key), `\`${key}\` must be a list, not ${shown(value)}`)
  return value
}

/** Text that UTF-8 can hold. */
export const readText = (fields: Fields | readonly unknown[], key: string | number, place: Place): string => {
  const value = (fields as Fields)[key]
  if (typeof value !== 'string') throw invalid(at(place, key), `\`${key}\` must be a text, not ${shown(value)}`)
  if (/\p{Surrogate}/u.test(value)) throw invalid(at(place, key), `\`${key}\` holds half a surrogate pair`)
  return value
}

export const readName = (fields: Fields, key: string, place: Place): string => {
  const name = readText(fields, key, place)
  if (name === '') throw invalid(at(place, key), `\`${key}\` is empty`)
  return name
}

export const readBoolean = (fields: Fields, key: string, place: Place): boolean => {
  const value = fields[key]
  if (typeof value !== 'boolean') throw invalid(at(place, key), `\`${key}\` must be true or false, not ${shown(value)}`)
  return value
}

/** An integer from 0 to 2⁵³ − 1. */
export const readCount = (fields: Fields, key: string, place: Place): number => {
  const value = fields[key]
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw invalid(at(place, key), `\`${key}\` must be an integer from 0, not ${shown(value)}`)
  return value as number
}

export const readChoice = <T extends string>(fields: Fields, key: string, place: Place, choices: readonly T[]): T => {
  const value = fields[key]
  if (!choices.includes(value as T)) throw invalid(at(place, key), `\`${key}\` must be one of ${choices.map((c) => JSON.stringify(c)).join(', ')}, not ${shown(value)}`)
  return value as T
}

/** A type in the one spelling it has. Throws PlanError UNSUPPORTED_TYPE for a name that is none. */
export const readType = (fields: Fields, key: string, place: Place): SqlType => {
  const name = fields[key]
  if (typeof name !== 'string') throw invalid(at(place, key), `\`${key}\` must be the name of a type, not ${shown(name)}`)
  const type = parseType(name)
  if (type === undefined) throw new PlanError('UNSUPPORTED_TYPE', `${shown(name)} is not a type`, { position: pathOf(at(place, key)) })
  if (typeName(type) !== name) throw invalid(at(place, key), `the type ${name} is written ${typeName(type)}`)
  return type
}
