/**
 * setop: both inputs' rows go into one dictionary, which counts how often each row comes from either side; its groups go on, as
 * often as the kind says.
 */
import { binary, fresh, zero } from '../../ir/build.ts'
import type { Ir } from '../../ir/nodes.ts'
import type { Body } from '../../ir/program.ts'
import { widenIr } from '../lowering.ts'
import { counted } from '../set-counts.ts'
import type { NodeOf, OperatorDef } from '../stage.ts'
import { allColumns, widthOf } from '../references.ts'

export const setop: OperatorDef<NodeOf<'setop'>> = {
  produce: (node, _, consume, cx) => {
    const width = widthOf(node)
    cx.produce(counted(node), allColumns(width + 2), ({ columns, bound }) => {
      const [left, right] = columns.slice(width).map((c) => widenIr(c.ir, 'i64')) as [Ir, Ir]
      const rest = consume({ columns: columns.slice(0, width), bound: node.all ? cx.rowOf(node.left, new Set()).bound : bound })
      return { ...rest, body: repeated(node, left, right, rest.body), operators: [node.kind, ...rest.operators] }
    })
  },
}

const some = (n: Ir): Ir => binary('>', n, zero('i64'))

const repeated = ({ kind, all }: NodeOf<'setop'>, left: Ir, right: Ir, next: Body): Body => {
  if (!all) {
    const other = kind === 'intersect' ? some(right) : binary('==', right, zero('i64'))
    return { body: 'if', cond: binary('&', some(left), other), next }
  }
  const times = fresh('k')
  const value = kind === 'intersect' ? binary('min', left, right) : binary('max', binary('-', left, right), zero('i64'))
  const count: Ir = { ir: 'cast', type: 'i32', arg: { ir: 'ident', type: 'i64', name: times } }
  return { body: 'let', name: times, value, next: { body: 'each', index: fresh('j'), count, next } }
}
