/** sorter: tuples with a normalised key (sort-key-code.ts), which are sorted once all are there; of a top-n the first rows alone are kept. */
import { CTX } from '../../ir/context.ts'
import type { Ir } from '../../ir/nodes.ts'
import type { FunctionBuilder } from '../encoder.ts'
import { type Group, mergeParts } from '../parts.ts'
import { CTX_LOCAL, freeLocals, type Scope } from '../scope.ts'
import { SINK } from '../sinks.ts'
import { storeLocals, type TupleField } from '../tuple.ts'
import { type BuilderCode, emitNewTuple, emitStride, evaluate, sinkAddress, type SinkPlace, storeValues } from './sink.ts'
import { emitLongKey, emitShortKey } from './sort-key-code.ts'
import { bytesOf, isShort, type Key, leadingOf, type Shape, shapesOf } from './sort-keys.ts'
import { pushOutput, type Sorter, sorterLayout } from './sort-tuples.ts'
import { sorterParts } from './sorter-parts.ts'
import { emitPlaces } from './window-partitions.ts'

export const sorterCode = (builder: Sorter): BuilderCode => {
  const layout = sorterLayout(builder)
  return {
    layout,
    bytes: SINK.bytes + (((builder.window ?? 0) + 15) & ~15),
    open: (scope, place) => {
      const { f } = scope
      const sink = sinkAddress(f, place)
      emitStride(f, sink, layout.stride)
      emitBegin(scope, builder, place, sink)
      return {
        merge: (keyValues, values) => {
          const skip = f.block()
          const parts = scope.part && mergeParts(builder, keyValues, values)
          const shapes = shapesOf(builder)
          const evaluated = (inner: Scope, positions: Group): readonly Key[] => {
            const locals = evaluate(inner, positions.map((i) => keyValues[i] as Ir))
            return positions.map((position, i) => ({ ...(shapes[position] as Shape), locals: locals[i] as readonly number[] }))
          }
          const cut = parts && parts.keys.length > 1 ? parts.keys : undefined
          const keys = evaluated(scope, cut ? leadingOf(shapes).map((_, i) => i) : shapes.map((_, i) => i))
          const prefix = f.local('i64')
          const slice = f.local('i64')
          if (isShort(shapes)) emitShortKey(f, keys, bytesOf(shapes), prefix, slice)
          else {
            if (builder.top) emitEarlySkip(f, keys, sink, prefix, slice, skip)
            emitLongKey(scope, shapes, prefix, slice, (base, emitOf) => {
              if (!cut) return emitOf(scope, base, keys)
              for (const group of cut) {
                scope.part?.(scope, group.map((i) => keyValues[i] as Ir), [base], ['i32'], (inner, [moved]) => {
                  emitOf(inner, moved as number, evaluated(inner, group))
                  inner.f.get(moved as number)
                })
                f.set(base)
              }
            })
          }
          if (builder.top) {
            f.get(prefix).get(sink).memory('i64.load', SINK.threshold).op('i64.gt_u').if()
            // The key's bytes are given back with the row.
            f.get(CTX_LOCAL).get(slice).op('i32.wrap_i64').get(CTX_LOCAL).memory('i32.load', CTX.arena).get(slice).op('i64.eqz').op('i32.eqz').op('select').memory('i32.store', CTX.arena)
            f.br(skip).end()
          }
          const tuple = f.local('i32')
          emitNewTuple(f, scope.callees, sink, layout.stride, tuple)
          f.get(tuple).get(prefix).memory('i64.store', 0)
          f.get(tuple).get(slice).memory('i64.store', 8)
          if (builder.top) emitRow(scope, place, tuple)
          storeValues(scope, values, parts?.values, [tuple], (g, [to], i, locals) => storeLocals(g, to as number, layout.fields[i] as TupleField, locals))
          if (builder.top) emitCompaction(scope, sink, place)
          f.end()
          f.free('i32', tuple)
          f.free('i64', prefix)
          f.free('i64', slice)
          for (const { type, locals } of keys) freeLocals(f, type, locals)
        },
      }
    },
    finish: (scope, place) => {
      const { f } = scope
      f.get(CTX_LOCAL).i32(place.offset)
      pushOutput(f, place)
      f.call(scope.callees.runtime(builder.top ? 'topn_finish' : 'sort_finish'))
      if (builder.keyed) {
        f.get(CTX_LOCAL)
        pushOutput(f, place)
        f.i32(layout.stride).call(scope.callees.runtime('merge_begin'))
      }
      if (builder.window !== undefined) emitPlaces(scope, builder, builder.window, place, layout)
    },
    parts: builder.top ? undefined : sorterParts(builder, layout),
  }
}

/** Notes which morsel's rows come now; a top-n looks at what the others know. */
const emitBegin = ({ f, callees, morsel }: Scope, { top }: Sorter, place: SinkPlace, sink: number): void => {
  f.get(CTX_LOCAL).get(sink)
  if (top) {
    pushOutput(f, place)
    f.call(callees.runtime('topn_look'))
    return
  }
  f.i32(place.turn ?? place.index).get(CTX_LOCAL).memory('i32.load', CTX.rowBase).get(morsel as number).op('i32.add').call(callees.runtime('sort_run'))
}

/** The row's number, that of its pipeline in the upper half. */
const emitRow = ({ f, row }: Scope, place: SinkPlace, tuple: number): void => {
  f.get(tuple).get(CTX_LOCAL).memory('i32.load', CTX.rowBase).get(row as number).op('i32.add').memory('i32.store', 16)
  f.get(tuple).i32(place.turn ?? place.index).memory('i32.store', 20)
}

/** A top-n sink is compacted once it holds max(4096, 4n) tuples. */
const emitCompaction = (scope: Scope, sink: number, place: SinkPlace): void => {
  const { f } = scope
  f.get(sink).memory('i32.load', SINK.count).i32(4096).op('i32.ge_u').if()
  f.get(sink).memory('i32.load', SINK.count).get(sink).memory('i32.load', SINK.topn).i32(2).op('i32.shl').op('i32.ge_u').if()
  f.get(CTX_LOCAL).get(sink)
  pushOutput(f, place)
  f.call(scope.callees.runtime('topn_compact'))
  f.end().end()
}

/**
 * Most rows of a top-n are beyond its threshold by their first keys alone. Padded with zeros these are the least prefix the
 * row can have, so the row is out where they are above the threshold; no key is written for it.
 */
const emitEarlySkip = (f: FunctionBuilder, keys: readonly Key[], sink: number, prefix: number, slice: number, skip: number): void => {
  const leading = keys.slice(0, leadingOf(keys).length)
  if (leading.length === 0) return
  emitShortKey(f, leading, bytesOf(leading), prefix, slice)
  f.get(prefix).get(sink).memory('i64.load', SINK.threshold).op('i64.gt_u').brIf(skip)
}
