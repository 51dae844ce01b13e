/** sort and topn: rows into a sorter, then out again in its order. */
import { type SortField, sinkOf } from '../../ir/program.ts'
import type { SortKey } from '../../plan/nodes.ts'
import { carried, restored } from '../carried.ts'
import { columnsOf } from '../references.ts'
import { keyField } from '../sort-field.ts'
import type { Column, Consume, NodeOf, OperatorDef, StageContext } from '../stage.ts'

/** Rows of a top-n from which on all are sorted by all workers. */
const MOST_KEPT = 1 << 16

const produceSorted = (node: NodeOf<'sort'> | NodeOf<'topn'>, needed: ReadonlySet<number>, consume: Consume, cx: StageContext): void => {
  let all: readonly Column[] = []
  let kept: number[] = []
  let bound = 0n
  cx.produce(node.input, columnsOf(node.keys.map((k) => k.expr), new Set(needed)), (row) => {
    all = row.columns
    kept = all.map((_, i) => i).filter((i) => needed.has(i))
    bound = row.bound
    const fields = kept.map((i) => carried(all[i] as Column))
    const keys = node.keys.map((k) => sortField(k, cx.lower(k.expr, row)))
    return {
      body: { body: 'merge', key: keys.map((k) => k.value), values: fields },
      builder: {
        builder: 'sorter',
        fields: fields.map((f) => f.type),
        keys: keys.map(({ value: _, ...k }) => k),
        keyTypes: keys.map((k) => k.value.type),
        top: node.op === 'topn' && node.limit + (node.offset ?? 0) <= MOST_KEPT,
      },
      operators: [node.op],
    }
  })
  const sink = sinkOf(cx.pipelines, cx.pipelines.length - 1)
  const row = cx.rowName()
  const columns = all.map((column, i): Column => {
    const position = kept.indexOf(i)
    if (position < 0) return column
    return restored(column, { ir: 'field', type: carried(column).type, row, index: position }, cx)
  })
  const top = node.op === 'topn' ? BigInt(node.limit + (node.offset ?? 0)) : bound
  const rest = consume({ columns, bound: top < bound ? top : bound })
  cx.pipelines.push({ operators: ['rows in order', ...rest.operators], source: { source: 'tuples', sink }, row, builder: rest.builder, body: rest.body })
}

export const sortField = (key: SortKey, column: Column): SortField => keyField(column, key)

export const sort: OperatorDef<NodeOf<'sort'>> = {
  produce: produceSorted,
}

export const topn: OperatorDef<NodeOf<'topn'>> = {
  produce: produceSorted,
}
