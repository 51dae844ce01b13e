/** Integers in the narrowest type that holds them: by the ranges of operands and results, which hold for every row. */
import { FALSE, literal, TRUE } from '../../ir/build.ts'
import type { BinaryOp, Ir } from '../../ir/nodes.ts'
import { addRange, contains, type Exact, mulRange, type Range, subRange, WIDTHS } from '../../ir/ranges.ts'
import { type Facts, rule } from '../rule.ts'
import { constant, isInt } from './fold.ts'

const nulls = 'The operands are plain values; a range holds for the value of a NULL, too.'
const floats = 'Integers only.'
const COMPARES: ReadonlySet<BinaryOp> = new Set(['==', '!=', '<', '<=', '>', '>='])
const OPS: ReadonlySet<BinaryOp> = new Set(['+', '-', '*', 'min', 'max', '&', '|', '^'])
/** The low bits of their results are made of the low bits of their operands. */
const LOW: ReadonlySet<BinaryOp> = new Set(['+', '-', '*', '&', '|', '^'])
const BITS: Record<Exact, number> = { i32: 32, i64: 64, i128: 128 }
const narrowerThan = (type: Exact): readonly Exact[] => (type === 'i128' ? ['i32', 'i64'] : type === 'i64' ? ['i32'] : [])

const fits = (e: Ir, type: Exact, facts: Facts): boolean => {
  const range = facts.range(e)
  return range !== undefined && contains(WIDTHS[type], range)
}

/** The low bits of an integer without work: what was widened before it was, a literal, branches of such. */
const low = (e: Ir, type: Exact): Ir | undefined => {
  switch (e.ir) {
    case 'literal':
      return literal(type, constant(type, BigInt.asIntN(BITS[type], BigInt(e.value))))
    case 'cast':
      if (e.arg.type === type) return e.arg
      if (e.arg.type === 'bool') return type === 'i32' ? { ir: 'cast', type, arg: e.arg } : { ir: 'cast', type, arg: { ir: 'cast', type: 'i32', arg: e.arg } }
      if (!isInt(e.arg.type)) return undefined
      return BITS[e.arg.type] < BITS[type] ? { ...e, type } : low(e.arg, type)
    case 'if':
    case 'select': {
      const then = low(e.then, type)
      const otherwise = then && low(e.else, type)
      return otherwise && { ...e, type, then: then as Ir, else: otherwise }
    }
    default:
      return undefined
  }
}
/** Both operands without work; of 128 bits one half of the other is near enough. */
const lowBoth = (a: Ir, b: Ir, type: Exact): readonly [Ir, Ir] | undefined => {
  const [x, y] = [low(a, type), low(b, type)]
  if (x && y) return [x, y]
  if (a.type !== 'i128' || type !== 'i64' || (!x && !y)) return undefined
  return [x ?? { ir: 'cast', type, arg: a }, y ?? { ir: 'cast', type, arg: b }]
}
const exact = (op: '+' | '-' | '*', a: Range, b: Range): Range => (op === '+' ? addRange(a, b) : op === '-' ? subRange(a, b) : mulRange(a, b))
const widened = (type: Exact, arg: Ir): Ir => ({ ir: 'cast', type, arg })

/** Whether a comparison holds for all values of two ranges; undefined where it hangs on the values. */
const decided = (op: BinaryOp, a: Range, b: Range): boolean | undefined => {
  const [below, above] = [a.max < b.min, a.min > b.max]
  switch (op) {
    case '==':
      return below || above ? false : undefined
    case '!=':
      return below || above ? true : undefined
    case '<':
      return below ? true : a.min >= b.max ? false : undefined
    case '<=':
      return a.max <= b.min ? true : above ? false : undefined
    case '>':
      return above ? true : a.max <= b.min ? false : undefined
    case '>=':
      return a.min >= b.max ? true : below ? false : undefined
    default:
      return undefined
  }
}

