/** Vecs as relations of the driver: what lies elsewhere is written by a pipeline of its own. */
import { cast } from '../../ir/build.ts'
import type { Ir } from '../../ir/nodes.ts'
import type { Source } from '../../ir/program.ts'
import type { Position, Type } from '../nodes.ts'
import { elementAt, readable, rowsIn, sizeOf, transposed } from './elements.ts'
import { entriesWithin, storable } from './hoisted.ts'
import type { Lowering } from './lowering.ts'
import type { Written } from './record.ts'
import { Scope } from './scope.ts'
import { leavesOf } from './types.ts'
import { unsupported } from './unsupported.ts'
import { type Elements, flatten, type Read, unflatten, type Value } from './values.ts'

/** The rows of a source, read in a scope of the pipeline's. */
export interface Rows {
  readonly source: Source
  readonly row: string
  /** The element, and its i64 number where that was asked for. */
  readonly element: (scope: Scope) => Value
  readonly index: Ir | undefined
}

export const ONE_ROW: Source = { source: 'range', count: { ir: 'literal', type: 'i32', value: 1 } }

/** Where a row of a pipeline's is lowered. */
export const rowScope = (rows: Rows, lowering: Lowering): Scope =>
  new Scope('path', lowering, { rows, ids: rows.index && [{ ir: 'field', type: 'i32', row: rows.row, index: 0 }] })

const fieldRead = (row: string): Read => (index, type) => ({ ir: 'field', type, row, index })

/** How a loop runs over a vec between loops. */
export const rowsOf = (of: Elements, element: Type, numbered: boolean, at: Position, scope: Scope): Rows => {
  const { lowering } = scope
  const row = lowering.row()
  if (!numbered && (of.at === 'slot' || of.at === 'rows')) {
    const { columns, fields } = lowering.slotInfo(of.slot)
    const leaves = leavesOf(element, at).map((type, index): Ir => ({ ir: 'field', type, row, index }))
    const source: Source = fields ? { source: 'rows', relation: of.slot, fields } : { source: 'columns', relation: of.slot, columns }
    return { source, row, index: undefined, element: () => unflatten(element, leaves) }
  }
  if (!numbered && of.at === 'tuples') return { source: { source: 'tuples', sink: of.sink }, row, index: undefined, element: () => of.value(fieldRead(row)) }
  const from = readable(of, element, at, scope)
  return numberedRows(from.at === 'slot' ? rowsIn(from.slot, scope) : scope.bind(roundsOf(sizeOf(from, scope))), row, (index, inner) => elementAt(from, element, index, at, inner))
}

/** Rows 0 … count − 1 by number; `count` is an i32 that reads parameters and relations only. */
export const numberedRows = (count: Ir, row: string, element: (index: Ir, scope: Scope) => Value): Rows => {
  const index: Ir = { ir: 'cast', type: 'i64', arg: { ir: 'field', type: 'i32', row, index: 0 }, unsigned: true }
  return { source: { source: 'range', count }, row, index, element: (inner) => element(index, inner) }
}
/** Rounds as the IR counts. */
export const roundsOf = (count: Ir): Ir => (count.ir === 'cast' && count.arg.type === 'i32' ? count.arg : cast('i32', count))

/** Writes a vec's elements into a relation. */
export const materialised = (of: Elements, element: Type, at: Position, scope: Scope): number => {
  const { lowering } = scope
  const rows = rowsOf(of, element, false, at, topScope(scope))
  const inner = new Scope('path', lowering)
  const values = flatten(rows.element(inner), at)
  const slot = lowering.writtenSlot(element, at)
  lowering.append(rows.source, rows.row, slot, [{ path: inner.path, key: [], values }], ['appender'])
  return slot
}
/** Vecs between loops can be written from anywhere: their steps come before the loop that is lowered. */
const topScope = (scope: Scope): Scope => (scope.mode === 'top' ? scope : new Scope('top', scope.lowering))

/** The relation of a vec, or of a dict's entries as {key, value}. */
export const slotOf = (value: Value, at: Position, scope: Scope): number => {
  if (value.kind === 'vec') {
    if (value.of.at === 'slot') return value.of.slot
    if (value.of.at === 'rows') return transposed(value.of.slot, scope).slot
    if (scope.mode !== 'top') return unsupported(at, 'a vec made within a loop')
    if (value.of.at === 'items') return itemsSlot(value.element, value.of.items, at, scope)
    return materialised(value.of, value.element, at, scope)
  }
  if (value.kind === 'dict') {
    const entries = entriesOf(value, at, scope)
    return materialised(entries, { kind: 'struct', fields: [value.type.key, value.type.value] }, at, scope)
  }
  return unsupported(at, `a ${value.kind} as a vec`)
}

export const entriesOf = (dict: Extract<Value, { kind: 'dict' }>, at: Position, scope: Scope): Elements => {
  if (dict.before.length > 0) return entriesWithin(dict, at, scope)
  return {
    at: 'tuples',
    sink: dict.sink,
    value: (read) => {
      const keys = leavesOf(dict.type.key, at).map((type, i) => read(i, type))
      return { kind: 'struct', fields: [unflatten(dict.type.key, keys), dict.value(read)] }
    },
  }
}

/** Items that are known between loops: one row makes them all. */
const itemsSlot = (element: Type, items: readonly Value[], at: Position, scope: Scope): number => {
  const { lowering } = scope
  const slot = lowering.writtenSlot(element, at)
  if (items.length === 0) return slot
  const rows = items.map((item): Written => ({ path: undefined, key: [], values: flatten(storable(item, at, scope), at) }))
  lowering.append(ONE_ROW, lowering.row(), slot, rows, ['vec'])
  return slot
}
