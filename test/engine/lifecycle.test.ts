/** Aborts, concurrent queries, memory limits, closing, and processes that end by themselves. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Engine } from 'arcweld'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { failure, type Folder, MILLION, openFolder, rowsOf, soon } from './fixtures.ts'

const run = promisify(execFile)
let folder: Folder
let million: string
let engine: Engine
let base: number
beforeAll(async () => {
  folder = await openFolder()
  million = await folder.write('million.parquet', MILLION)
  engine = await Engine.create({ threads: 2, memory: '1GiB' })
  await engine.register('million', million, { cache: true })
  base = engine.memory.inUse
})
afterAll(async () => {
  await engine.close()
  await folder.remove()
})

/** A thousand million pairs: some seconds of work for kernels, minutes for the interpreter. Nothing waits for its end. */
const LONG = 'select count(*) as n, sum(a.i * b.i % 7) as s from million a join million b on a.k = b.k'

test.each(['prefer', 'never'] as const)('an abort rejects with its reason, native: %s', async (native) => {
  const reason = { mine: true }
  await expect(engine.sql(LONG, { native, signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  const later = new AbortController()
  const planned = await engine.sql(LONG, { native, signal: later.signal })
  later.abort(reason)
  await expect(planned.rows()).rejects.toBe(reason)
  const running = new AbortController()
  const rows = (await engine.sql(LONG, { native, signal: running.signal })).rows()
  const start = performance.now()
  setTimeout(() => running.abort(reason), 50)
  await expect(rows).rejects.toBe(reason)
  expect(performance.now() - start).toBeLessThan(3000)
  expect(engine.memory.inUse).toBe(base)
  // The engine is as before.
  expect(await rowsOf(engine, 'select count(*) as n from million', { native })).toEqual([{ n: 1_000_000n }])
})

test('AbortSignal.timeout rejects with a TimeoutError', async () => {
  await expect((await engine.sql(LONG, { signal: AbortSignal.timeout(30) })).rows()).rejects.toMatchObject({ name: 'TimeoutError' })
})

test('an abort between batches ends the loop', async () => {
  const abort = new AbortController()
  const result = await engine.sql('select i from million', { signal: abort.signal })
  const seen: number[] = []
  const loop = (async () => {
    for await (const batch of result) {
      seen.push(batch.numRows)
      abort.abort(new Error('enough'))
    }
  })()
  await expect(loop).rejects.toThrow('enough')
  expect(seen.length).toBe(1)
  expect(engine.memory.inUse).toBe(base)
})

test('an abort while an export of a module runs', async () => {
  await engine.udf('export', { args: ['int64'], returns: 'int64' }, { module: new URL('./udf-module.mjs', import.meta.url), export: 'double' })
  const abort = new AbortController()
  const rows = (await engine.sql('select sum(export(a.i)) from million a join million b on a.k = b.k', { signal: abort.signal })).rows()
  setTimeout(() => abort.abort('stop'), 100)
  await expect(rows).rejects.toBe('stop')
  await soon(() => engine.memory.inUse === base)
})

test('one signal serves many queries without leaving listeners', async () => {
  const warnings: Error[] = []
  const listen = (w: Error) => warnings.push(w)
  process.on('warning', listen)
  const { signal } = new AbortController()
  for (let i = 0; i < 30; i++) await rowsOf(engine, 'select max(k) as m from million', { signal })
  await new Promise((resolve) => setImmediate(resolve))
  process.off('warning', listen)
  expect(warnings).toEqual([])
})

test('queries run at the same time, native, interpreted, failing and aborted', async () => {
  await engine.udf('inc', { args: ['int64'], returns: 'int64' }, (x: bigint) => x + 1n)
  const one = async (i: number): Promise<unknown> => {
    switch (i % 5) {
      case 0:
        return rowsOf(engine, `select sum(i) as s from million where k = ${i}`)
      case 1:
        return rowsOf(engine, `select s, count(*) as n from million where k > ${i} group by s order by s limit 1`, { native: i % 2 ? 'never' : 'prefer' })
      case 2:
        return rowsOf(engine, `select sum(inc(i)) as s from million where k < ${i}`)
      case 3:
        return failure(rowsOf(engine, `select (i + ${i})::tinyint as x from million`), 'CAST_FAILED')
      default: {
        const abort = new AbortController()
        const rows = (await engine.sql(LONG, { signal: abort.signal })).rows()
        setTimeout(() => abort.abort(i), 20)
        await expect(rows).rejects.toBe(i)
        return i
      }
    }
  }
  const all = await Promise.all(Array.from({ length: 20 }, (_, i) => one(i)))
  for (const [i, got] of all.entries()) {
    const k = BigInt(i)
    if (i % 5 === 0) expect(got).toEqual([{ s: 1000n * k + 1000n * ((999n * 1000n) / 2n) }])
    if (i % 5 === 2) expect(got).toEqual([{ s: 1000n * ((k * (k - 1n)) / 2n) + k * (1000n * ((999n * 1000n) / 2n) + 1000n) }])
  }
  expect(engine.memory.inUse).toBe(base)
})

test('a query that needs too much memory is an error, and the next one runs', async () => {
  await using small = await Engine.create({ threads: 2, memory: '24MiB' })
  // 40 MB of text, however it is held.
  const text = (of = '') => `'row ' || ${of}i || ' is of the kind ' || ${of}s || ' among others'`
  const tooMuch = [
    `select ${text()} as x from million`,
    `select ${text()} as x from million order by x desc`,
    `select ${text()} as x, count(*) as n from million group by x`,
    `select ${text('a.')} as x, b.n from million a join (select k, count(*) as n from million group by k) b on a.k = b.k`,
  ]
  await small.register('million', million)
  for (const native of ['prefer', 'never'] as const) {
    // The interpreter keeps rows in flight on JavaScript's heap: only what it reads and puts out counts.
    for (const sql of native === 'never' ? tooMuch.slice(-1) : tooMuch) {
      await failure(rowsOf(small, sql, { native }), 'MEMORY_EXCEEDED')
      expect(small.memory.inUse).toBe(0)
      expect(small.memory.peak).toBeLessThanOrEqual(small.memory.budget)
      expect(await rowsOf(small, 'select max(k) as m from million', { native })).toEqual([{ m: 999 }])
    }
  }
  const snapshots = async () => {
    for (let k = 0; k < 10; k++) await small.register(`cached${k}`, million, { cache: true })
  }
  await failure(snapshots(), 'MEMORY_EXCEEDED')
})

test('a closed engine does nothing more, and may be closed again', async () => {
  const closing = await Engine.create({ threads: 1, memory: '64MiB' })
  await closing.register('million', million)
  const planned = await closing.sql('select 1 as x')
  await Promise.all([closing.close(), closing.close()])
  await closing.close()
  await failure(planned.rows(), 'ENGINE_CLOSED')
  await failure(closing.sql('select 1'), 'ENGINE_CLOSED')
  await failure(closing.explain('select 1'), 'ENGINE_CLOSED')
  await failure(closing.register('x', million), 'ENGINE_CLOSED')
  await failure(closing.unregister('x'), 'ENGINE_CLOSED')
  await failure(closing.udf('x', { args: [], returns: 'int64' }, () => 1n), 'ENGINE_CLOSED')
  await failure(closing.run({ version: 1, names: ['x'], root: { op: 'values', columns: [{ name: 'x', type: 'int32' }], rows: [[1]] } }), 'ENGINE_CLOSED')
})

test.each(['prefer', 'never'] as const)('closing ends what runs, native: %s', async (native) => {
  const closing = await Engine.create({ threads: 2, memory: '1GiB' })
  await closing.register('million', million)
  await closing.udf('inc', { args: ['int64'], returns: 'int64' }, (x: bigint) => x + 1n)
  const running = [LONG, LONG, 'select sum(inc(a.i)) from million a join million b on a.k = b.k'].map(async (sql) => (await closing.sql(sql, { native })).rows())
  for (const r of running) r.catch(() => {})
  await new Promise((resolve) => setTimeout(resolve, 150))
  const start = performance.now()
  await closing.close()
  expect(performance.now() - start).toBeLessThan(5000)
  for (const rows of running) await failure(rows, 'ENGINE_CLOSED')
})

test('a worker that dies ends its query alone', async () => {
  await using fragile = await Engine.create({ threads: 2, memory: '256MiB' })
  await fragile.register('million', million)
  await fragile.udf('exits', { args: ['int64'], returns: 'int64' }, { module: new URL('./udf-module.mjs', import.meta.url), export: 'exits' })
  for (let i = 0; i < 3; i++) {
    const other = rowsOf(fragile, 'select count(*) as n from million')
    await failure(rowsOf(fragile, 'select sum(exits(i)) as s from million'), 'WORKER_DIED')
    const ended: any = await other.catch((e: unknown) => e)
    if (!Array.isArray(ended)) expect(ended.code).toBe('WORKER_DIED')
    expect(await rowsOf(fragile, 'select count(*) as n from million')).toEqual([{ n: 1_000_000n }])
  }
  expect(fragile.memory.inUse).toBe(0)
})

test('closing ends an export that never returns', async () => {
  const stuck = await Engine.create({ threads: 2, memory: '256MiB' })
  await stuck.udf('loops', { args: [], returns: 'int64' }, { module: new URL('./udf-module.mjs', import.meta.url), export: 'loops' })
  const rows = rowsOf(stuck, 'select loops() as x')
  rows.catch(() => {})
  await new Promise((resolve) => setTimeout(resolve, 200))
  await stuck.close()
  await failure(rows, 'ENGINE_CLOSED')
})

test('engines do not know each other', async () => {
  await using other = await Engine.create({ threads: 1, memory: '64MiB' })
  await failure(other.sql('select * from million'), 'UNKNOWN_TABLE')
  expect(other.memory.inUse).toBe(0)
})

test.each([
  ['close', 0],
  ['query-error', 0],
  ['plan-error', 0],
  ['udf-error', 0],
  ['unread', 0],
  ['left-early', 0],
  ['abort', 0],
  ['memory', 0],
  ['uncaught', 1],
])('a program ends by itself: %s', async (what, status) => {
  const program = fileURLToPath(new URL('./program.mjs', import.meta.url))
  const ended = await run(process.execPath, [program, what, million], { timeout: 30_000 }).then(
    ({ stdout }) => ({ stdout, code: 0 }),
    (error: { stdout: string; code: unknown; killed: boolean; stderr: string }) => ({ stdout: error.stdout, code: error.killed ? 'it was killed' : error.code, stderr: error.stderr }),
  )
  expect(ended).toMatchObject({ code: status, stdout: status === 0 ? 'done\n' : '' })
})
