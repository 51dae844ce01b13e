/**
 * Parquet files whose row groups workers read, decode and hand to a stage's kernels by themselves: every kind of sink against DuckDB, what they
 * must leave alone, damaged files, statistics that lie, limits, errors and aborts.
 */
import { mkdtemp, open, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ArcweldError, Engine } from 'arcweld'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ParquetSource } from '../../dist/sources/parquet.js'
import { type DuckDb, openDuckDb } from '../../src/cli/duckdb.ts'
import type { TableSource, WindowScan } from '../../src/sources/source.ts'
import { testSeed } from '../seed.ts'
import { failure, rowsOf } from './fixtures.ts'
import { Random } from './random.ts'
import { windowsOf } from './windowed-source.ts'

const ROWS = 400_000
const GROUP = 20_480
const PARTS = Math.ceil(ROWS / GROUP)
const CODECS = ['uncompressed', 'snappy', 'zstd'] as const

let folder: string
let duckdb: DuckDb
let engines: Engine[]
const path = (name: string): string => join(folder, `${name}.parquet`)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arcweld-fed-'))
  duckdb = await openDuckDb(1)
  await duckdb.exec(`CREATE TABLE facts AS SELECT i::INTEGER AS i, (i % 1000)::INTEGER AS k, (i * 7919 % 100003)::BIGINT AS r, 'text of ' || (i * 31 % 50021) AS s, 's' || (i % 7) AS c,
    CASE WHEN i % 11 = 0 THEN NULL ELSE i / 8.0 END::DOUBLE AS x, CASE WHEN i % 5 = 0 THEN NULL ELSE (i % 300)::DECIMAL(12,2) END AS d, DATE '1992-01-01' + (i % 2500)::INTEGER AS t, i % 3 = 0 AS b FROM range(${ROWS}) t(i)`)
  await duckdb.exec(`COPY (SELECT (i * 3)::INTEGER AS k, 'name ' || i AS name FROM range(400) t(i)) TO '${path('names')}' (FORMAT parquet)`)
  await duckdb.exec(`CREATE TABLE names AS FROM '${path('names')}'`)
  for (const codec of CODECS) await duckdb.exec(`COPY facts TO '${path(codec)}' (FORMAT parquet, COMPRESSION ${codec}, ROW_GROUP_SIZE ${GROUP})`)
  engines = await Promise.all([1, 2, 3].map((threads) => Engine.create({ threads, memory: '1GiB' })))
  for (const engine of engines) for (const name of ['names', ...CODECS]) await engine.register(name, path(name))
})

afterAll(async () => {
  await Promise.all((engines ?? []).map((engine) => engine.close()))
  duckdb?.close()
  await rm(folder, { recursive: true, force: true })
})

const FED: readonly (readonly [string, string])[] = [
  ['sums, one state', 'select count(*) n, sum(r) r, sum(d) d, sum(x) x, min(i) a, max(i) b, sum(t - date \'1970-01-01\') t from facts where k < 900'],
  ['lengths of text, and text that only a filter reads', "select count(*) n, sum(strlen(s)) l, sum(strlen(c)) m, sum(r) t from facts where s like '%17%' or contains(s, '99') or b"],
  ['groups by dense keys', 'select k, count(*) n, count(x) x, sum(d) r from facts group by k order by k'],
  ['groups by hashed keys', 'select r, count(*) n, max(i) m from facts group by r order by r limit 700'],
  ['groups by codes, and a truth', 'select c, b, count(*) n, count(d) d from facts group by c, b order by c, b'],
  ['sorted whole', 'select i, r, d from facts where i % 7 = 0 order by r, i'],
  ['first rows', 'select i, c from facts order by r desc, i limit 37'],
  ['the result itself', 'select i, x, c, t from facts where k between 100 and 150'],
  ['a limit in the order of the file', 'select i, x, d from facts where k <> 5 limit 54321'],
  ['the side that probes', 'select name, count(*) n, min(r) a from facts join names on facts.k = names.k group by name order by name'],
  ['a window function', 'select i, row_number() over (partition by k order by r desc, i) n, sum(r) over (partition by k order by i) t from facts order by i limit 2000'],
  ['first and last rows of a group', 'select k, first(i) a, last(d) b, arg_max(i, r) c from facts group by k order by k'],
]

const expected = async (sql: string, names: readonly string[]): Promise<unknown[]> =>
  (await duckdb.query(sql)).rows.map((row) => Object.fromEntries(names.map((name, c) => [name, row[c]])))

