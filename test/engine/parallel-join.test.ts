/** Builds that several workers make at once: whatever the turns they take, the same rows match, run after run. */
import { Engine } from 'arcweld'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DuckDb, openDuckDb } from '../../src/cli/duckdb.ts'
import { type Folder, openFolder } from './fixtures.ts'

const RUNS = 12
/** Keys in an order that is not theirs, so that workers meet in all parts of a directory. */
const BUILD = `SELECT (i * 7919 % 200003)::INTEGER AS k, (i * 7919 % 200003)::BIGINT * 1000003 AS wide, 'key ' || (i * 31 % 50021) AS s, 7 AS one, (i % 1000)::INTEGER AS v FROM range(150000) t(i)`
const PROBE = `SELECT (i % 300000 - 20000)::INTEGER AS k, (i % 300000)::BIGINT * 1000003 AS wide, 'key ' || (i % 60000) AS s, (i % 100000)::INTEGER AS one, (i % 777)::INTEGER AS w FROM range(400000) t(i)`

let folder: Folder
let duckdb: DuckDb
let engine: Engine
beforeAll(async () => {
  folder = await openFolder()
  duckdb = await openDuckDb(1)
  engine = await Engine.create({ threads: 3 })
  for (const [name, sql] of [['b', BUILD], ['p', PROBE]] as const) {
    await folder.write(`${name}.parquet`, sql)
    await duckdb.view(name, folder.path(`${name}.parquet`))
    await engine.register(name, folder.path(`${name}.parquet`), { cache: true })
  }
})
afterAll(async () => {
  await engine.close()
  duckdb.close()
  await folder.remove()
})

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
