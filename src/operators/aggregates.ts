/**
 * The aggregate functions: one record each, with its type rule and its reference evaluation. A record sees the values of
 * one group in order; DISTINCT and FILTER are the operator's affair.
 */
import type { Refusal } from '../errors.ts'
import { isExact, isFloating, isInteger, type SqlType, sameType, typeName } from '../layout/types.ts'
import { type CallSite, refuse, type Value } from './registry.ts'
import { comparator, fitBig, powerOfTen, scaleOf, toBig } from './values.ts'
import { deviation } from './welford.ts'
import { lowerSpread } from './welford-lower.ts'
import { lowerAvg, type LowerAggregate, lowerBool, lowerCount, lowerSum } from './aggregate-states.ts'
import { type BitOp, lowerBits, lowerProduct } from './bit-states.ts'
import { lowerBy, lowerExtreme, lowerPlace } from './kept-states.ts'

/** State is an object that `add` changes. */
export interface AggregateEval {
  readonly init: () => any
  readonly add: (state: any, ...values: any[]) => void
  readonly finish: (state: any) => Value
  /** Adds what a second state has seen behind what the first has; absent: a window's frames that do not grow are gone over row by row. */
  readonly merge?: (state: any, next: any) => void
}

export interface AggregateDef {
  /** One sentence for docs/PLAN.md. */
  readonly doc: string
  /** The result types allowed for these arguments, or a refusal that says why none is. */
  readonly type: (args: readonly SqlType[], result: SqlType) => true | Refusal
  /** Whether rows with a NULL argument are passed; without it they are skipped before `add`. */
  readonly nulls?: 'pass'
  readonly eval: (site: CallSite) => AggregateEval
  /** States and updates in IR; absent: the stage falls back. */
  readonly lower?: LowerAggregate
  /** DISTINCT makes no difference. */
  readonly duplicates?: 'harmless'
}

const list = (args: readonly SqlType[]): string => args.map(typeName).join(', ')
const noOverload = (name: string, args: readonly SqlType[], result: SqlType): Refusal =>
  refuse(name, `no ${name}(${list(args)}) with result ${typeName(result)}`)

const oneOf = (name: string, arg: (type: SqlType) => boolean, result: (type: SqlType, arg: SqlType) => boolean) =>
  (args: readonly SqlType[], type: SqlType): true | Refusal =>
    args.length === 1 && arg(args[0]!) && result(type, args[0]!) ? true : noOverload(name, args, type)

const isKind = (kind: SqlType['kind']) => (type: SqlType): boolean => type.kind === kind
const isExactNumber = (type: SqlType): boolean => isInteger(type) || type.kind === 'decimal'
const isNumber = (type: SqlType): boolean => isExactNumber(type) || isFloating(type)
const isOrdered = (type: SqlType): boolean => isExact(type) || isFloating(type) || type.kind === 'string' || type.kind === 'binary' || type.kind === 'null'

const count = {
  doc: 'How many rows have a value that is not NULL.',
  type: oneOf('count', () => true, isKind('int64')),
  lower: lowerCount,
  eval: () => ({
    init: () => ({ n: 0 }),
    add: (state: { n: number }) => {
      state.n++
    },
    finish: (state: { n: number }) => BigInt(state.n),
    merge: (state: { n: number }, next: { n: number }) => {
      state.n += next.n
    },
  }),
} satisfies AggregateDef

const countStar = {
  ...count,
  doc: 'How many rows there are.',
  type: (args: readonly SqlType[], result: SqlType) => (args.length === 0 && result.kind === 'int64' ? true : noOverload('count_star', args, result)),
} satisfies AggregateDef

const sumResult = (result: SqlType, arg: SqlType): boolean => {
  if (isFloating(arg)) return result.kind === 'double'
  if (arg.kind === 'decimal') return result.kind === 'decimal' && result.scale === arg.scale
  return result.kind === 'int128' || result.kind === 'int64'
}

interface Sum<T> {
  total: T
  n: number
}

const mergeSums = (state: { total: any; n: number }, next: { total: any; n: number }): void => {
  state.total += next.total
  state.n += next.n
}

