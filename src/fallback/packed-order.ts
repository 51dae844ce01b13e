/**
 * Sorting by keys of few possible values: the keys of a row and its number are packed into one double below 2^53, and the
 * doubles are sorted. Row numbers are the last digit, so equal rows keep their order.
 */
import type { SortKey } from '../plan/nodes.ts'
import { isInt } from './shape.ts'
import type { StoreColumn } from './store.ts'

/** One key as digits 0 … span − 1 in ascending order of the result. */
interface Digit {
  readonly span: number
  readonly at: (row: number) => number
}

const digitOf = (column: StoreColumn, rows: number, { descending, nullsFirst }: SortKey): Digit | undefined => {
  const { shape, nulls } = column
  const data = column.data as Int32Array
  let plain: ArrayLike<number> = data
  let indirect: Int32Array | undefined
  if (shape.rep === 'code') {
    if (!shape.dict!.sortable) return undefined
    indirect = shape.dict!.ranks()
    plain = indirect
  } else if (!isInt(shape) && shape.rep !== 'boolean') return undefined
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  const value = indirect === undefined ? (row: number) => plain[row]! : (row: number) => plain[data[row]!]!
  for (let row = 0; row < rows; row++) {
    if (nulls !== undefined && nulls[row] !== 0) continue
    const v = value(row)
    if (v < min) min = v
    if (v > max) max = v
  }
  if (min > max) return { span: 1, at: () => 0 }
  const directed = descending ? (row: number) => max - value(row) : (row: number) => value(row) - min
  if (nulls === undefined) return { span: max - min + 1, at: directed }
  const shift = nullsFirst ? 1 : 0
  const nullDigit = nullsFirst ? 0 : max - min + 1
  return { span: max - min + 2, at: (row) => (nulls[row] !== 0 ? nullDigit : directed(row) + shift) }
}

const RUN = 1 << 16

/** Row numbers in order, or undefined where the keys do not fit into a double. */
export const packedOrder = async (
  columns: readonly StoreColumn[],
  keys: readonly SortKey[],
  rows: number,
  breathe: () => Promise<void>,
): Promise<Uint32Array | undefined> => {
  const digits: Digit[] = []
  let size = Math.max(rows, 1)
  for (const [i, column] of columns.entries()) {
    const digit = digitOf(column, rows, keys[i]!)
    if (digit === undefined) return undefined
    size *= digit.span
    if (size > Number.MAX_SAFE_INTEGER) return undefined
    digits.push(digit)
  }
  let from = new Float64Array(rows)
  for (const { span, at } of digits) {
    for (let row = 0; row < rows; row++) from[row] = from[row]! * span + at(row)
    await breathe()
  }
  for (let row = 0; row < rows; row++) from[row] = from[row]! * rows + row
  for (let start = 0; start < rows; start += RUN) {
    from.subarray(start, Math.min(start + RUN, rows)).sort()
    await breathe()
  }
  let to = new Float64Array(rows)
  for (let width = RUN; width < rows; width *= 2) {
    for (let start = 0; start < rows; start += 2 * width) {
      merge(from, to, start, Math.min(start + width, rows), Math.min(start + 2 * width, rows))
      await breathe()
    }
    ;[from, to] = [to, from]
  }
  const order = new Uint32Array(rows)
  for (let i = 0; i < rows; i++) order[i] = from[i]! % rows
  return order
}

const merge = (from: Float64Array, to: Float64Array, start: number, middle: number, end: number): void => {
  let left = start
  let right = middle
  for (let at = start; at < end; at++) {
    if (right >= end || (left < middle && from[left]! < from[right]!)) to[at] = from[left++]!
    else to[at] = from[right++]!
  }
}
