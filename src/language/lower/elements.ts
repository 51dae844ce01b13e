/** Elements of vecs by number, and how many there are; wherever the vec lies. */
import { binary, cast, ifElse, literal } from '../../ir/build.ts'
import type { Ir, VecRef } from '../../ir/nodes.ts'
import type { Position, Type } from '../nodes.ts'
import { NeedsColumns, type Scope } from './scope.ts'
import { materialised } from './slots.ts'
import { leavesOf } from './types.ts'
import { chooseItem, type Elements, unflatten, type Value } from './values.ts'

export const i64 = (value: number | bigint): Ir => literal('i64', BigInt(value))
/** A number of rows as the language counts. */
export const counted = (rows: Ir): Ir => (rows.ir === 'literal' ? i64(Number(rows.value)) : { ir: 'cast', type: 'i64', arg: rows, unsigned: true })

/** The columns of an input in row layout. */
export const transposed = (slot: number, { lowering }: Scope): Extract<Elements, { at: 'slot' }> => {
  const columns = lowering.transposed.get(slot)
  if (columns === undefined) throw new NeedsColumns(slot)
  return { at: 'slot', slot: columns }
}

/** The same vec where its elements can be read by number. */
export const readable = (of: Elements, element: Type, at: Position, scope: Scope): Elements => {
  if (of.at === 'rows') return transposed(of.slot, scope)
  if (of.at === 'tuples') return { at: 'slot', slot: materialised(of, element, at, scope) }
  if (of.at === 'window') return { ...of, of: readable(of.of, element, at, scope) }
  return of
}

const refOf = (of: Elements, element: Type, at: Position, scope: Scope): VecRef => {
  if (of.at === 'slot') return { vec: 'relation', relation: of.slot, columns: scope.lowering.needSingle(of.slot).columns }
  if (of.at === 'slice') return { vec: 'slice', value: scope.bind(of.ir), element: leavesOf(element, at) }
  throw new Error(`elements of ${of.at} are not read by number`)
}

/** The i32 number of a relation's rows. */
export const rowsIn = (slot: number, scope: Scope): Ir => ({ ir: 'size', type: 'i32', vec: { vec: 'relation', relation: slot, columns: scope.lowering.needSingle(slot).columns } })

/** The i64 number of elements. */
export const sizeOf = (of: Elements, scope: Scope): Ir => {
  switch (of.at) {
    case 'window':
      return of.count
    case 'items':
      return i64(of.items.length)
    case 'rows':
      return sizeOf(transposed(of.slot, scope), scope)
    case 'slot':
      return counted(scope.bind(rowsIn(of.slot, scope)))
    case 'slice':
      return counted(scope.bind({ ir: 'size', type: 'i32', vec: { vec: 'slice', value: scope.bind(of.ir), element: [] } }))
    case 'tuples':
      return counted(scope.bind({ ir: 'size', type: 'i32', vec: { vec: 'tuples', sink: of.sink } }))
  }
}

/** The element with an i64 number that is in range; the vec is readable. */
export const elementAt = (of: Elements, element: Type, index: Ir, at: Position, scope: Scope): Value => {
  if (of.at === 'window') {
    const steps = of.stride ? binary('*', index, of.stride) : index
    return elementAt(of.of, element, scope.bind(of.start.ir === 'literal' && of.start.value === 0n ? steps : binary('+', of.start, steps)), at, scope)
  }
  const number = scope.bind(cast('i32', index.ir === 'cast' && index.arg.type === 'i32' ? index.arg : index))
  if (of.at === 'items') return of.items.length ? chooseItem(of.items, number, at) : unflatten(element, leavesOf(element, at).map((t) => scope.lowering.raise(t, 'RAISED', 'an element of an empty vec', at)))
  const vec = refOf(of, element, at, scope)
  return unflatten(element, leavesOf(element, at).map((type, field) => scope.bind({ ir: 'element', type, vec, index: number, field })))
}

/** Start, stride and count of a part; all i64. Raises where it is not within the vec. */
export const windowOf = (of: Elements, bounds: { readonly start: Ir | undefined; readonly end: Ir | undefined; readonly stride: Ir | undefined }, at: Position, scope: Scope): Elements => {
  if (!bounds.start && !bounds.end && !bounds.stride) return of
  const size = sizeOf(of, scope)
  const start = scope.bind(bounds.start ?? i64(0))
  const end = scope.bind(bounds.end ?? size)
  const stride = scope.bind(bounds.stride ?? i64(1))
  const outside = [binary('<', start, i64(0)), binary('>', end, size)]
  if (!(stride.ir === 'literal' && BigInt(stride.value) > 0n)) outside.push(binary('<', stride, i64(1)))
  const bad = outside.reduce((a, b) => binary('||', a, b))
  const count = scope.bind(ifElse(bad, scope.lowering.raise('i64', 'RAISED', 'an iter outside of its vec', at), stepsBetween(start, end, stride)))
  return { at: 'window', of, start, stride: stride.ir === 'literal' && BigInt(stride.value) === 1n ? undefined : stride, count }
}

/** How many of start, start + stride, … are below end, for a stride above 0. */
export const stepsBetween = (start: Ir, end: Ir, stride: Ir): Ir => {
  const span = start.ir === 'literal' && start.value === 0n ? end : binary('-', end, start)
  const one = stride.ir === 'literal' && BigInt(stride.value) === 1n
  return ifElse(binary('>=', start, end), i64(0), one ? span : binary('+', binary('/u', binary('-', span, i64(1)), stride), i64(1)))
}
