/** Cases of src/operators/arrays.ts. */
import { c, type Case, MIN } from './case.ts'

const LIST = '[7,null,-3]'
const at = (list: string | null, n: number | null, result: number | null): Case => c([['array<int32>', list], ['int64', n === null ? null : String(n)]], ['int32', result])

export const ARRAYS = {
  array_length: [c([['array<int32>', LIST]], ['int64', '3']), c([['array<int32>', '[]']], ['int64', '0']), c([['array<string>', '["a",null]']], ['int64', '2'], { alone: 'written as JSON' }), c([['array<int32>', null]], ['int64', null])],
  element_at: [
    at(LIST, 1, 7), at(LIST, 2, null), at(LIST, 3, -3), at(LIST, 4, null), at(LIST, 0, null), at(LIST, -1, -3), at(LIST, -3, 7), at(LIST, -4, null), at('[]', 1, null), at(null, 1, null), at(LIST, null, null),
    c([['array<int32>', LIST], ['int64', MIN.int64]], ['int32', null]), c([['array<int64>', '["5","-9223372036854775808"]'], ['int32', 2]], ['int64', MIN.int64], { alone: 'written as JSON' }), c([['array<double>', '[0.5,1.5]'], ['int8', 2]], ['double', 1.5]), c([['array<bool>', '[false,true]'], ['int64', '2']], ['bool', true]),
  ],
} as const satisfies Record<string, readonly Case[]>
