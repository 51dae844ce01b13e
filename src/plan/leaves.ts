/** The leaves of a stage or plan, left to right: the order in which kernels number their inputs. */
import type { PlanNode } from './nodes.ts'

export type LeafNode = Extract<PlanNode, { op: 'scan' | 'input' | 'shared' | 'values' }>

export const leavesOf = (node: PlanNode): readonly LeafNode[] => {
  switch (node.op) {
    case 'scan':
    case 'input':
    case 'shared':
    case 'values':
      return [node]
    case 'union':
      return node.inputs.flatMap(leavesOf)
    case 'join':
    case 'setop':
      return [...leavesOf(node.left), ...leavesOf(node.right)]
    default:
      return leavesOf(node.input)
  }
}
