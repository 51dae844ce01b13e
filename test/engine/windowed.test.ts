/**
 * Stages over scans that come in windows: every kind of sink, with windows whose memory is overwritten once they are released; early ends
 * and errors; and random queries against DuckDB.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Engine } from 'arcweld'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ParquetSource } from '../../dist/sources/parquet.js'
import { FormBroken } from '../../dist/sources/source.js'
import { type DuckDb, openDuckDb } from '../../src/cli/duckdb.ts'
import type { TableSource } from '../../src/sources/source.ts'
import { testSeed } from '../seed.ts'
import { failure, rowsOf } from './fixtures.ts'
import { QueryMaker } from './fuzz-queries.ts'
import { type FuzzTable, fuzzTable } from './fuzz-tables.ts'
import { Random } from './random.ts'
import { windowedScan, type WindowPlan, windowsOf } from './windowed-source.ts'
import { expectedOf, judge } from './witness.ts'

const SEED = testSeed()
const QUERIES = Number(process.env['ARCWELD_FUZZ_N'] || 60)

let folder: string
let duckdb: DuckDb
let engines: Engine[]
let tables: FuzzTable[]
const fresh = (): WindowPlan => ({ rows: () => 3000, made: 0, open: 0 })
/** Undefined: the source's own windows. */
let plan: WindowPlan | undefined

const parquet = ParquetSource.prototype as unknown as TableSource
const own = parquet.scan

const path = (name: string): string => join(folder, `${name}.parquet`)

beforeAll(async () => {
  parquet.scan = function (columns, arena, options) {
    return plan ? windowedScan(this, plan)(columns, arena as never, options) : (own as NonNullable<typeof own>).call(this, columns, arena, options)
  }
  folder = await mkdtemp(join(tmpdir(), 'arcweld-windowed-'))
  duckdb = await openDuckDb(1)
  await duckdb.exec(`COPY (SELECT i::INTEGER AS i, (i % 1000)::INTEGER AS k, (i * 7919 % 100003)::BIGINT AS r, 'text of ' || (i * 31 % 50021) AS s, 's' || (i % 7) AS c, CASE WHEN i % 11 = 0 THEN NULL ELSE i / 8.0 END::DOUBLE AS x FROM range(50000) t(i)) TO '${path('facts')}' (FORMAT parquet, ROW_GROUP_SIZE 8192)`)
  await duckdb.exec(`COPY (SELECT (i * 3)::INTEGER AS k, 'name ' || i AS name FROM range(400) t(i)) TO '${path('names')}' (FORMAT parquet)`)
  const r = new Random(SEED)
  tables = [0, 1, 7, 300, 3000, 40_000].map((rows) => fuzzTable(r, `t${rows}`, rows))
  for (const table of tables) await duckdb.exec(`COPY (${table.sql}) TO '${path(table.name)}' (FORMAT parquet, ROW_GROUP_SIZE ${r.pick([2048, 30_000])})`)
  for (const name of ['facts', 'names', ...tables.map((t) => t.name)]) {
    // A table of its own: DuckDB's Bloom filters in Parquet files do not find 0 for -0.
    await duckdb.exec(`CREATE TABLE ${name} AS FROM '${path(name)}'`)
  }
  engines = await Promise.all([1, 2, 3].map((threads) => Engine.create({ threads, memory: '1GiB' })))
  for (const engine of engines) for (const name of ['facts', 'names', ...tables.map((t) => t.name)]) await engine.register(name, path(name))
})

afterAll(async () => {
  if (own) parquet.scan = own
  await Promise.all((engines ?? []).map((engine) => engine.close()))
  duckdb?.close()
  await rm(folder, { recursive: true, force: true })
})

beforeEach(() => {
  plan = fresh()
})

