import fc from 'fast-check'
import { DuckDBInstance } from '@duckdb/node-api'
import { describe, expect, test } from 'vitest'
import { formatDate, formatTimestamp, parseDate, parseTimestamp } from '../../src/layout/dates.ts'
import { formatLiteral, parseLiteral } from '../../src/layout/literal.ts'
import * as t from '../../src/layout/types.ts'
import { ALL_TYPES, valueOf } from './columns.ts'

describe('literals', () => {
  for (const type of ALL_TYPES) {
    test(`${t.typeName(type)}: formatLiteral and back, through JSON`, () => {
      fc.assert(
        fc.property(valueOf(type), (value) => {
          if (/date|timestamp/.test(type.kind) && BigInt(value as bigint) === t.typeRange(type)!.min) return // below -infinity: no such value
          expect(parseLiteral(JSON.parse(JSON.stringify(formatLiteral(value, type))), type)).toEqual(value)
        }),
        { numRuns: 200 },
      )
    })
  }
  test('the documented forms', () => {
    expect(parseLiteral('12.50', t.decimal(15, 2))).toBe(1250n)
    expect(parseLiteral('2024-02-29', t.DATE)).toBe(19782)
    expect(parseLiteral('2024-02-29 13:45:00.5', t.TIMESTAMP)).toBe(1709214300500000n)
    expect(parseLiteral('2024-02-29T13:45:00+02:00', t.TIMESTAMPTZ)).toBe(1709207100000000n)
    expect(parseLiteral('-5', t.INT64)).toBe(-5n)
    expect(parseLiteral(null, t.INT64)).toBe(null)
  })
  test.each([
    ['12.505', t.decimal(15, 2)],
    ['1e5', t.decimal(15, 2)],
    ['', t.decimal(15, 2)],
    ['.', t.decimal(15, 2)],
    ['1000', t.decimal(3, 0)],
    [128, t.INT8],
    [1.5, t.INT32],
    ['x', t.INT64],
    ['9223372036854775808', t.INT64],
    [2 ** 60, t.INT64],
    [-1, t.UINT8],
    ['2023-02-29', t.DATE],
    ['2024-13-01', t.DATE],
    [5, t.DATE],
    ['0000-01-01 (BC)', t.DATE],
    ['2024-02-29 25:00:00', t.TIMESTAMP],
    [1, t.BOOL],
    ['true', t.BOOL],
    [1, t.STRING],
    ['nan', t.DOUBLE],
    ['0x10', t.DOUBLE],
    [true, t.DOUBLE],
    [1, t.NULL],
  ])('%j is no %j', (literal, type) => {
    expect(() => parseLiteral(literal, type)).toThrow(expect.objectContaining({ name: 'PlanError', code: 'INVALID_PLAN' }))
  })
})

test('dates and timestamps print as DuckDB prints them', async () => {
  const days = [-2147483647, 2147483647, -2147483646, 2147483646, 0, -1, 19782, -719163, -719528, -719529, 2932896, 2932897, 11016, -141428]
  for (let i = 0; i < 300; i++) days.push(Math.trunc((Math.sin(i) * 1e6 * i) % 4e6))
  const micros = days.map((day, i) => BigInt(day % 100_000_000) * 86_400_000_000n + (BigInt(i * 12_345_678_901) % 86_400_000_000n))
  const instance = await DuckDBInstance.create()
  const connection = await instance.connect()
  await connection.run("SET TimeZone = 'UTC'")
  const dates = await connection.runAndReadAll(
    `SELECT d::VARCHAR FROM (SELECT unnest([${days.map((d) => (Math.abs(d) === 2147483647 ? `'${d < 0 ? '-' : ''}infinity'::DATE` : `DATE '1970-01-01' + (${d})::INTEGER`))}]) AS d)`,
  )
  expect(days.map(formatDate)).toEqual(dates.getRows().map((row) => row[0]))
  const stamps = await connection.runAndReadAll(`SELECT make_timestamp(m)::VARCHAR FROM (SELECT unnest([${micros.join('::BIGINT,')}::BIGINT]) AS m)`)
  expect(micros.map((m) => formatTimestamp(m, false))).toEqual(stamps.getRows().map((row) => row[0]))
  for (const day of days) expect(parseDate(formatDate(day))).toBe(day)
  for (const m of micros) {
    expect(parseTimestamp(formatTimestamp(m, false))).toBe(m)
    expect(parseTimestamp(formatTimestamp(m, true))).toBe(m)
  }
  connection.closeSync()
  instance.closeSync()
})
