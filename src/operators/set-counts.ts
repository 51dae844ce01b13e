/** What a set operation asks of its inputs: each row once, and how often the left and the right have it. */
import type { AggregateCall, Expr, PlanNode } from '../plan/nodes.ts'
import { outputOf } from '../plan/stages.ts'

type SetOperation = Extract<PlanNode, { op: 'setop' }>

/** Output: the columns, then both counts as int64. */
export const counted = (node: SetOperation): PlanNode => {
  const columns = outputOf(node).map(({ type }, index): Expr => ({ expr: 'column', index, type }))
  const isLeft: Expr = { expr: 'column', index: columns.length, type: 'bool' }
  const side = (input: PlanNode, value: boolean): PlanNode => ({ op: 'project', input, exprs: [...columns, { expr: 'literal', value, type: 'bool' }] })
  const rows = (filter: Expr): AggregateCall => ({ fn: 'count_star', args: [], type: 'int64', filter })
  return {
    op: 'aggregate',
    input: { op: 'union', inputs: [side(node.left, true), side(node.right, false)] },
    groups: columns,
    aggregates: [rows(isLeft), rows({ expr: 'call', fn: 'not', args: [isLeft], type: 'bool' })],
  }
}
