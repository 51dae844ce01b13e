/** Aggregate states: initial values, updates and the combination of two workers' states, over a tuple's fields. */
import type { Ir, IrType } from '../../ir/nodes.ts'
import { LEFT_STATE, RIGHT_STATE, STATE_ROW, type StateField } from '../../ir/program.ts'
import { emit } from '../expressions.ts'
import { type Group, referencesOf, stateParts } from '../parts.ts'
import { freeLocals, type RowAccess, type Scope, toLocals } from '../scope.ts'
import { storeLocals, tupleAccess, type TupleField, type TupleLayout } from '../tuple.ts'

/** Does for each group of expressions, in a function of its own where the state is wide, what `body` does; `bases` are locals. */
const inGroups = (scope: Scope, wide: boolean, row: string, es: readonly Ir[], bases: readonly number[], body: (inner: Scope, bases: readonly number[], group: Group) => void): void => {
  const { part } = scope
  if (!wide || !part) return body(scope, bases, es.map((_, i) => i))
  for (const group of stateParts(es, row)) part(scope, group.map((i) => es[i] as Ir), bases, [], (inner, moved) => body(inner, moved, group))
}

/** Stores each field's initial value. */
export const emitInit = (scope: Scope, state: readonly StateField[], layout: TupleLayout, first: number, tuple: number, wide = false): void =>
  inGroups(scope, wide, STATE_ROW, state.map((s) => s.init), [tuple], (inner, [to], group) => {
    for (const i of group) {
      const { init, type } = state[i] as StateField
      emit(inner, init)
      storeTop(inner, type, layout.fields[first + i] as TupleField, to as number)
    }
  })

/**
 * Stores new values of the fields; `values[i]` reads the old state as row `row`. A field that another's update reads keeps
 * its old value until all are computed. `always`: what does not change is stored, too, since it may not lie there yet.
 */
export const emitAssign = (scope: Scope, values: readonly Ir[], row: string, store: (index: number, locals: readonly number[]) => void, only: Group = values.map((_, i) => i), always = false): void => {
  const shared = only.some((i) => [...referencesOf(values[i] as Ir, row, new Set())].some((r) => r !== i))
  const pending: [number, IrType, number[]][] = []
  for (const i of only) {
    const value = values[i] as Ir
    if (!always && value.ir === 'field' && value.row === row && value.index === i) continue
    emit(scope, value)
    const locals = toLocals(scope.f, value.type)
    if (shared) pending.push([i, value.type, locals])
    else {
      store(i, locals)
      freeLocals(scope.f, value.type, locals)
    }
  }
  for (const [i, type, locals] of pending) {
    store(i, locals)
    freeLocals(scope.f, type, locals)
  }
}

/** `old`: how the state that was is read, where not as it lies there; only of states that are not wide. */
export const emitUpdate = (scope: Scope, values: readonly Ir[], layout: TupleLayout, first: number, tuple: number, wide = false, old?: RowAccess): void =>
  inGroups(scope, wide, STATE_ROW, values, [tuple], (inner, [to], group) => {
    inner.rows.set(STATE_ROW, old ?? tupleAccess(layout, to as number, first))
    emitAssign(inner, values, STATE_ROW, (i, locals) => storeLocals(inner.f, to as number, layout.fields[first + i] as TupleField, locals), group, old !== undefined)
    inner.rows.delete(STATE_ROW)
  })

/** a ← combine(a, b), of the tuples at `tuple` and `from`; `old` as above. */
export const emitCombine = (scope: Scope, combine: readonly Ir[], layout: TupleLayout, first: number, tuple: number, from: number, wide = false, old?: RowAccess): void =>
  inGroups(scope, wide, LEFT_STATE, combine, [tuple, from], (inner, [to, other], group) => {
    inner.rows.set(LEFT_STATE, old ?? tupleAccess(layout, to as number, first))
    inner.rows.set(RIGHT_STATE, tupleAccess(layout, other as number, first))
    emitAssign(inner, combine, LEFT_STATE, (i, locals) => storeLocals(inner.f, to as number, layout.fields[first + i] as TupleField, locals), group, old !== undefined)
    inner.rows.delete(LEFT_STATE)
    inner.rows.delete(RIGHT_STATE)
  })

const storeTop = (scope: Scope, type: IrType, field: TupleField, tuple: number): void => {
  const locals = toLocals(scope.f, type)
  storeLocals(scope.f, tuple, field, locals)
  freeLocals(scope.f, type, locals)
}