describe.each(CODECS)('%s', (codec) => {
  test.each(FED)('%s', async (_, sql) => {
    for (const engine of engines) {
      const held = engine.memory.inUse
      // The second time it is known whether conditions are of any use before the other columns are decoded.
      await rowsOf(engine, sql.replaceAll('facts', codec))
      const result = await engine.sql(sql.replaceAll('facts', codec), { native: 'only' })
      expect(await result.rows()).toEqual(await expected(sql, result.schema.map(({ name }) => name)))
      expect(windowsOf(result)).toEqual([PARTS])
      expect(engine.memory.inUse).toBe(held)
    }
  })
})

test.each([
  ['text that a table keeps', 'select s, count(*) n, sum(i) t from facts group by s order by s limit 900'],
  ['least text of a group', 'select k, min(s) a from facts group by k order by k'],
  ['two pipelines over the same rows', 'select count(*) n, sum(a.r) t, max(b.r) m from facts a join facts b on a.i = b.i'],
])('loaded, as parts that go would not do: %s', async (_, sql) => {
  const [, engine] = engines as [Engine, Engine, Engine]
  const result = await engine.sql(sql.replaceAll('facts', 'snappy'), { native: 'only' })
  expect(await result.rows()).toEqual(await expected(sql, result.schema.map(({ name }) => name)))
  expect(windowsOf(result)).toEqual([])
})

test('a limit ends the reading', async () => {
  for (const engine of engines) {
    for (const limit of [1, 2500, GROUP, GROUP + 1, 5 * GROUP]) {
      const result = await engine.sql(`select i, r, d from snappy limit ${limit}`, { native: 'only' })
      expect((await result.rows()).map((row) => (row as { i: number }).i)).toEqual(Array.from({ length: limit }, (_, i) => i))
      const [rows = 0] = result.explain().stages.flatMap(({ pipelines }) => pipelines.flatMap((p) => (p.windows === undefined ? [] : (p.rows ?? 0))))
      expect(rows).toBeLessThanOrEqual((Math.ceil(limit / GROUP) + 3) * GROUP)
    }
  }
})

test('an error that a row raises, and an abort: nothing is left, and the next query is right', async () => {
  for (const engine of engines) {
    const held = engine.memory.inUse
    await failure(rowsOf(engine, 'select sum(cast(i as smallint)), sum(r), sum(d) from snappy'), 'CAST_FAILED')
    const abort = new AbortController()
    const aborted = rowsOf(engine, 'select sum(r), sum(d), sum(i), sum(x) from zstd', { signal: abort.signal })
    setTimeout(() => abort.abort(new Error('enough')), 1)
    await aborted.catch((error: unknown) => expect((error as Error).message).toBe('enough'))
    expect(engine.memory.inUse).toBe(held)
    expect(await rowsOf(engine, 'select count(*) n, sum(i) t, sum(r) r from zstd')).toEqual(await expected('select count(*) n, sum(i) t, sum(r) r from facts', ['n', 't', 'r']))
  }
})

test('many at once, beside what is loaded', async () => {
  const [, engine] = engines as [Engine, Engine, Engine]
  const held = engine.memory.inUse
  const sql = 'select count(*) n, sum(r) r, sum(d) d, sum(t - date \'1970-01-01\') t from facts'
  const [want] = await expected(sql, ['n', 'r', 'd', 't'])
  const found = await Promise.all(Array.from({ length: 12 }, (_, i) => (i % 3 === 2 ? rowsOf(engine, 'select s, count(*) n from snappy group by s limit 3') : rowsOf(engine, sql.replace('facts', CODECS[i % 3] as string)))))
  found.forEach((rows, i) => {
    if (i % 3 !== 2) expect(rows).toEqual([want])
  })
  expect(engine.memory.inUse).toBe(held)
})

