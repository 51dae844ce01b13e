/** Jobs on real threads: the built package runs them, since a worker needs a file that Node can load. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { SharedMemory } from '../../src/bridge/memory.ts'
import type { Pool } from '../../src/bridge/pool.ts'
import { another, assemble, kernel, makeJob, total, writeColumn } from './kernels.ts'
import { MiB, rejection, start } from './threads.ts'

const numbers = (rows: number) => Int32Array.from({ length: rows }, (_, i) => (Math.imul(i, 2654435761) >> 8) - 5)

const sumOf = async (pool: Pool, memory: SharedMemory, rows: number, batchRows: number, slots: number, module = kernel) => {
  const lease = memory.lease()
  try {
    const { source, sum } = writeColumn(lease, numbers(rows), batchRows)
    const job = makeJob(lease, slots, [{ run: 'sum', source, finish: 'combine' }], module)
    const metrics = await pool.run(job)
    const result = total(lease, job.shared)
    expect(result.sum).toBe(sum)
    expect(result.rows).toBe(BigInt(rows))
    expect(result.finishes).toBe(1)
    expect(metrics[0]?.rows).toBe(rows)
    expect(metrics[0]?.ms).toBeGreaterThanOrEqual(0)
    return { metrics, lease, job }
  } finally {
    lease.release()
  }
}

describe('jobs', () => {
  test.each([1, 2, 3])('sums over batches of every shape with %i threads', async (threads) => {
    const { memory, pool } = start(threads)
    for (const [rows, batchRows] of [
      [0, 10],
      [1, 10],
      [1000, 1000],
      [5000, 7],
      [100_000, 999],
      [1_000_000, 65536],
      [3_000_000, 3_000_000],
    ] as const) {
      await sumOf(pool, memory, rows, batchRows, threads)
    }
  })

  test('more slots than threads', async () => {
    const { memory, pool } = start(2)
    const { metrics } = await sumOf(pool, memory, 2_000_000, 100_000, 7)
    expect(metrics[0]?.morsels).toBeGreaterThan(20)
  })

  test('addresses above 2 GiB', async () => {
    const { memory, pool } = start(2, { lowest: 2 ** 31 + 5 * 65536 })
    const { job } = await sumOf(pool, memory, 1_000_000, 100_000, 2)
    expect(job.shared).toBeGreaterThan(2 ** 31)
  })

  test('steps follow each other; a later source is written by an earlier finish', async () => {
    const { memory, pool } = start(2)
    const lease = memory.lease()
    const { source } = writeColumn(lease, numbers(300_000), 50_000)
    const job = makeJob(lease, 2, [])
    const again = { run: 'count', source: job.shared + 96 }
    const metrics = await pool.run({
      ...job,
      steps: [
        { run: 'count', source, finish: 'publish' },
        { ...again, finish: 'publish' },
        { ...again, finish: 'combine' },
      ],
    })
    expect(metrics.map(({ rows }) => rows)).toEqual([300_000, 300_000, 600_000])
    expect(total(lease, job.shared)).toMatchObject({ finishes: 1, counted: 1_200_000 })
    lease.release()
  })

  test('many steps of little and much work', async () => {
    const { memory, pool } = start(2)
    const lease = memory.lease()
    const small = writeColumn(lease, numbers(10), 10)
    const large = writeColumn(lease, numbers(200_000), 10_000)
    const steps = Array.from({ length: 40 }, (_, i) => ({ run: 'sum', source: (i % 3 === 0 ? large : small).source, finish: i === 39 ? 'combine' : undefined }))
    const job = makeJob(lease, 2, steps)
    await pool.run(job)
    expect(total(lease, job.shared).sum).toBe(14n * large.sum + 26n * small.sum)
    lease.release()
  })

  test('no steps, and steps over nothing', async () => {
    const { memory, pool } = start(1)
    const lease = memory.lease()
    expect(await pool.run(makeJob(lease, 1, []))).toEqual([])
    const { source } = writeColumn(lease, numbers(0), 1)
    const job = makeJob(lease, 3, [
      { run: 'trap', source, finish: 'combine' },
      { run: 'trap', source, finish: 'combine' },
    ])
    await pool.run(job)
    expect(total(lease, job.shared).finishes).toBe(2)
    lease.release()
  })

  test('a limit stops the morsels', async () => {
    const { memory, pool } = start(2)
    const lease = memory.lease()
    const { source } = writeColumn(lease, numbers(2_000_000), 100_000)
    const job = makeJob(lease, 2, [])
    const [metrics] = await pool.run({
      ...job,
      steps: [{ run: 'count', source, finish: 'combine', stop: { address: job.shared + 40, rows: 3000 }, maxMorsel: 1024 }],
    })
    expect(metrics?.rows).toBeGreaterThanOrEqual(3000)
    expect(metrics?.rows).toBeLessThanOrEqual(3000 + 3 * 1024)
    expect(total(lease, job.shared).finishes).toBe(1)
    lease.release()
  })

  test('a slot without a morsel leaves its context alone; small work wakes one slot', async () => {
    const { memory, pool } = start(3)
    const lease = memory.lease()
    const { source } = writeColumn(lease, numbers(1000), 1000)
    const job = makeJob(lease, 3, [{ run: 'sum', source, finish: 'combine' }])
    await pool.run(job)
    const rows = job.contexts.map((context) => new BigInt64Array(lease.buffer, context + 72, 1)[0])
    expect(rows).toEqual([1000n, 0n, 0n])
    lease.release()
  })

  test('slow rows call for more slots', async () => {
    const { memory, pool } = start(2)
    const lease = memory.lease()
    const { source } = writeColumn(lease, numbers(14_000), 14_000)
    // Who is called may come too late for one job of 7 ms on a busy machine, not for all of them; who is not called never comes.
    let helped = false
    for (let round = 0; round < 500 && !helped; round++) {
      const job = makeJob(lease, 2, [{ run: 'slow', source, finish: 'combine' }])
      await pool.run(job)
      helped = job.contexts.every((context) => new Uint32Array(lease.buffer, context + 80, 1)[0] !== 0)
    }
    lease.release()
    expect(helped).toBe(true)
  })

  test('kernels reserve at the same time above 2 GiB, and nothing overlaps', async () => {
    const { memory, pool } = start(3, { lowest: 2 ** 31 - 3 * 65536 })
    const lease = memory.lease()
    const { source } = writeColumn(lease, numbers(200_000), 8)
    const job = makeJob(lease, 3, [{ run: 'chain', source }])
    await pool.run(job)
    const words = new Uint32Array(lease.buffer)
    const seen = new Set<number>()
    for (const context of job.contexts) {
      for (let at = words[context / 4 + 21] as number; at !== 0; at = words[at / 4] as number) {
        expect([words[at / 4 + 1], words[at / 4 + 249]]).toEqual([context, context])
        seen.add(at)
      }
    }
    expect(seen.size).toBe(25_000)
    expect(Math.max(...job.contexts)).toBeGreaterThan(2 ** 31 - 3 * 65536)
    lease.release()
  })

  test('a thousand tiny jobs, and modules by the hundred', async () => {
    const { memory, pool } = start(2)
    for (let i = 0; i < 1000; i++) await sumOf(pool, memory, 100, 100, 2)
    const modules = Array.from({ length: 300 }, (_, n) => another(n))
    await Promise.all([...modules, ...modules].map((module) => sumOf(pool, memory, 20_000, 10_000, 2, module)))
  })

  test.each([1, 2])('two queries at once take turns on %i threads', async (threads) => {
    const { memory, pool } = start(threads)
    const lease = memory.lease()
    const { source } = writeColumn(lease, numbers(400_000), 100_000)
    const long = makeJob(lease, 2, [
      { run: 'slow', source, finish: 'combine' },
      { run: 'slow', source, finish: 'combine' },
    ])
    let ended = false
    const running = pool.run(long).then(() => {
      ended = true
    })
    for (let i = 0; i < 10; i++) await sumOf(pool, memory, 100_000, 10_000, 2)
    expect(ended).toBe(false)
    await running
    expect(total(lease, long.shared)).toMatchObject({ finishes: 2, counted: 800_000 })
    lease.release()
  })

  test('a storm of jobs of all sizes, slots and modules (seeded)', async () => {
    const seed = 77
    let state = seed
    const random = (n: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return Math.floor((state / 2 ** 32) * n)
    }
    const { memory, pool } = start(3)
    const modules = [kernel, another(1), another(2)]
    await Promise.all(
      Array.from({ length: 200 }, () =>
        sumOf(pool, memory, random(4) === 0 ? random(300_000) : random(3000), 1 + random(20_000), 1 + random(5), modules[random(3)]),
      ),
    )
  })
})

describe('what goes wrong', () => {
  const failing = async (run: string, finish?: string, rows = 1_000_000) => {
    const { memory, pool } = start(2)
    const lease = memory.lease(8 * MiB)
    const { source } = writeColumn(lease, numbers(rows), 100_000)
    const error = await rejection(pool.run(makeJob(lease, 2, [{ run, source, finish }])))
    lease.release()
    expect(memory.inUse).toBe(0)
    await sumOf(pool, memory, 100_000, 10_000, 2)
    return error
  }

  test('a raised error comes with code, site and text', async () => {
    expect(await failing('raise')).toMatchObject({ name: 'ExecutionError', raise: 1, site: 77, detail: 'ouch' })
  })

  test('a raised text above 2 GiB', async () => {
    const { memory, pool } = start(1, { lowest: 3 * 2 ** 30 })
    const lease = memory.lease()
    const { source } = writeColumn(lease, numbers(10_000), 1000)
    expect(await rejection(pool.run(makeJob(lease, 1, [{ run: 'raise', source }])))).toMatchObject({ raise: 1, detail: 'ouch' })
    lease.release()
  })

  test('a runtime or kernel that does not link', async () => {
    const { memory, pool } = start(1, { budget: 64 * MiB, runtime: assemble('(module (import "env" "absent" (func)))') })
    const lease = memory.lease()
    const { source } = writeColumn(lease, numbers(10), 10)
    expect(await rejection(pool.run(makeJob(lease, 1, [{ run: 'sum', source }])))).toMatchObject({
      code: 'KERNEL_TRAP',
      message: expect.stringContaining('absent'),
    })
    lease.release()
  })

  test('a process that used the pool exits by itself, closed or not', () => {
    const script = fileURLToPath(new URL('./process.mjs', import.meta.url))
    for (const way of ['close', 'leave', 'fail']) {
      const { status, signal, stdout } = spawnSync(process.execPath, [script, way], { timeout: 10_000, encoding: 'utf8' })
      expect([way, signal, status, stdout]).toEqual([way, null, way === 'fail' ? 3 : 0, '43\n'])
    }
  })

  test('traps in a morsel, in finish, and by recursion', async () => {
    expect(await failing('trap')).toMatchObject({ code: 'KERNEL_TRAP', message: expect.stringContaining('divide by zero') })
    expect(await failing('sum', 'trap_finish')).toMatchObject({ code: 'KERNEL_TRAP' })
    expect(await failing('deep')).toMatchObject({ code: 'KERNEL_TRAP', message: expect.stringContaining('call stack') })
  })

  test('a refused reservation', async () => {
    expect(await failing('hoard')).toMatchObject({ code: 'MEMORY_EXCEEDED' })
  })

  test('an abort waits for the slots and rejects with the reason', async () => {
    const { memory, pool } = start(2)
    const lease = memory.lease()
    const { source } = writeColumn(lease, numbers(3_000_000), 100_000)
    const abort = new AbortController()
    const job = makeJob(lease, 3, [{ run: 'slow', source }])
    const running = rejection(pool.run(job, { signal: abort.signal }))
    setTimeout(() => abort.abort(new Error('enough')), 30)
    expect(await running).toMatchObject({ message: 'enough' })
    const counted = total(lease, job.shared).counted
    expect(counted).toBeGreaterThan(0)
    expect(counted).toBeLessThan(1_500_000)
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(total(lease, job.shared).counted).toBe(counted)
    lease.release()
    expect(await rejection(pool.run(job, { signal: AbortSignal.abort('before') }))).toBe('before')
    await sumOf(pool, memory, 100_000, 10_000, 2)
  })

  test('a worker that dies loses the jobs it ran only', async () => {
    const { memory, pool } = start(2)
    const dying = rejection(pool.call(new URL('./calls.mjs', import.meta.url), 'exit', 3))
    const living = sumOf(pool, memory, 1_000_000, 10_000, 1)
    expect(await dying).toMatchObject({ code: 'WORKER_DIED' })
    await living
    for (let i = 0; i < 5; i++) await sumOf(pool, memory, 1_000_000, 10_000, 2)
    expect(await rejection(pool.call(new URL('./calls.mjs', import.meta.url), 'explode', 3))).toMatchObject({ code: 'WORKER_DIED' })
    for (let i = 0; i < 5; i++) await sumOf(pool, memory, 1_000_000, 10_000, 3)
  })

  test('a job whose worker dies under it', async () => {
    const { memory, pool } = start(2)
    const lease = memory.lease()
    const { source } = writeColumn(lease, numbers(1_000_000), 100_000)
    // The call's timer fires in the worker between two quanta; the tasks on their way to it are lost, a slot that yielded goes on.
    await pool.call(new URL('./calls.mjs', import.meta.url), 'exit_soon', 40)
    const outcomes = await Promise.all(
      [1, 2, 3].map(() =>
        pool.run(makeJob(lease, 2, [{ run: 'slow', source }])).then(
          () => 'done',
          (error) => error.code,
        ),
      ),
    )
    for (const outcome of outcomes) expect(['done', 'WORKER_DIED']).toContain(outcome)
    expect(outcomes).toContain('done')
    lease.release()
    await sumOf(pool, memory, 100_000, 10_000, 2)
  })

  test('close ends kernels that never come back', async () => {
    const { memory, pool } = start(2)
    const lease = memory.lease()
    const { source } = writeColumn(lease, numbers(3_000_000), 100_000)
    const running = rejection(pool.run(makeJob(lease, 2, [{ run: 'forever', source }])))
    const calling = rejection(pool.call(new URL('./calls.mjs', import.meta.url), 'sleep', 60_000))
    await new Promise((resolve) => setTimeout(resolve, 100))
    const started = performance.now()
    await pool.close()
    expect(performance.now() - started).toBeLessThan(2000)
    expect(await running).toMatchObject({ code: 'ENGINE_CLOSED' })
    expect(await calling).toMatchObject({ code: 'ENGINE_CLOSED' })
    expect(await rejection(pool.run(makeJob(lease, 2, [])))).toMatchObject({ code: 'ENGINE_CLOSED' })
    lease.release()
  })

  test('calls of functions in modules', async () => {
    const { memory, pool } = start(2)
    const url = new URL('./calls.mjs', import.meta.url)
    const lease = memory.lease()
    const at = lease.allocate(64)
    expect(await pool.call(url, 'poke', { at, value: 42 })).toBe(43)
    expect(new Uint32Array(lease.buffer, at, 1)[0]).toBe(42)
    lease.release()
    expect(await rejection(pool.call(url, 'fail', 0))).toMatchObject({ name: 'RangeError', message: 'no' })
    expect(await rejection(pool.call(url, 'absent', 0))).toMatchObject({ name: 'TypeError' })
    expect(await rejection(pool.call(url, 'poke', () => 0))).toMatchObject({ name: 'DataCloneError' })
    const buffer = new ArrayBuffer(8)
    expect(await pool.call(url, 'size', buffer, [buffer])).toBe(8)
    expect(buffer.byteLength).toBe(0)
  })
})
