/**
 * The window functions that are no aggregates: one record each, with its type rule and its reference evaluation. A record sees
 * one row of a sorted partition, and reads its arguments at any other; where frames begin and end is the operator's affair.
 */
import type { Refusal } from '../errors.ts'
import { isInteger, type SqlType, sameType, typeName } from '../layout/types.ts'
import { type CallSite, EvalError, refuse, type Value } from './registry.ts'
import { type LowerWindow, lowerCumeDist, lowerDenseRank, lowerFirst, lowerLast, lowerNth, lowerNtile, lowerPercentRank, lowerRank, lowerRowNumber, lowerShift } from './window-lower.ts'

/** From the first position to before the second. */
export type Positions = readonly [number, number]

/** A row among the sorted rows. */
export interface WindowRow {
  readonly row: number
  readonly partition: Positions
  readonly peers: Positions
  /** Number of its group of peers in the partition, from 0. */
  readonly group: number
  /** The frame's pieces, in order; several where rows in the middle are left out. */
  readonly frame: readonly Positions[]
  /** An argument at a position. */
  arg(index: number, row: number): Value
}

export interface WindowSite extends CallSite {
  readonly ignoreNulls: boolean
}

type WindowOption = 'frame' | 'ignoreNulls' | 'filter' | 'distinct'
export const AGGREGATE_OPTIONS: readonly WindowOption[] = ['frame', 'filter', 'distinct']

export interface WindowDef {
  /** One sentence for docs/PLAN.md. */
  readonly doc: string
  /** The result types allowed for these arguments, or a refusal that says why none is. */
  readonly type: (args: readonly SqlType[], result: SqlType) => true | Refusal
  /** Which of a call's options it reads. */
  readonly options: readonly WindowOption[]
  readonly eval: (site: WindowSite) => (at: WindowRow) => Value
  /** IR over the sorted rows; absent: the stage falls back. */
  readonly lower?: LowerWindow
}

const list = (args: readonly SqlType[]): string => args.map(typeName).join(', ')
const typed = (name: string, fits: (args: readonly SqlType[], result: SqlType) => boolean) => (args: readonly SqlType[], result: SqlType): true | Refusal =>
  fits(args, result) ? true : refuse(name, `no ${name}(${list(args)}) with result ${typeName(result)}`)

const isCounter = (type: SqlType): boolean => type.kind === 'int64' || type.kind === 'int32'
/** A number of rows as the type has it: int32 is a number, int64 a bigint. */
const counted = (type: SqlType, n: number): Value => (type.kind === 'int32' ? n : BigInt(n))

const number = (name: string, doc: string, of: (at: WindowRow) => number, lower: LowerWindow) => ({
  doc,
  type: typed(name, (args, result) => args.length === 0 && isCounter(result)),
  options: [],
  eval: ({ type }: WindowSite) => (at: WindowRow) => counted(type, of(at)),
  lower,
}) satisfies WindowDef

const share = (name: string, doc: string, of: (at: WindowRow) => number, lower: LowerWindow) => ({
  doc,
  type: typed(name, (args, result) => args.length === 0 && result.kind === 'double'),
  options: [],
  eval: () => of,
  lower,
}) satisfies WindowDef

const size = ([from, to]: Positions): number => to - from
const rankOf = ({ peers, partition }: WindowRow): number => peers[0] - partition[0] + 1

const ntile = {
  doc: 'The number of the row\'s bucket, from 1, of as many as the argument says, which differ by at most one row, the larger ones first; fewer than 1 raise RAISED.',
  type: typed('ntile', ([n, ...rest], result) => n !== undefined && isInteger(n) && rest.length === 0 && isCounter(result)),
  options: [],
  eval: ({ type }) => (at) => {
    const given = at.arg(0, at.row)
    if (given === null) return null
    if (Number(given) < 1) throw new EvalError('RAISED', NTILE)
    const rows = size(at.partition)
    const row = at.row - at.partition[0]
    const n = Math.min(Number(given), rows)
    const small = Math.floor(rows / n)
    const large = rows - small * n
    const bucket = row < large * (small + 1) ? Math.floor(row / (small + 1)) : large + Math.floor((row - large * (small + 1)) / small)
    return counted(type, bucket + 1)
  },
  lower: lowerNtile,
} satisfies WindowDef
export const NTILE = 'the argument of ntile must be greater than 0'