export const narrowing = [
  rule({
    name: 'checked-fits', on: 'checked', nulls, floats,
    doc: 'A checked operation whose result fits its type for every row is a plain one.',
    overflow: 'It cannot overflow; where it can, it is left in its type, whose error it raises.',
    rewrite: (e, facts) => {
      const [a, b] = [facts.range(e.left), facts.range(e.right)]
      return a && b && contains(WIDTHS[e.type as Exact], exact(e.op, a, b)) ? { ir: 'binary', type: e.type, op: e.op, left: e.left, right: e.right } : undefined
    },
  }),
  rule({
    name: 'wide-call-fits', on: 'call', nulls, floats,
    doc: 'A product, quotient or remainder of 128 bits whose operands and result fit 64 bits is done in 64 bits.',
    overflow: 'Neither can overflow: the least value by −1 does not fit. A product that may raise is left alone, and division by what may be 0.',
    rewrite: (e, facts) => {
      const [a, b] = e.args
      if (!a || !b || !e.fn.startsWith('i128_')) return undefined
      if (e.fn === 'i128_mul' || e.fn === 'i128_mul_wrap') {
        const [x, y] = [facts.range(a), facts.range(b)]
        return x && y && contains(WIDTHS.i128, mulRange(x, y)) ? { ir: 'binary', type: 'i128', op: '*', left: a, right: b } : undefined
      }
      if (e.fn !== 'i128_div' && e.fn !== 'i128_rem') return undefined
      const divisor = facts.range(b)
      if (!divisor || (divisor.min <= 0n && divisor.max >= 0n) || ![e, a, b].every((x) => fits(x, 'i64', facts))) return undefined
      const both = lowBoth(a, b, 'i64')
      return both ? widened('i128', { ir: 'binary', type: 'i64', op: e.fn === 'i128_div' ? '/' : '%', left: both[0], right: both[1] }) : undefined
    },
  }),
  rule({
    name: 'narrow-arithmetic', on: 'binary', nulls, floats,
    doc: 'Arithmetic on widened integers whose result fits a narrower type is done in that type and widened.',
    overflow: 'Operands and result fit, so nothing wraps.',
    rewrite: (e, facts) => {
      if (!OPS.has(e.op) || (e.type !== 'i64' && e.type !== 'i128')) return undefined
      for (const type of narrowerThan(e.type)) {
        const both = lowBoth(e.left, e.right, type)
        if (both && fits(e.left, type, facts) && fits(e.right, type, facts) && fits(e, type, facts)) return widened(e.type, { ...e, type, left: both[0], right: both[1] })
      }
      return undefined
    },
  }),
  rule({
    name: 'narrow-compare', on: 'binary', nulls, floats,
    doc: 'Widened integers that fit a narrower type are compared in that.',
    overflow: 'Both fit, so the comparison is of the same numbers.',
    rewrite: (e, facts) => {
      const { type } = e.left
      if (!COMPARES.has(e.op) || (type !== 'i64' && type !== 'i128')) return undefined
      for (const narrower of narrowerThan(type)) {
        const both = lowBoth(e.left, e.right, narrower)
        if (both && fits(e.left, narrower, facts) && fits(e.right, narrower, facts)) return { ...e, left: both[0], right: both[1] }
      }
      return undefined
    },
  }),
  rule({
    name: 'compare-decided', on: 'binary', nulls, floats,
    doc: 'A comparison of integers that comes out the same for all values of their ranges is a constant.',
    overflow: 'Only where the operands cannot raise.',
    rewrite: (e, facts) => {
      if (!COMPARES.has(e.op) || !isInt(e.left.type)) return undefined
      const [a, b] = [facts.range(e.left), facts.range(e.right)]
      const result = a && b && decided(e.op, a, b)
      return result === undefined || facts.raises(e.left) || facts.raises(e.right) ? undefined : result ? TRUE : FALSE
    },
  }),
  rule({
    name: 'min-max-decided', on: 'binary', nulls, floats,
    doc: 'min and max of integers, one of which is never above the other, are that one.',
    overflow: 'Only where the operand that is dropped cannot raise.',
    rewrite: (e, facts) => {
      if ((e.op !== 'min' && e.op !== 'max') || !isInt(e.type)) return undefined
      const [a, b] = [facts.range(e.left), facts.range(e.right)]
      if (!a || !b) return undefined
      const first = e.op === 'min' ? [a.max <= b.min, b.max <= a.min] : [a.min >= b.max, b.min >= a.max]
      return first[0] && !facts.raises(e.right) ? e.left : first[1] && !facts.raises(e.left) ? e.right : undefined
    },
  }),
  rule({
    name: 'low-bits', on: 'cast', nulls, floats,
    doc: 'The low bits of a sum, difference, product or bitwise operation are that of the low bits, where these are at hand; so with branches.',
    overflow: 'All of these wrap, and the low bits of a wrapped result do not hang on the high ones.',
    rewrite: (e) => {
      const { type, arg } = e
      if (!isInt(type) || !isInt(arg.type) || BITS[type] >= BITS[arg.type]) return undefined
      if (arg.ir === 'if' || arg.ir === 'select') return low(arg, type)
      if (arg.ir !== 'binary' || !LOW.has(arg.op)) return undefined
      const both = lowBoth(arg.left, arg.right, type)
      return both && { ...arg, type, left: both[0], right: both[1] }
    },
  }),
  rule({
    name: 'narrow-widen', on: 'cast', nulls, floats,
    doc: 'An integer that is narrowed to a type that it fits, and widened again, is the integer.',
    overflow: 'It fits, so narrowing does not wrap.',
    rewrite: (e, facts) => {
      const { arg } = e
      if (!isInt(e.type) || arg.ir !== 'cast' || !isInt(arg.type) || !isInt(arg.arg.type) || BITS[arg.type] >= BITS[arg.arg.type] || BITS[arg.type] >= BITS[e.type]) return undefined
      const range = facts.range(arg.arg)
      if (!range || !contains(WIDTHS[arg.type], range) || (e.unsigned && range.min < 0n)) return undefined
      return widened(e.type, arg.arg)
    },
  }),
  rule({
    name: 'wrap-fits', on: 'narrow', nulls, floats,
    doc: 'An integer that fits 8 or 16 bits is not wrapped to them.',
    overflow: 'Wrapping would not change it.',
    rewrite: (e, facts) => {
      const range = facts.range(e.arg)
      const bits = BigInt(e.bits)
      const width = e.signed ? { min: -(1n << (bits - 1n)), max: (1n << (bits - 1n)) - 1n } : { min: 0n, max: (1n << bits) - 1n }
      return range && contains(width, range) ? e.arg : undefined
    },
  }),
] as const
