/** Plans over Arrow inputs: checked, compiled, executed stage by stage, and run whole. */
import { tableFromArrays, tableToIPC } from 'apache-arrow'
import { ArcweldError, type Backend, type Batch, count, createBackend, lit, type Plan, scan, type Stage, sum, values } from 'arcweld/backend'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { failure } from '../engine/fixtures.ts'
import { countries, ORDERS, orders, report, reported } from './plans.ts'

const inputs = { orders, countries }
let backend: Backend
beforeAll(async () => {
  backend = await createBackend({ threads: 2, memory: '256MiB' })
})
afterEach(() => {
  expect(backend.memory.inUse).toBe(0)
})
afterAll(async () => {
  await backend.close()
})

test('check says native of a plan and of each of its stages', () => {
  expect(backend.check(report)).toEqual({ native: true })
  const stages = backend.stages(report)
  expect(stages.map((s) => s.id)).toEqual(stages.map((_, i) => i))
  expect(stages.length).toBeGreaterThanOrEqual(2)
  for (const stage of stages) {
    expect(backend.check(stage)).toEqual({ native: true })
    expect(stage.inputs.every((i) => i < stage.id)).toBe(true)
  }
  // A plan is JSON.
  expect(backend.stages(JSON.parse(JSON.stringify(report)))).toEqual(stages)
})

test('run gives the rows, natively and interpreted', async () => {
  for (const native of ['only', 'never'] as const) {
    const result = await backend.run(report, inputs, { native })
    expect(result.schema.map((c) => `${c.name} ${c.type}`)).toEqual(['name string', 'n int64', 'total double', 'bigs int128'])
    expect(await result.rows()).toEqual(reported)
    expect(result.metrics?.stages.every((s) => s.native === (native === 'only'))).toBe(true)
  }
})

/** Runs every stage by itself, handing the batches on as an engine with a scheduler of its own would. */
const byStages = async (on: Backend, plan: Plan, wrap: (tables: unknown[]) => unknown): Promise<{ rows: unknown[]; outputs: Record<string, unknown> }> => {
  const outputs: Record<string, unknown> = { ...inputs }
  let rows: unknown[] = []
  for (const stage of on.stages(plan)) {
    const tables: unknown[] = []
    rows = []
    for await (const batch of on.execute(on.compile(stage), outputs)) {
      tables.push(batch.toArrow())
      rows.push(...batch.rows())
    }
    outputs[`stage:${stage.id}`] = wrap(tables)
  }
  return { rows, outputs }
}

test('stages run one by one, over the outputs of others as stage:<id>', async () => {
  const plain = reported.map(Object.values)
  const wraps: ((tables: any[]) => unknown)[] = [(tables) => tables, (tables) => tables.flatMap((t) => t.batches), (tables) => tables[0], (tables) => tableToIPC(tables[0], 'stream')]
  for (const wrap of wraps) {
    const { rows } = await byStages(backend, report, wrap)
    expect(rows.map((r) => Object.values(r as object))).toEqual(plain)
  }
})

test('compile tells the columns of a stage', () => {
  const stages = backend.stages(report)
  const compiled = backend.compile(stages.at(-1) as Stage)
  expect(compiled).toMatchObject({ native: true, refusals: [] })
  expect(compiled.fields.map((f) => f.type)).toMatchObject([{ kind: 'string' }, { kind: 'int64' }, { kind: 'double' }, { kind: 'int128' }])
})

test('inputs may be iterables, of record batches too, and IPC bytes', async () => {
  const plan = ORDERS.aggregate({ n: count(), bigs: sum('big') }).plan()
  const expected = [{ n: 5000n, bigs: ((4999n * 5000n) / 2n) * 1_000_000_007n }]
  async function* later(): AsyncGenerator<unknown> {
    for (const batch of orders.batches) yield batch
  }
  function* now(): Generator<unknown> {
    yield orders.slice(0, 100)
    yield orders.slice(100)
  }
  for (const source of [orders, orders.batches, orders.batches[0], later(), now(), [orders.slice(0, 10), orders.slice(10)], tableToIPC(orders, 'file'), tableToIPC(orders, 'stream')]) {
    const result = await backend.run(plan, { orders: source }, { native: 'only' })
    expect(await result.rows()).toEqual(expected)
  }
})

test('an input read by two scans is opened once, also where it is an iterable', async () => {
  async function* once(): AsyncGenerator<unknown> {
    yield orders.slice(0, 50)
  }
  const left = ORDERS.select(['id'])
  const plan = left.join(ORDERS.select(['id', 'amount']), { on: ['id'] }).aggregate({ n: count() }).plan()
  expect(await (await backend.run(plan, { orders: once() })).rows()).toEqual([{ n: 50n }])
})

test('plans without inputs', async () => {
  const plan = values({ x: 'int32', y: 'string' }, [[1, 'a'], [null, 'b'], [3, null]]).filter(({ x }) => x.isNotNull()).extend(({ x }) => ({ z: x.mul(lit(2)) })).plan()
  const result = await backend.run(plan, {})
  expect(await result.rows()).toEqual([{ x: 1, y: 'a', z: 2 }, { x: 3, y: null, z: 6 }])
})

