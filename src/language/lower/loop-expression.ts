/** Rounds over scalars within a row: a loop expression for each state that is read. */
import { fresh, literal, TRUE } from '../../ir/build.ts'
import type { Ir } from '../../ir/nodes.ts'
import { mapChildren } from '../../ir/walk.ts'
import type { Of } from '../nodes.ts'
import { applied, functionValue, lower } from './expression.ts'
import { namesIn, type Scope } from './scope.ts'
import { type Env, flatten, irOf, mapLeaves, type Value } from './values.ts'

interface State {
  readonly name: string
  readonly init: Ir
}
/** The loop that ends with one of the states; only those are kept that it depends on. Names are its own, since others stand beside it. */
export const loopFor = (wanted: number, states: readonly State[], updates: readonly Ir[], index: string, count: Ir, again?: Ir): Ir => {
  const needed = new Set<number>([wanted])
  const need = (e: Ir): void => {
    const names = namesIn(e)
    states.forEach((s, i) => {
      if (!needed.has(i) && names.has(s.name)) {
        needed.add(i)
        need(updates[i] as Ir)
      }
    })
  }
  if (again) need(again)
  for (const i of [...needed]) need(updates[i] as Ir)
  const kept = [...needed].sort((a, b) => a - b)
  const renames = new Map<string, string>([[index, fresh('j')], ...kept.map((i): [string, string] => [(states[i] as State).name, fresh('s')])])
  const own = (e: Ir): Ir => renamed(e, renames)
  const state = states[wanted] as State
  return {
    ir: 'loop',
    type: state.init.type,
    index: renames.get(index) as string,
    count,
    state: kept.map((i) => ({ name: renames.get((states[i] as State).name) as string, init: (states[i] as State).init })),
    ...(again ? { while: own(again) } : {}),
    update: kept.map((i) => own(updates[i] as Ir)),
    result: { ir: 'ident', type: state.init.type, name: renames.get(state.name) as string },
  }
}
/** Free names and the ones bound within, so that no two loops bind the same. */
const renamed = (e: Ir, names: Map<string, string>): Ir => {
  const name = (old: string): string => names.get(old) ?? old
  const rebound = (old: string): string => {
    const given = fresh(old.replace(/#.*/, ''))
    names.set(old, given)
    return given
  }
  switch (e.ir) {
    case 'ident':
      return { ...e, name: name(e.name) }
    case 'let': {
      const value = renamed(e.value, names)
      return { ...e, name: rebound(e.name), value, body: renamed(e.body, names) }
    }
    case 'loop': {
      const count = renamed(e.count, names)
      const inits = e.state.map((s) => renamed(s.init, names))
      const index = rebound(e.index)
      const state = e.state.map((s, i) => ({ name: rebound(s.name), init: inits[i] as Ir }))
      return { ...e, count, index, state, ...(e.while ? { while: renamed(e.while, names) } : {}), update: e.update.map((u) => renamed(u, names)), result: renamed(e.result, names) }
    }
    default:
      return mapChildren(e, (child) => renamed(child, names))
  }
}

/** iterate over scalars, as a loop expression for each of the state's leaves. */
export const iterateInRow = (e: Of<'iterate'>, env: Env | undefined, scope: Scope): Value => {
  const initial = lower(e.initial, env, scope)
  const step = functionValue(e.step, env, scope)
  const inits = flatten(initial, e.at)
  const states = inits.map((init): State => ({ name: fresh('s'), init: scope.bind(init) }))
  const go: State = { name: fresh('s'), init: TRUE }
  const body = scope.pure(undefined, true)
  let at = 0
  const before = mapLeaves(initial, (init): Ir => ({ ir: 'ident', type: init.type, name: (states[at++] as State).name }))
  const after = applied(step, [before], body)
  if (after.kind !== 'struct') throw new Error('a step of iterate gives {next, again}')
  const updates = [...flatten(after.fields[0] as Value, e.at), irOf(after.fields[1] as Value)].map((x) => body.wrap(x))
  const again: Ir = { ir: 'ident', type: 'bool', name: go.name }
  const index = fresh('j')
  let next = 0
  return mapLeaves(initial, () => scope.bind(loopFor(next++, [...states, go], updates, index, literal('i32', -1), again)))
}
