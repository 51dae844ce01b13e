/** The command `bench scan`: what it compares, what it leaves out, and end to end what it prints and writes. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CASES, casesOf, checkSql, COLUMNS } from '../../src/cli/bench/scan/cases.ts'
import { differenceOf } from '../../src/cli/bench/scan/contestant.ts'
import { missingOf, PACKAGES, peer } from '../../src/cli/bench/scan/peers.ts'
import type { ScanReport } from '../../src/cli/bench/scan/report.ts'
import { OPENS, ROSTER } from '../../src/cli/bench/scan/roster.ts'
import { dayOf } from '../../src/cli/bench/scan/script-columns.ts'
import { caseText } from '../../src/cli/bench/scan/show.ts'
import { withSamples } from '../../src/cli/bench/statistics.ts'
import { colors } from '../../src/cli/color.ts'
import { openDuckDb } from '../../src/cli/duckdb.ts'
import { run } from '../../src/cli/program.ts'
import { capture, standIn } from './stand-in.ts'

const folder = mkdtempSync(join(tmpdir(), 'arcweld-scan-'))
const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

beforeAll(async () => {
  const duckdb = await openDuckDb(1)
  const values = COLUMNS.map(({ name, kind }, c) => {
    const value = kind === 'date' ? `DATE '1992-01-01' + (i % ${900 + c})::integer` : kind === 'text' ? `'text, ' || (i % ${3 + c})` : c < 4 ? `(i * ${c + 1})::bigint` : `(i % ${100 + c} / 100.0)::decimal(15,2)`
    return `${value} as ${name}`
  })
  await duckdb.exec(`copy (select ${values.join(', ')} from range(5000) r(i)) to '${join(folder, 'lineitem.parquet')}' (format parquet)`)
  duckdb.close()
  writeFileSync(join(folder, 'queries.json'), '[[1, "select 1"]]')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('bad command lines: status 2, nothing opened', () => {
  test.each([[['--only', 'orc']], [['--engines', 'polars']], [['--rounds', '0']], [['--queries', '1']], [['more']], [['--json', join(tmpdir(), 'no such folder', 'x.json')]]])('%j', async (args) => {
    const terminal = capture()
    const engine = standIn()
    expect(await run(['bench', 'scan', ...args], terminal, engine.open)).toBe(2)
    expect([terminal.stdout(), engine.opened]).toEqual(['', []])
  })
})

test('cases by the beginnings of their ids', () => {
  expect(casesOf(undefined)).toBe(CASES)
  expect(casesOf(['parquet-snappy', 'csv'])?.map(({ id }) => id)).toEqual(['parquet-snappy-4', 'parquet-snappy-16', 'csv'])
  expect(casesOf(['csv', 'orc'])).toBeUndefined()
})

test('facts differ by more than the rounding of a sum, by a text, by their number', () => {
  expect(differenceOf([3, 1e15, 'a'], [3, 1e15 + 1, 'a'])).toBeUndefined()
  expect(differenceOf([3, 1e6, 'a'], [3, 1e6 + 1, 'a'])).toBe('fact 1 is 1000001 instead of 1000000')
  expect(differenceOf([3, 'a'], [3, 'b'])).toBe('fact 1 is "b" instead of "a"')
  expect(differenceOf([0], [Number.NaN])).toBe('fact 0 is null instead of 0')
  expect(differenceOf([1, 2], [1])).toBe('1 facts instead of 2')
})

test('a sum of each column, and of text its bounds', () => {
  expect(checkSql({ ...(CASES[0] as (typeof CASES)[number]), columns: COLUMNS.filter(({ name }) => ['l_tax', 'l_shipdate', 'l_comment'].includes(name)) }, 't')).toBe(
    "select cast(count(*) as double) as f0, cast(sum(l_tax) as double) as f1, cast(sum(l_shipdate - DATE '1970-01-01') as double) as f2, cast(sum(strlen(l_comment)) as double) as f3, min(l_comment) as f4, max(l_comment) as f5 from t",
  )
})

test('days of dates', () => {
  expect(['1970-01-01', '1969-12-31', '1996-02-29', '0101-01-01'].map(dayOf)).toEqual([0, -1, 9555, Date.parse('0101-01-01') / 86_400_000])
})

test('a package that is not there', async () => {
  expect(await peer('arcweld-no-such-package')).toBeUndefined()
  expect(await missingOf('duckdb')).toEqual([])
})

test('readers in JavaScript that are installed find what DuckDB finds', async () => {
  const setting = { threads: 1, memory: undefined, signal: new AbortController().signal }
  const { scanFile } = await import('../../src/cli/bench/scan/files.ts')
  const data = { folder, sf: undefined, tables: [{ name: 'lineitem', path: join(folder, 'lineitem.parquet') }], queries: [] }
  for (const scan of casesOf(['parquet-zstd-16', 'csv', 'ndjson']) ?? []) {
    const path = await scanFile(scan, data, async () => {})
    const duckdb = await OPENS.duckdb(scan, path, setting)
    const expected = await duckdb.facts()
    await duckdb.close()
    // parquet-wasm's facts are had by the engine, which is tested on the built package.
    for (const name of ROSTER[scan.format].filter((other) => other !== 'arcweld' && other !== 'parquet-wasm')) {
      if ((await missingOf(name)).length > 0) continue
      const contestant = await OPENS[name](scan, path, setting)
      expect([scan.id, name, differenceOf(expected, await contestant.facts())]).toEqual([scan.id, name, undefined])
      await contestant.ways.columns?.()
      await contestant.release()
      await contestant.close()
    }
  }
  expect(Object.keys(PACKAGES)).not.toContain('arcweld')
})

test('a line a contestant: times, or why there are none', () => {
  const one = { threads: 2, times: { columns: withSamples([2, 4]) }, resident: { columns: 1e8 }, ratio: { columns: 1 } }
  const text = caseText(
    {
      id: 'csv', title: 'CSV', format: 'csv', sf: 0.1, path: '', bytes: 5e6, rows: 1000, columns: 3,
      contestants: [{ name: 'arcweld', ...one }, { name: 'udsv', ...one, error: 'ERROR: no memory' }, { name: 'papaparse', ...one, difference: 'fact 1 is 2 instead of 3' }],
    },
    colors(false),
  ).split('\n')
  expect(text[0]).toBe('CSV, scale factor 0.1: 1,000 rows, 5.0 MB')
  expect(text[2]).toMatch(/^ {2}arcweld +3\.00 +2\.00 to 4\.00 +1\.00× +1000\.00 +100 MB$/)
  expect(text[3]).toBe('  uDSV                failed: ERROR: no memory')
  expect(text[4]).toBe('  Papa Parse          answers otherwise: fact 1 is 2 instead of 3')
})

test('end to end: files are written once, answers agree, figures go to a file', () => {
  const json = join(folder, 'figures.json')
  const bench = (engines: string, rounds: string) => spawnSync(process.execPath, [main, 'bench', 'scan', '--data', folder, '--only', 'parquet-snappy-4', '--engines', engines, '--rounds', rounds, '--threads', '2', '--json', json], { encoding: 'utf8' })
  const first = bench('arcweld,duckdb', '2')
  expect([first.status, first.stdout.match(/Parquet, snappy, 4 columns: 5,000 rows/g)?.length]).toEqual([0, 1])
  const { cases, suite } = JSON.parse(readFileSync(json, 'utf8')) as ScanReport
  expect([suite, cases.map(({ id }) => id)]).toEqual(['scan', ['parquet-snappy-4']])
  for (const { contestants } of cases) {
    expect(contestants.map(({ name, threads }) => [name, threads])).toEqual([['arcweld', 2], ['duckdb', 2]])
    for (const { times, resident, ratio } of contestants) {
      for (const way of ['aggregate', 'columns'] as const) {
        expect(times[way]?.samples.length).toBe(2)
        expect(resident[way]).toBeGreaterThan(10e6)
        expect(ratio[way]).toBeGreaterThan(0)
      }
    }
  }
  expect(existsSync(join(folder, 'scan', 'lineitem-snappy.parquet'))).toBe(true)
  expect(readdirSync(join(folder, 'scan')).filter((name) => name.startsWith('.'))).toEqual([])
  expect(bench('duckdb', '1').stderr).toBe('')
})
