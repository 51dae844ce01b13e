/** A checked kernel, after the passes, as pipelines and the driver's steps. */
import type { Ir } from '../../ir/nodes.ts'
import type { Kernel, Position, Type } from '../nodes.ts'
import { isFlat } from '../types.ts'
import { boundValue, lower } from './expression.ts'
import type { Input, LoweredKernel, Output, Target } from './lowered.ts'
import { type Holder, Lowering, readHolder } from './lowering.ts'
import { NeedsColumns, Scope } from './scope.ts'
import { materialised, slotOf } from './slots.ts'
import { leavesOf } from './types.ts'
import { unsupported } from './unsupported.ts'
import { bound, type Env, flatten, unflatten, type Value } from './values.ts'

export type * from './lowered.ts'

/** Throws IrError UNSUPPORTED_KERNEL, with the place, where something has no form in pipelines. */
export const lowerKernel = (kernel: Kernel): LoweredKernel => {
  const whole = new Set<number>()
  for (;;) {
    try {
      return lowered(kernel, whole)
    } catch (error) {
      if (!(error instanceof NeedsColumns)) throw error
      whole.add(error.slot)
    }
  }
}

/** `whole`: slots of inputs in row layout that are written as columns first. */
const lowered = (kernel: Kernel, whole: ReadonlySet<number>): LoweredKernel => {
  const lowering = new Lowering()
  const scope = new Scope('top', lowering)
  const inputs: Input[] = []
  let env: Env | undefined
  for (const { name, type } of kernel.params) {
    const [input, value] = inputOf(type, kernel.at, scope)
    inputs.push(input)
    env = bound(env, name, value)
  }
  for (const slot of whole) {
    const { element } = lowering.slotInfo(slot)
    lowering.transposed.set(slot, materialised({ at: 'rows', slot }, element, kernel.at, scope))
  }
  const output = outputOf(lower(kernel.body, env, scope), kernel.body.type, kernel.body.at, scope)
  return { program: { pipelines: lowering.pipelines }, params: lowering.params, sites: lowering.sites, slots: lowering.slots, steps: lowering.steps, inputs, output }
}

const inputOf = (type: Type, at: Position, scope: Scope): readonly [Input, Value] => {
  const { lowering } = scope
  if (type.kind === 'vec' && type.layout === 'row') {
    const slot = lowering.rowsSlot(type.of, at)
    return [{ input: 'rows', type, slot }, { kind: 'vec', element: type.of, of: { at: 'rows', slot } }]
  }
  if (type.kind === 'vec') {
    const slot = lowering.inputSlot(type.of, at)
    return [{ input: 'relation', type, slot }, { kind: 'vec', element: type.of, of: { at: 'slot', slot } }]
  }
  if (type.kind === 'struct' && !isFlat(type)) {
    const fields = type.fields.map((field) => inputOf(field, at, scope))
    return [{ input: 'struct', type, fields: fields.map(([input]) => input) }, { kind: 'struct', fields: fields.map(([, value]) => value) }]
  }
  const holders = lowering.holders(leavesOf(type, at))
  return [{ input: 'scalars', type, params: holders.map(target) }, unflatten(type, holders.map(readHolder))]
}
const target = ({ value, valid }: Holder) => ({ value, valid })

const outputOf = (value: Value, type: Type, at: Position, scope: Scope): Output => {
  if (value.kind === 'vec') return { output: 'relation', type, slot: slotOf(value, at, scope) }
  if (value.kind === 'dict') return { output: 'relation', type, slot: slotOf(value, at, scope) }
  if (type.kind === 'struct' && value.kind === 'struct' && !isFlat(type)) {
    return { output: 'struct', type, fields: value.fields.map((field, i) => outputOf(field, type.fields[i] as Type, at, scope)) }
  }
  if (value.kind === 'builder' || value.kind === 'function') return unsupported(at, `a ${value.kind} as a result`)
  // What lies in parameters already stays there.
  const leaves = flatten(boundValue(value, scope), at)
  const made = leaves.filter((leaf) => !heldBy(leaf))
  const holders = scope.lowering.holders(made.map((leaf) => leaf.type))
  if (made.length > 0) scope.lowering.scalars(made, holders)
  return { output: 'scalars', type, params: leaves.map((leaf) => heldBy(leaf) ?? target(holders[made.indexOf(leaf)] as Holder)) }
}
/** The parameters that a leaf is read from. */
const heldBy = (leaf: Ir): Target | undefined => {
  if (leaf.ir === 'param') return { value: leaf.index, valid: undefined }
  if (leaf.ir === 'option' && leaf.value.ir === 'param' && leaf.valid.ir === 'param') return { value: leaf.value.index, valid: leaf.valid.index }
  return undefined
}
