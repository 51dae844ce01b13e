/** A stage in words: its operators in the order data flows. */
import type { PlanNode } from '../plan/nodes.ts'
import type { Stage } from '../plan/stages.ts'

export const describeStage = (stage: Stage): { id: number; operators: readonly string[] } => ({ id: stage.id, operators: operatorsOf(stage.root) })

const operatorsOf = (node: PlanNode): readonly string[] => {
  switch (node.op) {
    case 'scan':
      return [`scan ${node.table}`, ...(node.filters?.length ? ['filter'] : [])]
    case 'input':
      return [`stage ${node.stage}`]
    case 'values':
      return ['values']
    case 'shared':
      return [`shared ${node.index}`]
    case 'join':
      return [...operatorsOf(node.left), ...operatorsOf(node.right), `${node.kind} join`]
    case 'union':
      return [...node.inputs.flatMap(operatorsOf), 'union']
    case 'setop':
      return [...operatorsOf(node.left), ...operatorsOf(node.right), `${node.kind}${node.all ? ' all' : ''}`]
    default:
      return [...operatorsOf(node.input), node.op === 'aggregate' && node.groups.length ? 'group by' : node.op]
  }
}
