/** Aggregate states: initial values, updates and the combination of two workers' states, over a tuple's fields. */
import type { Ir, IrType } from '../../ir/nodes.ts'
import { LEFT_STATE, RIGHT_STATE, STATE_ROW, type StateField } from '../../ir/program.ts'
import { childrenOf } from '../../ir/walk.ts'
import { emit } from '../expressions.ts'
import { freeLocals, type RowAccess, type Scope, toLocals } from '../scope.ts'
import { storeLocals, type TupleField, type TupleLayout } from '../tuple.ts'

const references = (e: Ir, row: string, found: Set<number>): Set<number> => {
  if (e.ir === 'field' && e.row === row) found.add(e.index)
  for (const child of childrenOf(e)) references(child, row, found)
  return found
}

/** Stores each field's initial value. */
export const emitInit = (scope: Scope, state: readonly StateField[], layout: TupleLayout, first: number, tuple: number): void => {
  state.forEach((field, i) => {
    emit(scope, field.init)
    storeTop(scope, field.type, layout.fields[first + i] as TupleField, tuple)
  })
}

/**
 * Stores new values of the fields; `values[i]` reads the old state as row `row`. A field that another's update reads keeps
 * its old value until all are computed.
 */
export const emitAssign = (scope: Scope, values: readonly Ir[], row: string, store: (index: number, locals: readonly number[]) => void): void => {
  const shared = values.some((value, i) => [...references(value, row, new Set())].some((r) => r !== i))
  const pending: [number, IrType, number[]][] = []
  values.forEach((value, i) => {
    if (value.ir === 'field' && value.row === row && value.index === i) return
    emit(scope, value)
    const locals = toLocals(scope.f, value.type)
    if (shared) pending.push([i, value.type, locals])
    else {
      store(i, locals)
      freeLocals(scope.f, value.type, locals)
    }
  })
  for (const [i, type, locals] of pending) {
    store(i, locals)
    freeLocals(scope.f, type, locals)
  }
}

export const emitUpdate = (scope: Scope, values: readonly Ir[], layout: TupleLayout, first: number, tuple: number, access: RowAccess): void => {
  scope.rows.set(STATE_ROW, access)
  emitAssign(scope, values, STATE_ROW, (i, locals) => storeLocals(scope.f, tuple, layout.fields[first + i] as TupleField, locals))
  scope.rows.delete(STATE_ROW)
}

/** a ← combine(a, b). */
export const emitCombine = (scope: Scope, combine: readonly Ir[], layout: TupleLayout, first: number, tuple: number, left: RowAccess, right: RowAccess): void => {
  scope.rows.set(LEFT_STATE, left)
  scope.rows.set(RIGHT_STATE, right)
  emitAssign(scope, combine, LEFT_STATE, (i, locals) => storeLocals(scope.f, tuple, layout.fields[first + i] as TupleField, locals))
  scope.rows.delete(LEFT_STATE)
  scope.rows.delete(RIGHT_STATE)
}

const storeTop = (scope: Scope, type: IrType, field: TupleField, tuple: number): void => {
  const locals = toLocals(scope.f, type)
  storeLocals(scope.f, tuple, field, locals)
  freeLocals(scope.f, type, locals)
}
