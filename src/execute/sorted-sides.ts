/** Sorts below a merge join by its own keys, which the join does itself: left out before a plan is cut, so that rows are sorted once. */
import type { JoinKey, PlanNode, SortKey } from '../plan/nodes.ts'

export const sortedOnce = (node: PlanNode): PlanNode => {
  switch (node.op) {
    case 'scan':
    case 'input':
    case 'shared':
    case 'values':
      return node
    case 'union':
      return same(node, node.inputs.map(sortedOnce), (inputs) => ({ ...node, inputs }))
    case 'setop':
      return same(node, [node.left, node.right].map(sortedOnce), ([left, right]) => ({ ...node, left: left as PlanNode, right: right as PlanNode }))
    case 'join': {
      const merges = node.strategy === 'merge' && node.kind !== 'mark'
      const left = merges ? unsorted(node.left, node.keys, (k) => k.left) : node.left
      const right = merges ? unsorted(node.right, node.keys, (k) => k.right) : node.right
      const sides = [left, right].map(sortedOnce)
      return sides[0] === node.left && sides[1] === node.right ? node : { ...node, left: sides[0] as PlanNode, right: sides[1] as PlanNode }
    }
    default: {
      const input = sortedOnce(node.input)
      return input === node.input ? node : ({ ...node, input } as PlanNode)
    }
  }
}

const same = (node: PlanNode & ({ readonly inputs: readonly PlanNode[] } | { readonly left: PlanNode; readonly right: PlanNode }), made: readonly PlanNode[], build: (made: readonly PlanNode[]) => PlanNode): PlanNode => {
  const before = 'inputs' in node ? node.inputs : [node.left, node.right]
  return made.every((m, i) => m === before[i]) ? node : build(made)
}

/** Without a sort on top that begins with the keys. */
const unsorted = (node: PlanNode, keys: readonly JoinKey[], side: (k: JoinKey) => JoinKey['left']): PlanNode => {
  if (node.op !== 'sort' || node.keys.length < keys.length) return node
  const is = (k: JoinKey, s: SortKey | undefined): boolean => s !== undefined && !s.descending && JSON.stringify(side(k)) === JSON.stringify(s.expr)
  return keys.every((k, i) => is(k, node.keys[i])) ? node.input : node
}
