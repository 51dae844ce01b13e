/**
 * Conditions that are asked before the other columns are decoded: what they leave out, that no row is lost and no error made or hidden by it, with
 * everything in memory and in windows; and random conditions and joins over files of many pages and row groups, against DuckDB.
 */
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Engine, type ScanReport } from 'arcweld'
import { ParquetSource } from '../../dist/sources/parquet.js'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type DuckDb, openDuckDb } from '../../src/cli/duckdb.ts'
import { pathOf } from '../fixtures/parquet/read.ts'
import { testSeed } from '../seed.ts'
import type { LoadOptions, TableSource } from '../../src/sources/source.ts'
import { failure, rowsOf } from './fixtures.ts'
import type { FuzzQuery } from './fuzz-queries.ts'
import { Random } from './random.ts'
import { expectedOf, judge } from './witness.ts'

const SEED = testSeed()
const QUERIES = Number(process.env['ARCWELD_FUZZ_N'] || 60)
/** 20,000 rows, two row groups, pages of 500 rows; `part` is one value in each page: i // 500 * 7 % 40. */
const STRETCHES = pathOf({ file: 'stretches.parquet' })

let folder: string
let duckdb: DuckDb
let large: Engine
/** What is read comes in windows. */
let small: Engine
const path = (name: string): string => join(folder, `${name}.parquet`)

const register = async (name: string, file: string): Promise<void> => {
  for (const engine of [large, small]) await engine.register(name, file)
  await duckdb.exec(`CREATE OR REPLACE TABLE ${name} AS FROM '${file}'`)
}

// The files are small: conditions are asked all the same, and every time.
let asked = 0
const parquet = ParquetSource.prototype as unknown as { load: TableSource['load']; scan: NonNullable<TableSource['scan']> }
const { load, scan } = parquet
const eager = <O extends LoadOptions | undefined>(options: O): O => (options?.filter ? { ...options, filter: { ...options.filter, least: () => 0, key: String(asked++) } } : options)

beforeAll(async () => {
  parquet.load = function (columns, lease, options) {
    return load.call(this, columns, lease, eager(options))
  }
  parquet.scan = function (columns, lease, options) {
    return scan.call(this, columns, lease, eager(options))
  }
  folder = await mkdtemp(join(tmpdir(), 'arcweld-late-'))
  duckdb = await openDuckDb(1)
  large = await Engine.create({ threads: 2, memory: '1GiB' })
  small = await Engine.create({ threads: 2, memory: '16MiB' })
  await register('stretches', STRETCHES)
  await duckdb.exec(`COPY (SELECT (i * 3)::INTEGER AS k, 'name ' || i AS name, i % 4 AS kind FROM range(40) t(i)) TO '${path('names')}' (FORMAT parquet)`)
  await register('names', path('names'))
  // Groups of 2,048 rows, a page each; r is scattered, g and w lie in stretches that no statistics tell.
  await duckdb.exec(`COPY (SELECT i::INTEGER AS i, (i // 1500 * 37 % 64)::INTEGER AS g, (i * 7919 % 100003)::INTEGER AS r, 'word ' || (i // 2500 * 31 % 50) AS w, CASE WHEN i % 11 = 0 THEN NULL ELSE i / 8.0 END::DOUBLE AS x,
    (i % 977 / 100.0)::DECIMAL(9,2) AS d, CASE WHEN i // 4000 % 3 <> 1 THEN 'text of row ' || i || repeat('.', (i % 60)::INTEGER) END AS s, DATE '2020-01-01' + (i // 700 * 13 % 365)::INTEGER AS day FROM range(100000) t(i)) TO '${path('facts')}' (FORMAT parquet, ROW_GROUP_SIZE 2048)`)
  await register('facts', path('facts'))
}, 60_000)
afterAll(async () => {
  Object.assign(parquet, { load, scan })
  await large?.close()
  await small?.close()
  duckdb?.close()
  await rm(folder, { recursive: true, force: true })
})
afterEach(() => {
  expect(large.memory.inUse).toBe(0)
  expect(small.memory.inUse).toBe(0)
})

const scansOf = async (engine: Engine, sql: string): Promise<readonly ScanReport[]> => (await engine.explain(sql, { analyze: true })).stages.flatMap(({ scans }) => scans ?? [])
const filteredOf = async (sql: string, engine = large): Promise<ScanReport['filtered']> => (await scansOf(engine, sql)).find(({ filtered }) => filtered)?.filtered

const agrees = async (engine: Engine, sql: string): Promise<void> => {
  const query = { sql, keys: [] } as unknown as FuzzQuery
  expect((await judge(engine, query, await expectedOf(duckdb, query), 'prefer')).wrong, `SEED=${SEED}\n${sql}`).toBeUndefined()
}

