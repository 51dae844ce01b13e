/** Parquet's column types as SQL types, the way DuckDB reads them. */
import * as t from '../../layout/types.ts'
import type { SqlType } from '../../layout/types.ts'
import { uniqueNames } from '../names.ts'
import type { SchemaElement } from './schema-element.ts'

/** A top-level column. */
export interface ParquetColumn {
  readonly name: string
  /** Position among the leaves: its place in every row group. */
  readonly leaf: number
  readonly element: SchemaElement
  /** The SQL type, or what the file says it is when arcweld has none for it. */
  readonly type: SqlType | { readonly unsupported: string }
}

const INTEGERS: Record<string, SqlType> = {
  INT_8: t.INT8,
  INT_16: t.INT16,
  INT_32: t.INT32,
  INT_64: t.INT64,
  UINT_8: t.UINT8,
  UINT_16: t.UINT16,
  UINT_32: t.UINT32,
  UINT_64: t.UINT64,
}

const unsupported = (what: string) => ({ unsupported: what })

const annotation = ({ type, logical, converted }: SchemaElement): string => {
  if (logical?.type === 'TIMESTAMP' || logical?.type === 'TIME') return `${logical.type} ${logical.unit}`
  return [type, logical?.type ?? converted].filter((part) => part !== undefined).join(' ')
}

const leafType = (element: SchemaElement): ParquetColumn['type'] => {
  const { type, logical, converted } = element
  if (logical?.type === 'DECIMAL' || converted === 'DECIMAL') {
    const precision = (logical?.type === 'DECIMAL' ? logical.precision : element.precision) ?? 0
    const scale = (logical?.type === 'DECIMAL' ? logical.scale : element.scale) ?? 0
    const held = type === 'INT32' || type === 'INT64' || type === 'FIXED_LEN_BYTE_ARRAY' || type === 'BYTE_ARRAY'
    const fits = precision >= 1 && precision <= 38 && scale >= 0 && scale <= precision
    return held && fits ? t.decimal(precision, scale) : unsupported(`${type} DECIMAL(${precision},${scale})`)
  }
  if (logical?.type === 'TIMESTAMP' && type === 'INT64') {
    if (logical.unit === 'NANOS') return unsupported(annotation(element))
    return logical.isAdjustedToUTC ? t.TIMESTAMPTZ : t.TIMESTAMP
  }
  const integer = logical?.type === 'INTEGER' ? `${logical.isSigned ? '' : 'U'}INT_${logical.bitWidth}` : converted
  if ((type === 'INT32' || type === 'INT64') && integer !== undefined && Object.hasOwn(INTEGERS, integer)) return INTEGERS[integer]!
  switch (type) {
    case 'BOOLEAN':
      return t.BOOL
    case 'INT32':
      if (logical?.type === 'DATE' || converted === 'DATE') return t.DATE
      return logical === undefined && converted === undefined ? t.INT32 : unsupported(annotation(element))
    case 'INT64':
      if (converted === 'TIMESTAMP_MILLIS' || converted === 'TIMESTAMP_MICROS') return t.TIMESTAMP
      return logical === undefined && converted === undefined ? t.INT64 : unsupported(annotation(element))
    case 'INT96':
      return t.TIMESTAMP
    case 'FLOAT':
      return t.FLOAT
    case 'DOUBLE':
      return t.DOUBLE
    case 'BYTE_ARRAY': {
      const text = [logical?.type, converted].some((word) => word !== undefined && ['STRING', 'UTF8', 'ENUM', 'JSON'].includes(word))
      return text ? t.STRING : unsupported(annotation(element))
    }
    case 'FIXED_LEN_BYTE_ARRAY':
      return logical?.type === 'FLOAT16' && element.typeLength === 2 ? t.FLOAT : unsupported(annotation(element))
    default:
      return unsupported('nested')
  }
}

/** Deeper schemas are damaged, or made to be a trouble. */
const MAX_DEPTH = 100

/** The top-level columns of a schema in Parquet's flattened, depth-first form. Throws RangeError. */
export const parquetColumns = (schema: readonly SchemaElement[]): ParquetColumn[] => {
  const columns: ParquetColumn[] = []
  let at = 1
  let leaf = 0
  const skip = (depth: number): void => {
    const element = schema[at++]
    if (element === undefined) throw new RangeError('the schema ends early')
    if (depth > MAX_DEPTH) throw new RangeError(`a schema more than ${MAX_DEPTH} deep`)
    const children = childrenOf(element)
    if (children === 0) {
      if (element.type === undefined) throw new RangeError(`column ${JSON.stringify(element.name)} is of no type`)
      leaf++
    } else for (let i = 0; i < children; i++) skip(depth + 1)
  }
  const root = schema[0]
  if (root === undefined) throw new RangeError('the schema is empty')
  for (let i = childrenOf(root); i > 0; i--) {
    const element = schema[at]
    const first = leaf
    skip(1)
    if (element === undefined) throw new RangeError('the schema ends early')
    const nested = childrenOf(element) > 0 || element.repetition === 'REPEATED'
    columns.push({
      name: element.name,
      leaf: first,
      element,
      type: nested ? unsupported(element.logical?.type.toLowerCase() ?? 'nested') : leafType(element),
    })
  }
  if (at !== schema.length) throw new RangeError(`a schema of ${schema.length} elements that ends after ${at}`)
  const names = uniqueNames(columns.map((column) => column.name))
  return columns.map((column, i) => ({ ...column, name: names[i]! }))
}

const childrenOf = ({ name, children = 0 }: SchemaElement): number => {
  if (children < 0) throw new RangeError(`column ${JSON.stringify(name)} has ${children} parts`)
  return children
}
