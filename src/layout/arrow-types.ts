/** SQL types as Arrow's. */
import * as arrow from 'apache-arrow'
import type { SqlType } from './types.ts'

/** The Arrow type of a SQL type. int128 has none: it becomes Decimal128(38, 0). */
export const arrowType = (type: SqlType): arrow.DataType => {
  switch (type.kind) {
    case 'null':
      return new arrow.Null()
    case 'bool':
      return new arrow.Bool()
    case 'int8':
      return new arrow.Int8()
    case 'int16':
      return new arrow.Int16()
    case 'int32':
      return new arrow.Int32()
    case 'int64':
      return new arrow.Int64()
    case 'uint8':
      return new arrow.Uint8()
    case 'uint16':
      return new arrow.Uint16()
    case 'uint32':
      return new arrow.Uint32()
    case 'uint64':
      return new arrow.Uint64()
    case 'int128':
      return new arrow.Decimal(0, 38, 128)
    case 'decimal':
      return new arrow.Decimal(type.scale, type.precision, 128)
    case 'float':
      return new arrow.Float32()
    case 'double':
      return new arrow.Float64()
    case 'date':
      return new arrow.DateDay()
    case 'timestamp':
      return new arrow.TimestampMicrosecond()
    case 'timestamptz':
      return new arrow.TimestampMicrosecond('UTC')
    case 'string':
      return new arrow.Utf8()
    case 'binary':
      return new arrow.Binary()
    case 'interval':
      return new arrow.IntervalMonthDayNano()
    case 'interval_year_month':
      return new arrow.IntervalYearMonth()
    case 'interval_day_time':
      return new arrow.DurationMicrosecond()
    case 'struct':
      return new arrow.Struct(type.fields.map((f) => new arrow.Field(f.name, arrowType(f.type), true)))
    case 'array':
      return new arrow.List(new arrow.Field('element', arrowType(type.element), true))
    case 'map': {
      const entry = new arrow.Struct<any>([new arrow.Field('key', arrowType(type.key), false), new arrow.Field('value', arrowType(type.value), true)])
      return new arrow.Map_(new arrow.Field('entries', entry, false))
    }
  }
}
