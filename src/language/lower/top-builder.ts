/** Builders between loops: what has been merged into them so far, and what becomes of it when their result is asked for. */
import { cast } from '../../ir/build.ts'
import type { Ir, IrType } from '../../ir/nodes.ts'
import { type Builder, LEFT_STATE, RIGHT_STATE, type Source } from '../../ir/program.ts'
import type { BuilderType, Position, Type } from '../nodes.ts'
import { keyLeaves } from './dicts.ts'
import { sizeOf } from './elements.ts'
import { stateFields, writtenColumns } from './lowering.ts'
import { bodyOf, type Merge, mergeType, type Recorder, type Written } from './record.ts'
import { Scope } from './scope.ts'
import { materialised, slotOf } from './slots.ts'
import { combined, freshStates, leavesFrom, statesFrom, updated } from './states.ts'
import { leavesOf, leafTypes } from './types.ts'
import { type BuilderValue, flatten, irOf, type Read, unflatten, type Value } from './values.ts'

export type TopBuilder =
  /** appender: relations, one after the other. */
  | { readonly is: 'segments'; readonly slots: readonly number[] }
  /** merger: its states, in parameters or constant. */
  | { readonly is: 'states'; readonly states: readonly Ir[] }
  /** The others: loops not run yet, and relations of what was merged. */
  | { readonly is: 'merges'; readonly parts: readonly Part[]; readonly initial: Value | undefined }
export type Part = { readonly recorder: Recorder; readonly merges: readonly Merge[] } | { readonly slot: number }

export const newTop = (type: BuilderType, initial: Value | undefined, at: Position, scope: Scope): TopBuilder => {
  switch (type.kind) {
    case 'appender':
    case 'staged':
      return { is: 'segments', slots: [] }
    case 'merger':
      return { is: 'states', states: initial ? scope.lowering.scalars(statesFrom(type.of, type.op, flatten(initial, at), at)) : freshStates(type.of, type.op, at).map((s) => s.init) }
    case 'dictmerger':
      return { is: 'merges', parts: initial ? [{ slot: slotOf(initial, at, scope) }] : [], initial: undefined }
    default:
      return { is: 'merges', parts: [], initial }
  }
}

/** A merge as an appender's row. */
const written = (merge: Merge): Written => ({ path: merge.path, key: [], values: flatten(merge.value, merge.at) })

/** What was merged, as relations: of rows that the builder takes. */
export const flushed = (type: BuilderType, top: TopBuilder, at: Position, scope: Scope): readonly number[] => {
  if (top.is === 'segments') return top.slots
  if (top.is === 'states') throw new Error('a merger has no rows')
  return top.parts.map((part) => {
    if ('slot' in part) return part.slot
    const slot = scope.lowering.writtenSlot(mergeType(type), at)
    if (part.merges.length > 0) scope.lowering.append(part.recorder.source, part.recorder.row, slot, part.merges.map(written), [type.kind])
    return slot
  })
}

/** One relation of several of one form; as appenders leave it. */
export const joined = (element: Type, slots: readonly number[], at: Position, scope: Scope): number => {
  const { lowering } = scope
  const like = writtenColumns(leavesOf(element, at))
  const same = slots.map((slot) => (lowering.slotInfo(slot).columns.every((c, i) => c.physical === like[i]?.physical) ? slot : materialised({ at: 'slot', slot }, element, at, scope)))
  if (same.length === 1) return same[0] as number
  const slot = lowering.slot(element, like)
  lowering.steps.push({ step: 'concat', from: same, slot })
  return slot
}

