/** Rows of several stores as one: unions, projections of an expand, grouping sets; and the rows that set operations repeat. */
import type { SqlType } from '../layout/types.ts'
import type { Value } from '../operators/registry.ts'
import type { PlanNode } from '../plan/nodes.ts'
import { outputOf } from '../plan/stages.ts'
import { fromValues } from './accumulators.ts'
import { typeOf } from './expression.ts'
import { isBigType } from './shape.ts'
import { Store, type StoreColumn } from './store.ts'

/** A column of one of the stores: of what it keeps, or the same value for all rows. */
export type Part = StoreColumn | { readonly always: Value }

const reader = (part: Part): ((row: number) => Value) => {
  if ('always' in part) return () => part.always
  const { shape, data } = part
  const read = (row: number): Value => {
    const value = data[row] as number | bigint | string
    if (shape.rep === 'code') return shape.dict!.at(value as number)
    if (shape.rep === 'boolean') return value !== 0
    return shape.rep === 'number' && isBigType(shape.type) ? BigInt(value) : value
  }
  return (row) => (part.isNull(row) ? null : read(row))
}

/** `parts[i]` are the columns of the i-th rows; types are those of the result. */
export const together = (types: readonly SqlType[], parts: readonly { readonly rows: number; readonly columns: readonly Part[] }[]): Store => {
  const rows = parts.reduce((n, part) => n + part.rows, 0)
  const store = new Store(Math.max(rows, 1))
  store.rows = rows
  types.forEach((type, i) => {
    const values: Value[] = []
    for (const part of parts) {
      const read = reader(part.columns[i]!)
      for (let row = 0; row < part.rows; row++) values.push(read(row))
    }
    store.columns.push(fromValues(type, rows, (row) => values[row]!))
  })
  return store
}

export const typesOf = (node: PlanNode): readonly SqlType[] => outputOf(node).map(({ type }) => typeOf(type))

/** Of rows with how often the left and the right have them: those that the operation gives. */
export const repeated = ({ kind, all }: Extract<PlanNode, { op: 'setop' }>, counted: Store): Store => {
  const columns = counted.columns.slice(0, -2)
  const [left, right] = counted.columns.slice(-2).map(reader) as [(row: number) => Value, (row: number) => Value]
  const order: number[] = []
  for (let row = 0; row < counted.rows; row++) {
    const [l, r] = [Number(left(row)), Number(right(row))]
    const times = kind === 'intersect' ? Math.min(l, r) : all ? Math.max(l - r, 0) : r === 0 ? l : 0
    for (let i = 0; i < (all ? times : Math.min(times, 1)); i++) order.push(row)
  }
  const kept = new Store(Math.max(counted.rows, 1))
  kept.rows = counted.rows
  kept.columns.push(...columns)
  return kept.permuted(order)
}
