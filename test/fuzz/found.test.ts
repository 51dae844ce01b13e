/** What the random tests of this folder found, as queries: natively and interpreted as DuckDB has it. What is an expression's is a literal case. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { differentRows } from './compare.ts'
import { Lab } from './lab.ts'

let lab: Lab
beforeAll(async () => {
  lab = await Lab.open()
  await lab.table('t', 'SELECT i::INTEGER AS id, (i % 5)::INTEGER AS k, (i * 3)::HUGEINT::DECIMAL(38,0) AS d FROM range(40) r(i)')
  await lab.table('words', "SELECT i::INTEGER AS id, CASE WHEN i % 4 > 0 THEN (['', 'green', 'a'])[i % 4] END AS g FROM range(64) r(i)")
  await lab.table('none', 'SELECT 1 AS x LIMIT 0')
})
afterAll(() => lab.close())

test.each([
  // The optimizer leaves a union of one.
  'SELECT k FROM t UNION SELECT x FROM (SELECT x FROM none ORDER BY x LIMIT 0)',
  'SELECT x FROM (SELECT id AS x FROM t ORDER BY id LIMIT 0) UNION SELECT k FROM t',
  // The optimizer makes groups and a join of it, whose count(*) is a count of nothing.
  'SELECT id, count(*) OVER (PARTITION BY k) AS n FROM t',
  // What a predicate is for NULL was remembered for the code that stands in NULLs' place.
  "SELECT id, contains(g, least(g, 'a')) AS a, g LIKE coalesce(g, 'x') AS b, starts_with(g, CASE WHEN g IS NULL THEN 'z' ELSE g END) AS c FROM words",
  // Of 128 bits that lie in 64.
  "SELECT id, (id::HUGEINT & '7'::HUGEINT) >> '64'::HUGEINT AS a, (-id)::HUGEINT >> (k + 62)::HUGEINT AS b FROM t",
  // A column that is always NULL had another range in the rows without a partner, and the sum another width.
  "WITH u(f) AS (VALUES (1::FLOAT), (1::FLOAT)), v(s) AS (VALUES ('a')) SELECT f, sum(CASE WHEN s IS NOT NULL THEN x END) AS n FROM v LEFT JOIN (SELECT f, TRY_CAST(NULL::DECIMAL(4,1) AS UBIGINT) AS x FROM u) ON true GROUP BY f",
  // Bytes of an interval that a predicate over codes gives were written as text, interpreted.
  "SELECT id, CASE WHEN g = 'a' THEN '-1 microsecond'::INTERVAL ELSE '14 months -40 days'::INTERVAL END AS v, age(TRY_CAST(g || '2024-02-29 10:11:12.5' AS TIMESTAMP), TIMESTAMP '2000-01-01') AS a FROM words",
  // What is left of a part is cast, but not where another part is NULL.
  "SELECT id, (to_months(id) + to_days(CASE WHEN k = 1 THEN id END) + to_microseconds(1::BIGINT)) * (CASE WHEN k = 1 THEN '1.5' ELSE 'nan' END)::DOUBLE AS v FROM t",
])('%s', async (sql) => {
  const want = await lab.witness(sql)
  const { native, interpreted } = await lab.ours(sql)
  for (const answer of [native, interpreted]) {
    expect(answer.raised).toBeUndefined()
    expect(differentRows(want.rows?.rows ?? [], answer.rows?.rows ?? [], [], 'any')).toBeUndefined()
  }
})
