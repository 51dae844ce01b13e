/** Sorting: rows are kept in a store and a comparator over its key columns orders row numbers; equal rows keep their order. */
import type { SortKey } from '../plan/nodes.ts'
import { compareFloats, compareValues } from './dict.ts'
import { type ExpressionContext, emitExpr } from './expression.ts'
import { isFloating } from '../layout/types.ts'
import { packedOrder } from './packed-order.ts'
import { isInt, shapeIn } from './shape.ts'
import { appendRow, emitPut, Store, type StoreColumn } from './store.ts'
import type { Row } from './stream.ts'
import type { Writer } from './writer.ts'

type Comparator = (a: number, b: number) => number

/** The order of one column's values, NULLs apart. */
const valueOrder = (column: StoreColumn): Comparator => {
  const { shape } = column
  if (shape.rep === 'code') {
    const dict = shape.dict!
    const codes = column.data as Int32Array
    if (dict.sortable) {
      const ranks = dict.ranks()
      return (a, b) => ranks[codes[a]!]! - ranks[codes[b]!]!
    }
    return (a, b) => compareValues(dict.at(codes[a]!), dict.at(codes[b]!))
  }
  const data = column.data
  if (isFloating(shape.type)) return (a, b) => compareFloats(data[a] as number, data[b] as number)
  if (ArrayBuffer.isView(data)) return (a, b) => (data as Float64Array)[a]! - (data as Float64Array)[b]!
  return (a, b) => compareValues(data[a], data[b])
}

const keyOrder = (column: StoreColumn, { descending, nullsFirst }: SortKey): Comparator => {
  const plain = valueOrder(column)
  const directed: Comparator = descending ? (a, b) => plain(b, a) : plain
  const nulls = column.nulls
  if (nulls === undefined) return directed
  const nullSide = nullsFirst ? -1 : 1
  return (a, b) => {
    if (nulls[a] !== 0) return nulls[b] !== 0 ? 0 : nullSide
    return nulls[b] !== 0 ? -nullSide : directed(a, b)
  }
}

const comparatorOf = (columns: readonly StoreColumn[], keys: readonly SortKey[]): Comparator => {
  const orders = columns.map((column, i) => keyOrder(column, keys[i]!))
  const [first, second] = orders
  if (first === undefined) return () => 0
  if (second === undefined) return first
  if (orders.length === 2) return (a, b) => first(a, b) || second(a, b)
  return (a, b) => {
    for (const order of orders) {
      const sign = order(a, b)
      if (sign !== 0) return sign
    }
    return 0
  }
}

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

/** Keeps the first `count` rows of the order; cuts back whenever it holds twice as many and some. */
export class TopSink {
  private readonly keys: readonly SortKey[]
  private readonly cx: ExpressionContext
  private readonly count: number
  private readonly offset: number
  private readonly store: Store
  private columns: StoreColumn[] = []
  /** `worst`: the first key of the bound, where it is a number; NaN loses to none. */
  private readonly state: { bound: number; worst: number; compare: Comparator; cut: () => void }
  private readonly full: number

  constructor(keys: readonly SortKey[], limit: number, offset: number, cx: ExpressionContext) {
    this.keys = keys
    this.cx = cx
    this.count = limit + offset
    this.offset = offset
    this.full = 2 * this.count + 1024
    // It never grows: the comparator holds its arrays.
    this.store = new Store(this.full + 1)
    this.state = { bound: -1, worst: Number.NaN, compare: () => 0, cut: () => this.cut() }
  }

  emit(w: Writer, row: Row): void {
    const [lead] = this.keys
    const t = w.capture(this.state)
    // Most rows lose by the first key alone. Keys that are not plain columns may raise, and so are all evaluated.
    const first = lead !== undefined && this.keys.every((key) => key.expr.expr === 'column') ? emitExpr(w, lead.expr, row, this.cx) : undefined
    if (first === undefined || !isInt(first) || first.nul !== '') return this.emitRow(w, row)
    w.block(`if (!(${first.code} ${lead!.descending ? '<' : '>'} ${t}.worst)) {`, () => this.emitRow(w, row))
  }

  private emitRow(w: Writer, row: Row): void {
    const keys = this.keys.map((key) => emitExpr(w, key.expr, row, this.cx))
    const s = w.capture(this.store)
    const t = w.capture(this.state)
    const at = w.fresh('n')
    w.line(`const ${at} = ${s}.rows`)
    // The keys are put down first: a row that does not come before the bound is overwritten by the next.
    this.columns = keys.map((key) => this.store.add(shapeIn(key), key.nul !== ''))
    keys.forEach((key, i) => {
      emitPut(w, this.store, this.columns[i]!, at, key)
    })
    const wanted = this.count === 0 ? 'false' : `${t}.bound < 0 || ${t}.compare(${at}, ${t}.bound) < 0`
    w.block(`if (${wanted}) {`, () => {
      for (const get of row) {
        const val = get(w)
        emitPut(w, this.store, this.store.add(shapeIn(val), val.nul !== ''), at, val)
      }
      w.line(`${s}.rows = ${at} + 1`)
      w.line(`if (${at} + 1 >= ${this.full}) ${t}.cut()`)
    })
  }

  private order(): number[] {
    this.state.compare = comparatorOf(this.columns, this.keys)
    const { compare } = this.state
    return Array.from({ length: this.store.rows }, (_, i) => i)
      .sort((a, b) => compare(a, b) || a - b)
      .slice(0, this.count)
  }

  private cut(): void {
    this.keep(this.order())
    this.state.bound = this.count - 1
    const first = this.columns[0]
    if (first !== undefined && isInt(first.shape)) this.state.worst = (first.data as Float64Array)[this.state.bound]!
    this.state.compare = comparatorOf(this.columns, this.keys)
  }

  private keep(order: readonly number[]): void {
    const kept = this.store.permuted(order)
    kept.columns.forEach((column, i) => {
      const own = this.store.columns[i]!
      if (ArrayBuffer.isView(own.data)) (own.data as Float64Array).set(column.data as Float64Array)
      else for (let row = 0; row < order.length; row++) (own.data as (string | bigint)[])[row] = (column.data as (string | bigint)[])[row]!
      own.nulls?.set(column.nulls!)
    })
    this.store.rows = order.length
  }

  finish(): Store {
    const out = this.store.permuted(this.order().slice(this.offset))
    out.columns.splice(0, this.columns.length)
    return out
  }
}
