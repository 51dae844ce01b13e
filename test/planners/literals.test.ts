/** Constants of every type reach the plan exactly; integers beyond 2^53 survive the JSON between DuckDB and us. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Expr } from '../../src/plan/nodes.ts'
import { openDuckDbPlanner } from '../../src/planners/duckdb/index.ts'
import type { SqlPlanner } from '../../src/planners/duckdb/index.ts'
import { parseExactJson } from '../../src/planners/duckdb/json.ts'

let planner: SqlPlanner
beforeAll(async () => {
  planner = await openDuckDbPlanner()
})
afterAll(() => planner.close())

const constant = async (sql: string): Promise<Expr | undefined> => {
  const { plan } = await planner.plan(`SELECT ${sql}`)
  return plan.root.op === 'project' ? plan.root.exprs[0] : undefined
}

describe('literals', () => {
  const cases: readonly (readonly [string, unknown, string])[] = [
    ['true', true, 'bool'],
    ['false', false, 'bool'],
    ['0', 0, 'int32'],
    ['-7::TINYINT', -7, 'int8'],
    ['300::SMALLINT', 300, 'int16'],
    ['2147483647', 2147483647, 'int32'],
    ['0::BIGINT', '0', 'int64'],
    ['9007199254740993', '9007199254740993', 'int64'],
    ['(-9223372036854775808)::BIGINT', '-9223372036854775808', 'int64'],
    ['0::HUGEINT', '0', 'int128'],
    ['5::HUGEINT', '5', 'int128'],
    ['-1::HUGEINT', '-1', 'int128'],
    ['12345678901234567890123', '12345678901234567890123', 'int128'],
    ['-170141183460469231731687303715884105727::HUGEINT', '-170141183460469231731687303715884105727', 'int128'],
    ['255::UTINYINT', 255, 'uint8'],
    ['65535::USMALLINT', 65535, 'uint16'],
    ['4294967295::UINTEGER', 4294967295, 'uint32'],
    ['18446744073709551615::UBIGINT', '18446744073709551615', 'uint64'],
    ['1.5::FLOAT', 1.5, 'float'],
    ['0.1::FLOAT', Math.fround(0.1), 'float'],
    ['0.1::DOUBLE', 0.1, 'double'],
    ['1e300', 1e300, 'double'],
    ['5e-324', 5e-324, 'double'],
    ['1234567890123456789.0::DOUBLE', 1234567890123456800, 'double'],
    ['-0.0::DOUBLE', -0, 'double'],
    ["'nan'::DOUBLE", 'NaN', 'double'],
    ["'inf'::DOUBLE", 'Infinity', 'double'],
    ["'-inf'::FLOAT", '-Infinity', 'float'],
    ['1.50', '1.50', 'decimal(3,2)'],
    ['-0.05::DECIMAL(4,2)', '-0.05', 'decimal(4,2)'],
    ['7::DECIMAL(5,0)', '7', 'decimal(5,0)'],
    ['-123456789012.5::DECIMAL(15,3)', '-123456789012.500', 'decimal(15,3)'],
    ['99999999999999999999999999999999999.999::DECIMAL(38,3)', '99999999999999999999999999999999999.999', 'decimal(38,3)'],
    ['-1234567890123456789012345.67::DECIMAL(38,2)', '-1234567890123456789012345.67', 'decimal(38,2)'],
    ["DATE '2024-02-29'", '2024-02-29', 'date'],
    ["DATE '1969-12-31'", '1969-12-31', 'date'],
    ["DATE '0001-01-01'", '0001-01-01', 'date'],
    ["DATE '12345-06-07'", '12345-06-07', 'date'],
    ["TIMESTAMP '2024-02-29 13:45:00.5'", '2024-02-29 13:45:00.5', 'timestamp'],
    ["TIMESTAMP '1969-12-31 23:59:59.999999'", '1969-12-31 23:59:59.999999', 'timestamp'],
    ["TIMESTAMP '1970-01-01'", '1970-01-01 00:00:00', 'timestamp'],
    ["TIMESTAMPTZ '2024-02-29 13:45:00.123456+02'", '2024-02-29T11:45:00.123456Z', 'timestamptz'],
    ["''", '', 'string'],
    [`'é"\\' || chr(10) || '''NaN, 12345678901234567890'`, 'é"\\\n\'NaN, 12345678901234567890', 'string'],
    ['NULL::DECIMAL(9,4)', null, 'decimal(9,4)'],
    ['NULL::VARCHAR', null, 'string'],
    ['[1, 2]', '[1,2]', 'array<int32>'],
    ['[[1], NULL]', '[[1],null]', 'array<array<int32>>'],
  ]
  for (const [sql, value, type] of cases)
    test(sql, async () => {
      expect(await constant(sql)).toEqual({ expr: 'literal', value, type })
    })

  for (const [sql, node] of [
    ["TIME '12:00:00'", 'TIME'],
    ["'x'::BLOB", 'BLOB'],
    ["{'a': 1}", 'STRUCT'],
    ['1::UHUGEINT', 'UHUGEINT'],
    ["TIMESTAMP_S '2020-01-01'", 'TIMESTAMP_S'],
  ] as const)
    test(`${sql} is refused`, async () => {
      await expect(constant(sql)).rejects.toMatchObject({ code: 'UNSUPPORTED_TYPE', refusals: [{ code: 'TYPE', node }] })
    })

  test('infinite dates are refused', async () => {
    await expect(constant("DATE 'infinity'")).rejects.toMatchObject({ code: 'UNSUPPORTED_TYPE' })
  })
})

describe('exact JSON', () => {
  test('long integers and bare words become strings, nothing else', () => {
    const text =
      '{"a":18446744073709551615,"b":[-9223372036854775808,NaN,-Infinity,Infinity],"c":0.125000000000000000000,"d":1234567890123456789.5,"e":1e21,"f":"x: 12345678901234567890, NaN \\" 9999999999999999","g":123456789012345}'
    expect(parseExactJson(text)).toEqual({
      a: '18446744073709551615',
      b: ['-9223372036854775808', 'NaN', '-Infinity', 'Infinity'],
      c: 0.125,
      d: 1234567890123456800,
      e: 1e21,
      f: 'x: 12345678901234567890, NaN " 9999999999999999',
      g: 123456789012345,
    })
  })
})
