/**
 * Aggregate states: initial values, updates and the combination of two workers' states, over a tuple's fields. Two fields of 64 bits side by
 * side that are added to are one vector: one load and one store less.
 */
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

/** What a field of 64 bits is added, where that is all. */
const addedTo = (e: Ir, index: number): Ir | undefined => {
  if (e.ir !== 'binary' || e.op !== '+' || (e.type !== 'i64' && e.type !== 'f64')) return undefined
  const isOld = (x: Ir) => x.ir === 'field' && x.row === STATE_ROW && x.index === index
  const x = isOld(e.left) ? e.right : isOld(e.right) ? e.left : undefined
  return x && referencesOf(x, STATE_ROW, new Set()).size === 0 ? x : undefined
}

/** Updates pairs of fields side by side; gives the fields that are left. */
const emitPairs = (scope: Scope, values: readonly Ir[], layout: TupleLayout, first: number, tuple: number, group: Group): Group => {
  const { f } = scope
  const reads = (i: number) => group.some((k) => k !== i && referencesOf(values[k] as Ir, STATE_ROW, new Set()).has(i))
  const adding = group
    .flatMap((index) => {
      const x = addedTo(values[index] as Ir, index)
      return x && !reads(index) ? [{ index, x, field: layout.fields[first + index] as TupleField }] : []
    })
    .sort((a, b) => a.field.offset - b.field.offset)
  const done = new Set<number>()
  for (let i = 0; i + 1 < adding.length; i++) {
    const [a, b] = [adding[i], adding[i + 1]] as [(typeof adding)[0], (typeof adding)[0]]
    if (b.field.offset !== a.field.offset + 8 || a.field.type !== b.field.type) continue
    const shape = a.field.type === 'i64' ? 'i64x2' : 'f64x2'
    f.get(tuple)
    if (a.x.ir === 'literal') {
      // The constant, in both lanes, is hoisted by nobody, but costs less than a lane that is put in.
      emit(scope, a.x)
      f.op(`${shape}.splat`)
      emit(scope, b.x)
      f.lane(`${shape}.replace_lane`, 1)
    } else {
      emit(scope, b.x)
      f.op(`${shape}.splat`)
      emit(scope, a.x)
      f.lane(`${shape}.replace_lane`, 0)
    }
    f.get(tuple).memory('v128.load', a.field.offset).op(`${shape}.add`).memory('v128.store', a.field.offset)
    done.add(a.index).add(b.index)
    i++
  }
  return done.size > 0 ? group.filter((i) => !done.has(i)) : group
}

/** `old`: how the state that was is read, where not as it lies there; only of states that are not wide. */
export const emitUpdate = (scope: Scope, values: readonly Ir[], layout: TupleLayout, first: number, tuple: number, wide = false, old?: RowAccess): void =>
  inGroups(scope, wide, STATE_ROW, values, [tuple], (inner, [to], group) => {
    inner.rows.set(STATE_ROW, old ?? tupleAccess(layout, to as number, first))
    const rest = old ? group : emitPairs(inner, values, layout, first, to as number, group)
    emitAssign(inner, values, STATE_ROW, (i, locals) => storeLocals(inner.f, to as number, layout.fields[first + i] as TupleField, locals), rest, old !== undefined)
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
