import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { ArcweldError, OptionError, PlanError, SourceError, UnsupportedError } from '../../src/errors.ts'
import { PipeClosed, type Terminal } from '../../src/cli/output.ts'
import { run } from '../../src/cli/program.ts'
import { errorLines } from '../../src/cli/report-error.ts'
import { capture, standIn } from './stand-in.ts'

const folder = mkdtempSync(join(tmpdir(), 'arcweld-cli-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const call = async (...args: string[]) => {
  const terminal = capture()
  const engine = standIn()
  const status = await run(args, terminal, engine.open)
  return { status, stdout: terminal.stdout(), stderr: terminal.stderr(), engine }
}

describe('exit statuses', () => {
  test.each([
    [['frobnicate']],
    [['--frobnicate']],
    [['sql']],
    [['sql', 'select 1', 'select 2']],
    [['sql', 'select 1', '--threads', '0']],
    [['sql', 'select 1', '--table', 'nonsense']],
    [['sql', 'select 1', '--format', 'json']],
    [['sql', 'select 1', '--compression', 'zstd']],
    [['sql', 'select 1', '--format', 'arrow', '--compression', 'gzip']],
    [['explain', 'select 1', '--format', 'csv']],
    [['run']],
    [['run', 'plan.json', '--analyze']],
    [['conformance']],
    [['conformance', folder, '--timeout', '0']],
    [['demo', '--queries', '0']],
    [['demo', '--queries', '99']],
    [['demo', 'surplus']],
  ])('%j is 2, and nothing was opened', async (args) => {
    const { status, stdout, stderr, engine } = await call(...args)
    expect(status).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toMatch(/^arcweld: INVALID_OPTION: .+\n( {2}.+\n)?$/)
    expect(engine.opened).toEqual([])
  })

  test('no command at all: the help on stderr, 2', async () => {
    const { status, stdout, stderr } = await call()
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^Usage: arcweld/)
  })

  test('help and version are 0, on stdout', async () => {
    for (const args of [['--help'], ['-h'], ['help'], ['sql', '--help'], ['conformance', '-h'], ['help', 'run']]) {
      const { status, stdout, stderr } = await call(...args)
      expect([status, stderr]).toEqual([0, ''])
      expect(stdout).toMatch(/^Usage: arcweld/)
    }
    expect((await call('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  test('a query that fails is 1, two lines, and the engine is closed', async () => {
    const { status, stdout, stderr, engine } = await call('sql', 'select * from nowhere')
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^arcweld: SQL_SYNTAX: .+\n {2}a hint on two lines\n$/)
    expect(engine.closed).toBe(1)
  })

  test('--debug adds the stack', async () => {
    expect((await call('sql', 'select * from nowhere', '--debug')).stderr).toMatch(/\n {4}at /)
  })

  test('an option that only the engine can judge is 2', async () => {
    const terminal = capture()
    const status = await run(['sql', 'select 1', '--threads', '200'], terminal, () => Promise.reject(new OptionError('INVALID_OPTION', 'threads')))
    expect(status).toBe(2)
  })
})

describe('results', () => {
  test('sql writes rows and nothing else', async () => {
    const { status, stdout, stderr, engine } = await call('sql', 'select 1 as a, null as b union all select 2, 3 order by a', '--format', 'csv', '--threads', '2', '--memory', '1GiB', '--native', 'only')
    expect([status, stdout, stderr]).toEqual([0, 'a,b\n1,\n2,3\n', ''])
    expect(engine.opened).toEqual([{ threads: 2, memory: 2 ** 30, native: 'only' }])
    expect(engine.closed).toBe(1)
  })

  test('a reader that left ends the command quietly', async () => {
    const terminal = capture()
    const engine = standIn()
    const leaving: Terminal = { ...terminal, out: { isTTY: false, write: () => Promise.reject(new PipeClosed()) } }
    expect(await run(['sql', 'select 1'], leaving, engine.open)).toBe(0)
    expect(terminal.stderr()).toBe('')
    expect(engine.closed).toBe(1)
  })

  test('explain as JSON has the keys that are promised, as text the reasons', async () => {
    const json = JSON.parse((await call('explain', 'select 1', '--format', 'json')).stdout)
    expect(json.stages[0]).toMatchObject({ id: 0, operators: ['scan t', 'aggregate'], native: true, refusals: [], rows: 3, ms: 1.25 })
    const { stdout } = await call('explain', 'select 1', '--analyze')
    expect(stdout).toContain('stage 0  native  scan t · aggregate  3 rows, 1.25 ms, compiled in 310 µs\n  | scan t → aggregate  1 row, 1.13 ms\n  | groups\n')
    expect(stdout).toContain('because UDF grade: A JavaScript function runs only on the interpreter.')
  })

  test('run reads a plan document', async () => {
    const path = join(folder, 'plan.json')
    writeFileSync(path, '{"version":1}')
    expect((await call('run', path, '--format', 'ndjson')).stdout).toBe('{"a":1}\n')
    writeFileSync(path, '{"version":')
    expect((await call('run', path)).stderr).toMatch(/INVALID_PLAN/)
    const missing = await call('run', join(folder, 'none.json'))
    expect([missing.status, missing.engine.opened]).toEqual([1, []])
    expect(missing.stderr).toMatch(/FILE_NOT_FOUND/)
  })
})

describe('error lines', () => {
  test.each([
    [new PlanError('SQL_SYNTAX', 'near\n"x"', { position: 7 }), 'arcweld: SQL_SYNTAX: near "x" (at character 7)\n'],
    [new PlanError('INVALID_PLAN', 'bad', { position: '$.root' }), 'arcweld: INVALID_PLAN: bad (at $.root)\n'],
    [new SourceError('FILE_CORRUPT', 'truncated', { path: 'a.parquet', byteOffset: 12 }), 'arcweld: FILE_CORRUPT: truncated (a.parquet, byte 12)\n'],
    [new SourceError('FILE_NOT_FOUND', 'no file a.parquet', { path: 'a.parquet' }), 'arcweld: FILE_NOT_FOUND: no file a.parquet\n'],
    [new ArcweldError('OVERFLOW', 'too large', { hint: 'cast' }), 'arcweld: OVERFLOW: too large\n  cast\n'],
    [new UnsupportedError('NATIVE_ONLY', 'refused', [{ code: 'UDF', node: 'f', reason: 'is JavaScript' }]), 'arcweld: NATIVE_ONLY: refused\n  f: is JavaScript\n'],
    [new TypeError('oops'), 'arcweld: oops\n'],
    ['thrown', 'arcweld: thrown\n'],
  ])('%s', (error, lines) => {
    expect(errorLines(error, false)).toBe(lines)
  })
})
