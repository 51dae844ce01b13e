/** Files in layouts that older or other writers made, and what is in them: values, or codes of which one is the error that reading the column is. */
import { gzipSync } from 'node:zlib'
import {
  bytes, type Chunk, CODEC, concat, CONVERTED, deltas, dictionaryPage, doubles, ENCODING, groups, hadoopLz4, i32, i64, indexPage, ints, leaf, lz4Block, oneColumn, OPTIONAL, packed, parquetFile,
  packedFromTop, pageV1, pageV2, REQUIRED, run, strings, type Struct, TYPE, withLength, type Written,
} from './parquet-writer.ts'
import { CORRUPT, type Layout, NESTED_LAYOUTS } from './parquet-layouts-nested.ts'

const int = leaf('x', REQUIRED, TYPE.INT32)
const maybeInt = leaf('x', OPTIONAL, TYPE.INT32)
const text = leaf('x', REQUIRED, TYPE.BYTE_ARRAY, { 6: i32(CONVERTED.UTF8) })
const TEN = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
const tenChunk = (pages: Chunk['pages'], more: Partial<Chunk> = {}): Chunk => ({ pages, values: 10, ...more })
const x = (values: readonly unknown[]) => ({ x: values.map((value) => (typeof value === 'number' || typeof value === 'bigint' ? String(value) : value)) })
/** Definition levels of OPTIONAL columns with their length, NULL where a level is 0. */
const HALF = [1, 0, 1, 0, 1, 1, 1, 1, 0, 1]
const halves = HALF.map((level, i) => (level ? TEN.slice(0, HALF.slice(0, i + 1).filter(Boolean).length).at(-1)! : null))
const seven = ints(4, TEN.slice(0, 7))

