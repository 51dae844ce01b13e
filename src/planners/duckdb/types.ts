/** DuckDB's types and ours: from serialized plans, and to the text that declares a stand-in table or a stub. */
import { UnsupportedError } from '../../errors.ts'
import {
  array,
  BINARY,
  BOOL,
  DATE,
  DOUBLE,
  decimal,
  FLOAT,
  INT8,
  INT16,
  INT32,
  INT64,
  INT128,
  INTERVAL,
  map,
  NULL,
  STRING,
  struct,
  TIMESTAMP,
  TIMESTAMPTZ,
  UINT8,
  UINT16,
  UINT32,
  UINT64,
  typeName,
} from '../../layout/types.ts'
import type { SqlType, TypeName } from '../../layout/types.ts'
import { count, isRaw, malformed, object, objects, text } from './raw.ts'
import type { Raw } from './raw.ts'

const PLAIN: Readonly<Record<string, SqlType>> = {
  NULL: NULL,
  BOOLEAN: BOOL,
  TINYINT: INT8,
  SMALLINT: INT16,
  INTEGER: INT32,
  BIGINT: INT64,
  HUGEINT: INT128,
  UTINYINT: UINT8,
  USMALLINT: UINT16,
  UINTEGER: UINT32,
  UBIGINT: UINT64,
  FLOAT: FLOAT,
  DOUBLE: DOUBLE,
  DATE: DATE,
  TIMESTAMP: TIMESTAMP,
  'TIMESTAMP WITH TIME ZONE': TIMESTAMPTZ,
  VARCHAR: STRING,
  BLOB: BINARY,
}

const DUCKDB_NAMES = new Map(Object.entries(PLAIN).map(([name, type]) => [type.kind, name]))

/** The type of a serialized LogicalType, or undefined where we have none. */
export const knownType = (raw: Raw): SqlType | undefined => {
  const id = text(raw, 'id')
  const info = raw['type_info']
  if (id === 'DECIMAL') {
    if (!isRaw(info)) throw malformed('DECIMAL without width')
    return decimal(count(info, 'width'), count(info, 'scale'))
  }
  // A collation or an alias (JSON) hangs on VARCHAR: only the alias is harmless.
  if (isRaw(info) && text(info, 'collation') !== '') return undefined
  return Object.hasOwn(PLAIN, id) ? PLAIN[id] : undefined
}

/** The type of an expression or column: intervals, lists, structs and maps, too. */
export const expressionType = (raw: Raw): SqlType | undefined => {
  const id = text(raw, 'id')
  if (id === 'INTERVAL') return INTERVAL
  const info = raw['type_info']
  if ((id === 'LIST' || id === 'MAP') && isRaw(info) && isRaw(info['child_type'])) {
    const element = expressionType(info['child_type'])
    if (id === 'LIST' || element === undefined) return element && array(element)
    // a list of its entries
    const [key, value] = element.kind === 'struct' ? element.fields : []
    return key && value && map(key.type, value.type)
  }
  if (id !== 'STRUCT') return knownType(raw)
  const fields = isRaw(info) ? objects(info, 'child_types').map((part) => ({ name: text(part, 'first'), type: expressionType(object(part, 'second')) })) : []
  return fields.length > 0 && fields.every((field): field is { name: string; type: SqlType } => field.type !== undefined) ? struct(fields) : undefined
}

export const sqlType = (raw: Raw): SqlType => {
  const type = expressionType(raw)
  if (type === undefined) throw unsupportedType(text(raw, 'id'))
  return type
}

export const duckTypeName = (raw: Raw): TypeName => typeName(sqlType(raw))

export const unsupportedType = (name: string, reason = 'the type is not supported'): UnsupportedError =>
  new UnsupportedError('UNSUPPORTED_TYPE', `${name}: ${reason}`, [{ code: 'TYPE', node: name, reason }])

/** A type as DuckDB writes it, or undefined. What it says of values that are compared must hold, but for lists: see compared.ts. */
export const knownDuckType = (type: SqlType): string | undefined => {
  if (type.kind === 'decimal') return `DECIMAL(${type.precision},${type.scale})`
  if (type.kind === 'array') {
    const element = knownDuckType(type.element)
    return element && `${element}[]`
  }
  if (type.kind === 'map') {
    const [key, value] = [knownDuckType(type.key), knownDuckType(type.value)]
    return key && value && `MAP(${key}, ${value})`
  }
  if (type.kind === 'struct') {
    const fields = type.fields.map((field) => ({ name: field.name, type: knownDuckType(field.type) }))
    // DuckDB does not tell names apart by the case of letters
    const names = new Set(fields.map(({ name }) => name.toLowerCase()))
    if (fields.length === 0 || names.size < fields.length || fields.some(({ name, type: known }) => name === '' || known === undefined)) return undefined
    return `STRUCT(${fields.map(({ name, type: known }) => `"${name.replaceAll('"', '""')}" ${known}`).join(', ')})`
  }
  return type.kind === 'null' ? undefined : DUCKDB_NAMES.get(type.kind)
}

export const duckType = (type: SqlType): string => {
  const name = knownDuckType(type)
  if (name === undefined) throw unsupportedType(typeName(type), 'no column or argument has this type')
  return name
}
