/**
 * Sorts, top-ns and windows of so many rows that all workers sort: against DuckDB, with the row's number as last key, since equal
 * keys stay in the order of the source; native on one and on several threads, and interpreted. SEED repeats a run, ARCWELD_FUZZ_N is
 * its number of queries.
 */
import { Engine } from 'arcweld'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DuckDb, openDuckDb } from '../../src/cli/duckdb.ts'
import { testSeed } from '../seed.ts'
import { type Folder, openFolder } from './fixtures.ts'
import { Random } from './random.ts'

const SEED = testSeed()
const QUERIES = Number(process.env['ARCWELD_FUZZ_N'] || 24)
/** Around the number of rows from which on all workers sort (assembly/sort-parts.ts), and some blocks. */
const SIZES = [1, 24575, 24576, 70001]

const nullable = (sql: string, n: number) => `CASE WHEN hash(i, ${n}) % 9 = 0 THEN NULL ELSE ${sql} END`
const COLUMNS: Record<string, string> = {
  few: '(hash(i) % 3)::INTEGER',
  i8: '(hash(i, 1) % 200)::SMALLINT - 100',
  i32: nullable('(hash(i, 2) % 100000)::INTEGER - 50000', 3),
  i64: '(hash(i, 4) >> 1)::BIGINT',
  big: `${nullable('(hash(i, 5) % 1000003)::BIGINT * 9000000000000 - 4000000000000000000', 6)}`,
  wide: '(hash(i, 7) % 5000)::DECIMAL(38, 4) * 100000000000000000000',
  d: nullable('((hash(i, 8) % 20000)::DECIMAL(12, 2) - 9000) / 7', 9),
  f64: "CASE hash(i, 10) % 50 WHEN 0 THEN 'nan'::DOUBLE WHEN 1 THEN -0.0::DOUBLE WHEN 2 THEN 0.0::DOUBLE WHEN 3 THEN '-inf'::DOUBLE ELSE (hash(i, 11) % 1000003)::DOUBLE / 7 - 50000 END",
  f32: nullable('((hash(i, 12) % 777)::REAL - 300) / 3', 13),
  b: nullable('hash(i, 14) % 2 = 0', 15),
  day: "DATE '1970-01-01' + (hash(i, 16) % 20000)::INTEGER",
  ts: nullable("TIMESTAMP '2000-01-01' + to_seconds((hash(i, 17) % 100000000)::BIGINT)", 18),
  s: nullable("'common prefix of all ' || (hash(i, 19) % 30000)", 20),
  short: "repeat(chr((97 + hash(i, 21) % 3)::INTEGER), (hash(i, 22) % 12)::INTEGER)",
  dict: nullable("'value ' || (hash(i, 23) % 20)", 24),
  up: 'i::INTEGER',
  down: '-i::BIGINT',
}
const NAMES = Object.keys(COLUMNS)

let folder: Folder
let duckdb: DuckDb
let engines: Engine[]
beforeAll(async () => {
  console.log(`SEED=${SEED}`)
  folder = await openFolder()
  duckdb = await openDuckDb(1)
  engines = await Promise.all([1, 4].map((threads) => Engine.create({ threads })))
  for (const size of SIZES) {
    const path = folder.path(`t${size}.parquet`)
    await folder.write(`t${size}.parquet`, `SELECT i::INTEGER AS id, ${NAMES.map((name) => `${COLUMNS[name]} AS ${name}`).join(', ')} FROM range(${size}) t(i)`)
    await duckdb.view(`t${size}`, path)
    for (const engine of engines) await engine.register(`t${size}`, path, { cache: true })
  }
}, 120_000)
afterAll(async () => {
  await Promise.all((engines ?? []).map((engine) => engine.close()))
  duckdb?.close()
  await folder?.remove()
})

const orderOf = (r: Random, names: readonly string[]): string => names.map((name) => `${name} ${r.pick(['ASC', 'DESC'])} NULLS ${r.pick(['FIRST', 'LAST'])}`).join(', ')

