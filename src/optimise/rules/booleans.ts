/** Booleans: identities, and which conjunctions branch. */
import { FALSE, not, TRUE } from '../../ir/build.ts'
import { type BinaryOp, type Ir, scalarOf } from '../../ir/nodes.ts'
import { isLiteral, rule, same } from '../rule.ts'
import { isFloat, OPPOSITE } from './fold.ts'

const nulls = 'The operands are plain bools; three-valued logic was spelled out when the plan was lowered.'
const overflow = 'Nothing overflows.'

/** Cheap enough that evaluating it beats a branch. */
const BRANCH = 12

const isAnd = (op: BinaryOp) => op === '&' || op === '&&'
const isBool = (e: Ir) => e.type === 'bool'

export const booleans = [
  rule({
    name: 'not-not', on: 'unary', nulls, overflow,
    doc: 'not not x is x.',
    floats: 'No floats are involved.',
    rewrite: (e) => (e.op === 'not' && e.arg.ir === 'unary' && e.arg.op === 'not' ? e.arg.arg : undefined),
  }),
  rule({
    name: 'not-compare', on: 'unary', nulls, overflow,
    doc: 'The negation of a comparison is the opposite comparison.',
    floats: 'On floats only for = and ≠: not (NaN < 1) is true, NaN ≥ 1 is false.',
    rewrite: (e) => {
      if (e.op !== 'not' || e.arg.ir !== 'binary') return undefined
      const op = OPPOSITE[e.arg.op]
      if (op === undefined || (isFloat(scalarOf(e.arg.left.type)) && op !== '==' && op !== '!=')) return undefined
      return { ...e.arg, op }
    },
  }),
  rule({
    name: 'and-or-constant', on: 'binary', nulls,
    doc: 'x and true is x, x and false is false, x or false is x, x or true is true.',
    floats: 'No floats are involved.',
    overflow: 'x is dropped only where it cannot raise, or where laziness would not have reached it.',
    rewrite: (e, facts) => {
      if (!isBool(e.left) || !['&', '&&', '|', '||'].includes(e.op)) return undefined
      const neutral = isAnd(e.op)
      if (isLiteral(e.left, neutral)) return e.right
      if (isLiteral(e.right, neutral)) return e.left
      if (isLiteral(e.left, !neutral) && (e.op.length === 2 || !facts.raises(e.right))) return e.left
      return isLiteral(e.right, !neutral) && !facts.raises(e.left) ? e.right : undefined
    },
  }),
  rule({
    name: 'and-or-same', on: 'binary', nulls, overflow,
    doc: 'x and x, x or x are x; so is x and (x and y) without the second x.',
    floats: 'No floats are involved.',
    rewrite: (e) => {
      if (!isBool(e.left) || !['&', '&&', '|', '||'].includes(e.op)) return undefined
      if (same(e.left, e.right)) return e.left
      const { left, right } = e
      if (right.ir === 'binary' && isBool(right.left) && right.op === e.op && same(right.left, left)) return right
      return left.ir === 'binary' && isBool(left.left) && left.op === e.op && (same(left.left, right) || same(left.right, right)) ? left : undefined
    },
  }),
  rule({
    name: 'absorption', on: 'binary', nulls,
    doc: 'x and (x or y) is x, x or (x and y) is x.',
    floats: 'No floats are involved.',
    overflow: 'Only where y, which is no longer evaluated, cannot raise.',
    rewrite: (e, facts) => {
      if (!isBool(e.left) || !['&', '&&', '|', '||'].includes(e.op)) return undefined
      const absorbs = (x: Ir, other: Ir) =>
        other.ir === 'binary' && ['&', '&&', '|', '||'].includes(other.op) && isAnd(other.op) !== isAnd(e.op) && (same(other.left, x) || same(other.right, x)) && !facts.raises(other)
      return absorbs(e.left, e.right) ? e.left : absorbs(e.right, e.left) ? e.right : undefined
    },
  }),
  rule({
    name: 'compare-same', on: 'binary', nulls,
    doc: 'x = x, x ≤ x, x ≥ x are true; x ≠ x, x < x, x > x are false.',
    floats: 'Not on floats: NaN ≠ NaN.',
    overflow: 'Only where x cannot raise.',
    rewrite: (e, facts) => {
      if (!same(e.left, e.right) || isFloat(scalarOf(e.left.type)) || facts.raises(e.left) || OPPOSITE[e.op] === undefined) return undefined
      return ['==', '<=', '>=', '<=u', '>=u'].includes(e.op) ? TRUE : FALSE
    },
  }),
  rule({
    name: 'compare-bool', on: 'binary', nulls, overflow,
    doc: 'A bool compared with a literal is the bool or its negation.',
    floats: 'No floats are involved.',
    rewrite: (e) => {
      if ((e.op !== '==' && e.op !== '!=') || e.right.ir !== 'literal') return undefined
      if (isBool(e.left)) return (e.op === '==') === (e.right.value === true) ? e.left : not(e.left)
      // As lowering writes it: i32(b) = 0 or 1.
      if (e.left.ir !== 'cast' || e.left.arg.type !== 'bool' || (e.left.type !== 'i32' && e.left.type !== 'i64')) return undefined
      const one = isLiteral(e.right, 1n)
      if (!one && !isLiteral(e.right, 0n)) return e.op === '==' ? FALSE : TRUE
      return (e.op === '==') === one ? e.left.arg : not(e.left.arg)
    },
  }),
  rule({
    name: 'eager', on: 'binary', nulls,
    doc: 'A lazy conjunction or disjunction with a cheap right side is evaluated without a branch.',
    floats: 'No floats are involved.',
    overflow: 'Only where the right side cannot raise.',
    rewrite: (e, facts) => {
      if ((e.op !== '&&' && e.op !== '||') || facts.raises(e.right) || facts.cost(e.right) > BRANCH) return undefined
      return { ...e, op: e.op === '&&' ? '&' : '|' }
    },
  }),
  rule({
    name: 'lazy', on: 'binary', nulls,
    doc: 'Of a conjunction or disjunction evaluated without a branch, a side that calls the runtime is evaluated only where the other, which does not, leaves it open.',
    floats: 'No floats are involved.',
    overflow: 'Only where the side that becomes lazy cannot raise; sides change places only where neither can.',
    rewrite: (e, facts) => {
      if ((e.op !== '&' && e.op !== '|') || !isBool(e.left) || facts.raises(e.right)) return undefined
      const op = e.op === '&' ? '&&' : '||'
      if (facts.calls(e.right)) return facts.calls(e.left) ? undefined : { ...e, op }
      return facts.calls(e.left) && !facts.raises(e.left) ? { ...e, op, left: e.right, right: e.left } : undefined
    },
  }),
] as const
