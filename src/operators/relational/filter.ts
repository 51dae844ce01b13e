/** filter: rows for which the predicate is true. */
import { columnsOf } from '../references.ts'
import type { NodeOf, OperatorDef } from '../stage.ts'
import { filtersOf } from '../filtering.ts'

export const filter: OperatorDef<NodeOf<'filter'>> = {
  produce: (node, needed, consume, cx) =>
    cx.produce(node.input, columnsOf([node.predicate], new Set(needed)), (row) => {
      const by = filtersOf([node.predicate], row, cx)
      const rest = consume(row)
      return { ...rest, body: by(rest.body), operators: ['filter', ...rest.operators] }
    }),
}
