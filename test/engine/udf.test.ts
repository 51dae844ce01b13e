/** User-defined functions: closures and module exports, NULLs, types, failures. */
import { Engine, OptionError } from 'arcweld'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { failure, type Folder, MILLION, openFolder, rowsOf } from './fixtures.ts'

const MODULE = new URL('./udf-module.mjs', import.meta.url)
let folder: Folder
let engine: Engine
beforeAll(async () => {
  folder = await openFolder()
  engine = await Engine.create({ threads: 2, memory: '512MiB' })
  await engine.register('million', await folder.write('million.parquet', MILLION))
  await engine.register('few', await folder.write('few.parquet', 'SELECT CASE WHEN i <> 1 THEN i END::BIGINT AS i FROM range(3) t(i)'))
})
afterAll(async () => {
  expect(engine.memory.inUse).toBe(0)
  await engine.close()
  await folder.remove()
})

test('a closure runs on the main thread, an export in a worker', async () => {
  const calls: bigint[] = []
  await engine.udf('twice', { args: ['int64'], returns: 'int64' }, (x: bigint) => {
    calls.push(x)
    return x * 2n
  })
  expect(await rowsOf(engine, 'select twice(i) as x from few order by i nulls last')).toEqual([{ x: 0n }, { x: 4n }, { x: null }])
  expect(calls.toSorted()).toEqual([0n, 2n])
  await engine.udf('place', { args: [], returns: 'string' }, { module: MODULE, export: 'where' })
  await engine.udf('pair', { args: ['int64', 'string'], returns: 'string' }, { module: MODULE.href })
  const result = await engine.sql("select place() as place, pair(i, 'b') as pair from few order by i nulls first")
  expect(await result.rows()).toEqual([{ place: 'worker', pair: null }, { place: 'worker', pair: '0/b' }, { place: 'worker', pair: '2/b' }])
  const { stages } = result.explain()
  expect(stages.some((s) => !s.native && s.refusals.some((r) => r.code === 'UDF' && /place|pair/.test(r.node + r.reason)))).toBe(true)
})

test("NULL arguments give NULL without a call, or are passed as null", async () => {
  let nulls = 0
  const count = (x: bigint | null) => {
    if (x === null) nulls++
    return x === null ? -1n : x
  }
  await engine.udf('seen', { args: ['int64'], returns: 'int64' }, count)
  await engine.udf('seen_all', { args: ['int64'], returns: 'int64', nulls: 'pass' }, count)
  await engine.udf('described', { args: ['int64'], returns: 'string', nulls: 'pass' }, { module: MODULE, export: 'describe' })
  expect(await rowsOf(engine, 'select seen(i) as x from few order by 1 nulls last')).toEqual([{ x: 0n }, { x: 2n }, { x: null }])
  expect(nulls).toBe(0)
  expect(await rowsOf(engine, 'select seen_all(i) as x, described(i) as d from few order by i nulls last')).toEqual([{ x: 0n, d: '<0>' }, { x: 2n, d: '<2>' }, { x: -1n, d: 'nothing' }])
  expect(nulls).toBe(1)
  await engine.udf('nil', { args: ['int64'], returns: 'double' }, () => undefined)
  expect(await rowsOf(engine, 'select nil(1) as x')).toEqual([{ x: null }])
})

