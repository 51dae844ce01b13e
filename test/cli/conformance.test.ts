import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ArcweldError } from '../../src/errors.ts'
import { openDuckDb } from '../../src/cli/duckdb.ts'
import { run } from '../../src/cli/program.ts'
import { StuckError, TimeLimitError, withTimeLimit } from '../../src/cli/time-limit.ts'
import { capture, standIn, type StandInOptions } from './stand-in.ts'

const pack = mkdtempSync(join(tmpdir(), 'arcweld-pack-'))
afterAll(() => rmSync(pack, { recursive: true, force: true }))

beforeAll(async () => {
  mkdirSync(join(pack, 'queries'))
  mkdirSync(join(pack, 'sf1'))
  writeFileSync(join(pack, 'schema.sql'), 'create table t (a integer, b varchar);')
  writeFileSync(join(pack, 'queries', 'q01.sql'), 'select b, a from t order by a;\n')
  writeFileSync(join(pack, 'queries', 'q02.sql'), 'select sum(a) as s from t;')
  writeFileSync(join(pack, 'queries', 'q03.sql'), 'select a, b from t order by a limit 2;')
  const duckdb = await openDuckDb(1)
  await duckdb.exec(`copy (select * from (values (1, 'x'), (2, 'y'), (2, 'z'), (3, null)) v(a, b)) to '${join(pack, 'sf1', 't.parquet')}' (format parquet)`)
  duckdb.close()
  cpSync(join(pack, 'sf1'), join(pack, 'sf2'), { recursive: true })
})

const call = async (change: StandInOptions['change'], ...args: string[]) => {
  const terminal = capture()
  const status = await run(['conformance', pack, ...args], terminal, standIn(change ? { change } : {}).open)
  return { status, lines: terminal.stdout().split('\n').slice(0, -1), stderr: terminal.stderr() }
}

test('the same answers: a line a query and folder, then the sums', async () => {
  const { status, lines } = await call(undefined)
  expect(lines).toEqual([
    'ok       q01 sf1  native 1/2',
    'ok       q02 sf1  native 1/2',
    'ok       q03 sf1  native 1/2',
    'ok       q01 sf2  native 1/2',
    'ok       q02 sf2  native 1/2',
    'ok       q03 sf2  native 1/2',
    '6 passed, 0 failed',
  ])
  expect(status).toBe(0)
})

test('another order, another value, another of the tied rows', async () => {
  const { status, lines } = await call(
    (sql, set) => {
      if (sql.includes('sum')) return { ...set, rows: [[9n]] }
      return sql.includes('limit') ? { ...set, rows: [[1, 'x'], [2, 'z']] } : { ...set, rows: set.rows.toReversed() }
    },
    '--sf',
    '1',
  )
  expect(lines).toEqual([
    'differs  q01 sf1  native 1/2  row 1, a: 3 instead of 1',
    'differs  q02 sf1  native 1/2  row 1, s: 9 instead of 8',
    'ok       q03 sf1  native 1/2',
    '1 passed, 2 failed',
  ])
  expect(status).toBe(1)
})

test('an error is a line with its code, and the others go on', async () => {
  const { status, lines } = await call(
    (sql, set) => {
      if (sql.includes('sum')) throw new ArcweldError('UNSUPPORTED_PLAN', 'no\nway')
      return set
    },
    '--sf=sf1',
    '--only=q02,q01',
  )
  expect(lines).toEqual(['ok       q01 sf1  native 1/2', 'error    q02 sf1  UNSUPPORTED_PLAN: no way', '1 passed, 1 failed'])
  expect(status).toBe(1)
})

test('a query over the time limit is aborted', async () => {
  const { lines } = await call(
    (_, set, signal) => new Promise((resolve, reject) => (signal ? signal.addEventListener('abort', () => reject(signal.reason)) : resolve(set))),
    '--only=q01',
    '--sf=1',
    '--timeout=1',
  )
  expect(lines).toEqual(['error    q01 sf1  TIME_LIMIT: took longer than 1 s', '0 passed, 1 failed'])
})

test('names that the pack does not have are usage errors; a folder that is none is an error', async () => {
  expect((await call(undefined, '--only', 'q99')).status).toBe(2)
  expect((await call(undefined, '--sf', '7')).status).toBe(2)
  const terminal = capture()
  expect(await run(['conformance', join(pack, 'none')], terminal, standIn().open)).toBe(1)
  expect(terminal.stderr()).toMatch(/FILE_NOT_FOUND/)
})

test('the time limit', async () => {
  const { signal } = new AbortController()
  expect(await withTimeLimit(1000, signal, async () => 1)).toBe(1)
  const react = (inner: AbortSignal) => new Promise<never>((_, reject) => inner.addEventListener('abort', () => reject(inner.reason)))
  await expect(withTimeLimit(10, signal, react)).rejects.toThrow(TimeLimitError)
  await expect(withTimeLimit(10, signal, () => new Promise(() => undefined), 20)).rejects.toThrow(StuckError)
  await expect(withTimeLimit(1000, AbortSignal.abort(new Error('outer')), async (inner) => inner.throwIfAborted())).rejects.toThrow('outer')
})
