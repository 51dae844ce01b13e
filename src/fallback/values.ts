/** Literal rows as a store. */
import { parseLiteral } from '../layout/literal.ts'
import type { PlanNode } from '../plan/nodes.ts'
import { fromValues } from './accumulators.ts'
import { typeOf } from './expression.ts'
import { Store } from './store.ts'

/** Throws PlanError INVALID_PLAN for a literal that is none of its type. */
export const valuesStore = (node: Extract<PlanNode, { op: 'values' }>): Store => {
  const store = new Store(Math.max(node.rows.length, 1))
  store.rows = node.rows.length
  node.columns.forEach(({ type: name }, i) => {
    const type = typeOf(name)
    store.columns.push(fromValues(type, store.rows, (row) => parseLiteral(node.rows[row]![i]!, type)))
  })
  return store
}
