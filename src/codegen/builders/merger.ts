/**
 * merger: one aggregate state. It lives in locals while a kernel runs, if it is not wide, and in the worker's sink between calls; the last
 * worker combines all into its own, which then is the tuple the next pipeline reads.
 *
 *   sink   0 rows u32 · 4 address of this tuple u32 · 8 count (1 = used) · 16 fields …
 */
import type { Builder } from '../../ir/program.ts'
import { STATE_ROW } from '../../ir/program.ts'
import { CTX } from '../../ir/context.ts'
import { emit } from '../expressions.ts'
import { isWide } from '../parts.ts'
import { CTX_LOCAL, type RowAccess, getLocals, slotsOf } from '../scope.ts'
import { outputOffset, SINK } from '../sinks.ts'
import { layoutTuple, loadField, storeLocals, type TupleField, type TupleLayout } from '../tuple.ts'
import { emitForSlots } from './loops.ts'
import { type BuilderCode, sinkAddress } from './sink.ts'
import { emitAssign, emitCombine, emitInit, emitUpdate } from './state.ts'

const HEADER = 16
const POINTER = 4

export const mergerLayout = (builder: Extract<Builder, { builder: 'merger' }>): TupleLayout => layoutTuple(HEADER, builder.state.map((s) => s.type))

export const mergerCode = (builder: Extract<Builder, { builder: 'merger' }>): BuilderCode => {
  const layout = mergerLayout(builder)
  const fields = layout.fields as readonly TupleField[]
  return {
    layout,
    bytes: (layout.stride + 15) & ~15,
    open: (scope, place) => {
      const { f } = scope
      const sink = sinkAddress(f, place)
      if (isWide(builder) && scope.part) {
        f.get(sink).memory('i32.load', SINK.count).op('i32.eqz').if()
        emitInit(scope, builder.state, layout, 0, sink, true)
        f.get(sink).i32(1).memory('i32.store', SINK.count).end()
        return { merge: (_, values) => emitUpdate(scope, values, layout, 0, sink, true) }
      }
      const state = builder.state.map((s) => slotsOf(s.type).map((slot) => f.local(slot)))
      f.get(sink).memory('i32.load', SINK.count).if()
      state.forEach((locals, i) => {
        loadField(f, sink, fields[i] as TupleField)
        for (const local of [...locals].reverse()) f.set(local)
      })
      f.else()
      state.forEach((locals, i) => {
        emit(scope, (builder.state[i] as { init: Parameters<typeof emit>[1] }).init)
        for (const local of [...locals].reverse()) f.set(local)
      })
      f.end()
      const access: RowAccess = { read: (_, index) => getLocals(f, state[index] as number[]) }
      return {
        state,
        merge: (_, values) => {
          scope.rows.set(STATE_ROW, access)
          emitAssign(scope, values, STATE_ROW, (i, locals) => {
            locals.forEach((local, s) => {
              f.get(local).set((state[i] as number[])[s] as number)
            })
          })
          scope.rows.delete(STATE_ROW)
        },
        close: () => {
          state.forEach((locals, i) => storeLocals(f, sink, fields[i] as TupleField, locals))
          f.get(sink).i32(1).memory('i32.store', SINK.count)
        },
      }
    },
    finish: (scope, place) => {
      const { f } = scope
      const own = sinkAddress(f, place)
      const wide = isWide(builder)
      f.get(own).memory('i32.load', SINK.count).op('i32.eqz').if()
      emitInit(scope, builder.state, layout, 0, own, wide)
      f.end()
      emitForSlots(f, place.offset, SINK.count, (sink) => {
        f.get(sink).get(own).op('i32.ne').if()
        emitCombine(scope, builder.combine, layout, 0, own, sink, wide)
        f.end()
      })
      f.get(own).get(own).memory('i32.store', POINTER)
      const out = f.local('i32')
      f.get(CTX_LOCAL).memory('i32.load', CTX.shared).i32(outputOffset(place.index)).op('i32.add').tee(out).i32(1).memory('i32.store', 0)
      f.get(out).i32(1).memory('i32.store', 4)
      // The batch table's one entry lies behind the source block: rows, first row, the pointer's address.
      f.get(out).get(out).i32(16).op('i32.add').memory('i32.store', 8)
      f.get(out).i32(1).memory('i32.store', 16)
      f.get(out).i32(0).memory('i32.store', 20)
      f.get(out).get(own).i32(POINTER).op('i32.add').memory('i32.store', 24)
    },
  }
}