const pages: Layout[] = [
  { name: 'required columns that say BIT_PACKED of the levels they have not', written: oneColumn(int, TYPE.INT32, [tenChunk([pageV1(ints(4, TEN), { values: 10, levelEncoding: ENCODING.BIT_PACKED })])]), expected: x(TEN) },
  {
    name: 'definition levels in the deprecated order of bits',
    written: oneColumn(maybeInt, TYPE.INT32, [tenChunk([pageV1(seven, { values: 10, definition: packedFromTop(HALF, 1), levelEncoding: ENCODING.BIT_PACKED })])]),
    expected: { x: { codes: ['FILE_CORRUPT', 'FILE_FORMAT', 'UNSUPPORTED_TYPE'] } },
    unwitnessed: 'DuckDB does not heed how levels lie',
  },
  { name: 'levels as one group', written: oneColumn(maybeInt, TYPE.INT32, [tenChunk([pageV1(seven, { values: 10, definition: withLength(groups(HALF, 1)) })])]), expected: x(halves) },
  {
    name: 'levels as many short runs, some empty',
    written: oneColumn(maybeInt, TYPE.INT32, [tenChunk([pageV1(seven, { values: 10, definition: withLength(concat(...HALF.map((level) => run(level, 1, 1)))) })])]),
    expected: x(halves),
  },
  {
    name: 'levels and indexes that run on beyond the values',
    written: oneColumn(maybeInt, TYPE.INT32, [tenChunk([dictionaryPage(ints(4, [7, 8]), 2), pageV1(concat([1], run(1, 900, 1)), { values: 10, encoding: ENCODING.RLE_DICTIONARY, definition: withLength(run(1, 64, 1)) })], { encodings: [0, 3, 8] })]),
    expected: x(new Array(10).fill(8)),
  },
  {
    name: 'a page of no values, an index page, then values',
    written: oneColumn(int, TYPE.INT32, [tenChunk([pageV1(new Uint8Array(0), { values: 0 }), indexPage(Uint8Array.of(1, 2, 3)), pageV1(ints(4, TEN.slice(0, 4)), { values: 4 }), pageV1(ints(4, TEN.slice(4)), { values: 6 })])]),
    expected: x(TEN),
    unwitnessed: 'DuckDB knows no index pages',
  },
  {
    name: 'plain, dictionary and delta pages in one chunk',
    written: oneColumn(int, TYPE.INT32, [
      tenChunk(
        [
          dictionaryPage(ints(4, [0, 1, 2]), 3, ENCODING.PLAIN_DICTIONARY),
          pageV1(concat([2], groups([0, 1, 2], 2)), { values: 3, encoding: ENCODING.PLAIN_DICTIONARY }),
          pageV1(ints(4, [3, 4]), { values: 2 }),
          pageV2(deltas([5n, 6n, 7n, 8n, 9n]), { values: 5, encoding: ENCODING.DELTA }),
        ],
        { encodings: [2, 0, 5] },
      ),
    ]),
    expected: x(TEN),
  },
  ...(['unsaid', 'zero'] as const).map((dictionaryOffset): Layout => ({
    name: `a dictionary whose place is ${dictionaryOffset}`,
    written: oneColumn(int, TYPE.INT32, [tenChunk([dictionaryPage(ints(4, TEN), 10), pageV1(concat([4], groups(TEN, 4)), { values: 10, encoding: ENCODING.RLE_DICTIONARY })], { encodings: [8, 0], dictionaryOffset })]),
    expected: x(TEN),
  })),
  ...(['parquet-mr', 'parquet-mr version 1.2.8 (build 1)', 'parquet-mr version 1.2.9'] as const).map((createdBy): Layout => {
    const pages = [dictionaryPage(ints(4, TEN), 10), pageV1(concat([4], groups(TEN, 4)), { values: 10, encoding: ENCODING.RLE_DICTIONARY })]
    return {
      name: `a dictionary whose header is not counted, by ${createdBy}`,
      written: parquetFile([int], [{ path: ['x'], type: TYPE.INT32, chunks: [tenChunk(pages, { encodings: [8, 0], dictionaryOffset: 'unsaid', uncounted: 12 }), tenChunk(pages, { encodings: [8, 0], dictionaryOffset: 'unsaid', uncounted: 12 })] }], [10, 10], { createdBy }),
      expected: createdBy.endsWith('9') ? { x: { codes: ['FILE_CORRUPT'] } } : x([...TEN, ...TEN]),
      unwitnessed: 'DuckDB reads on behind a chunk whoever wrote it',
    }
  }),
  { name: 'a footer of no rows, and row groups that have some', written: parquetFile([int], [{ path: ['x'], type: TYPE.INT32, chunks: [tenChunk([pageV1(ints(4, TEN), { values: 10 })])] }], [10], { saidRows: 0 }), expected: x(TEN) },
  {
    name: 'a footer of other rows than its row groups',
    written: parquetFile([int], [{ path: ['x'], type: TYPE.INT32, chunks: [tenChunk([pageV1(ints(4, TEN), { values: 10 })])] }], [10], { saidRows: 11 }),
    expected: { x: { codes: ['FILE_CORRUPT'] } },
  },
  {
    name: 'an empty dictionary under NULLs alone',
    written: oneColumn(maybeInt, TYPE.INT32, [tenChunk([dictionaryPage(new Uint8Array(0), 0), pageV1(Uint8Array.of(0), { values: 10, encoding: ENCODING.RLE_DICTIONARY, definition: withLength(run(0, 10, 1)) })], { encodings: [8, 0] })]),
    expected: x(new Array(10).fill(null)),
  },
  {
    name: 'indexes of no bits',
    written: oneColumn(int, TYPE.INT32, [tenChunk([dictionaryPage(ints(4, [5]), 1), pageV1(concat([0], run(0, 10, 0)), { values: 10, encoding: ENCODING.RLE_DICTIONARY })], { encodings: [8, 0] })]),
    expected: x(new Array(10).fill(5)),
  },
  {
    name: 'indexes of 32 bits',
    written: oneColumn(int, TYPE.INT32, [tenChunk([dictionaryPage(ints(4, TEN), 10), pageV1(concat([32], groups(TEN.slice(0, 8), 32), run(9, 2, 32)), { values: 10, encoding: ENCODING.RLE_DICTIONARY })], { encodings: [8, 0] })]),
    expected: x([...TEN.slice(0, 8), 9, 9]),
  },
  {
    name: 'an index beyond the dictionary',
    written: oneColumn(int, TYPE.INT32, [tenChunk([dictionaryPage(ints(4, [1, 2, 3]), 3), pageV1(concat([2], run(1, 9, 2), run(3, 1, 2)), { values: 10, encoding: ENCODING.RLE_DICTIONARY })], { encodings: [8, 0] })]),
    expected: { x: CORRUPT },
  },
  {
    name: 'v2 pages that are not compressed in a compressed chunk',
    written: oneColumn(maybeInt, TYPE.INT32, [
      tenChunk([
        pageV2(ints(4, TEN.slice(0, 4)), { values: 5, nulls: 1, codec: CODEC.SNAPPY, isCompressed: false, definition: groups([1, 1, 0, 1, 1], 1) }),
        pageV2(ints(4, [4]), { values: 2, nulls: 1, codec: CODEC.SNAPPY, isCompressed: true, definition: groups([1, 0], 1) }),
        pageV2(new Uint8Array(0), { values: 3, nulls: 3, codec: CODEC.SNAPPY, isCompressed: false, definition: run(0, 3, 1) }),
      ], { codec: CODEC.SNAPPY }),
    ]),
    expected: x([0, 1, null, 2, 3, 4, null, null, null, null]),
  },
  {
    name: 'chunks that lie apart, in several row groups, one of no rows',
    written: oneColumn(int, TYPE.INT32, [tenChunk([pageV1(ints(4, TEN), { values: 10 })], { gap: 40 }), { pages: [], values: 0 }, tenChunk([pageV1(ints(4, TEN), { values: 10 })], { gap: 5000 })]),
    expected: x([...TEN, ...TEN]),
  },
  {
    name: 'booleans as runs, plain, and with levels',
    written: oneColumn(leaf('x', OPTIONAL, TYPE.BOOLEAN), TYPE.BOOLEAN, [
      tenChunk([
        pageV1(packed([1, 0, 1], 1), { values: 4, definition: withLength(groups([1, 0, 1, 1], 1)) }),
        pageV1(withLength(concat(run(1, 3, 1), run(0, 1, 1))), { values: 4, encoding: ENCODING.RLE, definition: withLength(run(1, 4, 1)) }),
        pageV2(withLength(groups([0, 1], 1)), { values: 2, encoding: ENCODING.RLE, definition: run(1, 2, 1) }),
      ]),
    ]),
    expected: x([true, null, false, true, true, true, true, false, false, true]),
  },
  { name: 'fewer values than the chunk says', written: oneColumn(int, TYPE.INT32, [{ pages: [pageV1(ints(4, TEN), { values: 10 })], values: 11 }]), expected: { x: CORRUPT } },
  { name: 'more values than the row group has rows', written: oneColumn(int, TYPE.INT32, [{ pages: [pageV1(ints(4, TEN), { values: 10 })], values: 10, rows: 9 }]), expected: { x: CORRUPT }, unwitnessed: 'DuckDB stops at the ninth' },
  { name: 'a page that ends within its values', written: oneColumn(int, TYPE.INT32, [tenChunk([pageV1(ints(4, TEN.slice(1)), { values: 10 })])]), expected: { x: CORRUPT } },
  { name: 'a string that runs over the end of its page', written: oneColumn(text, TYPE.BYTE_ARRAY, [{ pages: [pageV1(concat([9, 0, 0, 0], Buffer.from('short')), { values: 1 })], values: 1 }]), expected: { x: CORRUPT } },
]

