/**
 * Vecs and dicts that are made within rows. They get a pipeline of their own before the one that reads them: it runs over the same
 * rows, takes the same way into the body, and keeps what it makes under the numbers of the row and of the loops around, where the
 * reader finds it again.
 */
import { fresh, ifElse, literal, zero } from '../../ir/build.ts'
import type { Ir, IrType } from '../../ir/nodes.ts'
import { type Builder, LEFT_STATE, type SortField, STATE_ROW } from '../../ir/program.ts'
import type { BuilderType, Position, Type } from '../nodes.ts'
import { keyLeaves } from './dicts.ts'
import { elementAt, readable, sizeOf } from './elements.ts'
import { stateFields } from './lowering.ts'
import { bodyOf, type Merge, type Recorder, type Written } from './record.ts'
import { Scope } from './scope.ts'
import { entriesOf, roundsOf, rowsOf } from './slots.ts'
import { freshStates, leavesFrom, updated } from './states.ts'
import { combinedStates } from './top-builder.ts'
import { leafTypes, leavesOf } from './types.ts'
import { unsupported } from './unsupported.ts'
import { type BuilderValue, type DictValue, type Elements, flatten, irOf, type Read, scalar, unflatten, type Value, type VecValue, zipLeaves } from './values.ts'

type Inner = Extract<BuilderValue, { is: 'outer' }>

/** A builder within rows; merges remember their way. */
export const newInner = (type: BuilderType, initial: Value | undefined, at: Position, scope: Scope): Value => {
  const ids = scope.ids(at)
  if (!scope.rows) return unsupported(at, `a ${type.kind} here`)
  const recorder: Recorder = { ...scope.rows, merges: [], muted: false }
  const builder: Inner = { kind: 'builder', type, is: 'outer', leaf: 0, recorder, inner: ids }
  if (!initial) return builder
  // What it starts from is merged first.
  const from = initial.kind === 'dict' ? { element: entryType(initial), of: entriesOf(initial, at, scope) } : initial.kind === 'vec' ? initial : unsupported(at, `a ${type.kind} that starts from this`)
  forEach(from, at, scope, (value, index, inside) => {
    const merged: Value = initial.kind === 'dict' ? value : { kind: 'struct', fields: [scalar(index), value] }
    recorder.merges.push({ leaf: 0, path: inside.path, value: storable(merged, at, inside), at })
  })
  if (initial.kind === 'dict') return builder
  return { ...builder, size: sizeOf(readable(from.of, from.element, at, scope), scope) }
}
const entryType = (dict: DictValue): Type => ({ kind: 'struct', fields: [dict.type.key, dict.type.value] })

/** Something for each element of a vec that is read by number. */
const forEach = ({ of, element }: Pick<VecValue, 'of' | 'element'>, at: Position, scope: Scope, visit: (value: Value, index: Ir, inside: Scope) => void): void => {
  if (of.at === 'items') return of.items.forEach((item, i) => visit(item, literal('i64', BigInt(i)), scope))
  const from = readable(of, element, at, scope)
  const name = fresh('j')
  const inside = scope.inside({ step: 'each', index: name, count: roundsOf(sizeOf(from, scope)) })
  const index: Ir = { ir: 'cast', type: 'i64', arg: { ir: 'ident', type: 'i32', name }, unsigned: true }
  visit(elementAt(from, element, index, at, inside), index, inside)
}

export const innerResult = (builder: Inner, at: Position, scope: Scope): Value => {
  const { type, recorder } = builder
  const ids = builder.inner as readonly Ir[]
  switch (type.kind) {
    case 'appender':
    case 'staged':
      return { kind: 'vec', element: type.of, of: { at: 'slice', ir: groupOf(recorder.merges, recorder, ids, ids, type.of, at, scope) } }
    case 'dictmerger':
      return innerDict(type, recorder, ids, at, scope)
    case 'groupmerger':
      return innerGroups(type, recorder, ids, at, scope)
    case 'vecmerger':
      return innerArray(type, recorder, ids, at, scope)
    default:
      return unsupported(at, `a ${type.kind} within a loop`)
  }
}

