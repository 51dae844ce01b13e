/** The fields of rows that hold values of SQL types, as Spark stores them; types that Spark lacks as those it reads them as. */
import type { SqlType } from '../types.ts'
import type { RowField, RowPhysical, SliceForm } from '../unsafe-row.ts'

const PHYSICALS: Partial<Record<SqlType['kind'], RowPhysical>> = {
  null: 'i64', bool: 'bool8', int8: 'i8', int16: 'i16', int32: 'i32', int64: 'i64', int128: 'i128',
  uint8: 'i16', uint16: 'i32', uint32: 'i64', uint64: 'i128',
  float: 'f32', double: 'f64', date: 'i32', timestamp: 'i64', timestamptz: 'i64',
  interval_year_month: 'i32', interval_day_time: 'i64',
}

const formOf = (type: SqlType): SliceForm | undefined => {
  switch (type.kind) {
    case 'binary':
    case 'interval':
      return { kind: type.kind }
    case 'struct':
      return { kind: 'struct', fields: type.fields.map((f) => rowFieldOf(f.type)) }
    case 'array':
      return { kind: 'array', element: rowFieldOf(type.element) }
    case 'map':
      return { kind: 'map', key: rowFieldOf(type.key, false), value: rowFieldOf(type.value) }
    default:
      return undefined
  }
}

/** How a value of the type lies in a row. */
export const rowFieldOf = (type: SqlType, nullable = true): RowField => {
  const form = formOf(type)
  const physical = type.kind === 'decimal' ? (type.precision > 18 ? 'i128' : 'i64') : (PHYSICALS[type.kind] ?? 'utf8')
  return form === undefined ? { physical, nullable } : { physical, nullable, form }
}

/** The form of a packed type's values. */
export const packedForm = (type: SqlType): SliceForm => {
  const form = formOf(type)
  if (form === undefined) throw new TypeError(`${type.kind} is not packed`)
  return form
}
