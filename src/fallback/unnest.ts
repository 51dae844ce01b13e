/** unnest: a loop over the elements of each row's value. */
import { INT64, isBinary, type SqlType } from '../layout/types.ts'
import { packedForm } from '../layout/unsafe/fields.ts'
import { ArrayView, extentOf, MapView } from '../layout/unsafe/views.ts'
import type { PlanNode } from '../plan/nodes.ts'
import { canonical, type ExpressionContext, emitExpr, typeOf } from './expression.ts'
import { type Shape, shapeOf, zeroOf } from './shape.ts'
import type { Stream } from './stream.ts'
import { latin1Of } from './strings.ts'

type Unnest = Extract<PlanNode, { op: 'unnest' }>
/** Values as generated code holds them, or null. */
type Elements = readonly (readonly unknown[])[]

export const unnested = (input: Stream, node: Unnest, cx: ExpressionContext): Stream => {
  const type = typeOf(node.expr.type)
  const { types, read } = opened(type)
  const shapes = types.map(shapeOf)
  return {
    batches: input.batches,
    emit: (w, consume) =>
      input.emit(w, (row) => {
        const value = emitExpr(w, node.expr, row, cx)
        const own = `${w.capture(read)}(${canonical(w, value)})`
        const elements = w.name(value.nul === '' ? own : `${value.nul} ? ${w.capture(types.map(() => []))} : ${own}`)
        const count = w.name(`${elements}[0].length`)
        const k = w.fresh('k')
        w.block(`for (let ${k} = 0; ${k} < ${node.outer ? `Math.max(1, ${count})` : count}; ${k}++) {`, () => {
          const vals = shapes.map((shape, i) => {
            const found = w.name(`${k} < ${count} ? ${elements}[${i}][${k}] : null`)
            const nul = w.name(`${found} === null`)
            return { ...shape, nul, code: w.name(`${nul} ? ${zeroOf(shape)} : ${found}`) }
          })
          if (node.ordinality) vals.push({ ...shapeOf(INT64), nul: node.outer ? w.name(`${k} >= ${count}`) : '', code: w.name(`BigInt(${k} + 1)`) })
          consume([...row, ...vals.map((val) => () => val)])
        })
      }),
  }
}

/** How a value's elements are read from its bytes. */
const opened = (type: SqlType): { readonly types: readonly SqlType[]; readonly read: (bytes: Uint8Array) => Elements } => {
  const form = packedForm(type)
  if (type.kind === 'array' && form.kind === 'array') return { types: [type.element], read: (bytes) => [values(new ArrayView(form.element, extentOf(bytes)), shapeOf(type.element))] }
  if (type.kind !== 'map' || form.kind !== 'map') throw new Error(`${type.kind} has no elements`)
  return {
    types: [type.key, type.value],
    read: (bytes) => {
      const map = new MapView(form.key, form.value, extentOf(bytes))
      return [values(map.keys, shapeOf(type.key)), values(map.items, shapeOf(type.value))]
    },
  }
}

const values = (array: ArrayView, { type, rep }: Shape): unknown[] =>
  Array.from({ length: array.length }, (_, i) => {
    if (array.isNull(i)) return null
    if (isBinary(type)) return latin1Of(array.bytes(i))
    const value = array.value(i)
    return rep === 'number' ? Number(value) : value
  })
