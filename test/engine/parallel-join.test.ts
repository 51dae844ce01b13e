/** Builds that several workers make at once: whatever the turns they take, the same rows match, run after run. */
import type { Engine } from 'arcweld'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DuckDb } from '../../src/cli/duckdb.ts'
import { openBeside } from './beside-duckdb.ts'

const RUNS = 12
/** Keys in an order that is not theirs, so that workers meet in all parts of a directory. */
const BUILD = `SELECT (i * 7919 % 200003)::INTEGER AS k, (i * 7919 % 200003)::BIGINT * 1000003 AS wide, 'key ' || (i * 31 % 50021) AS s, 7 AS one, (i % 1000)::INTEGER AS v FROM range(150000) t(i)`
const PROBE = `SELECT (i % 300000 - 20000)::INTEGER AS k, (i % 300000)::BIGINT * 1000003 AS wide, 'key ' || (i % 60000) AS s, (i % 100000)::INTEGER AS one, (i % 777)::INTEGER AS w FROM range(400000) t(i)`

let duckdb: DuckDb
let engine: Engine
let close: () => Promise<void>
beforeAll(async () => {
  const beside = await openBeside({ b: BUILD, p: PROBE }, [{ threads: 3 }], () => true)
  ;({ duckdb, close } = beside)
  engine = beside.engines[0]!
})
afterAll(() => close())

test.each([
  ['keys of a small range', 'SELECT count(*), sum(v), sum(w), sum(v * w) FROM p JOIN b ON p.k = b.k'],
  ['keys by hash', 'SELECT count(*), sum(v), sum(w), sum(v * w) FROM p JOIN b ON p.wide = b.wide'],
  ['strings, with duplicates', 'SELECT count(*), sum(v), sum(w), sum(v * w) FROM p JOIN b ON p.s = b.s'],
  ['groups by position, some of which count nothing', 'SELECT count(*), sum(n), max(n), min(n) FROM (SELECT p.k, count(b.v) AS n FROM p LEFT JOIN b ON p.k = b.k GROUP BY p.k)'],
  ['groups of the side that is kept', 'SELECT count(*), sum(n), max(n), min(n) FROM (SELECT p.k, count(b.v) AS n FROM b RIGHT JOIN p ON p.k = b.k GROUP BY p.k)'],
  ['one key for all rows', 'SELECT count(*), sum(v), sum(w), sum(v * w) FROM p JOIN b ON p.one = b.one'],
])('%s', { timeout: 120_000 }, async (_, sql) => {
  const expected = await duckdb.query(sql)
  expect(Number(expected.rows[0]?.[0])).toBeGreaterThan(50_000)
  for (let run = 0; run < RUNS; run++) {
    const result = await engine.sql(sql, { native: 'only' })
    expect((await result.rows()).map((row) => Object.values(row))).toEqual(expected.rows)
  }
})
