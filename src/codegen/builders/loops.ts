/** Loops of generated code: counted, over the workers' contexts, over the tuples of a sink. */
import type { FunctionBuilder } from '../encoder.ts'
import { CTX_LOCAL } from '../scope.ts'
import { CTX } from '../../ir/context.ts'
import { CHUNK, SHARED, SINK } from '../sinks.ts'

/** for (i = start; i < end; i++); the locals hold u32. */
export const emitFor = (f: FunctionBuilder, i: number, end: number, body: () => void): void => {
  const exit = f.block()
  const top = f.loop()
  f.get(i).get(end).op('i32.ge_u').brIf(exit)
  body()
  f.get(i).i32(1).op('i32.add').set(i).br(top)
  f.end().end()
}

/** Each slot's sink state that was used (count ≠ 0), as the address in a local. */
export const emitForSlots = (f: FunctionBuilder, offset: number, used: number, body: (sink: number) => void): void => {
  const shared = f.local('i32')
  const slot = f.local('i32')
  const slots = f.local('i32')
  const sink = f.local('i32')
  f.get(CTX_LOCAL).memory('i32.load', CTX.shared).tee(shared).memory('i32.load', SHARED.slots).set(slots)
  f.i32(0).set(slot)
  emitFor(f, slot, slots, () => {
    f.get(shared).memory('i32.load', SHARED.contexts).get(slot).i32(2).op('i32.shl').op('i32.add').memory('i32.load').i32(offset).op('i32.add').tee(sink)
    f.memory('i32.load', used).if()
    body(sink)
    f.end()
  })
}

/** Each tuple of one sink. */
export const emitForTuples = (f: FunctionBuilder, sink: number, stride: number, tuple: number, body: () => void): void => {
  const chunk = f.local('i32')
  const end = f.local('i32')
  f.get(sink).memory('i32.load', SINK.first).set(chunk)
  const exit = f.block()
  const top = f.loop()
  f.get(chunk).op('i32.eqz').brIf(exit)
  f.get(chunk).i32(CHUNK.header).op('i32.add').set(tuple)
  f.get(chunk).get(sink).memory('i32.load', SINK.current).op('i32.eq').if(['i32'])
  f.get(sink).memory('i32.load', SINK.cursor)
  f.else().get(tuple).get(chunk).memory('i32.load', CHUNK.used).op('i32.add').end().set(end)
  const done = f.block()
  const next = f.loop()
  f.get(tuple).get(end).op('i32.ge_u').brIf(done)
  body()
  f.get(tuple).i32(stride).op('i32.add').set(tuple).br(next)
  f.end().end()
  f.get(chunk).memory('i32.load', CHUNK.next).set(chunk).br(top)
  f.end().end()
  f.free('i32', chunk)
  f.free('i32', end)
}
