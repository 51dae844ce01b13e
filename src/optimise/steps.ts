/**
 * The steps of a body whose expressions are nodes of a graph, and what is done with them before they are written again: what
 * earlier filters established is not tested again, lets that stayed move to their first use, filters are put in order.
 */
import type { Ir } from '../ir/nodes.ts'
import type { Body, Selectivity } from '../ir/program.ts'
import { childrenOf } from '../ir/walk.ts'
import { orderFilters } from './filters.ts'
import { assumed, truths } from './given.ts'
import type { Graph } from './graph.ts'

export type Step =
  | { readonly step: 'let'; readonly name: string; readonly value: Ir }
  | { readonly step: 'if'; readonly cond: Ir; readonly selectivity?: Selectivity | undefined }
  | { readonly step: 'probe'; readonly body: Extract<Body, { body: 'probe' }>; readonly key: readonly Ir[]; readonly code: Ir | undefined; readonly residual: Ir | undefined }
  | { readonly step: 'prune'; readonly sink: number; readonly filter: number; readonly key: Ir }
  | { readonly step: 'each'; readonly index: string; readonly count: Ir }
  | { readonly step: 'fork'; readonly branches: readonly (readonly Step[])[] }
  | { readonly step: 'stage'; readonly carry: readonly { readonly name: string; readonly value: Ir }[]; readonly next: Body }
  | { readonly step: 'merge'; readonly key: readonly Ir[]; readonly values: readonly Ir[] }

/** `moved` hears of nodes that became others. */
export const tidy = (steps: readonly Step[], graph: Graph, moved: (from: Ir, to: Ir) => void): readonly Step[] => inOrder(withKnown(steps, graph, moved, new Map()), graph)

const inOrder = (steps: readonly Step[], graph: Graph): readonly Step[] =>
  orderFilters(sinkLets(steps, graph), graph).map((s): Step => (s.step === 'fork' ? { ...s, branches: s.branches.map((b) => inOrder(b, graph)) } : s))

/** What a filter established holds in all steps behind it. */
const withKnown = (steps: readonly Step[], graph: Graph, moved: (from: Ir, to: Ir) => void, before: ReadonlyMap<Ir, Ir>): readonly Step[] => {
  const known = new Map(before)
  const now = (e: Ir): Ir => {
    if (known.size === 0) return e
    const made = assumed(e, known, graph, moved)
    return made === e ? e : graph.root(made)
  }
  return steps.map((s): Step => {
    if (s.step !== 'if') return s.step === 'fork' ? { ...s, branches: s.branches.map((b) => withKnown(b, graph, moved, known)) } : mapStep(s, now)
    const cond = now(s.cond)
    truths(cond, true, graph, known)
    return { ...s, cond }
  })
}

const mapStep = (s: Exclude<Step, { step: 'if' | 'fork' }>, f: (e: Ir) => Ir): Step => {
  switch (s.step) {
    case 'let':
      return { ...s, value: f(s.value) }
    case 'probe':
      return { ...s, key: s.key.map(f), code: s.code && f(s.code), residual: s.residual && f(s.residual) }
    case 'prune':
      return { ...s, key: f(s.key) }
    case 'each':
      return { ...s, count: f(s.count) }
    case 'stage':
      return { ...s, carry: s.carry.map((c) => ({ name: c.name, value: f(c.value) })) }
    case 'merge':
      return { ...s, key: s.key.map(f), values: s.values.map(f) }
  }
}

export const stepExpressions = (s: Step): readonly Ir[] => {
  switch (s.step) {
    case 'let':
      return [s.value]
    case 'if':
      return [s.cond]
    case 'probe':
      return [...strictOf(s), ...(s.residual ? [s.residual] : [])]
    case 'prune':
      return [s.key]
    case 'each':
      return [s.count]
    case 'fork':
      return s.branches.flatMap((b) => b.flatMap(stepExpressions))
    case 'stage':
      return s.carry.map((c) => c.value)
    case 'merge':
      return [...s.key, ...s.values]
  }
}

/** What a probe evaluates once for a row. */
export const strictOf = ({ key, code }: Extract<Step, { step: 'probe' }>): readonly Ir[] => (code ? [...key, code] : key)

/** Moves each let that stayed to before the first step that reads it, or to before the next probe. */
const sinkLets = (steps: readonly Step[], graph: Graph): readonly Step[] => {
  const done: Step[] = []
  for (let i = steps.length - 1; i >= 0; i--) {
    const step = steps[i] as Step
    if (step.step !== 'let') {
      done.unshift(step)
      continue
    }
    const reads = reading(step.name)
    if (!done.some((s) => stepExpressions(s).some(reads))) continue
    const user = done.findIndex((s) => s.step === 'probe' || s.step === 'each' || stepExpressions(s).some(reads))
    const first = done[user] as Step
    const only = first.step === 'if' && !done.slice(user + 1).some((s) => stepExpressions(s).some(reads))
    if (only) done[user] = { ...first, cond: graph.add({ ir: 'let', type: 'bool', name: step.name, value: step.value, body: first.cond }) }
    else done.splice(user, 0, step)
  }
  return done
}

/** Whether an expression reads a name. Nodes that several share are gone over once, else a chain of sharing nodes takes exponential time. */
const reading = (name: string): ((e: Ir) => boolean) => {
  const known = new Map<Ir, boolean>()
  const reads = (e: Ir): boolean => {
    const before = known.get(e)
    if (before !== undefined) return before
    const found = e.ir === 'ident' ? e.name === name : childrenOf(e).some(reads)
    known.set(e, found)
    return found
  }
  return reads
}