const WORDS = ['', 'a', 'longer than twelve bytes', 'žluť']
const word = (codec: number, body: Uint8Array): Layout['written'] =>
  oneColumn(text, TYPE.BYTE_ARRAY, [{ codec, values: 4, pages: [{ ...pageV1(strings(WORDS), { values: 4 }), stored: body }] }])

const codecs: Layout[] = [
  { name: 'LZ4 in the frames of Hadoop', written: word(CODEC.LZ4, hadoopLz4(strings(WORDS))), expected: x(WORDS), unwitnessed: 'DuckDB has no LZ4 but lz4_raw' },
  { name: 'LZ4 in several frames of Hadoop', written: word(CODEC.LZ4, hadoopLz4(strings(WORDS), 11)), expected: x(WORDS), unwitnessed: 'DuckDB has no LZ4 but lz4_raw' },
  { name: 'LZ4 as a bare block under the old number', written: word(CODEC.LZ4, lz4Block(strings(WORDS))), expected: x(WORDS), unwitnessed: 'DuckDB has no LZ4 but lz4_raw' },
  { name: 'gzip in several members', written: word(CODEC.GZIP, concat(gzipSync(strings(WORDS).subarray(0, 9)), gzipSync(strings(WORDS).subarray(9)))), expected: x(WORDS), unwitnessed: 'DuckDB reads the first' },
  { name: 'LZO', written: word(CODEC.LZO, strings(WORDS)), expected: { x: { codes: ['FILE_CORRUPT', 'FILE_FORMAT', 'UNSUPPORTED_TYPE'] } } },
  { name: 'a codec there is not', written: word(77, strings(WORDS)), expected: { x: { codes: ['FILE_CORRUPT', 'FILE_FORMAT', 'UNSUPPORTED_TYPE'] } } },
  { name: 'data that decompress to more than is said', written: word(CODEC.GZIP, gzipSync(concat(strings(WORDS), new Uint8Array(5000)))), expected: { x: CORRUPT }, unwitnessed: 'DuckDB reads what it wants' },
  { name: 'data that decompress to less than is said', written: word(CODEC.GZIP, gzipSync(strings(WORDS).subarray(0, 20))), expected: { x: CORRUPT } },
]

