/** Steps that wait for some steps only, on real threads: random graphs, and what goes wrong in one of two steps under way. */
import { getEventListeners, setMaxListeners } from 'node:events'
import { describe, expect, test } from 'vitest'
import type { JobStep } from '../../src/bridge/job.ts'
import type { SharedMemory as Shared } from '../../src/bridge/memory.ts'
import type { Pool as Threads } from '../../src/bridge/pool.ts'
import { testSeed } from '../seed.ts'
import { assemble, kernel, makeJob, total, writeColumn } from './kernels.ts'
import { makeStepsJob, type PlannedStep } from './steps.ts'
import { rejection, start } from './threads.ts'

const randomOf = (seed: number) => {
  let state = seed >>> 0
  return (n: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * n)
  }
}

const randomPlan = (random: (n: number) => number): PlannedStep[] => {
  const plan: PlannedStep[] = []
  const count = 1 + random(12)
  for (let i = 0; i < count; i++) {
    const few = random(3) === 0
    const after = random(4) === 0 ? undefined : Array.from({ length: i === 0 ? 0 : random(4) }, () => random(i))
    const publishers = (after ?? (i === 0 ? [] : [i - 1])).filter((b) => plan[b]?.finish)
    plan.push({
      rows: random(6) === 0 ? 0 : few ? 1 + random(40) : 1 + random([100, 5000, 60_000][random(3)] as number),
      batchRows: 1 + random(random(2) === 0 ? 500 : 20_000),
      finish: random(4) !== 0,
      after,
      unit: few ? 1 + random(3) : undefined,
      publisher: random(2) === 0 ? publishers[0] : undefined,
      work: few ? random(30_000) : random(20),
    })
  }
  return plan
}

describe('random graphs of steps', () => {
  test.each([1, 2, 4])('on %i threads, several jobs at once: order, every row once, every finish once', async (threads) => {
    const seed = testSeed()
    const { memory, pool } = start(threads)
    for (let round = 0; round < 30; round++) {
      const random = randomOf(seed + round * 1000 + threads)
      await Promise.all(
        Array.from({ length: 1 + random(5) }, async () => {
          const lease = memory.lease()
          const plan = randomPlan(random)
          const told = `seed ${seed}, round ${round}: ${JSON.stringify(plan)}`
          const { job, seen } = makeStepsJob(lease, 1 + random(threads + 1), plan)
          const metrics = await pool.run(job)
          const result = seen()
          expect(result.wrong, told).toBe(0)
          expect(result.steps, told).toEqual(plan.map(({ rows, finish }) => ({ handed: rows, finishes: finish ? 1 : 0, once: true })))
          expect(metrics.map(({ rows }) => rows), told).toEqual(plan.map(({ rows }) => rows))
          for (const [i, { rows, unit }] of plan.entries()) {
            if (unit !== undefined) expect(metrics[i]?.morsels, told).toBe(Math.ceil(rows / unit))
            expect(metrics[i]?.busyMs === 0, told).toBe(rows === 0 && !plan[i]?.finish)
          }
          lease.release()
        }),
      )
    }
  })

  test('steps that cannot be run', async () => {
    const { memory, pool } = start(1)
    const lease = memory.lease()
    const { source } = writeColumn(lease, Int32Array.of(1), 1)
    const step = { run: 'sum', source }
    for (const wrong of [{ after: [1] }, { after: [-1] }, { after: [0.5] }, { unit: 0 }, { unit: 1.5 }, { unit: 65537 }]) {
      expect(await rejection(pool.run(makeJob(lease, 1, [step, { ...step, ...wrong }])))).toMatchObject({ name: 'TypeError' })
    }
    lease.release()
  })
})

