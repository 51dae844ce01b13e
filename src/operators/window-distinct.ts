/**
 * DISTINCT over frames: a row counts where its value has not come before in the frame, so each row is told where in its partition
 * the value came last before it. Frames that begin with their partition take the rows before which it never came; of others the
 * rows are gone over (window-distinct-frames.ts).
 *
 *   sum(DISTINCT x) over (partition by p order by o …)
 *       window p, o: position  →  window p, x by position: lag(position)  →  sort by position  →  window p, o
 */
import type { Expr, PlanNode, WindowCall } from '../plan/nodes.ts'
import { AGGREGATES, type AggregateDef } from './aggregates.ts'
import { counting } from './distinct-calls.ts'
import { widthOf } from './references.ts'
import { growthOf } from './window-frames.ts'

type Window = Extract<PlanNode, { op: 'window' }>

const column = (index: number): Expr => ({ expr: 'column', index, type: 'int64' })
const test = (fn: 'is_null' | 'is_not_null', of: Expr): Expr => ({ expr: 'call', fn, args: [of], type: 'bool' })

/** Whether DISTINCT changes a call's result, and can be told by what came before. */
const isOnce = (call: WindowCall): boolean => {
  const def = (AGGREGATES as Record<string, AggregateDef>)[call.fn]
  return call.distinct === true && def !== undefined && !def.duplicates && call.args.length === 1
}

/** Whether it takes NULLs for values, which DISTINCT leaves out. */
const isPassing = ({ fn }: WindowCall): boolean => (AGGREGATES as Record<string, AggregateDef>)[fn]?.nulls === 'pass'

export interface Marked {
  /** Over an input with so many more columns. */
  readonly node: Window
  readonly more: number
  /** By a function's position: the column that tells where its value came last, for frames that begin anywhere. */
  readonly previous: ReadonlyMap<number, Expr>
}

export const marked = (node: Window): Marked | undefined => {
  if (!node.functions.some(isOnce)) return undefined
  const width = widthOf(node.input)
  const position = column(width)
  const lists: Expr[] = []
  const listOf = node.functions.map((call) => {
    if (!isOnce(call)) return -1
    const list = counting(call)
    const known = lists.findIndex((l) => JSON.stringify(l) === JSON.stringify(list))
    return known >= 0 ? known : lists.push(list) - 1
  })
  const byPosition = { expr: position, descending: false, nullsFirst: false }
  let input: PlanNode = { op: 'window', input: node.input, partitions: node.partitions, orders: node.orders, functions: [{ fn: 'row_number', args: [], type: 'int64' }] }
  for (const list of lists) input = { op: 'window', input, partitions: [...node.partitions, list], orders: [byPosition], functions: [{ fn: 'lag', args: [position], type: 'int64' }] }
  const previous = new Map<number, Expr>()
  const functions = node.functions.map((call, i): WindowCall => {
    const list = listOf[i] as number
    if (list < 0) return call
    const { distinct: _, filter: __, ...rest } = call
    const args = [lists[list] as Expr]
    const before = column(width + 1 + list)
    if (growthOf(call.frame) !== undefined) return { ...rest, args, filter: isPassing(call) ? { expr: 'call', fn: 'and', args: [test('is_null', before), test('is_not_null', args[0] as Expr)], type: 'bool' } : test('is_null', before) }
    previous.set(i, before)
    return { ...rest, args }
  })
  return { node: { ...node, input: { op: 'sort', input, keys: [byPosition] }, functions }, more: 1 + lists.length, previous }
}
