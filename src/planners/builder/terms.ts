/** Aggregates and sort keys: written by a column's name or an expression, bound where they are used. */
import { failure } from './failure.ts'
import type { Expression, Operand } from './expression.ts'

/** `K`: the names it reads, so that a wrong one does not compile. */
export class Aggregate<out K extends string = string> {
  declare protected readonly names: K
  readonly fn: string
  readonly args: readonly (string | Expression)[]
  readonly isDistinct: boolean
  readonly condition: Expression | undefined

  constructor(fn: string, args: readonly (string | Expression)[], isDistinct = false, condition?: Expression) {
    this.fn = fn
    this.args = args
    this.isDistinct = isDistinct
    this.condition = condition
  }

  /** Of equal arguments only one counts. */
  distinct(): Aggregate<K> {
    if (this.args.length === 0) throw failure('INVALID_PLAN', 'count() counts rows; name what is to be distinct')
    return new Aggregate(this.fn, this.args, true, this.condition)
  }

  /** Only rows for which the condition is true count. */
  where(condition: Expression): Aggregate<K> {
    return new Aggregate(this.fn, this.args, this.isDistinct, condition)
  }
}

/** Of an expression, or of a column by its name. */
interface Over {
  (arg: Expression): Aggregate<never>
  <K extends string>(arg: K): Aggregate<K>
}
const unary = (fn: string): Over => (arg: string | Expression) => new Aggregate<never>(fn, [arg])

/** Rows, or values that are not NULL. */
export const count: Over & (() => Aggregate<never>) = (arg?: string | Expression) => new Aggregate<never>(arg === undefined ? 'count_star' : 'count', arg === undefined ? [] : [arg])
/** int128 of integers, decimal(38,s) of decimals, else double. */
export const sum = unary('sum')
export const avg = unary('avg')
export const min = unary('min')
export const max = unary('max')
export const first = unary('first')
export const last = unary('last')
export const anyValue = unary('any_value')
/** The value where another is least, or greatest; the first such. */
interface By {
  (value: Expression, by: Expression): Aggregate<never>
  <K extends string>(value: K | Expression, by: K | Expression): Aggregate<K>
}
const chosen = (fn: string): By => (value: string | Expression, by: string | Expression) => new Aggregate<never>(fn, [value, by])
export const minBy = chosen('min_by')
export const maxBy = chosen('max_by')
export const bitAnd = unary('bit_and')
export const bitOr = unary('bit_or')
export const bitXor = unary('bit_xor')
export const product = unary('product')
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

interface Order {
  (by: Expression, options?: SortOptions): SortTerm<never>
  <K extends string>(by: K, options?: SortOptions): SortTerm<K>
}
const order = (descending: boolean): Order => (by: string | Expression, { nulls }: SortOptions = {}) => new SortTerm<never>(by, descending, nulls === 'first')

export const asc = order(false)
export const desc = order(true)