/** Kernels that meet: each waits for another thread, so that a test ends only when both are under way. */
const meeting = assemble(`(module
  (import "env" "memory" (memory 1 65536 shared))
  (import "math" "cos" (func $cos (param f64) (result f64)))
  (func $arrive (param $ctx i32) (drop (i32.atomic.rmw.add offset=40 (i32.load offset=28 (local.get $ctx)) (i32.const 1))))
  (func $await (param $ctx i32) (param $n i32)
    (loop $again (br_if $again (i32.lt_u (i32.atomic.load offset=40 (i32.load offset=28 (local.get $ctx))) (local.get $n)))))
  (func (export "arrive") (param $ctx i32) (param i32 i32) (call $arrive (local.get $ctx)))
  (func (export "meet") (param $ctx i32) (param i32 i32) (call $arrive (local.get $ctx)) (call $await (local.get $ctx) (i32.const 2)))
  (func (export "meet_finish") (param $ctx i32) (call $arrive (local.get $ctx)) (call $await (local.get $ctx) (i32.const 4)))
  (func (export "free") (param $ctx i32) (param i32 i32) (i32.atomic.store offset=44 (i32.load offset=28 (local.get $ctx)) (i32.const 1)))
  ;; Waits for the word at shared + 44, which the test or free writes.
  (func (export "hold_finish") (param $ctx i32)
    (call $arrive (local.get $ctx))
    (loop $again (br_if $again (i32.eqz (i32.atomic.load offset=44 (i32.load offset=28 (local.get $ctx))))))
    (i32.store offset=32 (i32.load offset=28 (local.get $ctx)) (i32.const 1)))
  (func (export "meet_trap") (param $ctx i32) (param i32 i32) (call $arrive (local.get $ctx)) (call $await (local.get $ctx) (i32.const 2)) (unreachable))
  (func (export "meet_raise") (param $ctx i32) (param i32 i32)
    (call $arrive (local.get $ctx)) (call $await (local.get $ctx) (i32.const 2))
    (i32.store (local.get $ctx) (i32.const 9)) (i32.store offset=4 (local.get $ctx) (i32.const 3)) (unreachable))
  ;; Kills the thread in a worker where that was arranged, else comes back when the other has arrived.
  (func (export "die") (param $ctx i32) (param i32 i32)
    (call $arrive (local.get $ctx)) (call $await (local.get $ctx) (i32.const 2)) (drop (call $cos (f64.const 1)))))`)

describe('two steps under way', () => {
  const prepare = (steps: (source: number) => readonly JobStep[], rows = 1) => {
    const { memory, pool } = start(2)
    const lease = memory.lease()
    const { source } = writeColumn(lease, new Int32Array(rows), rows)
    const job = makeJob(lease, 2, steps(source), meeting)
    const words = new Int32Array(lease.buffer, job.shared, 64)
    /** The pool is whole: both threads work, nothing is held. */
    const sound = async () => {
      lease.release()
      expect(memory.inUse).toBe(0)
      const other = memory.lease()
      const column = writeColumn(other, new Int32Array(2), 2)
      await pool.run(makeJob(other, 2, [{ run: 'meet', source: column.source, unit: 1 }], meeting))
      other.release()
    }
    return { pool, job, words, sound }
  }
  const arrived = async (words: Int32Array, n: number) => {
    while (Atomics.load(words, 10) < n) await new Promise((resolve) => setTimeout(resolve, 1))
  }

  test('two heavy items take two slots', async () => {
    const { pool, job, sound } = prepare((source) => [{ run: 'meet', source, unit: 1 }], 2)
    expect(await pool.run(job)).toMatchObject([{ rows: 2, morsels: 2 }])
    await sound()
  })

  test('a step goes on beside the finish of another; two finishes at once', async () => {
    const beside = prepare((source) => [
      { run: 'arrive', source, finish: 'hold_finish', unit: 1 },
      { run: 'free', source, after: [], unit: 1 },
    ])
    await beside.pool.run(beside.job)
    expect(beside.words[8]).toBe(1)
    await beside.sound()
    const finishes = prepare(
      (source) => [
        { run: 'meet', source, finish: 'meet_finish', unit: 1 },
        { run: 'meet', source, finish: 'meet_finish', after: [], unit: 1 },
      ],
    )
    await finishes.pool.run(finishes.job)
    expect(Atomics.load(finishes.words, 10)).toBe(4)
    await finishes.sound()
  })

  test('a step that becomes ready late wakes the slots that wait', async () => {
    const { pool, job, words, sound } = prepare(
      (source) => [
        { run: 'arrive', source, finish: 'hold_finish', unit: 1 },
        { run: 'meet', source, unit: 1 },
        { run: 'meet', source, unit: 1, after: [0] },
      ],
    )
    const running = pool.run(job)
    await arrived(words, 2)
    await new Promise((resolve) => setTimeout(resolve, 150))
    Atomics.store(words, 10, 0)
    Atomics.store(words, 11, 1)
    await running
    await sound()
  })

  test('an abort while a slot is in finish waits for it, and begins nothing', async () => {
    const { pool, job, words, sound } = prepare((source) => [
      { run: 'arrive', source, finish: 'hold_finish' },
      { run: 'arrive', source },
    ])
    const abort = new AbortController()
    let settled = false
    const running = rejection(pool.run(job, { signal: abort.signal })).finally(() => {
      settled = true
    })
    await arrived(words, 2)
    abort.abort(new Error('enough'))
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(settled).toBe(false)
    Atomics.store(words, 11, 1)
    expect(await running).toMatchObject({ message: 'enough' })
    expect([words[8], words[10]]).toEqual([1, 2])
    expect(getEventListeners(abort.signal, 'abort')).toEqual([])
    await sound()
  })

  test.each([
    ['meet_trap', { code: 'KERNEL_TRAP' }],
    ['meet_raise', { code: 'RAISED', raise: 9, site: 3 }],
  ])('an error in one of two steps: %s', async (run, error) => {
    const { pool, job, words, sound } = prepare((source) => [
      { run, source, unit: 1, finish: 'hold_finish' },
      { run: 'meet', source, unit: 1, after: [], finish: 'hold_finish' },
      { run: 'arrive', source, after: [0, 1] },
    ])
    Atomics.store(words, 11, 1)
    const { signal } = new AbortController()
    expect(await rejection(pool.run(job, { signal }))).toMatchObject(error)
    expect(Atomics.load(words, 10)).toBeLessThanOrEqual(3)
    expect(getEventListeners(signal, 'abort')).toEqual([])
    await sound()
  })

  test('a worker that dies in one of two steps', async () => {
    const { pool, job, words, sound } = prepare((source) => [
      { run: 'die', source, unit: 1, finish: 'hold_finish' },
      { run: 'die', source, unit: 1, after: [], finish: 'hold_finish' },
      { run: 'arrive', source, after: [0, 1] },
    ])
    Atomics.store(words, 11, 1)
    await pool.call(new URL('./calls.mjs', import.meta.url), 'mine', 0)
    expect(await rejection(pool.run(job))).toMatchObject({ code: 'WORKER_DIED' })
    await sound()
  })
})

