/**
 * The six relations between two values, for reference evaluation and in IR. Floats are ordered as SQL does it: −0 = 0, NaN
 * equals itself and is greater than all else; IEEE's own comparisons, which is what the IR has, are corrected by as few more
 * of them as the relation needs.
 */
import { binary, both, either, i32, not, share, shareAll } from '../ir/build.ts'
import type { Ir } from '../ir/nodes.ts'
import { isBinary, isExact, isFloating, isSlice, type SqlType } from '../layout/types.ts'
import { runtime, unify, widenIr } from './lowering.ts'
import type { Lowered } from './registry.ts'
import { comparator, isWide } from './values.ts'

export type Relation = '==' | '!=' | '<' | '<=' | '>' | '>='
type Test = (a: any, b: any) => boolean

/** The reference test for one relation, specialised by type. */
export const test = (op: Relation, left: SqlType, right: SqlType): Test => {
  if (isFloating(left)) {
    if (op === '==') return (a: number, b: number) => a === b || (a !== a && b !== b)
    if (op === '!=') return (a: number, b: number) => a !== b && (a === a || b === b)
    if (op === '<') return (a: number, b: number) => a < b || (b !== b && a === a)
    if (op === '<=') return (a: number, b: number) => a <= b || b !== b
    if (op === '>') return (a: number, b: number) => a > b || (a !== a && b === b)
    return (a: number, b: number) => a >= b || a !== a
  }
  if ((op === '==' || op === '!=') && !isBinary(left)) {
    if (isExact(left) && isWide(left) !== isWide(right)) return op === '==' ? (a, b) => !(a < b || a > b) : (a, b) => a < b || a > b
    return op === '==' ? (a, b) => a === b : (a, b) => a !== b
  }
  if (isSlice(left)) {
    const compare = comparator(left)
    if (op === '==') return (a, b) => compare(a, b) === 0
    if (op === '!=') return (a, b) => compare(a, b) !== 0
    if (op === '<') return (a, b) => compare(a, b) < 0
    if (op === '<=') return (a, b) => compare(a, b) <= 0
    if (op === '>') return (a, b) => compare(a, b) > 0
    return (a, b) => compare(a, b) >= 0
  }
  if (op === '<') return (a, b) => a < b
  if (op === '<=') return (a, b) => a <= b
  if (op === '>') return (a, b) => a > b
  return (a, b) => a >= b
}

const neverNaN = (x: Lowered): boolean => typeof x.constant === 'number' && !Number.isNaN(x.constant)
const isNaNIr = (x: Ir): Ir => binary('!=', x, x)
const isNumber = (x: Ir): Ir => binary('==', x, x)

/** A relation of two plain operands in IR. */
export const relate = (op: Relation, a: Lowered, b: Lowered): Ir => {
  if (isFloating(a.type)) return relateFloats(op, a, b)
  if (isSlice(a.type)) {
    if (op === '==') return runtime('str_eq', a.ir, b.ir)
    if (op === '!=') return not(runtime('str_eq', a.ir, b.ir))
    return binary(op, runtime('str_compare', a.ir, b.ir), i32(0))
  }
  if (a.type.kind === 'bool') return binary(op, widenIr(a.ir, 'i32'), widenIr(b.ir, 'i32'))
  const { irs } = unify([a, b])
  return binary(op, irs[0] as Ir, irs[1] as Ir)
}

const relateFloats = (op: Relation, a: Lowered, b: Lowered): Ir => {
  const plainA = neverNaN(a)
  const plainB = neverNaN(b)
  switch (op) {
    case '==':
      if (plainA || plainB) return binary('==', a.ir, b.ir)
      return shareAll([a.ir, b.ir], ([x, y]) => either(binary('==', x as Ir, y as Ir), both(isNaNIr(x as Ir), isNaNIr(y as Ir))))
    case '!=':
      return not(relateFloats('==', a, b))
    // a ≤ b in SQL: in IEEE, or b is NaN, which nothing exceeds.
    case '<=':
      if (plainB) return binary('<=', a.ir, b.ir)
      return share(b.ir, (y) => either(binary('<=', a.ir, y), isNaNIr(y)))
    case '>=':
      return relateFloats('<=', b, a)
    // a < b: not b ≤ a.
    case '<':
      if (plainB) return binary('<', a.ir, b.ir)
      if (plainA) return not(binary('<=', b.ir, a.ir))
      return share(a.ir, (x) => both(not(binary('<=', b.ir, x)), isNumber(x)))
    default:
      return relateFloats('<', b, a)
  }
}

