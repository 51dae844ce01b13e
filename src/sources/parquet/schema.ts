/** Parquet's column types as SQL types, the way DuckDB reads them. */
import * as t from '../../layout/types.ts'
import type { SqlType } from '../../layout/types.ts'
import { uniqueNames } from '../names.ts'
import type { LeafInfo, Reading } from './chunk-task.ts'
import { type NestedColumn, nestedColumnOf } from './nested-shape.ts'
import type { SchemaElement, TimeUnit } from './schema-element.ts'

/** A top-level column. */
export interface ParquetColumn {
  readonly name: string
  /** Position among the leaves: its place in every row group. */
  readonly leaf: number
  readonly element: SchemaElement
  /** The SQL type, or what the file says it is when arcweld has none for it. */
  readonly type: SqlType | { readonly unsupported: string }
  /** How its values are read; absent where they are not, and of nested columns. */
  readonly reading?: Reading | undefined
  /** Of a column of lists, structs or maps. */
  readonly nested?: NestedColumn | undefined
}

interface LeafType {
  readonly type: ParquetColumn['type']
  readonly reading?: Reading | undefined
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

const unsupported = (what: string): LeafType & { readonly type: { readonly unsupported: string } } => ({ type: { unsupported: what } })

const annotation = ({ type, logical, converted }: SchemaElement): string => {
  if (logical?.type === 'TIMESTAMP' || logical?.type === 'TIME') return `${logical.type} ${logical.unit}`
  return [type, logical?.type ?? converted].filter((part) => part !== undefined).join(' ')
}

const decimalType = (element: SchemaElement): LeafType => {
  const { type, logical } = element
  const { precision = 0, scale = 0 } = logical?.type === 'DECIMAL' ? logical : element
  const fits = precision >= 1 && precision <= 38 && scale >= 0 && scale <= precision
  if (!fits) return unsupported(`${type} DECIMAL(${precision},${scale})`)
  if (type === 'INT32' || type === 'INT64') return { type: t.decimal(precision, scale), reading: 'signed' }
  const bytes = type === 'BYTE_ARRAY' || (type === 'FIXED_LEN_BYTE_ARRAY' && fixedLength(element) > 0)
  return bytes ? { type: t.decimal(precision, scale), reading: 'decimal' } : unsupported(`${type} DECIMAL(${precision},${scale})`)
}

const timestampType = (element: SchemaElement): LeafType => {
  const { logical, converted } = element
  if (logical?.type === 'TIMESTAMP') {
    const reading = ({ MILLIS: 'millis', MICROS: 'signed', NANOS: 'nanos' } as const)[logical.unit as string as TimeUnit]
    return reading ? { type: logical.isAdjustedToUTC ? t.TIMESTAMPTZ : t.TIMESTAMP, reading } : unsupported(annotation(element))
  }
  return { type: t.TIMESTAMP, reading: converted === 'TIMESTAMP_MILLIS' ? 'millis' : 'signed' }
}

const fixedLength = ({ typeLength = 0 }: SchemaElement): number => typeLength

/** What values of a leaf are, and how they are read. */
export const leafType = (element: SchemaElement): LeafType => {
  const { type, logical, converted } = element
  // a column of nothing but NULLs is one of what it is stored as
  if (logical?.type === 'NULL') return leafType({ ...element, logical: undefined })
  const bare = logical === undefined && converted === undefined
  if (logical?.type === 'DECIMAL' || (logical === undefined && converted === 'DECIMAL')) return decimalType(element)
  if (type === 'INT64' && (logical?.type === 'TIMESTAMP' || (logical === undefined && /^TIMESTAMP_M/.test(converted ?? '')))) return timestampType(element)
  const integer = logical?.type === 'INTEGER' ? `${logical.isSigned ? '' : 'U'}INT_${logical.bitWidth}` : converted
  if ((type === 'INT32' || type === 'INT64') && integer !== undefined && Object.hasOwn(INTEGERS, integer)) {
    return { type: INTEGERS[integer]!, reading: integer.startsWith('U') ? 'unsigned' : 'signed' }
  }
  switch (type) {
    case 'BOOLEAN':
      return { type: t.BOOL, reading: 'bool' }
    case 'INT32':
      if (logical?.type === 'DATE' || (logical === undefined && converted === 'DATE')) return { type: t.DATE, reading: 'signed' }
      return bare ? { type: t.INT32, reading: 'signed' } : unsupported(annotation(element))
    case 'INT64':
      return bare ? { type: t.INT64, reading: 'signed' } : unsupported(annotation(element))
    case 'INT96':
      return { type: t.TIMESTAMP, reading: 'int96' }
    case 'FLOAT':
      return { type: t.FLOAT, reading: 'float' }
    case 'DOUBLE':
      return { type: t.DOUBLE, reading: 'float' }
    case 'BYTE_ARRAY': {
      const words = [logical?.type, converted]
      if (words.some((word) => word !== undefined && ['STRING', 'UTF8', 'ENUM', 'JSON'].includes(word))) return { type: t.STRING, reading: 'text' }
      return bare || words.includes('BSON') ? { type: t.BINARY, reading: 'bytes' } : unsupported(annotation(element))
    }
    case 'FIXED_LEN_BYTE_ARRAY': {
      const length = fixedLength(element)
      if (logical?.type === 'FLOAT16' && length === 2) return { type: t.FLOAT, reading: 'half' }
      if (logical?.type === 'UUID' && length === 16) return { type: t.STRING, reading: 'uuid' }
      return bare && length > 0 ? { type: t.BINARY, reading: 'bytes' } : unsupported(annotation(element))
    }
    default:
      return unsupported('nested')
  }
}

/** The leaves of a column as those see them who decode it, in the order of the file. */
export const leavesOf = (column: ParquetColumn): readonly LeafInfo[] => column.nested?.leaves ?? [leafOf(column)]

/** A flat column's. */
export const leafOf = ({ name, element, reading }: ParquetColumn): LeafInfo => ({
  name,
  stored: element.type!,
  length: element.type === 'FIXED_LEN_BYTE_ARRAY' ? fixedLength(element) : 0,
  maxDefinition: element.repetition === 'REQUIRED' ? 0 : 1,
  maxRepetition: 0,
  reading: reading!,
})

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
    const start = at
    skip(1)
    if (element === undefined) throw new RangeError('the schema ends early')
    const nested = childrenOf(element) > 0 || element.repetition === 'REPEATED'
    columns.push({
      name: element.name,
      leaf: first,
      element,
      ...(nested ? nestedType(schema, start) : leafType(element)),
    })
  }
  if (at !== schema.length) throw new RangeError(`a schema of ${schema.length} elements that ends after ${at}`)
  const names = uniqueNames(columns.map((column) => column.name))
  return columns.map((column, i) => ({ ...column, name: names[i]! }))
}

const nestedType = (schema: readonly SchemaElement[], at: number): Pick<ParquetColumn, 'type' | 'nested'> => {
  const nested = nestedColumnOf(schema, at, schema[at]!.name, leafType)
  return 'unsupported' in nested ? { type: nested } : { type: nested.type, nested }
}

const childrenOf = ({ name, children = 0 }: SchemaElement): number => {
  if (children < 0) throw new RangeError(`column ${JSON.stringify(name)} has ${children} parts`)
  return children
}
