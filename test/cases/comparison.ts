/** Cases of src/operators/comparison.ts. */
import { c, type Case, holds, MAX, MIN } from './case.ts'

/** Pairs in every order class; the three truths are a < b, a = b, a > b. */
const PAIRS: readonly (readonly [type: string, a: any, b: any, order: -1 | 0 | 1])[] = [
  ['int32', 1, 2, -1], ['int32', 2, 2, 0], ['int32', MIN.int32, MAX.int32, -1], ['int8', -1, -2, 1], ['uint8', 255, 1, 1], ['int64', MIN.int64, MAX.int64, -1], ['int64', MAX.int64, MAX.int64, 0], ['uint64', MAX.uint64, '1', 1],
  ['int128', MIN.int128, MAX.int128, -1], ['int128', '18446744073709551616', '1', 1], ['int128', '-18446744073709551616', '-18446744073709551616', 0], ['decimal(5,2)', '1.10', '1.09', 1], ['decimal(38,0)', MAX.dec38, MAX.dec38, 0],
  ['double', 1, 1.5, -1], ['double', 0, '-0', 0], ['double', 'NaN', 'NaN', 0], ['double', 'NaN', 'Infinity', 1], ['double', 1, 'NaN', -1], ['double', '-Infinity', 'Infinity', -1], ['float', 'NaN', 0, 1], ['float', 0.5, 0.5, 0],
  ['string', 'a', 'b', -1], ['string', 'abc', 'ab', 1], ['string', '', '', 0], ['string', '', 'a', -1], ['string', 'é', 'z', 1], ['string', '\ud83d\ude00', '\uffee', 1], ['string', 'Ab', 'ab', -1],
  ['bool', false, true, -1], ['bool', true, true, 0], ['date', '2024-02-29', '2024-03-01', -1], ['date', 'infinity', '2024-03-01', 1], ['timestamp', '2024-02-29 00:00:00.000001', '2024-02-29 00:00:00', 1], ['timestamptz', '2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z', 0],
]
const relation = (truth: (order: number) => boolean): readonly Case[] => [
  ...PAIRS.flatMap(([type, a, b, order]) => [holds(type, [a, b, truth(order)]), holds(type, [b, a, truth(-order)])]),
  holds('int32', [null, 1, null]), holds('int32', [1, null, null]), holds('string', [null, null, null]), holds('double', ['NaN', null, null]),
  c([['int32', 5], ['int64', '5']], ['bool', truth(0)]), c([['uint8', 200], ['int8', -1]], ['bool', truth(1)], { alone: 'DuckDB casts first' }),
]
const distinct = (same: boolean): readonly Case[] => [
  ...PAIRS.map(([type, a, b, order]) => holds(type, [a, b, (order === 0) === same])),
  holds('int32', [null, 1, !same]), holds('int32', [1, null, !same]), holds('int32', [null, null, same]), holds('string', [null, '', !same]), holds('double', [null, 'NaN', !same]), holds('int128', [null, null, same]),
]

const COUNTED: readonly number[] = Array.from({ length: 29 }, (_, k) => k)

export const COMPARISON = {
  eq: relation((o) => o === 0),
  ne: relation((o) => o !== 0),
  lt: relation((o) => o < 0),
  le: relation((o) => o <= 0),
  gt: relation((o) => o > 0),
  ge: relation((o) => o >= 0),
  is_distinct: distinct(false),
  is_not_distinct: distinct(true),
  between: [
    holds('int32', [2, 1, 3, true]), holds('int32', [1, 1, 1, true]), holds('int32', [0, 1, 3, false]), holds('int32', [4, 1, 3, false]), holds('int32', [2, 3, 1, false]), holds('int32', [null, 1, 3, null]),
    holds('int32', [1, null, 0, false]), holds('int32', [1, null, 2, null]), holds('int32', [1, 2, null, false]), holds('int32', [3, 2, null, null]), holds('int32', [1, null, null, null]),
    holds('double', ['NaN', 0, 'Infinity', false]), holds('double', ['NaN', 0, 'NaN', true]), holds('double', ['-0', 0, 1, true]), holds('string', ['b', 'a', 'c', true]), holds('decimal(15,2)', ['0.06', '0.05', '0.07', true]),
    holds('date', ['1994-06-01', '1994-01-01', '1994-12-31', true]), holds('int128', ['1', MIN.int128, MAX.int128, true]),
  ],
  in: [
    holds('int32', [1, 1, 2, true]), holds('int32', [3, 1, 2, false]), holds('int32', [3, 1, null, null]), holds('int32', [1, null, 1, true]), holds('int32', [null, 1, 2, null]), holds('int32', [1, 1, true]), holds('int32', [1, null, null]),
    holds('string', ['b', 'a', 'b', 'c', true]), holds('string', ['', 'a', null, null]), holds('double', ['NaN', 1, 'NaN', true]), holds('double', ['-0', 0, true]), holds('int64', [MAX.int64, '1', MAX.int64, true]), holds('uint8', [255, 1, 2, false]),
    // Lists of so many constants are sets that are searched.
    ...[-1, 0, 1, 2, 57, 58, 59, 60].map((x) => holds('int32', [x, ...COUNTED.map((k) => 58 - k * 2), x >= 2 && x % 2 === 0 && x <= 58])),
    holds('int64', [MAX.int64, ...COUNTED.map(String), false]), holds('int64', [MAX.int64, ...COUNTED.map(String), MAX.int64, true]), holds('int64', [null, ...COUNTED.map(String), null]),
    holds('int128', ['18446744073709551617', ...COUNTED.map((k) => String(18446744073709551616n * BigInt(k - 9) + 1n)), true]), holds('int128', ['18446744073709551618', ...COUNTED.map((k) => String(18446744073709551616n * BigInt(k - 9) + 1n)), false]),
    holds('int32', [7, ...COUNTED.map((k) => k * 3), null, null]), holds('int32', [6, null, ...COUNTED.map((k) => k * 3), true]), holds('int32', [5, 5, 5, ...COUNTED.map((k) => k * 3), true]),
    holds('double', ['NaN', ...COUNTED.map((k) => k / 4), false]), holds('double', ['NaN', ...COUNTED.map((k) => k / 4), 'NaN', true]), holds('double', ['-0', ...COUNTED.map((k) => k / 4), true]), holds('double', ['-Infinity', ...COUNTED.map((k) => k / 4), '-Infinity', true]),
    holds('string', ['é', ...COUNTED.map((k) => `x${k}`), 'é', true]), holds('string', ['x', ...COUNTED.map((k) => `x${k}`), false]), holds('string', ['', ...COUNTED.map((k) => `x${k}`), '', true]), holds('string', ['x23', ...COUNTED.map((k) => `x${k}`), true]),
  ],
} as const satisfies Record<string, readonly Case[]>