const sum = {
  doc: 'The sum; exact for integers and decimals, OVERFLOW where the total does not fit the result; NULL without values.',
  type: oneOf('sum', (type) => isNumber(type) || type.kind === 'bool', sumResult),
  lower: lowerSum,
  eval: ({ type, argTypes }) => {
    if (isFloating(argTypes[0]!)) return {
      init: (): Sum<number> => ({ total: 0, n: 0 }),
      add: (state: Sum<number>, x: number) => {
        state.total += x
        state.n++
      },
      finish: ({ total, n }: Sum<number>) => (n === 0 ? null : total),
      merge: mergeSums,
    }
    const fit = fitBig(type)
    return {
      init: (): Sum<bigint> => ({ total: 0n, n: 0 }),
      add: (state: Sum<bigint>, x: number | bigint | boolean) => {
        state.total += toBig(x)
        state.n++
      },
      finish: ({ total, n }: Sum<bigint>) => (n === 0 ? null : fit(total)),
      merge: mergeSums,
    }
  },
} satisfies AggregateDef

const avg = {
  doc: 'The mean as double: the exact total of integers and decimals, rounded to double, over count × 10^scale; NULL without values.',
  type: oneOf('avg', isNumber, isKind('double')),
  lower: lowerAvg,
  eval: (site) => {
    const total: AggregateEval = sum.eval({ ...site, type: isFloating(site.argTypes[0]!) ? site.type : { kind: 'int128' } })
    const unit = Number(powerOfTen(scaleOf(site.argTypes[0]!) ?? 0))
    return { ...total, finish: (state: Sum<any>) => (state.n === 0 ? null : Number(total.finish(state)) / (state.n * unit)) }
  },
} satisfies AggregateDef

interface Kept {
  value: Value
  seen: boolean
}

const kept = (): Kept => ({ value: null, seen: false })

const extreme = (name: string, doc: string, sign: number) => ({
  doc,
  type: oneOf(name, isOrdered, sameType),
  duplicates: 'harmless' as const,
  lower: lowerExtreme(sign < 0 ? '<' : '>'),
  eval: ({ argTypes }: CallSite) => {
    const compare = comparator(argTypes[0]!)
    return {
      init: kept,
      add: (state: Kept, x: Value) => {
        if (state.seen && compare(x, state.value) * sign <= 0) return
        state.value = x
        state.seen = true
      },
      finish: (state: Kept) => state.value,
      merge: (state: Kept, next: Kept) => {
        if (!next.seen || (state.seen && compare(next.value, state.value) * sign <= 0)) return
        state.value = next.value
        state.seen = true
      },
    }
  },
}) satisfies AggregateDef

const take = (state: Kept, x: Value): void => {
  state.value = x
  state.seen = true
}

/** `passed`: NULL is a value, too. */
const position = (name: string, doc: string, last: boolean, passed: boolean) => ({
  doc,
  type: oneOf(name, () => true, sameType),
  lower: lowerPlace(last, passed),
  ...(passed ? { nulls: 'pass' as const } : {}),
  ...(last ? {} : { duplicates: 'harmless' as const }),
  eval: () => ({
    init: kept,
    add: (state: Kept, x: Value) => {
      if (!state.seen || last) take(state, x)
    },
    finish: (state: Kept) => state.value,
    merge: (state: Kept, next: Kept) => {
      if (next.seen && (!state.seen || last)) take(state, next.value)
    },
  }),
}) satisfies AggregateDef

interface Chosen extends Kept {
  key: Value
}

/** `passed`: the value may be NULL. */
const by = (name: string, doc: string, sign: number, passed: boolean) => ({
  doc,
  type: (args: readonly SqlType[], result: SqlType) => (args.length === 2 && isOrdered(args[1]!) && sameType(result, args[0]!) ? true : noOverload(name, args, result)),
  lower: lowerBy(sign < 0 ? '<' : '>', passed),
  duplicates: 'harmless' as const,
  ...(passed ? { nulls: 'pass' as const } : {}),
  eval: ({ argTypes }: CallSite) => {
    const compare = comparator(argTypes[1]!)
    const add = (state: Chosen, x: Value, key: Value): void => {
      if (key === null || (state.seen && compare(key, state.key) * sign <= 0)) return
      take(state, x)
      state.key = key
    }
    return {
      init: (): Chosen => ({ ...kept(), key: null }),
      add,
      finish: (state: Chosen) => state.value,
      merge: (state: Chosen, next: Chosen) => {
        if (next.seen) add(state, next.value, next.key)
      },
    }
  },
}) satisfies AggregateDef

