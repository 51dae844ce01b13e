/** The command `bench tpch`: over a stand-in engine what it promises of answers, and end to end what it prints and writes. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { withoutCpuProf } from '../../src/cli/commands/bench.ts'
import type { CreateEngine } from '../../src/cli/engine-door.ts'
import { run } from '../../src/cli/program.ts'
import { writeBenchData } from './bench-data.ts'
import { capture, standIn, type StandInOptions } from './stand-in.ts'

const folder = mkdtempSync(join(tmpdir(), 'arcweld-bench-'))
beforeAll(() => writeBenchData(folder))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const common = () => ['bench', 'tpch', '--data', folder, '--threads', '2', '--rounds', '2']

const withStandIn = async (args: string[], options: StandInOptions = {}, wrap: (open: CreateEngine) => CreateEngine = (open) => open, signal?: AbortSignal) => {
  const terminal = capture()
  const engine = standIn(options)
  const status = await run([...common(), ...args], signal ? { ...terminal, signal } : terminal, wrap(engine.open))
  return { status, stdout: terminal.stdout(), stderr: terminal.stderr(), engine }
}

describe('bad command lines: status 2, nothing opened', () => {
  test.each([
    ['bench'],
    ['bench', 'tpcx'],
    ['bench', 'tpch', 'more'],
    ['bench', 'tpch', '--sf', '0'],
    ['bench', 'tpch', '--sf', '1,10'],
    ['bench', 'tpch', '--rounds', '0'],
    ['bench', 'tpch', '--queries', 'one'],
    ['bench', 'tpch', '--engines', 'duckdb,polars'],
    ['bench', 'tpch', '--json', join(tmpdir(), 'no such folder', 'x.json')],
    ['bench', 'tpch', '--cpu-prof', ''],
    ['bench', 'tpch', '--native', 'only'],
    ['bench', 'tpch', '--only', 'csv'],
    ['bench', 'tpch', '--from', 'disk'],
  ])('%s %s %s %s', async (...args) => {
    const terminal = capture()
    const engine = standIn()
    expect(await run(args.filter((text) => text !== undefined), terminal, engine.open)).toBe(2)
    expect([terminal.stdout(), engine.opened]).toEqual(['', []])
    expect(terminal.stderr()).toMatch(/^arcweld: INVALID_OPTION: .+\n( {2}.+\n)?$/)
  })

  test('a query that the data has not', async () => {
    const { status, stderr, engine } = await withStandIn(['--queries', '1,4'])
    expect([status, engine.opened]).toEqual([2, []])
    expect(stderr).toContain('has no query 4\n  it has 1, 2, 3, 9')
  })
})

describe('answers', () => {
  test('that differ end it: status 1, the row is named, nothing is timed', async () => {
    let calls = 0
    const change: StandInOptions['change'] = (sql, rows) => {
      calls++
      return sql.includes('group by k') ? { ...rows, rows: rows.rows.map((row, i) => (i === 3 ? [row[0], 1n, row[2]] : row)) } : rows
    }
    const { status, stdout, stderr, engine } = await withStandIn(['--queries', '1,2'], { change })
    expect(stderr).toMatch(/^query 1 differs from DuckDB: arcweld: row 4, s: 1 instead of \d+\n$/)
    expect([status, stdout, calls, engine.closed]).toEqual([1, '', 2, 1])
  })

  test("the interpreter's are compared, too", async () => {
    let runs = 0
    const change: StandInOptions['change'] = (_, rows) => (++runs === 2 ? { ...rows, rows: rows.rows.slice(1) } : rows)
    const { status, stderr } = await withStandIn(['--queries', '1', '--engines', 'arcweld,interpreter'], { change })
    expect([status, stderr]).toEqual([1, 'query 1 differs from DuckDB: interpreter: 6 rows instead of 7\n'])
  })

  test('doubles may differ by 1e-9, and by no more', async () => {
    const scaled = (by: number): StandInOptions => ({ change: (_, rows) => ({ ...rows, rows: rows.rows.map(([k, s, mean]) => [k, s, (mean as number) * by]) }) })
    expect((await withStandIn(['--queries', '1'], scaled(1 + 1e-10))).status).toBe(0)
    expect((await withStandIn(['--queries', '1'], scaled(1 + 1e-8))).stderr).toMatch(/differs from DuckDB: arcweld: row 1, mean/)
  })

  test("an engine's error ends its query and not the others", async () => {
    const { status, stdout, stderr } = await withStandIn(['--queries', '9,1'])
    expect(status).toBe(1)
    expect(stderr).toMatch(/^query 9: arcweld: SQL_SYNTAX: /)
    expect(stdout).toMatch(/^ +1\* +│/m)
    expect(stdout).not.toMatch(/^ +9\*? +│/m)
  })
})

test('a stage that falls back marks its query and says why', async () => {
  const { status, stdout } = await withStandIn(['--queries', '1'])
  expect(status).toBe(0)
  expect(stdout).toContain('* query 1: stage 1 falls back: UDF grade: A JavaScript function runs only on the interpreter.\n')
  expect(stdout).toContain('Memory: arcweld at most 2.0 MB of 4.0 MB at once, 1.0 MB of it tables;')
})

test('no text is run twice, engines take turns, and prepared statements are compared and timed, too', async () => {
  const texts: string[] = []
  const prepared: string[] = []
  let executed = 0
  const wrap = (open: CreateEngine): CreateEngine => async (options) => {
    const engine = await open(options)
    return {
      ...engine,
      prepare: async (sql) => {
        prepared.push(sql)
        return {
          execute: async () => {
            executed++
            return engine.sql(sql)
          },
        }
      },
    }
  }
  const change: StandInOptions['change'] = (sql, rows) => {
    texts.push(sql)
    return rows
  }
  const { status, stdout } = await withStandIn(['--queries', '3'], { change }, wrap)
  expect(status).toBe(0)
  expect(stdout).toMatch(/warm: SQL text → rows, ms .*│ {2}prepared, ms .*│ {2}cold: first run, ms\n/)
  expect(stdout).toMatch(/^ +3\*( +│)( +[\d.]+ +[\d.]+ to [\d.]+){2} +[\d.]+× +│( +[\d.]+){2} +[\d.]+× +│( +[\d.]+){2} +[\d.]+×$/m)
  // Once to compare its answer, once for all rounds.
  const sql = 'select count(*) as n from facts'
  expect([prepared, executed]).toEqual([[sql, sql], 1 + 3 + 2])
  const timed = texts.filter((sql) => sql.includes('--'))
  expect(timed).toHaveLength(3 + 2)
  expect(new Set(timed).size).toBe(timed.length)
})

test('an interruption ends it, and the engine is closed', async () => {
  const abort = new AbortController()
  const change: StandInOptions['change'] = (_, rows) => {
    abort.abort(new Error('interrupted'))
    return rows
  }
  const { status, stderr, engine } = await withStandIn(['--queries', '1,2'], { change }, undefined, abort.signal)
  expect([status, stderr, engine.closed]).toEqual([1, 'arcweld: interrupted\n', 1])
})

test('the profiler’s flag is taken out of the arguments, however it is written', () => {
  expect(withoutCpuProf(['tpch', '--cpu-prof', 'dir', '--sf', '1'])).toEqual(['tpch', '--sf', '1'])
  expect(withoutCpuProf(['tpch', '--cpu-prof=dir', '--sf', '1'])).toEqual(['tpch', '--sf', '1'])
})

const arcweld = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...common(), ...args], { encoding: 'utf8', timeout: 60_000 })
  return { status, stdout, stderr }
}

describe('end to end', () => {
  test('table, JSON and profile', () => {
    const json = join(folder, 'figures.json')
    const { status, stdout, stderr } = arcweld('--queries', '1,2,3', '--engines', 'arcweld,duckdb,interpreter', '--profile', '--json', json)
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^TPC-H, 2 threads for each engine, one process\narcweld \d+\.\d+\.\d+, DuckDB v1\.5/)
    expect(stdout).toMatch(/Loaded into memory: arcweld in \d+ ms, [\d.]+ MB; DuckDB in \d+ ms, [\d.]+ MB\n/)
    for (const number of [1, 2, 3]) expect(stdout).toMatch(new RegExp(`^ +${number} +│ +[\\d.]+ +[\\d.]+ to [\\d.]+ +[\\d.]+ +[\\d.]+ to [\\d.]+ +[\\d.]+× +│`, 'm'))
    expect(stdout).toMatch(/^geometric mean +│ +[\d.]+×/m)
    expect(stdout).toMatch(/^Memory is read at [\d.]+ GB\/s by 2 threads/m)
    expect(stdout).toMatch(/^ {4}scan facts → aggregate +5000( +[\d.]+){4} +\d+ %$/m)

    const report = JSON.parse(readFileSync(json, 'utf8'))
    expect(report).toMatchObject({ suite: 'tpch', data: folder, threads: 2, rounds: 2, memorySpeed: expect.any(Number), geometricMean: { warm: expect.any(Number), cold: expect.any(Number) } })
    expect(report.memory.peak).toBeGreaterThanOrEqual(report.load.arcweld.bytes)
    expect(report.queries.map((query: any) => [query.number, query.native, query.rows])).toEqual([[1, true, 7], [2, true, 3], [3, true, 1]])
    for (const { engines, ratio, profile } of report.queries) {
      expect(engines.arcweld.warm.samples).toHaveLength(2)
      expect(engines.duckdb.warm.runs).toBe(2)
      expect(engines.interpreter.cold).toBeGreaterThan(0)
      expect(ratio.warm).toBeCloseTo(engines.duckdb.warm.median / engines.arcweld.warm.median, 9)
      expect(ratio.cold).toBeCloseTo(engines.duckdb.cold / engines.arcweld.cold, 9)
      expect(profile.stages[0].pipelines[0].rows).toBeGreaterThan(0)
    }
    const products = report.queries.reduce((product: number, { ratio }: any) => product * ratio.warm, 1)
    expect(report.geometricMean.warm).toBeCloseTo(products ** (1 / 3), 9)
  })

  test('one engine alone: no ratios', () => {
    const { status, stdout } = arcweld('--queries', '3', '--engines', 'arcweld')
    expect(status).toBe(0)
    expect(stdout).not.toMatch(/×/)
  })

  test('from the files: nothing lies in memory before or after', () => {
    const json = join(folder, 'files.json')
    const { status, stdout, stderr } = arcweld('--queries', '1,2', '--from', 'file', '--rounds', '1', '--json', json)
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout).toContain('\nEvery query reads the files: ')
    const { from, load, queries } = JSON.parse(readFileSync(json, 'utf8'))
    expect([from, load.arcweld.bytes, queries.map((query: any) => query.native)]).toEqual(['file', 0, [true, true]])
  })

  test('under the profiler: a profile for each thread, and the table all the same', () => {
    const profiles = join(folder, 'profiles')
    const { status, stdout, stderr } = arcweld('--queries', '3', '--cpu-prof', profiles)
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^geometric mean/m)])
    expect(stderr).toMatch(/^3 profiles in /)
    const files = readdirSync(profiles)
    expect(files).toHaveLength(3)
    for (const file of files) expect(JSON.parse(readFileSync(join(profiles, file), 'utf8')).samples.length).toBeGreaterThan(0)
  })

  test.skipIf(process.platform === 'win32')('Ctrl-C: status 130, one line', async () => {
    const child = spawn(process.execPath, [main, ...common(), '--queries', '1,2,3', '--rounds', '1000'])
    let stderr = ''
    child.stderr.on('data', (chunk) => (stderr += chunk))
    child.stdout.once('data', () => child.kill('SIGINT'))
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(130)
    expect(stderr).toBe('arcweld: interrupted\n')
  })
})
