/** The infinities at the ends of dates and timestamps: what may be one, and NULL where one is. */
import { binary, either, ifElse, none, not, share } from '../ir/build.ts'
import { type Ir, scalarOf } from '../ir/nodes.ts'
import { type Exact, includes } from '../ir/ranges.ts'
import type { SqlType } from '../layout/types.ts'
import { DATE_INFINITY, TIMESTAMP_INFINITY } from './calendar.ts'
import { exactLiteral, rangeOf } from './lowering.ts'
import type { Lowered } from './registry.ts'

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
