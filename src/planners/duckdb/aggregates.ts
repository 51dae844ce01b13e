/** Aggregation: DuckDB's aggregate functions by name → the registry's; DISTINCT → an aggregation without aggregates. */
import { UnsupportedError } from '../../errors.ts'
import { INT8, parseType, typeName } from '../../layout/types.ts'
import type { AggregateCall, Expr } from '../../plan/nodes.ts'
import { toExpr } from './expressions.ts'
import type { Scope } from './expressions.ts'
import { exact, mapped } from './mapped.ts'
import type { Mapped } from './mapped.ts'
import { count, counts, isRaw, malformed, object, objects, onlyKeys, text, unsupportedNode } from './raw.ts'
import type { Raw } from './raw.ts'
import { duckTypeName } from './types.ts'

const NAMES: Readonly<Record<string, string>> = {
  count_star: 'count_star',
  count: 'count',
  sum: 'sum',
  // Chosen where statistics exclude an overflow: the same sum.
  sum_no_overflow: 'sum',
  // NULL and not 0 where there are no rows, as DuckDB has it.
  count_if: 'sum',
  countif: 'sum',
  avg: 'avg',
  mean: 'avg',
  min: 'min',
  max: 'max',
  first: 'first',
  last: 'last',
  any_value: 'any_value',
  bool_and: 'bool_and',
  bool_or: 'bool_or',
  stddev: 'stddev_samp',
  stddev_samp: 'stddev_samp',
  stddev_pop: 'stddev_pop',
  variance: 'var_samp',
  var_samp: 'var_samp',
  var_pop: 'var_pop',
}

const CALL_KEYS = new Set([
  'expression_class',
  'type',
  'alias',
  'query_location',
  'return_type',
  'children',
  'name',
  'arguments',
  'original_arguments',
  'catalog_name',
  'schema_name',
  'has_serialize',
  'function_data',
  'aggregate_type',
  'filter',
  'order_bys',
])
const GROUP_KEYS = new Set([
  'type',
  'children',
  'expressions',
  'group_index',
  'aggregate_index',
  'groupings_index',
  'groups',
  'grouping_sets',
  'grouping_functions',
  'distinct_validity',
])
const DISTINCT_KEYS = new Set(['type', 'children', 'distinct_type', 'distinct_targets', 'order_by'])

export const aggregateOf = (raw: Raw, input: Mapped, udfs: ReadonlyMap<string, string>): Mapped => {
  onlyKeys(raw, 'AGGREGATE', GROUP_KEYS)
  const scope: Scope = { columns: input.columns, udfs }
  const groups = objects(raw, 'groups').map((g) => toExpr(g, scope))
  const sets = raw['grouping_sets'] ?? []
  if (!Array.isArray(sets)) throw malformed('grouping_sets')
  if (sets.length > 1 || objectsOrLists(raw, 'grouping_functions') > 0) throw unsupportedNode('GROUPING SETS', 'several grouping sets are not supported')
  if (sets.length === 1 && counts({ set: sets[0] }, 'set').length !== groups.length)
    throw unsupportedNode('GROUPING SETS', 'partial grouping sets are not supported')
  const aggregates = guarded(raw, objects(raw, 'expressions').map((e) => aggregateCall(e, scope)))
  return mapped(
    { op: 'aggregate', input: input.node, groups, aggregates },
    [...groups, ...aggregates].map((x) => x.type),
  )
}

/**
 * first(x) and count(*) that a scalar subquery was planned as, told by their lack of an index for grouping(): the first is read only
 * where there is at most one row. Of one row any value is the first, also where it is NULL, and any one needs no order of rows.
 */
const guarded = (raw: Raw, aggregates: readonly AggregateCall[]): readonly AggregateCall[] => {
  const [first, rows, ...others] = aggregates
  const planned = count(raw, 'groupings_index') === Number.POSITIVE_INFINITY && objects(raw, 'groups').length === 0
  return planned && first?.fn === 'first' && rows?.fn === 'count_star' && others.length === 0 ? [{ ...first, fn: 'any_value' }, rows] : aggregates
}

export const distinctOf = (raw: Raw, input: Mapped): Mapped => {
  onlyKeys(raw, 'DISTINCT', DISTINCT_KEYS)
  if (text(raw, 'distinct_type') !== 'DISTINCT') throw unsupportedNode('DISTINCT ON', 'DISTINCT ON is not supported')
  const targets = objects(raw, 'distinct_targets')
  const positions = new Set(targets.map((t) => (text(t, 'expression_class') === 'BOUND_REF' ? count(t, 'index') : -1)))
  const all = input.columns.every((_, i) => positions.has(i)) && positions.size === input.columns.length
  if (!all) throw unsupportedNode('DISTINCT', 'DISTINCT over a part of the columns is not supported')
  const base = exact(input)
  const groups = base.columns as readonly Expr[]
  return mapped({ op: 'aggregate', input: base.node, groups, aggregates: [] }, base.types)
}

/** DuckDB's aggregate of that name. */
export const namedAggregate = (name: string, given: readonly Expr[], type: string): AggregateCall => {
  const fn = Object.hasOwn(NAMES, name) ? NAMES[name] : undefined
  if (fn === undefined || given.length > 1) throw unsupportedAggregate(`${name}(${given.map((a) => a.type).join(', ')})`, 'the aggregate is not supported')
  if (fn === 'avg' && type !== 'double') throw unsupportedAggregate(`avg(${given[0]?.type})`, 'only averages of numbers are supported')
  return { fn, args: fn === 'sum' ? given.map(countable) : given, type }
}

const aggregateCall = (raw: Raw, scope: Scope): AggregateCall => {
  onlyKeys(raw, 'aggregate', CALL_KEYS)
  if (text(raw, 'expression_class') !== 'BOUND_AGGREGATE') throw malformed('an aggregation of something else')
  const name = text(raw, 'name')
  const given = objects(raw, 'children').map((c) => toExpr(c, scope))
  if (isRaw(raw['order_bys']) && objects(raw['order_bys'], 'orders').length > 0)
    throw unsupportedAggregate(`${name}(… ORDER BY …)`, 'ordered aggregates are not supported')
  return {
    ...namedAggregate(name, given, duckTypeName(object(raw, 'return_type'))),
    ...(text(raw, 'aggregate_type') === 'DISTINCT' ? { distinct: true } : {}),
    ...(isRaw(raw['filter']) ? { filter: toExpr(raw['filter'], scope) } : {}),
  }
}

/** sum(bool) and count_if(bool) count what is true. */
const countable = (arg: Expr): Expr => (parseType(arg.type)?.kind === 'bool' ? { expr: 'cast', arg, type: typeName(INT8), onFailure: 'error' } : arg)

const objectsOrLists = (raw: Raw, key: string): number => {
  const value = raw[key] ?? []
  if (!Array.isArray(value)) throw malformed(key)
  return value.length
}

const unsupportedAggregate = (node: string, reason: string): UnsupportedError =>
  new UnsupportedError('UNSUPPORTED_FUNCTION', `${node}: ${reason}`, [{ code: 'FUNCTION', node, reason }])
