/**
 * Loops. Between loops, one becomes a pipeline for each builder that is not a merger, and one for all mergers together. Within a
 * body, merges into the pipeline's builder become an inner loop of the body, and a merger's states a loop expression each.
 */
import { fresh } from '../../ir/build.ts'
import type { Ir, IrType } from '../../ir/nodes.ts'
import type { Builder } from '../../ir/program.ts'
import { mapChildren } from '../../ir/walk.ts'
import type { BuilderType, Of, Position } from '../nodes.ts'
import { uses } from '../passes/walk.ts'
import { i64 } from './elements.ts'
import { applied, functionValue, lower } from './expression.ts'
import { type Rounds, roundsFor, rowsFor } from './iteration.ts'
import { loopFor } from './loop-expression.ts'
import { readHolder, stateFields } from './lowering.ts'
import { bodyOf, type Merge, type Recorder, type Written } from './record.ts'
import { Scope } from './scope.ts'
import { roundsOf, rowScope, type Rows } from './slots.ts'
import { freshStates, updated } from './states.ts'
import { combinedStates, type TopBuilder } from './top-builder.ts'
import { unsupported } from './unsupported.ts'
import { type BuilderValue, type Env, flatten, type FunctionValue, scalar, type Value } from './values.ts'

type For = Of<'for'>

export const lowerFor = (e: For, env: Env | undefined, scope: Scope): Value => {
  const builder = lower(e.builder, env, scope)
  const step = functionValue(e.step, env, scope)
  const number = step.lambda.params[1]?.name as string
  const numbered = uses(step.lambda.body, number) > 0
  const leaves = leavesIn(builder, e.at)
  if (!leaves.some((leaf) => leaf.is === 'top')) return innerLoop(e, builder, leaves, step, roundsFor(e, env, scope), scope)
  return scope.lowering.numbering(numbered, (withNumbers) => topLoop(e, builder, leaves, step, rowsFor(e, env, withNumbers, scope), scope))
}

const leavesIn = (builder: Value, at: Position): readonly BuilderValue[] => {
  if (builder.kind === 'struct') return builder.fields.flatMap((field) => leavesIn(field, at))
  return builder.kind === 'builder' ? [builder] : unsupported(at, `a loop into a ${builder.kind}`)
}
/** The same struct with other builders in it, in order. */
const withLeaves = (builder: Value, leaves: readonly Value[], from = { at: 0 }): Value =>
  builder.kind === 'struct' ? { kind: 'struct', fields: builder.fields.map((field) => withLeaves(field, leaves, from)) } : (leaves[from.at++] as Value)

const topLoop = (e: For, builder: Value, leaves: readonly BuilderValue[], step: FunctionValue, rows: Rows, scope: Scope): Value => {
  const { lowering } = scope
  const recorder: Recorder = { source: rows.source, row: rows.row, merges: [], muted: false }
  const body = rowScope(rows, lowering)
  const outer = leaves.map((leaf, i): Value => ({ kind: 'builder', type: leaf.type, is: 'outer', leaf: i, recorder }))
  const element = rows.element(body)
  const after = applied(step, [withLeaves(builder, outer), scalar(rows.index ?? i64(0)), element], body)
  leavesIn(after, e.at).forEach((leaf, i) => {
    if (leaf.is !== 'outer' || leaf.leaf !== i || leaf.recorder !== recorder) unsupported(e.at, 'a step that gives another builder than it was given')
  })
  const mergers = mergerPipeline(recorder, leaves, e.at, scope)
  const made = leaves.map((leaf, i): Value => {
    if (leaf.is !== 'top') return unsupported(e.at, 'builders from within and without a loop in one')
    const { type } = leaf
    const merges = recorder.merges.filter((merge) => merge.leaf === i)
    const top: TopBuilder =
      leaf.top.is === 'states'
        ? { is: 'states', states: mergers.get(i) ?? leaf.top.states }
        : leaf.top.is === 'segments'
          ? { is: 'segments', slots: merges.length ? [...leaf.top.slots, appended(recorder, merges, type, e.at, scope)] : leaf.top.slots }
          : { ...leaf.top, parts: [...leaf.top.parts, { recorder, merges }] }
    return { kind: 'builder', type, is: 'top', top }
  })
  return withLeaves(builder, made)
}

const appended = (recorder: Recorder, merges: readonly Merge[], type: BuilderType, at: Position, scope: Scope): number => {
  if (type.kind !== 'appender' && type.kind !== 'staged') throw new Error(`no appender: ${type.kind}`)
  const slot = scope.lowering.writtenSlot(type.of, at)
  scope.lowering.append(recorder.source, recorder.row, slot, merges.map((m): Written => ({ path: m.path, key: [], values: flatten(m.value, m.at) })), ['appender'])
  return slot
}

