/** filter: rows for which the predicate is true. */
import { columnsOf } from '../references.ts'
import { holds } from '../lower-expression.ts'
import type { NodeOf, OperatorDef } from '../stage.ts'
import { filtered } from './scan.ts'

export const filter: OperatorDef<NodeOf<'filter'>> = {
  produce: (node, needed, consume, cx) =>
    cx.produce(node.input, columnsOf([node.predicate], new Set(needed)), (row) => {
      const cond = holds(cx.lower(node.predicate, row).ir)
      const rest = consume(row)
      return { ...rest, body: filtered([cond], rest.body), operators: ['filter', ...rest.operators] }
    }),
}
