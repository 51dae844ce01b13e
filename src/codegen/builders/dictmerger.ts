/**
 * dictmerger: key → aggregate state, in a hash table of each worker's own (open addressing over u32 tuple addresses), or,
 * where the keys' ranges are small, in an array indexed by the key. The last worker merges the others' tuples into one.
 */
import type { IrType } from "../../ir/nodes.ts"
import { isOption, scalarOf } from '../../ir/nodes.ts'
import type { Builder } from '../../ir/program.ts'
import { CTX } from '../../ir/context.ts'
import { emitRaise } from '../raise.ts'
import { emitHash, emitKeyEquals } from '../hash.ts'
import { CTX_LOCAL, freeLocals, type Scope, toLocals } from '../scope.ts'
import { outputOffset, SINK } from '../sinks.ts'
import { HASH_HEADER, layoutTuple, loadField, storeLocals, tupleAccess, type TupleField, type TupleLayout } from '../tuple.ts'
import { emitForSlots, emitForTuples } from './loops.ts'
import { type BuilderCode, emitNewTuple, emitStride, evaluate, type SinkPlace, sinkAddress } from './sink.ts'
import { emitCombine, emitInit, emitUpdate } from './state.ts'

type Dict = Extract<Builder, { builder: 'dictmerger' }>

export const dictLayout = (builder: Dict): TupleLayout => layoutTuple(HASH_HEADER, [...builder.key, ...builder.state.map((s) => s.type)])

/** The sink a lookup works on: its address, directory and mask in locals. */
interface Table {
  readonly sink: number
  readonly directory: number
  readonly mask: number
}

export const dictmergerCode = (builder: Dict): BuilderCode => {
  const layout = dictLayout(builder)
  const keys = builder.key.length
  return {
    layout,
    bytes: SINK.bytes,
    open: (scope, place) => {
      const { f } = scope
      const table = openTable(scope, builder, layout, sinkAddress(f, place))
      return {
        merge: (key, values) => {
          const locals = evaluate(scope, key)
          const tuple = f.local('i32')
          emitUpsert(scope, builder, layout, table, locals, tuple)
          emitUpdate(scope, values, layout, keys, tuple, tupleAccess(layout, tuple, keys))
          f.free('i32', tuple)
          freeKeys(scope, builder.key, locals)
        },
      }
    },
    finish: (scope, place) => emitFinish(scope, builder, layout, place),
  }
}

const freeKeys = (scope: Scope, types: readonly IrType[], locals: readonly (readonly number[])[]) => {
  types.forEach((type, i) => {
    freeLocals(scope.f, type, locals[i] as readonly number[])
  })
}

const openTable = (scope: Scope, builder: Dict, layout: TupleLayout, sink: number): Table => {
  const { f } = scope
  const table = { sink, directory: f.local('i32'), mask: f.local('i32') }
  f.get(sink).memory('i32.load', SINK.directory).op('i32.eqz').if()
  emitStride(f, sink, layout.stride)
  if (builder.dense) {
    const entries = builder.dense.reduce((n, d) => n * d.extent, 1)
    f.get(sink).get(CTX_LOCAL).i32(entries * 4).call(scope.callees.runtime('reserve')).memory('i32.store', SINK.directory)
    f.get(sink).memory('i32.load', SINK.directory).op('i32.eqz').if()
    emitRaise(f, 'MEMORY_EXCEEDED', 0)
    f.op('unreachable').end()
    f.get(sink).memory('i32.load', SINK.directory).i32(0).i32(entries * 4).fill()
  } else f.get(CTX_LOCAL).get(sink).call(scope.callees.runtime('dict_grow'))
  f.end()
  reload(scope, table)
  return table
}

const reload = (scope: Scope, table: Table): void => {
  scope.f.get(table.sink).memory('i32.load', SINK.directory).set(table.directory)
  scope.f.get(table.sink).memory('i32.load', SINK.mask).set(table.mask)
}

/** Leaves the address of the key's tuple in `tuple`, a new one with initial state where there was none. */
const emitUpsert = (scope: Scope, builder: Dict, layout: TupleLayout, table: Table, keys: readonly (readonly number[])[], tuple: number): void => {
  if (builder.dense) emitDenseUpsert(scope, builder, layout, table, keys, tuple)
  else emitHashUpsert(scope, builder, layout, table, keys, tuple)
}

