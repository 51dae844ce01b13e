/** Aggregates in IR that fold values with one operation: bits, and products. */
import { binary, literal, option } from '../ir/build.ts'
import { type Ir, type Scalar, scalarOf } from '../ir/nodes.ts'
import type { Range } from '../layout/types.ts'
import { at, ifTaken, type LowerAggregate, orSeen, seenField, when } from './aggregate-states.ts'
import { exactLiteral, plain, rangeOf } from './lowering.ts'
import type { Lowered } from './registry.ts'

export type BitOp = '&' | '|' | '^'

/** All that bits of such values can make: up to the next power of two, and as far below zero where any are. */
const bitRange = ({ min, max }: Range): Range => {
  let end = 1n
  while (end <= max || -end > min) end *= 2n
  return { min: min < 0n ? -end : 0n, max: end - 1n }
}

/** Values are two's complement of any width: a wider one begins with copies of the sign. */
export const lowerBits =
  (op: BitOp): LowerAggregate =>
  ([x], site) => {
    const arg = x as Lowered
    const scalar = scalarOf(arg.ir.type) as Scalar & ('i32' | 'i64' | 'i128')
    const idle = exactLiteral(scalar, op === '&' ? -1n : 0n)
    const known = site.everySeen
    return {
      state: [{ type: scalar, init: idle }, ...seenField(known)],
      update: (s, [v], taken) => [binary(op, at(s, 0), when(taken, v as Ir, idle)), ...orSeen(known, s[1], taken)],
      combine: (a, b) => [binary(op, at(a, 0), at(b, 0)), ...orSeen(known, a[1], b[1] as Ir)],
      finish: (s) => ({ ir: known ? at(s, 0) : option(at(s, 0), at(s, 1)), type: site.type, range: bitRange(rangeOf(arg)) }),
    }
  }

export const lowerProduct: LowerAggregate = (_, site) => {
  const known = site.everySeen
  return {
    state: [{ type: 'f64', init: literal('f64', 1) }, ...seenField(known)],
    update: (s, [v], taken) => [ifTaken(taken, binary('*', at(s, 0), v as Ir), at(s, 0)), ...orSeen(known, s[1], taken)],
    combine: (a, b) => [binary('*', at(a, 0), at(b, 0)), ...orSeen(known, a[1], b[1] as Ir)],
    finish: (s) => plain(known ? at(s, 0) : option(at(s, 0), at(s, 1)), site.type),
  }
}
