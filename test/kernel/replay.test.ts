/** Capture and replay, end to end: what the command line writes, and what a replay of it says. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { Engine, OptionError } from 'arcweld'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDuckDb } from '../../src/cli/duckdb.ts'
import { ArcweldError } from '../../src/errors.ts'
import { decodeBundle, encodeBundle } from '../../src/execute/capture-format.ts'
import { isBundle, readBundle } from '../../src/kernel/bundle.ts'
import { type BundleOptions, replayBundle, replayOf } from '../../src/kernel/replay.ts'
import { runtime } from './keep.ts'

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'arcweld-capture-'))
const file = (...names: string[]): string => join(folder, ...names)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const replayed = (path: string, options: BundleOptions = {}) => replayBundle(path, { runs: 1, runtime, ...options })
const query = (sql: string): string => `copy (${sql}) to`

beforeAll(async () => {
  const duckdb = await openDuckDb(1)
  await duckdb.exec(`${query(`select i::integer as id, 'k' || (i % 7) as k, (i * 1000000007)::bigint as big, case when i % 5 = 0 then null else (i / 7)::decimal(12,2) end as d,
    i / 3.0::double as x, 'name number ' || i as name from range(20000) r(i)`)} '${file('t.parquet')}' (format parquet)`)
  await duckdb.exec(`${query("select i::integer as id, 'label ' || (i % 40) as label from range(300) r(i)")} '${file('u.parquet')}' (format parquet)`)
  duckdb.close()
  mkdirSync(file('pack/queries'), { recursive: true })
  mkdirSync(file('pack/sf1'))
  writeFileSync(file('pack/schema.sql'), '')
  writeFileSync(file('pack/queries/q01.sql'), 'select k, sum(id) as s from t group by k order by k;')
  writeFileSync(file('pack/sf1/t.parquet'), readFileSync(file('t.parquet')))
})

const arcweld = (...args: string[]) => spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', timeout: 60_000 })
const tables = () => ['--table', `t=${file('t.parquet')}`, '--table', `u=${file('u.parquet')}`, '--threads', '2']
const bundlesIn = (directory: string): string[] => readdirSync(directory).filter((name) => name.endsWith('.bundle')).sort()

describe('sql --capture', () => {
  test.each([
    ['filter, group, sort', 'select k, count(*) as n, sum(d) as s, max(name) as m from t where id % 3 = 0 group by k order by k'],
    ['join with strings of both sides', 'select label, count(*) as n, min(name) as m from t join u on t.id = u.id where big > 100 group by label order by n desc, label limit 9'],
    ['top-n by a string', 'select name, x from t where d is not null order by name desc limit 20'],
    ['wide and floating results', 'select id, (big * 3)::hugeint as h, x / 7 as y, d * 2 as e from t where id between 100 and 140'],
    ['strings made', "select k || '-' || upper(substr(name, 6, 3)) as s, count(*) as n from t group by 1 order by 1"],
    ['nothing passes', 'select id, name from t where x < -1'],
    ['limit', 'select id from t limit 5'],
    ['windows: running, whole and blocks of rows', 'select id, rank() over (partition by k order by d) as r, sum(id) over (partition by k order by big) as s, max(name) over (partition by k, id % 10 order by id rows between 3 preceding and 2 following) as m from t where id % 2 = 0'],
    ['windows above a join', 'select label, row_number() over (partition by label order by big) as n, lag(name) over (order by t.id) as l from t join u on t.id = u.id'],
    ['a union', "select id, name from t where id < 100 union all select id, label from u where id % 2 = 0"],
    ['grouping sets', 'select k, id % 3 as g, count(*) as n, count(distinct d) as e from t group by rollup(k, id % 3) order by all'],
  ])('%s: each stage and pipeline comes to what it came to, however its rows are parted', async (name, sql) => {
    const directory = file(name)
    const plain = arcweld('sql', sql, ...tables(), '--format', 'ndjson')
    const captured = arcweld('sql', sql, ...tables(), '--format', 'ndjson', '--capture', directory)
    expect([captured.status, captured.stderr]).toEqual([0, ''])
    expect(captured.stdout).toBe(plain.stdout)
    const files = bundlesIn(directory)
    const stages = files.filter((f) => /-stage\d+\.bundle$/.test(f))
    expect(stages.length).toBeGreaterThan(0)
    for (const f of stages) {
      const bundle = await readBundle(join(directory, f))
      expect(files.filter((p) => p.startsWith(f.replace('.bundle', '-p')))).toHaveLength(bundle.pipelines.length)
      // The interpreter's rows, where there is but one right answer.
      if (bundle.expected) expect(bundle.expected).toEqual({ ...bundle.observed, lines: bundle.expected.raises === undefined ? bundle.expected.lines : undefined })
    }
    for (const f of files) {
      for (const rows of [undefined, 1000, 9]) expect((await replayed(join(directory, f), { rows })).difference).toBeUndefined()
    }
    // All inputs are small enough to be there whole: the last stage has the query's rows.
    const last = await replayed(join(directory, stages.at(-1) as string), { runs: 3 })
    expect(last.lines).toHaveLength(plain.stdout.split('\n').length - 1)
    expect(last).toMatchObject({ compileUs: expect.any(Number), nsPerRow: expect.any(Number), ir: expect.stringContaining('let b0 = for(') })
    expect(last.bytes.length).toBeGreaterThan(100)
  })

  test('a pipeline that fails is kept with the rows that make it fail', async () => {
    const { status, stderr } = arcweld('sql', "select big * 1000000 as q, name from t where k <> 'none'", ...tables(), '--capture', file('fails'))
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^arcweld: OVERFLOW: /)])
    const [whole, pipeline] = bundlesIn(file('fails')).reverse() as [string, string]
    expect((await readBundle(join(file('fails'), whole))).expected).toMatchObject({ raises: 'OVERFLOW' })
    const bundle = await readBundle(join(file('fails'), pipeline))
    expect(bundle.morsels).toEqual([{ batch: 0, from: 9216, to: 10240 }])
    const report = await replayed(join(file('fails'), pipeline))
    expect(report.difference).toBeUndefined()
    expect(report.outcome).toMatchObject({ raises: 'OVERFLOW' })
  })

  test('rows far behind the first', async () => {
    const { stderr } = arcweld('sql', "select cast(case when id = 19000 then 'x' else '1' end || id as integer) as q from t", ...tables(), '--native', 'prefer', '--capture', file('late'))
    expect(stderr).toMatch(/CAST_FAILED/)
    for (const f of bundlesIn(file('late'))) expect((await replayed(join(file('late'), f))).difference).toBeUndefined()
    // The sums of all rows fail, not those of the morsel that is kept of the first pipeline.
    const overflow = arcweld('sql', 'select k, sum(big * 400000::bigint)::bigint as s from t group by k', ...tables(), '--capture', file('overflow'))
    expect(overflow.stderr).toMatch(/CAST_FAILED/)
    for (const f of bundlesIn(file('overflow'))) expect((await replayed(file('overflow', f))).difference).toBeUndefined()
  })
})

test('run --capture and conformance --capture', async () => {
  const plan = { version: 1, names: ['n'], root: { op: 'aggregate', input: { op: 'scan', table: 't', columns: [{ name: 'id', type: 'int32' }] }, groups: [], aggregates: [{ fn: 'count_star', args: [], type: 'int64' }] } }
  writeFileSync(file('plan.json'), JSON.stringify(plan))
  expect(arcweld('run', file('plan.json'), ...tables(), '--format', 'csv', '--capture', file('run'))).toMatchObject({ status: 0, stdout: 'n\n20000\n' })
  const stage = bundlesIn(file('run')).find((f) => /stage0\.bundle/.test(f)) as string
  expect((await replayed(file('run', stage))).lines).toEqual(['{"c0":20000}'])
  expect(arcweld('conformance', file('pack'), '--threads', '2', '--capture', file('all'))).toMatchObject({ status: 0, stderr: '' })
  expect(readdirSync(file('all'))).toEqual(['q01-sf1'])
  for (const f of bundlesIn(file('all/q01-sf1'))) expect((await replayed(file('all/q01-sf1', f))).difference).toBeUndefined()
})

test('the library: an option of a query; memory is given back; the folder must be one', async () => {
  await using engine = await Engine.create({ threads: 2 })
  await engine.register('t', file('t.parquet'))
  const held = engine.memory.inUse
  const rows = await (await engine.sql('select k, count(*) as n from t group by k order by k', { capture: file('library') })).rows()
  expect(rows).toHaveLength(7)
  expect(engine.memory.inUse).toBe(held)
  expect(bundlesIn(file('library')).length).toBeGreaterThan(3)
  await expect(engine.sql('select 1 as a', { capture: '' })).rejects.toThrow(OptionError)
  const inTheWay = await engine.sql('select k from t', { capture: file('t.parquet') })
  await expect(inTheWay.rows()).rejects.toMatchObject({ code: 'INVALID_OPTION' })
})

describe('files that are no bundle of this release', () => {
  const [name] = bundlesIn(fileURLToPath(new URL('../bundles', import.meta.url)))
  const path = fileURLToPath(new URL(`../bundles/${name}`, import.meta.url))
  const bytes = readFileSync(path)
  const code = (content: Uint8Array): string => {
    try {
      decodeBundle(content)
      return 'read'
    } catch (error) {
      return error instanceof ArcweldError ? error.code : String(error)
    }
  }
  test('cut short anywhere, or with a byte changed', () => {
    expect(code(bytes)).toBe('read')
    const header = bytes.indexOf(10) + 1
    for (let at = header; at < bytes.length; at += 97) {
      expect(code(bytes.subarray(0, at))).toBe('FILE_CORRUPT')
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] as number) ^ 0x55
      // The header of gzip has bytes that mean nothing.
      if (at > header + 10) expect(code(changed)).toBe('FILE_CORRUPT')
    }
    expect(code(bytes.subarray(0, 5))).toBe('FILE_FORMAT')
    expect(code(Buffer.from('PAR1 and so on'))).toBe('FILE_FORMAT')
  })
  test('of another version', async () => {
    const next = Buffer.concat([Buffer.from('arcweld bundle 99\n'), bytes.subarray(bytes.indexOf(10) + 1)])
    expect(code(next)).toBe('BUNDLE_VERSION')
    writeFileSync(file('next.bundle'), next)
    expect(await isBundle(file('next.bundle'))).toBe(true)
    await expect(replayed(file('next.bundle'))).rejects.toMatchObject({ code: 'BUNDLE_VERSION' })
    expect(await isBundle(file('t.parquet'))).toBe(false)
    await expect(isBundle(file('none'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
  })
  test('with state that another code laid out', async () => {
    const bundle = decodeBundle(bytes)
    await expect(replayOf({ ...bundle, state: { context: 1 << 22, shared: 1 << 23, layout: 'another' } }, { runtime })).rejects.toMatchObject({ code: 'BUNDLE_VERSION' })
  })
  test('what is written is what was read', () => {
    const again = decodeBundle(encodeBundle(decodeBundle(bytes)))
    expect(again).toEqual(decodeBundle(bytes))
    expect(gunzipSync(bytes.subarray(bytes.indexOf(10) + 1)).length).toBeGreaterThan(bytes.length)
  })
})

describe('arcweld kernel <bundle>', () => {
  const bundles = fileURLToPath(new URL('../bundles', import.meta.url))
  const group = readFileSync(join(bundles, 'group-by-string.bundle'))
  test('rows on stdout, figures on stderr; an error that is expected is no failure', () => {
    const { status, stdout, stderr } = arcweld('kernel', join(bundles, 'top-decimal.bundle'))
    expect([status, stdout.trim().split('\n').length]).toEqual([0, 20])
    expect(stderr).toMatch(/^620 rows in, 20 out; module of \d+ bytes, compiled in \d+ µs; [\d.]+ ns a row\n$/)
    expect(arcweld('kernel', join(bundles, 'overflow.bundle'))).toMatchObject({ status: 0, stdout: '', stderr: expect.stringContaining('OVERFLOW: the result does not fit int32') })
    expect(arcweld('kernel', join(bundles, 'top-decimal.bundle'), '--ir').stdout).toMatch(/^let b0 = for\(t0: vec\[.*sorter\[/s)
  })
  test('what differs, is cut short or of another version ends with status 1 and says so', () => {
    const bundle = decodeBundle(group)
    writeFileSync(file('wrong.bundle'), encodeBundle({ ...bundle, expected: { rows: 3, digest: 'x' } }))
    expect(arcweld('kernel', file('wrong.bundle'))).toMatchObject({ status: 1, stderr: expect.stringMatching(/differs: 7 rows instead of 3\n$/) })
    writeFileSync(file('short.bundle'), group.subarray(0, group.length - 100))
    expect(arcweld('kernel', file('short.bundle'))).toMatchObject({ status: 1, stdout: '', stderr: expect.stringMatching(/^arcweld: FILE_CORRUPT: /) })
    writeFileSync(file('later.bundle'), Buffer.concat([Buffer.from('arcweld bundle 2\n'), group.subarray(group.indexOf(10) + 1)]))
    expect(arcweld('kernel', file('later.bundle'))).toMatchObject({ status: 1, stdout: '', stderr: expect.stringMatching(/^arcweld: BUNDLE_VERSION: /) })
  })
})

test('a replay says what differs', async () => {
  const [name] = bundlesIn(fileURLToPath(new URL('../bundles', import.meta.url)))
  const bundle = await readBundle(fileURLToPath(new URL(`../bundles/${name}`, import.meta.url)))
  const differs = async (expected: typeof bundle.expected) => (await replayOf({ ...bundle, expected }, { runtime })).difference
  expect(await differs({ rows: 1_000_000, digest: 'x' })).toMatch(/rows instead of 1000000/)
  expect(await differs({ raises: 'OVERFLOW', message: 'too large' })).toMatch(/rows instead of OVERFLOW: too large/)
  const { rows = 0, lines } = bundle.observed.raises === undefined ? bundle.observed : { lines: undefined }
  expect(await differs({ rows, digest: 'x', lines: lines && ['{}', ...lines.slice(1)] })).toMatch(lines ? /row 1: .* instead of \{\}/ : /other values/)
})
