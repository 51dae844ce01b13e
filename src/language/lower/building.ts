/** Builders: new ones, merges into them, their results; wherever they stand. */
import { binary, ifElse } from '../../ir/build.ts'
import type { Ir } from '../../ir/nodes.ts'
import type { Of } from '../nodes.ts'
import { isBuilder } from '../types.ts'
import { innerResult, newInner, storable } from './hoisted.ts'
import { mergeType } from './record.ts'
import type { Scope } from './scope.ts'
import { slotOf } from './slots.ts'
import { freshStates, leavesFrom, statesFrom, updated } from './states.ts'
import { newTop, resultOf } from './top-builder.ts'
import { unsupported } from './unsupported.ts'
import { type BuilderValue, flatten, irOf, scalar, unflatten, type Value } from './values.ts'

export const merged = (e: Of<'merge'>, builder: Value, value: Value, scope: Scope): Value => {
  if (builder.kind !== 'builder') return unsupported(e.at, `a merge into a ${builder.kind}`)
  const { type } = builder
  if (builder.is === 'outer') {
    if (!builder.recorder.muted) {
      const stored = storable(builder.size ? placed(value, builder.size, e, scope) : value, e.at, scope)
      builder.recorder.merges.push({ leaf: builder.leaf, path: scope.path, value: stored, at: e.at })
    }
    return builder
  }
  if (type.kind === 'merger') {
    const states = builder.is === 'local' ? builder.states : builder.top.is === 'states' ? builder.top.states : []
    const after = updated(type.of, type.op, states, flatten(value, e.at), { scope, at: e.at })
    if (builder.is === 'local') return { ...builder, states: after.map((s) => scope.bind(s)) }
    return { kind: 'builder', type, is: 'top', top: { is: 'states', states: scope.lowering.scalars(after) } }
  }
  if (builder.is === 'local') throw new Error(`a ${type.kind} has no states`)
  return mergedBetween(builder, value, e, scope)
}

/** {position, value} whose position is one of the vec's. */
const placed = (value: Value, size: Ir, e: Of<'merge'>, scope: Scope): Value => {
  const [at, ...rest] = (value as Extract<Value, { kind: 'struct' }>).fields as [Value, ...Value[]]
  const index = scope.bind(irOf(at))
  const raised = scope.lowering.raise('i64', 'RAISED', 'a merge outside of the vec', e.at)
  return { kind: 'struct', fields: [scalar(scope.bind(ifElse(binary('<u', index, size), index, raised))), ...rest] }
}

/** A merge between loops: a relation of one row. */
const mergedBetween = (builder: Extract<BuilderValue, { is: 'top' }>, value: Value, e: Of<'merge'>, scope: Scope): Value => {
  const slot = slotOf({ kind: 'vec', element: mergeType(builder.type), of: { at: 'items', items: [value] } }, e.at, scope)
  const { top } = builder
  if (top.is === 'segments') return { ...builder, top: { is: 'segments', slots: [...top.slots, slot] } }
  if (top.is === 'merges') return { ...builder, top: { ...top, parts: [...top.parts, { slot }] } }
  throw new Error('a merger has states')
}

export const resulted = (builder: Value, e: Of<'result'>, scope: Scope): Value => {
  if (builder.kind === 'struct') return { kind: 'struct', fields: builder.fields.map((b) => resulted(b, e, scope)) }
  if (builder.kind !== 'builder') throw new Error(`the result of a ${builder.kind}`)
  if (builder.is === 'outer') return builder.inner ? innerResult(builder, e.at, scope) : unsupported(e.at, 'the result of a builder that is merged into still')
  if (builder.is === 'top') return resultOf(builder, e.at, scope)
  const { type } = builder
  if (type.kind !== 'merger') return unsupported(e.at, `a ${type.kind} within a loop`)
  const { of, op } = type
  return unflatten(of, leavesFrom(of, op, builder.states, e.at))
}
export const newBuilder = (e: Of<'newbuilder'>, initial: Value | undefined, scope: Scope): Value => {
  const type = e.type
  if (type.kind === 'struct') return { kind: 'struct', fields: type.fields.map((field) => newBuilder({ ...e, type: field, initial: undefined }, undefined, scope)) }
  if (!isBuilder(type)) throw new Error(`no builder: ${type.kind}`)
  const builder = type as BuilderValue['type']
  if (scope.mode === 'top') return { kind: 'builder', type: builder, is: 'top', top: newTop(builder, initial, e.at, scope) }
  if (builder.kind !== 'merger') return newInner(builder, initial, e.at, scope)
  const states = initial ? statesFrom(builder.of, builder.op, flatten(initial, e.at), e.at) : freshStates(builder.of, builder.op, e.at).map((s) => s.init)
  return { kind: 'builder', type: builder, is: 'local', states }
}
