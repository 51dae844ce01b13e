/** Results: read once, in any form, left early or closed, with metrics and an explanation; and all memory back. */
import { ArcweldError, Engine, UnsupportedError } from 'arcweld'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { failure, type Folder, MILLION, openFolder, PEOPLE, rowsOf } from './fixtures.ts'

let folder: Folder
let engine: Engine
let base: number
beforeAll(async () => {
  folder = await openFolder()
  engine = await Engine.create({ threads: 2, memory: '1GiB' })
  await engine.register('people', await folder.write('people.parquet', PEOPLE))
  await engine.register('million', await folder.write('million.parquet', MILLION), { cache: true })
  base = engine.memory.inUse
})
afterAll(async () => {
  await engine.close()
  await folder.remove()
})
afterEach(() => {
  expect(engine.memory.inUse).toBe(base)
})

test('a result is read once', async () => {
  const readers: ((r: Awaited<ReturnType<Engine['sql']>>) => Promise<unknown>)[] = [
    (r) => r.rows(),
    (r) => r.toArrow(),
    async (r) => {
      for await (const _ of r);
    },
  ]
  for (const first of readers) {
    for (const second of readers) {
      const result = await engine.sql('select id from people')
      await first(result)
      await failure(second(result), 'RESULT_CONSUMED')
    }
  }
  const closed = await engine.sql('select id from people')
  await closed.close()
  await closed.close()
  await failure(closed.rows(), 'RESULT_CONSUMED')
})

test('rows, with dates as Date and as JSON', async () => {
  const sql = "select 9007199254740993::bigint as big, 'NaN'::double as nan, 'inf'::float as inf, 1.50::decimal(9,2) as dec, date '2024-02-29' as d, timestamp '2024-02-29 13:45:00.123456' as ts, timestamptz '2024-02-29 13:45:00+01' as tz, true as b, null as n"
  expect(await rowsOf(engine, sql)).toEqual([
    { big: 9007199254740993n, nan: Number.NaN, inf: Number.POSITIVE_INFINITY, dec: '1.50', d: '2024-02-29', ts: '2024-02-29 13:45:00.123456', tz: '2024-02-29T12:45:00Z', b: true, n: null },
  ])
  const [dates] = (await (await engine.sql(sql)).rows({ dates: 'date' })) as [Record<string, unknown>]
  expect([dates['d'], dates['ts'], dates['tz']]).toEqual([new Date('2024-02-29T00:00:00Z'), new Date('2024-02-29T13:45:00.123Z'), new Date('2024-02-29T12:45:00Z')])
  const json = await (await engine.sql(sql)).rows({ json: true })
  expect(JSON.parse(JSON.stringify(json))).toEqual([
    { big: '9007199254740993', nan: 'NaN', inf: 'Infinity', dec: '1.50', d: '2024-02-29', ts: '2024-02-29 13:45:00.123456', tz: '2024-02-29T12:45:00Z', b: true, n: null },
  ])
})

test('toArrow keeps types, and what it gives can be registered', async () => {
  const table = await (await engine.sql('select id, name, owed, sum(id) over_all from people group by all')).toArrow()
  expect(table.schema.fields.map((f) => `${f.name} ${f.type}`)).toEqual(['id Int32', 'name Utf8', 'owed Decimal[9e+2]', 'over_all Decimal[38e0]'])
  expect(table.numRows).toBe(3)
  await engine.register('again', table)
  expect(await rowsOf(engine, 'select * from again order by id')).toEqual([
    { id: 1, name: 'Ann', owed: '3.50', over_all: '1' },
    { id: 2, name: 'Bob', owed: null, over_all: '2' },
    { id: 3, name: null, owed: '-1.25', over_all: '3' },
  ])
  await engine.unregister('again')
  const empty = await (await engine.sql('select id, name from people where id > 3')).toArrow()
  expect([empty.numRows, empty.schema.fields.length]).toEqual([0, 2])
})