describe('many jobs', () => {
  /** Jobs of seconds, until they are aborted. */
  const startLong = (pool: Threads, memory: Shared, count: number) => {
    const lease = memory.lease()
    const { source } = writeColumn(lease, new Int32Array(4_000_000), 100_000)
    const abort = new AbortController()
    let ended = 0
    const running = Array.from({ length: count }, async () => {
      await rejection(pool.run(makeJob(lease, 2, [{ run: 'slow', source, finish: 'combine' }]), { signal: abort.signal }))
      ended++
    })
    const stop = async () => {
      expect(ended).toBe(0)
      abort.abort()
      await Promise.all(running)
      lease.release()
    }
    return stop
  }

  test.each([1, 2])('short jobs get their turn beside long ones on %i threads', async (threads) => {
    const { memory, pool } = start(threads)
    const stop = startLong(pool, memory, 6)
    const lease = memory.lease()
    const { source, sum } = writeColumn(lease, Int32Array.from({ length: 30_000 }, (_, i) => i), 1000)
    for (let i = 0; i < 10; i++) {
      const job = makeJob(lease, 2, [{ run: 'sum', source, finish: 'combine' }])
      await pool.run(job)
      expect(total(lease, job.shared)).toMatchObject({ sum, finishes: 1 })
    }
    await stop()
    lease.release()
  })

  test('functions get threads beside long jobs, and jobs beside many functions', async () => {
    const { memory, pool } = start(2)
    const url = new URL('./calls.mjs', import.meta.url)
    const stop = startLong(pool, memory, 3)
    for (let i = 0; i < 5; i++) expect(await pool.call(url, 'size', new ArrayBuffer(i))).toBe(i)
    await stop()
    let called = 0
    const calls = Array.from({ length: 60 }, async () => {
      await pool.call(url, 'sleep', 20)
      called++
    })
    const lease = memory.lease()
    const { source } = writeColumn(lease, Int32Array.of(1, 2), 2)
    for (let i = 0; i < 3; i++) await pool.run(makeJob(lease, 2, [{ run: 'sum', source }]))
    expect(called).toBeLessThan(60)
    await Promise.all(calls)
    lease.release()
  })

  // An aborted job that has no place yet must never get one: it took turns of chance to see it happen.
  test.each([1, 2, 3, 4])('more jobs than the board has places, failing, aborted and done: %i', async () => {
    const { memory, pool } = start(2)
    const lease = memory.lease()
    const { source, sum } = writeColumn(lease, Int32Array.of(3, 4), 2)
    const abort = new AbortController()
    setMaxListeners(0, abort.signal)
    const outcomes = Array.from({ length: 2500 }, async (_, i) => {
      const kind = i % 3
      const job = makeJob(lease, 2, [{ run: kind === 0 ? 'trap' : 'sum', source, finish: 'combine' }], kernel)
      const running = pool.run(job, { signal: kind === 1 ? abort.signal : undefined })
      if (kind === 0) return expect(await rejection(running)).toMatchObject({ code: 'KERNEL_TRAP' })
      if (kind === 1) return expect(await rejection(running)).toBe('stop')
      await running
      expect(total(lease, job.shared)).toMatchObject({ sum, finishes: 1 })
    })
    abort.abort('stop')
    await Promise.all(outcomes)
    expect(getEventListeners(abort.signal, 'abort')).toEqual([])
    lease.release()
    expect(memory.inUse).toBe(0)
  })
})
