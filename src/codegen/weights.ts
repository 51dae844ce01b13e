/** How many bytes of code bodies and expressions come to, about. */
import { type Ir, isOption, scalarOf } from '../ir/nodes.ts'
import { type Body, nextOf, stepExpressions } from '../ir/program.ts'
import { childrenOf } from '../ir/walk.ts'
import { slotsOf } from './scope.ts'

/** Bytes of the largest function that is left as it is. */
export const LARGEST_FUNCTION = 4096
/** The share of it that a body may be estimated at without being looked at again: of large ones the packs' stages have none that is estimated at less. */
export const SURELY_SMALL = 0.42

export const weigh = (body: Body): number => weighStep(body) + (body.body === 'stage' ? 0 : nextOf(body).reduce((n, next) => n + weigh(next), 0))

export const weighStep = (b: Body): number => {
  const own = b.body === 'probe' ? 150 + b.key.length * 20 + (b.kind ? 60 : 0) + (b.residual ? 20 : 0) : b.body === 'merge' ? weighMerge(b) : b.body === 'stage' ? 30 + b.carry.length * 25 : 10
  return stepExpressions(b).reduce((n, e) => n + weighAll(e), own)
}

/** By a key it looks up and compares, adds and, where there are too many groups, writes apart: each field of the key is met four times. */
const weighMerge = ({ key, values }: Extract<Body, { body: 'merge' }>): number =>
  (key.length === 0 ? 40 : 400 + key.reduce((n, e) => n + slotsOf(e.type).length, 0) * 65) + values.length * 30

const weights = new WeakMap<Ir, number>()
export const weighAll = (e: Ir): number => {
  const known = weights.get(e)
  if (known !== undefined) return known
  const weight = childrenOf(e).reduce((n, child) => n + weighAll(child), weighNode(e))
  weights.set(e, weight)
  return weight
}

const OWN: Partial<Record<Ir['ir'], number>> = { literal: 4, if: 5, lookup: 8, memo: 32, position: 16, checked: 40, element: 14, loop: 40, find: 120, tuple: 8, raise: 16 }
/** Comparisons of strings whose first bytes are compared inline. */
const INLINE = 110
export const weighNode = (e: Ir): number => {
  const slots = slotsOf(e.type).length
  const wide = scalarOf(e.type) === 'i128'
  switch (e.ir) {
    case 'ident':
      return 2 * slots
    case 'param':
      // It is loaded at the function's start, too.
      return 13 * slots
    case 'let':
      return 2 * slotsOf(e.value.type).length
    case 'field':
      return (scalarOf(e.type) === 'str' ? 30 : wide ? 22 : 11) + (isOption(e.type) ? 18 : 0)
    case 'select':
      return 10 * slots
    case 'call':
      return /^str_(eq|starts_with|ends_with)$/.test(e.fn) ? INLINE : 9
    case 'binary':
      return e.left.type === 'i128' ? 25 : e.left.type === 'str' ? (e.op === '==' || e.op === '!=' ? INLINE : 9) : 2
    default:
      return OWN[e.ir] ?? (wide ? 12 : 3)
  }
}