test.each([
  ['bool', 'true', true],
  ['int8', '-128', -128],
  ['int16', '-32768', -32768],
  ['int32', '-2147483648', -2147483648],
  ['int64', '-9223372036854775808', -(2n ** 63n)],
  ['uint8', '255', 255],
  ['uint16', '65535', 65535],
  ['uint32', '4294967295', 4294967295],
  ['uint64', '18446744073709551615', 2n ** 64n - 1n],
  ['int128', '170141183460469231731687303715884105727', 2n ** 127n - 1n],
  ['float', '0.1', Math.fround(0.1)],
  ['double', '-0', -0],
  ['double', 'nan', Number.NaN],
  ['decimal(4,1)', '999.9', '999.9'],
  ['decimal(18,3)', '-1.500', '-1.500'],
  ['decimal(38,4)', '-9999999999999999999999999999999999.9999', '-9999999999999999999999999999999999.9999'],
  ['date', '2024-02-29', '2024-02-29'],
  ['timestamp', '2024-02-29 13:45:00.123456', '2024-02-29 13:45:00.123456'],
  ['timestamptz', '2024-02-29 13:45:00+00', '2024-02-29T13:45:00Z'],
  ['string', 'é😀', 'é😀'],
])('%s goes in and out: %s', async (type, text, value) => {
  const DUCK: Record<string, string> = { int8: 'tinyint', int16: 'smallint', int32: 'integer', int64: 'bigint', int128: 'hugeint', uint8: 'utinyint', uint16: 'usmallint', uint32: 'uinteger', uint64: 'ubigint', string: 'varchar' }
  const got: unknown[] = []
  await engine.udf('same', { args: [type], returns: type }, (x: unknown) => {
    got.push(x)
    return x
  })
  const result = await engine.sql(`select same('${text}'::${DUCK[type] ?? type}) as x`)
  expect(result.schema).toEqual([{ name: 'x', type }])
  expect(await result.rows()).toEqual([{ x: value }])
  expect(got).toEqual([value])
})

test('a function that throws is named, with its error as the cause', async () => {
  const mine = new TypeError('no such luck')
  await engine.udf('throws', { args: ['int64'], returns: 'int64' }, (x: bigint) => {
    if (x === 2n) throw mine
    return x
  })
  const error = await failure(rowsOf(engine, 'select throws(i) as x from few'), 'UDF_FAILED')
  expect(error.name).toBe('ExecutionError')
  expect(error.message).toMatch(/throws.*no such luck/)
  expect(error.cause).toBe(mine)
  expect(error.stage).toBeTypeOf('number')
  await engine.udf('fails', { args: ['int64'], returns: 'int64' }, { module: MODULE, export: 'fails' })
  const remote = await failure(rowsOf(engine, 'select fails(i) as x from few'), 'UDF_FAILED')
  expect(remote.message).toMatch(/fails.*not today/)
  expect(remote.cause).toMatchObject({ message: 'not today' })
  expect(await rowsOf(engine, 'select throws(i) as x from few where i = 0')).toEqual([{ x: 0n }])
})

test.each([
  ['int32', '1'], ['int32', 1.5], ['int32', 2 ** 31], ['int8', 128], ['uint8', -1], ['int64', 1.5], ['uint64', -1n], ['int64', 2n ** 63n], ['double', 1n], ['double', '1'], ['bool', 1], ['string', 1], ['string', {}],
  ['decimal(4,1)', 1.5], ['decimal(4,1)', '1000.0'], ['decimal(4,1)', 'x'], ['date', new Date()], ['date', '2024-02-30'], ['date', 'soon'], ['timestamp', 0], ['int32', Promise.resolve(1)],
])('%s: %o is no such value', async (returns, value) => {
  await engine.udf('wrong', { args: [], returns }, () => value)
  const error = await failure(rowsOf(engine, 'select wrong() as x'), 'UDF_FAILED')
  expect(error.message).toContain('wrong')
  expect(error.message).toContain(returns)
})

test('an export that returns a wrong value', async () => {
  await engine.udf('wrong', { args: [], returns: 'int32' }, { module: MODULE, export: 'wrong' })
  expect((await failure(rowsOf(engine, 'select wrong() as x'), 'UDF_FAILED')).message).toContain('no number')
})

test('calls are neither folded nor merged', async () => {
  let n = 0
  await engine.udf('tick', { args: [], returns: 'int32' }, () => n++)
  const rows = (await rowsOf(engine, 'select tick() as a, tick() as b from few')) as { a: number; b: number }[]
  expect(rows.flatMap(({ a, b }) => [a, b]).toSorted()).toEqual([0, 1, 2, 3, 4, 5])
  await engine.udf('given', { args: ['int32'], returns: 'int32' }, (x: number) => x + n++)
  const constants = (await rowsOf(engine, 'select given(100) as a from few')) as { a: number }[]
  expect(new Set(constants.map((r) => r.a)).size).toBe(3)
})

