/** project: new columns from expressions. A column that is passed on keeps its dictionary. */
import { fresh } from '../../ir/build.ts'
import type { Ir } from '../../ir/nodes.ts'
import type { Body } from '../../ir/program.ts'
import type { Expr } from '../../plan/nodes.ts'
import { columnsOf } from '../references.ts'
import type { Column, NodeOf, OperatorDef } from '../stage.ts'

export const project: OperatorDef<NodeOf<'project'>> = {
  produce: (node, needed, consume, cx) => {
    const wanted = (i: number) => needed.has(i)
    return cx.produce(node.input, columnsOf(node.exprs.filter((_, i) => wanted(i))), (row) => {
      const lets: { name: string; value: Ir }[] = []
      const columns = node.exprs.map((expr: Expr, i): Column => {
        // What nobody reads is not computed, and cannot raise.
        if (!wanted(i) && expr.expr !== 'column') return cx.lower({ expr: 'literal', value: null, type: expr.type }, row)
        const lowered = cx.lower(expr, row)
        if (isName(lowered.ir)) return lowered
        const name = fresh('c')
        lets.push({ name, value: lowered.ir })
        return { ...lowered, ir: { ir: 'ident', type: lowered.ir.type, name } }
      })
      const rest = consume({ columns, bound: row.bound })
      const body = lets.reduceRight((next: Body, { name, value }): Body => ({ body: 'let', name, value, next }), rest.body)
      return { ...rest, body, operators: lets.length ? ['project', ...rest.operators] : rest.operators }
    })
  },
}

/** Reading it again costs nothing. */
const isName = (e: Ir): boolean => e.ir === 'ident' || e.ir === 'param' || e.ir === 'literal' || e.ir === 'field' || e.ir === 'lookup' || (e.ir === 'option' && isName(e.value) && (e.valid.ir === 'valid' || isName(e.valid)))