/** All mergers of a loop in one pipeline; the states after it, by leaf. */
const mergerPipeline = (recorder: Recorder, leaves: readonly BuilderValue[], at: Position, scope: Scope): ReadonlyMap<number, readonly Ir[]> => {
  const { lowering } = scope
  const used = leaves.flatMap((leaf, i) => {
    const { type } = leaf
    if (type.kind !== 'merger' || leaf.is !== 'top' || leaf.top.is !== 'states' || !recorder.merges.some((m) => m.leaf === i)) return []
    return [{ index: i, type, states: leaf.top.states, types: freshStates(type.of, type.op, at).map((s) => s.type) }]
  })
  if (used.length === 0) return new Map()
  const all: readonly IrType[] = used.flatMap((u) => u.types)
  const firsts = new Map<number, number>()
  let first = 0
  for (const u of used) {
    firsts.set(u.index, first)
    first += u.types.length
  }
  const current = stateFields(all, 0)
  const merges = recorder.merges.filter((m) => firsts.has(m.leaf))
  const rows = merges.map((m): Written => {
    const u = used.find((one) => one.index === m.leaf) as (typeof used)[number]
    const from = firsts.get(m.leaf) as number
    const inner = new Scope('pure', lowering)
    const after = updated(u.type.of, u.type.op, stateFields(u.types, from), flatten(m.value, m.at), { scope: inner, at: m.at }).map((x) => inner.wrap(x))
    return { path: m.path, key: [], values: current.map((field, i) => after[i - from] ?? field) }
  })
  const builder: Builder = {
    builder: 'merger',
    state: used.flatMap((u) => u.types.map((type, i) => ({ type, init: u.states[i] as Ir }))),
    combine: used.flatMap((u) => shifted(combinedStates(u.type.of, u.type.op, u.types, at, scope), firsts.get(u.index) as number)),
  }
  const pipeline = lowering.pipeline(recorder.source, recorder.row, builder, bodyOf(rows), ['merger'])
  const holders = lowering.holders(all)
  lowering.steps.push({ step: 'run', pipeline, params: holders.map(({ value, valid }) => ({ value, valid })) })
  return new Map(used.map((u) => [u.index, u.types.map((_, i) => readHolder(holders[(firsts.get(u.index) as number) + i] as (typeof holders)[number]))]))
}

/** Combinations that read states from a later place. */
const shifted = (es: readonly Ir[], by: number): readonly Ir[] => (by === 0 ? es : es.map((e) => shift(e, by)))
const shift = (e: Ir, by: number): Ir => (e.ir === 'field' ? { ...e, index: e.index + by } : mapChildren(e, (child) => shift(child, by)))

/** A loop within a body or an expression. */
const innerLoop = (e: For, builder: Value, leaves: readonly BuilderValue[], step: FunctionValue, rounds: Rounds, scope: Scope): Value => {
  const outer = leaves.find((leaf) => leaf.is === 'outer')
  if (outer?.is === 'outer' && !outer.recorder.muted) {
    const index = fresh('j')
    const inside = scope.inside({ step: 'each', index, count: roundsOf(rounds.count) })
    const number = counter(index)
    applied(step, [builder, scalar(number), rounds.element(number, inside)], inside)
  }
  if (!leaves.some((leaf) => leaf.is === 'local')) return builder
  const recorder = outer?.is === 'outer' ? outer.recorder : undefined
  const muted = recorder?.muted
  if (recorder) recorder.muted = true
  const states = leaves.map((leaf) => (leaf.is === 'local' ? leaf.states.map((state) => ({ name: fresh('s'), init: state })) : []))
  const index = fresh('j')
  const number = counter(index)
  const body = scope.pure({ step: 'each', index, count: roundsOf(rounds.count) })
  const within = leaves.map((leaf, i): Value => (leaf.is === 'local' ? { ...leaf, states: (states[i] as { name: string; init: Ir }[]).map((s): Ir => ({ ir: 'ident', type: s.init.type, name: s.name })) } : leaf))
  const after = leavesIn(applied(step, [withLeaves(builder, within), scalar(number), rounds.element(number, body)], body), e.at)
  if (recorder) recorder.muted = muted as boolean
  const all = states.flat()
  const updates = after.flatMap((leaf) => (leaf.is === 'local' ? leaf.states.map((s) => body.wrap(s)) : []))
  let next = 0
  const made = leaves.map((leaf): Value => (leaf.is === 'local' ? { ...leaf, states: leaf.states.map(() => scope.bind(loopFor(next++, all, updates, index, roundsOf(rounds.count)))) } : leaf))
  return withLeaves(builder, made)
}
const counter = (index: string): Ir => ({ ir: 'cast', type: 'i64', arg: { ir: 'ident', type: 'i32', name: index }, unsigned: true })
