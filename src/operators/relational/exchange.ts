/** exchange: passes rows on; how they are divided is the business of the stage's result. */
import { columnsOf, keysOf } from '../references.ts'
import type { NodeOf, OperatorDef } from '../stage.ts'

export const exchange: OperatorDef<NodeOf<'exchange'>> = {
  produce: (node, needed, consume, cx) => cx.produce(node.input, columnsOf(keysOf(node.partitioning), new Set(needed)), (row) => {
    const rest = consume(row)
    return { ...rest, operators: ['exchange', ...rest.operators] }
  }),
}
