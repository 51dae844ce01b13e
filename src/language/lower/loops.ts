/**
 * Loops. Between loops, one becomes a pipeline for each builder that is not a merger, and one for all mergers together. Within a
 * body, merges into the pipeline's builder become an inner loop of the body, and a merger's states a loop expression each.
 */
import { binary, fresh, ifElse, literal, TRUE } from '../../ir/build.ts'
import type { Ir, IrType } from '../../ir/nodes.ts'
import type { Builder } from '../../ir/program.ts'
import { mapChildren } from '../../ir/walk.ts'
import type { BuilderType, Expr, Of, Position, Type } from '../nodes.ts'
import { uses } from '../passes/walk.ts'
import { elementAt, i64, readable, sizeOf, stepsBetween, windowOf } from './elements.ts'
import { applied, functionValue, lower } from './expression.ts'
import { readHolder, stateFields } from './lowering.ts'
import { bodyOf, type Merge, type Recorder, type Written } from './record.ts'
import { namesIn, Scope } from './scope.ts'
import { numberedRows, roundsOf, rowScope, type Rows, rowsOf } from './slots.ts'
import { freshStates, updated } from './states.ts'
import { combinedStates, type TopBuilder } from './top-builder.ts'
import { unsupported } from './unsupported.ts'
import { type BuilderValue, type Elements, type Env, flatten, type FunctionValue, irOf, mapLeaves, scalar, type Value } from './values.ts'

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

/** What a loop's vecs are, one of several read in step. */
interface Vec {
  readonly of: Elements
  readonly element: Type
}

const vecsOf = (e: For, env: Env | undefined, scope: Scope): readonly Vec[] | undefined => {
  const { iteration } = e
  if (iteration.over === 'range') return undefined
  return iteration.iters.map((iter): Vec => {
    const vec = lower(iter.of, env, scope)
    if (vec.kind !== 'vec') return unsupported(iter.of.at, `a loop over a ${vec.kind}`)
    const bound = (x: Expr | undefined) => x && irOf(lower(x, env, scope))
    const bounds = { start: bound(iter.start), end: bound(iter.end), stride: bound(iter.stride) }
    const whole = !bounds.start && !bounds.end && !bounds.stride
    return { element: vec.element, of: whole ? vec.of : windowOf(readable(vec.of, vec.element, e.at, scope), bounds, e.at, scope) }
  })
}

interface Rounds {
  /** i64. */
  readonly count: Ir
  readonly element: (index: Ir, scope: Scope) => Value
}

const rangeRounds = (e: For, env: Env | undefined, scope: Scope): Rounds => {
  if (e.iteration.over !== 'range') throw new Error('no range')
  const part = (x: Expr) => scope.bind(irOf(lower(x, env, scope)))
  const [start, end, given] = [part(e.iteration.start), part(e.iteration.end), part(e.iteration.stride)]
  const raised = (what: string) => scope.lowering.raise('i64', 'RAISED', what, e.at)
  const known = given.ir === 'literal' && BigInt(given.value) > 0n
  const stride = known ? given : scope.bind(ifElse(binary('<', given, i64(1)), raised('a stride below 1'), given))
  const steps = scope.bind(stepsBetween(start, end, stride))
  const count = steps.ir === 'literal' ? steps : scope.bind(ifElse(binary('<u', steps, i64(2n ** 32n - 1n)), steps, raised('a range of 2^32 numbers or more')))
  const one = known && BigInt(given.value as bigint) === 1n
  return { count, element: (index, inner) => scalar(inner.bind(binary('+', start, one ? index : binary('*', index, stride)))) }
}

/** Vecs by number; their lengths agree or it raises. */
const vecRounds = (vecs: readonly Vec[], e: For, scope: Scope): Rounds => {
  const read = vecs.map((vec): Vec => ({ ...vec, of: readable(vec.of, vec.element, e.at, scope) }))
  const sizes = read.map((vec) => sizeOf(vec.of, scope))
  const [first, ...others] = sizes as [Ir, ...Ir[]]
  const same = others.map((size) => binary('==', first, size)).reduce((a, b) => binary('&', a, b), TRUE)
  const count = others.length ? scope.bind(ifElse(same, first, scope.lowering.raise('i64', 'RAISED', 'a zip of vecs of different lengths', e.at))) : first
  return {
    count,
    element: (index, inner) => {
      const values = read.map((vec) => elementAt(vec.of, vec.element, index, e.at, inner))
      return values.length === 1 ? (values[0] as Value) : { kind: 'struct', fields: values }
    },
  }
}

const roundsFor = (e: For, env: Env | undefined, scope: Scope): Rounds => {
  const vecs = vecsOf(e, env, scope)
  return vecs ? vecRounds(vecs, e, scope) : rangeRounds(e, env, scope)
}

/** Rows of a pipeline: columns or tuples as they lie where nobody asks for an element's number, else by number. */
const rowsFor = (e: For, env: Env | undefined, numbered: boolean, scope: Scope): Rows => {
  const { lowering } = scope
  const vecs = vecsOf(e, env, scope)
  if (vecs?.length === 1) {
    const [{ of, element }] = vecs as [Vec]
    return rowsOf(of, element, numbered, e.at, scope)
  }
  if (vecs && !numbered && vecs.every((vec) => vec.of.at === 'slot')) {
    const from = vecs.map((vec) => (vec.of as Extract<Elements, { at: 'slot' }>).slot)
    const element: Type = { kind: 'struct', fields: vecs.map((vec) => vec.element) }
    const slot = lowering.slot(element, from.flatMap((f) => lowering.slotInfo(f).columns))
    lowering.steps.push({ step: 'zip', from, slot, site: lowering.site('RAISED', 'a zip of vecs of different lengths', e.at) })
    return rowsOf({ at: 'slot', slot }, element, false, e.at, scope)
  }
  const { count, element } = vecs ? vecRounds(vecs, e, scope) : rangeRounds(e, env, scope)
  return numberedRows(scope.bind(roundsOf(count)), lowering.row(), element)
}

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
