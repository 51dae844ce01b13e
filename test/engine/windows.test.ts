/** Random window functions on DuckDB and on arcweld: native on one and three threads, and interpreted. SEED repeats a run, ARCWELD_FUZZ_N is its number of queries. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Engine } from 'arcweld'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DuckDb, openDuckDb } from '../../src/cli/duckdb.ts'
import { testSeed } from '../seed.ts'
import { type FuzzTable, fuzzTable } from './fuzz-tables.ts'
import { windowQuery } from './fuzz-windows.ts'
import { Random } from './random.ts'
import { expectedOf, judge } from './witness.ts'

const SEED = testSeed()
const QUERIES = Number(process.env['ARCWELD_FUZZ_N'] || 120)
const NATIVE = process.env['ARCWELD_WINDOWS'] !== 'never'

let folder: string
let duckdb: DuckDb
let engines: Engine[]
let tables: FuzzTable[]

beforeAll(async () => {
  console.log(`SEED=${SEED}`)
  folder = await mkdtemp(join(tmpdir(), 'arcweld-windows-'))
  duckdb = await openDuckDb(1)
  const r = new Random(SEED)
  tables = [0, 1, 7, 300, 5000].map((rows) => fuzzTable(r, `t${rows}`, rows))
  engines = await Promise.all([1, 3].map((threads) => Engine.create({ threads, memory: '1GiB' })))
  for (const table of tables) {
    const path = join(folder, `${table.name}.parquet`)
    await duckdb.exec(`COPY (${table.sql}) TO '${path}' (FORMAT parquet)`)
    await duckdb.exec(`CREATE TABLE ${table.name} AS FROM '${path}'`)
    for (const engine of engines) await engine.register(table.name, path, { cache: true })
  }
})

afterAll(async () => {
  await Promise.all((engines ?? []).map((engine) => engine.close()))
  duckdb?.close()
  await rm(folder, { recursive: true, force: true })
})

test('random windows agree with DuckDB, native on one and three threads and interpreted', { timeout: 600_000 }, async () => {
  const failures: string[] = []
  const counts = { queries: 0, raised: 0, rows: 0, native: 0, fallback: 0, skipped: 0 }
  const most = Number(process.env['ARCWELD_FUZZ_FAILURES'] || 1)
  for (let i = 0; i < QUERIES && failures.length < most; i++) {
    const query = windowQuery(new Random(SEED + i * 7919), tables, '')
    const expected = await expectedOf(duckdb, query)
    if (expected.raised !== undefined && !/^(Out of Range|Conversion|Invalid Input) Error/i.test(expected.raised)) {
      if (process.env['ARCWELD_FUZZ_SKIPPED']) console.log(expected.raised.split('\n')[0], query.sql)
      counts.skipped++
      continue
    }
    counts.queries++
    if (expected.raised === undefined) counts.rows += expected.rows.rows.length
    else counts.raised++
    const runs = [...(NATIVE ? engines.map((engine, e) => ({ engine, native: 'prefer' as const, how: `--threads ${e === 0 ? 1 : 3}` })) : []), { engine: engines[i % 2] as Engine, native: 'never' as const, how: '--native never' }]
    for (const { engine, native, how } of runs) {
      const held = engine.memory.inUse
      const { wrong, stages } = await judge(engine, query, expected, native)
      const fallbacks = native === 'prefer' ? stages.flatMap((s) => s.refusals) : []
      if (native === 'prefer') for (const s of stages) counts[s.native ? 'native' : 'fallback']++
      const said = wrong ?? (engine.memory.inUse !== held ? 'bytes were not given back' : query.lowered && fallbacks.length ? `a fallback because ${fallbacks.map((f) => f.reason).join(', ')}` : undefined)
      if (said === undefined) continue
      failures.push(`${said}\nSEED=${SEED} (query ${i})\n${query.sql} ${how}`)
      break
    }
  }
  console.log(JSON.stringify(counts))
  expect(failures.join('\n\n'), failures.join('\n\n')).toBe('')
  expect(counts.rows).toBeGreaterThan(QUERIES)
  expect(counts.skipped).toBeLessThan(QUERIES / 4)
})
