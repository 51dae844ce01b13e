/**
 * The number of a row's partition as an expression of the plan, so that native code and the interpreter evaluate one thing.
 * Rows of round-robin and single have none: they go by their place.
 */
import { formatLiteral } from '../../layout/literal.ts'
import { planType } from '../../operators/lower-expression.ts'
import type { Value } from '../../operators/registry.ts'
import { comparator } from '../../operators/values.ts'
import type { Expr, LiteralValue, SortKey } from '../../plan/nodes.ts'

const INT32 = 'int32'
const INT64 = 'int64'
const int32 = (value: number): Expr => ({ expr: 'literal', value, type: INT32 })
const int64 = (value: number | bigint): Expr => ({ expr: 'literal', value: String(value), type: INT64 })
const call = (fn: string, args: readonly Expr[], type: string): Expr => ({ expr: 'call', fn, args, type })
const either = (cond: Expr, then: Expr, otherwise: Expr): Expr => ({ expr: 'case', when: [{ if: cond, then }], else: otherwise, type: then.type })

/** Spark's: the hash's remainder, never negative. */
export const hashNumber = (keys: readonly Expr[], partitions: number): Expr => {
  const rest = call('modulo', [call('hash', keys, INT32), int32(partitions)], INT32)
  return either(call('lt', [rest, int32(0)], 'bool'), call('add', [rest, int32(partitions)], INT32), rest)
}

/** The bounds between the partitions of a range: rows of key values, in the keys' order, each different from the one before. */
export type Bounds = readonly (readonly Value[])[]

/**
 * How many bounds a row comes behind. Each key is brought to a whole number by its place among that key's bounds, in the direction
 * it is sorted in; of several keys these numbers make one (mixed radix), which is brought down to its own place among the
 * bounds' numbers before the next key joins: so it never outgrows 64 bits.
 */
export const rangeNumber = (keys: readonly SortKey[], bounds: Bounds): Expr => {
  if (bounds.length === 0) return int32(0)
  const radix = 2 * bounds.length + 3
  let row: Expr | undefined
  let known: readonly number[] = bounds.map(() => 0)
  keys.forEach((key, k) => {
    const { place, places } = placed(key, bounds.map((b) => b[k] as Value))
    if (row === undefined) {
      row = place
      known = places
      return
    }
    const wide = known.map((n, i) => n * radix + (places[i] as number))
    const sorted = [...new Set(wide)].sort((a, b) => a - b)
    row = call('bucket', [call('add', [call('multiply', [toLong(row), int64(radix)], INT64), toLong(place)], INT64), ...sorted.map(int64)], INT32)
    known = wide.map((n) => 2 * sorted.indexOf(n) + 1)
  })
  // Behind as many bounds as have a lesser number.
  const sorted = [...new Set(known)].sort((a, b) => a - b)
  const last = call('bucket', [row as Expr, ...sorted.map(int32)], INT32)
  return call('int_divide', [last, int32(2)], INT32)
}

const toLong = (e: Expr): Expr => ({ expr: 'cast', arg: e, type: INT64 })

/** A key's place among its bounds as an expression, 0 to 2n + 2 for n different ones, and those of the bounds themselves. */
const placed = ({ expr, descending, nullsFirst }: SortKey, values: readonly Value[]): { readonly place: Expr; readonly places: readonly number[] } => {
  const type = planType(expr.type)
  const compare = comparator(type)
  // Bounds are in the order of all keys, so of one key they are not.
  const sorted = values.filter((v) => v !== null).sort(compare)
  const distinct = sorted.filter((v, i) => i === 0 || compare(v, sorted[i - 1]) !== 0)
  const last = 2 * distinct.length
  const ofNull = nullsFirst ? 0 : last + 2
  const up = call('bucket', [expr, ...distinct.map((v): Expr => ({ expr: 'literal', value: formatLiteral(v, type) as LiteralValue, type: expr.type }))], INT32)
  const place = call('add', [descending ? call('subtract', [int32(last), up], INT32) : up, int32(1)], INT32)
  const places = values.map((v) => {
    if (v === null) return ofNull
    const at = 2 * distinct.findIndex((d) => compare(d, v) === 0) + 1
    return (descending ? last - at : at) + 1
  })
  return { place: either(call('is_null', [expr], 'bool'), int32(ofNull), place), places }
}