test('batches are whole together, and live until the next one', async () => {
  const result = await engine.sql('select i from million where k <> 5')
  let rows = 0
  let total = 0n
  let last: { rows(): unknown[]; toArrow(): unknown; numRows: number } | undefined
  let batches = 0
  for await (const batch of result) {
    if (last) {
      const old = last
      expect(() => old.rows()).toThrow(ArcweldError)
      expect(() => old.toArrow()).toThrow(/a batch lives/)
    }
    const got = batch.rows() as { i: bigint }[]
    expect(got.length).toBe(batch.numRows)
    for (const { i } of got) total += i
    rows += got.length
    batches++
    last = batch
  }
  expect(() => last?.rows()).toThrow(ArcweldError)
  expect(batches).toBeGreaterThan(3)
  expect([rows, total]).toEqual([999_000, (999_999n * 1_000_000n) / 2n - 1000n * 5n - 1000n * ((999n * 1000n) / 2n)])
})

test('leaving the loop early, or throwing in it, gives the memory back', async () => {
  const result = await engine.sql('select i from million')
  for await (const batch of result) {
    expect(batch.numRows).toBeGreaterThan(0)
    expect(engine.memory.inUse).toBeGreaterThan(base)
    break
  }
  expect(engine.memory.inUse).toBe(base)
  await failure(result.rows(), 'RESULT_CONSUMED')
  await expect(
    (async () => {
      for await (const _ of await engine.sql('select i from million')) throw new Error('mine')
    })(),
  ).rejects.toThrow('mine')
})

test('close() ends what runs and what is being read, and a batch with it', async () => {
  const running = await engine.sql('select s, sum(i), count(*) from million group by s')
  const rows = running.rows()
  rows.catch(() => {})
  await running.close()
  // It may have been over by then.
  const ended: any = await rows.catch((error: unknown) => error)
  if (!Array.isArray(ended)) expect(ended.code).toBe('RESULT_CONSUMED')

  const reading = await engine.sql('select i from million')
  await failure(
    (async () => {
      for await (const _ of reading) await reading.close()
    })(),
    'RESULT_CONSUMED',
  )

  const left = await engine.sql('select i from million')
  const { value: batch } = await left[Symbol.asyncIterator]().next()
  await left.close()
  expect(engine.memory.inUse).toBe(base)
  expect(() => (batch as { rows(): unknown }).rows()).toThrow(ArcweldError)

  await using disposed = await engine.sql('select i from million')
  expect(disposed.schema).toEqual([{ name: 'i', type: 'int64' }])
})

test('results that are never read hold nothing', async () => {
  for (let i = 0; i < 20; i++) await engine.sql('select sum(i) from million')
  expect(engine.memory.inUse).toBe(base)
})

test('metrics are there once the result was read', async () => {
  const result = await engine.sql('select k, sum(i) as total from million group by k')
  expect(result.metrics).toBeUndefined()
  expect(result.explain().stages).toEqual([])
  await result.rows()
  const metrics = result.metrics!
  expect(metrics.rows).toBe(1000)
  expect(metrics.ms).toBeGreaterThan(0)
  expect(metrics.stages.length).toBeGreaterThan(0)
  for (const stage of metrics.stages) {
    expect(stage).toMatchObject({ native: true, refusals: [] })
    expect(stage.ms).toBeGreaterThanOrEqual(0)
    expect(stage.pipelines.length).toBeGreaterThan(0)
  }
  expect(metrics.stages.at(-1)?.rows).toBe(1000)
  expect(String(result.explain())).toContain('native')
})

test('explain: what would run, and with analyze what did', async () => {
  const sql = 'select s, count(*) as n from million where i < 10 group by s order by n desc'
  const plain = await engine.explain(sql)
  expect(plain.stages.every((s) => s.native && s.refusals.length === 0 && s.rows === undefined)).toBe(true)
  expect(plain.stages.flatMap((s) => s.operators)).toEqual(expect.arrayContaining(['scan million', 'filter', 'group by', 'sort']))
  expect(JSON.parse(JSON.stringify(plain)).stages.map((s: any) => Object.keys(s))).toEqual(plain.stages.map((s) => Object.keys(s)))
  const never = await engine.explain(sql, { native: 'never' })
  expect(never.stages.every((s) => !s.native && s.refusals[0]?.code === 'FORCED')).toBe(true)
  const first = await engine.explain(sql.replace('10', '11'), { analyze: true })
  const again = await engine.explain(sql.replace('10', '999'), { analyze: true })
  expect(first.stages.map((s) => s.operators)).toEqual(plain.stages.map((s) => s.operators))
  expect(again.stages.at(-1)?.rows).toBe(7)
  for (const stage of again.stages) {
    expect(stage).toMatchObject({ native: true, cacheHit: true, compileUs: 0 })
    expect(stage.firstCallUs).toBeGreaterThan(0)
  }
  expect(first.stages.some((s) => s.cacheHit === false && (s.compileUs ?? 0) > 0)).toBe(true)
})

