/** DuckDB's logical operators → plan nodes, bottom up. Whatever is not listed here is refused by name. */
import { BOOL, typeName } from '../../layout/types.ts'
import type { Expr, LiteralValue, PlanNode, SortKey } from '../../plan/nodes.ts'
import { aggregateOf, distinctOf } from './aggregates.ts'
import { allOf, toExpr } from './expressions.ts'
import { anyJoin, comparisonJoin, crossProduct, kindOf } from './joins.ts'
import { literal, valueOf } from './literals.ts'
import { mapped, picked, projected } from './mapped.ts'
import type { Mapped } from './mapped.ts'
import { count, counts, isRaw, malformed, object, objects, onlyKeys, text, unsupportedNode } from './raw.ts'
import type { Raw } from './raw.ts'
import type { KnownTable } from './scans.ts'
import { setOperation } from './set-operations.ts'
import type { SharedRows, SharedScope } from './shared.ts'
import { scanOf } from './scans.ts'
import { sortKeysOf } from './sort-keys.ts'
import { expressionType, sqlType } from './types.ts'
import { unnestOf } from './unnest.ts'
import { windowOf } from './windows.ts'

export interface Catalog {
  /** By what a GET reads: see getIdentity. */
  readonly tables: ReadonlyMap<string, KnownTable>
  /** DuckDB's name of a stub → the user function's name. */
  readonly udfs: ReadonlyMap<string, string>
  readonly shared: SharedScope
}

const KEYS = {
  projection: new Set(['type', 'children', 'table_index', 'expressions']),
  filter: new Set(['type', 'children', 'expressions', 'projection_map']),
  order: new Set(['type', 'children', 'orders', 'projections', 'is_index_only']),
  topn: new Set(['type', 'children', 'orders', 'limit', 'offset']),
  limit: new Set(['type', 'children', 'limit_val', 'offset_val']),
  cross: new Set(['type', 'children']),
  chunk: new Set(['type', 'children', 'table_index', 'chunk_types', 'collection']),
  expressions: new Set(['type', 'children', 'table_index', 'expr_types', 'expressions']),
  empty: new Set(['type', 'children', 'return_types', 'bindings']),
  cte: new Set(['type', 'children', 'table_index', 'column_count', 'ctename', 'materialize']),
  reference: new Set(['type', 'children', 'table_index', 'cte_index', 'chunk_types', 'bound_columns', 'is_recurring']),
  unnest: new Set(['type', 'children', 'unnest_index', 'expressions']),
  distinct: new Set(['type', 'children', 'table_index', 'chunk_types']),
}

