/** A date and a number of days: the infinities stay what they are, and nothing finite becomes one. */
import type { Refusal } from '../errors.ts'
import { binary, either, ifElse, shareAll } from '../ir/build.ts'
import type { Ir } from '../ir/nodes.ts'
import { type Exact, includes, union } from '../ir/ranges.ts'
import { DATE, type Range } from '../layout/types.ts'
import { DATE_INFINITY, isFiniteDate } from './calendar.ts'
import { exact, exactArithmetic, exactLiteral, overflowInto, rangeOf, widenIr } from './lowering.ts'
import { type CallSite, EvalError, isRefusal, type Lowered, type LowerContext, type Value } from './registry.ts'
import { outOfRange, overflowPolicy } from './values.ts'

const INFINITY = BigInt(DATE_INFINITY)
const FINITE: Range = { min: 1n - INFINITY, max: INFINITY - 1n }

/** Whether a sum or difference is a date that many days away. */
export const isShift = ({ type }: CallSite): boolean => type.kind === 'date'

export const evalShift = (op: '+' | '-', site: CallSite) => {
  const first = site.argTypes[0]?.kind === 'date'
  return (a: number | bigint, b: number | bigint): Value => {
    const date = (first ? a : b) as number
    if (!isFiniteDate(date)) return date
    const days = op === '+' ? BigInt(a) + BigInt(b) : BigInt(a) - BigInt(b)
    if (days >= FINITE.min && days <= FINITE.max) return Number(days)
    if (overflowPolicy(DATE, site.flags.overflow) === 'null') return null
    throw new EvalError('OVERFLOW', outOfRange(DATE))
  }
}

export const lowerShift = (op: '+' | '-', [a, b]: readonly [Lowered, Lowered], site: CallSite, cx: LowerContext): Lowered | Refusal => {
  const shift = (x: Lowered, y: Lowered) => exactArithmetic(op, x, y, overflowInto(site), cx, FINITE)
  const date = a.type.kind === 'date' ? a : b
  const infinities = [INFINITY, -INFINITY].filter((v) => includes(rangeOf(date), v))
  if (infinities.length === 0) return shift(a, b)
  let result: Lowered | Refusal | undefined
  const ir = shareAll([a.ir, b.ir], ([x, y]) => {
    const [left, right] = [{ ...a, ir: x as Ir }, { ...b, ir: y as Ir }]
    result = shift(left, right)
    if (isRefusal(result)) return x as Ir
    const own = date === a ? left.ir : right.ir
    const infinite = infinities.map((v) => binary('==', own, exactLiteral(own.type as Exact, v))).reduce(either)
    return ifElse(infinite, widenIr(own, 'i32'), widenIr(result.ir, 'i32'))
  })
  if (result === undefined || isRefusal(result)) return result as Refusal
  return exact(ir, DATE, infinities.reduce((r, v) => union(r, { min: v, max: v }), rangeOf(result)))
}
