/**
 * appender over columns: the result. Rows go into chunks of 2048, each column at a fixed offset, so that a chunk is a column
 * batch as it stands. A chunk belongs to one morsel and carries its first row as tag: sorted by tag, chunks are in source order.
 * Of several pipelines that append, those of a later one have its number as turn and come behind.
 *
 *   sink    8 rows u32 · 12 first chunk · 16 current chunk
 *   chunk   0 next · 4 rows · 8 tag · 12 turn · 16 columns: data 16-aligned, then validity bits …
 */
import { CTX } from '../../ir/context.ts'
import { isOption, scalarOf } from '../../ir/nodes.ts'
import type { Builder } from '../../ir/program.ts'
import { physicalWidth } from '../../layout/relation.ts'
import type { FunctionBuilder } from '../encoder.ts'
import { emitRaise } from '../raise.ts'
import { mergeParts } from '../parts.ts'
import { CTX_LOCAL, type Scope } from '../scope.ts'
import { CHUNK, SHARED, SINK } from '../sinks.ts'
import { STORE } from '../tuple.ts'
import { type BuilderCode, sinkAddress, storeValues } from './sink.ts'

type Appender = Extract<Builder, { builder: 'appender' }>

/** Rows of one chunk. */
export const APPENDER_ROWS = 2048

export interface ChunkLayout {
  readonly columns: readonly { readonly data: number; readonly validity: number }[]
  readonly bytes: number
}

export const chunkLayout = (builder: Appender): ChunkLayout => {
  let at: number = CHUNK.header
  const columns = builder.fields.map(({ type, physical }) => {
    const data = at
    at += physicalWidth[physical] * APPENDER_ROWS
    const validity = isOption(type) ? at : 0
    if (validity) at += APPENDER_ROWS / 8
    return { data, validity }
  })
  return { columns, bytes: at }
}

export const appenderCode = (builder: Appender): BuilderCode => {
  const layout = chunkLayout(builder)
  return {
    bytes: SINK.bytes,
    open: (scope, place) => {
      const { f } = scope
      const sink = sinkAddress(f, place)
      const chunk = f.local('i32')
      const row = f.local('i32')
      const before = f.local('i32')
      f.get(sink).memory('i32.load', SINK.count).set(before)
      // The first append of a morsel opens a chunk; a later function of the same one goes on with it.
      f.i32(APPENDER_ROWS).set(row)
      f.get(sink).memory('i32.load', SINK.current).tee(chunk).if()
      f.get(chunk).memory('i32.load', CHUNK.tag)
      emitTag(scope)
      f.op('i32.eq')
      if (place.turn !== undefined) f.get(chunk).memory('i32.load', CHUNK.turn).i32(place.turn).op('i32.eq').op('i32.and')
      f.if()
      f.get(chunk).memory('i32.load', CHUNK.used).set(row).end().end()
      const renew = () => {
        emitNewChunk(scope, layout, sink, chunk)
        if (place.turn !== undefined) f.get(chunk).i32(place.turn).memory('i32.store', CHUNK.turn)
        f.i32(0).set(row)
      }
      const grown = (push: () => void) => {
        f.get(chunk).get(row).memory('i32.store', CHUNK.used)
        f.get(sink).get(sink).memory('i32.load', SINK.count)
        push()
        f.op('i32.add').memory('i32.store', SINK.count)
      }
      return {
        chunk: { rows: APPENDER_ROWS, address: chunk, used: row, columns: layout.columns, renew, grown: (by) => grown(() => f.get(by)) },
        merge: (_, values) => {
          f.get(row).i32(APPENDER_ROWS).op('i32.eq').if()
          renew()
          f.end()
          storeValues(scope, values, mergeParts(builder, [], values)?.values, [chunk, row], (g, [to, at], i, locals) => {
            storeValue(g, builder, layout, i, to as number, at as number, locals)
          })
          f.get(row).i32(1).op('i32.add').set(row)
          grown(() => f.i32(1))
        },
        close: () => {
          if (!builder.counted) return
          f.get(CTX_LOCAL).memory('i32.load', CTX.shared).i32(SHARED.appended).op('i32.add')
          f.get(sink).memory('i32.load', SINK.count).get(before).op('i32.sub').memory('i32.atomic.rmw.add').op('drop')
        },
      }
    },
  }
}

/** Column `i` of the chunk at `chunk`, in its row `row`: locals. */
const storeValue = (f: FunctionBuilder, builder: Appender, layout: ChunkLayout, i: number, chunk: number, row: number, locals: readonly number[]): void => {
  const { type, physical } = builder.fields[i] as Appender['fields'][number]
  const { data, validity } = layout.columns[i] as { data: number; validity: number }
  const [lo, hi] = locals
  const scalar = scalarOf(type)
  const address = () => f.get(chunk).get(row).i32(physicalWidth[physical]).op('i32.mul').op('i32.add')
  address().get(lo as number).memory(STORE[scalar], data)
  if (scalar === 'i128') address().get(hi as number).memory('i64.store', data + 8)
  if (!validity) return
  const byte = f.local('i32')
  f.get(chunk).get(row).i32(3).op('i32.shr_u').op('i32.add').tee(byte)
  f.get(byte).memory('i32.load8_u', validity).get(locals.at(-1) as number)
  f.get(row).i32(7).op('i32.and').op('i32.shl').op('i32.or').memory('i32.store8', validity)
  f.free('i32', byte)
}

/** Columns whose validity bits are cleared in one function. */
const CLEARED = 64

const emitNewChunk = (scope: Scope, layout: ChunkLayout, sink: number, chunk: number): void => {
  const { f } = scope
  f.get(CTX_LOCAL).i32(layout.bytes).call(scope.callees.runtime('reserve')).tee(chunk).op('i32.eqz').if()
  emitRaise(f, 'MEMORY_EXCEEDED', 0)
  f.op('unreachable').end()
  // Data is written before it counts; validity bits are added to bytes of zeros.
  f.get(chunk).i32(0).i32(CHUNK.header).fill()
  const nullable = layout.columns.filter(({ validity }) => validity)
  const clear = (g: FunctionBuilder, at: number, columns: ChunkLayout['columns']) => {
    for (const { validity } of columns) g.get(at).i32(validity).op('i32.add').i32(0).i32(APPENDER_ROWS / 8).fill()
  }
  if (nullable.length <= CLEARED || !scope.part) clear(f, chunk, nullable)
  else for (let i = 0; i < nullable.length; i += CLEARED) scope.part(scope, [], [chunk], [], (inner, [at]) => clear(inner.f, at as number, nullable.slice(i, i + CLEARED)))
  f.get(chunk)
  emitTag(scope)
  f.memory('i32.store', CHUNK.tag)
  f.get(sink).memory('i32.load', SINK.first).if()
  f.get(sink).memory('i32.load', SINK.current).get(chunk).memory('i32.store', CHUNK.next)
  f.else().get(sink).get(chunk).memory('i32.store', SINK.first).end()
  f.get(sink).get(chunk).memory('i32.store', SINK.current)
}

/** Pushes the morsel's first row. */
const emitTag = ({ f, morsel }: Scope): void => {
  f.get(CTX_LOCAL).memory('i32.load', CTX.rowBase).get(morsel as number).op('i32.add')
}
