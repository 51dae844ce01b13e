/**
 * Expressions where a condition is known: behind a filter, in the arms of an if, to the right of a lazy and. Equal conditions
 * are one object (graph.ts), so what was established is found again by identity, and so is the opposite of a comparison.
 */
import { FALSE, not, TRUE } from '../ir/build.ts'
import { type Ir, scalarOf } from '../ir/nodes.ts'
import { childrenOf, withChildren } from '../ir/walk.ts'
import type { Graph } from './graph.ts'
import { isFloat, OPPOSITE } from './rules/fold.ts'

/** Nodes looked at for one condition; what is larger stays as it is. */
const VISITS = 400

/** Conditions that are decided where `cond` holds, or where it does not, as far as anything else may read them. */
export const truths = (cond: Ir, holds: boolean, graph: Graph, known: Map<Ir, Ir> = new Map()): Map<Ir, Ir> => {
  if (cond.ir === 'literal') return known
  if (graph.isShared(cond)) known.set(cond, graph.add(holds ? TRUE : FALSE))
  if (cond.ir === 'unary') truths(cond.arg, !holds, graph, known)
  else if (cond.ir === 'binary') {
    const parts = holds ? cond.op === '&' || cond.op === '&&' : cond.op === '|' || cond.op === '||'
    if (parts) {
      truths(cond.left, holds, graph, known)
      truths(cond.right, holds, graph, known)
    } else {
      // That of floats is no comparison: NaN.
      const op = isFloat(scalarOf(cond.left.type)) ? undefined : OPPOSITE[cond.op]
      const opposite = graph.used(op ? { ...cond, op } : not(cond))
      if (opposite) known.set(opposite, graph.add(holds ? FALSE : TRUE))
    }
  }
  return known
}

/** The expression with the conditions known. What a memo remembers must not hang on where it is asked. */
export const assumed = (root: Ir, known: ReadonlyMap<Ir, Ir>, graph: Graph, moved?: (from: Ir, to: Ir) => void): Ir => {
  let first = Number.POSITIVE_INFINITY
  for (const cond of known.keys()) first = Math.min(first, graph.id(cond))
  const done = new Map<Ir, Ir>()
  let visits = VISITS
  const go = (e: Ir): Ir => {
    const decided = known.get(e)
    if (decided) return decided
    // Children have smaller numbers.
    if (graph.id(e) <= first || visits-- < 0) return e
    const before = done.get(e)
    if (before) return before
    const all = childrenOf(e).map((child, i) => (e.ir === 'memo' && i > 0 ? child : go(child)))
    const made = withChildren(e, all, all)
    const node = made === e ? e : graph.made(made)
    if (node !== e) moved?.(e, node)
    done.set(e, node)
    return node
  }
  return go(root)
}