test.each([
  ['select sum(i) as s from million where k = %', '1', '17'],
  ["select i from million where s = '%' limit 3", 's1', 's22'],
  ['select k + % as x from million where i < 5', '1', '2'],
  ["select count(*) as n from million where s like '%'", 's1%', 's2%'],
  ['select k, count(*) as n from million where i between % and 900 group by k', '3', '80'],
  ['select k::decimal(9,2) * %.25 as x from million where i < 5', '1', '2'],
])('another constant compiles nothing: %s', async (sql, a, b) => {
  await engine.explain(sql.replace('%', a), { analyze: true })
  const { stages } = await engine.explain(sql.replace('%', b), { analyze: true })
  expect(stages.map((s) => [s.native, s.cacheHit])).toEqual(stages.map(() => [true, true]))
})

test("native: 'only' tells what would fall back, 'never' falls back everywhere", async () => {
  await engine.udf('plain', { args: ['int64'], returns: 'int64' }, (x: bigint) => x)
  const error = await failure(rowsOf(engine, 'select plain(i) as x from million limit 1', { native: 'only' }), 'NATIVE_ONLY')
  expect(error).toBeInstanceOf(UnsupportedError)
  expect(error.refusals).toMatchObject([{ code: 'UDF' }])
  expect(await rowsOf(engine, 'select max(i) as m from million', { native: 'only' })).toEqual([{ m: 999_999n }])
  const result = await engine.sql('select s, max(i) as m from million group by s order by s limit 1', { native: 'never' })
  expect(await result.rows()).toEqual([{ s: 's0', m: 999_999n - ((999_999n - 0n) % 7n) }])
  expect(result.metrics?.stages.every((s) => !s.native && s.refusals[0]?.code === 'FORCED')).toBe(true)
  await failure(engine.sql('select 1', { native: 'always' as never }), 'INVALID_OPTION')
  await failure(engine.explain('select 1', { native: 'always' as never }), 'INVALID_OPTION')
})

test('errors of execution say where', async () => {
  const overflow = await failure(rowsOf(engine, 'select (i * 9223372036854)::bigint * 2 as x from million'), 'OVERFLOW')
  expect(overflow.name).toBe('ExecutionError')
  expect(overflow.stage).toBeTypeOf('number')
  const cast = await failure(rowsOf(engine, 'select s::integer as x from million'), 'CAST_FAILED')
  expect(cast.stage).toBeTypeOf('number')
  for (const native of ['prefer', 'never'] as const) {
    expect((await failure(rowsOf(engine, 'select (k * 2147483)::integer + 2147483647 as x from million', { native }), 'OVERFLOW')).stage).toBeTypeOf('number')
    expect((await failure(rowsOf(engine, 'select (i + 1000)::tinyint as x from million', { native }), 'CAST_FAILED')).message).toMatch(/int8/)
  }
})

test('rows that an earlier part of a filter excludes, by false or by NULL, do not raise', async () => {
  for (const native of ['prefer', 'never'] as const) {
    for (const first of ['a.k < 5', 'nullif(a.k % 2, 1) = 0 and a.k < 5', 'case when a.k < 5 then true end']) {
      const sql = `select count(*) as n from million a where ${first} and (a.k + 250)::utinyint >= 250`
      expect(await rowsOf(engine, sql, { native }), sql).toEqual([{ n: first.startsWith('nullif') ? 3000n : 5000n }])
    }
  }
})
