/** Nested columns in the forms that writers have given them, and such whose leaves do not agree. */
import { CONVERTED, groups, group, i32, ints, leaf, type Leaf, OPTIONAL, pageV1, parquetFile, REPEATED, REQUIRED, strings, TYPE, withLength, type Written } from './parquet-writer.ts'

/** A file and what is in it. */
export interface Layout {
  readonly name: string
  readonly written: Written
  /** By column: values as comparable JSON has them, or codes of errors of which one must come. */
  readonly expected: Readonly<Record<string, readonly unknown[] | { readonly codes: readonly string[] }>>
  /** DuckDB refuses it or reads other values; why. */
  readonly unwitnessed?: string
}

export const CORRUPT = { codes: ['FILE_CORRUPT'] }

const INT_LIST: readonly (readonly (number | null)[] | null)[] = [[1, null], [], null, [3], [4, 5]]
const asText = (lists: readonly (readonly (number | null)[] | null)[]) => lists.map((items) => items?.map((item) => (item === null ? null : String(item))) ?? null)
/** One page of a leaf within repeated groups, levels of two bits. */
const levelled = (path: readonly string[], repetition: readonly number[], definition: readonly number[], width: number, body: Uint8Array, type: number = TYPE.INT32): Leaf => ({
  path,
  type,
  chunks: [{ values: definition.length, pages: [pageV1(body, { values: definition.length, repetition: withLength(groups(repetition, 1)), definition: withLength(groups(definition, width)) })] }],
})
const threeLevels = (name: string, middle: string, inner: string): Layout => ({
  name,
  written: parquetFile(
    [group('x', OPTIONAL, 1, CONVERTED.LIST), group(middle, REPEATED, 1), leaf(inner, OPTIONAL, TYPE.INT32)],
    [levelled(['x', middle, inner], [0, 1, 0, 0, 0, 0, 1], [3, 2, 1, 0, 3, 3, 3], 2, ints(4, [1, 3, 4, 5]))],
    [5],
  ),
  expected: { x: asText(INT_LIST) },
})
const structs = (name: string, repeated: string, fields: readonly string[], values: readonly unknown[]): Layout => ({
  name,
  written: parquetFile(
    [group('x', OPTIONAL, 1, CONVERTED.LIST), group(repeated, REPEATED, fields.length), ...fields.map((field) => leaf(field, REQUIRED, TYPE.INT32))],
    fields.map((field, i) => levelled(['x', repeated, field], [0, 1, 0, 0], [2, 2, 1, 0], 2, ints(4, [1 + 10 * i, 2 + 10 * i]))),
    [3],
    { children: 1 },
  ),
  expected: { x: values },
})
const keyValue = (name: string, converted: number, repeated: string, inner?: number): Layout => ({
  name,
  written: parquetFile(
    [
      group('x', OPTIONAL, 1, converted), group(repeated, REPEATED, 2, inner), leaf('key', REQUIRED, TYPE.BYTE_ARRAY, { 6: i32(CONVERTED.UTF8) }), leaf('value', OPTIONAL, TYPE.INT32)],
    [
      levelled(['x', repeated, 'key'], [0, 1, 0, 0], [2, 2, 1, 0], 2, strings(['a', 'b']), TYPE.BYTE_ARRAY),
      levelled(['x', repeated, 'value'], [0, 1, 0, 0], [3, 2, 1, 0], 2, ints(4, [7])),
    ],
    [3],
    { children: 1 },
  ),
  expected: { x: [[['a', '7'], ['b', null]], [], null] },
})

export const NESTED_LAYOUTS: readonly Layout[] = [
  threeLevels('a list of three levels', 'list', 'element'),
  threeLevels('a list as Hive names it', 'bag', 'array_element'),
  threeLevels('a list as Arrow once named it', 'list', 'item'),
  {
    name: 'a repeated column that is no list',
    written: parquetFile([leaf('x', REPEATED, TYPE.INT32)], [levelled(['x'], [0, 1, 0, 0], [1, 1, 0, 1], 1, ints(4, [1, 2, 3]))], [3]),
    expected: { x: [['1', '2'], [], ['3']] },
  },
  {
    name: 'a list of two levels',
    written: parquetFile([group('x', OPTIONAL, 1, CONVERTED.LIST), leaf('array', REPEATED, TYPE.INT32)], [levelled(['x', 'array'], [0, 1, 0, 0], [2, 2, 1, 0], 2, ints(4, [1, 2]))], [3]),
    expected: { x: [['1', '2'], [], null] },
  },
  structs('a list of structs of two levels', 'element', ['a', 'b'], [[{ a: '1', b: '11' }, { a: '2', b: '12' }], [], null]),
  // as the format's rules for old lists have it
  ...['array', 'x_tuple'].map((name): Layout => ({ ...structs(`a list of structs of one field, named ${name}`, name, ['a'], [[{ a: '1' }, { a: '2' }], [], null]), unwitnessed: 'DuckDB takes the group for the list itself' })),
  keyValue('a map', CONVERTED.MAP, 'key_value'),
  keyValue('a map as parquet-java once wrote it', CONVERTED.MAP, 'map', CONVERTED.MAP_KEY_VALUE),
  // DuckDB, which the planner is, does not open it.
  { ...keyValue('a map that is MAP_KEY_VALUE itself', CONVERTED.MAP_KEY_VALUE, 'map'), expected: { x: CORRUPT } },
  {
    name: 'a struct that is NULL, and one whose field is',
    written: parquetFile(
      [group('x', OPTIONAL, 1), leaf('a', OPTIONAL, TYPE.INT32)],
      [{ path: ['x', 'a'], type: TYPE.INT32, chunks: [{ values: 3, pages: [pageV1(ints(4, [5]), { values: 3, definition: withLength(groups([2, 1, 0], 2)) })] }] }],
      [3],
    ),
    expected: { x: [{ a: '5' }, { a: null }, null] },
  },
  {
    name: 'leaves of a struct that do not agree on its NULLs',
    written: parquetFile(
      [group('x', OPTIONAL, 2), leaf('a', OPTIONAL, TYPE.INT32), leaf('b', OPTIONAL, TYPE.INT32)],
      ['a', 'b'].map((field, i): Leaf => ({ path: ['x', field], type: TYPE.INT32, chunks: [{ values: 2, pages: [pageV1(ints(4, []), { values: 2, definition: withLength(groups(i ? [1, 1] : [0, 1], 2)) })] }] })),
      [2],
      { children: 1 },
    ),
    expected: { x: CORRUPT },
    unwitnessed: 'DuckDB takes the first',
  },
  {
    name: 'a list that begins within itself',
    written: parquetFile([leaf('x', REPEATED, TYPE.INT32)], [levelled(['x'], [1, 1, 0], [1, 1, 1], 1, ints(4, [1, 2, 3]))], [2]),
    expected: { x: CORRUPT },
    unwitnessed: 'DuckDB reads something',
  },
  {
    name: 'leaves of a list that do not agree on its length',
    written: parquetFile(
      [group('x', OPTIONAL, 1, CONVERTED.LIST), group('element', REPEATED, 2), leaf('a', REQUIRED, TYPE.INT32), leaf('b', REQUIRED, TYPE.INT32)],
      [levelled(['x', 'element', 'a'], [0, 1, 0], [2, 2, 2], 2, ints(4, [1, 2, 3])), levelled(['x', 'element', 'b'], [0, 0, 1], [2, 2, 2], 2, ints(4, [1, 2, 3]))],
      [2],
      { children: 1 },
    ),
    expected: { x: CORRUPT },
    unwitnessed: 'DuckDB reads something',
  },
]