const QUERIES_BY_SINK: readonly (readonly [string, string])[] = [
  ['sums, one state', 'select count(*) n, sum(r) r, sum(x) x, min(i) a, max(i) b from facts where k < 900'],
  ['groups by dense keys', 'select k, count(*) n, sum(r) r from facts group by k order by k'],
  ['groups by hashed keys', 'select r, count(*) n, max(i) m from facts group by r order by r limit 700'],
  ['groups by text, which the table keeps', 'select s, count(*) n, sum(i) t from facts group by s order by s limit 900'],
  ['groups by codes', 'select c, count(*) n from facts group by c order by c'],
  ['least and greatest text of a group', "select k, min(s) a, max(s) b from facts where s like '%9%' group by k order by k"],
  ['text that only a filter reads', "select count(*) n, sum(r) t from facts where s like '%17%' or contains(s, '99')"],
  ['parts of text', 'select substr(s, 9, 2) p, count(*) n from facts group by p order by p'],
  ['sorted whole, with text', 'select s, i from facts where i % 7 = 0 order by r, i'],
  ['first rows, with text', 'select i, s, c from facts order by r desc, i limit 37'],
  ['the result itself', 'select i, s, x, c from facts where k between 100 and 150'],
  ['a limit in the order of the file', 'select i, s from facts where k <> 5 limit 4321'],
  ['the side that probes', 'select name, count(*) n, min(s) a from facts join names on facts.k = names.k group by name order by name'],
  ['both sides, text in the build', 'select a.i, b.s from facts a join facts b on a.i = b.k where b.i < 3000 order by a.i, b.s limit 3000'],
  ['left, with no match', "select f.i, n.name from facts f left join names n on f.k = n.k and n.name <> 'name 7' order by f.i limit 5000"],
  ['semi and anti', 'select count(*) n from facts where k in (select k from names) and not exists (select 1 from names where names.k = facts.i)'],
  ['a window function', 'select i, s, row_number() over (partition by k order by r desc, i) n, sum(r) over (partition by k order by i) t from facts order by i limit 2000'],
  ['a union', 'select c, i from facts where i % 100 = 0 union all select name, k from names order by 2, 1'],
  ['distinct values, and distinct in an aggregate', 'select count(distinct r) a, count(distinct s) b, count(distinct c) d from facts'],
  ['first and last rows of a group', 'select k, first(i) a, last(s) b, arg_max(s, r) c from facts group by k order by k'],
  ['an intersection', 'select k from facts intersect select k from names order by k'],
]

describe.each([1, 100, 3000, 20_000])('windows of %d rows', (rows) => {
  // A job a window: small ones are for few queries.
  const queries = rows >= 3000 ? QUERIES_BY_SINK : QUERIES_BY_SINK.filter((_, i) => (rows === 1 ? i < 1 : i % 7 === 1))
  test.each(queries)('%s', async (_, sql) => {
    const small = rows === 1 ? sql.replace('facts where', 'facts where i < 120 and') : sql
    const expected = (await duckdb.query(small)).rows
    for (const engine of rows === 1 ? engines.slice(1, 2) : engines.slice(0, 2)) {
      plan = { ...fresh(), rows: () => rows }
      const held = engine.memory.inUse
      const result = await engine.sql(small, { native: 'only' })
      const found = await result.rows()
      expect(found).toEqual(expected.map((row) => Object.fromEntries(result.schema.map(({ name }, c) => [name, row[c]]))))
      expect(windowsOf(result).length).toBeGreaterThan(0)
      expect([plan.open, engine.memory.inUse]).toEqual([0, held])
    }
  })
})

describe('when windows may go', () => {
  const most = async (sql: string): Promise<number> => {
    let most = 0
    const rows = 1000
    plan = { ...fresh(), rows: () => { most = Math.max(most, (plan as WindowPlan).open); return rows } }
    await rowsOf(engines[1] as Engine, sql)
    expect(plan.made).toBe(50)
    return most
  }

  test('at once: numbers, codes, text that is looked at; one more is made meanwhile', async () => {
    expect(await most('select sum(i), sum(r) from facts')).toBeLessThanOrEqual(2)
    expect(await most('select c, max(i) from facts group by c')).toBeLessThanOrEqual(2)
    expect(await most("select count(*) from facts where s like '%17%'")).toBeLessThanOrEqual(2)
  })

  test('with the query: text that a table keeps', async () => {
    expect(await most('select s, count(*) from facts group by s')).toBeGreaterThan(40)
  })
})

test('a limit ends the reading', async () => {
  for (const engine of engines) {
    plan = { ...fresh(), rows: () => 1000 }
    expect(await rowsOf(engine, 'select i from facts limit 2500')).toHaveLength(2500)
    expect(plan.made).toBeLessThanOrEqual(5)
    expect(plan.open).toBe(0)
  }
})

test('an error of the source, and one that a row raises, end the query; nothing is left', async () => {
  for (const engine of engines) {
    const held = engine.memory.inUse
    for (const window of [0, 1, 7]) {
      plan = { ...fresh(), rows: () => 1000, failsAt: { window, error: new Error('the disk is gone') } }
      await expect(rowsOf(engine, 'select s, count(*) from facts group by s')).rejects.toThrow('the disk is gone')
      expect([plan.open, engine.memory.inUse]).toEqual([0, held])
    }
    plan = { ...fresh(), rows: () => 1000 }
    await failure(rowsOf(engine, 'select sum(cast(i as tinyint)) from facts where i >= 120'), 'CAST_FAILED')
    expect([plan.open, engine.memory.inUse]).toEqual([0, held])
  }
})

