/**
 * DISTINCT in aggregates by two aggregations. The first groups by the values, too, which leaves each once; a row comes into it once
 * for each list of distinct values, and once, under the tag 0, for the aggregates without DISTINCT, which see all rows there. The
 * second takes what it wants by the tag.
 *
 *   sum(a), count(DISTINCT b) by g      rows   g  b     tag  a        g, b, tag → sum(a)        g → any_value(sum) where tag = 0,
 *                                              g  NULL  0    a                                      count(b) where tag = 1
 *                                              g  b     1    NULL
 */
import type { AggregateCall, Expr, LiteralValue, PlanNode } from '../plan/nodes.ts'
import { AGGREGATES, type AggregateDef } from './aggregates.ts'

type Aggregate = Extract<PlanNode, { op: 'aggregate' }>

/** Whether a call's DISTINCT changes its result. */
export const isDistinct = (call: AggregateCall): boolean =>
  call.distinct === true && !(AGGREGATES as Record<string, AggregateDef>)[call.fn]?.duplicates

export interface Deduplicated {
  /** Its groups are those of the node, and the position of the set where there are sets. */
  readonly outer: Aggregate
  /** The node's aggregates in their order, over `outer`. */
  readonly results: readonly Expr[]
}

const column = (index: number, type: string): Expr => ({ expr: 'column', index, type })
const literal = (value: LiteralValue, type: string): Expr => ({ expr: 'literal', value, type })
const TAG = 'int32'

/** What counts for a DISTINCT: the argument, or NULL where the filter leaves the row out. */
export const counting = ({ args, filter }: Pick<AggregateCall, 'args' | 'filter'>): Expr => {
  const [arg] = args as readonly [Expr]
  return filter ? { expr: 'case', when: [{ if: filter, then: arg }], else: literal(null, arg.type), type: arg.type } : arg
}

const firstIndex = <T>(xs: T[], x: T, key: (x: T) => string): number => {
  const found = xs.findIndex((other) => key(other) === key(x))
  return found >= 0 ? found : xs.push(x) - 1
}

export const deduplicated = (node: Aggregate): Deduplicated => {
  const { groups, aggregates, sets } = node
  const plain = aggregates.filter((call) => !isDistinct(call))
  // Lists of distinct values, and one column for all lists of a type.
  const lists: Expr[] = []
  const listOf = aggregates.map((call) => (isDistinct(call) ? firstIndex(lists, counting(call), JSON.stringify) : -1))
  const types: string[] = []
  const slotOf = lists.map((x) => firstIndex(types, x.type, String))
  const read: Expr[] = []
  const moved = plain.map((call) => ({ ...call, args: call.args.map((a) => firstIndex(read, a, JSON.stringify)), filter: call.filter && firstIndex(read, call.filter, JSON.stringify) }))

  const alone = plain.length === 0 && lists.length === 1
  const n = groups.length
  const tag = n + types.length
  const row = (list: number | undefined, number: number): readonly Expr[] => [
    ...groups,
    ...types.map((type, slot) => (list !== undefined && slotOf[list] === slot ? (lists[list] as Expr) : literal(null, type))),
    literal(number, TAG),
    ...read.map((x) => (list === undefined ? x : literal(null, x.type))),
  ]
  const projections = [...(plain.length ? [row(undefined, 0)] : []), ...lists.map((_, i) => row(i, i + 1))]
  const at = (i: number): Expr => column(tag + 1 + i, (read[i] as Expr).type)
  const keys = [...groups.map((g, i) => column(i, g.type)), ...types.map((type, i) => column(n + i, type)), ...(alone ? [] : [column(tag, TAG)])]
  const inner: Aggregate = {
    op: 'aggregate',
    input: alone ? node.input : { op: 'expand', input: node.input, projections },
    groups: alone ? [...groups, ...lists] : keys,
    aggregates: moved.map((call): AggregateCall => {
      const { args, filter, distinct: _, ...rest } = call
      return { ...rest, args: args.map(at), ...(filter === undefined ? {} : { filter: at(filter) }) }
    }),
    ...(sets ? { sets: sets.map((set) => [...set, ...keys.slice(n).map((_, i) => n + i)]) } : {}),
  }
  const tagged = (number: number): { readonly filter?: Expr } =>
    alone ? {} : { filter: { expr: 'call', fn: 'eq', args: [column(tag, TAG), literal(number, TAG)], type: 'bool' } }
  let seen = 0
  const outer: Aggregate = {
    op: 'aggregate',
    input: inner,
    groups: [...keys.slice(0, n), ...(sets ? [column(keys.length + plain.length, 'int32')] : [])],
    aggregates: aggregates.map((call, i): AggregateCall => {
      const list = listOf[i] as number
      if (list < 0) return { fn: 'any_value', args: [column(keys.length + seen++, call.type)], type: call.type, ...tagged(0) }
      return { fn: call.fn, args: [column(n + (slotOf[list] as number), (lists[list] as Expr).type)], type: call.type, ...tagged(list + 1) }
    }),
  }
  const first = outer.groups.length
  const results = aggregates.map((call, i): Expr => {
    const result = column(first + i, call.type)
    // Without rows nothing was counted, and there is no state that says so.
    const counts = !isDistinct(call) && (call.fn === 'count' || call.fn === 'count_star')
    return counts ? { expr: 'call', fn: 'coalesce', args: [result, literal('0', call.type)], type: call.type } : result
  })
  return { outer, results }
}
