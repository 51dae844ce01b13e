/** CSV and JSON that do not fit in memory: windows of chunks, whose forms are guessed from the beginning, and what happens where the guess is wrong. */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { Engine } from 'arcweld'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type DuckDb, openDuckDb } from '../../src/cli/duckdb.ts'
import { failure, type Folder, openFolder, rowsOf } from './fixtures.ts'
import type { FuzzQuery } from './fuzz-queries.ts'
import { expectedOf, judge } from './witness.ts'

let folder: Folder
let engine: Engine
let duckdb: DuckDb
beforeAll(async () => {
  folder = await openFolder()
  engine = await Engine.create({ threads: 2, memory: '16MiB' })
  duckdb = await openDuckDb(1)
})
afterAll(async () => {
  await engine.close()
  duckdb.close()
  await folder.remove()
})
afterEach(async () => {
  expect(engine.memory.inUse).toBe(0)
  await engine.unregister('t')
})

const write = async (name: string, text: string | Uint8Array): Promise<string> => {
  await mkdir(dirname(folder.path(name)), { recursive: true })
  await writeFile(folder.path(name), text)
  return folder.path(name)
}
const lines = (rows: number, line: (i: number) => string): string => Array.from({ length: rows }, (_, i) => line(i)).join('\n')

/** Windows that one of the queries went over, at least; answers are DuckDB's, over `from`. */
const same = async (from: string, least: number, ...queries: string[]): Promise<void> => {
  await duckdb.exec(`CREATE OR REPLACE TABLE t AS SELECT * FROM ${from}`)
  let most = 0
  for (const sql of queries) {
    const query = { sql, keys: [] } as unknown as FuzzQuery
    const verdict = await judge(engine, query, await expectedOf(duckdb, query), 'prefer')
    expect(verdict.wrong, sql).toBeUndefined()
    most = Math.max(most, verdict.stages[0]!.pipelines[0]!.windows ?? 0)
    expect(engine.memory.inUse).toBe(0)
  }
  expect(most).toBeGreaterThanOrEqual(least)
}

const ROWS = 150_000
const csv = (i: number): string => `${i},c${i % 5},"text, number ${i}",${i % 11 === 0 ? '' : i / 8},2024-01-${10 + (i % 20)},${i % 3 === 0},w${i % 700}`
const HEAD = 'i,c,s,x,day,b,w\n'
const QUERIES = [
  'SELECT c, b, count(*) AS n, sum(i) AS i, count(x) AS k, min(day) AS d FROM t GROUP BY c, b',
  "SELECT w, count(*) AS n, max(i) AS m FROM t WHERE s LIKE '%77%' GROUP BY w",
  'SELECT i, w, c FROM t WHERE i % 5003 = 7 AND length(s) > 3',
  'SELECT i, x FROM t WHERE length(s) > 5 ORDER BY x DESC NULLS LAST, i LIMIT 20',
  "SELECT count(*) AS n, sum(length(s)) AS l FROM t WHERE day > DATE '2024-01-15' AND w <> 'w5'",
]