/** Rows in both directions that count are those with a first argument, where NULLs are ignored. */
const shift = (name: string, doc: string, forward: boolean) => ({
  doc,
  type: typed(name, ([value, offset, otherwise, ...rest], result) => value !== undefined && sameType(value, result) && (!offset || isInteger(offset)) && (!otherwise || sameType(otherwise, result)) && rest.length === 0),
  options: ['ignoreNulls'],
  eval: ({ argTypes, ignoreNulls }: WindowSite) => (at: WindowRow) => {
    const given = argTypes.length > 1 ? at.arg(1, at.row) : 1
    if (given === null) return null
    const by = forward ? Number(given) : -Number(given)
    const step = Math.sign(by)
    let [row, left] = [at.row, Math.abs(by)]
    if (!ignoreNulls) row += by
    else
      while (left > 0) {
        row += step
        if (row < at.partition[0] || row >= at.partition[1]) break
        if (at.arg(0, row) !== null) left--
      }
    if (row >= at.partition[0] && row < at.partition[1]) return at.arg(0, row)
    return argTypes.length > 2 ? at.arg(2, at.row) : null
  },
  lower: lowerShift(forward),
}) satisfies WindowDef

const ofFrame = (name: string, doc: string, pick: (at: WindowRow, counts: (row: number) => boolean) => number, lower: LowerWindow) => ({
  doc,
  type: typed(name, ([value, ...rest], result) => value !== undefined && sameType(value, result) && (name === 'nth_value' ? rest.length === 1 && isInteger(rest[0]!) : rest.length === 0)),
  options: ['frame', 'ignoreNulls'],
  eval: ({ ignoreNulls }: WindowSite) => (at: WindowRow) => {
    const row = pick(at, ignoreNulls ? (r) => at.arg(0, r) !== null : () => true)
    return row < 0 ? null : at.arg(0, row)
  },
  lower,
}) satisfies WindowDef

/** The n-th row of the frame that counts, from 1; −1 where there is none. */
const nth = ({ frame }: WindowRow, n: number, counts: (row: number) => boolean): number => {
  let left = n
  for (const [from, to] of frame) for (let row = from; row < to; row++) if (counts(row) && --left === 0) return row
  return -1
}
const last = ({ frame }: WindowRow, counts: (row: number) => boolean): number => {
  for (const [from, to] of frame.toReversed()) for (let row = to - 1; row >= from; row--) if (counts(row)) return row
  return -1
}

/** By the name plans use. */
export const WINDOWS = {
  row_number: number('row_number', 'The number of the row in its partition, from 1.', (at) => at.row - at.partition[0] + 1, lowerRowNumber),
  rank: number('rank', 'One more than the rows before the first of its peers.', rankOf, lowerRank),
  dense_rank: number('dense_rank', 'The number of its group of peers, from 1.', (at) => at.group + 1, lowerDenseRank),
  percent_rank: share('percent_rank', '(rank − 1) / (rows of the partition − 1); 0 where there is one row.', (at) => (size(at.partition) > 1 ? (rankOf(at) - 1) / (size(at.partition) - 1) : 0), lowerPercentRank),
  cume_dist: share('cume_dist', 'The share of the partition\'s rows up to the last of its peers.', (at) => (at.peers[1] - at.partition[0]) / size(at.partition), lowerCumeDist),
  ntile,
  lag: shift('lag', 'The first argument at the row that many rows (the second argument, else 1) before in the partition; where there is none the third argument, else NULL. A NULL offset gives NULL.', false),
  lead: shift('lead', 'As lag, at a row behind.', true),
  first_value: ofFrame('first_value', 'The argument at the first row of the frame; NULL where it is empty.', (at, counts) => nth(at, 1, counts), lowerFirst),
  last_value: ofFrame('last_value', 'The argument at the last row of the frame; NULL where it is empty.', last, lowerLast),
  nth_value: ofFrame('nth_value', 'The first argument at that row of the frame, from 1, that the second one says; NULL where there is none.', (at, counts) => {
    const n = at.arg(1, at.row)
    return n === null || Number(n) < 1 ? -1 : nth(at, Number(n), counts)
  }, lowerNth),
} as const satisfies Record<string, WindowDef>
export type WindowName = keyof typeof WINDOWS

export const windowFunction = (name: string): WindowDef | undefined => (Object.hasOwn(WINDOWS, name) ? WINDOWS[name as WindowName] : undefined)
