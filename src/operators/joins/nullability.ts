/** Which columns of a stage surely hold no NULL: what leaves are known to hold, through the operators that keep it so. */
import type { Expr, PlanNode } from '../../plan/nodes.ts'
import type { Leaf } from '../stage.ts'
import { widthOf } from '../references.ts'

/** Whether an expression over a node's output may be NULL; true where that is not known. */
export const mayBeNull = (e: Expr, node: PlanNode, leaf: (node: PlanNode) => Leaf): boolean => {
  switch (e.expr) {
    case 'column':
      return columnMayBeNull(e.index, node, leaf)
    case 'literal':
      return e.value === null
    case 'cast':
      return e.onFailure === 'null' || mayBeNull(e.arg, node, leaf)
    default:
      return true
  }
}

const columnMayBeNull = (index: number, node: PlanNode, leaf: (node: PlanNode) => Leaf): boolean => {
  switch (node.op) {
    case 'scan':
    case 'input':
    case 'values':
      return leaf(node).columns[index]?.nullable ?? true
    case 'filter':
    case 'sort':
    case 'topn':
    case 'limit':
      return columnMayBeNull(index, node.input, leaf)
    case 'project': {
      const from = node.exprs[index]
      return from === undefined || mayBeNull(from, node.input, leaf)
    }
    case 'aggregate': {
      const group = node.groups[index]
      if (group) return mayBeNull(group, node.input, leaf)
      const call = node.aggregates[index - node.groups.length]
      return call?.fn !== 'count' && call?.fn !== 'count_star'
    }
    case 'join': {
      const { kind, left, right } = node
      if (kind === 'right_semi' || kind === 'right_anti') return columnMayBeNull(index, right, leaf)
      const width = widthOf(left)
      if (index < width) return kind === 'right' || kind === 'full' || columnMayBeNull(index, left, leaf)
      return kind === 'mark' || kind === 'left' || kind === 'full' || kind === 'single' || columnMayBeNull(index - width, right, leaf)
    }
    default:
      return true
  }
}
