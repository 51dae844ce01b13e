/** Intervals in SQL: on both paths what DuckDB gives, and refused where values would be compared. */
import { Engine } from 'arcweld'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Folder, openFolder } from './fixtures.ts'
import { DuckDBInstance } from '@duckdb/node-api'

let folder: Folder
let engine: Engine
let ask: (sql: string) => Promise<readonly unknown[]>
beforeAll(async () => {
  folder = await openFolder()
  const file = await folder.write('spans.parquet', "SELECT range AS id, (range % 5)::INTEGER AS n, CASE WHEN range % 7 > 0 THEN TIMESTAMP '2024-02-29 12:00:00' + to_hours(range * 1000 - 90000) END AS a, TIMESTAMP '2023-12-31 23:59:59.5' + to_days((range * 37)::INTEGER) AS b FROM range(300)")
  engine = await Engine.create({ threads: 2, memory: '256MiB' })
  await engine.register('spans', file)
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect()
  await connection.run(`CREATE VIEW spans AS FROM '${file}'`)
  ask = async (sql) => (await connection.runAndReadAll(sql)).getRows().map((row) => row.map((v) => (v !== null && typeof v === 'object' && 'months' in v ? [v.months, v.days, v.micros] : v)))
})
afterAll(async () => {
  await engine?.close()
  await folder?.remove()
})

interface Interval {
  readonly months: number
  readonly days: number
  readonly micros: bigint
}
const shown = (v: unknown): unknown => (v !== null && typeof v === 'object' && 'months' in v ? [(v as Interval).months, (v as Interval).days, (v as Interval).micros] : v)

describe.each([
  'SELECT id, a - b AS x, age(a, b) AS y FROM spans ORDER BY id',
  'SELECT id, epoch(a - b) AS x, extract(day FROM a - b) AS y, extract(month FROM age(a, b)) AS z FROM spans ORDER BY id',
  "SELECT id, to_days(n) + to_months(n * 2) - INTERVAL '1 hour' AS x, -(a - b) AS y, (a - b) * n AS z FROM spans ORDER BY id",
  "SELECT id, epoch_us(b + age(a, b)) AS x, epoch_us(a - CASE WHEN n > 2 THEN a - b ELSE INTERVAL '1 month 1 day' END) AS y FROM spans ORDER BY id",
  'SELECT id, (a - b) * 1.5 AS x, (n / 7) * age(a, b) AS y, to_months(n) * -0.3::DOUBLE AS z, age(a) AS w FROM spans ORDER BY id',
  'SELECT id, extract(month FROM to_days(n) + to_months(CASE WHEN id % 3 > 0 THEN n END)) AS x, extract(day FROM to_days(CASE WHEN n > 1 THEN n END)) AS y FROM spans ORDER BY id',
  'SELECT n, any_value(a - b) IS NULL AS x, count(a - b) AS y FROM spans GROUP BY n ORDER BY n',
])('%s', (sql) => {
  test.each(['only', 'never'] as const)('native %s', async (native) => {
    const result = await engine.sql(sql, { native })
    const rows = (await result.rows()).map((row) => Object.values(row).map(shown))
    expect(result.metrics?.stages.every((s) => s.native === (native === 'only'))).toBe(true)
    expect(rows).toEqual(await ask(sql))
  })
})

test.each([
  ['SELECT a - b AS x FROM spans GROUP BY x', 'UNSUPPORTED_FUNCTION'],
  ['SELECT DISTINCT a - b FROM spans', 'UNSUPPORTED_PLAN'],
  ['SELECT id FROM spans ORDER BY a - b', 'UNSUPPORTED_FUNCTION'],
  ['SELECT count(DISTINCT a - b) FROM spans', 'UNSUPPORTED_TYPE'],
  ["SELECT id FROM spans WHERE a - b > INTERVAL '1 day'", 'UNSUPPORTED_FUNCTION'],
  ['SELECT max(a - b) FROM spans', 'UNSUPPORTED_FUNCTION'],
  ['SELECT (a - b)::VARCHAR FROM spans', 'UNSUPPORTED_FUNCTION'],
])('%s is refused', async (sql, code) => {
  await expect(engine.sql(sql).then((r) => r.rows())).rejects.toMatchObject({ code })
})
