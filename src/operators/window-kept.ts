/** What a window's sorter keeps of each row beside its keys: columns, arguments, bounds, states. */
import { carried, restored } from './carried.ts'
import type { Ir } from '../ir/nodes.ts'
import type { Expr } from '../plan/nodes.ts'
import type { Column, Row, StageContext } from './stage.ts'

export const EMPTY: Row = { columns: [], bound: 0n }

export class Kept {
  readonly fields: Ir[] = []
  readonly row: Row
  readonly #cx: StageContext
  readonly #columns = new Map<number, number>()

  constructor(row: Row, columns: readonly number[], cx: StageContext) {
    this.row = row
    this.#cx = cx
    for (const i of columns) this.#columns.set(i, this.add(carried(row.columns[i] as Column)))
  }

  add(ir: Ir): number {
    return this.fields.push(ir) - 1
  }

  /** How an expression is read of a sorted row; constants are not kept. `field`: where it is. */
  expr(expr: Expr): { readonly read: (row: string) => Column; readonly column: Column; readonly field: number } {
    if (expr.expr === 'literal') {
      const column = this.#cx.lower(expr, EMPTY)
      return { read: () => column, column, field: -1 }
    }
    const column = this.#cx.lower(expr, this.row)
    const own = expr.expr === 'column' ? this.#columns.get(expr.index) : undefined
    const field = own ?? this.add(carried(column))
    if (expr.expr === 'column') this.#columns.set(expr.index, field)
    return { read: (row) => restored(column, { ir: 'field', type: carried(column).type, row, index: field }, this.#cx), column, field }
  }
}
