/** scan, input, values: the rows of a relation, and the filters a scan carries. */
import { both } from '../../ir/build.ts'
import { type Ir, type IrType, optionOf } from '../../ir/nodes.ts'
import { READ_AS } from '../../ir/physical.ts'
import type { Body } from '../../ir/program.ts'
import type { ColumnInfo } from '../../layout/relation.ts'
import { typeRange } from '../../layout/types.ts'
import type { PlanNode } from '../../plan/nodes.ts'
import { decoded } from '../carried.ts'
import { holds } from '../lower-expression.ts'
import { mayRaise, scalarFor, widenIr } from '../lowering.ts'
import { conjuncts } from '../references.ts'
import type { Column, Consume, NodeOf, OperatorDef, Row, StageContext } from '../stage.ts'

const column = (info: ColumnInfo, row: string, index: number, cx: StageContext): Column => {
  const read = READ_AS[info.physical]
  const type: IrType = info.nullable ? optionOf(read) : read
  const field: Ir = { ir: 'field', type, row, index }
  if (info.dictionary) return decoded(info.type, field, info.dictionary, cx)
  const range = info.range ?? (info.type.kind === 'bool' ? undefined : typeRange(info.type))
  return { ir: widenIr(field, scalarFor(info.type, range)), type: info.type, range }
}

/** Starts a pipeline over a leaf. */
const produceLeaf = (node: PlanNode, name: string, consume: Consume, cx: StageContext): void => {
  const leaf = cx.leaf(node)
  const row = cx.rowName()
  const columns = leaf.columns.map((info, i) => column(info, row, i, cx))
  const consumed = consume({ columns, bound: BigInt(leaf.rows) })
  cx.pipelines.push({
    operators: [name, ...consumed.operators],
    source: { source: 'columns', relation: leaf.input, columns: leaf.columns.map(({ physical, nullable, dictionary, range }) => ({ physical, nullable, range: dictionary ? undefined : range })) },
    row,
    builder: consumed.builder,
    body: consumed.body,
  })
}

/** Filters in order; those that cannot raise become one condition without branches. */
export const filtered = (conds: readonly Ir[], next: Body): Body => {
  const groups: Ir[] = []
  for (const cond of conds) {
    const last = groups.at(-1)
    if (last && !mayRaise(cond)) groups[groups.length - 1] = both(last, cond)
    else groups.push(cond)
  }
  return groups.reduceRight((rest: Body, cond): Body => ({ body: 'if', cond, next: rest }), next)
}

export const scan: OperatorDef<NodeOf<'scan'>> = {
  produce: (node, _, consume, cx) =>
    produceLeaf(
      node,
      `scan ${node.table}`,
      (row: Row) => {
        const conds = (node.filters ?? []).flatMap(conjuncts).map((f) => holds(cx.lower(f, row).ir))
        const rest = consume(row)
        return { ...rest, body: filtered(conds, rest.body), operators: conds.length ? ['filter', ...rest.operators] : rest.operators }
      },
      cx,
    ),
}

export const input: OperatorDef<NodeOf<'input'>> = {
  produce: (node, _, consume, cx) => produceLeaf(node, `input ${node.stage}`, consume, cx),
}

export const values: OperatorDef<NodeOf<'values'>> = {
  produce: (node, _, consume, cx) => produceLeaf(node, 'values', consume, cx),
}

