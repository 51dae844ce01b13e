/** window: on the interpreter. */
import { outputOf } from '../../plan/stages.ts'
import type { NodeOf, OperatorDef } from '../stage.ts'

export const window: OperatorDef<NodeOf<'window'>> = {
  produce: (node, _, consume, cx) => {
    cx.refuse({ code: 'OPERATOR', node: 'window', reason: 'windows have no native form yet' })
    consume({ columns: outputOf(node).map(({ type }) => cx.lower({ expr: 'literal', value: null, type }, { columns: [], bound: 0n })), bound: 0n })
  },
}
