/**
 * Subqueries, CTEs and joins by any condition, against DuckDB: what is shared is computed once, marks have three values, scalar
 * subqueries one row. On kernels of one thread and of two, and on the interpreter.
 */
import { Engine } from 'arcweld'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DuckDb, openDuckDb } from '../../src/cli/duckdb.ts'
import { type Folder, openFolder } from './fixtures.ts'

/** v: its own number; k, s: with NULLs and duplicates; n: never NULL. */
const rows = (count: number, salt: number): string =>
  `SELECT i::INTEGER AS v, CASE WHEN i % 7 = ${salt} THEN NULL ELSE ((i * 31 + ${salt}) % 40)::BIGINT END AS k, ((i * 17 + ${salt}) % 23)::INTEGER AS n,
   CASE WHEN i % 5 = ${salt} THEN NULL ELSE 's' || ((i * 13) % 19) END AS s FROM range(${count}) t(i)`
const TABLES: Readonly<Record<string, string>> = {
  big: rows(3000, 1), a: rows(150, 2), b: rows(60, 3), few: rows(6, 0), none: `SELECT * FROM (${rows(5, 1)}) WHERE v < 0`, nulls: 'SELECT i::INTEGER AS v, NULL::BIGINT AS k, 1 AS n, NULL::VARCHAR AS s FROM range(3) t(i)',
}

let folder: Folder
let duckdb: DuckDb
const engines: Engine[] = []
beforeAll(async () => {
  folder = await openFolder()
  duckdb = await openDuckDb(1)
  for (const threads of [1, 2]) engines.push(await Engine.create({ threads }))
  for (const [name, sql] of Object.entries(TABLES)) {
    await folder.write(`${name}.parquet`, sql)
    await duckdb.view(name, folder.path(`${name}.parquet`))
    for (const engine of engines) await engine.register(name, folder.path(`${name}.parquet`))
  }
})
afterAll(async () => {
  for (const engine of engines) await engine.close()
  duckdb.close()
  await folder.remove()
})

const sorted = (rows: readonly (readonly unknown[])[]): readonly string[] => rows.map((row) => row.map(String).join('|')).sort()

/** The same rows from all witnesses. */
const agrees = async (sql: string): Promise<void> => {
  const expected = sorted((await duckdb.query(sql)).rows)
  for (const [i, engine] of engines.entries()) {
    for (const native of i === 0 ? (['only', 'never'] as const) : (['only'] as const)) {
      const result = await engine.sql(sql, { native })
      const rows = sorted((await result.rows()).map((row) => Object.values(row)))
      expect(rows, `${native}, ${i + 1} threads: ${sql}`).toEqual(expected)
      expect(result.explain().stages.every((s) => s.native === (native === 'only'))).toBe(true)
    }
  }
}

describe('shared plans', () => {
  test.each([
    'WITH x AS MATERIALIZED (SELECT n, count(*) AS c FROM big GROUP BY n) SELECT p.n, p.c, q.c FROM x p JOIN x q ON p.n = q.n + 1',
    'WITH x AS MATERIALIZED (SELECT * FROM big WHERE n < 4), y AS MATERIALIZED (SELECT n, max(v) AS m FROM x GROUP BY n) SELECT x.v, y.m, z.m FROM x, y, y z WHERE x.v = y.m AND z.n = y.n + 1',
    'WITH x AS MATERIALIZED (SELECT v, k FROM a) SELECT * FROM x WHERE k = (SELECT max(k) FROM x)',
    'WITH x AS MATERIALIZED (SELECT v, s FROM none) SELECT p.v, q.s FROM x p FULL JOIN x q ON p.v = q.v',
    'SELECT v FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.k > a.k AND b.n <> a.n)',
    'SELECT v FROM a WHERE NOT EXISTS (SELECT 1 FROM b WHERE b.k = a.k AND b.n <> a.n)',
  ])('%s', agrees)

  test('are a stage, run once', async () => {
    const result = await (engines[0] as Engine).sql('WITH x AS MATERIALIZED (SELECT n, count(*) AS c FROM big GROUP BY n) SELECT p.n, q.c FROM x p JOIN x q ON p.n = q.n + 1')
    await result.rows()
    expect(result.explain().stages.map((s) => s.operators.join(' · '))).toEqual(['scan big · group by', 'stage 0 · project · stage 0 · inner join · project'])
  })
})
