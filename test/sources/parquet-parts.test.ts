import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bitmapBytes, getBit } from '../../src/layout/bits.ts'
import { fromWords } from '../../src/layout/chunk.ts'
import * as t from '../../src/layout/types.ts'
import { decodeHybrid, decodeValidity } from '../../src/sources/parquet/hybrid.ts'
import { parquetColumns } from '../../src/sources/parquet/schema.ts'
import type { SchemaElement } from '../../src/sources/parquet/schema-element.ts'
import { mayMatch } from '../../src/sources/parquet/statistics.ts'
import { checkZstd } from '../../src/sources/parquet/zstd-guard.ts'
import { storeFor } from '../../src/sources/parquet/stores.ts'

/** Runs of [count, value] repeated, or groups of 8 packed values, as a writer would lay them. */
const encodeHybrid = (runs: readonly (readonly [number, number] | readonly number[])[], width: number, packed: readonly boolean[]): Uint8Array => {
  const out: number[] = []
  const varint = (n: number) => {
    for (; n >= 128; n >>>= 7) out.push((n & 127) | 128)
    out.push(n)
  }
  runs.forEach((run, r) => {
    if (packed[r]) {
      varint(((run.length / 8) << 1) | 1)
      const bits = run.flatMap((value) => Array.from({ length: width }, (_, bit) => Number((BigInt(value) >> BigInt(bit)) & 1n)))
      for (let i = 0; i < bits.length; i += 8) out.push(bits.slice(i, i + 8).reduce((byte, bit, j) => byte | (bit << j), 0))
    } else {
      varint(run[0]! << 1)
      for (let byte = 0; byte < (width + 7) >> 3; byte++) out.push(Number((BigInt(run[1]!) >> BigInt(8 * byte)) & 255n))
    }
  })
  return Uint8Array.from(out)
}

describe('the hybrid of runs and packed groups', () => {
  test('decodes what was encoded, at every width', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 32 }),
        fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 40 }), fc.array(fc.nat(), { minLength: 16, maxLength: 16 })), {
          minLength: 1,
          maxLength: 6,
        }),
        (width, parts) => {
          const clip = (value: number) => Number(BigInt(value * 2 + 1) % (1n << BigInt(width)))
          const runs = parts.map(([packed, count, values]) => (packed ? values.map(clip) : [count, clip(values[0]!)]))
          const packed = parts.map(([p]) => p)
          const expected = runs.flatMap((run, i) => (packed[i] ? run : Array.from({ length: run[0]! }, () => run[1]!)))
          const bytes = encodeHybrid(runs, width, packed)
          const out = new Int32Array(expected.length)
          decodeHybrid(bytes, 0, bytes.length, width, expected.length, out)
          expect([...out].map((value) => value >>> 0)).toEqual(expected)
          if (width === 1) {
            const bits = new Uint8Array(bitmapBytes(expected.length + 3))
            expect(decodeValidity(bytes, 0, bytes.length, expected.length, bits, 3)).toBe(expected.filter((value) => value === 1).length)
            expect(expected.map((_, i) => getBit(bits, i + 3))).toEqual(expected.map((value) => value === 1))
          }
        },
      ),
      { numRuns: 300 },
    )
  })
  test('damage is an error, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 0, max: 40 }), (bytes, width) => {
        try {
          decodeHybrid(bytes, 0, bytes.length, width, 1000, new Int32Array(1000))
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError)
        }
      }),
    )
    expect(() => decodeHybrid(new Uint8Array(0), 0, 0, 1, 1, new Int32Array(1))).toThrow(RangeError)
  })
})

const column = (element: Partial<SchemaElement>) =>
  parquetColumns([
    { name: 'root', children: 1 },
    { name: 'c', repetition: 'REQUIRED', ...element },
  ])[0]!

