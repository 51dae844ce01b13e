/** What the rules ask of expressions: the errors evaluation can end with, whether evaluating something earlier or later can be told, and where a name is read. */
import type { Expr, Iteration } from '../nodes.ts'
import { children, uses } from './walk.ts'

/** Sets of error codes as bits. `UNKNOWN` is a function of the runtime, whose codes are not listed. */
export const OVERFLOW = 1
export const DIVIDE_BY_ZERO = 2
export const RAISED = 4
export const UNKNOWN = 8

const known = new WeakMap<Expr, number>()
/** The errors that evaluating it can end with. */
export const codes = (e: Expr): number => {
  let found = known.get(e)
  if (found === undefined) known.set(e, (found = own(e) | parts(e)))
  return found
}
/** A lambda raises where it is applied, not where it stands. */
const parts = (e: Expr): number => {
  if (e.expr === 'lambda') return 0
  let all = 0
  for (const child of children(e)) all |= child.expr === 'lambda' ? codes(child.body) : child.type.kind === 'function' ? OVERFLOW | DIVIDE_BY_ZERO | RAISED | UNKNOWN : codes(child)
  return all
}

const own = (e: Expr): number => {
  switch (e.expr) {
    case 'binary':
      if (e.op === '+!' || e.op === '-!' || e.op === '*!') return OVERFLOW
      return (e.op === '/' || e.op === '%') && !isFloat(e) && !(e.right.expr === 'literal' && Number(e.right.value) !== 0) ? DIVIDE_BY_ZERO : 0
    case 'assert':
      return isLiteral(e.cond, true) ? 0 : RAISED
    case 'lookup':
      return RAISED
    case 'merge':
      return hasVecmerger(e) ? RAISED : 0
    case 'for':
      return codesOfIteration(e.iteration)
    case 'call':
      return UNKNOWN
    default:
      return 0
  }
}
/** Lengths that differ, bounds outside the vec, a stride below 1: raised after vecs and builder are evaluated, before the first round. */
export const codesOfIteration = (iteration: Iteration): number => {
  if (iteration.over === 'range') return iteration.stride.expr === 'literal' && Number(iteration.stride.value) >= 1 ? 0 : RAISED
  return iteration.iters.length > 1 || iteration.iters.some((i) => i.start || i.end || i.stride) ? RAISED : 0
}
const hasVecmerger = (e: Expr): boolean => e.type.kind === 'vecmerger' || (e.type.kind === 'struct' && e.type.fields.some((t) => t.kind === 'vecmerger'))
const isFloat = (e: Expr): boolean => e.type.kind === 'scalar' && (e.type.scalar === 'f32' || e.type.scalar === 'f64')

/** It cannot be told which of the two is evaluated first: at most one of them raises, or both raise the same. */
export const commute = (a: number, b: number): boolean => a === 0 || b === 0 || (a === b && (a & (a - 1)) === 0 && a !== UNKNOWN)

export const isLiteral = (e: Expr, value: boolean | bigint): boolean =>
  e.expr === 'literal' && (typeof value === 'boolean' ? e.value === value : (typeof e.value === 'bigint' || typeof e.value === 'number') && e.value === (typeof e.value === 'bigint' ? value : Number(value)))

const looping = new WeakMap<Expr, boolean>()
/** It runs loops, or makes a vec: a pipeline of its own, perhaps, which stands in no branch. */
export const runsLoops = (e: Expr): boolean => {
  let found = looping.get(e)
  if (found === undefined) looping.set(e, (found = e.expr === 'for' || e.expr === 'sort' || e.expr === 'tovec' || e.expr === 'iterate' || e.expr === 'vec' || children(e).some(runsLoops)))
  return found
}

/** A literal, a name, a field of a name: put everywhere it is read rather than named. */
export const isCheap = (e: Expr): boolean => e.expr === 'literal' || e.expr === 'name' || e.expr === 'none' || (e.expr === 'field' && isCheap(e.of))

/** Where the only use of a name stands. */
export interface Use {
  /** In a function's body: evaluated any number of times. */
  readonly repeated: boolean
  /** In a branch: perhaps never. */
  readonly lazy: boolean
  /** The errors of what is evaluated before it. */
  readonly before: number
}
export const useOf = (e: Expr, id: string): Use => {
  let before = 0
  let lazy = false
  let repeated = false
  let at = e
  while (at.expr !== 'name') {
    const all: readonly Expr[] = children(at)
    const index = all.findIndex((child) => uses(child, id) > 0)
    for (const child of all.slice(0, index)) before |= child.expr === 'lambda' ? 0 : codes(child)
    if (at.expr === 'assert' && index === 1) before |= own(at)
    if (at.expr === 'lambda') repeated = true
    if ((at.expr === 'if' && index > 0) || (at.expr === 'binary' && (at.op === '&&' || at.op === '||') && index === 1)) lazy = true
    at = all[index] as Expr
  }
  return { repeated, lazy, before }
}