export const resultOf = (builder: Extract<BuilderValue, { is: 'top' }>, at: Position, scope: Scope): Value => {
  const { type, top } = builder
  switch (type.kind) {
    case 'appender':
    case 'staged':
      return { kind: 'vec', element: type.of, of: { at: 'slot', slot: joined(type.of, (top as Extract<TopBuilder, { is: 'segments' }>).slots, at, scope) } }
    case 'merger':
      return unflatten(type.of, leavesFrom(type.of, type.op, (top as Extract<TopBuilder, { is: 'states' }>).states, at))
    case 'dictmerger':
      return dictResult(type, top, at, scope)
    case 'groupmerger':
      return groupResult(type, top, at, scope)
    case 'vecmerger':
      return vecResult(type, top as Extract<TopBuilder, { is: 'merges' }>, at, scope)
  }
}

/** The merges of a builder that takes them in one pipeline: those of its one loop, or the rows of all of them. */
const single = (type: BuilderType, top: TopBuilder, at: Position, scope: Scope): { source: Source; row: string; merges: readonly Merge[] } => {
  const only = top.is === 'merges' && top.parts.length === 1 ? top.parts[0] : undefined
  if (only && 'recorder' in only && only.merges.length > 0) return { source: only.recorder.source, row: only.recorder.row, merges: only.merges }
  const element = mergeType(type)
  const slot = joined(element, flushed(type, top, at, scope), at, scope)
  const row = scope.lowering.row()
  const { columns } = scope.lowering.slotInfo(slot)
  const leaves = leavesOf(element, at).map((leaf, index): Ir => ({ ir: 'field', type: leaf, row, index }))
  return { source: { source: 'columns', relation: slot, columns }, row, merges: [{ leaf: 0, path: undefined, value: unflatten(element, leaves), at }] }
}

type Dict = Extract<BuilderType, { kind: 'dictmerger' }>
const dictResult = (type: Dict, top: TopBuilder, at: Position, scope: Scope): Value => {
  const { lowering } = scope
  const { source, row, merges } = single(type, top, at, scope)
  const state = freshStates(type.value, type.op, at)
  const types = state.map((s) => s.type)
  const key = leavesOf(type.key, at)
  const rows = merges.map((merge): Written => {
    const [k, v] = pairOf(merge)
    const inner = new Scope('pure', lowering)
    const values = updated(type.value, type.op, stateFields(types, 0), flatten(v, merge.at), { scope: inner, at: merge.at }).map((e) => inner.wrap(e))
    return { path: merge.path, key: keyLeaves(k, merge.at), values }
  })
  const combine = combinedStates(type.value, type.op, types, at, scope)
  const builder: Extract<Builder, { builder: 'dictmerger' }> = { builder: 'dictmerger', key, state, combine }
  const sink = lowering.pipeline(source, row, builder, bodyOf(rows), ['dictmerger'])
  lowering.steps.push({ step: 'run', pipeline: sink })
  return {
    kind: 'dict',
    type: { kind: 'dict', key: type.key, value: type.value },
    sink,
    before: [],
    keys: key.length,
    value: (read) => unflatten(type.value, leavesFrom(type.value, type.op, types.map((t, i) => read(key.length + i, t)), at)),
  }
}

/** Combining reads rows `a` and `b`; its names are wrapped into each state. */
export const combinedStates = (type: Type, op: Dict['op'], types: readonly IrType[], at: Position, scope: Scope): readonly Ir[] => {
  const inner = scope.pure()
  return combined(type, op, stateFields(types, 0, LEFT_STATE), stateFields(types, 0, RIGHT_STATE), { scope: inner, at }).map((e) => inner.wrap(e))
}

const pairOf = (merge: Merge): readonly [Value, Value] => {
  if (merge.value.kind !== 'struct') throw new Error('a merge of a key and a value')
  return merge.value.fields as unknown as readonly [Value, Value]
}