/** Folds bits; values that come twice matter where two of them are none. */
const bits = (name: string, doc: string, op: BitOp) => ({
  doc: `${doc}; NULL without values.`,
  type: oneOf(name, isInteger, sameType),
  ...(op === '^' ? {} : { duplicates: 'harmless' as const }),
  lower: lowerBits(op),
  eval: ({ type }: CallSite) => {
    const fit = fitBig(type)
    const fold = (a: bigint, b: bigint): bigint => (op === '&' ? a & b : op === '|' ? a | b : a ^ b)
    const add = (state: Sum<bigint>, x: bigint): void => {
      state.total = state.n++ === 0 ? x : fold(state.total, x)
    }
    return {
      init: (): Sum<bigint> => ({ total: 0n, n: 0 }),
      add: (state: Sum<bigint>, x: number | bigint) => add(state, toBig(x)),
      finish: ({ total, n }: Sum<bigint>) => (n === 0 ? null : fit(total)),
      merge: (state: Sum<bigint>, next: Sum<bigint>) => {
        if (next.n > 0) add(state, next.total)
      },
    }
  },
}) satisfies AggregateDef

const product = {
  doc: 'The product of doubles; NULL without values.',
  type: oneOf('product', isKind('double'), isKind('double')),
  lower: lowerProduct,
  eval: () => ({
    init: (): Sum<number> => ({ total: 1, n: 0 }),
    add: (state: Sum<number>, x: number) => {
      state.total *= x
      state.n++
    },
    finish: ({ total, n }: Sum<number>) => (n === 0 ? null : total),
    merge: (state: Sum<number>, next: Sum<number>) => {
      state.total *= next.total
      state.n += next.n
    },
  }),
} satisfies AggregateDef

const boolean = (name: string, doc: string, decisive: boolean) => ({
  doc,
  type: oneOf(name, isKind('bool'), isKind('bool')),
  duplicates: 'harmless' as const,
  lower: lowerBool(decisive ? '|' : '&'),
  eval: () => ({
    init: kept,
    add: (state: Kept, x: boolean) => {
      if (!state.seen || x === decisive) state.value = x
      state.seen = true
    },
    finish: (state: Kept) => state.value,
    merge: (state: Kept, next: Kept) => {
      if (!next.seen) return
      if (!state.seen || next.value === decisive) state.value = next.value
      state.seen = true
    },
  }),
}) satisfies AggregateDef

const spread = (name: string, doc: string, sample: boolean, root: boolean) => ({
  doc: `${doc}, by Welford's method; OVERFLOW where it is not finite.`,
  type: oneOf(name, isKind('double'), isKind('double')),
  lower: lowerSpread(name, sample, root),
  eval: () => deviation(name, sample, root),
}) satisfies AggregateDef

/** By the name plans use. */
export const AGGREGATES = {
  count_star: countStar,
  count,
  sum,
  avg,
  min: extreme('min', 'The least value; NULL without values.', -1),
  max: extreme('max', 'The greatest value; NaN is greater than all floats; NULL without values.', 1),
  first: position('first', 'The value of the first row, also when that is NULL.', false, true),
  last: position('last', 'The value of the last row, also when that is NULL.', true, true),
  any_value: position('any_value', 'The first value that is not NULL.', false, false),
  min_by: by('min_by', 'The first argument where the second is least, in the first such row; rows in which either is NULL do not count; NULL without rows.', -1, false),
  max_by: by('max_by', 'The first argument where the second is greatest, in the first such row; rows in which either is NULL do not count; NULL without rows.', 1, false),
  min_by_null: by('min_by_null', 'As `min_by`, but the first argument may be NULL.', -1, true),
  max_by_null: by('max_by_null', 'As `max_by`, but the first argument may be NULL.', 1, true),
  bit_and: bits('bit_and', 'The bits that all values have', '&'),
  bit_or: bits('bit_or', 'The bits that any value has', '|'),
  bit_xor: bits('bit_xor', 'The bits that an odd number of values have', '^'),
  product,
  bool_and: boolean('bool_and', 'Whether all values are true; NULL without values.', false),
  bool_or: boolean('bool_or', 'Whether any value is true; NULL without values.', true),
  stddev_samp: spread('stddev_samp', 'The sample standard deviation; NULL with fewer than two values', true, true),
  stddev_pop: spread('stddev_pop', 'The population standard deviation; NULL without values', false, true),
  var_samp: spread('var_samp', 'The sample variance; NULL with fewer than two values', true, false),
  var_pop: spread('var_pop', 'The population variance; NULL without values', false, false),
} as const satisfies Record<string, AggregateDef>
export type AggregateName = keyof typeof AGGREGATES
