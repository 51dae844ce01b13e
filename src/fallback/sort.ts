/** Sorting: rows are kept in a store, and their numbers ordered by its key columns; equal rows keep their order. */
import type { SortKey } from '../plan/nodes.ts'
import { type ExpressionContext, emitExpr } from './expression.ts'
import { type Comparator, comparatorOf } from './order.ts'
import { packedOrder } from './packed-order.ts'
import { appendRow, Store, type StoreColumn } from './store.ts'
import type { Row } from './stream.ts'
import type { Writer } from './writer.ts'

const RUN = 4096

/** Row numbers 0 … rows − 1 in order; merges by runs, and lets `breathe` in between. */
const sortedOrder = async (rows: number, compare: Comparator, breathe: () => Promise<void>): Promise<Uint32Array> => {
  let from = Uint32Array.from({ length: rows }, (_, i) => i)
  for (let start = 0; start < rows; start += RUN) {
    from.subarray(start, Math.min(start + RUN, rows)).sort(compare)
    await breathe()
  }
  let to: typeof from = new Uint32Array(rows)
  for (let width = RUN; width < rows; width *= 2) {
    for (let start = 0; start < rows; start += 2 * width) {
      const middle = Math.min(start + width, rows)
      const end = Math.min(start + 2 * width, rows)
      let left = start
      let right = middle
      for (let at = start; at < end; ) {
        const stop = Math.min(at + RUN, end)
        for (; at < stop; at++) to[at] = left < middle && (right >= end || compare(from[left]!, from[right]!) <= 0) ? from[left++]! : from[right++]!
        await breathe()
      }
    }
    ;[from, to] = [to, from]
  }
  return from
}

/** Keeps all rows, the sort keys as columns after them. */
export class SortSink {
  private readonly keys: readonly SortKey[]
  private readonly cx: ExpressionContext
  private readonly store = new Store()
  private width = 0

  constructor(keys: readonly SortKey[], cx: ExpressionContext) {
    this.keys = keys
    this.cx = cx
  }

  emit(w: Writer, row: Row): void {
    const keys = this.keys.map((key) => emitExpr(w, key.expr, row, this.cx))
    const values = row.map((get) => get(w))
    this.width = values.length
    appendRow(w, this.store, [...values, ...keys])
  }

  /** The rows and the key columns. */
  finish(): { store: Store; columns: readonly StoreColumn[]; keys: readonly SortKey[] } {
    return { store: this.store, columns: this.store.columns.splice(this.width), keys: this.keys }
  }
}

/** The kept rows in order, from `offset` on. */
export const sortedStore = async (sink: SortSink, offset: number, limit: number | undefined, breathe: () => Promise<void>): Promise<Store> => {
  const { store, columns, keys } = sink.finish()
  const order = (await packedOrder(columns, keys, store.rows, breathe)) ?? (await sortedOrder(store.rows, comparatorOf(columns, keys), breathe))
  return store.permuted(order.subarray(offset, limit === undefined ? undefined : offset + limit))
}