describe('what is left out', () => {
  test('pages, by a condition that no statistics decide', async () => {
    const sql = 'SELECT count(*) AS n, sum(price) AS p, min(note) AS a, max(note) AS b, count(code) AS c FROM stretches WHERE part % 8 = 3'
    // Five stretches of 500 rows are wanted, each in one granule of 1,024 rows, and that in three pages of each of three columns.
    expect(await filteredOf(sql)).toEqual({ rows: 20_000, left: 5120, pages: 120, pagesDecoded: 45, abandoned: false })
    await agrees(large, sql)
    expect(String(await large.explain(sql, { analyze: true }))).toContain('read of stretches: 2 of 2 row groups, 20000 rows; asked of 20000 rows first: 5120 decoded, 45 of 120 pages')
    await agrees(small, sql)
  })

  test('row groups of one page', async () => {
    const sql = 'SELECT count(*) AS n, sum(x) AS x, max(s) AS s FROM facts WHERE g % 32 = 5'
    const filtered = await filteredOf(sql)
    expect(filtered).toMatchObject({ rows: 100_000, abandoned: false })
    expect(filtered?.left).toBeLessThan(25_000)
    await agrees(large, sql)
    await agrees(small, sql)
  })

  test('by the keys of a join whose other side is there', async () => {
    const sql = "SELECT count(*) AS n, sum(f.x) AS x, min(f.s) AS s FROM facts f JOIN names n ON f.g = n.k WHERE n.name IN ('name 0', 'name 20')"
    const filtered = await filteredOf(sql)
    expect(filtered).toMatchObject({ rows: 100_000, abandoned: false })
    expect(filtered?.left).toBeLessThan(25_000)
    await agrees(large, sql)
    await agrees(small, sql)
  })

  test('in windows', async () => {
    const sql = 'SELECT count(*) AS n, sum(x) AS x, max(s) AS s FROM facts WHERE g % 32 = 5'
    const report = await small.explain(sql, { analyze: true })
    expect(report.stages[0]?.pipelines[0]?.windows).toBeGreaterThan(1)
    expect(report.stages[0]?.scans?.[0]).toMatchObject({ table: 'facts', rowGroups: 49, rowGroupsSkipped: 0, rows: 100_000 })
  })

  test('not where the rows are scattered, nor where the conditions look at all columns', async () => {
    expect(await filteredOf('SELECT sum(x) AS x, max(s) AS s FROM facts WHERE r % 50 = 7')).toMatchObject({ abandoned: true })
    expect(await scansOf(large, 'SELECT count(*) AS n FROM facts WHERE g % 32 = 5')).toEqual([{ table: 'facts', rowGroups: 49, rowGroupsSkipped: 0, rows: 100_000 }])
  })

  test('partitions by folder are columns of the filter, too', async () => {
    for (const year of [2023, 2024]) {
      await mkdir(join(folder, 'hive', `year=${year}`), { recursive: true })
      await copyFile(STRETCHES, join(folder, 'hive', `year=${year}`, 'a.parquet'))
    }
    await large.register('hive', join(folder, 'hive'))
    const of = (condition: string) => `SELECT year, count(*) AS n, min(note) AS a FROM hive WHERE ${condition} GROUP BY year ORDER BY year`
    expect(await rowsOf(large, of('part % 8 = 3 AND year % 5 = 4'))).toEqual([{ year: 2024n, n: 2500n, a: expect.stringMatching(/^row/) }])
    expect(await filteredOf(of('part % 8 = 3 AND (year + part) % 4000 = 2027'))).toMatchObject({ rows: 40_000, abandoned: false })
    expect(await rowsOf(large, of('(year + part) % 4000 = 2027'))).toEqual([{ year: 2023n, n: 500n, a: expect.any(String) }, { year: 2024n, n: 500n, a: expect.any(String) }])
    expect(await rowsOf(large, of('year % 7 = 6'))).toEqual([])
    await large.unregister('hive')
  })
})

describe('errors', () => {
  test('a condition raises as it would without', async () => {
    // For a row of the stretch that is wanted, for one of another stretch, and for one that a condition before it leaves out.
    await failure(rowsOf(large, "SELECT max(note) AS m FROM stretches WHERE part % 8 = 3 AND CAST('x' || code AS INTEGER) = 3"), 'CAST_FAILED')
    await failure(rowsOf(large, 'SELECT max(note) AS m FROM stretches WHERE CAST(id * 300000 AS INTEGER) + part = 3'), 'OVERFLOW')
    await failure(rowsOf(small, 'SELECT max(note) AS m FROM stretches WHERE CAST(id * 300000 AS INTEGER) + part = 3'), 'OVERFLOW')
    await agrees(large, "SELECT max(note) AS m FROM stretches WHERE CASE WHEN part = 7 THEN 3 ELSE id END = 3")
  })

  test('an abort while it is asked', async () => {
    const abort = new AbortController()
    const running = rowsOf(large, 'SELECT max(s) AS s FROM facts WHERE g % 32 = 5', { signal: abort.signal })
    setTimeout(() => abort.abort(new Error('enough')), 3)
    await running.catch((error: unknown) => expect((error as Error).message).toBe('enough'))
  })
})

