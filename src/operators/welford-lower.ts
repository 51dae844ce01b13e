/**
 * Variance and standard deviation in IR: Welford's updates (Technometrics, 1962), states combined as Chan, Golub, LeVeque (1979)
 * do, in the order of operations DuckDB uses. Of rows in one order on one worker the result is the same to the bit.
 */
import { binary, cast, ifElse, literal, option, raise, share, shareAll, TRUE, unary, zero } from '../ir/build.ts'
import type { Ir } from '../ir/nodes.ts'
import type { LowerAggregate } from './aggregate-states.ts'
import { plain } from './lowering.ts'

const real = (v: number): Ir => literal('f64', v)
const [add, sub, mul, div] = (['+', '-', '*', '/'] as const).map((op) => (a: Ir, b: Ir): Ir => binary(op, a, b)) as [Op, Op, Op, Op]
type Op = (a: Ir, b: Ir) => Ir
type State = readonly [Ir, Ir, Ir]

/** State: how many values, their mean, the sum of their squared distances from it. */
export const lowerSpread =
  (name: string, sample: boolean, root: boolean): LowerAggregate =>
  (_, site, cx) => {
    const raises = cx.site('OVERFLOW', `${name} is not a finite number`)
    return {
      state: [{ type: 'i64', init: zero('i64') }, { type: 'f64', init: real(0) }, { type: 'f64', init: real(0) }],
      update: (s, [x], taken) => {
        const [n, mean, squares] = s as State
        const count = add(n, literal('i64', 1n))
        const before = sub(x as Ir, mean)
        const moved = add(mean, div(before, cast('f64', count)))
        const when = (then: Ir, otherwise: Ir): Ir => (taken === TRUE ? then : ifElse(taken, then, otherwise))
        return [when(count, n), when(moved, mean), when(add(squares, mul(sub(x as Ir, moved), before)), squares)]
      },
      combine: (a, b) => {
        const [n, mean, squares] = a as State
        const [m, other, more] = b as State
        const none = (count: Ir): Ir => binary('==', count, zero('i64'))
        /** One state where the other has no values. */
        const either = (left: Ir, right: Ir, both: (l: Ir, r: Ir, total: Ir) => Ir): Ir =>
          ifElse(none(n), right, ifElse(none(m), left, shareAll([cast('f64', n), cast('f64', m)], ([l, r]) => both(l as Ir, r as Ir, add(l as Ir, r as Ir)))))
        return [
          add(n, m),
          either(mean, other, (l, r, total) => div(add(mul(r, other), mul(l, mean)), total)),
          either(squares, more, (l, r, total) => share(sub(other, mean), (d) => add(add(more, squares), div(mul(mul(mul(d, d), r), l), total)))),
        ]
      },
      finish: (s) => {
        const [n, , squares] = s as State
        const many = binary('>', n, literal('i64', 1n))
        const known = sample ? many : binary('>', n, zero('i64'))
        const variance = sample ? div(squares, cast('f64', sub(n, literal('i64', 1n)))) : ifElse(many, div(squares, cast('f64', n)), real(0))
        // A difference from itself is 0 of finite numbers alone.
        const checked = share(root ? unary('sqrt', variance) : variance, (v) => ifElse(binary('==', sub(v, v), real(0)), v, raise('f64', 'OVERFLOW', raises)))
        return plain(option(ifElse(known, checked, real(0)), known), site.type)
      },
    }
  }
