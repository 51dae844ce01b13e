/** Cases of src/operators/logic.ts. */
import { c, type Case, holds, MAX, MIN, same } from './case.ts'

const VALUES = [true, false, null] as const
const table = (f: (a: boolean | null, b: boolean | null) => boolean | null): readonly Case[] => VALUES.flatMap((a) => VALUES.map((b) => holds('bool', [a, b, f(a, b)])))

export const LOGIC = {
  and: [...table((a, b) => (a === false || b === false ? false : a === null || b === null ? null : true)), holds('bool', [true, true, null, null]), holds('bool', [true, null, false, false]), holds('bool', [true, true, true, true])],
  or: [...table((a, b) => (a === true || b === true ? true : a === null || b === null ? null : false)), holds('bool', [false, false, null, null]), holds('bool', [false, null, true, true]), holds('bool', [false, false, false, false])],
  not: [holds('bool', [true, false]), holds('bool', [false, true]), holds('bool', [null, null])],
  is_null: [holds('int32', [1, false]), holds('int32', [null, true]), holds('string', ['', false]), holds('string', [null, true]), holds('double', ['NaN', false]), holds('int128', [null, true]), holds('bool', [null, true])],
  is_not_null: [holds('int32', [1, true]), holds('int32', [null, false]), holds('string', ['', true]), holds('double', [null, false]), holds('decimal(38,2)', [null, false])],
  coalesce: [
    same('int32', [1, 2, 1]), same('int32', [null, 2, 2]), same('int32', [null, null, null]), same('int32', [null, null, 3, 3]), same('string', [null, '', '']), same('double', [null, '-0', '-0']), same('int128', [null, MAX.int128, MAX.int128]),
    same('uint64', [MAX.uint64, '1', MAX.uint64]), same('bool', [null, true, true]), same('decimal(5,2)', [null, '1.50', '1.50']), same('date', [null, '2024-02-29', '2024-02-29']), c([['null', null], ['int32', 4]], ['int32', 4]),
  ],
  nullif: [same('int32', [1, 1, null]), same('int32', [1, 2, 1]), same('int32', [null, 1, null]), same('int32', [1, null, 1]), same('double', ['NaN', 'NaN', null]), same('double', [0, '-0', null]), same('string', ['a', 'a', null]), same('string', ['a', 'b', 'a'])],
  greatest: [
    same('int32', [1, 3, 2, 3]), same('int32', [null, 3, 3]), same('int32', [3, null, 3]), same('int32', [null, null, null]), same('int32', [MIN.int32, MAX.int32, MAX.int32]), same('double', ['NaN', 1, 'NaN']), same('double', [1, 'NaN', 'NaN']), same('double', ['Infinity', 1, 'Infinity']),
    same('string', ['a', 'b', 'b']), same('string', ['a', null, 'é', 'é']), same('int128', [MAX.int128, MIN.int128, MAX.int128]), same('decimal(5,2)', ['1.50', '1.49', '1.50']), same('date', ['2024-02-29', '2024-03-01', '2024-03-01']), same('bool', [false, true, true]), same('uint64', [MAX.uint64, '0', MAX.uint64]), same('float', [0.5, null, 'NaN', 'NaN']),
  ],
  least: [
    same('int32', [1, 3, 2, 1]), same('int32', [null, 3, 3]), same('int32', [null, null, null]), same('double', ['NaN', 1, 1]), same('double', ['NaN', 'NaN', 'NaN']), same('double', ['-Infinity', 'NaN', '-Infinity']), same('string', ['a', 'B', 'B']), same('string', ['', null, '']),
    same('int128', [MAX.int128, MIN.int128, MIN.int128]), same('timestamp', ['2024-02-29 00:00:00', '2024-02-28 23:59:59.999999', '2024-02-28 23:59:59.999999']), same('bool', [false, true, false]), same('float', [null, 'NaN', 'NaN']),
  ],
} as const satisfies Record<string, readonly Case[]>
