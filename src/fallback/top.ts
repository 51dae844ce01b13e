/** Top-n: a store of the best rows so far, and the worst of them as a bound that most rows fail at once. */
import type { SortKey } from '../plan/nodes.ts'
import { type ExpressionContext, emitExpr } from './expression.ts'
import { type Comparator, comparatorOf } from './order.ts'
import { isInt, shapeIn } from './shape.ts'
import { emitPut, Store, type StoreColumn } from './store.ts'
import type { Row } from './stream.ts'
import type { Writer } from './writer.ts'

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
