/**
 * appender in row layout: the result as UnsafeRows. Chunks have up to 2048 rows, of which they carry the offsets where the fields
 * have no fixed stride, and their numbers, where rows are numbered; their order is that of column chunks (appender.ts). Drawn in assembly/rows.ts.
 */
import { CTX } from '../../ir/context.ts'
import type { Ir } from '../../ir/nodes.ts'
import type { Builder } from '../../ir/program.ts'
import { type RowPhysical, rowStride } from '../../layout/unsafe-row.ts'
import type { FunctionBuilder } from '../encoder.ts'
import { mergeParts } from '../parts.ts'
import { clearNulls, fixedBytes, leastBytes, type OpenRow, writeFields, type WrittenField } from '../row-writer.ts'
import { CTX_LOCAL, type Callees, type Scope } from '../scope.ts'
import { SHARED, SINK } from '../sinks.ts'
import { type BuilderCode, evaluate, sinkAddress } from './sink.ts'

export type RowAppender = Extract<Builder, { builder: 'appender' }> & { readonly layout: 'row' }
export const isRowAppender = (builder: Builder): builder is RowAppender => builder.builder === 'appender' && builder.layout === 'row'

const ROWS = 2048
/** Offsets in the sink and in a chunk: assembly/rows.ts. */
const PLACE = { limit: SINK.limit, current: SINK.current, before: SINK.stride, capacity: SINK.chunkBytes } as const
export const ROW_CHUNK = { next: 0, used: 4, tag: 8, turn: 12, bytes: 16, header: 32 } as const
/** Bytes of text that a chunk has room for in each row and field, before a further chunk is begun. */
const TEXT_BYTES = 16

export const rowFields = (builder: RowAppender): readonly WrittenField[] => builder.fields.map(({ type, physical }, i) => ({ type, physical: physical as RowPhysical, interval: builder.intervals?.includes(i) === true }))
const stridesOf = (fields: readonly WrittenField[]): number => rowStride(fields.map((f) => ({ ...f, nullable: true })))
/** Where a chunk's offsets, numbers and rows begin. */
export const placesOf = (builder: RowAppender): { readonly offsets: number; readonly numbers: number; readonly rows: number } => {
  const numbers = ROW_CHUNK.header + (stridesOf(rowFields(builder)) ? 0 : ROWS * 4)
  return { offsets: ROW_CHUNK.header, numbers, rows: numbers + (builder.numbered ? ROWS * 4 : 0) }
}

