/** The frame of each row, as positions among the sorted rows. */
import { EvalError } from '../operators/registry.ts'
import { comparator } from '../operators/values.ts'
import { DEFAULT_FRAME, invalidBound } from '../operators/window-frames.ts'
import type { Positions } from '../operators/windows.ts'
import type { Frame, SortKey } from '../plan/nodes.ts'
import type { StoreColumn } from './store.ts'
import type { Reader } from './window.ts'

export interface Places {
  readonly partition: (row: number) => Positions
  readonly peers: (row: number) => Positions
  readonly group: (row: number) => number
}

/** The pieces of a row's frame that are not empty. */
export type Frames = (row: number) => readonly Positions[]

/** Columns that bounds read: their `at`, and the first order key. */
interface Read {
  readonly start: Reader | undefined
  readonly end: Reader | undefined
  readonly key: { readonly values: Reader; readonly column: StoreColumn; readonly order: SortKey } | undefined
}

type Bound = (row: number) => number

export const framesOf = (frame: Frame = DEFAULT_FRAME, places: Places, read: Read): Frames => {
  const begin = boundOf(frame, 'start', places, read)
  const end = boundOf(frame, 'end', places, read)
  return (row) => {
    const [first, last] = places.partition(row)
    const from = Math.min(Math.max(begin(row), first), last)
    const to = Math.min(Math.max(end(row), first), last)
    return leftOut(frame.exclude, row, places.peers(row)).flatMap(([a, b]): Positions[] => {
      const piece: Positions = [Math.max(from, a), Math.min(to, b)]
      return piece[0] < piece[1] ? [piece] : []
    })
  }
}

const [LEAST, MOST] = [0, Number.MAX_SAFE_INTEGER]

/** All rows but those that are left out. */
const leftOut = (exclude: Frame['exclude'], row: number, [first, last]: Positions): readonly Positions[] => {
  switch (exclude) {
    case undefined:
      return [[LEAST, MOST]]
    case 'current_row':
      return [[LEAST, row], [row + 1, MOST]]
    case 'group':
      return [[LEAST, first], [last, MOST]]
    case 'ties':
      return [[LEAST, first], [row, row + 1], [last, MOST]]
  }
}

/** The first row of a frame, or the one after its last; it may lie outside the partition. */
const boundOf = (frame: Frame, side: 'start' | 'end', places: Places, read: Read): Bound => {
  const { bound } = frame[side]
  const after = side === 'end'
  if (bound === 'unbounded_preceding' || bound === 'unbounded_following') return (row) => places.partition(row)[bound === 'unbounded_preceding' ? 0 : 1]
  const at = read[side]
  if (!at) return frame.unit === 'rows' ? (row) => row + Number(after) : (row) => places.peers(row)[Number(after)]!
  const sign = bound === 'following' ? 1 : -1
  switch (frame.unit) {
    case 'rows':
      return (row) => row + sign * Number(at(row) ?? 0) + Number(after)
    case 'groups':
      return (row) => {
        const offset = Number(at(row) ?? 0)
        if (offset < 0) throw new EvalError('RAISED', invalidBound(frame.unit, bound))
        const group = places.group(row) + sign * offset + Number(after)
        return search(places.partition(row), (r) => places.group(r) < group)
      }
    case 'range': {
      const { values, column, order } = read.key!
      const compare = comparator(column.shape.type)
      const before = (a: unknown, b: unknown): boolean => compare(a as never, b as never) * (order.descending ? -1 : 1) < 0
      return (row) => {
        const value = at(row)
        if (value === null) return places.peers(row)[Number(after)]!
        const own = values(row)
        if (own !== null && (bound === 'preceding' ? before(own, value) : before(value, own))) throw new EvalError('RAISED', invalidBound(frame.unit, bound))
        return search(places.partition(row), (r) => {
          const key = values(r)
          return key === null ? order.nullsFirst : after ? !before(value, key) : before(key, value)
        })
      }
    }
  }
}

/** The first row for which `before` is false, which it is for all behind it. */
const search = ([from, to]: Positions, before: (row: number) => boolean): number => {
  let [low, high] = [from, to]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (before(middle)) low = middle + 1
    else high = middle
  }
  return low
}