const emitDenseUpsert = (scope: Scope, builder: Dict, layout: TupleLayout, table: Table, keys: readonly (readonly number[])[], tuple: number): void => {
  const { f } = scope
  const entry = f.local('i32')
  f.get(table.directory)
  builder.key.forEach((type, i) => {
    const { min, extent } = (builder.dense as NonNullable<Dict['dense']>)[i] as { min: bigint; extent: number }
    const locals = keys[i] as readonly number[]
    if (i > 0) f.i32(extent).op('i32.mul')
    const wide = scalarOf(type) === 'i64'
    f.get(locals[0] as number)
    if (wide) f.i64(min - (isOption(type) ? 1n : 0n)).op('i64.sub').op('i32.wrap_i64')
    else if (min !== 0n || isOption(type)) f.i32(Number(min) - (isOption(type) ? 1 : 0)).op('i32.sub')
    if (isOption(type)) f.i32(0).get(locals.at(-1) as number).op('select')
    if (i > 0) f.op('i32.add')
  })
  f.i32(2).op('i32.shl').op('i32.add').tee(entry).memory('i32.load').tee(tuple).op('i32.eqz').if()
  insert(scope, builder, layout, table, keys, tuple)
  f.get(entry).get(tuple).memory('i32.store')
  f.end()
  f.free('i32', entry)
}

const emitHashUpsert = (scope: Scope, builder: Dict, layout: TupleLayout, table: Table, keys: readonly (readonly number[])[], tuple: number): void => {
  const { f } = scope
  const hash = f.local('i32')
  const entry = f.local('i32')
  const slot = f.local('i32')
  emitHash(f, scope.callees, builder.key, keys)
  f.tee(hash).get(table.mask).op('i32.and').set(slot)
  const found = f.block()
  const probe = f.loop()
  f.get(table.directory).get(slot).i32(2).op('i32.shl').op('i32.add').tee(entry).memory('i32.load').tee(tuple).op('i32.eqz').if()
  insert(scope, builder, layout, table, keys, tuple)
  f.get(tuple).get(hash).memory('i32.store', 0)
  f.get(entry).get(tuple).memory('i32.store')
  f.get(table.sink).memory('i32.load', SINK.count).i32(1).op('i32.shl').get(table.mask).op('i32.gt_u').if()
  f.get(CTX_LOCAL).get(table.sink).call(scope.callees.runtime('dict_grow'))
  reload(scope, table)
  f.end()
  f.br(found).end()
  f.get(tuple).memory('i32.load', 0).get(hash).op('i32.eq').if(['i32'])
  emitKeyEquals(f, scope.callees, layout, tuple, builder.key, keys)
  f.else().i32(0).end().brIf(found)
  f.get(slot).i32(1).op('i32.add').get(table.mask).op('i32.and').set(slot).br(probe)
  f.end().end()
  for (const local of [hash, entry, slot]) f.free('i32', local)
}

const insert = (scope: Scope, builder: Dict, layout: TupleLayout, table: Table, keys: readonly (readonly number[])[], tuple: number): void => {
  const { f } = scope
  emitNewTuple(f, scope.callees, table.sink, layout.stride, tuple)
  keys.forEach((locals, i) => storeLocals(f, tuple, layout.fields[i] as TupleField, locals))
  emitInit(scope, builder.state, layout, builder.key.length, tuple)
}

const emitFinish = (scope: Scope, builder: Dict, layout: TupleLayout, place: SinkPlace): void => {
  const { f } = scope
  const keys = builder.key.length
  const target = f.local('i32')
  f.i32(0).set(target)
  const table: Table = { sink: target, directory: f.local('i32'), mask: f.local('i32') }
  emitForSlots(f, place.offset, SINK.count, (sink) => {
    f.get(target).op('i32.eqz').if()
    f.get(sink).set(target)
    reload(scope, table)
    f.else()
    const from = f.local('i32')
    const tuple = f.local('i32')
    emitForTuples(f, sink, layout.stride, from, () => {
      const locals = builder.key.map((type, i) => {
        loadField(f, from, layout.fields[i] as TupleField)
        return toLocals(f, type)
      })
      emitUpsert(scope, builder, layout, table, locals, tuple)
      emitCombine(scope, builder.combine, layout, keys, tuple, tupleAccess(layout, tuple, keys), tupleAccess(layout, from, keys))
      freeKeys(scope, builder.key, locals)
    })
    f.end()
  })
  f.get(CTX_LOCAL)
  f.get(target).get(CTX_LOCAL).i32(place.offset).op('i32.add').get(target).op('select')
  f.get(CTX_LOCAL).memory('i32.load', CTX.shared).i32(outputOffset(place.index)).op('i32.add')
  f.call(scope.callees.runtime('dict_pointers'))
}

