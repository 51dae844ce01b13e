/**
 * Values of packed types are equal where their bytes are. DuckDB means something else by it (a month is 30 days, −0 is 0 in a list), and
 * orders them: a plan that groups, joins, sorts or counts by such is refused.
 */
import type { TypeName } from '../../layout/types.ts'
import { isPacked, parseType } from '../../layout/types.ts'
import type { Expr, PlanNode } from '../../plan/nodes.ts'
import { outputOf } from '../../plan/stages.ts'
import { unsupportedType } from './types.ts'

const typesOf = (exprs: readonly Expr[]): readonly TypeName[] => exprs.map((e) => e.type)

/** Types of what a node compares with one another. */
const comparedBy = (node: PlanNode): readonly TypeName[] => {
  switch (node.op) {
    case 'aggregate':
      return typesOf([...node.groups, ...node.aggregates.flatMap((a) => (a.distinct ? a.args : []))])
    case 'join':
      return typesOf(node.keys.map((k) => k.left))
    case 'setop':
      return outputOf(node.left).map((c) => c.type)
    case 'sort':
    case 'topn':
      return typesOf(node.keys.map((k) => k.expr))
    case 'window':
      return typesOf([...node.partitions, ...node.orders.map((k) => k.expr), ...node.functions.flatMap((f) => (f.distinct ? f.args : []))])
    default:
      return []
  }
}

/** Throws UNSUPPORTED_TYPE where values are compared that do not compare as DuckDB's. */
export const assertComparable = (node: PlanNode): void => {
  const packed = comparedBy(node).find((type) => isPacked(parseType(type) ?? { kind: 'null' }))
  if (packed !== undefined) throw unsupportedType(packed, `values of this type cannot be grouped, joined, sorted or made distinct (${node.op})`)
  switch (node.op) {
    case 'scan':
    case 'values':
    case 'shared':
    case 'input':
      return
    case 'union':
      return node.inputs.forEach(assertComparable)
    case 'join':
    case 'setop':
      assertComparable(node.left)
      return assertComparable(node.right)
    default:
      return assertComparable(node.input)
  }
}