describe('stores', () => {
  test('96-bit timestamps to microseconds, before 1970 too', () => {
    const bytes = new Uint8Array(24)
    const view = new DataView(bytes.buffer)
    view.setBigUint64(0, 1_999n, true)
    view.setInt32(8, 2440588, true)
    view.setBigUint64(12, 86_399_999_999_000n, true)
    view.setInt32(20, 2440587, true)
    const store = storeFor(column({ type: 'INT96' }), 2)
    store.plain(bytes, 0, 24, 2, 0)
    expect(store.chunks(2, undefined)).toMatchObject([{ kind: 'bigints', values: BigInt64Array.of(1n, -1n) }])
  })
  test('decimals in byte arrays of any length, at both widths', () => {
    for (const precision of [18, 38]) {
      const store = storeFor(column({ type: 'BYTE_ARRAY', converted: 'DECIMAL', precision, scale: 2 }), 4)
      store.decoded([Uint8Array.of(), Uint8Array.of(0x80), Uint8Array.of(0, 0x80), Uint8Array.of(0xff, 0xff, 0xff)], 4, 0)
      const chunk = store.chunks(4, undefined)[0]!
      const words = (chunk as { values: BigInt64Array }).values
      const values = precision === 18 ? [...words] : [0, 1, 2, 3].map((i) => fromWords(words[2 * i]!, words[2 * i + 1]!))
      expect(values).toEqual([0n, -128n, 128n, -1n])
    }
    const store = storeFor(column({ type: 'FIXED_LEN_BYTE_ARRAY', typeLength: 2, logical: { type: 'DECIMAL', precision: 3, scale: 0 } }), 1)
    expect(() => store.plain(Uint8Array.of(0x7f, 0xff), 0, 2, 1, 0)).toThrow(/more than 3 digits/)
  })
  test('half floats', () => {
    const store = storeFor(column({ type: 'FIXED_LEN_BYTE_ARRAY', typeLength: 2, logical: { type: 'FLOAT16' } }), 3)
    store.plain(Uint8Array.of(0, 0x3c, 0, 0x80, 0, 0xfc), 0, 6, 3, 0)
    expect(store.chunks(3, undefined)).toMatchObject([{ values: Float32Array.of(1, -0, Number.NEGATIVE_INFINITY) }])
  })
  test('a code beyond the dictionary is an error', () => {
    for (const element of [{ type: 'INT32' }, { type: 'INT64' }, { type: 'BYTE_ARRAY', converted: 'UTF8' }] as const) {
      const dictionary = storeFor(column(element), 1)
      dictionary.plain(new Uint8Array(8), 0, 8, 1, 0)
      expect(() => storeFor(column(element), 1).take(dictionary, Int32Array.of(1), 1, 0)).toThrow(/dictionary of 1/)
      expect(() => storeFor(column(element), 1).take(dictionary, Int32Array.of(-1), 1, 0)).toThrow(/dictionary of 1/)
    }
  })
})