/** A dict by position, whose keys come in the order of what it starts from; its values are the vec. */
const innerArray = (type: Extract<BuilderType, { kind: 'vecmerger' }>, { merges, source, row }: Recorder, ids: readonly Ir[], at: Position, scope: Scope): Value => {
  const { lowering } = scope
  const empty: VecValue = { kind: 'vec', element: type.of, of: { at: 'slice', ir: literal('vec', 0n) } }
  if (merges.length === 0) return empty
  const types = leavesOf(type.of, at)
  const leaves = leafTypes(type.of)
  const state = [...types.map((t) => ({ type: t, init: emptyOf(t) })), { type: 'bool' as const, init: literal('bool', false) }]
  const flag = types.length
  const rows = merges.map((m): Written => {
    const [k, v] = (m.value as Extract<Value, { kind: 'struct' }>).fields as readonly [Value, Value]
    const pure = new Scope('pure', lowering)
    const had: Ir = { ir: 'field', type: 'bool', row: STATE_ROW, index: flag }
    const values = flatten(v, m.at).map((added, i) => {
      const old: Ir = { ir: 'field', type: types[i] as IrType, row: STATE_ROW, index: i }
      const after = type.op === 'first' || type.op === 'any' ? (types[i]?.startsWith('?') ? ifElse({ ir: 'valid', type: 'bool', arg: old }, old, added) : old) : (updated(leaves[i] as Type, type.op, [old, literal('bool', true)], [added], { scope: pure, at: m.at })[0] as Ir)
      return pure.wrap(ifElse(had, after, added))
    })
    return { path: m.path, key: [...ids, irOf(k)], values: [...values, literal('bool', true)] }
  })
  const combine = state.map((s, index): Ir => ({ ir: 'field', type: s.type, row: LEFT_STATE, index }))
  const sink = lowering.pipeline(source, row, { builder: 'dictmerger', key: [...ids.map((id) => id.type), 'i64'], state, combine }, bodyOf(rows), ['vecmerger'])
  lowering.steps.push({ step: 'run', pipeline: sink })
  const tuple = lowering.row()
  const read: Read = (index, t) => ({ ir: 'field', type: t, row: tuple, index })
  const value = unflatten(type.of, types.map((t, i) => read(ids.length + 1 + i, t)))
  const own = ids.map((id, i) => read(i, id.type))
  return { ...empty, of: { at: 'slice', ir: groupOf([{ leaf: 0, path: undefined, value, at }], { source: { source: 'tuples', sink }, row: tuple }, own, ids, type.of, at, scope) } }
}

/** A vec within a row, sorted: rows of all vecs in one sorter, by where they belong and then by key. */
export const sortedWithin = (vec: VecValue, keysOf: (element: Value, scope: Scope) => readonly SortBy[], at: Position, scope: Scope): Value => {
  const { lowering } = scope
  const ids = scope.ids(at)
  if (!scope.rows) return unsupported(at, 'a sort here')
  const fields = leavesOf(vec.element, at)
  const rows: Written[] = []
  let keys: readonly SortBy[] = []
  forEach(vec, at, scope, (element, _, inside) => {
    const from = inside.path === scope.path ? scope.inside({ step: 'if', cond: literal('bool', true) }) : inside
    keys = keysOf(element, from)
    rows.push({ path: from.path, key: [...ids, ...keys.map((k) => k.value)], values: [...ids, ...flatten(storable(element, at, from), at)] })
  })
  if (rows.length === 0) return { ...vec, of: { at: 'slice', ir: literal('vec', 0n) } }
  const before = ids.map(() => ({ descending: false, nullsFirst: true, bias: -(2n ** 31n), bytes: 4 }))
  const builder: Builder = { builder: 'sorter', fields: [...ids.map((id) => id.type), ...fields], keys: [...before, ...keys.map((k) => k.order)], keyTypes: [...ids.map((id) => id.type), ...keys.map((k) => k.value.type)], top: false }
  const sink = lowering.pipeline(scope.rows.source, scope.rows.row, builder, bodyOf(rows), ['sorter'])
  lowering.steps.push({ step: 'run', pipeline: sink })
  const row = lowering.row()
  const read: Read = (index, type) => ({ ir: 'field', type, row, index })
  const value = unflatten(vec.element, fields.map((type, i) => read(ids.length + i, type)))
  const own = ids.map((id, i) => read(i, id.type))
  return { ...vec, of: { at: 'slice', ir: groupOf([{ leaf: 0, path: undefined, value, at }], { source: { source: 'tuples', sink }, row }, own, ids, vec.element, at, scope) } }
}
export interface SortBy {
  readonly value: Ir
  readonly order: Omit<SortField, 'value'>
}

