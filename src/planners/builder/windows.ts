/**
 * Window functions: what a column's name or an expression is read at in other rows of the partition, and how frames are written.
 *
 *   .window({ by: ['city'], order: [desc('salary')] }, { place: rank(), above: lag('salary') })
 *   .window({ order: ['day'], frame: { unit: 'rows', from: -6, to: 0 } }, { week: sum('sold') })
 */
import type { SqlType } from '../../layout/types.ts'
import type { Frame, FrameBound, FrameUnit, SortKey, WindowCall } from '../../plan/nodes.ts'
import { typeName } from '../../layout/types.ts'
import { apply, castTo, type Expression, lit, type Operand } from './expression.ts'
import { failure } from './failure.ts'
import { typeOf } from './literals.ts'

/** Rows of a partition around each row. Numbers count units: below 0 before the row, above behind it, 0 is the row (or its peers); absent: to the partition's end. */
export interface FrameSpec {
  /** `rows`; `groups` of peers; `range`: differences from the only order key. */
  readonly unit: FrameUnit
  readonly from?: number
  readonly to?: number
  readonly exclude?: Frame['exclude']
}

/** `K`: the names it reads, so that a wrong one does not compile. */
export class WindowFunction<out K extends string = string> {
  declare protected readonly names: K
  readonly fn: string
  readonly args: readonly (string | Operand)[]
  readonly ignores: boolean

  constructor(fn: string, args: readonly (string | Operand)[], ignores = false) {
    this.fn = fn
    this.args = args
    this.ignores = ignores
  }

  /** Rows whose value is NULL do not count. */
  ignoreNulls(): WindowFunction<K> {
    return new WindowFunction(this.fn, this.args, true)
  }
}

const bare = (fn: string) => (): WindowFunction<never> => new WindowFunction<never>(fn, [])
export const rowNumber = bare('row_number')
export const rank = bare('rank')
export const denseRank = bare('dense_rank')
export const percentRank = bare('percent_rank')
export const cumeDist = bare('cume_dist')
/** The number of the row's bucket of so many. */
export const ntile = (buckets: number | Expression): WindowFunction<never> => new WindowFunction<never>('ntile', [buckets])

/** The value some rows before, or behind; where there is none `otherwise`. */
interface Shift {
  (value: Expression, offset?: number | Expression, otherwise?: Operand): WindowFunction<never>
  <K extends string>(value: K, offset?: number | Expression, otherwise?: Operand): WindowFunction<K>
}
const shift = (fn: string): Shift => (value: string | Expression, offset?: number | Expression, otherwise?: Operand) =>
  new WindowFunction<never>(fn, [value, ...(offset === undefined && otherwise === undefined ? [] : [offset ?? 1]), ...(otherwise === undefined ? [] : [otherwise])])
export const lag = shift('lag')
export const lead = shift('lead')

interface OfFrame {
  (value: Expression): WindowFunction<never>
  <K extends string>(value: K): WindowFunction<K>
}
const ofFrame = (fn: string): OfFrame => (value: string | Expression) => new WindowFunction<never>(fn, [value])
export const firstValue = ofFrame('first_value')
export const lastValue = ofFrame('last_value')
/** The value of the frame's row of that number, from 1. */
export const nthValue: {
  (value: Expression, n: number | Expression): WindowFunction<never>
  <K extends string>(value: K, n: number | Expression): WindowFunction<K>
} = (value: string | Expression, n: number | Expression) => new WindowFunction<never>('nth_value', [value, n])

const FRAMED: ReadonlySet<string> = new Set(['first_value', 'last_value', 'nth_value'])
const OF_VALUES: ReadonlySet<string> = new Set([...FRAMED, 'lag', 'lead'])

/** A call over arguments that are bound: the first is its value, if it has one; numbers become int64. */
export const windowCall = ({ fn, ignores }: WindowFunction, args: readonly Expression[], frame: Frame | undefined): { readonly call: WindowCall; readonly type: SqlType } => {
  const [value] = args
  if (ignores && !OF_VALUES.has(fn)) throw failure('INVALID_PLAN', `${fn} has no NULLs to ignore`)
  const type = OF_VALUES.has(fn) && value ? value.type : typeOf(fn === 'percent_rank' || fn === 'cume_dist' ? 'double' : 'int64')
  const written = args.map((arg, i) => (i === 2 ? castTo(arg, type) : OF_VALUES.has(fn) && i === 0 ? arg : castTo(arg, typeOf('int64'))).expr)
  return { type, call: { fn, args: written, type: typeName(type), ...(frame && FRAMED.has(fn) ? { frame } : {}), ...(ignores ? { ignoreNulls: true } : {}) } }
}

/** The frame of a plan; `key`: the order by whose values a range goes. */
export const frameOf = ({ unit, from, to, exclude }: FrameSpec, keys: readonly SortKey[], key: Expression | undefined): Frame => {
  const boundOf = (n: number | undefined, start: boolean): FrameBound => {
    if (n === undefined) return { bound: start ? 'unbounded_preceding' : 'unbounded_following' }
    if (n === 0) return { bound: 'current_row' }
    const bound = n < 0 ? 'preceding' : 'following'
    if (unit !== 'range') {
      if (!Number.isSafeInteger(n)) throw failure('INVALID_PLAN', `${n} is no number of ${unit}`)
      return { bound, at: lit(BigInt(Math.abs(n)), 'int64').expr }
    }
    if (!key || keys.length !== 1) throw failure('INVALID_PLAN', 'a range by values needs one order key')
    return { bound, at: castTo(apply(n < 0 === (keys[0] as SortKey).descending ? 'add' : 'subtract', [key, Math.abs(n)]), key.type).expr }
  }
  return { unit, start: boundOf(from, true), end: boundOf(to, false), ...(exclude ? { exclude } : {}) }
}
