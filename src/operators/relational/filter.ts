/** filter: rows for which the predicate is true. */
import { columnsOf, conjuncts } from '../references.ts'
import { holds } from '../lower-expression.ts'
import type { NodeOf, OperatorDef } from '../stage.ts'
import { filtered } from './scan.ts'

export const filter: OperatorDef<NodeOf<'filter'>> = {
  produce: (node, needed, consume, cx) =>
    cx.produce(node.input, columnsOf([node.predicate], new Set(needed)), (row) => {
      const conds = conjuncts(node.predicate).map((e) => holds(cx.lower(e, row).ir))
      const rest = consume(row)
      return { ...rest, body: filtered(conds, rest.body), operators: ['filter', ...rest.operators] }
    }),
}