export const rowAppenderCode = (builder: RowAppender): BuilderCode => {
  const fields = rowFields(builder)
  const fixed = stridesOf(fields)
  const { numbers, rows: before } = placesOf(builder)
  const least = leastBytes(fields)
  const capacity = ROWS * (least + TEXT_BYTES * fields.filter((x) => x.physical === 'utf8').length)
  return {
    bytes: SINK.bytes,
    open: (scope, place) => {
      const { f, callees } = scope
      const local = () => f.local('i32')
      const sink = sinkAddress(f, place)
      const [chunk, used, next, limit, row, end, appended, count] = [local(), local(), local(), local(), local(), local(), local(), local()]
      f.get(sink).i32(before).memory('i32.store', PLACE.before)
      f.get(sink).i32(capacity).memory('i32.store', PLACE.capacity)
      f.get(sink).memory('i32.load', SINK.count).tee(count).set(appended)
      const tag = () => f.get(CTX_LOCAL).memory('i32.load', CTX.rowBase).get(scope.morsel as number).op('i32.add')
      // The first append of a morsel opens a chunk; a later function of the same one goes on with it.
      f.i32(ROWS).set(used)
      f.get(sink).memory('i32.load', PLACE.current).tee(chunk).if()
      f.get(chunk).memory('i32.load', ROW_CHUNK.tag)
      tag()
      f.op('i32.eq').get(chunk).memory('i32.load', ROW_CHUNK.turn).i32(place.turn ?? 0).op('i32.eq').op('i32.and').if()
      f.get(chunk).memory('i32.load', ROW_CHUNK.used).set(used)
      f.get(chunk).i32(before).op('i32.add').get(chunk).memory('i32.load', ROW_CHUNK.bytes).op('i32.add').set(next)
      f.get(sink).memory('i32.load', PLACE.limit).set(limit)
      f.else().i32(0).set(chunk).end().end()
      /** What the chunk holds, which locals know between the first row and the last. */
      const sealed = () => {
        f.get(chunk).if()
        f.get(chunk).get(used).memory('i32.store', ROW_CHUNK.used)
        f.get(chunk).get(next).get(chunk).i32(before).op('i32.add').op('i32.sub').memory('i32.store', ROW_CHUNK.bytes)
        f.end()
      }
      /** Reads where the sink's chunk, a new one, lies; `at` is its first row. */
      const renewed = (at: number) => {
        sealed()
        f.get(sink).memory('i32.load', PLACE.current).set(chunk)
        f.get(sink).memory('i32.load', PLACE.limit).set(limit)
        f.get(at).set(next)
        f.i32(0).set(used)
      }
      const target: OpenRow = {
        row, end,
        room: (bytes) => {
          if (fixed) return
          emitRoom(f, callees, sink, row, end, limit, bytes, () => renewed(row))
        },
      }
      return {
        merge: (key, values) => {
          const number = builder.numbered ? (evaluate(scope, key)[0]?.[0] as number) : undefined
          f.get(used).i32(ROWS).op('i32.eq')
          if (!fixed) f.get(limit).get(next).op('i32.sub').i32(least).op('i32.lt_u').op('i32.or')
          f.if()
          f.get(CTX_LOCAL).get(sink).i32(least)
          tag()
          f.i32(place.turn ?? 0).call(callees.runtime('rows_chunk')).set(row)
          renewed(row)
          f.end()
          f.get(next).tee(row).i32(fixedBytes(fields)).op('i32.add').set(end)
          const parts = mergeParts(builder, [], values)?.values
          if (!scope.part || !parts) writeFields(scope, fields, values, values.map((_, i) => i), target, true)
          else {
            clearNulls(f, fields, row)
            for (const group of parts) {
              emitPart(scope, fields, values, group, sink, target, fixed === 0)
              if (!fixed) {
                // The row begins elsewhere: in a new chunk.
                f.get(row).get(next).op('i32.ne').if()
                renewed(row)
                f.end()
              }
            }
          }
          if (!fixed) f.get(chunk).get(used).i32(2).op('i32.shl').op('i32.add').get(row).get(chunk).i32(before).op('i32.add').op('i32.sub').memory('i32.store', ROW_CHUNK.header)
          if (number !== undefined) {
            f.get(chunk).get(used).i32(2).op('i32.shl').op('i32.add').get(number).memory('i32.store', numbers)
            f.free('i32', number)
          }
          if (fixed) f.get(row).i32(fixed).op('i32.add').set(next)
          else f.get(end).set(next)
          f.get(used).i32(1).op('i32.add').set(used)
          f.get(count).i32(1).op('i32.add').set(count)
        },
        close: () => {
          sealed()
          f.get(sink).get(count).memory('i32.store', SINK.count)
          if (!builder.counted) return
          f.get(CTX_LOCAL).memory('i32.load', CTX.shared).i32(SHARED.appended).op('i32.add')
          f.get(count).get(appended).op('i32.sub').memory('i32.atomic.rmw.add').op('drop')
        },
      }
    },
  }
}

const emitRoom = (f: FunctionBuilder, callees: Callees, sink: number, row: number, end: number, limit: number, bytes: number, moved: () => void): void => {
  f.get(limit).get(end).op('i32.sub').get(bytes).op('i32.lt_u').if()
  // From the row's begin, as long as it lies where it is going.
  f.get(end).get(row).op('i32.sub')
  f.get(CTX_LOCAL).get(sink).get(row).get(end).get(bytes).call(callees.runtime('rows_move')).tee(row).op('i32.add').set(end)
  moved()
  f.end()
}

/** Some of the fields in a function of their own, which leaves where the row begins and ends. */
const emitPart = (scope: Scope, fields: readonly WrittenField[], values: readonly Ir[], group: readonly number[], sink: number, { row, end }: OpenRow, moves: boolean): void => {
  const { f } = scope
  scope.part?.(scope, group.map((i) => values[i] as Ir), [sink, row, end], ['i32', 'i32'], (inner, bases) => {
    const g = inner.f
    const [sink, row, end] = bases as readonly [number, number, number]
    const limit = g.local('i32')
    g.get(sink).memory('i32.load', PLACE.limit).set(limit)
    const room = (bytes: number) => {
      if (moves) emitRoom(g, inner.callees, sink, row, end, limit, bytes, () => g.get(sink).memory('i32.load', PLACE.limit).set(limit))
    }
    writeFields(inner, fields, values, group, { row, end, room }, false)
    g.get(row).get(end)
  })
  f.set(end).set(row)
}
