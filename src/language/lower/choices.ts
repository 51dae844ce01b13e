/** What decides whether something is evaluated: `if`, `select`, `&&` and `||`, `assert`. */
import { and, ifElse, literal, not, or, select, TRUE } from '../../ir/build.ts'
import type { Ir } from '../../ir/nodes.ts'
import { selectivityOf } from '../../ir/program.ts'
import type { Of } from '../nodes.ts'
import { isBuilder, isFlat } from '../types.ts'
import { branches } from './between.ts'
import { hasLoops, lower } from './expression.ts'
import { chosen } from './hoisted.ts'
import type { PathStep, Scope } from './scope.ts'
import { type Env, irOf, mapLeaves, scalar, type Value } from './values.ts'

export const lowerIf = (e: Of<'if' | 'select'>, env: Env | undefined, scope: Scope): Value => {
  const cond = scope.bind(irOf(lower(e.cond, env, scope)))
  if (cond.ir === 'literal') return lower(cond.value === true ? e.then : e.else, env, scope)
  if (scope.mode === 'top' && (isBuilder(e.type) || !isFlat(e.type) || hasLoops(e.then) || hasLoops(e.else))) {
    return branches(cond, e.type, (arm) => lower(e.then, env, arm), (arm) => lower(e.else, env, arm), e.at, scope)
  }
  // A merge into a pipeline's builder is reached through the body; what has a value only is an expression.
  const start = scope.path
  const merging = scope.mode === 'path' && isBuilder(e.type)
  const arm = (step: PathStep): Scope => (merging ? scope.inside(step) : scope.pure(step))
  const share = e.annotations?.['branch_selectivity']
  const passing = (holds: boolean) => (typeof share === 'number' ? { selectivity: selectivityOf(holds ? share : 1 - share) } : {})
  const [yes, no] = [arm({ step: 'if', cond, ...passing(true) }), arm({ step: 'if', cond: not(cond), ...passing(false) })]
  const choice = (x: Ir, y: Ir): Ir => (merging ? ifElse(cond, yes.wrapFrom(start, x), no.wrapFrom(start, y)) : ifElse(cond, yes.wrap(x), no.wrap(y)))
  return chosen([lower(e.then, env, yes), yes], [lower(e.else, env, no), no], choice, e, scope)
}

/** Both sides are evaluated. */
export const lowerSelect = (e: Of<'if' | 'select'>, env: Env | undefined, scope: Scope): Value => {
  const cond = scope.bind(irOf(lower(e.cond, env, scope)))
  const [then, otherwise] = [lower(e.then, env, scope), lower(e.else, env, scope)]
  if (scope.mode === 'top' && !isFlat(e.type)) return branches(cond, e.type, () => then, () => otherwise, e.at, scope)
  return chosen([then, scope], [otherwise, scope], (a, b) => (a.type === 'vec' ? ifElse(cond, a, b) : select(cond, a, b)), e, scope)
}

export const lazily = (e: Of<'binary'>, env: Env | undefined, scope: Scope): Value => {
  const left = irOf(lower(e.left, env, scope))
  if (scope.mode === 'top' && hasLoops(e.right)) {
    const cond = scope.bind(left)
    const known = (): Value => scalar(literal('bool', e.op === '||'))
    const right = (arm: Scope): Value => lower(e.right, env, arm)
    return e.op === '&&' ? branches(cond, e.type, right, known, e.at, scope) : branches(cond, e.type, known, right, e.at, scope)
  }
  const held = scope.bind(left)
  const inner = scope.pure({ step: 'if', cond: e.op === '&&' ? held : not(held) })
  const right = inner.wrap(irOf(lower(e.right, env, inner)))
  return scalar(e.op === '&&' ? and(held, right) : or(held, right))
}

/** The value, after the condition was found to hold. */
export const asserted = (e: Of<'assert'>, env: Env | undefined, scope: Scope): Value => {
  const { lowering } = scope
  const cond = irOf(lower(e.cond, env, scope))
  const holds = ifElse(cond, TRUE, lowering.raise('bool', 'RAISED', 'an assertion that does not hold', e.at))
  if (scope.mode === 'top') {
    lowering.scalars([holds])
    return lower(e.value, env, scope)
  }
  if (scope.mode === 'path' && isBuilder(e.type)) {
    const start = scope.path
    const inner = scope.inside({ step: 'if', cond: holds })
    return mapLeaves(lower(e.value, env, inner), (x) => ifElse(holds, inner.wrapFrom(start, x), x))
  }
  const held = scope.bind(cond)
  const inner = scope.pure({ step: 'if', cond: held })
  return mapLeaves(lower(e.value, env, inner), (x) => ifElse(held, inner.wrap(x), lowering.raise(x.type, 'RAISED', 'an assertion that does not hold', e.at)))
}
