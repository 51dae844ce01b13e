import { describe, expect, test } from 'vitest'
import * as t from '../../src/layout/types.ts'
import { parquetColumns } from '../../src/sources/parquet/schema.ts'
import type { SchemaElement } from '../../src/sources/parquet/schema-element.ts'
import { mayMatch } from '../../src/sources/parquet/statistics.ts'

const column = (element: Partial<SchemaElement>) =>
  parquetColumns([
    { name: 'root', children: 1 },
    { name: 'c', repetition: 'REQUIRED', ...element },
  ])[0]!

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
    [{ type: 'INT32', repetition: 'REPEATED' }, t.array(t.INT32)],
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
