/** The ends of dates and timestamps: the infinities, of which most functions are NULL, and what is none at all. */
import { binary, either, ifElse, literal, none, not, raise, share } from '../ir/build.ts'
import { type Ir, scalarOf } from '../ir/nodes.ts'
import { type Exact, includes } from '../ir/ranges.ts'
import type { SqlType } from '../layout/types.ts'
import { DATE_INFINITY, TIMESTAMP_INFINITY } from './calendar.ts'
import { exactLiteral, rangeOf } from './lowering.ts'
import type { Lowered, LowerContext } from './registry.ts'

const infinityOf = (type: SqlType): bigint => (type.kind === 'date' ? BigInt(DATE_INFINITY) : TIMESTAMP_INFINITY)
export const mayBeInfinite = (x: Lowered): boolean => [infinityOf(x.type), -infinityOf(x.type)].some((v) => includes(rangeOf(x), v))
export const isInfinite = (x: Ir, type: SqlType): Ir => {
  const is = (v: bigint) => binary('==', x, exactLiteral(x.type as Exact, v))
  return either(is(infinityOf(type)), is(-infinityOf(type)))
}
/** NULL where one of the arguments is an infinity. */
export const finiteOnly = (xs: readonly Lowered[], body: (irs: readonly Ir[]) => Ir): Ir => {
  const go = (i: number, irs: readonly Ir[], infinite: Ir | undefined): Ir => {
    const x = xs[i]
    if (x === undefined) {
      const made = body(irs)
      return infinite === undefined ? made : ifElse(not(infinite), made, none(scalarOf(made.type)))
    }
    if (!mayBeInfinite(x)) return go(i + 1, [...irs, x.ir], infinite)
    return share(x.ir, (v) => go(i + 1, [...irs, v], infinite === undefined ? isInfinite(v, x.type) : either(infinite, isInfinite(v, x.type))))
  }
  return go(0, [], undefined)
}

/** The least number of a type stands for no result. */
export const orRaise = (ir: Ir, cx: LowerContext, message: string): Ir =>
  share(ir, (v) => {
    const least = v.type === 'i32' ? literal('i32', -2147483648) : literal('i64', -(1n << 63n))
    return ifElse(binary('==', v, least), raise(v.type, 'OVERFLOW', cx.site('OVERFLOW', message)), v)
  })