const D = (digits: number, scale: number): Struct => ({ 6: i32(CONVERTED.DECIMAL), 7: i32(scale), 8: i32(digits) })
const one = (column: Struct, type: number, body: Uint8Array, values: number): Written => oneColumn(column, type, [{ pages: [pageV1(body, { values })], values }])
const plainInts = (converted: number, values: readonly number[]): Written => one(leaf('x', REQUIRED, TYPE.INT32, { 6: i32(converted) }), TYPE.INT32, ints(4, values), values.length)
const plainLongs = (converted: number, values: readonly bigint[]): Written => one(leaf('x', REQUIRED, TYPE.INT64, { 6: i32(converted) }), TYPE.INT64, ints(8, values), values.length)

const LONGS = Array.from({ length: 600 }, (_, i) => (i % 97 === 0 ? -(1n << 63n) + BigInt(i) : BigInt(i) ** 3n))

const types: Layout[] = [
  { name: 'decimals of bytes of any length', written: one(leaf('x', REQUIRED, TYPE.BYTE_ARRAY, D(9, 2)), TYPE.BYTE_ARRAY, strings([[5], [0xff], [0, 0, 0, 0, 1, 0], [0xff, 0xff, 0xff, 0xff, 0], [0x3b, 0x9a, 0xc9, 0xff]].map((b) => Uint8Array.from(b))), 5), expected: { x: ['0.05', '-0.01', '2.56', '-2.56', '9999999.99'] } },
  { name: 'decimals of bytes with 38 digits', written: one(leaf('x', REQUIRED, TYPE.BYTE_ARRAY, D(38, 0)), TYPE.BYTE_ARRAY, strings([Buffer.from('4b3b4ca85a86c47a098a223fffffffff', 'hex'), Buffer.from('b4c4b357a5793b85f675ddc000000001', 'hex'), Uint8Array.of(0x80)]), 3), expected: { x: ['9'.repeat(38), `-${'9'.repeat(38)}`, '-128'] } },
  { name: 'a decimal of more digits than the type has', written: one(leaf('x', REQUIRED, TYPE.BYTE_ARRAY, D(4, 2)), TYPE.BYTE_ARRAY, strings([Uint8Array.of(0x27, 0x10)]), 1), expected: { x: CORRUPT }, unwitnessed: 'DuckDB believes the type' },
  { name: 'a decimal of more digits, as an integer', written: one(leaf('x', REQUIRED, TYPE.INT32, D(4, 2)), TYPE.INT32, ints(4, [10000]), 1), expected: { x: CORRUPT }, unwitnessed: 'DuckDB believes the type' },
  { name: 'a decimal of 17 fixed bytes', written: one(leaf('x', REQUIRED, TYPE.FIXED, { 2: i32(17), ...D(38, 0) }), TYPE.FIXED, Uint8Array.from([...new Array(17).fill(0xff), ...new Array(16).fill(0), 7]), 2), expected: { x: ['-1', '7'] } },
  { name: 'a decimal of one fixed byte', written: one(leaf('x', REQUIRED, TYPE.FIXED, { 2: i32(1), ...D(2, 1) }), TYPE.FIXED, Uint8Array.of(0x80 + 30, 99), 2), expected: { x: ['-9.8', '9.9'] } },
  { name: 'ENUM, JSON', written: one(leaf('x', REQUIRED, TYPE.BYTE_ARRAY, { 6: i32(CONVERTED.ENUM) }), TYPE.BYTE_ARRAY, strings(['RED', 'BLUE']), 2), expected: x(['RED', 'BLUE']) },
  { name: 'INT_8 and what it cannot hold', written: plainInts(CONVERTED.INT_8, [127, -128]), expected: x([127, -128]) },
  { name: 'UINT_8', written: plainInts(CONVERTED.UINT_8, [0, 255]), expected: x([0, 255]) },
  { name: 'UINT_16', written: plainInts(CONVERTED.UINT_16, [0, 65535]), expected: x([0, 65535]) },
  { name: 'UINT_32', written: plainInts(CONVERTED.UINT_32, [0, -1]), expected: x([0, 4294967295]) },
  { name: 'UINT_64', written: plainLongs(CONVERTED.UINT_64, [0n, -1n]), expected: x([0n, 18446744073709551615n]) },
  { name: 'DATE', written: plainInts(CONVERTED.DATE, [0, -1]), expected: { x: ['1970-01-01', '1969-12-31'] } },
  { name: 'TIMESTAMP_MILLIS', written: plainLongs(CONVERTED.TIMESTAMP_MILLIS, [0n, -1n]), expected: { x: ['1970-01-01 00:00:00', '1969-12-31 23:59:59.999'] } },
  { name: 'TIMESTAMP_MICROS', written: plainLongs(CONVERTED.TIMESTAMP_MICROS, [-1n]), expected: { x: ['1969-12-31 23:59:59.999999'] } },
  { name: 'TIMESTAMP_MILLIS beyond microseconds', written: plainLongs(CONVERTED.TIMESTAMP_MILLIS, [1n << 60n]), expected: { x: { codes: ['OVERFLOW', 'FILE_CORRUPT'] } } },
  {
    name: 'INT96, before and after 1970, and Julian days below zero',
    written: one(leaf('x', REQUIRED, TYPE.INT96), TYPE.INT96, concat(ints(8, [1000]), ints(4, [2440588]), ints(8, [86_399_999_999_000n]), ints(4, [2440587]), ints(8, [0]), ints(4, [0])), 3),
    expected: { x: ['1970-01-01 00:00:00.000001', '1969-12-31 23:59:59.999999', '4714-11-24 (BC) 00:00:00'] },
  },
  {
    name: 'an INT96 beyond microseconds',
    written: one(leaf('x', REQUIRED, TYPE.INT96), TYPE.INT96, concat(ints(8, [-32_400_000_000_000n]), ints(4, [-105_862_232])), 1),
    expected: { x: { codes: ['OVERFLOW', 'FILE_CORRUPT'] } }, unwitnessed: 'DuckDB wraps it',
  },
  {
    name: 'a string that is no UTF-8',
    written: one(text, TYPE.BYTE_ARRAY, strings(['ok', Uint8Array.of(0x61, 0xff, 0xfe)]), 2), expected: { x: { codes: ['FILE_CORRUPT', 'values'] } },
  },
  {
    name: 'deltas in blocks of other sizes, and widths said of what is not there',
    written: oneColumn(leaf('x', REQUIRED, TYPE.INT64), TYPE.INT64, [{ values: 600, encodings: [5], pages: [pageV1(deltas(LONGS.slice(0, 300), 256, 8, 61), { values: 300, encoding: ENCODING.DELTA }), pageV1(deltas(LONGS.slice(300, 301)), { values: 1, encoding: ENCODING.DELTA }), pageV1(deltas(LONGS.slice(301), 128, 1), { values: 299, encoding: ENCODING.DELTA })] }]),
    expected: x(LONGS),
  },
]

