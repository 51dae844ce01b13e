/**
 * Aggregates in IR: the state's fields, the update by one row, the combination of two workers' states, the result. Exact
 * sums are as wide as the argument's range times the number of rows can need, so that they are exact and unchecked.
 */
import type { Refusal } from '../errors.ts'
import { binary, both, cast, either, FALSE, ifElse, literal, option, select, TRUE, valid, zero } from '../ir/build.ts'
import type { Ir } from '../ir/nodes.ts'
import { isFloating, type Range } from '../layout/types.ts'
import type { StateField } from '../ir/program.ts'
import { bounded, exact, exactLiteral, plain, rangeOf, widenIr } from './lowering.ts'
import { type Exact, fitting, WIDTHS } from '../ir/ranges.ts'
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

/** Total of exact values: its width by range × rows; beyond 128 bits additions are checked. */
const totalOf = (x: Lowered, bound: bigint, cx: LowerContext) => {
  const r = x.type.kind === 'bool' ? { min: 0n, max: 1n } : rangeOf(x)
  const range: Range = { min: (r.min < 0n ? r.min : 0n) * bound, max: (r.max > 0n ? r.max : 0n) * bound }
  const fits = fitting(range)
  // At least 64 bits: a state field of 32 saves nothing.
  const width: Exact = fits === undefined ? 'i128' : fits === 'i32' ? 'i64' : fits
  const site = fits === undefined ? cx.site('OVERFLOW', 'the sum does not fit 128 bits') : 0
  const plus = (a: Ir, b: Ir): Ir => (fits === undefined ? { ir: 'checked', type: 'i128', op: '+', left: a, right: b, site } : add(a, b))
  return { range: fits === undefined ? WIDTHS.i128 : range, width, plus, init: exactLiteral(width, 0n) }
}

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
  const total = totalOf(arg, site.bound, cx)
  return {
    state: [{ type: total.width, init: total.init }, ...seenField(known)],
    update: (s, [v], taken) => [total.plus(at(s, 0), when(taken, widenIr(v as Ir, total.width), total.init)), ...orSeen(known, s[1], taken)],
    combine: (a, b) => [total.plus(at(a, 0), at(b, 0)), ...orSeen(known, a[1], b[1] as Ir)],
    finish: (s) => {
      const sum = bounded(at(s, 0), total.range, { type: site.type, policy: 'error', code: 'OVERFLOW', message: outOfRange(site.type) }, cx)
      return known ? sum : { ...sum, ir: option(sum.ir, at(s, 1)) }
    },
  }
}

/** Doubles are not added where the row does not count: −0 + 0 and NaN would show. */
export const ifTaken = (taken: Ir, then: Ir, otherwise: Ir): Ir => (taken === TRUE ? then : ifElse(taken, then, otherwise))

export const lowerAvg: LowerAggregate = ([x], site, cx) => {
  const arg = x as Lowered
  const floating = isFloating(arg.type)
  const total = floating ? undefined : totalOf(arg, site.bound, cx)
  const unit = Number(powerOfTen(scaleOf(arg.type) ?? 0))
  return {
    state: [{ type: total?.width ?? 'f64', init: total?.init ?? literal('f64', 0) }, { type: 'i64', init: zero('i64') }],
    update: (s, [v], taken) => [
      total ? total.plus(at(s, 0), when(taken, widenIr(v as Ir, total.width), total.init)) : ifTaken(taken, add(at(s, 0), cast('f64', v as Ir)), at(s, 0)),
      add(at(s, 1), taken === TRUE ? literal('i64', 1n) : cast('i64', cast('i32', taken))),
    ],
    combine: (a, b) => [(total?.plus ?? add)(at(a, 0), at(b, 0)), add(at(a, 1), at(b, 1))],
    finish: (s) => {
      const rows = cast('f64', at(s, 1))
      const mean = binary('/', cast('f64', at(s, 0)), unit === 1 ? rows : binary('*', rows, literal('f64', unit)))
      return plain(site.everySeen ? mean : option(mean, binary('!=', at(s, 1), zero('i64'))), site.type)
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
