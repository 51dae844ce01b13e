/** A merge join as one by hashes whose rows come in order: the side that streams, or is put out alone, is sorted before, else the result is. */
import { moved, widthOf } from '../operators/references.ts'
import type { Expr, PlanNode, SortKey } from '../plan/nodes.ts'

type JoinNode = Extract<PlanNode, { op: 'join' }>

export const inOrder = ({ strategy: _, ...node }: JoinNode): PlanNode => {
  const sorted = (input: PlanNode, key: (k: JoinNode['keys'][number]) => Expr): PlanNode => ({ op: 'sort', input, keys: node.keys.map((k): SortKey => ({ expr: key(k), descending: false, nullsFirst: true })) })
  if (node.kind === 'right') return sorted(node, (k) => moved(k.right, widthOf(node.left)))
  if (node.kind === 'right_semi' || node.kind === 'right_anti') return { ...node, right: sorted(node.right, (k) => k.right) }
  return { ...node, left: sorted(node.left, (k) => k.left) }
}