test('statistics that lie: the stage reads all, and the column is loaded from then on', async () => {
  const prototype = ParquetSource.prototype as unknown as TableSource
  const own = prototype.scan as NonNullable<TableSource['scan']>
  let offered = 0
  prototype.scan = async function (columns, lease, options) {
    const scan = (await own.call(this, columns, lease, options)) as WindowScan | undefined
    if (scan?.feed) offered++
    return scan
  }
  try {
    const engine = await Engine.create({ threads: 2, memory: '1GiB' })
    try {
      // Bounds of the statistics are made narrower than the values are.
      const { file, at } = await liar()
      await engine.register('lies', file)
      const sql = 'select count(*) n, sum(r) r, max(r) m, sum(i) i from lies'
      const want = await expected('select count(*) n, sum(r) r, max(r) m, sum(i) i from facts', ['n', 'r', 'm', 'i'])
      expect(at).toBeGreaterThan(0)
      const result = await engine.sql(sql, { native: 'only' })
      expect([await result.rows(), windowsOf(result), offered]).toEqual([want, [], 1])
      const again = await engine.sql(`${sql} -- again`, { native: 'only' })
      expect([await again.rows(), windowsOf(again), offered]).toEqual([want, [], 1])
      expect(engine.memory.inUse).toBe(0)
    } finally {
      await engine.close()
    }
  } finally {
    prototype.scan = own
  }
})

/** A file in whose footer the greatest value of `r` in each row group is replaced, and how many were. */
const liar = async (): Promise<{ file: string; at: number }> => {
  const file = path('lies')
  await duckdb.exec(`COPY (SELECT * FROM facts) TO '${file}' (FORMAT parquet, COMPRESSION uncompressed, ROW_GROUP_SIZE ${GROUP})`)
  const greatest = (await duckdb.query(`select max(r) from facts group by i // ${GROUP}`)).rows as [bigint][]
  const handle = await open(file, 'r+')
  try {
    const { size } = await handle.stat()
    const tail = Buffer.alloc(8)
    await handle.read(tail, 0, 8, size - 8)
    const length = tail.readUInt32LE(0)
    const footer = Buffer.alloc(length)
    await handle.read(footer, 0, length, size - 8 - length)
    const lie = Buffer.alloc(8)
    lie.writeBigInt64LE(200n)
    let at = 0
    for (const [max] of greatest) {
      const value = Buffer.alloc(8)
      value.writeBigInt64LE(max)
      for (let found = footer.indexOf(value); found >= 0; found = footer.indexOf(value, found + 8)) {
        await handle.write(lie, 0, 8, size - 8 - length + found)
        at++
      }
    }
    return { file, at }
  } finally {
    await handle.close()
  }
}

test('bytes changed at random: the right answer, another one of values that are there, or an error that says where; the engine lives', async () => {
  const random = new Random(testSeed())
  const engine = await Engine.create({ threads: 2, memory: '256MiB' })
  try {
    for (const codec of CODECS) {
      const file = path(`damaged-${codec}`)
      await duckdb.exec(`COPY facts TO '${file}' (FORMAT parquet, COMPRESSION ${codec}, ROW_GROUP_SIZE ${GROUP})`)
      const handle = await open(file, 'r+')
      try {
        // The time is put back after each change, as far as it can be told.
        const time = new Date(1_700_000_000_000)
        await utimes(file, time, time)
        const { size } = await handle.stat()
        const rounds = Number(process.env['ARCWELD_FUZZ_N'] || 25)
        let damaged = 0
        await engine.register('damaged', file)
        for (let round = 0; round < rounds; round++) {
          const at = 4 + random.int(size - 200_000)
          const before = Buffer.alloc(16)
          await handle.read(before, 0, 16, at)
          await handle.write(Buffer.from(Array.from({ length: 16 }, () => random.int(256))), 0, 16, at)
          await utimes(file, time, time)
          await rowsOf(engine, `select count(*) n, sum(i) a, sum(k) b, sum(r) c, sum(strlen(s)) d, sum(strlen(c)) e, sum(x) f, sum(d) g from damaged -- ${round}`).catch((error: unknown) => {
            expect(error).toBeInstanceOf(ArcweldError)
            expect(['FILE_CORRUPT', 'UNSUPPORTED_TYPE', 'OVERFLOW', 'MEMORY_EXCEEDED', 'FILE_CHANGED']).toContain((error as ArcweldError).code)
            damaged++
          })
          await handle.write(before, 0, 16, at)
          await utimes(file, time, time)
        }
        if (codec !== 'uncompressed') expect(damaged).toBeGreaterThan(0)
        expect(await rowsOf(engine, 'select count(*) n, sum(i) a, sum(r) r from damaged')).toEqual(await expected('select count(*) n, sum(i) a, sum(r) r from facts', ['n', 'a', 'r']))
        await engine.unregister('damaged')
      } finally {
        await handle.close()
      }
    }
    expect(engine.memory.inUse).toBe(0)
  } finally {
    await engine.close()
  }
})
