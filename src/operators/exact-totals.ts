/**
 * Exact totals of integers and decimals: the fields of a state that hold one. It is as wide as the values' range times the number of
 * rows can need, so that it is exact and unchecked. A group's total that needs more than 64 bits, of values that do not, is two fields
 * of 64 bits, which are added to without a carry, side by side as one vector:
 *
 *   low   Σ v mod 2^64           high   Σ (v >> s)
 *   total = high · 2^s + rest,   rest = Σ (v mod 2^s) = (low − high · 2^s) mod 2^64 where n rows have n · 2^s ≤ 2^64
 *
 * s is 32 up to 2^32 rows. Where no s is left whose two sums surely hold, since the rows that joins give are not bounded well, it is one of 128 bits.
 */
import { binary, cast, literal, share } from '../ir/build.ts'
import type { Ir } from '../ir/nodes.ts'
import type { StateField } from '../ir/program.ts'
import { addRange, contains, fitting, type Range, WIDTHS } from '../ir/ranges.ts'
import { exactLiteral, rangeOf } from './lowering.ts'
import type { Lowered, LowerContext } from './registry.ts'

export interface Total {
  readonly fields: readonly StateField[]
  /** The type of what is added; zero for rows that do not count. */
  readonly width: 'i64' | 'i128'
  readonly zero: Ir
  /** Fields with a value added; the states of two workers added. Further fields may follow these. */
  readonly plus: (state: readonly Ir[], value: Ir) => readonly Ir[]
  readonly join: (a: readonly Ir[], b: readonly Ir[]) => readonly Ir[]
  readonly sum: (state: readonly Ir[]) => Ir
  readonly range: Range
}

interface TotalSite {
  /** No more rows than this reach the aggregate. */
  readonly bound: bigint
  /** States lie in memory, one for each group. */
  readonly grouped: boolean
}

/** No run has more: at a row a picosecond they would take 38,000 years. What joins could give is bounded by the product of both sides' rows. */
const MOST_ROWS = 1n << 80n

export const totalOf = (x: Lowered, { bound: rows, grouped }: TotalSite, cx: LowerContext): Total => {
  const bound = rows < MOST_ROWS ? rows : MOST_ROWS
  const own: Range = x.type.kind === 'bool' ? { min: 0n, max: 1n } : rangeOf(x)
  // A row that does not count adds zero.
  const values: Range = { min: own.min < 0n ? own.min : 0n, max: own.max > 0n ? own.max : 0n }
  const range = times(values, bound)
  const fits = fitting(range)
  const split = grouped && fits === 'i128' ? splitOf(values, bound) : undefined
  if (split !== undefined) return inTwo(split, range)
  // Beyond 128 bits additions are checked.
  const site = fits === undefined ? cx.site('OVERFLOW', 'the sum does not fit 128 bits') : undefined
  // At least 64 bits: a state field of 32 saves nothing.
  return inOne(fits === 'i32' || fits === 'i64' ? 'i64' : 'i128', fits === undefined ? WIDTHS.i128 : range, site)
}

const times = ({ min, max }: Range, n: bigint): Range => ({ min: min * n, max: max * n })

const inOne = (width: 'i64' | 'i128', range: Range, site: number | undefined): Total => {
  const add = ([a]: readonly Ir[], b: Ir): readonly Ir[] => [site === undefined ? binary('+', a as Ir, b) : { ir: 'checked', type: 'i128', op: '+', left: a as Ir, right: b, site }]
  const zero = exactLiteral(width, 0n)
  return { fields: [{ type: width, init: zero }], width, zero, plus: add, join: (a, b) => add(a, b[0] as Ir), sum: ([s]) => s as Ir, range }
}

const HALF = 32n
/** How many low bits the upper field leaves out, so that neither field can overflow; undefined: there is no such number. */
export const splitOf = (values: Range, rows: bigint): bigint | undefined => {
  if (!contains(WIDTHS.i64, values)) return undefined
  const bits = BigInt((rows > 0n ? rows - 1n : 0n).toString(2).length)
  const s = 64n - bits < HALF ? 64n - bits : HALF
  if (s < 1n) return undefined
  // Of the upper field, and of the total's bits from s on.
  return contains(WIDTHS.i64, times(addRange({ min: values.min >> s, max: values.max >> s }, { min: 0n, max: 1n }), rows)) ? s : undefined
}

const inTwo = (s: bigint, range: Range): Total => {
  const zero = literal('i64', 0n)
  const field: StateField = { type: 'i64', init: zero }
  const shift = literal('i64', s)
  const [FIRST, SECOND] = [0, 1]
  const pair = (state: readonly Ir[]) => [state[FIRST], state[SECOND]] as [Ir, Ir]
  return {
    fields: [field, field],
    width: 'i64',
    zero,
    plus: (state, value) => {
      const [low, high] = pair(state)
      return [binary('+', low, value), binary('+', high, binary('>>', value, shift))]
    },
    join: (a, b) => pair(a).map((x, i) => binary('+', x, b[i] as Ir)),
    sum: (state) => {
      const [low, high] = pair(state)
      // The total's lower word is `low`; its upper one is what is above that of high + rest / 2^s.
      const upper = share(high, (h) => binary('>>', binary('+', h, binary('>>u', binary('-', low, binary('<<', h, shift)), shift)), literal('i64', 64n - s)))
      return binary('+', binary('*', cast('i128', upper), literal('i128', 1n << 64n)), { ir: 'cast', type: 'i128', arg: low, unsigned: true })
    },
    range,
  }
}
