/** unnest: a loop over the elements of each row's packed value, within the loop over the rows. */
import { binary, fresh, i32, ifElse, none, some, TRUE, valid, value, zero } from '../../ir/build.ts'
import type { Ir } from '../../ir/nodes.ts'
import type { Body } from '../../ir/program.ts'
import { INT64, type SqlType } from '../../layout/types.ts'
import { elementOf } from '../arrays.ts'
import { runtime } from '../lowering.ts'
import { columnsOf, widthOf } from '../references.ts'
import type { Column, NodeOf, OperatorDef } from '../stage.ts'

/** Elements that a value can have at most. */
const MOST = 1n << 32n

export const unnest: OperatorDef<NodeOf<'unnest'>> = {
  produce: (node, needed, consume, cx) => {
    const width = widthOf(node.input)
    cx.produce(node.input, columnsOf([node.expr], new Set([...needed].filter((i) => i < width))), (row) => {
      const { ir, type } = cx.lower(node.expr, row)
      const lets: { readonly name: string; readonly value: Ir }[] = []
      const named = (x: Ir): Ir => {
        const name = fresh('u')
        lets.push({ name, value: x })
        return { ir: 'ident', type: x.type, name }
      }
      const packed = named(ir)
      const there = valid(packed)
      const arrays = type.kind === 'map' ? [type.key, type.value].map((element, i) => ({ element, array: named(ifElse(there, runtime('packed_items', value(packed), i32(i)), zero('str'))) })) : [{ element: (type as Extract<SqlType, { kind: 'array' }>).element, array: value(packed) }]
      const count = named(ifElse(there, runtime('packed_size', (arrays[0] as { array: Ir }).array), i32(0)))
      const index = fresh('j')
      const at: Ir = { ir: 'ident', type: 'i32', name: index }
      const found = node.outer ? binary('<u', at, count) : TRUE
      const elements = arrays.map(({ element, array }): Column => ({ type: element, ir: elementOf(element, array, at, found) }))
      const number: Ir = { ir: 'cast', type: 'i64', arg: at, unsigned: true }
      const next = binary('+', number, { ir: 'literal', type: 'i64', value: 1n })
      const ordinality: readonly Column[] = node.ordinality ? [{ type: INT64, range: { min: 1n, max: MOST }, ir: ifElse(found, found === TRUE ? next : some(next), none('i64')) }] : []
      const rest = consume({ columns: [...row.columns, ...elements, ...ordinality], bound: row.bound * MOST })
      const each: Body = { body: 'each', index, count: node.outer ? binary('maxu', count, i32(1)) : count, next: rest.body }
      return { ...rest, body: lets.reduceRight((inner: Body, l): Body => ({ body: 'let', ...l, next: inner }), each), operators: ['unnest', ...rest.operators] }
    })
  },
}
