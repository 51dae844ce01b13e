/** What only the driver can do: branches and rounds with loops in them, and sorting. */
import { isOption, scalarOf, type Ir } from '../../ir/nodes.ts'
import type { Builder } from '../../ir/program.ts'
import type { Of, Position, Type } from '../nodes.ts'
import { applied, boundValue, functionValue, lower } from './expression.ts'
import { type SortBy, sortedWithin } from './hoisted.ts'
import type { Step } from './lowered.ts'
import { type Holder, readHolder } from './lowering.ts'
import { bodyOf, mergeType } from './record.ts'
import { Scope } from './scope.ts'
import { rowScope, rowsOf, slotOf } from './slots.ts'
import { newTop, resultOf, flushed, joined } from './top-builder.ts'
import { isUnsigned, leafTypes, leavesOf, narrowBits } from './types.ts'
import { unsupported } from './unsupported.ts'
import { type BuilderValue, type Env, flatten, mapLeaves, unflatten, type Value } from './values.ts'

/** A place where values of one type are put by steps of different branches or rounds. */
type Place =
  | { readonly place: 'scalars'; readonly holders: readonly Holder[]; readonly form: Value }
  | { readonly place: 'struct'; readonly fields: readonly Place[] }
  | { readonly place: 'vec'; readonly element: Type; readonly slot: number }
  | { readonly place: 'dict'; readonly type: Extract<Type, { kind: 'dict' }>; readonly slot: number }
  | { readonly place: 'rows'; readonly type: BuilderValue['type']; readonly slot: number }
  | { readonly place: 'states'; readonly type: BuilderValue['type']; readonly holders: readonly Holder[] }

const placeFor = (value: Value, type: Type, at: Position, scope: Scope): Place => {
  const { lowering } = scope
  switch (value.kind) {
    case 'scalar':
      return { place: 'scalars', holders: lowering.holders([value.ir.type]), form: value }
    case 'struct':
      return { place: 'struct', fields: value.fields.map((field, i) => placeFor(field, (type as Extract<Type, { kind: 'struct' }>).fields[i] as Type, at, scope)) }
    case 'vec':
      return { place: 'vec', element: value.element, slot: lowering.writtenSlot(value.element, at) }
    case 'dict':
      return { place: 'dict', type: value.type, slot: lowering.writtenSlot({ kind: 'struct', fields: [value.type.key, value.type.value] }, at) }
    case 'builder':
      if (value.is === 'top' && value.top.is === 'states') return { place: 'states', type: value.type, holders: lowering.holders(value.top.states.map((s) => s.type)) }
      return { place: 'rows', type: value.type, slot: lowering.writtenSlot(mergeType(value.type), at) }
    case 'function':
      return unsupported(at, 'a choice between functions')
  }
}

