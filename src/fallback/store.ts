/**
 * Rows in JavaScript memory: what sinks write and later pipelines read. One growable column per shape; numbers lie in
 * typed arrays, strings and bigints in plain ones.
 */
import { isInt32, type Shape, shapeIn, type Val } from './shape.ts'
import type { Writer } from './writer.ts'

type Data = Float64Array | Int32Array | Uint8Array | (string | bigint)[]

const allocate = (shape: Shape, capacity: number): Data => {
  switch (shape.rep) {
    case 'number':
      return isInt32(shape) ? new Int32Array(capacity) : new Float64Array(capacity)
    case 'code':
      return new Int32Array(capacity)
    case 'boolean':
      return new Uint8Array(capacity)
    default:
      return []
  }
}

export class StoreColumn {
  readonly shape: Shape
  data: Data
  nulls: Uint8Array | undefined

  constructor(shape: Shape, nullable: boolean, capacity: number) {
    this.shape = shape
    this.data = allocate(shape, capacity)
    this.nulls = nullable ? new Uint8Array(capacity) : undefined
  }

  grow(capacity: number): void {
    if (ArrayBuffer.isView(this.data)) {
      const next = allocate(this.shape, capacity) as Float64Array
      next.set(this.data as Float64Array)
      this.data = next
    }
    if (this.nulls !== undefined) {
      const next = new Uint8Array(capacity)
      next.set(this.nulls)
      this.nulls = next
    }
  }

  isNull(row: number): boolean {
    return this.nulls !== undefined && this.nulls[row] !== 0
  }

  /** Moves the value of row `from` to row `to`. */
  move(from: number, to: number): void {
    ;(this.data as Float64Array)[to] = (this.data as Float64Array)[from]!
    if (this.nulls !== undefined) this.nulls[to] = this.nulls[from]!
  }
}

export class Store {
  readonly columns: StoreColumn[] = []
  rows = 0
  capacity: number

  constructor(capacity = 1024) {
    this.capacity = capacity
  }

  add(shape: Shape, nullable: boolean): StoreColumn {
    const column = new StoreColumn(shape, nullable, this.capacity)
    this.columns.push(column)
    return column
  }

  grow(): void {
    this.capacity *= 2
    for (const column of this.columns) column.grow(this.capacity)
  }

  /** The same rows in another order. */
  permuted(order: ArrayLike<number>): Store {
    const n = order.length
    const next = new Store(Math.max(n, 1))
    next.rows = n
    for (const column of this.columns) {
      const to = next.add(column.shape, column.nulls !== undefined)
      const from = column.data as Float64Array
      const data = to.data as Float64Array
      for (let i = 0; i < n; i++) data[i] = from[order[i]!]!
      if (column.nulls !== undefined) for (let i = 0; i < n; i++) to.nulls![i] = column.nulls[order[i]!]!
    }
    return next
  }
}

/** Code that makes room for row `at`. */
export const emitRoom = (w: Writer, store: Store, at: string): void => {
  const s = w.capture(store)
  const capacity = w.view(store, `${s}.capacity`)
  w.line(`if (${at} >= ${capacity}) { ${s}.grow(); ${w.reload(store)} }`)
}

/** Code that writes a value into a column's row `at`. */
export const emitPut = (w: Writer, store: Store, column: StoreColumn, at: string, val: Val): void => {
  const c = w.capture(column)
  const data = w.view(store, `${c}.data`)
  w.line(`${data}[${at}] = ${val.rep === 'boolean' ? `${val.code} ? 1 : 0` : val.code}`)
  if (column.nulls !== undefined) w.line(`${w.view(store, `${c}.nulls`)}[${at}] = ${val.nul === '' ? '0' : `${val.nul} ? 1 : 0`}`)
}

/** Code that reads a column's row `at`. */
export const emitGet = (w: Writer, store: Store, column: StoreColumn, at: string): Val => {
  const c = w.capture(column)
  const data = w.view(store, `${c}.data`)
  const nul = column.nulls === undefined ? '' : w.name(`${w.view(store, `${c}.nulls`)}[${at}] !== 0`)
  return { ...column.shape, code: w.name(column.shape.rep === 'boolean' ? `${data}[${at}] !== 0` : `${data}[${at}]`), nul }
}

/** A sink that keeps the rows as they are; columns are made from the first row's shapes. */
export const appendRow = (w: Writer, store: Store, row: readonly Val[]): void => {
  const s = w.capture(store)
  const at = w.fresh('n')
  w.line(`const ${at} = ${s}.rows`)
  emitRoom(w, store, at)
  for (const val of row) emitPut(w, store, store.add(shapeIn(val), val.nul !== ''), at, val)
  w.line(`${s}.rows = ${at} + 1`)
}
