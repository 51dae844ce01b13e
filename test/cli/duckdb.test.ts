import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DuckDb, openDuckDb } from '../../src/cli/duckdb.ts'

let duckdb: DuckDb
beforeAll(async () => {
  duckdb = await openDuckDb(1)
  await duckdb.exec("create table t as select * from (values (1, 'x', 1.5), (2, 'y', 2.5)) v(a, b, c)")
})
afterAll(() => duckdb.close())

test("values in the API's forms", async () => {
  const { columns, rows } = await duckdb.query(`select
    true a, 1::tinyint b, 2::bigint c, 3::hugeint d, 1.5::float e, -0.0::double f, (-0.05)::decimal(38,10) g, date '2024-02-29' h,
    timestamp '2024-02-29 13:45:00.1230' i, timestamptz '2024-02-29 13:45:00.5+01' j, date '0001-01-01' - 1 k, 'ü' l, '\\x00\\xFF'::blob m, null n,
    timestamp '1969-12-31 23:59:59.999999' o, date '12000-03-01' p, 18446744073709551615::ubigint q`)
  expect(columns.map((column) => column.type).slice(0, 13)).toEqual(
    ['bool', 'int8', 'int64', 'int128', 'float', 'double', 'decimal(38,10)', 'date', 'timestamp', 'timestamptz', 'date', 'string', 'binary'],
  )
  expect(rows[0]).toEqual([
    true, 1, 2n, 3n, 1.5, -0, '-0.0500000000', '2024-02-29',
    '2024-02-29 13:45:00.123', '2024-02-29T12:45:00.5Z', '0001-12-31 (BC)', 'ü', new Uint8Array([0, 255]), null,
    '1969-12-31 23:59:59.999999', '12000-03-01', 18446744073709551615n,
  ])
})

describe('the order a statement asks for', () => {
  test.each([
    ['select a, b from t', []],
    ['select a, b from t order by b', [1]],
    ['select a, b from t order by 2 desc, a', [1, 0]],
    ['select a as x, b from t order by t.a', [0]],
    ['select t.a, b from t order by a', [0]],
    ['select a + 1, b from t order by a + 1', [0]],
    ['select a, b from t order by c', []],
    ['select b, count(*) from t group by b order by count(*) desc, b', [1, 0]],
    ['select * from t order by b', [1]],
    ['select * from t order by all', [0, 1, 2]],
    ['(select a from t union all select 2) order by a', [0]],
    ['with u as (select a, b from t order by b) select b, a from u order by a', [1]],
    ['select a from (select a from t order by a) s', []],
  ])('%s', async (sql, keys) => {
    const names = (await duckdb.query(sql)).columns.map((column) => column.name)
    const order = await duckdb.order(sql, names)
    expect(order.keys).toEqual(keys)
    expect(order.unlimited).toBeUndefined()
  })

  test('the statement without its limit', async () => {
    const sql = 'select a, b from t where a > 0 order by a limit 1 offset 1;'
    const order = await duckdb.order(sql, ['a', 'b'])
    expect(order.keys).toEqual([0])
    expect((await duckdb.query(sql)).rows).toEqual([[2, 'y']])
    const unlimited = await duckdb.querySerialized(order.unlimited ?? {})
    expect(unlimited.rows).toEqual([[1, 'x'], [2, 'y']])
  })
})
