/** WINDOW: functions with the same partitions and orders become one node, different ones stand one on the other. */
import { sameType, typeName, typeRange } from '../../layout/types.ts'
import type { Expr, Frame, FrameBound, FrameUnit, PlanNode, SortKey, WindowCall } from '../../plan/nodes.ts'
import { planType } from '../../operators/lower-expression.ts'
import { namedAggregate } from './aggregates.ts'
import { type Scope, toExpr } from './expressions.ts'
import { column, settled } from './mapped.ts'
import type { Mapped } from './mapped.ts'
import { isRaw, malformed, object, objects, onlyKeys, text, unsupportedNode } from './raw.ts'
import type { Raw } from './raw.ts'
import { sortKeysOf } from './sort-keys.ts'
import { duckTypeName } from './types.ts'

const KEYS = new Set(['type', 'children', 'window_index', 'expressions'])
const CALL_KEYS = new Set([
  'expression_class', 'type', 'alias', 'query_location', 'return_type', 'children', 'name', 'arguments', 'original_arguments', 'catalog_name', 'schema_name', 'has_serialize', 'function_data',
  'partitions', 'orders', 'filters', 'ignore_nulls', 'start', 'end', 'start_expr', 'end_expr', 'offset_expr', 'default_expr', 'exclude_clause', 'distinct', 'arg_orders',
])

/** Functions that look at a frame. */
const FRAMED: ReadonlySet<string> = new Set(['first_value', 'last_value', 'nth_value'])
const NAMES: Readonly<Record<string, string>> = {
  WINDOW_ROW_NUMBER: 'row_number', WINDOW_RANK: 'rank', WINDOW_RANK_DENSE: 'dense_rank', WINDOW_PERCENT_RANK: 'percent_rank', WINDOW_CUME_DIST: 'cume_dist', WINDOW_NTILE: 'ntile',
  WINDOW_LAG: 'lag', WINDOW_LEAD: 'lead', WINDOW_FIRST_VALUE: 'first_value', WINDOW_LAST_VALUE: 'last_value', WINDOW_NTH_VALUE: 'nth_value',
}

interface Specified {
  readonly partitions: readonly Expr[]
  readonly orders: readonly SortKey[]
  readonly call: WindowCall
}

export const windowOf = (raw: Raw, child: Mapped, udfs: ReadonlyMap<string, string>): Mapped => {
  onlyKeys(raw, 'WINDOW', KEYS)
  const input = settled(child)
  const scope: Scope = { columns: input.columns, udfs }
  const all = objects(raw, 'expressions').map((e) => specified(e, scope))
  const groups = new Map<string, { readonly first: Specified; readonly calls: { readonly call: WindowCall; readonly at: number }[] }>()
  all.forEach((one, at) => {
    const key = JSON.stringify([one.partitions, one.orders])
    const group = groups.get(key) ?? { first: one, calls: [] }
    group.calls.push({ call: one.call, at })
    groups.set(key, group)
  })
  let node: PlanNode = input.node
  const types = [...input.types]
  const made: Expr[] = []
  for (const { first, calls } of groups.values()) {
    node = { op: 'window', input: node, partitions: first.partitions, orders: first.orders, functions: calls.map((c) => c.call) }
    for (const { call, at } of calls) {
      made[at] = column(types.length, call.type)
      types.push(call.type)
    }
  }
  return { node, types, columns: [...input.columns, ...made] }
}

const specified = (raw: Raw, scope: Scope): Specified => {
  onlyKeys(raw, 'window function', CALL_KEYS)
  if (text(raw, 'expression_class') !== 'BOUND_WINDOW') throw malformed('a window of something else')
  const partitions = objects(raw, 'partitions').map((e) => toExpr(e, scope))
  const orders = sortKeysOf(raw, 'orders', scope)
  if (objects(raw, 'arg_orders').length > 0) throw unsupportedNode('WINDOW', 'functions with an ORDER BY of their own are not supported')
  return { partitions, orders, call: callOf(raw, orders, scope) }
}

