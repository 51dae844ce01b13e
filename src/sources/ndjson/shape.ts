/**
 * What was seen of JSON's values, and the types that follow. A shape only grows: that of two texts is what both add up to, so that the
 * type of a column does not depend on which part of a file was looked at first.
 */
import { array, BOOL, DATE, DOUBLE, INT128, INT64, map, type SqlType, STRING, struct, TIMESTAMP, TIMESTAMPTZ } from '../../layout/types.ts'
import { uniqueNames } from '../names.ts'
import type { Wanted } from './tree.ts'

/** Bits of `kinds`. */
export const KINDS = { bool: 1, integer: 2, wide: 4, double: 8, string: 16, object: 32, array: 64 } as const
/** Bits of `times`: those that every string was. */
export const TIMES = { date: 1, local: 2, zoned: 4, all: 7 } as const

/** What values at one place of a text are; a structured clone. */
export interface Shape {
  /** How often something stood there, null or not. */
  count: number
  nulls: number
  /** KINDS of those that are not null. */
  kinds: number
  times: number
  /** Of objects, in the order in which they came up. */
  readonly keys: Map<string, Shape>
  /** Of arrays, whatever their elements were. */
  element: Shape | undefined
}

export const emptyShape = (): Shape => ({ count: 0, nulls: 0, kinds: 0, times: TIMES.all, keys: new Map(), element: undefined })

/** Keys that are told apart in one place: objects of more are maps, whose values are all of one shape. */
const MOST_KEYS = 10_001

/** The shape of a key's values. */
export const partOf = ({ keys }: Shape, key: string): Shape => {
  let part = keys.get(key)
  if (part === undefined) {
    if (keys.size === MOST_KEYS) return keys.values().next().value as Shape
    part = emptyShape()
    keys.set(key, part)
  }
  return part
}

/** Adds what `other` saw to `shape`. */
export const merge = (shape: Shape, other: Shape): Shape => {
  shape.count += other.count
  shape.nulls += other.nulls
  shape.kinds |= other.kinds
  shape.times &= other.times
  for (const [key, part] of other.keys) merge(partOf(shape, key), part)
  if (other.element !== undefined) shape.element = merge(shape.element ?? emptyShape(), other.element)
  return shape
}

/** What a value is read as. `strict`: a value of another kind is none, and another type has to be found; else it is cast. */
export type Reading =
  /** Whatever it is, as JSON's text. */
  | { readonly kind: 'json' }
  /** Of `times`, strings are all of that form. */
  | { readonly kind: 'scalar'; readonly type: SqlType; readonly strict: boolean; readonly kinds: number; readonly times: number }
  | { readonly kind: 'struct'; readonly strict: boolean; readonly fields: readonly { readonly key: string; readonly name: string; readonly value: Reading }[] }
  | { readonly kind: 'list'; readonly strict: boolean; readonly element: Reading }
  | { readonly kind: 'map'; readonly strict: boolean; readonly element: Reading }

/** Objects with more keys than this, in all, are maps. */
const MOST_FIELDS = 200
/** Of objects a key is in, on average; in fewer they are maps (DuckDB's field_appearance_threshold). */
const APPEARANCE = 0.1
/** Values deeper than that are taken as JSON's text. */
export const MOST_NESTED = 32

const scalar = (type: SqlType, kinds: number, times = 0): Reading => ({ kind: 'scalar', type, strict: true, kinds, times })

/** The type that holds every value seen and loses nothing of it. */
export const readingOf = (shape: Shape, depth = 0): Reading => {
  const { kinds, times } = shape
  const { bool, integer, wide, double, string, object } = KINDS
  if (kinds === 0) return scalar(STRING, 0)
  if (kinds === bool) return scalar(BOOL, bool)
  if ((kinds & ~(integer | wide | double)) === 0) {
    if (kinds & double) return scalar(DOUBLE, integer | wide | double)
    return kinds & wide ? scalar(INT128, integer | wide) : scalar(INT64, integer)
  }
  if (kinds === string) {
    if (times & TIMES.date) return scalar(DATE, string, TIMES.date)
    if (times & TIMES.local) return scalar(TIMESTAMP, string, TIMES.local)
    if (times) return scalar(TIMESTAMPTZ, string, TIMES.zoned)
    return scalar(STRING, string)
  }
  if (depth >= MOST_NESTED) return { kind: 'json' }
  if (kinds === object) return objectReading(shape, depth)
  if (kinds === KINDS.array) return { kind: 'list', strict: true, element: readingOf(shape.element ?? emptyShape(), depth + 1) }
  return { kind: 'json' }
}