/** The vec of what was merged under `ids`, found by `wanted`. */
const groupOf = (merges: readonly Merge[], { source, row }: Pick<Recorder, 'source' | 'row'>, ids: readonly Ir[], wanted: readonly Ir[], element: Type, at: Position, scope: Scope): Ir => {
  const { lowering } = scope
  if (merges.length === 0) return literal('vec', 0n)
  const rows = merges.map((m): Written => ({ path: m.path, key: ids, values: flatten(m.value, m.at) }))
  const key: readonly IrType[] = ids.map((id) => id.type)
  const sink = lowering.pipeline(source, row, { builder: 'groupmerger', key, fields: leavesOf(element, at), contiguous: true }, bodyOf(rows), ['groupmerger'])
  lowering.steps.push({ step: 'run', pipeline: sink })
  return foundVec(sink, wanted, scope)
}
const foundVec = (sink: number, key: readonly Ir[], scope: Scope): Ir => {
  const inner = scope.mode === 'top' ? scope.pure() : scope
  const address = inner.bind({ ir: 'find', type: 'i32', sink, key })
  const found = ifElse({ ir: 'binary', type: 'bool', op: '!=', left: address, right: literal('i32', 0) }, { ir: 'tuple', type: 'vec', sink, address, index: key.length }, zero('vec'))
  return scope.bind(scope.mode === 'top' ? inner.wrap(found) : found)
}

const innerDict = (type: Extract<BuilderType, { kind: 'dictmerger' }>, { merges, source, row }: Recorder, ids: readonly Ir[], at: Position, scope: Scope): Value => {
  const { lowering } = scope
  const state = freshStates(type.value, type.op, at)
  const types = state.map((s) => s.type)
  const keys = leavesOf(type.key, at)
  const first = ids.length + keys.length
  const rows = merges.map((m): Written => {
    const [k, v] = (m.value as Extract<Value, { kind: 'struct' }>).fields as readonly [Value, Value]
    const pure = new Scope('pure', lowering)
    const values = updated(type.value, type.op, stateFields(types, 0), flatten(v, m.at), { scope: pure, at: m.at }).map((x) => pure.wrap(x))
    return { path: m.path, key: [...ids, ...keyLeaves(k, m.at)], values }
  })
  const builder: Builder = { builder: 'dictmerger', key: [...ids.map((id) => id.type), ...keys], state, combine: combinedStates(type.value, type.op, types, at, scope) }
  const value = (read: Read): Value => unflatten(type.value, leavesFrom(type.value, type.op, types.map((t, i) => read(first + i, t)), at))
  const sink = lowering.pipeline(source, row, builder, rows.length ? bodyOf(rows) : emptyBody(builder), ['dictmerger'])
  lowering.steps.push({ step: 'run', pipeline: sink })
  return { kind: 'dict', type: { kind: 'dict', key: type.key, value: type.value }, sink, before: ids, keys: keys.length, value }
}

const innerGroups = (type: Extract<BuilderType, { kind: 'groupmerger' }>, { merges, source, row }: Recorder, ids: readonly Ir[], at: Position, scope: Scope): Value => {
  const { lowering } = scope
  const keys = leavesOf(type.key, at)
  const rows = merges.map((m): Written => {
    const [k, v] = (m.value as Extract<Value, { kind: 'struct' }>).fields as readonly [Value, Value]
    return { path: m.path, key: [...ids, ...keyLeaves(k, m.at)], values: flatten(v, m.at) }
  })
  const builder: Builder = { builder: 'groupmerger', key: [...ids.map((id) => id.type), ...keys], fields: leavesOf(type.value, at), contiguous: true }
  const sink = lowering.pipeline(source, row, builder, rows.length ? bodyOf(rows) : emptyBody(builder), ['groupmerger'])
  lowering.steps.push({ step: 'run', pipeline: sink })
  const value: Type = { kind: 'vec', of: type.value }
  return { kind: 'dict', type: { kind: 'dict', key: type.key, value }, sink, before: ids, keys: keys.length, value: (read) => unflatten(value, [read(ids.length + keys.length, 'vec')]) }
}

/** A body that merges nothing, for a dict that stays empty. */
export const emptyBody = (builder: Extract<Builder, { builder: 'dictmerger' | 'groupmerger' }>) => {
  const values = builder.builder === 'dictmerger' ? stateFields(builder.state.map((s) => s.type), 0) : builder.fields.map(emptyOf)
  return { body: 'if', cond: literal('bool', false), next: { body: 'merge', key: builder.key.map(emptyOf), values } } as const
}
export const emptyOf = (type: IrType): Ir => (type.startsWith('?') ? ({ ir: 'option', type, value: zero(type.slice(1) as never), valid: literal('bool', false) } as Ir) : zero(type as never))

/** The entries of a dict among those of many rows: as {key, value}. */
export const entriesWithin = (dict: DictValue, at: Position, scope: Scope): Elements => {
  const { lowering } = scope
  const element: Type = { kind: 'struct', fields: [dict.type.key, dict.type.value] }
  const row = lowering.row()
  const read: Read = (index, type) => ({ ir: 'field', type, row, index })
  const ids = dict.before.map((id, i) => read(i, id.type))
  const keys = leavesOf(dict.type.key, at).map((type, i) => read(ids.length + i, type))
  const value: Value = { kind: 'struct', fields: [unflatten(dict.type.key, keys), dict.value(read)] }
  return { at: 'slice', ir: groupOf([{ leaf: 0, path: undefined, value, at }], { source: { source: 'tuples', sink: dict.sink }, row }, ids, dict.before, element, at, scope) }
}