/** Values of all rows, as text: NaN and −0 are told apart. */
const texts = (rows: readonly (readonly unknown[])[]): string[] => rows.map((row) => row.map((v) => (Object.is(v, -0) ? '-0' : String(v))).join('|'))

const agree = async (sql: string, expected: readonly string[], interpreted: boolean, sorted: boolean): Promise<void> => {
  const runs = [...engines.map((engine) => ({ engine, native: 'only' as const })), ...(interpreted ? [{ engine: engines[0] as Engine, native: 'never' as const }] : [])]
  for (const { engine, native } of runs) {
    const held = engine.memory.inUse
    const rows = texts((await (await engine.sql(sql, { native })).rows()).map((row) => Object.values(row)))
    const found = sorted ? [...rows].sort() : rows
    const at = expected.findIndex((row, i) => row !== found[i])
    const place = `${sql} ${native} on ${engine === engines[0] ? 1 : 4} SEED=${SEED}`
    expect(found.length, place).toBe(expected.length)
    expect(at < 0 ? undefined : [at, found[at]], place).toEqual(at < 0 ? undefined : [at, expected[at]])
    expect(engine.memory.inUse, place).toBe(held)
  }
}

test('sorts: every type, ties in the order of the source', { timeout: 600_000 }, async () => {
  for (let i = 0; i < QUERIES; i++) {
    const r = new Random(SEED + i * 7919)
    const size = i < 4 ? (SIZES[i] as number) : r.pick(SIZES.slice(1))
    // Each column is the first key once.
    const keys = orderOf(r, [NAMES[i % NAMES.length] as string, ...r.some(0, 2, () => r.pick(NAMES))])
    const limit = r.chance(0.5) ? ` LIMIT ${r.pick(['1', '100', '5000', '66000'])}${r.chance(0.4) ? ` OFFSET ${r.pick(['7', '3000', '20000'])}` : ''}` : ''
    const where = r.chance(0.3) ? ' WHERE few <> 1' : ''
    const select = `SELECT id, ${r.pick(NAMES)} AS c FROM t${size}${where}`
    const expected = texts((await duckdb.query(`${select} ORDER BY ${keys}, id${limit}`)).rows.map((row) => [row[0]]))
    await agree(`SELECT id FROM (${select} ORDER BY ${keys}${limit})`, expected, i % 3 === 0, false)
  }
})

test('windows: partitions that are few, many, or one', { timeout: 600_000 }, async () => {
  const partitions = ['', 'PARTITION BY few ', 'PARTITION BY dict ', 'PARTITION BY few, short ', 'PARTITION BY s ', 'PARTITION BY i64 ', 'PARTITION BY b, wide ', 'PARTITION BY f64 ']
  for (let i = 0; i < QUERIES; i++) {
    const r = new Random(SEED + 13 + i * 7919)
    const size = r.pick(SIZES.slice(1))
    const partition = partitions[i % partitions.length] as string
    const by = orderOf(r, [r.pick(NAMES), ...(r.chance(0.3) ? [r.pick(NAMES)] : [])])
    const calls = r.some(1, 3, () =>
      r.pick([
        `rank() OVER (${partition}ORDER BY ${by})`, `dense_rank() OVER (${partition}ORDER BY ${by})`, `cume_dist() OVER (${partition}ORDER BY ${by})`,
        `row_number() OVER (${partition}ORDER BY ${by}, id)`, `lag(id) OVER (${partition}ORDER BY ${by}, id)`, `sum(i8) OVER (${partition}ORDER BY ${by})`,
        `max(i32) OVER (${partition}ORDER BY ${by}, id ROWS BETWEEN ${r.pick(['3', '40', '700', '20000'])} PRECEDING AND ${r.pick(['CURRENT ROW', '100 FOLLOWING', '9000 FOLLOWING'])})`,
        ...(partition ? [`count(i32) OVER (${partition})`] : []),
      ]),
    )
    const sql = `SELECT id, ${calls.map((c, k) => `${c} AS w${k}`).join(', ')} FROM t${size}`
    await agree(sql, texts((await duckdb.query(sql)).rows).sort(), i % 8 === 0, true)
  }
})
