/** Values as users see them and give them: to primitives and plain objects that lose nothing, and back (docs/VALUES.md). */
import { formatDate, formatTimestamp, parseDate, parseTimestamp, splitMicros } from './dates.ts'
import { formatDecimal, parseDecimal } from './decimals.ts'
import { formatInterval, formatUnit, parseInterval, partsOf, unitOf } from './intervals.ts'
import { isNumberKind } from './literal.ts'
import { isInteger, type NestedType, isNested, type SqlType, typeRange } from './types.ts'
import { packedForm } from './unsafe/fields.ts'
import { extentOf, sliceValue } from './unsafe/views.ts'
import { packSlice } from './unsafe/writer.ts'
import type { Interval, RowValue } from './unsafe-row.ts'
import type { Value } from './value.ts'

export type ApiValue = null | boolean | number | bigint | string | Date | Uint8Array | Interval | readonly ApiValue[] | ApiStruct
/** A struct; fields of one name are `a`, `a_1`, … */
export interface ApiStruct {
  readonly [field: string]: ApiValue
}

export interface RowOptions {
  /** 'date': dates and timestamps as `Date` in UTC, truncated to milliseconds; beyond Date's range they are invalid Dates. */
  readonly dates?: 'string' | 'date' | undefined
  /** Only what JSON has: 64-bit and wider integers as strings, NaN and infinities as "NaN", "Infinity", "-Infinity". */
  readonly json?: boolean | undefined
}

type Convert = (value: any) => ApiValue

const jsonNumber = (value: number): number | string => (Number.isFinite(value) ? value : String(value))
const hex = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')

/** Converts non-NULL values of a type; undefined: they are what the API shows. */
export const converter = (type: SqlType, options: RowOptions): Convert | undefined => {
  const dates = options.dates === 'date' && options.json !== true
  switch (type.kind) {
    case 'decimal':
      return (value: bigint) => formatDecimal(value, type.scale)
    case 'date':
      return dates ? (days: number) => new Date(days * 86_400_000) : formatDate
    case 'timestamp':
    case 'timestamptz':
      if (dates)
        return (value: bigint) => {
          const { days, micros } = splitMicros(value)
          return new Date(days * 86_400_000 + Math.floor(micros / 1000))
        }
      return (value: bigint) => formatTimestamp(value, type.kind === 'timestamptz')
    case 'int64':
    case 'uint64':
    case 'int128':
      return options.json ? String : undefined
    case 'float':
    case 'double':
      return options.json ? jsonNumber : undefined
    case 'binary':
      return options.json ? hex : undefined
    case 'interval_year_month':
    case 'interval_day_time':
      return options.json ? (value: Value) => formatUnit(type, value) : (value: Value) => partsOf(type, value)
    case 'interval':
    case 'struct':
    case 'array':
    case 'map': {
      const form = packedForm(type)
      const shown = part(type, options)
      return (bytes: Uint8Array) => shown(sliceValue(form, extentOf(bytes)))
    }
    default:
      return undefined
  }
}

/** Converts a value within a packed one. */
const part = (type: SqlType, options: RowOptions): ((value: RowValue) => ApiValue) => {
  const whole = isNested(type) ? nested(type, options) : leaf(type, options)
  return (value) => (value === null ? null : whole(value))
}

const leaf = (type: SqlType, options: RowOptions): Convert => {
  if (type.kind === 'interval') return options.json ? formatInterval : (value: Interval) => value
  const convert = converter(type, options) ?? ((value: ApiValue) => value)
  return isNumberKind(type) ? (value: bigint) => convert(Number(value)) : convert
}

const nested = (type: NestedType, options: RowOptions): Convert => {
  switch (type.kind) {
    case 'struct': {
      const names = fieldNames(type)
      const parts = type.fields.map((f) => part(f.type, options))
      return (values: readonly RowValue[]) => {
        const out: Record<string, ApiValue> = {}
        for (let i = 0; i < names.length; i++) setProperty(out, names[i]!, parts[i]!(values[i]!))
        return out
      }
    }
    case 'array': {
      const element = part(type.element, options)
      return (values: readonly RowValue[]) => values.map(element)
    }
    case 'map': {
      const key = part(type.key, options)
      const value = part(type.value, options)
      return (entries: readonly (readonly [RowValue, RowValue])[]) => entries.map(([k, v]) => [key(k), value(v)])
    }
  }
}

/** Names of a struct's fields, made unique. */
export const fieldNames = ({ fields }: Extract<SqlType, { kind: 'struct' }>): string[] => {
  const taken = new Set(fields.map((f) => f.name))
  const used = new Set<string>()
  return fields.map(({ name }) => {
    let unique = name
    for (let n = 1; used.has(unique); n++) unique = taken.has(`${name}_${n}`) ? unique : `${name}_${n}`
    used.add(unique)
    return unique
  })
}

/** Sets a property of a plain object; assigning to __proto__ would not make one. */
export const setProperty = <T>(out: Record<string, T>, name: string, value: T): void => {
  if (name === '__proto__') Object.defineProperty(out, name, { value, enumerable: true, configurable: true, writable: true })
  else out[name] = value
}