/** A vec as one value that can lie in a row. */
export const asSlice = (vec: VecValue, at: Position, scope: Scope): Ir => {
  const { of, element } = vec
  if (of.at === 'slice') return of.ir
  if (scope.mode === 'top' || of.at === 'slot' || of.at === 'rows' || of.at === 'tuples') return wholeSlice(of, element, at, scope)
  const ids = scope.ids(at)
  if (!scope.rows) return unsupported(at, 'a vec within a row here')
  const merges: Merge[] = []
  forEach(vec, at, scope, (value, _, inside) => merges.push({ leaf: 0, path: inside.path, value: storable(value, at, inside), at }))
  return groupOf(merges, scope.rows, ids, ids, element, at, scope)
}

/** A vec between loops as one slice. */
const wholeSlice = (of: Elements, element: Type, at: Position, scope: Scope): Ir => {
  const top = scope.mode === 'top' ? scope : new Scope('top', scope.lowering)
  const key = [literal('i32', 0)]
  if (of.at === 'items') {
    const merges = of.items.map((item): Merge => ({ leaf: 0, path: undefined, value: storable(item, at, top), at }))
    return groupOf(merges, { source: { source: 'range', count: literal('i32', 1) }, row: top.lowering.row() }, key, key, element, at, top)
  }
  const rows = rowsOf(of, element, false, at, top)
  const inner = new Scope('path', top.lowering)
  const value = rows.element(inner)
  return groupOf([{ leaf: 0, path: inner.path, value, at }], rows, key, key, element, at, top)
}

/** The value with all its vecs as slices. */
export const storable = (value: Value, at: Position, scope: Scope): Value => {
  switch (value.kind) {
    case 'struct':
      return { kind: 'struct', fields: value.fields.map((field) => storable(field, at, scope)) }
    case 'vec':
      return value.of.at === 'slice' ? value : { ...value, of: { at: 'slice', ir: asSlice(value, at, scope) } }
    default:
      return value
  }
}

type From = readonly [value: Value, scope: Scope]

/** One of two values: `choice` chooses between leaves. Vecs that lie in different places become slices, dicts are made anew of their entries. */
export const chosen = (a: From, b: From, choice: (a: Ir, b: Ir) => Ir, { at, type }: { readonly at: Position; readonly type: Type }, scope: Scope): Value => {
  const [x, y] = alike(a, b, at)
  return withDicts(zipLeaves(x, y, choice, at), type, at, scope)
}

const alike = ([a, scopeA]: From, [b, scopeB]: From, at: Position): readonly [Value, Value] => {
  if (a.kind === 'struct' && b.kind === 'struct') {
    const pairs = a.fields.map((x, i) => alike([x, scopeA], [b.fields[i] as Value, scopeB], at))
    return [{ kind: 'struct', fields: pairs.map(([x]) => x) }, { kind: 'struct', fields: pairs.map(([, y]) => y) }]
  }
  if (a.kind === 'dict' && b.kind === 'dict' && a !== b) return [entrySlice(a, at, scopeA), entrySlice(b, at, scopeB)]
  if (a.kind !== 'vec' || b.kind !== 'vec' || a.of === b.of) return [a, b]
  if (a.of.at === 'slot' && b.of.at === 'slot' && a.of.slot === b.of.slot) return [a, b]
  return [storable(a, at, scopeA), storable(b, at, scopeB)]
}
const entrySlice = (dict: DictValue, at: Position, scope: Scope): Value => storable({ kind: 'vec', element: entryType(dict), of: entriesOf(dict, at, scope) }, at, scope)

/** Vecs of entries as the dicts that the type says they are. */
const withDicts = (value: Value, type: Type, at: Position, scope: Scope): Value => {
  if (value.kind === 'struct' && type.kind === 'struct') return { kind: 'struct', fields: value.fields.map((field, i) => withDicts(field, type.fields[i] as Type, at, scope)) }
  if (value.kind !== 'vec' || type.kind !== 'dict') return value
  const builder = newInner({ kind: 'dictmerger', key: type.key, value: type.value, op: 'first' }, undefined, at, scope) as Inner
  forEach(value, at, scope, (entry, _, inside) => builder.recorder.merges.push({ leaf: 0, path: inside.path, value: entry, at }))
  return innerResult(builder, at, scope)
}
