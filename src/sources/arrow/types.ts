/** Arrow types as SQL types. */
import * as t from '../../layout/types.ts'
import type { SqlType } from '../../layout/types.ts'
import type { ArrowType } from './structure.ts'

/** Arrow's type numbers, as far as they are read. */
export const ID = {
  null: 1,
  int: 2,
  float: 3,
  utf8: 5,
  bool: 6,
  decimal: 7,
  date: 8,
  timestamp: 10,
  largeUtf8: 20,
  utf8View: 24,
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

const decimalType = ({ precision = 0, scale = 0, bitWidth = 128 }: ArrowType): SqlType | undefined =>
  bitWidth <= 128 && precision >= 1 && precision <= 38 && scale >= 0 && scale <= precision ? t.decimal(precision, scale) : undefined

/** The SQL type, or undefined where arcweld has none. */
export const sqlTypeOf = (type: ArrowType): SqlType | undefined => {
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
    case ID.dictionary:
      return type.dictionary === undefined ? undefined : sqlTypeOf(type.dictionary)
    default:
      return undefined
  }
}

/** What to call a type in a message: its own text form where it has one. */
export const arrowTypeName = (type: ArrowType): string => {
  const text = String(type)
  return text.startsWith('[object') ? `Arrow type ${type.typeId}` : text
}
