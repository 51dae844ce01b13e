/** One element of a Parquet schema, in its flattened, depth-first form, with its logical and its converted type. */
import type { Stored } from './chunk-task.ts'
import { STOP, ThriftError, type ThriftReader } from './thrift.ts'

export const PHYSICAL_TYPES: readonly Stored[] = ['BOOLEAN', 'INT32', 'INT64', 'INT96', 'FLOAT', 'DOUBLE', 'BYTE_ARRAY', 'FIXED_LEN_BYTE_ARRAY']

export type Repetition = 'REQUIRED' | 'OPTIONAL' | 'REPEATED'
const REPETITIONS: readonly Repetition[] = ['REQUIRED', 'OPTIONAL', 'REPEATED']

export type TimeUnit = 'MILLIS' | 'MICROS' | 'NANOS'
const UNITS: readonly TimeUnit[] = ['MILLIS', 'MICROS', 'NANOS']

/** By field number of the union LogicalType. */
const LOGICAL_TYPES = {
  1: 'STRING', 2: 'MAP', 3: 'LIST', 4: 'ENUM', 6: 'DATE', 11: 'NULL', 12: 'JSON', 13: 'BSON', 14: 'UUID', 15: 'FLOAT16',
  16: 'VARIANT', 17: 'GEOMETRY', 18: 'GEOGRAPHY',
} as const

export type LogicalType =
  | { readonly type: (typeof LOGICAL_TYPES)[keyof typeof LOGICAL_TYPES] | 'unknown' }
  | { readonly type: 'DECIMAL'; readonly scale: number; readonly precision: number }
  | { readonly type: 'TIME' | 'TIMESTAMP'; readonly unit: TimeUnit | undefined; readonly isAdjustedToUTC: boolean }
  | { readonly type: 'INTEGER'; readonly bitWidth: number; readonly isSigned: boolean }

const CONVERTED_TYPES = [
  'UTF8', 'MAP', 'MAP_KEY_VALUE', 'LIST', 'ENUM', 'DECIMAL', 'DATE', 'TIME_MILLIS', 'TIME_MICROS', 'TIMESTAMP_MILLIS', 'TIMESTAMP_MICROS',
  'UINT_8', 'UINT_16', 'UINT_32', 'UINT_64', 'INT_8', 'INT_16', 'INT_32', 'INT_64', 'JSON', 'BSON', 'INTERVAL',
] as const
export type ConvertedType = (typeof CONVERTED_TYPES)[number]

export interface SchemaElement {
  readonly name: string
  /** Absent in groups. */
  readonly type?: Stored | undefined
  /** Bytes of FIXED_LEN_BYTE_ARRAY. */
  readonly typeLength?: number | undefined
  readonly repetition?: Repetition | undefined
  readonly children?: number | undefined
  readonly converted?: ConvertedType | 'unknown' | undefined
  readonly scale?: number | undefined
  readonly precision?: number | undefined
  readonly logical?: LogicalType | undefined
}

const readUnit = (r: ThriftReader): TimeUnit | undefined => {
  r.struct()
  let unit: TimeUnit | undefined
  for (let id = r.field(0); id !== STOP; id = r.field(id)) {
    unit = UNITS[id - 1]
    r.skip()
  }
  return unit
}

const readLogical = (r: ThriftReader): LogicalType | undefined => {
  r.struct()
  let found: LogicalType | undefined
  for (let id = r.field(0); id !== STOP; id = r.field(id)) {
    if (id === 5) found = readDecimal(r)
    else if (id === 7 || id === 8) found = readTime(r, id === 7 ? 'TIME' : 'TIMESTAMP')
    else if (id === 10) found = readInteger(r)
    else {
      found = { type: LOGICAL_TYPES[id as keyof typeof LOGICAL_TYPES] ?? 'unknown' }
      r.skip()
    }
  }
  return found
}

const readDecimal = (r: ThriftReader): LogicalType => {
  r.struct()
  let scale = 0
  let precision = 0
  for (let id = r.field(0); id !== STOP; id = r.field(id)) {
    if (id === 1) scale = r.integer()
    else if (id === 2) precision = r.integer()
    else r.skip()
  }
  return { type: 'DECIMAL', scale, precision }
}

const readTime = (r: ThriftReader, type: 'TIME' | 'TIMESTAMP'): LogicalType => {
  r.struct()
  let isAdjustedToUTC = false
  let unit: TimeUnit | undefined
  for (let id = r.field(0); id !== STOP; id = r.field(id)) {
    if (id === 1) isAdjustedToUTC = r.bool()
    else if (id === 2) unit = readUnit(r)
    else r.skip()
  }
  return { type, unit, isAdjustedToUTC }
}

const readInteger = (r: ThriftReader): LogicalType => {
  r.struct()
  let bitWidth = 0
  let isSigned = false
  for (let id = r.field(0); id !== STOP; id = r.field(id)) {
    if (id === 1) bitWidth = r.integer()
    else if (id === 2) isSigned = r.bool()
    else r.skip()
  }
  return { type: 'INTEGER', bitWidth, isSigned }
}

const named = <T>(names: readonly T[], value: number, what: string, r: ThriftReader): T => {
  const name = names[value]
  if (name === undefined) throw new ThriftError(`${what} ${value} is none`, r.at)
  return name
}

/** Throws ThriftError. */
export const readSchemaElement = (r: ThriftReader): SchemaElement => {
  r.struct()
  let name: string | undefined
  const found: { -readonly [K in Exclude<keyof SchemaElement, 'name'>]?: SchemaElement[K] } = {}
  for (let id = r.field(0); id !== STOP; id = r.field(id)) {
    switch (id) {
      case 1: found.type = named(PHYSICAL_TYPES, r.integer(), 'physical type', r); break
      case 2: found.typeLength = r.integer(); break
      case 3: found.repetition = named(REPETITIONS, r.integer(), 'repetition', r); break
      case 4: name = r.text(); break
      case 5: found.children = r.integer(); break
      case 6: found.converted = CONVERTED_TYPES[r.integer()] ?? 'unknown'; break
      case 7: found.scale = r.integer(); break
      case 8: found.precision = r.integer(); break
      case 10: found.logical = readLogical(r); break
      default: r.skip()
    }
  }
  if (name === undefined) throw new ThriftError('a column has no name', r.at)
  return { name, ...found }
}
