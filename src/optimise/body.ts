/**
 * Loop bodies: lets are dissolved into the graph and written again where they are first needed, so that a filter's condition
 * evaluates only what it needs, and rows that a filter excludes neither compute nor raise what comes after it.
 *
 *   dead let       dropped, even where it could raise: a value that nothing reads need not be computed
 *   live let       written before the first step that uses it; not across a probe, which may run once, never or many times
 *   single use     written in place, where it is in the same step
 *   ifs            merged into one condition where the later one is cheap and cannot raise
 */
import { both } from '../ir/build.ts'
import type { Ir } from '../ir/nodes.ts'
import { type Body, type Builder, STATE_ROW } from '../ir/program.ts'
import { childrenOf } from '../ir/walk.ts'
import type { Graph } from './graph.ts'
import type { Scheduler } from './schedule.ts'

/** Conditions cheaper than this are evaluated without a branch before them. */
const CHEAP = 16

type Step =
  | { readonly step: 'let'; readonly name: string; readonly value: Ir }
  | { readonly step: 'if'; readonly cond: Ir }
  | { readonly step: 'probe'; readonly body: Extract<Body, { body: 'probe' }>; readonly key: readonly Ir[]; readonly code: Ir | undefined }
  | { readonly step: 'merge'; readonly key: readonly Ir[]; readonly values: readonly Ir[] }

export const optimiseBody = (body: Body, builder: Builder, graph: Graph, scheduler: Scheduler): Body => {
  const before = new Map<Ir, number>()
  const steps = mergeIfs(sinkLets(collect(body, graph, before), graph), graph)
  return write(steps, 0, { builder, graph, scheduler, before, staged: true })
}

/** How often each name is written; a subtree that is one object counts once. */
const countNames = (body: Body): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  const seen = new Set<Ir>()
  const visit = (e: Ir): void => {
    if (e.ir === 'ident') counts.set(e.name, (counts.get(e.name) ?? 0) + 1)
    else if (!seen.has(e)) {
      seen.add(e)
      for (const child of childrenOf(e)) visit(child)
    }
  }
  for (let b = body; ; b = b.next) {
    for (const e of expressionsOf(b)) visit(e)
    if (b.body === 'merge') return counts
  }
}

const expressionsOf = (b: Body): readonly Ir[] =>
  b.body === 'let' ? [b.value] : b.body === 'if' ? [b.cond] : b.body === 'probe' ? [...b.key, ...(b.memo ? [b.memo.code] : [])] : [...b.key, ...b.values]

const collect = (body: Body, graph: Graph, before: Map<Ir, number>): readonly Step[] => {
  const counts = countNames(body)
  const steps: Step[] = []
  let probes = 0
  for (let b = body; ; b = b.next) {
    switch (b.body) {
      case 'let': {
        const value = graph.root(b.value)
        const uses = counts.get(b.name) ?? 0
        if (uses === 0) break
        const probed = probes > 0 || hasProbe(b.next)
        if (graph.raises(value) && (uses > 1 || probed)) {
          graph.opaque(b.name, value.type)
          steps.push({ step: 'let', name: b.name, value })
        } else {
          graph.define(b.name, value)
          if (!before.has(value)) before.set(value, probes)
        }
        break
      }
      case 'if':
        steps.push({ step: 'if', cond: graph.root(b.cond) })
        break
      case 'probe':
        probes++
        steps.push({ step: 'probe', body: b, key: b.key.map((k) => graph.root(k)), code: b.memo && graph.root(b.memo.code) })
        break
      case 'merge':
        steps.push({ step: 'merge', key: b.key.map((k) => graph.root(k)), values: b.values.map((v) => graph.root(v)) })
        return steps
    }
  }
}

const hasProbe = (body: Body): boolean => body.body === 'probe' || (body.body !== 'merge' && hasProbe(body.next))

const stepExpressions = (s: Step): readonly Ir[] =>
  s.step === 'let' ? [s.value] : s.step === 'if' ? [s.cond] : s.step === 'probe' ? (s.code ? [...s.key, s.code] : s.key) : [...s.key, ...s.values]

