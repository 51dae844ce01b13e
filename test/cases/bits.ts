/** Cases of src/operators/bits.ts. */
import { c, type Case, MAX, MIN, raises, same } from './case.ts'

export const BITS = {
  bit_and: [same('int32', [5, 3, 1]), same('int32', [-1, 12, 12]), same('int8', [-128, -1, -128]), same('uint8', [200, 15, 8]), same('int64', [MIN.int64, '-1', MIN.int64]), same('uint64', [MAX.uint64, '3', '3']), same('int128', [MIN.int128, MAX.int128, '0']), same('int32', [null, 1, null])],
  bit_or: [same('int32', [5, 3, 7]), same('int32', [-8, 3, -5]), same('uint8', [128, 127, 255]), same('uint64', ['9223372036854775808', '1', '9223372036854775809']), same('int128', [MIN.int128, '1', '-170141183460469231731687303715884105727']), same('int64', ['1', null, null])],
  bit_xor: [same('int32', [5, 3, 6]), same('int32', [-1, 5, -6]), same('uint8', [255, 15, 240]), same('int128', ['-1', MAX.int128, MIN.int128]), same('int32', [null, 1, null])],
  bit_not: [same('int32', [5, -6]), same('int32', [0, -1]), same('uint8', [5, 250]), same('int64', [MIN.int64, MAX.int64]), same('uint64', ['0', MAX.uint64]), same('int128', ['5', '-6']), same('int32', [null, null])],
  bit_count: [c([['int32', -1]], ['int8', 32]), c([['int32', 5]], ['int8', 2]), c([['int8', -1]], ['int8', 8]), c([['int64', MIN.int64]], ['int8', 1]), c([['uint64', MAX.uint64]], ['int8', 64]), c([['uint8', 200]], ['int8', 3]), c([['int32', null]], ['int8', null])],
  shift_left: [
    same('int128', ['1', '126', '85070591730234615865843651857942052864']), c([['int128', '1'], ['int128', '127']], raises('int128')), c([['int128', '1'], ['int128', '-1']], raises('int128')), same('int128', ['0', '127', '0']), same('uint64', ['1', '63', '9223372036854775808']), c([['uint64', '2'], ['uint64', '63']], raises('uint64')),
    same('int32', [1, 30, 1073741824]), same('int32', [0, 40, 0]), same('int8', [2, 5, 64]), same('int64', ['1', '62', '4611686018427387904']), same('uint8', [1, 7, 128]), same('int32', [5, 0, 5]), same('int32', [null, 1, null]),
    c([['int32', 1], ['int32', 31]], raises('int32')), c([['int32', 1], ['int32', 32]], raises('int32')), c([['int32', 1], ['int32', -1]], raises('int32')), c([['int32', 0], ['int32', -1]], raises('int32')), c([['int32', -1], ['int32', 1]], raises('int32')), c([['uint8', 200], ['uint8', 1]], raises('uint8')), c([['int8', 3], ['int8', 6]], raises('int8')), c([['int64', '1'], ['int64', '63']], raises('int64')),
  ],
  shift_right: [same('int32', [-8, 1, -4]), same('int32', [1, 40, 0]), same('int32', [1, -1, 0]), same('int8', [-1, 8, 0]), same('int8', [64, 7, 0]), same('uint64', [MAX.uint64, '1', MAX.int64]), same('int128', ['-1', '3', '-1']), same('int128', ['5', '200', '0']), same('int128', ['5', '64', '0']), same('int128', ['-5', '100', '-1']), same('int64', [MIN.int64, '63', '-1']), same('int32', [null, 1, null])],
} as const satisfies Record<string, readonly Case[]>
