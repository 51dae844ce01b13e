/**
 * What lane code knows at a place: the step's first row, the columns, names in lanes, constants that were spread before the
 * loop, the rows for which an expression is evaluated, and the rows at which one would raise.
 */
import type { Ir, Scalar } from '../../ir/nodes.ts'
import { childrenOf, raisesItself } from '../../ir/walk.ts'
import type { ColumnPlaces } from '../columns.ts'
import type { RowPlaces } from '../rows.ts'
import type { FunctionBuilder } from '../encoder.ts'
import type { Scope } from '../scope.ts'
import type { RowWords } from './load-rows.ts'
import { andMask, type Lanes, type LaneValue, maskOp, release, uniform } from './lanes.ts'

/** What lanes are read from: columns, or rows. */
export type LanePlaces = ColumnPlaces | RowPlaces

export interface LaneScope {
  readonly scope: Scope
  readonly f: FunctionBuilder
  /** Local with the number of the round's first row; the step's is so many rows behind it. */
  readonly row: number
  readonly ahead: number
  readonly columns: LanePlaces
  readonly constants: ReadonlyMap<string, Lanes>
  /** By their names in `constants`: i32 as i16x8, brought into its range. */
  readonly narrowed: ReadonlyMap<string, number>
  /** i16x8 1, 2, 4 … 128. */
  readonly bits: number
  readonly names: Map<string, LaneValue>
  /** What this step has read. */
  readonly read: Map<number, LaneValue>
  /** Named values and what was read; their locals go back at the step's end. */
  readonly held: LaneValue[]
  /** Of a source of rows: locals with their addresses, once the step needs them. */
  addresses: readonly number[] | undefined
  /** Of a source of rows: the words that are read. */
  readonly rowWords: RowWords
  /** What this step has read: words of rows by offset, columns of 8 bits by the local with their address. */
  readonly words: Map<number, Lanes>
  /** Rows for which the expression at hand is evaluated; undefined: all. */
  control: Lanes | undefined
  /** Rows that would raise: the step is left to scalar code, which raises where it should. */
  fault: Lanes | undefined
}

export const keyOf = (e: Ir): string | undefined => {
  if (e.ir === 'param') return `$${e.index}`
  return e.ir === 'literal' ? `${e.type} ${Object.is(e.value, -0) ? '-0' : String(e.value)}` : undefined
}
export const constant = (cx: LaneScope, e: Ir): Lanes => {
  const known = cx.constants.get(keyOf(e) as string)
  if (!known) throw new Error(`constant ${keyOf(e)} was not spread`)
  return known
}

/** Spreads every literal and parameter in the expressions over lanes. */
export const spreadConstants = (scope: Scope, expressions: readonly Ir[]): ReadonlyMap<string, Lanes> => {
  const { f } = scope
  const found = new Map<string, Lanes>()
  const visit = (e: Ir): void => {
    const key = keyOf(e)
    if (key !== undefined && !found.has(key) && e.type in SPREAD) {
      if (e.ir === 'param') f.get((scope.params.get(e.index) as readonly number[])[0] as number)
      else if (e.ir === 'literal') pushLiteral(f, e.type, e.value)
      const local = f.local('v128')
      SPREAD[e.type as LaneType](f)
      f.set(local)
      found.set(key, uniform(e.type === 'bool' ? 'm2' : (e.type as 'i32'), local))
    }
    for (const child of childrenOf(e)) visit(child)
  }
  for (const e of expressions) visit(e)
  return found
}

type LaneType = 'bool' | 'i32' | 'i64' | 'f32' | 'f64'
const SPREAD: Record<LaneType, (f: FunctionBuilder) => void> = {
  bool: (f) => {
    const x = f.local('i32')
    f.set(x).i32(0).get(x).op('i32.sub').op('i16x8.splat')
    f.free('i32', x)
  },
  i32: (f) => f.op('i32x4.splat'),
  i64: (f) => f.op('i64x2.splat'),
  f32: (f) => f.op('f32x4.splat'),
  f64: (f) => f.op('f64x2.splat'),
}
const pushLiteral = (f: FunctionBuilder, type: Scalar, value: number | bigint | boolean): void => {
  if (type === 'bool') f.i32(value ? 1 : 0)
  else if (type === 'i32') f.i32(Number(value))
  else if (type === 'i64') f.i64(BigInt(value))
  else if (type === 'f32') f.f32(Number(value))
  else f.f64(Number(value))
}

/** A vector of ones, two, fours … for taking a validity byte apart. */
export const spreadBits = (f: FunctionBuilder): number => {
  const bits = f.local('v128')
  f.v128([1, 2, 4, 8, 16, 32, 64, 128].flatMap((b) => [b, 0])).set(bits)
  return bits
}

export const mayRaise = (e: Ir): boolean => raisesItself(e) || childrenOf(e).some(mayRaise)

/** Evaluates under a condition: raising counts only for rows in `mask`. */
export const under = <T>(cx: LaneScope, mask: Lanes, body: () => T): T => {
  const outer = cx.control
  const inner = andMask(cx.f, outer && { ...outer, owned: false }, { ...mask, owned: false }) as Lanes
  cx.control = inner
  const result = body()
  cx.control = outer
  release(cx.f, inner)
  return result
}

/** Takes note of rows that would raise, if they are evaluated at all. */
export const addFault = (cx: LaneScope, rows: Lanes): void => {
  const counted = cx.control ? maskOp(cx.f, rows, { ...cx.control, owned: false }, 'v128.and') : rows
  cx.fault = cx.fault ? maskOp(cx.f, cx.fault, counted, 'v128.or') : counted
}
