/** Parts of vecs, dicts and strings: their length, elements by number or key, slices. */
import { and, binary, ifElse, literal, none, zero } from '../../ir/build.ts'
import type { Ir } from '../../ir/nodes.ts'
import type { Of, Type } from '../nodes.ts'
import { foundIn, keyLeaves } from './dicts.ts'
import { elementAt, i64, readable, sizeOf } from './elements.ts'
import type { Scope } from './scope.ts'
import { entriesOf } from './slots.ts'
import { leavesOf } from './types.ts'
import { unsupported } from './unsupported.ts'
import { irOf, mapLeaves, scalar, type Value } from './values.ts'

export const lengthOf = (of: Value, e: Of<'len'>, scope: Scope): Ir => {
  if (of.kind === 'scalar') return { ir: 'cast', type: 'i64', arg: { ir: 'unary', type: 'i32', op: 'length', arg: of.ir }, unsigned: true }
  if (of.kind === 'vec') return sizeOf(of.of, scope)
  if (of.kind === 'dict') return sizeOf(entriesOf(of, e.at, scope), scope)
  return unsupported(e.at, `the length of a ${of.kind}`)
}

export const lowerLookup = (e: Of<'lookup' | 'optlookup' | 'keyexists'>, of: Value, key: Value, scope: Scope): Value => {
  const { lowering } = scope
  if (of.kind === 'dict') {
    const address = scope.bind({ ir: 'find', type: 'i32', sink: of.sink, key: [...of.before, ...keyLeaves(key, e.at)] })
    const found = binary('!=', address, literal('i32', 0))
    if (e.expr === 'keyexists') return scalar(found)
    if (e.expr === 'lookup') {
      const checked = scope.bind(ifElse(found, address, lowering.raise('i32', 'RAISED', 'a lookup of a key that is not there', e.at)))
      return foundIn(of, checked)
    }
    const there = scope.bind(found)
    const type = (e.type as Extract<Type, { kind: 'struct' }>).fields[1] as Type
    const empty = leavesOf(type, e.at).map((leaf) => emptyLeaf(leaf))
    let next = 0
    return { kind: 'struct', fields: [scalar(there), mapLeaves(foundIn(of, address), (x) => ifElse(there, x, empty[next++] as Ir))] }
  }
  if (of.kind !== 'vec') return unsupported(e.at, `a ${e.expr} in a ${of.kind}`)
  const elements = readable(of.of, of.element, e.at, scope)
  const index = scope.bind(irOf(key))
  const size = sizeOf(elements, scope)
  const inside = binary('<u', index, size)
  if (e.expr === 'keyexists') return scalar(inside)
  if (e.expr === 'lookup') {
    const checked = scope.bind(ifElse(inside, index, lowering.raise('i64', 'RAISED', 'a lookup outside of the vec', e.at)))
    return elementAt(elements, of.element, checked, e.at, scope)
  }
  const there = scope.bind(inside)
  const inner = scope.pure()
  const type = (e.type as Extract<Type, { kind: 'struct' }>).fields[1] as Type
  const empty = leavesOf(type, e.at).map((leaf) => emptyLeaf(leaf))
  let next = 0
  return { kind: 'struct', fields: [scalar(there), mapLeaves(elementAt(elements, of.element, index, e.at, inner), (x) => ifElse(there, inner.wrap(x), empty[next++] as Ir))] }
}
const emptyLeaf = (leaf: Ir['type']): Ir => (leaf.startsWith('?') ? none(leaf.slice(1) as never) : zero(leaf as never))

export const sliceOf = (e: Of<'slice'>, of: Value, start: Ir, size: Ir, scope: Scope): Value => {
  if (of.kind === 'scalar') return scalar({ ir: 'call', type: 'str', fn: 'str_slice', args: [of.ir, start, size] })
  if (of.kind !== 'vec') return unsupported(e.at, `a slice of a ${of.kind}`)
  const elements = readable(of.of, of.element, e.at, scope)
  const total = sizeOf(elements, scope)
  const [at, wanted] = [scope.bind(start), scope.bind(size)]
  const from = scope.bind(clamp(at, total))
  // The sum of both may leave 64 bits only where both are at or above 0.
  const end = scope.bind(binary('+', at, wanted))
  const last = ifElse(binary('<', wanted, i64(1)), i64(0), ifElse(and(binary('>=', at, i64(0)), binary('<', end, i64(0))), total, clamp(end, total)))
  const count = scope.bind(binary('max', binary('-', last, from), i64(0)))
  return { kind: 'vec', element: of.element, of: { at: 'window', of: elements, start: from, stride: undefined, count } }
}
/** max(0, min(x, limit)) */
const clamp = (x: Ir, limit: Ir): Ir => binary('max', binary('min', x, limit), i64(0))
