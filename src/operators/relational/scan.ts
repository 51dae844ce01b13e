/** scan, input, values: the rows of a relation, and the filters a scan carries. */
import { TRUE } from '../../ir/build.ts'
import { type Ir, type IrType, optionOf } from '../../ir/nodes.ts'
import { READ_AS } from '../../ir/physical.ts'
import type { Body, Source } from '../../ir/program.ts'
import type { ColumnInfo } from '../../layout/relation.ts'
import { typeRange } from '../../layout/types.ts'
import type { Expr, PlanNode } from '../../plan/nodes.ts'
import { decoded } from '../carried.ts'
import { filtered, filtersOf } from '../filtering.ts'
import { probeKey } from '../joins/keys.ts'
import { scalarFor, widenIr } from '../lowering.ts'
import type { Column, Consume, Leaf, NodeOf, OperatorDef, Row, StageContext } from '../stage.ts'

const column = (info: ColumnInfo, row: string, index: number, cx: StageContext): Column => {
  const read = READ_AS[info.physical]
  const type: IrType = info.nullable ? optionOf(read) : read
  const field: Ir = { ir: 'field', type, row, index }
  if (info.dictionary) return decoded(info.type, field, info.dictionary, cx)
  const range = info.range ?? (info.type.kind === 'bool' ? undefined : typeRange(info.type))
  return { ir: widenIr(field, scalarFor(info.type, range)), type: info.type, range }
}

/** Starts a pipeline over a leaf: its own filters come first, then those that joins have left for it. */
const produceLeaf = (node: PlanNode, name: string, filters: readonly Expr[], consume: Consume, cx: StageContext): void => {
  const leaf = cx.leaf(node)
  const rowName = cx.rowName()
  const row: Row = { columns: leaf.columns.map((info, i) => column(info, rowName, leaf.layout?.positions[i] ?? i, cx)), bound: BigInt(leaf.rows) }
  const by = filtersOf(filters, row, cx)
  const prunes = prunesOf(node, row, cx)
  const rest = consume(row)
  const consumed = {
    ...rest,
    body: by(prunes.reduceRight((next: Body, prune) => prune(next), rest.body)),
    operators: [...(filters.length ? ['filter'] : []), ...prunes.map(() => 'prune'), ...rest.operators],
  }
  cx.pipelines.push({
    operators: [name, ...consumed.operators],
    source: sourceOf(leaf),
    row: rowName,
    builder: consumed.builder,
    body: consumed.body,
  })
}

const sourceOf = ({ input, columns, layout }: Leaf): Source =>
  layout
    ? { source: 'rows', relation: input, fields: layout.fields }
    : { source: 'columns', relation: input, columns: columns.map(({ physical, nullable, dictionary, range }) => ({ physical, nullable, range: dictionary ? undefined : range })) }

/** A dictionary's codes are probed once each: a filter would look at every row's text. */
const prunesOf = (node: PlanNode, row: Row, cx: StageContext): readonly ((next: Body) => Body)[] =>
  cx.builds.prunes(node).flatMap(({ sink, filter, column, key: build, by }) => {
    const read = row.columns[column]
    if (!read || read.codes) return []
    const { ir: key, present } = probeKey(read, build, by)
    return [(next: Body): Body => filtered(present === TRUE ? [] : [present], { body: 'prune', sink, filter, key, next })]
  })

export const scan: OperatorDef<NodeOf<'scan'>> = {
  produce: (node, _, consume, cx) => produceLeaf(node, `scan ${node.table}`, node.filters ?? [], consume, cx),
}

export const input: OperatorDef<NodeOf<'input'>> = {
  produce: (node, _, consume, cx) => produceLeaf(node, `input ${node.stage}`, [], consume, cx),
}

export const values: OperatorDef<NodeOf<'values'>> = {
  produce: (node, _, consume, cx) => produceLeaf(node, 'values', [], consume, cx),
}