export const toNode = (raw: Raw, catalog: Catalog): Mapped => {
  const kind = text(raw, 'type')
  const children = objects(raw, 'children')
  const child = (i = 0): Mapped => {
    const c = children[i]
    if (c === undefined) throw malformed(`${kind} without child ${i}`)
    return toNode(c, catalog)
  }
  switch (kind) {
    case 'LOGICAL_GET':
      return scanOf(raw, catalog.tables, catalog.udfs)
    case 'LOGICAL_FILTER':
      onlyKeys(raw, 'FILTER', KEYS.filter)
      return filterOf(raw, catalog)
    case 'LOGICAL_PROJECTION':
      onlyKeys(raw, 'PROJECTION', KEYS.projection)
      return projectionOf(raw, child(), catalog)
    case 'LOGICAL_AGGREGATE_AND_GROUP_BY':
      return aggregateOf(raw, child(), catalog.udfs)
    case 'LOGICAL_WINDOW':
      return windowOf(raw, child(), catalog.udfs)
    case 'LOGICAL_UNNEST':
      onlyKeys(raw, 'UNNEST', KEYS.unnest)
      return unnestOf(raw, child(), catalog.udfs)
    case 'LOGICAL_DISTINCT':
      return distinctOf(raw, child(), catalog.udfs)
    case 'LOGICAL_COMPARISON_JOIN':
      return comparisonJoin(raw, child(0), child(1), catalog.udfs, undefined, catalog.shared.plans)
    case 'LOGICAL_DELIM_JOIN': {
      const [left, right] = delimited(raw, catalog)
      return comparisonJoin(raw, left, right, catalog.udfs)
    }
    case 'LOGICAL_DELIM_GET':
      onlyKeys(raw, 'DELIM_GET', KEYS.distinct)
      return sharedRows(raw, catalog.shared.distinct)
    case 'LOGICAL_MATERIALIZED_CTE':
      onlyKeys(raw, 'MATERIALIZED_CTE', KEYS.cte)
      return materialized(raw, catalog)
    case 'LOGICAL_CTE_REF':
      onlyKeys(raw, 'CTE_REF', KEYS.reference)
      if (raw['is_recurring'] === true) throw unsupportedNode('RECURSIVE CTE', 'recursive queries are not supported')
      return sharedRows(raw, catalog.shared.ctes.get(count(raw, 'cte_index')))
    case 'LOGICAL_RECURSIVE_CTE':
      throw unsupportedNode('RECURSIVE CTE', 'recursive queries are not supported')
    case 'LOGICAL_ANY_JOIN':
      return anyJoin(raw, child(0), child(1), catalog.udfs)
    case 'LOGICAL_CROSS_PRODUCT':
      onlyKeys(raw, 'CROSS_PRODUCT', KEYS.cross)
      return crossProduct(child(0), child(1))
    case 'LOGICAL_UNION':
    case 'LOGICAL_INTERSECT':
    case 'LOGICAL_EXCEPT':
      return setOperation(raw, children.map((_, i) => child(i)))
    case 'LOGICAL_ORDER_BY': {
      onlyKeys(raw, 'ORDER_BY', KEYS.order)
      const input = child()
      return picked({ ...input, node: { op: 'sort', input: input.node, keys: sortKeys(raw, input, catalog) } }, counts(raw, 'projections'))
    }
    case 'LOGICAL_TOP_N': {
      onlyKeys(raw, 'TOP_N', KEYS.topn)
      const input = child()
      return {
        ...input,
        node: {
          op: 'topn',
          input: input.node,
          keys: sortKeys(raw, input, catalog),
          limit: Math.min(count(raw, 'limit'), Number.MAX_SAFE_INTEGER),
          ...offset(count(raw, 'offset')),
        },
      }
    }
    case 'LOGICAL_LIMIT':
      onlyKeys(raw, 'LIMIT', KEYS.limit)
      return limitOf(raw, child())
    case 'LOGICAL_CHUNK_GET':
      onlyKeys(raw, 'CHUNK_GET', KEYS.chunk)
      return chunk(raw)
    case 'LOGICAL_EXPRESSION_GET':
      onlyKeys(raw, 'EXPRESSION_GET', KEYS.expressions)
      return expressionRows(raw, catalog)
    case 'LOGICAL_DUMMY_SCAN':
      return values([], [[]])
    case 'LOGICAL_EMPTY_RESULT':
      onlyKeys(raw, 'EMPTY_RESULT', KEYS.empty)
      return noRows(objects(raw, 'return_types'))
    default:
      throw unsupportedNode(kind.replace(/^LOGICAL_/, ''), 'the operator is not supported')
  }
}

const filterOf = (raw: Raw, catalog: Catalog): Mapped => {
  const predicates = objects(raw, 'expressions')
  const [below] = objects(raw, 'children')
  if (below === undefined) throw malformed('FILTER without a child')
  const isMark = (text(below, 'type') === 'LOGICAL_COMPARISON_JOIN' || text(below, 'type') === 'LOGICAL_DELIM_JOIN') && kindOf(below) === 'mark'
  const { input, rest } = isMark ? markedRows(below, predicates, catalog) : { input: toNode(below, catalog), rest: predicates }
  const exprs = rest.map((e) => toExpr(e, { columns: input.columns, udfs: catalog.udfs }))
  const node: PlanNode = exprs.length === 0 ? input.node : { op: 'filter', input: input.node, predicate: allOf(exprs) }
  return picked({ ...input, node }, counts(raw, 'projection_map'))
}

