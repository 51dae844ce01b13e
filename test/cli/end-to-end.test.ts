/** The program over real files, end to end. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync, copyFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { tableFromIPC } from 'apache-arrow'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDuckDb } from '../../src/cli/duckdb.ts'

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'arcweld-e2e-'))
const file = (name: string): string => join(folder, name)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

beforeAll(async () => {
  const duckdb = await openDuckDb(1)
  await duckdb.exec(`copy (
    select i::integer as id, ('k' || (i % 7)) as k, (i * 1000000007)::bigint as big, (i / 7)::decimal(12,2) as d, i / 3.0::double as x,
      date '2024-02-20' + (i % 30)::integer as day, timestamp '2024-02-29 13:45:00' + to_microseconds(i) as ts, (i % 2 = 0) as even
    from range(20000) r(i)) to '${file('t.parquet')}' (format parquet)`)
  await duckdb.exec(`copy (select * from (values (1, 'one', null), (null, '', 2.50::decimal(4,2))) v(a, b, c)) to '${file('n.parquet')}' (format parquet)`)
  duckdb.close()
  mkdirSync(file('pack/queries'), { recursive: true })
  mkdirSync(file('pack/sf1'))
  writeFileSync(file('pack/schema.sql'), '')
  writeFileSync(file('pack/queries/q01.sql'), 'select k, sum(id) as s, count(*) as n from t group by k order by k;')
  writeFileSync(file('pack/queries/q02.sql'), 'select id, k from t where id < 10 order by k limit 3;')
  copyFileSync(file('t.parquet'), file('pack/sf1/t.parquet'))
  copyFileSync(file('t.parquet'), file('short.parquet'))
  truncateSync(file('short.parquet'), 2000)
  writeFileSync(file('empty.parquet'), '')
  writeFileSync(file('foreign.parquet'), 'this is text and no Parquet file at all\n'.repeat(20))
})

const arcweld = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: 'buffer', timeout: 60_000 })
  return { status, stdout: stdout.toString(), stderr: stderr.toString(), bytes: stdout }
}
const t = () => ['--table', `t=${file('t.parquet')}`, '--threads', '2']

describe('sql over text', () => {
  test('as options say', () => {
    const path = file('s.txt')
    writeFileSync(path, 'day;amount\n01.02.2024;1.50\nbroken\n02.02.2024;\n')
    const how = ['delimiter=;', 'dateFormat=%d.%m.%Y', 'types={"amount": "decimal(10,2)"}', 'ragged=aside'].flatMap((option) => ['--with', `s.${option}`])
    expect(arcweld('sql', 'select * from s', '--table', `s=${path}`, ...how, '--format', 'csv')).toMatchObject({
      status: 0, stdout: 'day,amount\n2024-02-01,1.50\n2024-02-02,\n', stderr: `${path}, line 3 is set aside: broken\n`,
    })
    expect(arcweld('sql', 'select * from s', '--table', `s=${path}`, '--with', 's.delimiter=;;')).toMatchObject({ status: 2, stdout: '' })
    expect(arcweld('sql', 'select * from s', '--table', `s=${path}`, '--with', 's.delimeter=;')).toMatchObject({ status: 2, stdout: '' })
  })

  test('a type that widens shows as such', () => {
    const path = file('late.csv')
    writeFileSync(path, 'a,b\n1,x\n2.5,y\n')
    expect(arcweld('sql', 'select a from late', '--table', `late=${path}`, '--with', 'late.sample=1').stdout).toBe('  a\n───\n  1\n2.5\n')
  })
})

describe('sql', () => {
  const grouped = 'select k, count(*) as n, sum(id) as s from t group by k order by k limit 2'

  test('in every format', () => {
    expect(arcweld('sql', grouped, ...t(), '--format', 'csv')).toMatchObject({ status: 0, stderr: '', stdout: 'k,n,s\nk0,2858,28578571\nk1,2857,28561429\n' })
    expect(arcweld('sql', grouped, ...t(), '--format', 'ndjson').stdout).toBe('{"k":"k0","n":2858,"s":28578571}\n{"k":"k1","n":2857,"s":28561429}\n')
    expect(arcweld('sql', grouped, ...t()).stdout).toBe('k      n         s\n──  ────  ────────\nk0  2858  28578571\nk1  2857  28561429\n')
    const table = tableFromIPC(arcweld('sql', grouped, ...t(), '--format', 'arrow').bytes)
    expect(table.numRows).toBe(2)
    expect(table.getChild('k')?.toJSON()).toEqual(['k0', 'k1'])
  })

  test('over JSON', () => {
    writeFileSync(file('t.ndjson'), '{"a":1,"s":"x"}\n{"a":2.5,"s":null}\n')
    writeFileSync(file('bad.json'), '[{"a":1},\n {"a":01}]')
    const sql = ['sql', 'select s, a * 2 as b from t order by a', '--format', 'csv', '--table']
    expect(arcweld(...sql, `t=${file('t.ndjson')}`)).toMatchObject({ status: 0, stderr: '', stdout: 's,b\nx,2\n,5\n' })
    const failed = arcweld(...sql, `t=${file('bad.json')}`)
    expect(failed).toMatchObject({ status: 1, stdout: '' })
    expect(failed.stderr).toContain('bad.json, line 2, column 7: no number that JSON has')
  })

  test('the same with native only and on the interpreter', () => {
    const native = arcweld('sql', grouped, ...t(), '--format', 'csv', '--native', 'only')
    expect(native).toMatchObject({ status: 0, stderr: '' })
    expect(arcweld('sql', grouped, ...t(), '--format', 'csv', '--native', 'never').stdout).toBe(native.stdout)
  })

  test('all types as text', () => {
    expect(arcweld('sql', 'select id, big, d, x, day, ts, even from t where id = 19999', ...t(), '--format', 'csv').stdout).toBe(
      'id,big,d,x,day,ts,even\n19999,19999000139993,2857.00,6666.333333333333,2024-03-10,2024-02-29 13:45:00.019999,false\n',
    )
  })

  test('NULL and the empty string', () => {
    expect(arcweld('sql', 'select a, b, c from n order by b desc', '--table', `n=${file('n.parquet')}`, '--format', 'csv').stdout).toBe('a,b,c\n1,one,\n,"",2.50\n')
  })

  test('a reader that leaves ends it quietly', async () => {
    const child = spawn(process.execPath, [main, 'sql', 'select * from t', ...t(), '--format', 'csv'])
    let stderr = ''
    child.stderr.on('data', (chunk) => (stderr += chunk))
    child.stdout.once('data', () => child.stdout.destroy())
    const status = await new Promise((resolve) => child.on('close', resolve))
    expect([status, stderr]).toEqual([0, ''])
  })
})

describe('what is found while planning or running: status 1, two lines, nothing on stdout', () => {
  test.each([
    ['FILE_NOT_FOUND', ['sql', 'select 1 as a from t', '--table', 't=none.parquet']],
    ['FILE_CORRUPT', ['sql', 'select k from t', '--table', `t=${file('short.parquet')}`]],
    ['FILE_CORRUPT', ['sql', 'select k from t', '--table', `t=${file('empty.parquet')}`]],
    ['FILE_(?:CORRUPT|FORMAT)', ['sql', 'select k from t', '--table', `t=${file('foreign.parquet')}`]],
    ['SQL_SYNTAX', ['sql', 'selec 1']],
    ['UNKNOWN_TABLE', ['sql', 'select * from nowhere']],
    ['UNKNOWN_COLUMN', ['sql', 'select nothing from t', '--table', `t=${file('t.parquet')}`]],
    ['UNKNOWN_FUNCTION', ['sql', 'select nofunction(id) from t', '--table', `t=${file('t.parquet')}`]],
    ['CAST_FAILED', ['sql', 'select k::integer as i from t', '--table', `t=${file('t.parquet')}`]],
    ['UNSUPPORTED_STATEMENT', ['sql', 'create table x (a integer)']],
    ['OVERFLOW', ['sql', 'select sum((big * big)::decimal(38,0)) from t', '--table', `t=${file('t.parquet')}`]],
  ])('%s', (code, args) => {
    const { status, stdout, stderr } = arcweld(...args)
    expect(stderr).toMatch(new RegExp(`^arcweld: ${code}: [^\\n]+\\n(?: {2}[^\\n]+\\n)?$`))
    expect([status, stdout]).toEqual([1, ''])
  })
})

test('explain: JSON with the promised keys, and figures when analysed', () => {
  const sql = 'select k, sum(id) as s from t group by k order by k'
  const { stages } = JSON.parse(arcweld('explain', sql, ...t(), '--format', 'json', '--analyze').stdout)
  expect(stages.length).toBeGreaterThan(0)
  for (const stage of stages) {
    expect(stage).toMatchObject({ operators: expect.any(Array), native: true, refusals: [], pipelines: expect.any(Array), rows: expect.any(Number), ms: expect.any(Number) })
  }
  expect(arcweld('explain', sql, ...t()).stdout).toMatch(/^stage \d+ {2}native {2}/)
})

test('run: a plan document, without SQL', () => {
  writeFileSync(
    file('plan.json'),
    JSON.stringify({
      version: 1,
      names: ['n', 's'],
      root: {
        op: 'aggregate',
        input: { op: 'scan', table: 't', columns: [{ name: 'id', type: 'int32' }] },
        groups: [],
        aggregates: [
          { fn: 'count_star', args: [], type: 'int64' },
          { fn: 'sum', args: [{ expr: 'column', index: 0, type: 'int32' }], type: 'int128' },
        ],
      },
    }),
  )
  expect(arcweld('run', file('plan.json'), ...t(), '--format', 'csv')).toMatchObject({ status: 0, stderr: '', stdout: 'n,s\n20000,199990000\n' })
  writeFileSync(file('bad.json'), JSON.stringify({ version: 1, names: [], root: { op: 'dance' } }))
  expect(arcweld('run', file('bad.json'))).toMatchObject({ status: 1, stdout: '', stderr: expect.stringMatching(/UNSUPPORTED_PLAN: .*\$\.root\.op/) })
  writeFileSync(file('bad.json'), JSON.stringify({ version: 1, names: [], root: { op: 'scan' } }))
  expect(arcweld('run', file('bad.json'))).toMatchObject({ status: 1, stdout: '', stderr: expect.stringMatching(/INVALID_PLAN/) })
  writeFileSync(file('old.json'), JSON.stringify({ version: 99, names: [], root: {} }))
  expect(arcweld('run', file('old.json'))).toMatchObject({ status: 1, stdout: '', stderr: expect.stringMatching(/PLAN_VERSION/) })
})

test('conformance over a small pack', () => {
  const { status, stdout } = arcweld('conformance', file('pack'), '--threads', '2')
  expect(stdout).toMatch(/^ok {7}q01 sf1 {2}native (\d+)\/\1\nok {7}q02 sf1 {2}native (\d+)\/\2\n2 passed, 0 failed\n$/)
  expect(status).toBe(0)
})

test('demo: one native query and the one with the function', () => {
  const { status, stdout, stderr } = arcweld('demo', '--queries', '2,10', '--runs', '1', '--threads', '2')
  expect(stderr).not.toMatch(/^arcweld:/m)
  expect(stdout).toMatch(/because UDF grade/)
  expect(stdout).toMatch(/All 2 answers agree with DuckDB's\./)
  expect(stdout).toMatch(/arcweld beats DuckDB on \d of 2 queries/)
  expect(status).toBe(0)
})
