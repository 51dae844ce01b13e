/**
 * Set operations, grouping sets and DISTINCT in aggregates: DuckDB, native code on one and three threads, and the interpreter
 * give the same rows, and every stage is native.
 */
import { Engine } from 'arcweld'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DuckDb, openDuckDb } from '../../src/cli/duckdb.ts'
import { type Folder, openFolder } from './fixtures.ts'

let folder: Folder
let duckdb: DuckDb
const engines: Engine[] = []

/** Keys with NULLs and duplicates; every type that has a form of its own; `none` has no rows. */
const rows = (count: number, salt: number): string => `SELECT CASE WHEN i % 7 = 3 THEN NULL ELSE (i * ${salt} % 5)::INTEGER END AS k,
  CASE WHEN i % 11 = 4 THEN NULL ELSE 's' || (i * ${salt} % 9) END AS s, (i * ${salt} % 13)::BIGINT * 4000000007 AS w,
  CASE WHEN i % 5 = 1 THEN NULL ELSE ((i * ${salt} % 17) / 4.0)::DECIMAL(9,2) END AS d,
  CASE WHEN i % 10 = 0 THEN 'NaN'::DOUBLE WHEN i % 10 = 1 THEN '-0'::DOUBLE WHEN i % 10 = 2 THEN 0 WHEN i % 10 = 3 THEN NULL WHEN i % 10 = 4 THEN 'inf'::DOUBLE ELSE i % 3 END AS f,
  CASE WHEN i % 6 = 5 THEN NULL ELSE i % 4 < 2 END AS b, DATE '2020-01-01' + (i * ${salt} % 6)::INTEGER AS t,
  CAST('1234567890123456789012345678901234' || (i % 4) AS DECIMAL(38,0)) AS h FROM range(${count}) r(i)`

beforeAll(async () => {
  folder = await openFolder()
  duckdb = await openDuckDb(1)
  for (const threads of [1, 3]) engines.push(await Engine.create({ threads, memory: '512MiB' }))
  for (const [name, sql] of [['a', rows(4000, 3)], ['c', rows(700, 4)], ['none', rows(0, 1)]] as const) {
    await folder.write(`${name}.parquet`, sql)
    await duckdb.exec(`CREATE TABLE ${name} AS FROM '${folder.path(`${name}.parquet`)}'`)
    for (const engine of engines) await engine.register(name, folder.path(`${name}.parquet`))
  }
})
afterAll(async () => {
  for (const engine of engines) await engine.close()
  duckdb.close()
  await folder.remove()
})

const shown = (value: unknown): string => (value === 0 ? '0' : String(value))
const sorted = (all: readonly (readonly unknown[])[]): readonly string[] => all.map((row) => row.map(shown).join('|')).sort()

const agree = async (sql: string): Promise<void> => {
  const expected = sorted((await duckdb.query(sql)).rows)
  for (const engine of engines) {
    for (const native of ['only', 'never'] as const) {
      const result = await engine.sql(sql, { native })
      expect(sorted((await result.rows()).map((row) => Object.values(row))), `${native}: ${sql}`).toEqual(expected)
      expect(result.explain().stages.every((stage) => stage.native === (native === 'only'))).toBe(true)
    }
  }
}

const COLUMNS = ['k', 's', 'w', 'd', 'b', 't', 'h', 'k, s', 'd, b, t', 's, w, h']

describe('set operations', () => {
  test.each(['UNION ALL', 'UNION', 'INTERSECT', 'INTERSECT ALL', 'EXCEPT', 'EXCEPT ALL'])('%s', async (kind) => {
    for (const columns of COLUMNS) {
      await agree(`SELECT ${columns} FROM a WHERE w % 2 = 0 ${kind} SELECT ${columns} FROM c`)
      await agree(`SELECT ${columns} FROM a ${kind} SELECT ${columns} FROM none`)
      await agree(`SELECT ${columns} FROM none ${kind} SELECT ${columns} FROM c`)
    }
  })
  test.each([
    'SELECT k, w FROM a UNION ALL SELECT w, k FROM c UNION ALL SELECT d, NULL FROM c',
    "SELECT s, 1 AS x FROM a UNION ALL SELECT 'other', 2 UNION ALL SELECT NULL, w FROM c",
    'SELECT k, count(*), sum(d) FROM (SELECT k, d FROM a UNION ALL SELECT w % 5, w FROM c) GROUP BY k',
    'SELECT count(*), sum(d), min(s) FROM (SELECT k, d, s FROM a UNION ALL SELECT w % 5, d, s FROM c UNION ALL SELECT k, h, NULL FROM a)',
    'SELECT count(*) FROM (FROM a UNION ALL FROM c)',
    'SELECT a.k, sum(u.d) FROM a JOIN (SELECT k, d FROM c WHERE b UNION ALL SELECT k + 1, w % 3 FROM c) u ON a.k = u.k GROUP BY a.k',
    'SELECT u.k, count(*), max(a.s) FROM (SELECT k, d FROM c UNION ALL SELECT w % 9, d FROM c) u LEFT JOIN (SELECT * FROM a WHERE w > 0) a ON a.k = u.k GROUP BY u.k',
    'SELECT u.k, x.s, count(*) FROM (SELECT k FROM c UNION ALL SELECT w % 9 FROM c) u FULL JOIN (SELECT k, s FROM a WHERE k > 2 LIMIT 10 OFFSET 0) x ON x.k = u.k + 3 GROUP BY ALL ORDER BY 1, 2 LIMIT 5',
    'SELECT * FROM (SELECT k, w FROM a RIGHT JOIN (SELECT k AS j FROM c) ON k = j + 2 UNION ALL SELECT k, w FROM c) ORDER BY k NULLS FIRST, w NULLS LAST LIMIT 7 OFFSET 2',
    "SELECT * FROM (VALUES (1, 'x'), (2, NULL), (1, 'x')) v(k, s) EXCEPT ALL SELECT k, s FROM a",
    'SELECT k FROM a INTERSECT SELECT k FROM c EXCEPT SELECT 2 UNION SELECT 99',
    'SELECT k, count(*) FROM (SELECT k, s FROM a INTERSECT ALL SELECT k, s FROM c) GROUP BY k',
    'SELECT count(*) FROM (SELECT k, s FROM a EXCEPT SELECT k, s FROM c)',
    '(SELECT k FROM a ORDER BY k LIMIT 3) UNION ALL (SELECT k FROM c ORDER BY k DESC NULLS LAST LIMIT 2 OFFSET 1)',
    'SELECT DISTINCT k, b FROM a',
  ])('%s', agree)
  // DuckDB gives any of -0 and 0, and compares them as equal.
  test.each(['UNION', 'INTERSECT', 'EXCEPT'])('floats: %s', (kind) => agree(`SELECT f FROM a ${kind} SELECT f FROM c WHERE f IS NOT NULL`))
})

