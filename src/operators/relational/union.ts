/**
 * union and expand: several loop bodies that merge into one sink. The inputs of a union are pipelines of their own into the
 * consumer's sink (`@(into: …)`); the projections of an expand are branches of one body. What stands above is lowered once for
 * each, to the same states and types: so columns come to it in one form, which is that of none of them alone.
 */
import type { Body } from '../../ir/program.ts'
import { sinkOf } from '../../ir/program.ts'
import { partPositions } from '../positions.ts'
import { columnsOf } from '../references.ts'
import type { Consume, Consumed, NodeOf, OperatorDef, Row, StageContext } from '../stage.ts'
import { type Form, formed, formsOf } from '../column-forms.ts'

export const union: OperatorDef<NodeOf<'union'>> = {
  produce: (node, needed, consume, cx) => {
    const rows = node.inputs.map((input) => cx.rowOf(input, needed))
    const forms = formsOf(rows, needed)
    const bound = rows.reduce((n, row) => n + row.bound, 0n)
    let sink: number | undefined
    for (const input of node.inputs) {
      cx.produce(input, needed, (row) => inForm(row, forms, needed, bound, 'union', consume, cx))
      const own = sinkOf(cx.pipelines, cx.pipelines.length - 1)
      if (sink === undefined) sink = own
      else mergeInto(own, sink, cx)
    }
  },
}

/** Pipelines of the sink `from` merge into an earlier one. */
const mergeInto = (from: number, sink: number, { pipelines }: StageContext): void => {
  for (const [i, p] of pipelines.entries()) if (i === from || p.into === from) pipelines[i] = { ...p, into: sink }
}

const inForm = (row: Row, forms: readonly Form[], needed: ReadonlySet<number>, bound: bigint, name: string, consume: Consume, cx: StageContext): Consumed => {
  const { columns, lets } = formed(row, forms, needed, cx)
  const rest = consume({ columns, bound })
  const body = lets.reduceRight((next: Body, { name: let_, value }): Body => ({ body: 'let', name: let_, value, next }), rest.body)
  return { ...rest, body, operators: [name, ...rest.operators] }
}

export const expand: OperatorDef<NodeOf<'expand'>> = {
  produce: (node, needed, consume, cx) => {
    const read = columnsOf(node.projections.flatMap((exprs) => exprs.filter((_, i) => needed.has(i))))
    cx.produce(node.input, read, (row) => {
      const rows = node.projections.map((exprs): Row => ({
        // What nobody reads is not computed, and cannot raise.
        columns: exprs.map((e, i) => cx.lower(needed.has(i) || e.expr === 'column' ? e : { expr: 'literal', value: null, type: e.type }, row)),
        bound: row.bound,
      }))
      const forms = formsOf(rows, needed)
      const bound = row.bound * BigInt(rows.length)
      const branches = rows.map((one, i) => {
        const made = inForm(one, forms, needed, bound, 'expand', consume, cx)
        return { ...made, body: partPositions(made.body, i, rows.length) }
      })
      const [first] = branches as [Consumed, ...Consumed[]]
      return { ...first, body: branches.length === 1 ? first.body : { body: 'fork', branches: branches.map((b) => b.body) } }
    })
  },
}