const groupResult = (type: Extract<BuilderType, { kind: 'groupmerger' }>, top: TopBuilder, at: Position, scope: Scope): Value => {
  const { lowering } = scope
  const { source, row, merges } = single(type, top, at, scope)
  const key = leavesOf(type.key, at)
  const rows = merges.map((merge): Written => {
    const [k, v] = pairOf(merge)
    return { path: merge.path, key: keyLeaves(k, merge.at), values: flatten(v, merge.at) }
  })
  const sink = lowering.pipeline(source, row, { builder: 'groupmerger', key, fields: leavesOf(type.value, at), contiguous: true }, bodyOf(rows), ['groupmerger'])
  lowering.steps.push({ step: 'run', pipeline: sink })
  const value: Type = { kind: 'vec', of: type.value }
  return {
    kind: 'dict',
    type: { kind: 'dict', key: type.key, value },
    sink,
    before: [],
    keys: key.length,
    value: (read) => unflatten(value, [read(key.length, 'vec')]),
  }
}

/** One vecmerger a leaf of the element; their results side by side. */
const vecResult = (type: Extract<BuilderType, { kind: 'vecmerger' }>, top: Extract<TopBuilder, { is: 'merges' }>, at: Position, scope: Scope): Value => {
  const { lowering } = scope
  const initial = slotOf(top.initial as Value, at, scope)
  const irs = leavesOf(type.of, at)
  const size = sizeOf({ at: 'slot', slot: initial }, scope)
  const { source, row, merges } = single(type, top, at, scope)
  const slots = leafTypes(type.of).map((leaf, i): number => {
    const ir = irs[i] as IrType
    const column = (lowering.slotInfo(initial).columns)[i]
    const from = lowering.slot(leaf, column ? [column] : [])
    lowering.steps.push({ step: 'pick', from: initial, columns: [i], slot: from })
    const { columns } = lowering.needSingle(from)
    const rows = merges.map((merge): Written => {
      const [k, v] = pairOf(merge)
      const inner = new Scope('path', lowering, { path: merge.path })
      const position = inner.bind(irOf(k))
      const out: Ir = { ir: 'binary', type: 'bool', op: '>=u', left: position, right: size }
      const checked: Ir = { ir: 'if', type: 'i32', cond: out, then: lowering.raise('i32', 'RAISED', 'a merge outside of the vec', merge.at), else: cast('i32', position) }
      const added = flatten(v, merge.at)[i] as Ir
      const state: Ir = { ir: 'field', type: ir, row: 's', index: 0 }
      const pure = inner.pure()
      const values = type.op === 'first' || type.op === 'any' ? firstOf(leaf, state, added) : withoutFlag(updated(leaf, type.op, [state, { ir: 'literal', type: 'bool', value: true }], [added], { scope: pure, at: merge.at }))
      return { path: inner.path, key: [checked], values: values.map((e) => pure.wrap(e)) }
    })
    const builder: Builder = {
      builder: 'vecmerger',
      fields: [{ type: ir, init: (freshStates(leaf, type.op, at)[0] as { init: Ir }).init }],
      initial: { vec: 'relation', relation: from, columns },
      combine: [{ ir: 'field', type: ir, row: LEFT_STATE, index: 0 }],
    }
    const sink = lowering.pipeline(source, row, builder, bodyOf(rows), ['vecmerger'])
    lowering.steps.push({ step: 'run', pipeline: sink })
    return materialised({ at: 'tuples', sink, value: (read: Read) => unflatten(leaf, [read(0, ir)]) }, leaf, at, scope)
  })
  if (slots.length === 1) return { kind: 'vec', element: type.of, of: { at: 'slot', slot: slots[0] as number } }
  const slot = lowering.writtenSlot(type.of, at)
  lowering.steps.push({ step: 'zip', from: slots, slot, site: lowering.site('RAISED', 'vecs of different lengths', at) })
  return { kind: 'vec', element: type.of, of: { at: 'slot', slot } }
}
/** There is a value from the start, which is the first; NULL gives way. */
const firstOf = (leaf: Type, state: Ir, added: Ir): readonly Ir[] =>
  leaf.kind === 'option' ? [{ ir: 'if', type: state.type, cond: { ir: 'valid', type: 'bool', arg: state }, then: state, else: added }] : [state]
const withoutFlag = (states: readonly Ir[]): readonly Ir[] => states.slice(0, 1)

