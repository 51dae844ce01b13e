/** Aggregates and sort keys: written by a column's name or an expression, bound where they are used. */
import { failure } from './failure.ts'
import type { Expression, Operand } from './expression.ts'

/** `K`: the names it reads, so that a wrong one does not compile. */
export class Aggregate<out K extends string = string> {
  declare protected readonly names: K
  readonly fn: string
  readonly arg: string | Expression | undefined
  readonly isDistinct: boolean
  readonly condition: Expression | undefined

  constructor(fn: string, arg: string | Expression | undefined, isDistinct = false, condition?: Expression) {
    this.fn = fn
    this.arg = arg
    this.isDistinct = isDistinct
    this.condition = condition
  }

  /** Of equal arguments only one counts. */
  distinct(): Aggregate<K> {
    if (this.arg === undefined) throw failure('INVALID_PLAN', 'count() counts rows; name what is to be distinct')
    return new Aggregate(this.fn, this.arg, true, this.condition)
  }

  /** Only rows for which the condition is true count. */
  where(condition: Expression): Aggregate<K> {
    return new Aggregate(this.fn, this.arg, this.isDistinct, condition)
  }
}

const unary = (fn: string) => <K extends string = never>(arg: K | Expression): Aggregate<K> => new Aggregate<K>(fn, arg)

/** Rows, or values that are not NULL. */
export const count = <K extends string = never>(arg?: K | Expression): Aggregate<K> => new Aggregate<K>(arg === undefined ? 'count_star' : 'count', arg)
/** int128 of integers, decimal(38,s) of decimals, else double. */
export const sum = unary('sum')
export const avg = unary('avg')
export const min = unary('min')
export const max = unary('max')
export const first = unary('first')
export const last = unary('last')
export const anyValue = unary('any_value')
export const boolAnd = unary('bool_and')
export const boolOr = unary('bool_or')
export const stddev = unary('stddev_samp')
export const stddevPop = unary('stddev_pop')
export const variance = unary('var_samp')
export const variancePop = unary('var_pop')

export class SortTerm<out K extends string = string> {
  declare protected readonly names: K
  readonly by: string | Operand
  readonly descending: boolean
  readonly nullsFirst: boolean

  constructor(by: string | Operand, descending: boolean, nullsFirst: boolean) {
    this.by = by
    this.descending = descending
    this.nullsFirst = nullsFirst
  }
}

export interface SortOptions {
  /** Where NULLs stand; last where absent, in both directions. */
  readonly nulls?: 'first' | 'last'
}

export const asc = <K extends string = never>(by: K | Expression, { nulls }: SortOptions = {}): SortTerm<K> => new SortTerm<K>(by, false, nulls === 'first')
export const desc = <K extends string = never>(by: K | Expression, { nulls }: SortOptions = {}): SortTerm<K> => new SortTerm<K>(by, true, nulls === 'first')
