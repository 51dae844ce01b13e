/** Aggregation: DuckDB's aggregate functions by name → the registry's; DISTINCT → an aggregation without aggregates. */
import { UnsupportedError } from '../../errors.ts'
import { INT32, INT64, INT8, parseType, typeName } from '../../layout/types.ts'
import type { AggregateCall, Expr, PlanNode } from '../../plan/nodes.ts'
import { boolCall, toExpr } from './expressions.ts'
import type { Scope } from './expressions.ts'
import { column, exact, mapped } from './mapped.ts'
import type { Mapped } from './mapped.ts'
import { count, counts, isRaw, malformed, object, objects, onlyKeys, text, unsupportedNode } from './raw.ts'
import type { Raw } from './raw.ts'
import { sortKeysOf } from './sort-keys.ts'
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
  arbitrary: 'first',
  any_value: 'any_value',
  arg_min: 'min_by',
  argmin: 'min_by',
  min_by: 'min_by',
  arg_max: 'max_by',
  argmax: 'max_by',
  max_by: 'max_by',
  arg_min_null: 'min_by_null',
  arg_max_null: 'max_by_null',
  bit_and: 'bit_and',
  bit_or: 'bit_or',
  bit_xor: 'bit_xor',
  product: 'product',
  bool_and: 'bool_and',
  bool_or: 'bool_or',
  stddev: 'stddev_samp',
  stddev_samp: 'stddev_samp',
  stddev_pop: 'stddev_pop',
  variance: 'var_samp',
  var_samp: 'var_samp',
  var_pop: 'var_pop',
}

/** Those with two arguments. */
const BY: ReadonlySet<string> = new Set(['min_by', 'max_by', 'min_by_null', 'max_by_null'])

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
  const sets = lists(raw, 'grouping_sets').map((set) => set.toSorted((a, b) => a - b))
  const aggregates = guarded(raw, objects(raw, 'expressions').map((e) => aggregateCall(e, scope)))
  const types = [...groups, ...aggregates].map((x) => x.type)
  const functions = lists(raw, 'grouping_functions')
  if ([...sets, ...functions].some((set) => set.some((i) => i >= groups.length))) throw malformed('a grouping set of other groups')
  const partial = sets.length > 1 || (sets[0] !== undefined && sets[0].length !== groups.length)
  const base = mapped({ op: 'aggregate', input: input.node, groups, aggregates, ...(partial ? { sets } : {}) }, partial ? [...types, SET] : types)
  const columns = base.columns.slice(0, types.length)
  return { ...base, columns: [...columns, ...functions.map((of) => groupingOf(of, partial ? sets : [], types.length))] }
}

const SET = typeName(INT32)
const GROUPING = typeName(INT64)

/** GROUPING(a, b, …): a bit for each argument, the last one the lowest; set where the row's set has not that group. */
const groupingOf = (of: readonly number[], sets: readonly (readonly number[])[], at: number): Expr => {
  const value = (set: readonly number[]): Expr => ({ expr: 'literal', type: GROUPING, value: String(of.reduce((bits, i) => bits * 2n + (set.includes(i) ? 0n : 1n), 0n)) })
  const [last, ...others] = sets.map((set, number) => ({ number, then: value(set) })).reverse()
  if (last === undefined) return value(of)
  const isSet = (number: number) => boolCall('eq', column(at, SET), { expr: 'literal', value: number, type: SET })
  if (others.length === 0) return last.then
  return { expr: 'case', when: others.reverse().map(({ number, then }) => ({ if: isSet(number), then })), else: last.then, type: GROUPING }
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

export const distinctOf = (raw: Raw, input: Mapped, udfs: ReadonlyMap<string, string>): Mapped => {
  onlyKeys(raw, 'DISTINCT', DISTINCT_KEYS)
  if (text(raw, 'distinct_type') !== 'DISTINCT') return distinctOnOf(raw, input, udfs)
  const targets = objects(raw, 'distinct_targets')
  const positions = new Set(targets.map((t) => (text(t, 'expression_class') === 'BOUND_REF' ? count(t, 'index') : -1)))
  const all = input.columns.every((_, i) => positions.has(i)) && positions.size === input.columns.length
  if (!all) throw unsupportedNode('DISTINCT', 'DISTINCT over a part of the columns is not supported')
  const base = exact(input)
  const groups = base.columns as readonly Expr[]
  return mapped({ op: 'aggregate', input: base.node, groups, aggregates: [] }, base.types)
}

/** DISTINCT ON: of each group the first row, in the order that ORDER BY says. */
const distinctOnOf = (raw: Raw, input: Mapped, udfs: ReadonlyMap<string, string>): Mapped => {
  const scope: Scope = { columns: input.columns, udfs }
  const order = isRaw(raw['order_by']) ? sortKeysOf(raw['order_by'], 'orders', scope) : []
  const groups = objects(raw, 'distinct_targets').map((t) => toExpr(t, scope))
  const node: PlanNode = order.length > 0 ? { op: 'sort', input: input.node, keys: order } : input.node
  const kept = input.columns.map((c, i): Expr => c ?? failed(i))
  const aggregates = kept.map((c): AggregateCall => ({ fn: 'first', args: [c], type: c.type }))
  const base = mapped({ op: 'aggregate', input: node, groups, aggregates }, [...groups, ...kept].map((x) => x.type))
  return { ...base, columns: base.columns.slice(groups.length) }
}

const failed = (position: number): never => {
  throw malformed(`DISTINCT ON reads the row number at ${position}`)
}

/** DuckDB's aggregate of that name. */
export const namedAggregate = (name: string, given: readonly Expr[], type: string): AggregateCall => {
  // count(*) of windows is a count of nothing, also where the optimizer makes a join with groups of it.
  const fn = name === 'count' && given.length === 0 ? 'count_star' : Object.hasOwn(NAMES, name) ? NAMES[name] : undefined
  if (fn === undefined || given.length > (BY.has(fn) ? 2 : 1)) throw unsupportedAggregate(`${name}(${given.map((a) => a.type).join(', ')})`, 'the aggregate is not supported')
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

const lists = (raw: Raw, key: string): readonly (readonly number[])[] => {
  const value = raw[key] ?? []
  if (!Array.isArray(value)) throw malformed(key)
  return value.map((list: unknown) => counts({ [key]: list }, key))
}

const unsupportedAggregate = (node: string, reason: string): UnsupportedError =>
  new UnsupportedError('UNSUPPORTED_FUNCTION', `${node}: ${reason}`, [{ code: 'FUNCTION', node, reason }])
