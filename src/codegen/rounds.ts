/** loop: the states in locals, from round to round. */
import type { Ir } from '../ir/nodes.ts'
import { freeLocals, type Scope, toLocals } from './scope.ts'

export const emitLoop = (scope: Scope, e: Extract<Ir, { ir: 'loop' }>, emit: (scope: Scope, e: Ir) => void): void => {
  const { f, names } = scope
  const count = f.local('i32')
  const index = f.local('i32')
  emit(scope, e.count)
  f.set(count)
  const states = e.state.map((s) => {
    emit(scope, s.init)
    return toLocals(f, s.init.type)
  })
  const bound = [e.index, ...e.state.map((s) => s.name)]
  const outer = bound.map((name) => names.get(name))
  bound.forEach((name, i) => names.set(name, i === 0 ? [index] : (states[i - 1] as number[])))
  f.i32(0).set(index)
  const exit = f.block()
  const round = f.loop()
  f.get(index).get(count).op('i32.ge_u').brIf(exit)
  if (e.while) {
    emit(scope, e.while)
    f.op('i32.eqz').brIf(exit)
  }
  // All new values are on the stack before the first state changes.
  for (const update of e.update) emit(scope, update)
  for (const local of states.flat().reverse()) f.set(local)
  f.get(index).i32(1).op('i32.add').set(index).br(round)
  f.end().end()
  emit(scope, e.result)
  bound.forEach((name, i) => {
    const before = outer[i]
    if (before) names.set(name, before)
    else names.delete(name)
  })
  e.state.forEach((s, i) => {
    freeLocals(f, s.init.type, states[i] as number[])
  })
  f.free('i32', count)
  f.free('i32', index)
}