/** A leaf over rows that are shared, as the operator types them. */
const sharedRows = (raw: Raw, rows: SharedRows | undefined): Mapped => {
  if (rows === undefined) throw malformed(`${text(raw, 'type')} of what is not there`)
  const result = rows()
  const types = objects(raw, 'chunk_types').map((t) => typeName(sqlType(t)))
  if (types.length !== result.columns.length || result.columns.some((c, i) => c !== undefined && c.type !== types[i])) throw malformed(`${text(raw, 'type')} of other columns`)
  return result
}

const materialized = (raw: Raw, catalog: Catalog): Mapped => {
  const [definition, query] = objects(raw, 'children')
  if (definition === undefined || query === undefined) throw malformed('MATERIALIZED_CTE without two children')
  const { shared } = catalog
  const rows = shared.plans.add(toNode(definition, catalog))
  return toNode(query, { ...catalog, shared: { ...shared, ctes: new Map([...shared.ctes, [count(raw, 'table_index'), rows]]) } })
}

/** The inputs of a DELIM_JOIN, left and right. */
const delimited = (raw: Raw, catalog: Catalog): readonly [Mapped, Mapped] => {
  const children = objects(raw, 'children')
  const flipped = raw['delim_flipped'] === true
  const [outer, subquery] = flipped ? [children[1], children[0]] : children
  if (outer === undefined || subquery === undefined) throw malformed('DELIM_JOIN without two children')
  const { shared } = catalog
  const rows = shared.plans.add(toNode(outer, catalog))
  const input = rows()
  const groups = objects(raw, 'duplicate_eliminated_columns').map((e) => toExpr(e, { columns: input.columns, udfs: catalog.udfs }))
  const distinct = groups.length === 0 ? undefined : shared.plans.add(mapped({ op: 'aggregate', input: input.node, groups, aggregates: [] }, groups.map((g) => g.type)))
  const inner = toNode(subquery, { ...catalog, shared: { ...shared, distinct } })
  return flipped ? [inner, rows()] : [rows(), inner]
}

/** FILTER mark over MARK JOIN keeps the rows that match: a semi join, behind which the mark is always true. */
const markedRows = (join: Raw, predicates: readonly Raw[], catalog: Catalog): { input: Mapped; rest: readonly Raw[] } => {
  const [left, right] = text(join, 'type') === 'LOGICAL_DELIM_JOIN' ? delimited(join, catalog) : objects(join, 'children').map((c) => toNode(c, catalog))
  if (left === undefined || right === undefined) throw malformed('MARK JOIN without two children')
  const map = counts(join, 'left_projection_map')
  const mark = map.length > 0 ? map.length : left.columns.length
  const isMark = (e: Raw) => text(e, 'expression_class') === 'BOUND_REF' && count(e, 'index') === mark
  const isPlain = text(join, 'type') === 'LOGICAL_COMPARISON_JOIN'
  if (!predicates.some(isMark)) return { input: comparisonJoin(join, left, right, catalog.udfs, undefined, isPlain ? catalog.shared.plans : undefined), rest: predicates }
  const input = comparisonJoin(join, left, right, catalog.udfs, 'semi')
  return { input: { ...input, columns: [...input.columns, literal(true, BOOL)] }, rest: predicates.filter((e) => !isMark(e)) }
}

