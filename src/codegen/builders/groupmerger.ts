/** groupmerger: a join's build side. Workers keep tuples of key and fields; the last one chains them in an exactly sized directory. */
import { CTX } from '../../ir/context.ts'
import type { Builder } from '../../ir/program.ts'
import { emitHash } from '../hash.ts'
import { mergeParts } from '../parts.ts'
import { CTX_LOCAL, freeLocals } from '../scope.ts'
import { outputOffset, SINK } from '../sinks.ts'
import { HASH_HEADER, layoutTuple, storeLocals, type TupleField, type TupleLayout } from '../tuple.ts'
import { type BuilderCode, emitNewTuple, emitStride, evaluate, sinkAddress, storeValues } from './sink.ts'

type Group = Extract<Builder, { builder: 'groupmerger' }>

export const groupLayout = (builder: Group): TupleLayout => layoutTuple(HASH_HEADER, [...builder.key, ...builder.fields])

export const groupmergerCode = (builder: Group): BuilderCode => {
  const layout = groupLayout(builder)
  return {
    layout,
    bytes: SINK.bytes,
    open: (scope, place) => {
      const { f } = scope
      const sink = sinkAddress(f, place)
      emitStride(f, sink, layout.stride)
      return {
        merge: (key, values) => {
          const locals = evaluate(scope, key)
          const tuple = f.local('i32')
          emitNewTuple(f, scope.callees, sink, layout.stride, tuple)
          f.get(tuple)
          emitHash(f, scope.callees, builder.key, locals)
          f.memory('i32.store', 0)
          locals.forEach((l, i) => {
            storeLocals(f, tuple, layout.fields[i] as TupleField, l)
            freeLocals(f, (layout.fields[i] as TupleField).type, l)
          })
          storeValues(scope, values, mergeParts(builder, key, values)?.values, [tuple], (g, [to], i, value) => storeLocals(g, to as number, layout.fields[key.length + i] as TupleField, value))
          f.free('i32', tuple)
        },
      }
    },
    finish: (scope, place) => {
      const { f } = scope
      f.get(CTX_LOCAL).i32(place.offset)
      f.get(CTX_LOCAL).memory('i32.load', CTX.shared).i32(outputOffset(place.index)).op('i32.add')
      f.call(scope.callees.runtime('join_build'))
    },
  }
}
