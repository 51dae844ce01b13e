/** Casts: of literals, to the same type, one after the other; comparisons of widened integers. */
import { FALSE, literal, TRUE } from '../../ir/build.ts'
import type { Ir, Scalar } from '../../ir/nodes.ts'
import { rule } from '../rule.ts'
import { constant, fits, foldCast, isInt } from './fold.ts'

const nulls = 'Casts are of plain values, never NULL.'
const WIDTH: Partial<Record<Scalar, number>> = { bool: 1, i32: 32, i64: 64, i128: 128 }
const widens = (from: Scalar, to: Scalar): boolean => (WIDTH[from] ?? Number.POSITIVE_INFINITY) <= (WIDTH[to] ?? 0)
/** The integer that was widened, if the expression is such. */
const narrow = (e: Ir): Ir | undefined => (e.ir === 'cast' && !e.unsigned && isInt(e.type) && isInt(e.arg.type) && widens(e.arg.type, e.type) ? e.arg : undefined)

const COMPARES: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>='])

export const casts = [
  rule({
    name: 'cast-literal', on: 'cast', nulls,
    doc: 'The cast of a literal is a literal.',
    floats: 'Integers become the nearest float, ties to even; floats truncate and saturate, NaN gives 0; a NaN stays for the machine.',
    overflow: 'Narrowing wraps.',
    rewrite: (e) => {
      if (e.arg.ir !== 'literal') return undefined
      const value = foldCast(e.arg.type, e.type, e.arg.value, e.unsigned)
      return value === undefined || Number.isNaN(value) ? undefined : literal(e.type, value)
    },
  }),
  rule({
    name: 'cast-same', on: 'cast', nulls,
    doc: 'A cast to the type itself is nothing.',
    floats: 'The value passes unchanged.',
    overflow: 'Nothing overflows.',
    rewrite: (e) => (e.arg.type === e.type ? e.arg : undefined),
  }),
  rule({
    name: 'cast-cast', on: 'cast', nulls,
    doc: 'A widening of an integer before another cast is left out, since the value is the same; so is one that comes back.',
    floats: 'An integer that was widened rounds to the same float; but not from 128 bits, where the runtime rounds twice as DuckDB does.',
    overflow: 'A widening does not change the value, so what comes after sees the same.',
    rewrite: (e) => {
      if (e.arg.ir !== 'cast' || !isInt(e.arg.type) || !(isInt(e.arg.arg.type) || e.arg.arg.type === 'bool') || !widens(e.arg.arg.type, e.arg.type)) return undefined
      const inner = e.arg.arg
      if (inner.type === e.type) return inner
      // What was widened by its sign is not what an unsigned cast then reads; a value widened without one is never negative.
      if (e.unsigned && !e.arg.unsigned) return undefined
      if (e.arg.unsigned) {
        if (e.arg.type === 'i128' && !isInt(e.type)) return undefined
        return isInt(e.type) && !widens(inner.type as Scalar, e.type) ? { ir: 'cast', type: e.type, arg: inner } : { ...e, arg: inner, unsigned: true }
      }
      if (e.arg.type === 'i128' && !isInt(e.type)) return undefined
      // From a bool and to a float only the casts that exist: via i32, from 32 and 64 bits.
      if (inner.type === 'bool') return e.arg.type === 'i32' ? undefined : { ...e, arg: { ir: 'cast', type: 'i32', arg: inner } }
      return { ...e, arg: inner }
    },
  }),
  rule({
    name: 'narrow-literal', on: 'narrow', nulls,
    doc: 'A literal wraps now.',
    floats: 'Integers only.',
    overflow: 'Wraps as the machine does.',
    rewrite: (e) => (e.arg.ir === 'literal' ? literal('i32', Number((e.signed ? BigInt.asIntN : BigInt.asUintN)(e.bits, BigInt(e.arg.value)))) : undefined),
  }),
  rule({
    name: 'narrow-narrow', on: 'narrow', nulls,
    doc: 'Of two wraps the narrower decides, the outer one where they are of one width.',
    floats: 'Integers only.',
    overflow: 'The low bits are those of the inner value.',
    rewrite: (e) => (e.arg.ir !== 'narrow' ? undefined : e.arg.bits === e.bits && e.arg.signed === e.signed ? e.arg : e.arg.bits >= e.bits ? { ...e, arg: e.arg.arg } : undefined),
  }),
  rule({
    name: 'compare-widened', on: 'binary', nulls,
    doc: 'Integers that were widened to be compared are compared as they were; a literal out of their range decides at once.',
    floats: 'Integers only.',
    overflow: 'The comparison is decided at once only where the value cannot raise.',
    rewrite: (e, facts) => {
      if (!COMPARES.has(e.op)) return undefined
      const a = narrow(e.left)
      if (!a) return undefined
      const b = narrow(e.right)
      if (b) return a.type === b.type ? { ...e, left: a, right: b } : undefined
      if (e.right.ir !== 'literal' || !isInt(a.type)) return undefined
      const n = BigInt(e.right.value)
      if (fits(a.type, n)) return { ...e, left: a, right: literal(a.type, constant(a.type, n)) }
      if (facts.raises(a)) return undefined
      const smaller = n > 0n
      return e.op === '!=' || (smaller ? e.op[0] === '<' : e.op[0] === '>') ? TRUE : FALSE
    },
  }),
] as const