describe('column types', () => {
  test.each<[Partial<SchemaElement>, t.SqlType | string]>([
    [{ type: 'INT32', converted: 'UINT_8' }, t.UINT8],
    [{ type: 'INT64', logical: { type: 'INTEGER', bitWidth: 64, isSigned: false } }, t.UINT64],
    [{ type: 'INT64', converted: 'TIMESTAMP_MICROS' }, t.TIMESTAMP],
    [{ type: 'INT64', converted: 'TIMESTAMP_MICROS', logical: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' } }, t.TIMESTAMPTZ],
    [{ type: 'INT64', logical: { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'NANOS' } }, t.TIMESTAMP],
    [{ type: 'INT32', converted: 'TIME_MILLIS' }, 'INT32 TIME_MILLIS'],
    [{ type: 'BYTE_ARRAY' }, t.BINARY],
    [{ type: 'BYTE_ARRAY', converted: 'BSON' }, t.BINARY],
    [{ type: 'FIXED_LEN_BYTE_ARRAY', typeLength: 16, logical: { type: 'UUID' } }, t.STRING],
    [{ type: 'FIXED_LEN_BYTE_ARRAY', typeLength: 12, converted: 'INTERVAL' }, 'FIXED_LEN_BYTE_ARRAY INTERVAL'],
    [{ type: 'BYTE_ARRAY', converted: 'ENUM' }, t.STRING],
    [{ type: 'FIXED_LEN_BYTE_ARRAY', typeLength: 32, converted: 'DECIMAL', precision: 76, scale: 0 }, 'FIXED_LEN_BYTE_ARRAY DECIMAL(76,0)'],
    [{ type: 'INT32', repetition: 'REPEATED' }, 'nested'],
  ])('%j', (element, type) => {
    expect(column(element).type).toEqual(typeof type === 'string' ? { unsupported: type } : type)
  })
})

describe('statistics', () => {
  const utf8 = column({ type: 'BYTE_ARRAY', converted: 'UTF8' })
  const bytes = (text: string) => Buffer.from(text)
  test('truncated string bounds still bound', () => {
    const truncated = { min: bytes('ab'), max: bytes('ac'), legacy: false }
    expect(mayMatch({ column: 'c', op: '=', value: 'abzzz' }, utf8, truncated, 10)).toBe(true)
    expect(mayMatch({ column: 'c', op: '>', value: 'ac' }, utf8, truncated, 10)).toBe(false)
    expect(mayMatch({ column: 'c', op: '<', value: 'ab' }, utf8, truncated, 10)).toBe(false)
  })
  test('bounds of old writers count only where signed order is right', () => {
    const i32 = column({ type: 'INT32' })
    const four = (n: number) => new Uint8Array(Int32Array.of(n).buffer)
    expect(mayMatch({ column: 'c', op: '>', value: 9 }, i32, { min: four(0), max: four(9), legacy: true }, 10)).toBe(false)
    expect(mayMatch({ column: 'c', op: '>', value: 'z' }, utf8, { min: bytes('a'), max: bytes('b'), legacy: true }, 10)).toBe(true)
  })
  test('nothing known, or bounds that make no sense: the row group stays', () => {
    expect(mayMatch({ column: 'c', op: '=', value: 'x' }, utf8, undefined, 10)).toBe(true)
    expect(mayMatch({ column: 'c', op: '=', value: 5 }, column({ type: 'INT32' }), { min: bytes('x'), max: bytes('y'), legacy: false }, 10)).toBe(true)
    const double = column({ type: 'DOUBLE' })
    const nan = new Uint8Array(Float64Array.of(Number.NaN).buffer)
    for (const op of ['=', '<', '<=', '>', '>='] as const)
      expect(mayMatch({ column: 'c', op, value: 5 }, double, { min: nan, max: nan, legacy: false }, 10)).toBe(true)
    expect(mayMatch({ column: 'c', op: 'is_null', value: null }, utf8, { nullCount: 3, legacy: false }, 10)).toBe(true)
  })
})

describe('Zstandard frames that the JavaScript decoder must not see', () => {
  const frame = (...block: number[]) => Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x20, 100, (block.length << 3) | 4 | 1, 0, 0, ...block)
  test('weights of one symbol, over which it would never end', () => {
    // literals in one stream with a tree; its weights: 2 bytes, table of 32 states, all of them one symbol's
    expect(() => checkZstd(frame(0x02, 0, 0, 2, 0xf0, 0x03, 0, 0), 100)).toThrow(/one symbol/)
    expect(() => checkZstd(frame(0x02, 0, 0, 2, 0xe0, 0x03, 0, 0), 100)).not.toThrow()
  })
  test('a size other than the page, a window beyond reason, nonsense', () => {
    expect(() => checkZstd(frame(0), 99)).toThrow(/100 bytes/)
    expect(() => checkZstd(Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0xa0, 1, 0, 0), 0)).toThrow(/window/)
    expect(() => checkZstd(Uint8Array.of(1, 2, 3, 4, 5), 0)).toThrow(/no Zstandard/)
    expect(() => checkZstd(frame(0).subarray(0, 7), 100)).toThrow()
  })
})