/** Steps that put a value there. */
const put = (value: Value, place: Place, at: Position, scope: Scope): void => {
  const pending: Pending = { values: [], holders: [], slots: [] }
  gather(value, place, pending, at, scope)
  const { lowering } = scope
  // New values first, all of them from the old ones; then they take their places at once.
  if (pending.values.length > 0) {
    const held = lowering.holders(pending.values.map((v) => v.type))
    lowering.scalars(pending.values, held)
    const pairs = held.flatMap((from, i) => {
      const to = pending.holders[i] as Holder
      return from.valid === undefined || to.valid === undefined ? [{ from: from.value, to: to.value }] : [{ from: from.value, to: to.value }, { from: from.valid, to: to.valid }]
    })
    lowering.steps.push({ step: 'assign', slots: pending.slots, params: pairs })
  } else if (pending.slots.length > 0) lowering.steps.push({ step: 'assign', slots: pending.slots, params: [] })
}
interface Pending {
  readonly values: Ir[]
  readonly holders: Holder[]
  readonly slots: { from: number; to: number }[]
}
const gather = (value: Value, place: Place, pending: Pending, at: Position, scope: Scope): void => {
  switch (place.place) {
    case 'scalars':
      pending.values.push(...flatten(value, at))
      pending.holders.push(...place.holders)
      return
    case 'struct':
      place.fields.forEach((field, i) => gather((value as Extract<Value, { kind: 'struct' }>).fields[i] as Value, field, pending, at, scope))
      return
    case 'vec':
      pending.slots.push({ from: joined(place.element, [slotOf(value, at, scope)], at, scope), to: place.slot })
      return
    case 'dict':
      pending.slots.push({ from: joined({ kind: 'struct', fields: [place.type.key, place.type.value] }, [slotOf(value, at, scope)], at, scope), to: place.slot })
      return
    case 'rows': {
      const { top } = value as Extract<BuilderValue, { is: 'top' }>
      if (top.is === 'merges' && top.initial) unsupported(at, 'a vecmerger that goes through a branch')
      pending.slots.push({ from: joined(mergeType(place.type), flushed(place.type, top, at, scope), at, scope), to: place.slot })
      return
    }
    case 'states': {
      const { top } = value as Extract<BuilderValue, { is: 'top' }>
      if (top.is !== 'states') throw new Error('a merger has states')
      pending.values.push(...top.states)
      pending.holders.push(...place.holders)
    }
  }
}

/** The value that lies there. */
const taken = (place: Place, at: Position, scope: Scope): Value => {
  switch (place.place) {
    case 'scalars': {
      let next = 0
      return mapLeaves(place.form, () => readHolder(place.holders[next++] as Holder))
    }
    case 'struct':
      return { kind: 'struct', fields: place.fields.map((field) => taken(field, at, scope)) }
    case 'vec':
      return { kind: 'vec', element: place.element, of: { at: 'slot', slot: place.slot } }
    case 'dict':
      return resultOf({ kind: 'builder', is: 'top', type: { kind: 'dictmerger', key: place.type.key, value: place.type.value, op: 'first' }, top: { is: 'merges', parts: [{ slot: place.slot }], initial: undefined } }, at, scope)
    case 'rows': {
      const fresh = newTop(place.type, undefined, at, scope)
      const top = fresh.is === 'segments' ? ({ is: 'segments', slots: [place.slot] } as const) : ({ is: 'merges', parts: [{ slot: place.slot }], initial: undefined } as const)
      return { kind: 'builder', type: place.type, is: 'top', top }
    }
    case 'states':
      return { kind: 'builder', type: place.type, is: 'top', top: { is: 'states', states: place.holders.map(readHolder) } }
  }
}

/** if between loops: only the steps of one side run. */
export const branches = (cond: Ir, type: Type, then: (scope: Scope) => Value, otherwise: (scope: Scope) => Value, at: Position, scope: Scope): Value => {
  const { lowering } = scope
  if (cond.ir === 'literal') return (cond.value === true ? then : otherwise)(scope)
  const flag = cond.ir === 'param' ? cond : (lowering.scalars([cond])[0] as Extract<Ir, { ir: 'param' }>)
  let place: Place | undefined
  const arm = (make: (scope: Scope) => Value): readonly Step[] =>
    lowering.collect(() => {
      const inner = new Scope('top', lowering)
      const value = make(inner)
      place ??= placeFor(value, type, at, inner)
      put(value, place, at, inner)
    })
  const yes = arm(then)
  const no = arm(otherwise)
  lowering.steps.push({ step: 'if', cond: flag.index, then: yes, else: no })
  return taken(place as unknown as Place, at, scope)
}

