/**
 * groupmerger: a join's build side. Workers keep tuples of key and fields, each in its own chunks; when all are there, the last
 * one makes a directory of their number and all workers enter them (assembly/join.ts). Of a dense key a tuple has the position.
 */
import { CTX } from '../../ir/context.ts'
import { type IrType, scalarOf } from '../../ir/nodes.ts'
import type { Builder, DenseKey } from '../../ir/program.ts'
import type { FunctionBuilder } from '../encoder.ts'
import { emitHash } from '../hash.ts'
import { mergeParts } from '../parts.ts'
import { CTX_LOCAL, freeLocals, type Scope } from '../scope.ts'
import { outputOffset, SINK } from '../sinks.ts'
import { HASH_HEADER, layoutTuple, storeLocals, type TupleField, type TupleLayout } from '../tuple.ts'
import { type BuilderCode, emitStride, evaluate, sinkAddress, type SinkPlace, storeValues } from './sink.ts'

type Group = Extract<Builder, { builder: 'groupmerger' }>

/** Keys, fields, and the mark where there is one. */
export const groupLayout = ({ key, fields, dense, marks }: Group): TupleLayout => {
  const mark: readonly IrType[] = marks ? ['bool'] : []
  if (!dense) return layoutTuple(HASH_HEADER, [...key, ...fields, ...mark])
  const rest = layoutTuple(HASH_HEADER, [...fields, ...mark])
  return { stride: rest.stride, fields: [{ type: key[0] as IrType, offset: 0, valid: 0, least: dense.min }, ...rest.fields] }
}

/** Pushes the position of a key that lies in the range: modulo 2^32, which is exact. */
const emitPosition = (f: FunctionBuilder, type: IrType, { min }: DenseKey, [key]: readonly number[]): void => {
  f.get(key as number)
  if (scalarOf(type) === 'i64') f.op('i32.wrap_i64')
  if (min !== 0n) f.i32(Number(BigInt.asIntN(32, min))).op('i32.sub')
}

/** Leaves the address of a new tuple in `tuple`; `cursor` and `limit` are the sink's, in locals. */
const emitTake = ({ f, callees }: Scope, sink: number, cursor: number, limit: number, stride: number, tuple: number): void => {
  f.get(cursor).i32(stride).op('i32.add').get(limit).op('i32.gt_u').if()
  f.get(sink).get(cursor).memory('i32.store', SINK.cursor)
  f.get(CTX_LOCAL).get(sink).call(callees.runtime('sink_chunk'))
  f.get(sink).memory('i32.load', SINK.cursor).set(cursor)
  f.get(sink).memory('i32.load', SINK.limit).set(limit)
  f.end()
  f.get(cursor).tee(tuple).i32(stride).op('i32.add').set(cursor)
}

export const groupmergerCode = (builder: Group): BuilderCode => {
  const layout = groupLayout(builder)
  const stored = builder.dense ? [] : builder.key.map((_, i) => i)
  const mark = builder.marks && layout.fields.at(-1)
  return {
    layout,
    bytes: SINK.bytes,
    open: (scope, place) => {
      const { f } = scope
      const sink = sinkAddress(f, place)
      const cursor = f.local('i32')
      const limit = f.local('i32')
      emitStride(f, sink, layout.stride)
      f.get(sink).memory('i32.load', SINK.cursor).set(cursor)
      f.get(sink).memory('i32.load', SINK.limit).set(limit)
      return {
        merge: (key, values) => {
          const locals = evaluate(scope, key)
          const tuple = f.local('i32')
          emitTake(scope, sink, cursor, limit, layout.stride, tuple)
          f.get(tuple)
          if (builder.dense) emitPosition(f, builder.key[0] as IrType, builder.dense, locals[0] as readonly number[])
          else emitHash(f, scope.callees, builder.key, locals)
          f.memory('i32.store')
          for (const i of stored) storeLocals(f, tuple, layout.fields[i] as TupleField, locals[i] as readonly number[])
          key.forEach((k, i) => freeLocals(f, k.type, locals[i] as readonly number[]))
          storeValues(scope, values, mergeParts(builder, key, values)?.values, [tuple], (g, [to], i, value) => storeLocals(g, to as number, layout.fields[key.length + i] as TupleField, value))
          if (mark) f.get(tuple).i32(0).memory('i32.store8', mark.offset)
          f.free('i32', tuple)
        },
        close: () => f.get(sink).get(cursor).memory('i32.store', SINK.cursor),
      }
    },
    finish: (scope, place) => {
      const { f } = scope
      f.get(CTX_LOCAL).i32(place.offset)
      pushOutput(f, place)
      f.i32((builder.dense?.extent ?? 0) | 0).i32(layout.stride).i32(builder.marks ? 1 : 0).call(scope.callees.runtime('join_begin'))
    },
    parts: {
      run: (scope, place) => {
        const { f } = scope
        f.get(CTX_LOCAL)
        pushOutput(f, place)
        f.i32(layout.stride).get(FROM).get(TO).call(scope.callees.runtime('join_enter'))
      },
    },
  }
}

/** Parameters of the function over parts. */
const FROM = 1
const TO = 2

const pushOutput = (f: FunctionBuilder, place: SinkPlace): void => {
  f.get(CTX_LOCAL).memory('i32.load', CTX.shared).i32(outputOffset(place.index)).op('i32.add')
}