/** What the API shows for a value. */
export const apiValue = (type: SqlType, options: RowOptions = {}): ((value: Value) => ApiValue) => {
  const convert = converter(type, options)
  return convert === undefined ? (value) => value : (value) => (value === null ? null : convert(value))
}

/** The value within a packed one that an API value is; undefined where it is none of the type. */
type Check<T> = (value: unknown) => T | undefined

const within = (type: SqlType): ((value: bigint) => boolean) => {
  const { min, max } = typeRange(type)!
  return (value) => value >= min && value <= max
}

const integer = (type: SqlType, json: boolean): Check<Value> => {
  const fits = within(type)
  const asNumber = isNumberKind(type)
  return (value) => {
    const text = json && !asNumber && typeof value === 'string' && /^-?\d+$/.test(value)
    const big = typeof value === 'bigint' ? value : text || Number.isSafeInteger(value) ? BigInt(value as number | string) : undefined
    if (big === undefined || !fits(big)) return undefined
    return asNumber ? Number(big) : big
  }
}

const parsed =
  (parse: (text: string) => Value | undefined): Check<Value> =>
  (value) =>
    typeof value === 'string' ? parse(value) : undefined

const WORDS: Record<string, number> = { NaN: Number.NaN, Infinity: Number.POSITIVE_INFINITY, '-Infinity': Number.NEGATIVE_INFINITY, '-0': -0 }
const floating = (json: boolean): Check<number> => (value) =>
  typeof value === 'number' ? value : json && typeof value === 'string' && Object.hasOwn(WORDS, value) ? WORDS[value] : undefined

const binary = (json: boolean): Check<Uint8Array> => (value) => {
  if (!json) return value instanceof Uint8Array ? value : undefined
  return typeof value === 'string' && /^(?:[\da-f]{2})*$/i.test(value) ? Uint8Array.from(Buffer.from(value, 'hex')) : undefined
}

const isInt = (value: unknown, bits: number): boolean => Number.isSafeInteger(value) && BigInt.asIntN(bits, BigInt(value as number)) === BigInt(value as number)
const interval = (json: boolean): Check<Interval> => (value) => {
  if (json) return typeof value === 'string' ? parseInterval(value) : undefined
  if (typeof value !== 'object' || value === null) return undefined
  const { months, days, micros } = value as Partial<Interval>
  if (!isInt(months, 32) || !isInt(days, 32) || typeof micros !== 'bigint' || BigInt.asIntN(64, micros) !== micros) return undefined
  return { months: months!, days: days!, micros }
}

/** The value of an API value that is not null, or undefined where it is none of the type; `json`: as `rows({ json: true })` gives it. */
export const valueOfApi = (type: SqlType, { json = false }: { readonly json?: boolean } = {}): Check<Value> => {
  if (isInteger(type)) return integer(type, json)
  switch (type.kind) {
    case 'bool':
      return (value) => (typeof value === 'boolean' ? value : undefined)
    case 'float': {
      const number = floating(json)
      return (value) => {
        const x = number(value)
        return x === undefined ? undefined : Math.fround(x)
      }
    }
    case 'double':
      return floating(json)
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
    case 'binary':
      return binary(json)
    case 'interval_year_month':
    case 'interval_day_time': {
      const parts = interval(json)
      return (value) => {
        const found = parts(value)
        return found === undefined ? undefined : unitOf(type, found)
      }
    }
    case 'interval':
    case 'struct':
    case 'array':
    case 'map': {
      const form = packedForm(type)
      const read = partOfApi(type, json)
      return (value) => {
        const whole = read(value)
        return whole === undefined ? undefined : packSlice(form, whole)
      }
    }
    default:
      return () => undefined
  }
}

/** A value within a packed one, not null. */
const partOfApi = (type: SqlType, json: boolean): Check<RowValue> => {
  switch (type.kind) {
    case 'interval':
      return interval(json)
    case 'array': {
      const element = optional(type.element, json)
      return (value) => (Array.isArray(value) ? all(value.map(element)) : undefined)
    }
    case 'map': {
      const key = partOfApi(type.key, json)
      const item = optional(type.value, json)
      return (value) => (Array.isArray(value) ? all(value.map((entry) => (Array.isArray(entry) && entry.length === 2 ? all([key(entry[0]), item(entry[1])]) : undefined))) : undefined)
    }
    case 'struct': {
      const names = fieldNames(type)
      const parts = type.fields.map((f) => optional(f.type, json))
      return (value) => {
        if (typeof value !== 'object' || value === null || Array.isArray(value) || Object.keys(value).some((key) => !names.includes(key))) return undefined
        return all(parts.map((read, i) => read(Object.hasOwn(value, names[i]!) ? (value as Record<string, unknown>)[names[i]!] : null)))
      }
    }
    default:
      return valueOfApi(type, { json })
  }
}

const optional = (type: SqlType, json: boolean): Check<RowValue> => {
  const read = partOfApi(type, json)
  return (value) => (value === null || value === undefined ? null : read(value))
}

const all = (values: readonly (RowValue | undefined)[]): RowValue[] | undefined => (values.includes(undefined) ? undefined : (values as RowValue[]))
