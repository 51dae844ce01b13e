/**
 * Streams: a source of batches and the code that turns row `i` of a batch into values. Operators that keep no rows wrap
 * the code; those that do run it to the end and start a new stream over their store.
 */
import type { Relation } from '../layout/relation.ts'
import { type ColumnReader, openColumn } from './read-column.ts'
import type { Val } from './shape.ts'
import { emitGet, type Store } from './store.ts'
import type { Writer } from './writer.ts'

/** The values of one row; a value's code is written where it is first asked for. */
export type Row = readonly ((w: Writer) => Val)[]

export interface Batch {
  readonly rows: number
  /** The value of a binding key in this batch. */
  bind(key: unknown): unknown
}

export interface Stream {
  readonly batches: readonly Batch[]
  emit(w: Writer, consume: (row: Row) => void): void
}

interface ColumnKey {
  readonly reader: ColumnReader
  readonly part: string
}

/** The rows of a relation in shared memory. */
export const relationStream = (relation: Relation, buffer: ArrayBufferLike): Stream => {
  const readers = relation.columns.map((column, index) =>
    openColumn(
      column,
      relation.batches.map((batch) => ({ rows: batch.rows, vector: batch.vectors[index]! })),
      buffer,
    ),
  )
  const keys = new Map<string, ColumnKey>()
  const keyOf = (index: number, part: string): ColumnKey => {
    const name = `${index}.${part}`
    let key = keys.get(name)
    if (key === undefined) keys.set(name, (key = { reader: readers[index]!, part }))
    return key
  }
  return {
    batches: relation.batches.map((batch, b) => ({
      rows: batch.rows,
      bind: (key) => (key as ColumnKey).reader.bind((key as ColumnKey).part, b),
    })),
    emit: (_, consume) =>
      consume(
        readers.map((reader, index) => (writer: Writer) => {
          const key = keyOf(index, '')
          return writer.cached(key, () => reader.emit(writer, (part) => writer.binding(keyOf(index, part))))
        }),
      ),
  }
}

/** The rows of a store. */
export const storeStream = (store: Store): Stream => ({
  batches: [{ rows: store.rows, bind: () => undefined }],
  emit: (_, consume) => consume(storeRow(store, 'i')),
})

/** The values of a store's row `at`. */
export const storeRow = (store: Store, at: string): Row =>
  store.columns.map((column) => {
    const key = { column, at }
    return (w: Writer) => w.cached(key, () => emitGet(w, store, column, at))
  })