const callOf = (raw: Raw, orders: readonly SortKey[], scope: Scope): WindowCall => {
  const kind = text(raw, 'type')
  const type = duckTypeName(object(raw, 'return_type'))
  const given = objects(raw, 'children').map((e) => toExpr(e, scope))
  const ignoring = raw['ignore_nulls'] === true ? { ignoreNulls: true } : {}
  if (kind === 'WINDOW_AGGREGATE') {
    return {
      ...namedAggregate(text(raw, 'name'), given, type),
      ...(raw['distinct'] === true ? { distinct: true } : {}),
      ...(isRaw(raw['filters']) ? { filter: toExpr(raw['filters'], scope) } : {}),
      frame: frameOf(raw, orders, scope),
    }
  }
  const fn = NAMES[kind]
  if (fn === undefined) throw unsupportedNode('WINDOW', `${kind} is not supported`)
  if (FRAMED.has(fn)) return { fn, args: given, type, frame: frameOf(raw, orders, scope), ...ignoring }
  if (fn !== 'lag' && fn !== 'lead') return { fn, args: given, type }
  const optional = (key: string): Expr | undefined => (isRaw(raw[key]) ? toExpr(raw[key], scope) : undefined)
  const otherwise = optional('default_expr')
  const offset = optional('offset_expr') ?? (otherwise && { expr: 'literal', value: '1', type: 'int64' })
  return { fn, args: [...given, ...(offset ? [offset] : []), ...(otherwise ? [otherwise] : [])], type, ...ignoring }
}

const EXCLUDES: Readonly<Record<string, Frame['exclude'] | 'none'>> = { NO_OTHER: 'none', CURRENT_ROW: 'current_row', GROUP: 'group', TIES: 'ties' }

const frameOf = (raw: Raw, orders: readonly SortKey[], scope: Scope): Frame => {
  const [start, end] = [boundOf(raw, 'start', orders, scope), boundOf(raw, 'end', orders, scope)]
  const exclude = EXCLUDES[text(raw, 'exclude_clause') || 'NO_OTHER']
  if (exclude === undefined) throw malformed('exclude_clause')
  const unit = start.unit ?? end.unit ?? 'rows'
  return { unit, start: start.bound, end: end.bound, ...(exclude === 'none' ? {} : { exclude }) }
}

const boundOf = (raw: Raw, side: 'start' | 'end', orders: readonly SortKey[], scope: Scope): { readonly unit?: FrameUnit; readonly bound: FrameBound } => {
  const kind = text(raw, side)
  if (kind === 'UNBOUNDED_PRECEDING' || kind === 'UNBOUNDED_FOLLOWING') return { bound: { bound: kind === 'UNBOUNDED_PRECEDING' ? 'unbounded_preceding' : 'unbounded_following' } }
  const [, what, by] = /^(CURRENT_ROW|EXPR_PRECEDING|EXPR_FOLLOWING)_(ROWS|RANGE|GROUPS)$/.exec(kind) ?? []
  if (what === undefined || by === undefined) throw malformed(`the bound ${kind} of a frame`)
  const unit = by.toLowerCase() as FrameUnit
  if (what === 'CURRENT_ROW') return { unit, bound: { bound: 'current_row' } }
  const given = toExpr(object(raw, `${side}_expr`), scope)
  return { unit, bound: { bound: what === 'EXPR_PRECEDING' ? 'preceding' : 'following', at: unit === 'range' ? asKey(given, orders) : given } }
}

/** DuckDB has computed the value where the frame ends; it is compared with the order key. */
const asKey = (at: Expr, orders: readonly SortKey[]): Expr => {
  const [order] = orders
  if (!order) throw malformed('a range by values without an order')
  const [from, to] = [planType(at.type), planType(order.expr.type)]
  if (typeRange(to) === undefined && to.kind !== 'float' && to.kind !== 'double') throw unsupportedNode('WINDOW', `ranges by values of ${typeName(to)} are not supported`)
  if (sameType(from, to) || (from.kind === 'decimal' && to.kind === 'decimal' && from.scale === to.scale)) return at
  return { expr: 'cast', arg: at, type: order.expr.type }
}