const claimed = (statistics: Struct, column = int): Written => oneColumn(column, TYPE.INT32, [tenChunk([pageV1(ints(4, TEN.map((v) => v * 1000)), { values: 10 })], { statistics })])
const bounds = (min: Uint8Array, max: Uint8Array, nulls?: number): Struct => ({ 3: nulls === undefined ? undefined : i64(nulls), 5: bytes(max), 6: bytes(min) })
const THOUSANDS = x(TEN.map((v) => v * 1000))
/** Statistics that are not true: the values, or an error. */
const statistics: Layout[] = [
  { name: 'bounds narrower than the values', written: claimed(bounds(ints(4, [3]), ints(4, [5]))), expected: THOUSANDS },
  { name: 'bounds that promise one value', written: claimed(bounds(ints(4, [0]), ints(4, [0]))), expected: THOUSANDS },
  { name: 'a least above the greatest', written: claimed(bounds(ints(4, [9]), ints(4, [-9]))), expected: THOUSANDS },
  { name: 'bounds of a wrong length', written: claimed(bounds(Uint8Array.of(1), Uint8Array.of(1, 2, 3, 4, 5))), expected: THOUSANDS, unwitnessed: 'DuckDB refuses them' },
  { name: 'empty bounds', written: claimed(bounds(new Uint8Array(0), new Uint8Array(0))), expected: THOUSANDS, unwitnessed: 'DuckDB refuses them' },
  { name: 'only the old bounds, and wrong', written: claimed({ 1: bytes(ints(4, [5])), 2: bytes(ints(4, [3])) }), expected: THOUSANDS },
  { name: 'more NULLs than rows', written: claimed({ 3: i64(4000) }, int), expected: THOUSANDS },
  { name: 'a number of NULLs below zero', written: claimed({ 3: i64(-1) }, int), expected: THOUSANDS },
  {
    name: 'no NULLs said, and some there',
    written: oneColumn(maybeInt, TYPE.INT32, [tenChunk([pageV1(seven, { values: 10, definition: withLength(groups(HALF, 1)) })], { statistics: bounds(ints(4, [0]), ints(4, [9]), 0) })]),
    expected: x(halves),
  },
  {
    name: 'NULLs said, and none there',
    written: oneColumn(maybeInt, TYPE.INT32, [tenChunk([pageV1(ints(4, TEN), { values: 10, definition: withLength(run(1, 10, 1)) })], { statistics: { 3: i64(10) } })]),
    expected: x(TEN),
  },
  {
    name: 'bounds that are NaN',
    written: oneColumn(leaf('x', REQUIRED, TYPE.DOUBLE), TYPE.DOUBLE, [{ values: 2, pages: [pageV1(doubles([2, 1]), { values: 2 })], statistics: bounds(doubles([Number.NaN]), doubles([Number.NaN])) }]),
    expected: { x: ['4000000000000000', '3ff0000000000000'] },
  },
  {
    name: 'another row group whose bounds lie',
    written: oneColumn(int, TYPE.INT32, [0, 1].map((g) => tenChunk([pageV1(ints(4, TEN.map((v) => v * (g ? 100_000 : 1))), { values: 10 })], { statistics: bounds(ints(4, [0]), ints(4, [9])) }))),
    expected: x([...TEN, ...TEN.map((v) => v * 100_000)]),
  },
]

export const LAYOUTS: readonly Layout[] = [...pages, ...codecs, ...types, ...statistics, ...NESTED_LAYOUTS]