test('a function may be defined again, also with other types, and hide one of DuckDB', async () => {
  await engine.udf('shift', { args: ['int64'], returns: 'int64' }, (x: bigint) => x + 1n)
  const planned = await engine.sql('select shift(i) as x from few where i = 0')
  expect(await planned.rows()).toEqual([{ x: 1n }])
  await engine.udf('SHIFT', { args: ['string'], returns: 'string' }, (x: string) => `${x}!`)
  expect(await rowsOf(engine, "select shift('a') as x")).toEqual([{ x: 'a!' }])
  await engine.udf('upper', { args: ['string'], returns: 'string' }, (x: string) => `up ${x}`)
  expect(await rowsOf(engine, "select upper('a') as x")).toEqual([{ x: 'up a' }])
})

test('functions in filters, groups, joins and orders', async () => {
  await engine.udf('bucket', { args: ['int64'], returns: 'string' }, (x: bigint) => (x % 3n === 0n ? 'fizz' : 'plain'))
  expect(await rowsOf(engine, 'select bucket(i) as b, count(*) as n from million group by b order by b')).toEqual([{ b: 'fizz', n: 333_334n }, { b: 'plain', n: 666_666n }])
  expect(await rowsOf(engine, "select max(i) as m from million where bucket(i) = 'fizz'")).toEqual([{ m: 999_999n }])
  expect(await rowsOf(engine, 'select a.i from million a join few b on a.i = b.i where bucket(a.i) = bucket(0::bigint)')).toEqual([{ i: 0n }])
})

test('a function sees only the rows that a CASE or a filter leaves it', async () => {
  await engine.udf('touchy', { args: ['int64'], returns: 'int64' }, (x: bigint) => {
    if (x > 1n) throw new Error('touched')
    return x
  })
  expect(await rowsOf(engine, 'select case when i < 2 then touchy(i) end as x from few order by i nulls last')).toEqual([{ x: 0n }, { x: null }, { x: null }])
})

test('the event loop turns while a closure runs', async () => {
  let turns = 0
  const timer = setInterval(() => turns++, 1)
  await engine.udf('slow', { args: ['int64'], returns: 'int64' }, (x: bigint) => x + 1n)
  await rowsOf(engine, 'select sum(slow(i)) as s from million')
  clearInterval(timer)
  expect(turns).toBeGreaterThan(5)
})

test.each<[string, any, any]>([
  ['no args', { returns: 'int64' }, () => 1n],
  ['no returns', { args: [] }, () => 1n],
  ['an unknown type', { args: ['big'], returns: 'int64' }, () => 1n],
  ['another nulls', { args: [], returns: 'int64', nulls: 'maybe' }, () => 1n],
  ['no function', { args: [], returns: 'int64' }, 3],
  ['nothing', { args: [], returns: 'int64' }, undefined],
  ['a missing module', { args: [], returns: 'int64' }, { module: new URL('./nowhere.mjs', import.meta.url) }],
  ['a missing export', { args: [], returns: 'int64' }, { module: MODULE, export: 'missing' }],
  ['an export that is no function', { args: [], returns: 'int64' }, { module: MODULE, export: 'number' }],
  ['no signature', undefined, () => 1n],
])('%s is an INVALID_OPTION', async (_, signature, source) => {
  expect(await failure(engine.udf('bad', signature, source), 'INVALID_OPTION')).toBeInstanceOf(OptionError)
})

test.each([['two words'], [''], ['1a'], [3], [null]])('%j is no name of a function', async (name) => {
  await failure(engine.udf(name as never, { args: [], returns: 'int64' }, () => 1n), 'INVALID_OPTION')
})

test('wrong calls fail when planned', async () => {
  await engine.udf('one', { args: ['int64'], returns: 'int64' }, (x: bigint) => x)
  const count = await engine.sql('select one(1, 2)').then((r) => r.rows(), (e: unknown) => e)
  expect(count).toMatchObject({ name: 'PlanError' })
  const type = await engine.sql("select one(date '2024-01-01')").then((r) => r.rows(), (e: unknown) => e)
  expect(type).toMatchObject({ name: 'PlanError' })
})