test('the rows of an empty input', async () => {
  const empty = orders.slice(0, 0)
  expect(await (await backend.run(report, { orders: empty, countries })).rows()).toEqual([])
  expect(await (await backend.run(ORDERS.aggregate({ n: count(), s: sum('id') }).plan(), { orders: empty })).rows()).toEqual([{ n: 0n, s: null }])
  expect(await (await backend.run(ORDERS.aggregate({ n: count() }).plan(), { orders: [empty, orders.slice(0, 3), empty] })).rows()).toEqual([{ n: 3n }])
  // A stage without rows puts out no batches.
  expect(await (await backend.run(report, { orders: [], countries })).rows()).toEqual([])
})

test('refusals are values, and NATIVE_ONLY where nothing else is allowed', async () => {
  const curved = ORDERS.extend(({ amount }) => ({ root: amount.add(1) })).plan()
  const refused: Plan = { ...curved, root: { op: 'project', input: (curved.root as any).input, exprs: [{ expr: 'udf', name: 'mine', args: [{ expr: 'column', index: 0, type: 'int32' }], type: 'int64' }] }, names: ['x'] }
  const checked = backend.check(refused)
  expect(checked).toMatchObject({ native: false, refusals: [{ code: 'UDF' }] })
  const [stage] = backend.stages(refused) as [Stage]
  expect(backend.check(stage)).toEqual(checked)
  expect(backend.compile(stage)).toMatchObject({ native: false, refusals: [{ code: 'UDF' }] })
  const strict = await createBackend({ threads: 1, memory: '64MiB', native: 'only' })
  try {
    expect(() => strict.compile(stage)).toThrow(expect.objectContaining({ code: 'NATIVE_ONLY' }))
    await failure((await strict.run(refused, inputs)).rows(), 'NATIVE_ONLY')
  } finally {
    await strict.close()
  }
  await failure((await backend.run(refused, inputs)).rows(), 'UNKNOWN_FUNCTION')
})

test('inputs that are missing, foreign or of other types', async () => {
  const plan = ORDERS.aggregate({ n: count(), s: sum('id') }).plan()
  await failure((await backend.run(plan, {})).rows(), 'UNKNOWN_TABLE')
  await failure((await backend.run(plan, { orders: 'orders.parquet' })).rows(), 'INVALID_OPTION')
  await failure((await backend.run(plan, { orders: 17 })).rows(), 'INVALID_OPTION')
  await failure((await backend.run(plan, { orders: [1, 2] })).rows(), 'INVALID_OPTION')
  await failure((await backend.run(plan, { orders: countries })).rows(), 'UNKNOWN_COLUMN')
  const other = scan('orders', { id: 'int64' }).aggregate({ s: sum('id') }).plan()
  await failure((await backend.run(other, { orders })).rows(), 'INVALID_PLAN')
  async function* breaks(): AsyncGenerator<unknown> {
    yield* []
    throw new Error('the wire broke')
  }
  await expect((await backend.run(plan, { orders: breaks() })).rows()).rejects.toThrow('the wire broke')
})

test('batches of one input that are not of one schema', async () => {
  const plan = ORDERS.aggregate({ n: count(), s: sum('id') }).plan()
  for (const other of [countries, tableFromArrays({ id: ['a', 'b'] }), tableFromArrays({ id: BigInt64Array.of(1n) })]) {
    const error: any = await backend.run(plan, { orders: [orders, other] }).then((r) => r.rows(), (e: unknown) => e).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(ArcweldError)
  }
})

test('aborts reject with the reason, before, between and within', async () => {
  await expect((await backend.run(report, inputs, { signal: AbortSignal.abort('never mind') })).rows()).rejects.toBe('never mind')
  const abort = new AbortController()
  async function* endless(): AsyncGenerator<unknown> {
    for (let i = 0; ; i++) {
      if (i === 3) abort.abort('enough')
      if (i > 1000) throw new Error('not stopped')
      yield orders.slice(0, 10)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  await expect((await backend.run(report, { orders: endless(), countries }, { signal: abort.signal })).rows()).rejects.toBe('enough')
  const [stage] = backend.stages(report) as [Stage]
  const batches = backend.execute(backend.compile(stage), inputs, { signal: AbortSignal.abort('early') })
  await expect(batches.next()).rejects.toBe('early')
})

test('a stage left early, and batches kept too long', async () => {
  const [stage] = backend.stages(ORDERS.plan()) as [Stage]
  let kept: Batch | undefined
  for await (const batch of backend.execute(backend.compile(stage), inputs)) {
    kept = batch
    expect(backend.memory.inUse).toBeGreaterThan(0)
    break
  }
  expect(() => kept?.rows()).toThrow(expect.objectContaining({ code: 'RESULT_CONSUMED' }))
})

test('options', async () => {
  for (const options of [{ threads: 0 }, { memory: '1KiB' }, { native: 'sometimes' }, null]) await failure(createBackend(options as never), 'INVALID_OPTION')
  await failure((async () => (await backend.run(report, inputs, { native: 'sometimes' as never })).rows())(), 'INVALID_OPTION')
  await failure((async () => (await backend.run(report, 17 as never)).rows())(), 'INVALID_OPTION')
})

test('a closed backend', async () => {
  const closing = await createBackend({ threads: 1, memory: '64MiB' })
  const planned = await closing.run(report, inputs)
  await closing.close()
  await closing.close()
  await failure(planned.rows(), 'ENGINE_CLOSED')
  await failure(closing.run(report, inputs), 'ENGINE_CLOSED')
  const [stage] = closing.stages(report) as [Stage]
  await failure(closing.execute(closing.compile(stage), inputs).next(), 'ENGINE_CLOSED')
})
