/**
 * vecmerger: an array of each worker's own, merged into by position. Slot 0 starts from a copy of the initial vec, the others
 * from the neutral value; the last worker combines them into one, whose elements are the tuples the next pipeline reads.
 *
 *   sink   8 elements (0 = not used) · 12 address of the elements
 */
import { CTX } from '../../ir/context.ts'
import type { Builder, StateField } from '../../ir/program.ts'
import { type ColumnPlaces, columnAccess } from '../columns.ts'
import { emit } from '../expressions.ts'
import { emitRaise } from '../raise.ts'
import { CTX_LOCAL, freeLocals, type Scope, toLocals } from '../scope.ts'
import { outputOffset, SHARED, SINK } from '../sinks.ts'
import { layoutTuple, storeLocals, type TupleField, type TupleLayout } from '../tuple.ts'
import { emitFor, emitForSlots } from './loops.ts'
import { type BuilderCode, evaluate, type SinkPlace, sinkAddress } from './sink.ts'
import { emitCombine, emitUpdate } from './state.ts'

type Vecmerger = Extract<Builder, { builder: 'vecmerger' }>

export const vecmergerCode = (builder: Vecmerger): BuilderCode => {
  const layout = layoutTuple(0, builder.fields.map((s) => s.type))
  return {
    layout,
    bytes: 16,
    open: (scope, place) => {
      const { f } = scope
      const array = openArray(scope, builder, layout, sinkAddress(f, place))
      return {
        merge: (key, values) => {
          const [index] = evaluate(scope, key)
          const tuple = f.local('i32')
          const [at] = index as readonly [number]
          f.get(at).get(array.size).op('i32.ge_u').if()
          emitRaise(f, 'RAISED', 0)
          f.op('unreachable').end()
          f.get(array.elements).get(at).i32(layout.stride).op('i32.mul').op('i32.add').set(tuple)
          emitUpdate(scope, values, layout, 0, tuple)
          f.free('i32', tuple)
          freeLocals(f, 'i32', index as readonly number[])
        },
      }
    },
    finish: (scope, place) => emitFinish(scope, builder, layout, place),
  }
}

/** Locals with the number of elements and their address. */
interface Array {
  readonly size: number
  readonly elements: number
}

/** The sink's array, made at first use. An array without elements is made anew each time. */
const openArray = (scope: Scope, builder: Vecmerger, layout: TupleLayout, sink: number): Array => {
  const { f } = scope
  const initial = scope.opened.relations.get(builder.initial.relation) as ColumnPlaces & { readonly rows: number }
  const array = { size: initial.rows, elements: f.local('i32') }
  f.get(sink).memory('i32.load', SINK.first).set(array.elements)
  f.get(sink).memory('i32.load', SINK.count).op('i32.eqz').if()
  emitReserve(scope, () => f.get(array.size).op('i64.extend_i32_u').i64(BigInt(layout.stride)).op('i64.mul'), array.elements)
  f.get(sink).get(array.elements).memory('i32.store', SINK.first)
  f.get(sink).get(array.size).memory('i32.store', SINK.count)
  const at = f.local('i32')
  const tuple = f.local('i32')
  f.i32(0).set(at).get(array.elements).set(tuple)
  const field = layout.fields[0] as TupleField
  const fill = (push: () => void) => {
    emitFor(f, at, array.size, () => {
      push()
      const locals = toLocals(f, field.type)
      storeLocals(f, tuple, field, locals)
      freeLocals(f, field.type, locals)
      f.get(tuple).i32(layout.stride).op('i32.add').set(tuple)
    })
  }
  f.get(CTX_LOCAL).memory('i32.load', CTX.slot).if()
  fill(() => emit(scope, (builder.fields[0] as StateField).init))
  f.else()
  fill(() => columnAccess(initial, at).read(f, 0))
  f.end()
  f.free('i32', at)
  f.free('i32', tuple)
  f.end()
  return array
}

/** Memory of as many bytes as the i64 that `push` pushes and 8 more, which must fit 32 bits, in a local. */
const emitReserve = (scope: Scope, push: () => void, to: number): void => {
  const { f } = scope
  const bytes = f.local('i64')
  push()
  f.i64(8n).op('i64.add').tee(bytes).i64(0xffff0000n).op('i64.gt_u').if()
  emitRaise(f, 'MEMORY_EXCEEDED', 0)
  f.op('unreachable').end()
  f.get(CTX_LOCAL).get(bytes).op('i32.wrap_i64').call(scope.callees.runtime('reserve')).tee(to).op('i32.eqz').if()
  emitRaise(f, 'MEMORY_EXCEEDED', 0)
  f.op('unreachable').end()
  f.free('i64', bytes)
}

const emitFinish = (scope: Scope, builder: Vecmerger, layout: TupleLayout, place: SinkPlace): void => {
  const { f } = scope
  // Slot 0's array has the initial values, whether or not it merged anything.
  const first = f.local('i32')
  const contexts = f.local('i32')
  f.get(CTX_LOCAL).memory('i32.load', CTX.shared).memory('i32.load', SHARED.contexts).tee(contexts)
  f.memory('i32.load').i32(place.offset).op('i32.add').set(first)
  const target = emitTarget(scope, builder, layout, first)
  emitForSlots(f, place.offset, SINK.count, (sink) => {
    f.get(sink).get(first).op('i32.ne').if()
    const from = f.local('i32')
    const to = f.local('i32')
    const at = f.local('i32')
    f.get(sink).memory('i32.load', SINK.first).set(from)
    f.get(target.elements).set(to).i32(0).set(at)
    emitFor(f, at, target.size, () => {
      emitCombine(scope, builder.combine, layout, 0, to, from)
      for (const local of [from, to]) f.get(local).i32(layout.stride).op('i32.add').set(local)
    })
    f.end()
  })
  emitPointers(scope, layout, place, target)
}

/** Slot 0's array, as its own kernel would open it. */
const emitTarget = (scope: Scope, builder: Vecmerger, layout: TupleLayout, sink: number): Array => {
  const { f } = scope
  const slot = f.local('i32')
  f.get(CTX_LOCAL).memory('i32.load', CTX.slot).set(slot)
  f.get(CTX_LOCAL).i32(0).memory('i32.store', CTX.slot)
  const array = openArray(scope, builder, layout, sink)
  f.get(CTX_LOCAL).get(slot).memory('i32.store', CTX.slot)
  return array
}

/** A source block of one batch over the elements. */
const emitPointers = (scope: Scope, layout: TupleLayout, place: SinkPlace, { size, elements }: Array): void => {
  const { f } = scope
  const block = f.local('i32')
  const at = f.local('i32')
  const out = f.local('i32')
  emitReserve(scope, () => f.get(size).op('i64.extend_i32_u').i64(2n).op('i64.shl').i64(16n).op('i64.add'), block)
  f.i32(0).set(at)
  emitFor(f, at, size, () => {
    f.get(at).i32(2).op('i32.shl').get(block).op('i32.add')
    f.get(at).i32(layout.stride).op('i32.mul').get(elements).op('i32.add').memory('i32.store', 16)
  })
  f.get(block).get(size).memory('i32.store')
  f.get(block).i32(0).memory('i32.store', 4)
  f.get(block).get(block).i32(16).op('i32.add').memory('i32.store', 8)
  f.get(block).i32(0).memory('i32.store', 12)
  f.get(CTX_LOCAL).memory('i32.load', CTX.shared).i32(outputOffset(place.index)).op('i32.add').tee(out).get(size).memory('i32.store')
  f.get(out).i32(1).memory('i32.store', 4)
  f.get(out).get(block).memory('i32.store', 8)
}
