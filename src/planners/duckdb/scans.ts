/** LOGICAL_GET → scan: which registered table it reads, which columns, and the filters that DuckDB pushed into it. */
import { SourceError } from '../../errors.ts'
import { typeName } from '../../layout/types.ts'
import type { Expr, PlanNode, ScanField } from '../../plan/nodes.ts'
import { allOf, boolCall, comparison, toExpr } from './expressions.ts'
import { literalOf } from './literals.ts'
import { column, picked } from './mapped.ts'
import type { Mapped } from './mapped.ts'
import { count, counts, isRaw, malformed, object, objects, onlyKeys, strings, text, unsupportedNode } from './raw.ts'
import type { Raw } from './raw.ts'
import { expressionType, unsupportedType } from './types.ts'

const GET_KEYS = new Set([
  'type',
  'children',
  'table_index',
  'returned_types',
  'names',
  'projection_ids',
  'table_filters',
  'name',
  'arguments',
  'original_arguments',
  'catalog_name',
  'schema_name',
  'has_serialize',
  'function_data',
  'projected_input',
  'column_indexes',
  // A hint in which order to read row groups; the TOP_N above still does its work.
  'row_group_order_options',
  'extra_info',
])

/** What a GET reads: `file:<path>` or `table:<name>`; undefined for other table functions. */
export const getIdentity = (get: Raw): string | undefined => {
  const data = get['function_data']
  if (!isRaw(data)) return undefined
  if (text(get, 'name') === 'seq_scan') return text(data, 'schema') === 'main' ? `table:${text(data, 'table')}` : undefined
  if (text(get, 'name') !== 'read_parquet') return undefined
  const files = strings(data, 'files')
  return files.length === 1 ? `file:${files[0]}` : undefined
}

/** Names and types of the whole table, to be compared only. */
export const shapeOf = (get: Raw): string => JSON.stringify([get['names'], get['returned_types']])

export interface KnownTable {
  /** As it was registered. */
  readonly name: string
  /** shapeOf when it was registered; undefined where it cannot change. */
  readonly shape: string | undefined
}

export const scanOf = (get: Raw, tables: ReadonlyMap<string, KnownTable>, udfs: ReadonlyMap<string, string>): Mapped => {
  const identity = getIdentity(get)
  const known = identity === undefined ? undefined : tables.get(identity)
  if (known === undefined) throw unsupportedNode(text(get, 'name').toUpperCase() || 'GET', 'only registered tables can be read')
  onlyKeys(get, 'GET', GET_KEYS)
  const table = known.name
  if (known.shape !== undefined && known.shape !== shapeOf(get))
    throw new SourceError('FILE_CHANGED', `The columns of table '${table}' are no longer those it was registered with`)
  if (counts(get, 'projected_input').length > 0 || objects(get, 'children').length > 0)
    throw unsupportedNode('GET', 'table functions over other tables are not supported')

  if (isRaw(get['extra_info']) && get['extra_info']['sample_options'] !== undefined) throw unsupportedNode('SAMPLE', 'samples are not supported')

  const names = strings(get, 'names')
  const types = objects(get, 'returned_types')
  const columns: ScanField[] = []
  // DuckDB's position among column_indexes → ours among `columns`, and the table's column → ours.
  const byPosition: (Expr | undefined)[] = []
  const byTableColumn = new Map<number, Expr>()
  for (const raw of objects(get, 'column_indexes')) {
    const index = count(raw, 'index')
    if (raw['child_indexes'] !== undefined && objects(raw, 'child_indexes').length > 0) throw unsupportedNode('GET', 'nested columns are not supported')
    if (index === Number.POSITIVE_INFINITY) {
      byPosition.push(undefined)
      continue
    }
    const name = names[index]
    const rawType = types[index]
    if (name === undefined || rawType === undefined) throw malformed(`column ${index} of ${names.length}`)
    const type = expressionType(rawType)
    if (type === undefined) throw unsupportedType(text(rawType, 'id'), `column '${name}' of table '${table}' has an unsupported type`)
    const expr = byTableColumn.get(index) ?? column(columns.length, typeName(type))
    if (!byTableColumn.has(index)) columns.push({ name, type: typeName(type) })
    byTableColumn.set(index, expr)
    byPosition.push(expr)
  }

  const filters: Expr[] = []
  for (const entry of objects(isRaw(get['table_filters']) ? get['table_filters'] : {}, 'filters')) {
    const key = count(entry, 'key')
    const target = byTableColumn.get(key)
    if (target === undefined) throw malformed(`a filter on column ${key}, which is not read`)
    const filter = filterOf(object(entry, 'value'), target, udfs)
    if (filter !== undefined) filters.push(filter)
  }

  const node: PlanNode = { op: 'scan', table, columns, ...(filters.length > 0 ? { filters } : {}) }
  const all: Mapped = { node, types: columns.map((c) => c.type), columns: byPosition }
  return picked(all, counts(get, 'projection_ids'))
}

/** A pushed filter over one column; undefined for mere hints, whose condition another operator checks again. */
const filterOf = (raw: Raw, target: Expr, udfs: ReadonlyMap<string, string>): Expr | undefined => {
  const kind = text(raw, 'filter_type')
  switch (kind) {
    case 'CONSTANT_COMPARISON':
      return comparison(text(raw, 'comparison_type'), target, literalOf(object(raw, 'constant')))
    case 'IS_NULL':
      return boolCall('is_null', target)
    case 'IS_NOT_NULL':
      return boolCall('is_not_null', target)
    case 'IN_FILTER':
      return boolCall('in', target, ...objects(raw, 'values').map(literalOf))
    case 'EXPRESSION_FILTER':
      return toExpr(object(raw, 'expr'), { columns: [target], udfs })
    case 'CONJUNCTION_AND': {
      const parts = objects(raw, 'child_filters')
        .map((f) => filterOf(f, target, udfs))
        .filter((f) => f !== undefined)
      return parts.length === 0 ? undefined : allOf(parts)
    }
    case 'CONJUNCTION_OR': {
      const parts = objects(raw, 'child_filters').map((f) => filterOf(f, target, udfs))
      // A hint among alternatives may be true of any row.
      const known = parts.filter((f) => f !== undefined)
      return known.length < parts.length ? undefined : boolCall('or', ...known)
    }
    case 'OPTIONAL_FILTER':
    case 'DYNAMIC_FILTER':
    case 'BLOOM_FILTER':
      return undefined
    default:
      throw malformed(`table filter ${kind}`)
  }
}