describe('CSV', () => {
  test('more than there is memory for', async () => {
    const path = await write('large.csv', HEAD + lines(ROWS, csv))
    await engine.register('t', path)
    await same(`read_csv('${path}', sample_size = -1)`, 3, ...QUERIES)
  })

  test('compressed; several files in folders', async () => {
    for (let file = 0; file < 4; file++) await write(join('many', `p=${file % 2 === 0 ? 'even' : 'odd'}`, `${file}.csv.gz`), gzipSync(HEAD + lines(ROWS / 4, (i) => csv(i + file * 40_000))))
    await engine.register('t', folder.path('many'))
    await same(`read_csv('${folder.path('many')}/*/*.csv.gz', hive_partitioning = true)`, 4, ...QUERIES, "SELECT p, c, count(*) AS n, sum(i) AS i FROM t WHERE i > 100 GROUP BY p, c")
  })

  test('strings behind the sample: more codes than were thought, and than there may be', async () => {
    // 4 MiB are the sample
    const path = await write('codes.csv', 'i,a,b,d\n' + lines(400_000, (i) => `${i},${i < 200_000 ? `few${i % 3}` : `some${i % 300}`},${i < 200_000 ? 'one' : `each${i}`},${i < 200_000 ? '' : `x${i % 2}`}`))
    await engine.register('t', path)
    await same(`read_csv('${path}', sample_size = -1)`, 3, 'SELECT a, count(*) AS n, sum(i) AS i FROM t GROUP BY a', "SELECT count(*) AS n, max(i) AS i FROM t WHERE b LIKE 'each%7'", 'SELECT a, d, count(*) AS n FROM t WHERE length(b) > 3 GROUP BY a, d')
  })

  test('values behind the sample are of another type', async () => {
    const path = await write('types.csv', 'i,a,s\n' + lines(300_000, (i) => `${i},${i === 290_000 ? '2.5' : i},${'x'.repeat(20)}${i}`))
    await engine.register('t', path)
    expect(await rowsOf(engine, "select count(*) as n, sum(a) as a, min(length(s)) as l from t where s like 'x%'")).toEqual([{ n: 300_000n, a: (300_000 * 299_999) / 2 - 290_000 + 2.5, l: 21n }])
  })

  test('more rows than were thought', async () => {
    const path = await write('rows.csv', 'i,s\n' + lines(5000, (i) => `${i},${'long '.repeat(170)}${i}`) + '\n' + lines(600_000, (i) => `${i},a`))
    await engine.register('t', path)
    await same(`read_csv('${path}', sample_size = -1)`, 3, "SELECT count(*) AS n, sum(i) AS i, max(length(s)) AS l FROM t WHERE s <> 'b'")
  })

  test('what is wrong far behind is told with its line', async () => {
    const path = await write('wrong.csv', HEAD + lines(ROWS, (i) => (i === 140_000 ? 'x' : csv(i))))
    await engine.register('t', path)
    expect(await failure(rowsOf(engine, 'select sum(i) as i, max(length(s)) as l from t'), 'MALFORMED_ROW')).toMatchObject({ path, line: 140_002 })
    // What is to be kept of it does not fit.
    const kept = await write('kept.csv', HEAD + lines(ROWS, csv))
    await engine.register('t', kept)
    await failure(rowsOf(engine, 'select s || s || s || s || s || s as s, count(*) as n from t group by 1'), 'MEMORY_EXCEEDED')
    const result = await engine.sql("select i, s from t where i > 3 limit 5")
    expect((await result.rows()).length).toBe(5)
  })
})

describe('JSON', () => {
  const json = (i: number): string => `{"i":${i},"c":"c${i % 5}","s":"text \\"${i}\\"","x":${i % 11 === 0 ? 'null' : i / 8},"l":[${i % 3},null],"r":{"a":${i}}}`
  test('more than there is memory for', async () => {
    const path = await write('large.ndjson', lines(ROWS, json))
    await engine.register('t', path)
    await same(`read_json('${path}')`, 3, 'SELECT c, count(*) AS n, sum(i) AS i, count(x) AS k FROM t GROUP BY c', "SELECT i, c FROM t WHERE s LIKE '%777%'", 'SELECT sum(len(l)) AS n, sum(l[1]) AS s FROM t WHERE i > 5 AND length(s) > 3')
  })

  test('texts that are on their way take a half of the memory at most, what fits whole a quarter', async () => {
    await using own = await Engine.create({ threads: 2, memory: '16MiB' })
    await own.register('t', await write('large.ndjson', lines(ROWS, json)))
    expect(await rowsOf(own, `SELECT count(i) AS n, min(c) AS c FROM t WHERE s LIKE '%7"'`)).toEqual([{ n: 15_000n, c: 'c2' }])
    expect(own.memory.peak).toBeLessThan(12 << 20)
  })

  test('keys, types and strings behind the sample', async () => {
    const path = await write('types.ndjson', lines(200_000, (i) => `{"i":${i},"s":"some text ${i}","c":"${i < 150_000 ? 'c' : `c${i % 3000}`}"${i > 190_000 ? ',"new":1.5' : ''}}`))
    await engine.register('t', path)
    expect(await rowsOf(engine, "select count(*) as n, count(distinct c) as c, max(length(s)) as l from t where s like '%9%'")).toEqual([{ n: BigInt(Array.from({ length: 200_000 }, (_, i) => i).filter((i) => String(i).includes('9')).length), c: BigInt(new Set(Array.from({ length: 200_000 }, (_, i) => i).filter((i) => String(i).includes('9')).map((i) => (i < 150_000 ? 'c' : `c${i % 3000}`))).size), l: 16n }])
    expect(await rowsOf(engine, 'select sum(new) as n, max(length(s)) as l from t')).toEqual([{ n: 9999 * 1.5 - 0, l: 16n }])
  })
})