/** iterate whose rounds hold loops: the driver runs their pipelines again. */
export const iterateRounds = (e: Of<'iterate'>, env: Env | undefined, scope: Scope): Value => {
  const { lowering } = scope
  const initial = lower(e.initial, env, scope)
  const step = functionValue(e.step, env, scope)
  const place = placeFor(initial, e.initial.type, e.at, scope)
  put(initial, place, e.at, scope)
  let again = 0
  const body = lowering.collect(() => {
    const inner = new Scope('top', lowering)
    const after = applied(step, [taken(place, e.at, inner)], inner)
    if (after.kind !== 'struct') throw new Error('a step of iterate gives {next, again}')
    const flag = boundValue(after.fields[1] as Value, inner)
    const [held] = lowering.scalars(flatten(flag, e.at))
    again = (held as Extract<Ir, { ir: 'param' }>).index
    put(after.fields[0] as Value, place, e.at, inner)
  })
  lowering.steps.push({ step: 'loop', body, again })
  return taken(place, e.at, scope)
}

/** A sorter's tuples, in order. */
export const sorted = (e: Of<'sort'>, of: Value, env: Env | undefined, scope: Scope): Value => {
  const { lowering } = scope
  if (of.kind !== 'vec') throw new Error(`a sort of a ${of.kind}`)
  const keyType = e.key.type.kind === 'function' ? e.key.type.result : unsupported(e.at, 'a sort by this key')
  const types = leafTypes(keyType)
  const descending = e.annotations?.['descending'] === true
  const keysOf = (element: Value, inner: Scope): readonly SortBy[] => {
    const key = flatten(applied(functionValue(e.key, env, inner), [element], inner), e.at)
    return types.map((type, i) => sortKey(type, key[i] as Ir, descending))
  }
  if (scope.mode !== 'top') return sortedWithin(of, keysOf, e.at, scope)
  const { rows, inner, element, keys } = lowering.numbering(false, (numbered) => {
    const rows = rowsOf(of.of, of.element, numbered, e.at, scope)
    const inner = rowScope(rows, lowering)
    const element = rows.element(inner)
    return { rows, inner, element, keys: keysOf(element, inner) }
  })
  const values = flatten(element, e.at)
  const fields = leavesOf(of.element, e.at)
  const builder: Builder = { builder: 'sorter', fields, keys: keys.map((k) => k.order), keyTypes: keys.map((k) => k.value.type), top: false }
  const merge = { path: inner.path, key: keys.map((k) => k.value), values }
  const sink = lowering.pipeline(rows.source, rows.row, builder, bodyOf([merge]), ['sorter'])
  lowering.steps.push({ step: 'run', pipeline: sink })
  return { kind: 'vec', element: of.element, of: { at: 'tuples', sink, value: (read) => unflatten(of.element, fields.map((type, i) => read(i, type))) } }
}
const sortKey = (type: Type, value: Ir, descending: boolean): SortBy => {
  const exact = isOption(value.type) && type.kind === 'option' ? type.of : type
  const order = { descending, nullsFirst: !descending }
  const scalar = scalarOf(value.type)
  if (scalar === 'vec') return unsupported({ line: 0, column: 0 }, 'a sort by a vec')
  if (scalar !== 'i32' && scalar !== 'i64') return { value, order }
  const bits = narrowBits(exact) ?? (scalar === 'i32' ? 32 : 64)
  if (!isUnsigned(exact)) return { value, order: { ...order, bias: -(1n << BigInt(bits - 1)), bytes: bits / 8 } }
  // A u32 is compared as the number it is; the bits of a u64 are in order as they are.
  if (scalar === 'i32' && bits === 32) return { value: wide(value), order: { ...order, bias: 0n, bytes: 4 } }
  return { value, order: { ...order, bias: 0n, bytes: bits / 8 } }
}
const wide = (value: Ir): Ir =>
  isOption(value.type)
    ? { ir: 'option', type: '?i64', value: { ir: 'cast', type: 'i64', arg: { ir: 'value', type: 'i32', arg: value }, unsigned: true }, valid: { ir: 'valid', type: 'bool', arg: value } }
    : { ir: 'cast', type: 'i64', arg: value, unsigned: true }