/** Moves each let that stayed to before the first step that reads it, or to before the next probe. */
const sinkLets = (steps: readonly Step[], graph: Graph): readonly Step[] => {
  const done: Step[] = []
  for (let i = steps.length - 1; i >= 0; i--) {
    const step = steps[i] as Step
    if (step.step !== 'let') {
      done.unshift(step)
      continue
    }
    const reads = (e: Ir): boolean => (e.ir === 'ident' ? e.name === step.name : childrenOf(e).some(reads))
    if (!done.some((s) => stepExpressions(s).some(reads))) continue
    const user = done.findIndex((s) => s.step === 'probe' || stepExpressions(s).some(reads))
    const first = done[user] as Step
    const only = first.step === 'if' && !done.slice(user + 1).some((s) => stepExpressions(s).some(reads))
    if (only) done[user] = { step: 'if', cond: graph.add({ ir: 'let', type: 'bool', name: step.name, value: step.value, body: first.cond }) }
    else done.splice(user, 0, step)
  }
  return done
}

const mergeIfs = (steps: readonly Step[], graph: Graph): readonly Step[] => {
  const done: Step[] = []
  for (const step of steps) {
    const last = done.at(-1)
    if (step.step === 'if' && step.cond.ir === 'literal' && step.cond.value === true) continue
    if (step.step === 'if' && last?.step === 'if' && !graph.raises(step.cond) && graph.cost(step.cond) < CHEAP) {
      done[done.length - 1] = { step: 'if', cond: graph.add(both(last.cond, step.cond)) }
    } else done.push(step)
  }
  return done
}

interface Place {
  readonly builder: Builder
  readonly graph: Graph
  readonly scheduler: Scheduler
  /** Nodes that a let of the body named, and the number of probes before it. */
  readonly before: ReadonlyMap<Ir, number>
  /** No probe came yet: filters run in a loop of their own, and what they name would be evaluated in both. */
  readonly staged: boolean
}

const write = (steps: readonly Step[], at: number, place: Place): Body => {
  const step = steps[at] as Step
  const { scheduler } = place
  const rest = (probed = false) => write(steps, at + 1, probed ? { ...place, staged: false } : place)
  const later = () => steps.slice(at + 1).flatMap(stepExpressions)
  const withLets = (nodes: readonly Ir[], body: () => Body): Body =>
    scheduler.named(nodes, (lets) => {
      const inner = body()
      return lets.reduceRight((next: Body, { name, value }): Body => ({ body: 'let', name, value, next }), inner)
    })
  switch (step.step) {
    case 'let': {
      const value = scheduler.expression(step.value)
      return scheduler.within(step.name, () => ({ body: 'let', name: step.name, value, next: rest() }))
    }
    case 'if': {
      const shared = place.staged ? [] : scheduler.choose([step.cond], later(), { across: true })
      return withLets(shared, () => ({ body: 'if', cond: scheduler.expression(step.cond), next: rest() }))
    }
    case 'probe': {
      const strict = stepExpressions(step)
      const probes = steps.slice(0, at).filter((s) => s.step === 'probe').length
      const kept = new Set([...place.before].filter(([, n]) => n <= probes).map(([node]) => node))
      return withLets(scheduler.choose(strict, later(), { kept }), () => {
        const key = step.key.map((k) => scheduler.expression(k))
        const memo = step.body.memo && step.code ? { table: step.body.memo.table, code: scheduler.expression(step.code) } : undefined
        return scheduler.within(step.body.row, () => ({ ...step.body, key, memo, next: rest(true) }))
      })
    }
    case 'merge': {
      // The values of a top-n's row are evaluated only where its key qualifies.
      const perhaps = place.builder.builder === 'sorter' && place.builder.top
      const nodes = perhaps ? scheduler.choose(step.key, step.values) : scheduler.choose([...step.key, ...step.values], [])
      return withLets(nodes, () => {
        const key = step.key.map((k) => scheduler.expression(k))
        return { body: 'merge', key, values: scheduler.within(STATE_ROW, () => step.values.map((v) => scheduler.expression(v))) }
      })
    }
  }
}
