/**
 * Conditions over Parquet files: what leaves out row groups, pages and dictionaries never loses a row. Files that DuckDB writes at random,
 * and the fixtures that have page indexes, Bloom filters and odd layouts; every answer is DuckDB's. ARCWELD_FUZZ_N says how many files.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Engine } from 'arcweld'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSource } from '../../src/sources/index.ts'
import { type DuckDb, openDuckDb } from '../../src/cli/duckdb.ts'
import { fixtures, pathOf } from '../fixtures/parquet/read.ts'
import { testSeed } from '../seed.ts'
import { expectedOf, judge } from '../engine/witness.ts'
import type { FuzzQuery } from '../engine/fuzz-queries.ts'
import { quotedName } from './parquet-reading.ts'
import { condition, pick, type Random, random, type Sampled, sampled, writeRandom } from './parquet-random.ts'

const FILES = Number(process.env['ARCWELD_FUZZ_N'] ?? 25)
const QUERIES = 8
const seed = testSeed()

let folder: string
let engine: Engine
let duckdb: DuckDb
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arcweld-parquet-'))
  engine = await Engine.create({ threads: 2, memory: '512MiB' })
  duckdb = await openDuckDb(2)
})
afterAll(async () => {
  await engine.close()
  duckdb.close()
  await rm(folder, { recursive: true, force: true })
})

/** Columns of types that plans from SQL have no name for: UUID, TIMESTAMP_NS. */
const NO_SQL = /^(uuid|.*_ns)$/

const query = (sql: string): FuzzQuery => ({ sql, keys: [] }) as unknown as FuzzQuery

const asked = async (path: string, next: Random, queries: number, made: string): Promise<void> => {
  const { fields } = await openSource(path)
  await engine.register('t', path)
  await duckdb.exec('DROP VIEW IF EXISTS t')
  await duckdb.view('t', path)
  const plain = fields.filter(({ type }) => !['array', 'struct', 'map', 'binary', 'interval'].includes(type.kind)).map(({ name }) => name).filter((name) => !NO_SQL.test(name))
  const columns = await sampled(duckdb.connection, path, plain)
  const ask = async (sql: string) => {
    const { wrong } = await judge(engine, query(sql), await expectedOf(duckdb, query(sql)), 'prefer')
    expect(wrong, `SEED=${seed}\n${made};\n${sql}`).toBeUndefined()
  }
  for (let q = 0; q < queries; q++) {
    const where = condition(next, columns)
    const shown = [...new Set([pick(next, plain), pick(next, plain), plain[0]!])].map(quotedName).join(', ')
    await ask(next() < 0.7 ? `SELECT ${shown} FROM t WHERE ${where}` : `SELECT count(*) AS n, count(${quotedName(pick(next, plain))}) AS c FROM t WHERE ${where}`)
  }
  await joined(path, columns, plain, next, ask)
  expect(engine.memory.inUse).toBe(0)
}

let keyFiles = 0

/** A few keys of a column, joined: what the build side knows of them may leave out what a statistic or filter rules out. */
const joined = async (path: string, columns: readonly Sampled[], plain: readonly string[], next: Random, ask: (sql: string) => Promise<void>): Promise<void> => {
  const { name, literals } = pick(next, columns)
  if (literals.length === 0) return
  // a name of its own: DuckDB keeps what it read of a file that is written again within the second
  const keys = join(folder, `keys-${keyFiles++}.parquet`)
  const chosen = [pick(next, literals), pick(next, literals)]
  await duckdb.exec(`COPY (SELECT DISTINCT ${quotedName(name)} AS k FROM read_parquet('${path.replaceAll("'", "''")}') WHERE ${quotedName(name)} IN (${chosen.join(', ')})) TO '${keys}' (FORMAT parquet)`)
  await engine.register('keys', keys)
  await duckdb.exec('DROP VIEW IF EXISTS keys')
  await duckdb.view('keys', keys)
  await ask(`SELECT ${plain.map((column) => `t.${quotedName(column)}`).join(', ')} FROM t JOIN keys ON t.${quotedName(name)} = keys.k`)
}

test(`${FILES} random files`, { timeout: 60_000 + FILES * 5_000 }, async () => {
  for (let file = 0; file < FILES; file++) {
    const next = random(seed + file * 104729)
    const path = join(folder, `random-${file}.parquet`)
    const made = await writeRandom(duckdb.connection, path, next)
    await asked(path, next, QUERIES, `file ${file}: ${made}`)
    await rm(path)
  }
})

const PRUNED = fixtures.filter(({ file }) => /^(sorted|overflow|polars-sorted|types|gaps|hyparquet|decimals|duckdb|empty)/.test(file))

test.each(PRUNED)('$file', async (fixture) => {
  await asked(pathOf(fixture), random(seed + fixture.file.length), 10, fixture.file)
})

// In the deltas of UINT32 DuckDB takes the top bit for a value, not for a sign.
test('deltas of unsigned integers above 2^31', async () => {
  const path = join(folder, 'unsigned.parquet')
  await duckdb.exec(`COPY (SELECT (4294967295 - i * 7919)::UINTEGER AS u FROM range(3000) t(i)) TO '${path}' (FORMAT parquet, PARQUET_VERSION V2, DICTIONARY_SIZE_LIMIT 0)`)
  await engine.register('t', path)
  const sql = 'SELECT sum(u)::VARCHAR AS s, min(u) AS a, max(u) AS b FROM t'
  await duckdb.exec('DROP VIEW IF EXISTS t')
  await duckdb.view('t', path)
  expect((await judge(engine, query(sql), await expectedOf(duckdb, query(sql)), 'prefer')).wrong).toBeUndefined()
})
