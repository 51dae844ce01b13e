/** Arrow types as SQL types. */
import * as t from '../../layout/types.ts'
import type { SqlType } from '../../layout/types.ts'
import type { ArrowType } from './structure.ts'

/** Arrow's type numbers, as far as they are read. */
export const ID = {
  null: 1,
  int: 2,
  float: 3,
  binary: 4,
  utf8: 5,
  bool: 6,
  decimal: 7,
  date: 8,
  time: 9,
  timestamp: 10,
  interval: 11,
  list: 12,
  struct: 13,
  union: 14,
  fixedBinary: 15,
  fixedList: 16,
  map: 17,
  duration: 18,
  largeBinary: 19,
  largeUtf8: 20,
  largeList: 21,
  runEnd: 22,
  binaryView: 23,
  utf8View: 24,
  listView: 25,
  largeListView: 26,
  dictionary: -1,
} as const

const INTEGERS: Record<string, SqlType> = {
  i8: t.INT8,
  i16: t.INT16,
  i32: t.INT32,
  i64: t.INT64,
  u8: t.UINT8,
  u16: t.UINT16,
  u32: t.UINT32,
  u64: t.UINT64,
}

const decimalType = ({ precision = 0, scale = 0 }: ArrowType): SqlType | undefined =>
  precision >= 1 && precision <= 38 && scale >= 0 && scale <= precision ? t.decimal(precision, scale) : undefined

/** Arrow's units of intervals. */
export const YEAR_MONTH = 0
export const DAY_TIME = 1

const structType = (fields: ArrowType['children'], depth: number): SqlType | undefined => {
  const types = (fields ?? []).map((f) => ({ name: String(f.name), type: sqlTypeOf(f.type, depth) }))
  return types.some((f) => f.type === undefined) ? undefined : t.struct(types as t.Field[])
}

/** The SQL type, or undefined where arcweld has none. */
export const sqlTypeOf = (type: ArrowType, depth = 0): SqlType | undefined => {
  if (depth > t.MAX_TYPE_DEPTH) return undefined
  switch (type.typeId) {
    case ID.null:
      return t.NULL
    case ID.bool:
      return t.BOOL
    case ID.int:
      return INTEGERS[`${(type.isSigned ?? type.signed) ? 'i' : 'u'}${type.bitWidth}`]
    case ID.float:
      return type.precision === 2 ? t.DOUBLE : t.FLOAT
    case ID.decimal:
      return decimalType(type)
    case ID.date:
      return t.DATE
    case ID.timestamp:
      return type.timezone ? t.TIMESTAMPTZ : t.TIMESTAMP
    case ID.utf8:
    case ID.largeUtf8:
    case ID.utf8View:
      return t.STRING
    case ID.binary:
    case ID.fixedBinary:
    case ID.largeBinary:
    case ID.binaryView:
      return t.BINARY
    case ID.interval:
      return type.unit === YEAR_MONTH ? t.INTERVAL_YEAR_MONTH : t.INTERVAL
    case ID.duration:
      return t.INTERVAL_DAY_TIME
    case ID.struct:
      return structType(type.children, depth + 1)
    case ID.list:
    case ID.largeList:
    case ID.fixedList: {
      const element = type.children?.[0] && sqlTypeOf(type.children[0].type, depth + 1)
      return element && t.array(element)
    }
    case ID.map: {
      const entry = type.children?.[0]?.type.children
      const [key, value] = [entry?.[0] && sqlTypeOf(entry[0].type, depth + 1), entry?.[1] && sqlTypeOf(entry[1].type, depth + 1)]
      return key && value && t.map(key, value)
    }
    case ID.dictionary:
      return type.dictionary === undefined ? undefined : sqlTypeOf(type.dictionary, depth)
    default:
      return undefined
  }
}

const NAMES: Record<number, string> = Object.fromEntries(Object.entries(ID).map(([name, id]) => [id, name]))
const UNITS = ['s', 'ms', 'us', 'ns']

/** What to call a type in a message: its own text form where it has one. */
export const arrowTypeName = (type: ArrowType): string => {
  const text = String(type)
  if (!text.startsWith('[object')) return text
  const { typeId, bitWidth, unit } = type
  if (typeId === ID.decimal) return `decimal${bitWidth}(${type.precision}, ${type.scale})`
  if (typeId === ID.time) return `time${bitWidth}[${UNITS[unit ?? 0]}]`
  if (typeId === ID.int) return `${type.isSigned ? '' : 'u'}int${bitWidth}`
  const inner = (type.children ?? []).map((child) => arrowTypeName(child.type)).join(', ')
  return `${NAMES[typeId] ?? `Arrow type ${typeId}`}${inner === '' ? '' : `<${inner}>`}`
}

const REASONS: Record<number, string> = {
  [ID.time]: 'there is no type for a time of day',
  [ID.union]: 'there is no type for a union',
  [ID.runEnd]: 'run-end encoded columns are not read: write them decoded, or as a dictionary',
  [ID.listView]: 'list views are not read: write them as lists',
  [ID.largeListView]: 'list views are not read: write them as lists',
  [ID.decimal]: 'decimals have 1 to 38 digits, and a scale from 0 to as many',
}

/** Why a type is none of ours, to be put behind its name. */
export const reasonOf = (type: ArrowType): string => {
  const reason = REASONS[type.typeId]
  if (reason !== undefined) return `: ${reason}`
  const parts = type.typeId === ID.dictionary && type.dictionary !== undefined ? [type.dictionary] : (type.children ?? []).map((child) => child.type)
  const part = parts.find((inner) => sqlTypeOf(inner) === undefined)
  return part === undefined ? ', which arcweld does not know' : `: within it ${arrowTypeName(part)}${reasonOf(part)}`
}