describe('grouping sets', () => {
  test.each([
    'SELECT k, b, count(*), sum(d), min(s), max(t), avg(w), grouping(k, b), grouping(b) FROM a GROUP BY ROLLUP (k, b)',
    'SELECT k, s, t, count(*), sum(h), grouping_id(k, s, t) FROM a GROUP BY CUBE (k, s, t)',
    'SELECT s, t, sum(w) FROM a GROUP BY GROUPING SETS ((s), (t), (), ())',
    'SELECT s, k, sum(w) FROM a GROUP BY s, ROLLUP (k)',
    'SELECT k, sum(w) FILTER (WHERE b), count(d) FILTER (WHERE s > \'s4\') FROM a GROUP BY ROLLUP (k)',
    'SELECT k, b, count(*), sum(d), grouping(k) FROM none GROUP BY ROLLUP (k, b)',
    'SELECT k, s, count(*), count(s), sum(d) FROM none GROUP BY GROUPING SETS ((k), (), (s), ())',
    'SELECT k, count(*) FROM none GROUP BY GROUPING SETS ((k))',
    'SELECT k, grouping(k) FROM a GROUP BY k',
    'SELECT f, b, count(*) FROM a GROUP BY CUBE (f, b)',
    "SELECT k + 1, coalesce(s, '?'), sum(w + k) FROM a GROUP BY ROLLUP (k + 1, coalesce(s, '?')) HAVING sum(w + k) > 5",
    'SELECT * FROM (SELECT k, b, sum(d) AS n, grouping(k) AS g FROM a GROUP BY CUBE (k, b)) WHERE g = 1 ORDER BY n LIMIT 2',
    'SELECT k, b, count(DISTINCT s), sum(w), count(*) FROM a GROUP BY ROLLUP (k, b)',
    'SELECT k, b, count(DISTINCT s), count(DISTINCT w), count(*), sum(DISTINCT d) FROM none GROUP BY ROLLUP (k, b)',
    'SELECT k, count(DISTINCT s) FROM none GROUP BY ROLLUP (k)',
  ])('%s', agree)
})

describe('DISTINCT and FILTER in aggregates', () => {
  const CALLS = ['count(DISTINCT s)', 'count(DISTINCT k)', 'sum(DISTINCT w)', 'sum(DISTINCT d)', 'avg(DISTINCT k)', 'count(DISTINCT f)', 'count(DISTINCT b)', 'min(DISTINCT s)', 'count(DISTINCT h)', 'count(DISTINCT t)']
  test.each(['a', 'none'])('each alone, over %s', async (table) => {
    for (const call of CALLS) {
      await agree(`SELECT ${call} FROM ${table}`)
      await agree(`SELECT b, ${call} FROM ${table} GROUP BY b`)
    }
  })
  test.each(['a', 'none'])('together, over %s', async (table) => {
    const all = [...CALLS, 'count(*)', 'count(s)', 'sum(d)', 'max(t)', 'avg(w)', 'sum(w) FILTER (WHERE b)', 'count(*) FILTER (WHERE k > 2)', 'count(DISTINCT s) FILTER (WHERE k > 2)', 'sum(DISTINCT w) FILTER (WHERE NOT b)', 'bool_or(b) FILTER (WHERE k = 3)']
    await agree(`SELECT ${all.join(', ')} FROM ${table}`)
    await agree(`SELECT t, s, ${all.join(', ')} FROM ${table} GROUP BY t, s`)
    await agree(`SELECT count(DISTINCT s), count(*) FROM ${table} WHERE k > 100`)
    await agree(`SELECT k, count(DISTINCT a.s) FROM ${table} a JOIN c USING (k) GROUP BY k HAVING count(DISTINCT a.s) > 1`)
  })
})
