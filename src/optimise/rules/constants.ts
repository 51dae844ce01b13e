/** Constants: operations on literals are done now, and neutral operands disappear. */
import { literal } from '../../ir/build.ts'
import { type BinaryOp, type Ir, type Scalar, scalarOf } from '../../ir/nodes.ts'
import { isLiteral, rule } from '../rule.ts'
import { constant, fits, foldBinary, foldUnary, isFloat, isInt } from './fold.ts'

const made = (type: Scalar, value: ReturnType<typeof foldBinary>): Ir | undefined =>
  // A NaN's sign and payload are the machine's own business.
  value === undefined || Number.isNaN(value) ? undefined : literal(type, value)

const nulls = 'The operands are plain values, never NULL.'

const SWAPPED: Partial<Record<BinaryOp, BinaryOp>> = {
  '+': '+', '*': '*', '&': '&', '|': '|', '^': '^', min: 'min', max: 'max', '==': '==', '!=': '!=', '<': '>', '<=': '>=', '>': '<', '>=': '<=',
  minu: 'minu', maxu: 'maxu', '<u': '>u', '<=u': '>=u', '>u': '<u', '>=u': '<=u',
}

export const constants = [
  rule({
    name: 'fold-binary', on: 'binary', nulls,
    doc: 'An operation on two literals becomes its result.',
    floats: 'IEEE 754, in the precision of the type; a NaN result is left to the machine.',
    overflow: 'Wraps as the machine does; what would trap is left alone.',
    rewrite: (e) => (e.left.ir === 'literal' && e.right.ir === 'literal' ? made(e.type, foldBinary(e.op, e.left.type, e.left.value, e.right.value)) : undefined),
  }),
  rule({
    name: 'fold-unary', on: 'unary', nulls,
    doc: 'An operation on a literal becomes its result.',
    floats: 'IEEE 754, in the precision of the type; a NaN result is left to the machine.',
    overflow: 'neg and abs of the least value wrap as the machine does.',
    rewrite: (e) => (e.arg.ir === 'literal' ? made(e.type, foldUnary(e.op, e.arg.type, e.arg.value)) : undefined),
  }),
  rule({
    name: 'fold-checked', on: 'checked', nulls,
    doc: 'A checked operation on two literals becomes its result, where that is in range; with 0 it needs no check.',
    floats: 'Checked operations are on integers only.',
    overflow: 'A result out of range is left to raise when the row is reached.',
    rewrite: (e) => {
      if (!isInt(e.type)) return undefined
      if (e.left.ir === 'literal' && e.right.ir === 'literal') {
        const [x, y] = [BigInt(e.left.value), BigInt(e.right.value)]
        const exact = e.op === '+' ? x + y : e.op === '-' ? x - y : x * y
        return fits(e.type, exact) ? literal(e.type, constant(e.type, exact)) : undefined
      }
      if (isLiteral(e.right, e.op === '*' ? 1n : 0n)) return e.left
      return e.op === '+' && isLiteral(e.left, 0n) ? e.right : undefined
    },
  }),
  rule({
    name: 'literal-right', on: 'binary', nulls,
    doc: 'The literal of a commutative operation or comparison stands on the right.',
    floats: 'Not for arithmetic on floats, where two NaNs could differ; comparisons are mirrored, which holds for NaN.',
    overflow: 'The same operation on the same values.',
    rewrite: (e) => {
      const op = SWAPPED[e.op]
      if (e.left.ir !== 'literal' || e.right.ir === 'literal' || op === undefined || isFloat(e.type)) return undefined
      return { ...e, op, left: e.right, right: e.left }
    },
  }),
  rule({
    name: 'neutral', on: 'binary', nulls,
    doc: 'x + 0, x − 0, x × 1, x / 1, x | 0, x ^ 0, x << 0, x >> 0 are x.',
    floats: 'Not on floats: −0 + 0 is 0.',
    overflow: 'The result is the operand.',
    rewrite: (e) => {
      if (!isInt(e.type) || scalarOf(e.left.type) !== e.type) return undefined
      const unit = e.op === '*' || e.op === '/' || e.op === '/u' ? 1n : ['+', '-', '|', '^', '<<', '>>', '>>u'].includes(e.op) ? 0n : undefined
      return unit !== undefined && isLiteral(e.right, unit) ? e.left : undefined
    },
  }),
  rule({
    name: 'absorbing', on: 'binary', nulls,
    doc: 'x × 0 and x & 0 are 0.',
    floats: 'Not on floats: NaN × 0 is NaN, −1 × 0 is −0.',
    overflow: 'Only where x cannot raise: what it would raise must not get lost.',
    rewrite: (e, facts) => (isInt(e.type) && (e.op === '*' || e.op === '&') && isLiteral(e.right, 0n) && !facts.raises(e.left) ? e.right : undefined),
  }),
] as const
