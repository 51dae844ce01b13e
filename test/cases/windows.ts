/** Literal cases of every window function; one without any does not compile. A row is [partition, order, value]; results in the order of the rows. */
import type { LiteralValue, WindowCall } from '../../src/plan/nodes.ts'
import type { WindowName } from '../../src/operators/windows.ts'

export type WindowRows = readonly (readonly [LiteralValue, LiteralValue, LiteralValue])[]
export interface WindowCase {
  readonly rows?: WindowRows
  /** Literals, behind the value where the function takes one. */
  readonly args?: readonly (readonly [string, LiteralValue])[]
  readonly call?: Partial<Pick<WindowCall, 'frame' | 'ignoreNulls' | 'distinct'>>
  readonly results: readonly LiteralValue[]
}

/** Two partitions; ties, a NULL value, a NULL key. */
export const ROWS: WindowRows = [
  ['a', 1, 10], ['a', 2, null], ['a', 2, 20], ['a', 5, 30], ['a', null, 40], ['b', 7, 50], [null, 1, 60], [null, 1, 70],
]

const rows = (start: number, end: number): Pick<WindowCall, 'frame'> => {
  const bound = (n: number) => (n === 0 ? ({ bound: 'current_row' } as const) : ({ bound: n < 0 ? 'preceding' : 'following', at: { expr: 'literal', value: Math.abs(n), type: 'int32' } } as const))
  return { frame: { unit: 'rows', start: bound(start), end: bound(end) } }
}

export const WINDOW_CASES: { readonly [K in WindowName]: readonly WindowCase[] } = {
  row_number: [{ rows: [['a', 3, null], ['a', 1, null], ['b', 2, null]], results: ['2', '1', '1'] }],
  rank: [{ results: ['1', '2', '2', '4', '5', '1', '1', '1'] }],
  dense_rank: [{ results: ['1', '2', '2', '3', '4', '1', '1', '1'] }],
  percent_rank: [{ results: [0, 0.25, 0.25, 0.75, 1, 0, 0, 0] }],
  cume_dist: [{ results: [0.2, 0.6, 0.6, 0.8, 1, 1, 1, 1] }],
  ntile: [
    { rows: [['a', 1, null], ['a', 2, null], ['a', 3, null], ['a', 4, null], ['a', 5, null]], args: [['int64', '3']], results: ['1', '1', '2', '2', '3'] },
    { rows: [['a', 1, null], ['a', 2, null]], args: [['int64', '5']], results: ['1', '2'] },
    { rows: [['a', 1, null]], args: [['int64', null]], results: [null] },
  ],
  lag: [
    { rows: [['a', 1, 10], ['a', 2, null], ['a', 3, 30], ['b', 1, 5]], results: [null, 10, null, null] },
    { rows: [['a', 1, 10], ['a', 2, null], ['a', 3, 30], ['b', 1, 5]], args: [['int64', '2'], ['int32', -1]], results: [-1, -1, 10, -1] },
    { rows: [['a', 1, 10], ['a', 2, null], ['a', 3, 30]], call: { ignoreNulls: true }, results: [null, 10, 10] },
    { rows: [['a', 1, 10], ['a', 2, 20]], args: [['int64', null], ['int32', -1]], results: [null, null] },
    { rows: [['a', 1, 10], ['a', 2, 20]], args: [['int64', '-1']], results: [20, null] },
  ],
  lead: [
    { rows: [['a', 1, 10], ['a', 2, null], ['a', 3, 30]], results: [null, 30, null] },
    { rows: [['a', 1, 10], ['a', 2, null], ['a', 3, 30]], call: { ignoreNulls: true }, results: [30, 30, null] },
    { rows: [['a', 1, 10], ['a', 2, 20]], args: [['int64', '9223372036854775807']], results: [null, null] },
  ],
  first_value: [
    { rows: [['a', 1, null], ['a', 2, 20], ['a', 3, 30]], results: [null, null, null] },
    { rows: [['a', 1, null], ['a', 2, 20], ['a', 3, 30]], call: { ignoreNulls: true }, results: [null, 20, 20] },
    { rows: [['a', 1, 10], ['a', 2, 20], ['a', 3, 30]], call: rows(-1, 0), results: [10, 10, 20] },
  ],
  last_value: [
    { rows: [['a', 1, 10], ['a', 2, null], ['a', 3, 30]], results: [10, null, 30] },
    { rows: [['a', 1, 10], ['a', 2, null], ['a', 3, 30]], call: { ignoreNulls: true }, results: [10, 10, 30] },
    { rows: [['a', 1, 10], ['a', 2, 20], ['a', 3, 30]], call: rows(-2, -1), results: [null, 10, 20] },
  ],
  nth_value: [
    { rows: [['a', 1, 10], ['a', 2, 20], ['a', 3, 30]], args: [['int64', '2']], results: [null, 20, 20] },
    { rows: [['a', 1, null], ['a', 2, 20], ['a', 3, 30]], args: [['int64', '1']], call: { ...rows(0, 2), ignoreNulls: true }, results: [20, 20, 30] },
    { rows: [['a', 1, 10]], args: [['int64', '0']], results: [null] },
    { rows: [['a', 1, 10]], args: [['int64', null]], results: [null] },
  ],
}

const without = (exclude: NonNullable<WindowCall['frame']>['exclude'], frame = rows(-9, 9)): Pick<WindowCall, 'frame' | 'distinct'> => ({ distinct: true, frame: { ...(frame.frame as NonNullable<WindowCall['frame']>), ...(exclude ? { exclude } : {}) } })
/** One partition: the value 10 in the first, third and last row. */
const AGAIN: WindowRows = [['a', 1, 10], ['a', 2, 20], ['a', 3, 10], ['a', 3, null], ['a', 4, 30], ['a', 5, 10]]

/** Aggregates of values of which each counts once in a frame. */
export const DISTINCT_CASES: Readonly<Record<string, readonly WindowCase[]>> = {
  sum: [
    { rows: AGAIN, call: { distinct: true }, results: ['10', '30', '30', '30', '60', '60'] },
    { rows: AGAIN, call: without('current_row'), results: ['60', '40', '60', '60', '30', '60'] },
    { rows: AGAIN, call: without('group'), results: ['60', '40', '60', '60', '30', '60'] },
    { rows: [['a', 1, 10], ['a', 1, 20], ['a', 2, 20], ['a', 2, 20], ['a', 2, 30], ['a', 3, 30]], call: without('group'), results: ['50', '50', '60', '60', '60', '60'] },
    { rows: [['a', 1, 10], ['a', 1, 20], ['a', 1, 10], ['a', 2, 30]], call: without('ties'), results: ['40', '50', '40', '60'] },
    { rows: AGAIN, call: without('current_row', rows(-2, 0)), results: [null, '10', '30', '30', '10', '30'] },
  ],
  count: [{ rows: AGAIN, call: without('current_row', rows(-1, 1)), results: ['1', '1', '1', '2', '1', '1'] }],
  last: [
    { rows: AGAIN, call: { distinct: true }, results: [10, 20, 20, 20, 30, 30] },
    { rows: AGAIN, call: without(undefined, rows(-2, 0)), results: [10, 20, 20, 10, 30, 10] },
    { rows: AGAIN, call: without('current_row', rows(-3, 3)), results: [10, 30, 30, 30, 10, 30] },
  ],
}
