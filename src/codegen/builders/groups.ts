/**
 * A contiguous groupmerger: key → the vec of its rows. Workers keep rows as they arrive; the last one counts each key's rows in
 * a dictionary of groups, gives each group its part of one stretch of memory, and copies the rows there in order of arrival.
 *
 *   sink    first the rows', then, in the last worker's context, the groups'
 *   row     0 — · 4 its group's tuple u32 · 8 key … · fields …      (tuple.ts, hash tuples)
 *   group   key … · vec: address of the elements u32, number u32      (dict/keys.ts)
 */
import { CTX } from '../../ir/context.ts'
import type { Builder } from '../../ir/program.ts'
import { type Keyed, keyed } from '../dict/keys.ts'
import { emitPublish, emitUpsert, openTable } from '../dict/table.ts'
import { emitRaise } from '../raise.ts'
import { CTX_LOCAL, freeLocals, type Scope, toLocals } from '../scope.ts'
import { outputOffset, SINK } from '../sinks.ts'
import { HASH_HEADER, layoutTuple, loadField, storeLocals, type TupleField } from '../tuple.ts'
import { emitForSlots, emitForTuples } from './loops.ts'
import { type BuilderCode, emitNewTuple, emitStride, evaluate, type SinkPlace, sinkAddress } from './sink.ts'

type Group = Extract<Builder, { builder: 'groupmerger' }>

export const groupKeyed = (builder: Group): Keyed => keyed(builder.key, ['vec'])

/** Of a row's tuple. */
const GROUP = 4

export const groupsCode = (builder: Group): BuilderCode => {
  const rows = layoutTuple(HASH_HEADER, [...builder.key, ...builder.fields])
  return {
    layout: groupKeyed(builder).layout,
    bytes: SINK.bytes * 2,
    open: (scope, place) => {
      const { f } = scope
      const sink = sinkAddress(f, place)
      emitStride(f, sink, rows.stride)
      return {
        merge: (key, values) => {
          const locals = evaluate(scope, [...key, ...values])
          const tuple = f.local('i32')
          emitNewTuple(f, scope.callees, sink, rows.stride, tuple)
          locals.forEach((l, i) => {
            storeLocals(f, tuple, rows.fields[i] as TupleField, l)
            freeLocals(f, (rows.fields[i] as TupleField).type, l)
          })
          f.free('i32', tuple)
        },
      }
    },
    finish: (scope, place) => emitFinish(scope, builder, rows.fields, rows.stride, place),
  }
}

const emitFinish = (scope: Scope, builder: Group, rows: readonly TupleField[], stride: number, place: SinkPlace): void => {
  const { f } = scope
  const dict = groupKeyed(builder)
  const element = layoutTuple(0, builder.fields)
  const vec = (dict.layout.fields[builder.key.length] as TupleField).offset
  const groups = sinkAddress(f, { index: place.index, offset: place.offset + SINK.bytes })
  const table = openTable(scope, dict, groups)
  const row = f.local('i32')
  const group = f.local('i32')
  const total = f.local('i32')
  const free = f.local('i32')
  const at = f.local('i32')
  const number = () => f.get(group).memory('i32.load', vec + 4)
  const count = () => f.get(group).get(group).memory('i32.load', vec + 4).i32(1).op('i32.add').memory('i32.store', vec + 4)
  const eachRow = (body: () => void) => emitForSlots(f, place.offset, SINK.count, (sink) => emitForTuples(f, sink, stride, row, body))

  f.i32(0).set(total)
  eachRow(() => {
    const keys = builder.key.map((type, i) => {
      loadField(f, row, rows[i] as TupleField)
      return toLocals(f, type)
    })
    emitUpsert(scope, dict, table, keys, group, () => f.get(group).i64(0n).memory('i64.store', vec))
    builder.key.forEach((type, i) => {
      freeLocals(f, type, keys[i] as readonly number[])
    })
    count()
    f.get(row).get(group).memory('i32.store', GROUP)
    f.get(total).i32(1).op('i32.add').set(total)
  })
  // An element is never larger than its row, so this does not wrap.
  f.get(CTX_LOCAL).get(total).i32(Math.max(element.stride, 8)).op('i32.mul').i32(8).op('i32.add').call(scope.callees.runtime('reserve')).tee(free).op('i32.eqz').if()
  emitRaise(f, 'MEMORY_EXCEEDED', 0)
  f.op('unreachable').end()
  emitForTuples(f, groups, dict.layout.stride, group, () => {
    f.get(group).get(free).memory('i32.store', vec)
    f.get(free)
    number()
    f.i32(element.stride).op('i32.mul').op('i32.add').set(free)
    f.get(group).i32(0).memory('i32.store', vec + 4)
  })
  eachRow(() => {
    f.get(row).memory('i32.load', GROUP).tee(group).memory('i32.load', vec)
    number()
    f.i32(element.stride).op('i32.mul').op('i32.add').set(at)
    builder.fields.forEach((type, i) => {
      loadField(f, row, rows[builder.key.length + i] as TupleField)
      const locals = toLocals(f, type)
      storeLocals(f, at, element.fields[i] as TupleField, locals)
      freeLocals(f, type, locals)
    })
    count()
  })
  emitPublish(scope, place, table)
  f.get(CTX_LOCAL).get(groups)
  f.get(CTX_LOCAL).memory('i32.load', CTX.shared).i32(outputOffset(place.index)).op('i32.add')
  f.call(scope.callees.runtime('dict_pointers'))
}