test('an abort between windows', async () => {
  const [, engine] = engines as [Engine, Engine, Engine]
  const held = engine.memory.inUse
  const abort = new AbortController()
  plan = { ...fresh(), rows: (i) => { if (i === 5) abort.abort(new Error('enough')); return 1000 } }
  await expect(rowsOf(engine, 'select k, sum(r) from facts group by k', { signal: abort.signal })).rejects.toThrow('enough')
  expect([plan.open, engine.memory.inUse]).toEqual([0, held])
})

test('what kernels cannot do is read whole', async () => {
  const [, engine] = engines as [Engine, Engine, Engine]
  await engine.udf('twice', { args: ['int32'], returns: 'int32' }, (x: number) => x * 2)
  const result = await engine.sql('select sum(twice(k)) t from facts')
  expect([await result.rows(), windowsOf(result)]).toEqual([[{ t: 49_950_000n }], []])
  const interpreted = await engine.sql('select count(*) n from facts', { native: 'never' })
  expect([await interpreted.rows(), windowsOf(interpreted)]).toEqual([[{ n: 50_000n }], []])
})

test('a window that does not fit the form that was promised: the stage reads all and begins anew', async () => {
  for (const engine of engines) {
    const held = engine.memory.inUse
    plan = { ...fresh(), failsAt: { window: 3, error: new FormBroken('r') } }
    const result = await engine.sql('select c, count(*) n, max(s) m from facts group by c order by c', { native: 'only' })
    expect([await result.rows(), windowsOf(result)]).toEqual([(await duckdb.query('select c, count(*) n, max(s) m from facts group by c order by c')).rows.map(([c, n, m]) => ({ c, n, m })), []])
    expect([plan.open, engine.memory.inUse]).toEqual([0, held])
  }
})

test('a file that does not fit: windows of row groups, by the reader itself', async () => {
  plan = undefined
  const large = path('large')
  await duckdb.exec(`COPY (SELECT i::INTEGER AS i, (i * 7919 % 100003)::BIGINT AS r, 'a text of some length, number ' || i AS s, 'c' || (i % 5) AS c FROM range(500000) t(i)) TO '${large}' (FORMAT parquet, ROW_GROUP_SIZE 20480)`)
  const engine = await Engine.create({ threads: 2, memory: '16MiB' })
  try {
    await engine.register('large', large)
    const sql = "select c, count(*) n, sum(i) t, max(r) m, sum(length(s)) l from large where s like '%7%' group by c order by c"
    const result = await engine.sql(sql, { native: 'only' })
    const rows = await result.rows()
    expect(rows).toEqual((await duckdb.query(sql.replace('from large', `from '${large}'`))).rows.map((row) => Object.fromEntries(result.schema.map(({ name }, c) => [name, row[c]]))))
    expect(windowsOf(result)[0]).toBeGreaterThan(10)
    expect(engine.memory.inUse).toBe(0)
    // What a table of texts keeps is more than there may be.
    await failure(rowsOf(engine, 'select s, count(*) n from large group by s'), 'MEMORY_EXCEEDED')
    expect(engine.memory.inUse).toBe(0)
  } finally {
    await engine.close()
  }
})

test('explain tells of windows', async () => {
  const [engine] = engines as [Engine, Engine, Engine]
  expect(String(await engine.explain('select sum(r) from facts', { analyze: true }))).toMatch(/50000 rows, [\d.]+ ms, in 17 windows/)
})

test('random queries agree with DuckDB', { timeout: 600_000 }, async () => {
  console.log(`SEED=${SEED}`)
  const failures: string[] = []
  const counts = { queries: 0, windows: 0 }
  for (let i = 0; i < QUERIES && failures.length === 0; i++) {
    const r = new Random(SEED + i * 7919)
    const query = new QueryMaker(r).query(tables, '')
    const expected = await expectedOf(duckdb, query)
    if (expected.raised !== undefined && !/^(Out of Range|Conversion|Invalid Input) Error/i.test(expected.raised)) continue
    counts.queries++
    const engine = engines[i % 3] as Engine
    const held = engine.memory.inUse
    const rows = r.pick([100, 1000, 1024, 5000, 12_345])
    plan = { ...fresh(), rows: (window) => rows + (window % 3) * 8 }
    const verdict = await judge(engine, query, expected, 'prefer')
    counts.windows += windowsOf({ explain: () => verdict }).reduce((n, w) => n + w, 0)
    if (plan.open !== 0 || engine.memory.inUse !== held) failures.push(`${plan.open} windows and ${engine.memory.inUse - held} bytes were not given back: ${query.sql}`)
    if (verdict.wrong !== undefined) failures.push(`${verdict.wrong}\nSEED=${SEED} (query ${i}, windows of ${rows} rows)\n${query.sql}`)
  }
  console.log(JSON.stringify(counts))
  expect(failures.join('\n')).toBe('')
  expect(counts.windows).toBeGreaterThan(QUERIES)
})