const objectReading = ({ count, nulls, keys }: Shape, depth: number): Reading => {
  const parts = [...keys.values()]
  const appearances = parts.reduce((sum, part) => sum + part.count, 0)
  const isMap = keys.size === 0 || keys.size > MOST_FIELDS || appearances / keys.size / (count - nulls) < APPEARANCE
  if (isMap) return { kind: 'map', strict: true, element: readingOf(parts.reduce(merge, emptyShape()), depth + 1) }
  return { kind: 'struct', strict: true, fields: fieldsOf(keys, depth) }
}

const fieldsOf = (keys: ReadonlyMap<string, Shape>, depth: number): Extract<Reading, { kind: 'struct' }>['fields'] => {
  const names = uniqueNames([...keys.keys()])
  return [...keys].map(([key, part], i) => ({ key, name: names[i]!, value: readingOf(part, depth + 1) }))
}

/** The columns of a table of values: objects' members, or one column. */
export interface Columns {
  readonly records: boolean
  /** They were found out, and nobody asked for them. */
  readonly strict: boolean
  readonly fields: Extract<Reading, { kind: 'struct' }>['fields']
}

/** Columns at most: values of more keys are one column. */
const MOST_COLUMNS = MOST_KEYS - 1
/** The column of values that are no objects. */
export const ONE_COLUMN = 'json'

export const columnsOf = (shape: Shape): Columns => {
  const { kinds, keys } = shape
  if (kinds === KINDS.object && keys.size > 0 && keys.size <= MOST_COLUMNS) {
    return { records: true, strict: true, fields: fieldsOf(keys, 0).map((f, i) => (f.key === '' ? { ...f, name: `C${i}` } : f)) }
  }
  return { records: false, strict: true, fields: [{ key: '', name: ONE_COLUMN, value: readingOf(shape) }] }
}

export const typeOf = (reading: Reading): SqlType => {
  switch (reading.kind) {
    case 'json':
      return STRING
    case 'scalar':
      return reading.type
    case 'struct':
      return struct(reading.fields.map(({ name, value }) => ({ name, type: typeOf(value) })))
    case 'list':
      return array(typeOf(reading.element))
    case 'map':
      return map(STRING, typeOf(reading.element))
  }
}

/** What the runtime is to keep of values. */
export const wantedOf = (reading: Reading): Wanted => {
  switch (reading.kind) {
    case 'json':
      return { kind: 'raw' }
    case 'scalar':
      return { kind: 'leaf' }
    case 'struct':
      return { kind: 'struct', keys: reading.fields.map(({ key, value }) => ({ name: key, value: wantedOf(value) })) }
    default:
      return { kind: reading.kind, element: wantedOf(reading.element) }
  }
}

/** How values of a type that was asked for are read; undefined where JSON's have no such type. */
export const readingAs = (type: SqlType): Reading | undefined => {
  switch (type.kind) {
    case 'struct': {
      const fields = type.fields.map(({ name, type: part }) => ({ key: name, name, value: readingAs(part)! }))
      return fields.every((f) => f.value !== undefined) && new Set(fields.map((f) => f.key)).size === fields.length ? { kind: 'struct', strict: false, fields } : undefined
    }
    case 'array': {
      const element = readingAs(type.element)
      return element && { kind: 'list', strict: false, element }
    }
    case 'map': {
      const element = type.key.kind === 'string' ? readingAs(type.value) : undefined
      return element && { kind: 'map', strict: false, element }
    }
    case 'null':
    case 'binary':
    case 'interval':
    case 'interval_year_month':
    case 'interval_day_time':
      return undefined
    default:
      return { kind: 'scalar', type, strict: false, kinds: 0, times: 0 }
  }
}
