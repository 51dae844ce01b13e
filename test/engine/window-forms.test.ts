/** Forms of window functions that ask more than the rows beside them: on both paths what DuckDB gives, and which path it was. */
import { DuckDBInstance } from '@duckdb/node-api'
import { Engine } from 'arcweld'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Folder, openFolder } from './fixtures.ts'

let folder: Folder
let engine: Engine
let ask: (sql: string) => Promise<readonly unknown[]>
beforeAll(async () => {
  folder = await openFolder()
  const file = await folder.write('rows.parquet', "SELECT range AS id, (range * 7 % 11)::INTEGER AS k, CASE WHEN range % 3 > 0 THEN (range * 5 % 9)::INTEGER END AS x, CASE WHEN range % 4 > 0 THEN 's' || (range % 6) END AS s FROM range(700)")
  engine = await Engine.create({ threads: 2, memory: '256MiB' })
  await engine.register('rows', file)
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect()
  await connection.run(`CREATE VIEW rows AS FROM '${file}'`)
  ask = async (sql) => (await connection.runAndReadAll(sql)).getRows()
})
afterAll(async () => {
  await engine?.close()
  await folder?.remove()
})

describe.each([
  'count(DISTINCT x) OVER (PARTITION BY k ORDER BY id)',
  'sum(DISTINCT x) OVER (ORDER BY x)',
  'avg(DISTINCT x) FILTER (WHERE id % 5 > 0) OVER (PARTITION BY k)',
  'count(DISTINCT s) OVER (PARTITION BY k ORDER BY id ROWS BETWEEN 5 PRECEDING AND 2 FOLLOWING)',
  'sum(DISTINCT x) FILTER (WHERE s IS NOT NULL) OVER (ORDER BY id RANGE BETWEEN 30 PRECEDING AND 1 PRECEDING)',
  'sum(DISTINCT x) OVER (PARTITION BY k ORDER BY id ROWS BETWEEN 9 PRECEDING AND 9 FOLLOWING EXCLUDE CURRENT ROW)',
  'count(DISTINCT s) OVER (PARTITION BY id % 3 ORDER BY k RANGE UNBOUNDED PRECEDING EXCLUDE GROUP)',
  'avg(DISTINCT x) FILTER (WHERE id % 7 > 0) OVER (ORDER BY k GROUPS BETWEEN 1 PRECEDING AND 2 FOLLOWING EXCLUDE TIES)',
  'nth_value(s, 3 IGNORE NULLS) OVER (PARTITION BY k ORDER BY id ROWS BETWEEN 4 PRECEDING AND 4 FOLLOWING EXCLUDE CURRENT ROW)',
  'nth_value(x, k IGNORE NULLS) OVER (ORDER BY id)',
  'lag(x, 2 IGNORE NULLS) OVER (PARTITION BY k ORDER BY id)',
  'lead(s, k, id::VARCHAR IGNORE NULLS) OVER (ORDER BY id)',
  'lag(x, -1, 99 IGNORE NULLS) OVER (PARTITION BY k ORDER BY id)',
])('%s', (call) => {
  test.each(['only', 'never'] as const)('native %s', async (native) => {
    const sql = `SELECT id, ${call} AS w FROM rows ORDER BY id`
    const result = await engine.sql(sql, { native })
    const rows = (await result.rows()).map((row) => [row['id'], row['w']])
    expect(result.metrics?.stages.every((s) => s.native === (native === 'only'))).toBe(true)
    expect(rows).toEqual(await ask(sql))
  })
})
