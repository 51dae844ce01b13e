/** `arcweld kernel` on the built package: programs over files, listings, errors with line and column, bundles. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { openDuckDb } from '../../src/cli/duckdb.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'arcweld-kernel-cli-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const file = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}
const arcweld = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'dist/cli/main.js'), ...args], { encoding: 'utf8', timeout: 60_000 })
  return { status, stdout, stderr }
}
const example = (name: string): string => join(root, 'examples/kernels', `${name}.weld`)
const FIGURES = (rows: number, out: number) => new RegExp(`^${rows} rows in, ${out} out; module of \\d+ bytes, compiled in \\d+ µs to IR and \\d+ µs to code; [\\d.]+ ns a row\\n$`)
const pairs = file('pairs.ndjson', '[1, 5]\n{"key": 2, "amount": 11}\n[1, 12]\n[3, 20]\n')

describe('the examples', () => {
  test('filter and project', () => {
    const { status, stdout, stderr } = arcweld('kernel', example('filter'), '--input', pairs)
    expect({ status, stdout }).toEqual({ status: 0, stdout: '2\n1\n3\n' })
    expect(stderr).toMatch(FIGURES(4, 3))
  })
  test('group by sum', () => {
    const { status, stdout, stderr } = arcweld('kernel', example('group-sum'), '--input', pairs)
    expect({ status, stdout }).toEqual({ status: 0, stdout: '{"key":1,"value":17}\n{"key":2,"value":11}\n{"key":3,"value":20}\n' })
    expect(stderr).toMatch(FIGURES(4, 3))
  })
  test('two inputs: sales by city', async () => {
    const customers = join(folder, 'customers.parquet')
    const duckdb = await openDuckDb(1)
    await duckdb.exec(`copy (select * from (values (1, 'Graz'), (2, 'Lyon'), (3, 'Graz')) v(id, city)) to '${customers}' (format parquet)`)
    duckdb.close()
    const orders = file('orders.ndjson', '[1, 10.50]\n[2, 3.25]\n[3, "4"]\n[9, 1]\n[1, 0.01]\n')
    expect(arcweld('kernel', example('sales-by-city'), '--input', customers, '--input', orders)).toMatchObject({ status: 0, stdout: '["Graz",[3,"14.51"]]\n["Lyon",[1,"3.25"]]\n' })
  })
  test('a struct of numbers: a line through points', () => {
    expect(arcweld('kernel', example('line-fit'), '--input', file('points.ndjson', '[0, 1]\n[1, 3]\n[2, 5]\n'))).toMatchObject({ status: 0, stdout: '[1,2,0]\n' })
  })
  test('each is run here', () => {
    expect((readdirSync(join(root, 'examples/kernels')) as string[]).filter((name) => name.endsWith('.weld')).sort()).toEqual(['filter.weld', 'group-sum.weld', 'line-fit.weld', 'sales-by-city.weld'])
  })
})

describe('parameters in row layout', () => {
  const program = file('rows.weld', '|v: vec[{i32, ?str, dec128[2], date}] @(layout: row)| for(v, appender, |b, i, x| if(x.$0 > 1, merge(b, {x.$1, x.$2, x.$3}), b))')
  const out = '["b","2.50","2024-02-29"]\n[null,"-0.05","1969-12-31"]\n'
  test('from lines of JSON', () => {
    const input = file('rows.ndjson', '[1, "a", 0, "2024-01-01"]\n[2, "b", "2.50", "2024-02-29"]\n[3, null, -0.05, -1]\n')
    const { status, stdout, stderr } = arcweld('kernel', program, '--input', input)
    expect({ status, stdout }).toEqual({ status: 0, stdout: out })
    expect(stderr).toMatch(FIGURES(3, 2))
  })
  test('from Parquet', async () => {
    const input = join(folder, 'rows.parquet')
    const duckdb = await openDuckDb(1)
    await duckdb.exec(`copy (select * from (values (1, 'a', 0.00::decimal(10, 2), date '2024-01-01'), (2, 'b', 2.50, date '2024-02-29'), (3, null, -0.05, date '1969-12-31')) v(a, b, c, d)) to '${input}' (format parquet)`)
    duckdb.close()
    expect(arcweld('kernel', program, '--input', input)).toMatchObject({ status: 0, stdout: out })
  })
})

describe('listings', () => {
  test('--ir and --wat instead of a run where there is no input', () => {
    const { status, stdout, stderr } = arcweld('kernel', example('filter'), '--ir', '--wat')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(/^let b0 = for\(t0: vec\[\{i32, i32\}\] @\(layout: column\),[\s\S]*\n\(module\n[\s\S]*\(export "p0"/)
  })
  test('with inputs they go to stderr', () => {
    const { status, stdout, stderr } = arcweld('kernel', example('filter'), '--input', pairs, '--ir')
    expect({ status, stdout }).toEqual({ status: 0, stdout: '2\n1\n3\n' })
    expect(stderr).toMatch(/^let b0 = for\([\s\S]*\n4 rows in, 3 out;/)
  })
})

describe('values', () => {
  test('integers of all widths keep their digits, NULL, NaN and vecs within rows', () => {
    const program = file('values.weld', '|v: vec[{i64, ?i128, f64, vec[u8]}]| for(v, appender, |b,i,n| merge(b, {n.$0, n.$1, n.$2 / 0.0, n.$3, "a\\"b"}))')
    const input = file('values.ndjson', '[9007199254740993, 170141183460469231731687303715884105727, 0, [255, 0]]\n[-1, null, -1.5, []]\n')
    expect(arcweld('kernel', program, '--input', input)).toMatchObject({
      status: 0, stdout: '[9007199254740993,170141183460469231731687303715884105727,"NaN",[255,0],"a\\"b"]\n[-1,null,"-Infinity",[],"a\\"b"]\n',
    })
  })
  test('no rows in, no lines out', () => {
    expect(arcweld('kernel', example('filter'), '--input', file('none.ndjson', ''))).toMatchObject({ status: 0, stdout: '' })
  })
})

describe('what is wrong', () => {
  test.each([
    ['syntax', '|v: vec[i32]|\n  for(v, appender, |b,i,n| merge(b n))', /^arcweld: IR_SYNTAX: .*syntax\.weld:2:36: /],
    ['types', '|v: vec[i32]|\n  for(v, appender, |b,i,n| merge(b, n + 1L))', /^arcweld: IR_TYPE: .*types\.weld:2:41: .*\n {2}for\(v, appender.*\n$/],
    ['no form', '|v: vec[vec[i64]]| result(for(v, appender[vec[i64]], |b,i,n|\n  merge(b, iterate(n, |s| {result(for(s, appender[i64], |c,j,x| merge(c, x + 1L))), len(s) < 0L}))))', /^arcweld: UNSUPPORTED_KERNEL: .*no form\.weld:2:\d+: a vec or dict made in rounds of an iterate within a loop has no form in pipelines\n/],
  ])('%s, with file, line and column', (name, text, message) => {
    const { status, stdout, stderr } = arcweld('kernel', file(`${name}.weld`, text), '--input', pairs)
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toMatch(message)
  })
  test('a value outside of its type', () => {
    const { status, stdout, stderr } = arcweld('kernel', example('filter'), '--input', file('big.ndjson', '[1, 2]\n[1, 3000000000]\n'))
    expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: '', stderr: 'arcweld: INVALID_INPUT: input 1, row 2, field $1: 3000000000 is outside of i32, -2147483648 to 2147483647\n' })
  })
  test('an error while running, with its place', () => {
    const { status, stderr } = arcweld('kernel', file('div.weld', '|v: vec[{i32, i32}]|\n  for(v, appender, |b,i,n| merge(b, 100 / (n.$0 - 2)))'), '--input', pairs)
    expect({ status, stderr }).toEqual({ status: 1, stderr: 'arcweld: DIVIDE_BY_ZERO: a division by zero, at line 2, column 41\n' })
  })
  test('files that are not there', () => {
    expect(arcweld('kernel', join(folder, 'nope.weld'))).toMatchObject({ status: 1, stderr: expect.stringMatching(/^arcweld: FILE_NOT_FOUND: /) })
    expect(arcweld('kernel', example('filter'), '--input', join(folder, 'nope'))).toMatchObject({ status: 1, stderr: expect.stringMatching(/^arcweld: FILE_NOT_FOUND: /) })
  })
  test('a bad command line is 2', () => {
    for (const args of [[], [example('filter')], [example('filter'), '--input', pairs, '--input', pairs], [example('filter'), '--threads', '2'], [example('filter'), '--memory', 'much']]) {
      expect(arcweld('kernel', ...args)).toMatchObject({ status: 2, stdout: '', stderr: expect.stringMatching(/^arcweld: INVALID_OPTION: /) })
    }
  })
})

test('a captured bundle is replayed', async () => {
  const table = join(folder, 't.parquet')
  const duckdb = await openDuckDb(1)
  await duckdb.exec(`copy (select (i % 3)::integer as k, i::integer as x from range(5000) r(i)) to '${table}' (format parquet)`)
  duckdb.close()
  const into = join(folder, 'captured')
  expect(arcweld('sql', 'select k, sum(x) as s from t group by k order by k', '--table', `t=${table}`, '--capture', into, '--format', 'csv')).toMatchObject({ status: 0, stdout: 'k,s\n0,4165833\n1,4167500\n2,4164167\n' })
  const bundles = (readdirSync(into, { recursive: true }) as string[]).map((name) => join(into, name)).filter((path) => !path.endsWith('/') && /\.[a-z]+$/.test(path))
  expect(bundles.length).toBeGreaterThan(0)
  for (const bundle of bundles) {
    const { status, stderr } = arcweld('kernel', bundle)
    expect({ bundle, status, stderr: stderr.split(';')[0] }).toEqual({ bundle, status: 0, stderr: expect.stringMatching(/^\d+ rows in, \d+ out$/) })
  }
  expect(arcweld('kernel', bundles[0] as string, '--input', pairs).status).toBe(2)
  expect(arcweld('kernel', bundles[0] as string, '--ir').stdout).toMatch(/^let b0 = for\(/)
})
