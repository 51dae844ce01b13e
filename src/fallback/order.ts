/** The order of rows by columns of a store, as a comparator of row numbers. */
import { isFloating } from '../layout/types.ts'
import { comparator, compareStrings } from '../operators/values.ts'
import type { SortKey } from '../plan/nodes.ts'
import type { StoreColumn } from './store.ts'

export type Comparator = (a: number, b: number) => number

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
    return (a, b) => compareStrings(dict.at(codes[a]!), dict.at(codes[b]!))
  }
  const data = column.data
  if (ArrayBuffer.isView(data) && !isFloating(shape.type)) return (a, b) => (data as Float64Array)[a]! - (data as Float64Array)[b]!
  const compare: Comparator = shape.rep === 'string' ? (compareStrings as (a: any, b: any) => number) : comparator(shape.type)
  return (a, b) => compare(data[a] as any, data[b] as any)
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

/** It holds the columns' arrays: a store that grows needs another. */
export const comparatorOf = (columns: readonly StoreColumn[], keys: readonly SortKey[]): Comparator => {
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