const projectionOf = (raw: Raw, input: Mapped, catalog: Catalog): Mapped => {
  const outputs = objects(raw, 'expressions')
  // Virtual columns may pass through, as long as nobody looks at them.
  const exprs = outputs.map((e) =>
    text(e, 'expression_class') === 'BOUND_REF' && input.columns[count(e, 'index')] === undefined && count(e, 'index') < input.columns.length
      ? undefined
      : toExpr(e, { columns: input.columns, udfs: catalog.udfs }),
  )
  if (exprs.every((e) => e === undefined || e.expr === 'column')) return { ...input, columns: exprs }
  const kept = exprs.filter((e) => e !== undefined)
  const result = projected(input, kept)
  let next = 0
  return { ...result, columns: exprs.map((e) => (e === undefined ? undefined : result.columns[next++])) }
}

const sortKeys = (raw: Raw, input: Mapped, catalog: Catalog): readonly SortKey[] => sortKeysOf(raw, 'orders', { columns: input.columns, udfs: catalog.udfs })

/** An offset beyond 2^53 skips everything that there can be. */
const offset = (n: number): { offset?: number } => (n === 0 ? {} : { offset: Math.min(n, Number.MAX_SAFE_INTEGER) })

const limitOf = (raw: Raw, input: Mapped): Mapped => {
  const constant = (key: 'limit_val' | 'offset_val'): number | null => {
    const node = object(raw, key)
    const kind = text(node, 'type')
    if (kind === 'UNSET') return null
    if (kind !== 'CONSTANT_VALUE')
      throw unsupportedNode('LIMIT', kind === 'CONSTANT_PERCENTAGE' ? 'limits in percent are not supported' : 'only constant limits are supported')
    return count(node, 'constant_integer')
  }
  const limit = constant('limit_val')
  const start = constant('offset_val') ?? 0
  return { ...input, node: { op: 'limit', input: input.node, limit: limit === Number.POSITIVE_INFINITY ? null : limit, ...offset(start) } }
}

const values = (rawTypes: readonly Raw[], rows: readonly (readonly LiteralValue[])[]): Mapped => {
  const types = rawTypes.map((t) => typeName(sqlType(t)))
  return mapped({ op: 'values', columns: types.map((type, i) => ({ name: `c${i}`, type })), rows }, types)
}

/** Of a whole table, columns of types that we do not have may be among them, which nothing above names. */
const noRows = (rawTypes: readonly Raw[]): Mapped => {
  const known = rawTypes.filter((t) => expressionType(t) !== undefined)
  const empty = values(known.length > 0 ? known : rawTypes, [])
  let at = 0
  return { ...empty, columns: rawTypes.map((t) => (expressionType(t) === undefined ? undefined : empty.columns[at++])) }
}

/** A chunk is written column by column. */
const chunk = (raw: Raw): Mapped => {
  const types = objects(raw, 'chunk_types')
  const columns = object(raw, 'collection')['values'] ?? []
  if (!Array.isArray(columns)) throw malformed('a chunk without values')
  const data = columns.map((c, i) => {
    const type = types[i]
    if (type === undefined || !Array.isArray(c) || !c.every(isRaw)) throw malformed('a chunk column')
    return c.map((v) => valueOf(v, sqlType(type)))
  })
  const rows = (data[0] ?? []).map((_, r) => data.map((c) => c[r] ?? null))
  return values(types, rows)
}

const expressionRows = (raw: Raw, catalog: Catalog): Mapped => {
  const rows = raw['expressions'] ?? []
  if (!Array.isArray(rows)) throw malformed('EXPRESSION_GET without expressions')
  const constants = rows.map((row): readonly LiteralValue[] => {
    if (!Array.isArray(row) || !row.every(isRaw)) throw malformed('a row of EXPRESSION_GET')
    return row.map((e) => {
      const expr: Expr = toExpr(e, { columns: [], udfs: catalog.udfs })
      if (expr.expr !== 'literal') throw unsupportedNode('EXPRESSION_GET', 'VALUES of other things than constants are not supported')
      return expr.value
    })
  })
  return values(objects(raw, 'expr_types'), constants)
}
