/**
 * Loop bodies: lets are dissolved into the graph and written again where they are first needed, so that a filter's condition
 * evaluates only what it needs, and rows that a filter excludes neither compute nor raise what comes after it.
 *
 *   dead let       dropped, even where it could raise: a value that nothing reads need not be computed
 *   live let       written before the first step that uses it; not across a probe, which may run once, never or many times
 *   single use     written in place, where it is in the same step
 *   fork           what several branches share is written before it
 *   each           like a probe
 *   stage          what follows is a body of its own, over the carried names that it reads
 *   ifs            those behind what they repeat are dropped, the rest put in order and merged (steps.ts, filters.ts)
 */
import type { Ir } from '../ir/nodes.ts'
import { type Body, type Builder, nextOf, STATE_ROW, stepExpressions as bodyExpressions } from '../ir/program.ts'
import { childrenOf } from '../ir/walk.ts'
import { Graph, type RowRanges } from './graph.ts'
import type { Rule } from './rule.ts'
import { Scheduler } from './schedule.ts'
import { type Step, stepExpressions, strictOf, tidy } from './steps.ts'

/** What all steps of a body are written with. */
interface Around {
  readonly rules: ReadonlyMap<Ir['ir'], readonly Rule[]>
  readonly builder: Builder
  /** The source's row. */
  readonly row: string
  readonly ranges: RowRanges
}

/** `names`: what is in scope beside the row. */
export const optimiseBody = (body: Body, around: Around, names: readonly string[] = []): Body => {
  const graph = new Graph(around.rules, around.ranges)
  const before = new Map<Ir, number>()
  const steps = tidy(collect(body, { graph, around, before, counts: countNames(body), probes: 0 }), graph, (from, to) => {
    const probes = before.get(from)
    if (probes !== undefined && !before.has(to)) before.set(to, probes)
    if (graph.named.has(from)) graph.named.add(to)
  })
  return write(steps, 0, { builder: around.builder, graph, scheduler: new Scheduler(graph, [around.row, ...names]), before, probes: 0, staged: true })
}

/** How often each name is written up to the next staging points; a subtree that is one object counts once. */
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
  const walk = (b: Body): void => {
    bodyExpressions(b).forEach(visit)
    if (b.body !== 'stage') nextOf(b).forEach(walk)
  }
  walk(body)
  return counts
}

interface Collection {
  readonly graph: Graph
  readonly around: Around
  readonly before: Map<Ir, number>
  readonly counts: ReadonlyMap<string, number>
  /** How many steps came before whose rest may run never or many times. */
  readonly probes: number
}

const collect = (body: Body, c: Collection): readonly Step[] => {
  const { graph, before, counts } = c
  const steps: Step[] = []
  let { probes } = c
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
        steps.push({ step: 'if', cond: graph.root(b.cond), selectivity: b.selectivity })
        break
      case 'probe':
        probes++
        if (b.found !== undefined) graph.opaque(b.found, 'bool')
        steps.push({ step: 'probe', body: b, key: b.key.map((k) => graph.root(k)), code: b.memo && graph.root(b.memo.code), residual: b.residual && graph.root(b.residual) })
        break
      case 'prune':
        steps.push({ step: 'prune', sink: b.sink, filter: b.filter, key: graph.root(b.key) })
        break
      case 'each':
        probes++
        graph.opaque(b.index, 'i32')
        steps.push({ step: 'each', index: b.index, count: graph.root(b.count) })
        break
      case 'fork':
        steps.push({ step: 'fork', branches: b.branches.map((branch) => collect(branch, { ...c, probes })) })
        return steps
      case 'stage': {
        const next = optimiseBody(b.next, c.around, b.carry.map((x) => x.name))
        const read = countNames(next)
        steps.push({ step: 'stage', carry: b.carry.filter((x) => read.has(x.name)).map(({ name, value }) => ({ name, value: graph.root(value) })), next })
        return steps
      }
      case 'merge':
        steps.push({ step: 'merge', key: b.key.map((k) => graph.root(k)), values: b.values.map((v) => graph.root(v)) })
        return steps
    }
  }
}

const hasProbe = (body: Body): boolean => body.body === 'probe' || body.body === 'each' || (body.body !== 'stage' && nextOf(body).some(hasProbe))

interface Place {
  readonly builder: Builder
  readonly graph: Graph
  readonly scheduler: Scheduler
  /** Nodes that a let of the body named, and the number of probes before it. */
  readonly before: ReadonlyMap<Ir, number>
  /** Number of probes before these steps. */
  readonly probes: number
  /** No probe or fork came yet: filters run in a loop of their own, and what they name would be evaluated in both. */
  readonly staged: boolean
}

const write = (steps: readonly Step[], at: number, place: Place): Body => {
  const step = steps[at] as Step
  const { scheduler } = place
  const rest = (probed = false) => write(steps, at + 1, probed ? { ...place, staged: false } : place)
  const later = () => steps.slice(at + 1).flatMap(stepExpressions)
  /** What the program named before this many probes is not computed again for each match. */
  const kept = () => {
    const probes = place.probes + steps.slice(0, at).filter((s) => s.step === 'probe' || s.step === 'each').length
    return new Set([...place.before].filter(([, n]) => n <= probes).map(([node]) => node))
  }
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
      // The residual is evaluated never or many times, like what follows.
      return withLets(scheduler.choose(strictOf(step), [...(step.residual ? [step.residual] : []), ...later()], { kept: kept() }), () => {
        const { row, found } = step.body
        const key = step.key.map((k) => scheduler.expression(k))
        const memo = step.body.memo && step.code ? { table: step.body.memo.table, code: scheduler.expression(step.code) } : undefined
        return scheduler.within(row, () => {
          const residual = step.residual && scheduler.expression(step.residual)
          const next = found === undefined ? rest(true) : scheduler.within(found, () => rest(true))
          return { ...step.body, key, residual, memo, next }
        })
      })
    }
    case 'prune': {
      const shared = place.staged ? [] : scheduler.choose([step.key], later(), { across: true })
      return withLets(shared, () => ({ body: 'prune', sink: step.sink, filter: step.filter, key: scheduler.expression(step.key), next: rest() }))
    }
    case 'each':
      return withLets(scheduler.choose([step.count], later(), { kept: kept() }), () => {
        const count = scheduler.expression(step.count)
        return scheduler.within(step.index, () => ({ body: 'each', index: step.index, count, next: rest(true) }))
      })
    case 'fork': {
      const probes = place.probes + steps.filter((s) => s.step === 'probe' || s.step === 'each').length
      return withLets(scheduler.choose([], [], { branches: step.branches.map((b) => b.flatMap(stepExpressions)) }), () => ({ body: 'fork', branches: step.branches.map((b) => write(b, 0, { ...place, probes, staged: false })) }))
    }
    case 'stage': {
      const values = step.carry.map((c) => c.value)
      return withLets(scheduler.choose(values, []), () => ({ body: 'stage', carry: step.carry.map((c) => ({ name: c.name, value: scheduler.expression(c.value) })), next: step.next }))
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