/** Conditions of every kind over `facts` or `stretches`: in stretches, scattered, of NULLs, of codes, of none and of all. */
const CONDITIONS: Record<'facts' | 'stretches', readonly ((r: Random) => string)[]> = {
  facts: [
    (r) => `g % ${r.pick([4, 16, 32, 64])} = ${r.int(4)}`,
    (r) => `g // ${r.pick([2, 8])} = ${r.int(8)}`,
    (r) => `w LIKE '%${r.int(10)}'`,
    (r) => `w || '' IN ('word ${r.int(50)}', 'word ${r.int(50)}')`,
    (r) => `i % 30000 ${r.pick(['<', '>'])} ${r.int(30_000)}`,
    (r) => `i * 1 BETWEEN ${r.int(100_000)} AND ${r.int(100_000)}`,
    (r) => `r % ${r.pick([2, 50, 5000])} = ${r.int(3)}`,
    () => 's IS NULL', () => 's IS NOT NULL AND length(s) > 40',
    (r) => `extract(month FROM day) = ${1 + r.int(12)}`,
    (r) => `x + 1 > ${r.int(12_500)}`,
    (r) => `d * 2 = ${r.int(2000) / 100}`,
    () => 'g * 0 = 1', () => 'g * 0 = 0',
  ],
  stretches: [
    (r) => `part % ${r.pick([4, 8, 20])} = ${r.int(4)}`, (r) => `part IN (${r.int(40)}, ${r.int(40)})`,
    (r) => `code = 'c${r.int(8)}'`, () => 'code IS NULL', (r) => `note LIKE '%${r.int(100)} row%'`, () => 'price IS NULL',
    (r) => `id % 5000 < ${r.int(700)}`, (r) => `price * 2 > ${r.int(10_000)}`,
  ],
}
const COLUMNS = { facts: ['i', 'g', 'r', 'w', 'x', 'd', 's', 'day'], stretches: ['id', 'part', 'code', 'note', 'price'] } as const
const KEYS = { facts: ['g', 'i', 'r'], stretches: ['part', 'id'] } as const

const querySql = (r: Random): string => {
  const table = r.pick(['facts', 'stretches'] as const)
  const condition = () => r.pick(CONDITIONS[table])(r)
  const where = r.pick([condition, () => `${condition()} AND ${condition()}`, () => `(${condition()} OR ${condition()}) AND ${condition()}`])()
  const columns = COLUMNS[table].filter(() => r.int(3) > 0)
  const shown = columns.length > 0 ? columns : [COLUMNS[table][0]]
  const sums = shown.map((c) => `min(t.${c}) AS a_${c}, max(t.${c}) AS b_${c}, count(t.${c}) AS n_${c}`).join(', ')
  const key = r.pick(KEYS[table])
  switch (r.int(5)) {
    case 0:
      return `SELECT ${shown.map((c) => `t.${c}`).join(', ')} FROM ${table} t WHERE ${where}`
    case 1:
      return `SELECT ${sums} FROM ${table} t JOIN names n ON t.${key} = n.k WHERE n.kind = ${r.int(4)}${r.int(2) ? ` AND ${where}` : ''}`
    case 2:
      return `SELECT ${sums} FROM ${table} t WHERE ${where} AND t.${key} IN (SELECT k FROM names WHERE name LIKE '%${r.int(10)}')`
    case 3:
      return `SELECT n.name, ${sums} FROM names n LEFT JOIN ${table} t ON t.${key} = n.k AND ${where} WHERE n.kind = ${r.int(4)} GROUP BY n.name`
    default:
      return `SELECT ${sums}, count(*) AS n FROM ${table} t WHERE ${where}`
  }
}

test(`random conditions and joins (${QUERIES})`, { timeout: 120_000 + QUERIES * 1000 }, async () => {
  const r = new Random(SEED)
  let [tried, useful, windows] = [0, 0, 0]
  for (let q = 0; q < QUERIES; q++) {
    const sql = querySql(r)
    await agrees(large, sql)
    const scans = await scansOf(large, sql)
    if (scans.some(({ filtered }) => filtered)) tried++
    if (scans.some(({ filtered }) => filtered?.abandoned === false)) useful++
    await agrees(small, sql)
    if ((await scansOf(small, sql)).some(({ filtered }) => filtered)) windows++
  }
  // It was the conditions' turn, often enough.
  expect({ tried: tried > QUERIES / 3, useful: useful > QUERIES / 10, windows: windows > QUERIES / 10 }, JSON.stringify({ tried, useful, windows })).toEqual({ tried: true, useful: true, windows: true })
})
