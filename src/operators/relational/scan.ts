/** scan, input, values: the rows of a relation, and the filters a scan carries. */
import { both } from '../../ir/build.ts'
import { type Ir, type IrType, optionOf } from '../../ir/nodes.ts'
import { READ_AS } from '../../ir/physical.ts'
import { type Body, selectivityOf } from '../../ir/program.ts'
import type { ColumnInfo } from '../../layout/relation.ts'
import { typeRange } from '../../layout/types.ts'
import type { Expr, PlanNode } from '../../plan/nodes.ts'
import { decoded } from '../carried.ts'
import { holds } from '../lower-expression.ts'
import { mayRaise, scalarFor, widenIr } from '../lowering.ts'
import { conjuncts } from '../references.ts'
import { sharePassing } from '../selectivity.ts'
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

/**
 * Filters in order; those that cannot raise, and of which it is not known how many rows pass, become one condition without
 * branches. `shares`: which part of the rows each is expected to let pass.
 */
export const filtered = (conds: readonly Ir[], next: Body, shares: readonly (number | undefined)[] = []): Body => {
  const groups: { cond: Ir; share: number | undefined }[] = []
  conds.forEach((cond, i) => {
    const [last, share] = [groups.at(-1), shares[i]]
    if (last && share === undefined && last.share === undefined && !mayRaise(cond)) last.cond = both(last.cond, cond)
    else groups.push({ cond, share })
  })
  return groups.reduceRight((rest: Body, { cond, share }): Body => ({ body: 'if', cond, selectivity: share === undefined ? undefined : selectivityOf(share), next: rest }), next)
}

/** What runs for the rows that pass all conjuncts of all predicates. */
export const filtersOf = (predicates: readonly Expr[], row: Row, cx: StageContext): ((next: Body) => Body) => {
  const parts = predicates.flatMap(conjuncts)
  const conds = parts.map((e) => holds(cx.lower(e, row).ir))
  return (next) => filtered(conds, next, parts.map((e) => sharePassing(e, row)))
}

export const scan: OperatorDef<NodeOf<'scan'>> = {
  produce: (node, _, consume, cx) =>
    produceLeaf(
      node,
      `scan ${node.table}`,
      (row: Row) => {
        const by = node.filters?.length ? filtersOf(node.filters, row, cx) : undefined
        const rest = consume(row)
        return by ? { ...rest, body: by(rest.body), operators: ['filter', ...rest.operators] } : rest
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

