/**
 * Filters in order. Conditions that follow one another are taken apart into conjuncts; among those that cannot raise, the ones
 * that exclude most for their cost go first (Hellerstein, SIGMOD 1993: by cost / (1 − selectivity)). One that may raise keeps its
 * place: what stands before it guards it, what stands behind it does not. Then each is evaluated together with the ones before it,
 * without a branch, or only where they hold, whichever is expected to be cheaper.
 */
import { type Ir, scalarOf } from '../ir/nodes.ts'
import type { Selectivity } from '../ir/program.ts'
import type { Graph } from './graph.ts'
import type { Step } from './steps.ts'

interface Conjunct {
  readonly cond: Ir
  /** Share of rows that are expected to pass. */
  readonly passes: number
  /** From a hint, and no guess by the kind of condition. */
  readonly hinted: boolean
  /** Number of the filter that it is part of. */
  readonly of: number
}

const SHARE: Record<Selectivity, number> = { rare: 0.02, few: 0.15, half: 0.5, most: 0.95 }
/** Without a hint, conditions cheaper than this are evaluated without a branch before them. */
const CHEAP = 16
/** In instructions: a branch, and one that was not foreseen. */
const BRANCH = 4
const MISSED = 24

/** What is worth evaluating without a branch behind conditions that so many rows pass. */
const cheapBehind = (passes: number, hinted: boolean): number => (hinted ? (BRANCH + MISSED * Math.min(passes, 1 - passes)) / Math.max(1 - passes, 0.02) : CHEAP)

/** By the kind of condition, where nothing is known of the values. */
const guess = (e: Ir): number => {
  if (e.ir === 'literal') return e.value ? 1 : 0
  if (e.ir === 'valid') return SHARE.most
  if (e.ir === 'unary') return 1 - guess(e.arg)
  if (e.ir !== 'binary') return SHARE.half
  switch (e.op) {
    case '&':
    case '&&':
      return guess(e.left) * guess(e.right)
    case '|':
    case '||':
      return Math.min(1, guess(e.left) + guess(e.right))
    case '==':
      return e.left.type === 'bool' ? SHARE.half : 0.1
    case '!=':
      return e.left.type === 'bool' ? SHARE.half : 0.9
    default:
      return scalarOf(e.left.type) === 'bool' ? SHARE.half : 0.4
  }
}

export const orderFilters = (steps: readonly Step[], graph: Graph): readonly Step[] => {
  const done: Step[] = []
  let run: Conjunct[] = []
  const flush = (): void => {
    done.push(...joined(ordered(run, graph), graph))
    run = []
  }
  steps.forEach((step, i) => {
    if (step.step === 'if') run.push(...conjuncts(step.cond, step.selectivity, i, graph))
    else {
      flush()
      done.push(step)
    }
  })
  flush()
  return done
}

/** A hint is for the condition as a whole. */
const conjuncts = (cond: Ir, hint: Selectivity | undefined, of: number, graph: Graph): readonly Conjunct[] => {
  if (cond.ir === 'literal' && cond.value === true) return []
  const apart = !hint && cond.ir === 'binary' && cond.type === 'bool' && (cond.op === '&&' || (cond.op === '&' && !graph.raises(cond.right)))
  if (apart) return [...conjuncts(cond.left, undefined, of, graph), ...conjuncts(cond.right, undefined, of, graph)]
  return [{ cond, passes: hint ? SHARE[hint] : guess(cond), hinted: hint !== undefined, of }]
}

const ordered = (run: readonly Conjunct[], graph: Graph): readonly Conjunct[] => {
  if (run.length < 2) return run
  const rank = (c: Conjunct): number => graph.cost(c.cond) / Math.max(1 - c.passes, 0.01)
  const done: Conjunct[] = []
  let free: Conjunct[] = []
  const flush = (): void => {
    // The sort is stable.
    done.push(...free.map((c) => ({ c, by: rank(c) })).sort((a, b) => a.by - b.by).map(({ c }) => c))
    free = []
  }
  for (const c of run) {
    if (!graph.raises(c.cond)) free.push(c)
    else {
      flush()
      done.push(c)
    }
  }
  flush()
  return done
}

/** What was one condition stays one, whose parts may be lazy: then what they share is evaluated once. */
const joined = (run: readonly Conjunct[], graph: Graph): readonly Step[] => {
  const done: Conjunct[] = []
  for (const c of run) {
    const last = done.at(-1)
    const together = last && !graph.raises(c.cond) && graph.cost(c.cond) < cheapBehind(last.passes, last.hinted && c.hinted)
    if (last && (together || last.of === c.of)) {
      done[done.length - 1] = { cond: graph.root({ ir: 'binary', type: 'bool', op: together ? '&' : '&&', left: last.cond, right: c.cond }), passes: last.passes * c.passes, hinted: last.hinted && c.hinted, of: c.of }
    } else done.push(c)
  }
  return done.map((c): Step => ({ step: 'if', cond: c.cond }))
}
