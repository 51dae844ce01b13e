/**
 * Aggregates in IR: the state's fields, the update by one row, the combination of two workers' states, the result.
 */
import type { Refusal } from '../errors.ts'
import { binary, both, cast, either, FALSE, ifElse, literal, option, select, TRUE, valid, zero } from '../ir/build.ts'
import type { Ir } from '../ir/nodes.ts'
import { isFloating } from '../layout/types.ts'
import type { StateField } from '../ir/program.ts'
import { totalOf } from './exact-totals.ts'
import { bounded, exact, plain, runtime, widenIr } from './lowering.ts'
import type { CallSite, Lowered, LowerContext } from './registry.ts'
import { outOfRange, powerOfTen, scaleOf } from './values.ts'

export interface AggregateLowering {
  readonly state: readonly StateField[]
  /** New state; `taken`: the row counts (its arguments are not NULL and FILTER holds). */
  readonly update: (state: readonly Ir[], args: readonly Ir[], taken: Ir) => readonly Ir[]
  readonly combine: (a: readonly Ir[], b: readonly Ir[]) => readonly Ir[]
  readonly finish: (state: readonly Ir[]) => Lowered
}

export interface AggregateSite extends CallSite {
  /** No more rows than this reach the aggregate. */
  readonly bound: bigint
  /** Every state sees a row that counts: it is grouped, and no row is left out. */
  readonly everySeen: boolean
  /** States lie in memory, one for each group. */
  readonly grouped: boolean
}
export type LowerAggregate = (args: readonly Lowered[], site: AggregateSite, cx: LowerContext) => AggregateLowering | Refusal

export const at = (xs: readonly Ir[], i: number): Ir => xs[i] as Ir
const add = (a: Ir, b: Ir): Ir => binary('+', a, b)
export const when = (taken: Ir, then: Ir, otherwise: Ir): Ir => (taken === TRUE ? then : select(taken, then, otherwise))

export const lowerCount: LowerAggregate = (_, site) => ({
  state: [{ type: 'i64', init: zero('i64') }],
  update: (s, __, taken) => [add(at(s, 0), taken === TRUE ? literal('i64', 1n) : cast('i64', cast('i32', taken)))],
  combine: (a, b) => [add(at(a, 0), at(b, 0))],
  finish: (s) => exact(at(s, 0), site.type, { min: 0n, max: site.bound }),
})

/** `seen`: whether a value was taken, as one more field where that is not known. */
export const seenField = (known: boolean): readonly StateField[] => (known ? [] : [{ type: 'bool', init: FALSE }])
export const orSeen = (known: boolean, s: Ir | undefined, taken: Ir): readonly Ir[] => (known ? [] : [either(s as Ir, taken)])

export const lowerSum: LowerAggregate = ([x], site, cx) => {
  const arg = x as Lowered
  const known = site.everySeen
  if (isFloating(arg.type)) {
    return {
      state: [{ type: 'f64', init: literal('f64', 0) }, ...seenField(known)],
      update: (s, [v], taken) => [ifTaken(taken, add(at(s, 0), cast('f64', v as Ir)), at(s, 0)), ...orSeen(known, s[1], taken)],
      combine: (a, b) => [add(at(a, 0), at(b, 0)), ...orSeen(known, a[1], b[1] as Ir)],
      finish: (s) => plain(known ? at(s, 0) : option(at(s, 0), at(s, 1)), site.type),
    }
  }
  const total = totalOf(arg, site, cx)
  const seen = total.fields.length
  return {
    state: [...total.fields, ...seenField(known)],
    update: (s, [v], taken) => [...total.plus(s, when(taken, widenIr(v as Ir, total.width), total.zero)), ...orSeen(known, s[seen], taken)],
    combine: (a, b) => [...total.join(a, b), ...orSeen(known, a[seen], b[seen] as Ir)],
    finish: (s) => {
      const sum = bounded(total.sum(s), total.range, { type: site.type, policy: 'error', code: 'OVERFLOW', message: outOfRange(site.type) }, cx)
      return known ? sum : { ...sum, ir: option(sum.ir, at(s, seen)) }
    },
  }
}

/** Doubles are not added where the row does not count: −0 + 0 and NaN would show. */
export const ifTaken = (taken: Ir, then: Ir, otherwise: Ir): Ir => (taken === TRUE ? then : ifElse(taken, then, otherwise))

/** A cast of 128 bits would round its words apart. */
const nearest = (total: Ir): Ir => (total.type === 'i128' ? runtime('i128_nearest_f64', total) : cast('f64', total))

export const lowerAvg: LowerAggregate = ([x], site, cx) => {
  const arg = x as Lowered
  const unit = Number(powerOfTen(scaleOf(arg.type) ?? 0))
  const total = isFloating(arg.type) ? undefined : totalOf(arg, site, cx)
  const rows = total?.fields.length ?? 1
  return {
    state: [...(total?.fields ?? [{ type: 'f64', init: literal('f64', 0) }]), { type: 'i64', init: zero('i64') }],
    update: (s, [v], taken) => [
      ...(total ? total.plus(s, when(taken, widenIr(v as Ir, total.width), total.zero)) : [ifTaken(taken, add(at(s, 0), cast('f64', v as Ir)), at(s, 0))]),
      add(at(s, rows), taken === TRUE ? literal('i64', 1n) : cast('i64', cast('i32', taken))),
    ],
    combine: (a, b) => [...(total ? total.join(a, b) : [add(at(a, 0), at(b, 0))]), add(at(a, rows), at(b, rows))],
    finish: (s) => {
      const count = cast('f64', at(s, rows))
      const mean = binary('/', total ? nearest(total.sum(s)) : at(s, 0), unit === 1 ? count : binary('*', count, literal('f64', unit)))
      return plain(site.everySeen ? mean : option(mean, binary('!=', at(s, rows), zero('i64'))), site.type)
    },
  }
}

export const lowerBool =
  (op: '&' | '|'): LowerAggregate =>
  (_, site) => {
    const idle = op === '&' ? TRUE : FALSE
    const join = op === '&' ? both : either
    const known = site.everySeen
    return {
      state: [{ type: 'bool', init: idle }, ...seenField(known)],
      update: (s, [v], taken) => [join(at(s, 0), when(taken, v as Ir, idle)), ...orSeen(known, s[1], taken)],
      combine: (a, b) => [join(at(a, 0), at(b, 0)), ...orSeen(known, a[1], b[1] as Ir)],
      finish: (s) => plain(known ? at(s, 0) : option(at(s, 0), at(s, 1)), site.type),
    }
  }

/** Where an argument is NULL its row does not count. */
export const takenRows = (args: readonly Lowered[], filter: Ir): Ir => args.map((a) => valid(a.ir)).reduce(both, filter)
