/** What an appender left: the workers' chunks as the batches of one relation, in source order; and rows cut off at either end. */
import { chunkLayout } from '../codegen/builders/appender.ts'
import { placesOf, type RowAppender, ROW_CHUNK, rowFields } from '../codegen/builders/row-appender.ts'
import { CHUNK, SINK } from '../codegen/sinks.ts'
import type { LoweredStage } from '../compile.ts'
import { isOption } from '../ir/nodes.ts'
import type { Builder } from '../ir/program.ts'
import { type Arena, type ColumnBatch, physicalWidth, type Relation, type Vector } from '../layout/relation.ts'
import type { RowBatch, RowRelation } from '../layout/row-batch.ts'
import { type RowField, rowStride } from '../layout/unsafe-row.ts'

type Collected = Pick<LoweredStage, 'program' | 'layout' | 'columns'>

export const collectChunks = (lowered: Collected, contexts: readonly number[], buffer: ArrayBufferLike): Relation => {
  const layout = chunkLayout(lowered.program.pipelines.at(-1)?.builder as Extract<Builder, { builder: 'appender' }>)
  const batches = chunksOf(lowered, contexts, buffer).map(({ chunk, rows }): ColumnBatch => {
    const vectors = layout.columns.map(({ data, validity }): Vector => ({ data: chunk + data, validity: validity ? chunk + validity : 0, aux: 0 }))
    return { rows, vectors }
  })
  return { columns: lowered.columns, batches, rows: batches.reduce((n, b) => n + b.rows, 0) }
}

/** What an appender in row layout left. */
export const collectRows = (lowered: Collected, contexts: readonly number[], buffer: ArrayBufferLike): RowRelation => {
  const builder = lowered.program.pipelines.at(-1)?.builder as RowAppender
  const written = rowFields(builder)
  const fields = written.map(({ type, physical }): RowField => ({ physical, nullable: isOption(type) }))
  const places = placesOf(builder)
  const words = new Uint32Array(buffer)
  const batches = chunksOf(lowered, contexts, buffer).map(({ chunk, rows }): RowBatch => ({
    rows, data: chunk + places.rows, bytes: words[(chunk + ROW_CHUNK.bytes) / 4] as number, offsets: rowStride(fields) ? 0 : chunk + places.offsets,
  }))
  return { fields, batches, rows: batches.reduce((n, b) => n + b.rows, 0) }
}

/** Addresses of the numbers of rows that were collected, where the appender numbers them. */
export const numbersOf = (lowered: Collected, rows: RowRelation): readonly number[] | undefined => {
  const builder = lowered.program.pipelines.at(-1)?.builder as RowAppender
  const places = placesOf(builder)
  return builder.numbered && rows.batches.map(({ data }) => data - places.rows + places.numbers)
}

/** Chunks that have rows, in source order. */
const chunksOf = ({ layout }: Collected, contexts: readonly number[], buffer: ArrayBufferLike): readonly { readonly chunk: number; readonly rows: number }[] => {
  const words = new Uint32Array(buffer)
  const offset = layout.sinks.at(-1)?.offset as number
  const chunks: { turn: number; tag: number; chunk: number; rows: number }[] = []
  for (const context of contexts) {
    for (let chunk = words[(context + offset + SINK.first) / 4] as number; chunk !== 0; chunk = words[(chunk + CHUNK.next) / 4] as number) {
      const rows = words[(chunk + CHUNK.used) / 4] as number
      if (rows > 0) chunks.push({ turn: words[(chunk + CHUNK.turn) / 4] as number, tag: words[(chunk + CHUNK.tag) / 4] as number, chunk, rows })
    }
  }
  // A morsel's chunks are one worker's and in order; the sort is stable.
  return chunks.sort((a, b) => a.turn - b.turn || a.tag - b.tag)
}

/** Rows from `offset` on, at most `limit` of them. */
export const sliceRelation = (relation: Relation, offset: number, limit: number | null, arena: Arena): Relation => {
  const end = limit === null ? relation.rows : Math.min(relation.rows, offset + limit)
  if (offset === 0 && end === relation.rows) return relation
  const batches: ColumnBatch[] = []
  let first = 0
  for (const batch of relation.batches) {
    const from = Math.max(0, offset - first)
    const to = Math.min(batch.rows, end - first)
    if (from < to) batches.push(from === 0 ? { ...batch, rows: to } : sliceBatch(relation, batch, from, to, arena))
    first += batch.rows
  }
  return { ...relation, batches, rows: Math.max(0, end - offset) }
}

const sliceBatch = (relation: Relation, batch: ColumnBatch, from: number, to: number, arena: Arena): ColumnBatch => ({
  rows: to - from,
  vectors: batch.vectors.map((vector, c): Vector => {
    const physical = relation.columns[c]?.physical ?? 'bool8'
    const moved = physical === 'utf8' ? { data: vector.data, aux: vector.aux + from * 4 } : { data: vector.data + from * physicalWidth[physical], aux: 0 }
    return { ...moved, validity: vector.validity ? shiftBits(vector.validity, from, to, arena) : 0 }
  }),
})

/** Bits [from, to) of a bitmap as a bitmap of its own. */
const shiftBits = (address: number, from: number, to: number, arena: Arena): number => {
  const out = arena.allocate(Math.ceil((to - from) / 8))
  const bytes = new Uint8Array(arena.buffer)
  for (let i = from; i < to; i++) {
    if (((bytes[address + (i >> 3)] as number) >> (i & 7)) & 1) bytes[out + ((i - from) >> 3)] = (bytes[out + ((i - from) >> 3)] as number) | (1 << ((i - from) & 7))
  }
  return out
}

/** The same of rows. */
export const sliceRows = (relation: RowRelation, offset: number, limit: number | null, arena: Arena): RowRelation => {
  const end = limit === null ? relation.rows : Math.min(relation.rows, offset + limit)
  if (offset === 0 && end === relation.rows) return relation
  const stride = rowStride(relation.fields)
  const batches: RowBatch[] = []
  let first = 0
  for (const batch of relation.batches) {
    const from = Math.max(0, offset - first)
    const to = Math.min(batch.rows, end - first)
    if (from < to) batches.push(sliceRowBatch(batch, from, to, stride, arena))
    first += batch.rows
  }
  return { ...relation, batches, rows: Math.max(0, end - offset) }
}

const sliceRowBatch = ({ rows, data, bytes, offsets }: RowBatch, from: number, to: number, stride: number, arena: Arena): RowBatch => {
  if (stride) return { rows: to - from, data: data + from * stride, bytes: (to - from) * stride, offsets: 0 }
  const old = new Uint32Array(arena.buffer, offsets >>> 0, rows)
  const start = old[from] as number
  const stop = to < rows ? (old[to] as number) : bytes
  const moved = arena.allocate((to - from) * 4)
  new Uint32Array(arena.buffer, moved, to - from).set(old.subarray(from, to).map((at) => at - start))
  return { rows: to - from, data: data + start, bytes: stop - start, offsets: moved }
}
