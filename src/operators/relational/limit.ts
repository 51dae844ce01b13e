/** limit: passes rows on; how many are taken is the business of the stage's result (see stage results in compile.ts). */
import type { NodeOf, OperatorDef } from '../stage.ts'

export const limit: OperatorDef<NodeOf<'limit'>> = {
  produce: (node, needed, consume, cx) => cx.produce(node.input, needed, (row) => {
    const rest = consume(row)
    return { ...rest, operators: ['limit', ...rest.operators] }
  }),
}
