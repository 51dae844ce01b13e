/**
 * dictmerger: key → aggregate state, in a dictionary of each worker's own. The last worker merges the others' tuples into one,
 * which later pipelines read tuple by tuple or look keys up in.
 */
import type { Ir, IrType } from '../../ir/nodes.ts'
import type { Builder } from '../../ir/program.ts'
import { CTX } from '../../ir/context.ts'
import { type Keyed, keyed } from '../dict/keys.ts'
import { emitPublish, emitUpsert, openTable, reloadTable, type Table } from '../dict/table.ts'
import { emitLimit, giving, partitionedOf } from '../dict/partitions.ts'
import { stagedTags, stagedWords } from '../dict/staged.ts'
import { CTX_LOCAL, freeLocals, type Scope, toLocals } from '../scope.ts'
import { outputOffset, SINK } from '../sinks.ts'
import { isWide } from '../parts.ts'
import { loadField, type TupleField } from '../tuple.ts'
import { denseCode } from './dense.ts'
import { emitHeap } from './dict-heap.ts'
import { emitDictFinish, emitDictJoined, emitDictPart } from './dict-parts.ts'
import { emitForSlots, emitForTuples } from './loops.ts'
import { type BuilderCode, evaluate, type SinkPlace, sinkAddress } from './sink.ts'
import { emitCombine, emitInit, emitUpdate } from './state.ts'

/** Keys that are hashed and compared in loops of their own: their code is there thrice. */
const MOST_TAGGED = 4

type Dict = Extract<Builder, { builder: 'dictmerger' }>

export const dictKeyed = (builder: Dict): Keyed => keyed(builder.key, builder.state.map((s) => s.type), builder.dense)

export const dictmergerCode = (builder: Dict): BuilderCode => {
  const dict = dictKeyed(builder)
  const { layout, mode } = dict
  if (mode.mode === 'dense') return denseCode(builder, { ...dict, mode })
  const keys = builder.key.length
  const wide = isWide(builder)
  const partitioned = partitionedOf(builder, dict)
  return {
    layout,
    bytes: SINK.bytes,
    open: (scope, place) => {
      const { f } = scope
      const table = openTable(scope, dict, sinkAddress(f, place))
      if (partitioned) emitLimit(scope, partitioned, table.sink)
      const gives = partitioned && giving(scope, partitioned, table, (inner, sink) => emitHeap(inner, builder, partitioned, sink), builder.combine)
      const init = (tuple: number) => emitInit(scope, builder.state, layout, keys, tuple, wide)
      const update = (values: readonly Ir[], tuple: number) => emitUpdate(scope, values, layout, keys, tuple, wide)
      return {
        staged: (lets, key, values, rows, unroll) => {
          // A wide state is functions' work: it has no tight loop.
          if (wide) return undefined
          const staged = { scope, keyed: dict, table, gives, lets, key, unroll, init, update: (tuple: number) => update(values, tuple) }
          if (mode.mode === 'word') return stagedWords(staged, mode, rows)
          return builder.key.length <= MOST_TAGGED ? stagedTags(staged, mode, rows) : undefined
        },
        merge: (key, values) => {
          gives?.check()
          gives?.count(() => f.i32(1))
          const locals = evaluate(scope, key)
          const tuple = f.local('i32')
          const upsert = () => emitUpsert(scope, dict, table, locals, tuple, () => init(tuple))
          if (gives) gives.unlessDirect(locals, tuple, () => init(tuple), upsert)
          else upsert()
          update(values, tuple)
          f.free('i32', tuple)
          freeKeys(scope, builder.key, locals)
        },
      }
    },
    finish: (scope, place) => {
      const alone = () => emitFinish(scope, builder, dict, place)
      if (partitioned) emitDictFinish(scope, partitioned, place, alone)
      else alone()
    },
    ...(partitioned ? { parts: { run: (scope, place) => emitDictPart(scope, builder, partitioned, place), done: emitDictJoined } } : {}),
  }
}

const freeKeys = (scope: Scope, types: readonly IrType[], locals: readonly (readonly number[])[]) => {
  types.forEach((type, i) => {
    freeLocals(scope.f, type, locals[i] as readonly number[])
  })
}

const emitFinish = (scope: Scope, builder: Dict, dict: Keyed, place: SinkPlace): void => {
  const { f } = scope
  const { layout } = dict
  const keys = builder.key.length
  const wide = isWide(builder)
  const target = f.local('i32')
  const table: Table = { sink: target, directory: f.local('i32'), mask: f.local('i32') }
  for (const local of [target, table.directory, table.mask]) f.i32(0).set(local)
  emitForSlots(f, place.offset, SINK.count, (sink) => {
    f.get(target).op('i32.eqz').if()
    f.get(sink).set(target)
    reloadTable(scope, table)
    f.else()
    const from = f.local('i32')
    const tuple = f.local('i32')
    const hash = f.local('i32')
    emitForTuples(f, sink, layout.stride, from, () => {
      if (dict.mode.mode === 'tagged') f.get(from).memory('i32.load').set(hash)
      const locals = builder.key.map((type, i) => {
        loadField(f, from, layout.fields[i] as TupleField)
        return toLocals(f, type)
      })
      emitUpsert(scope, dict, table, locals, tuple, () => emitInit(scope, builder.state, layout, keys, tuple, wide), { hash })
      emitCombine(scope, builder.combine, layout, keys, tuple, from, wide)
      freeKeys(scope, builder.key, locals)
    })
    f.end()
  })
  emitPublish(scope, place, table)
  f.get(CTX_LOCAL)
  f.get(target).get(CTX_LOCAL).i32(place.offset).op('i32.add').get(target).op('select')
  f.get(CTX_LOCAL).memory('i32.load', CTX.shared).i32(outputOffset(place.index)).op('i32.add')
  f.call(scope.callees.runtime('dict_pointers'))
}
