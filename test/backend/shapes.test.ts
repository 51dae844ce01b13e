/** Stages that differ in what the compile cache must tell apart, one after the other on one backend. */
import { call, createBackend, desc, values, when } from 'arcweld/backend'
import { afterAll, beforeAll, expect, test } from 'vitest'

let backend: Awaited<ReturnType<typeof createBackend>>
beforeAll(async () => {
  backend = await createBackend({ threads: 2, native: 'only' })
})
afterAll(() => backend.close())

test('a memo table that the optimiser dropped still moves the builders’ states', async () => {
  const v = values({ c0: 'int32', c1: 'string' }, [[1, 'x'], [null, null]])
  const cast = v.sort((c) => [desc(when(c.c1.isNotNull(), c.c0).otherwise(c.c0).cast('int8'), { nulls: 'first' })]).plan()
  const plain = v.sort((c) => [desc(c.c0, { nulls: 'first' })]).plan()
  const rows = [{ c0: null, c1: null }, { c0: 1, c1: 'x' }]
  expect(await (await backend.run(cast, {})).rows()).toEqual(rows)
  expect(await (await backend.run(plain, {})).rows()).toEqual(rows)
})

test('another constant is the same shape, another width is not', async () => {
  const hits = async (limit: number) => {
    const v = values({ x: 'int32' }, [[1], [2], [3]])
    const result = await backend.run(v.filter((c) => c.x.gt(limit)).plan(), {})
    const rows = await result.rows()
    return [rows.length, result.metrics?.stages[0]?.cacheHit]
  }
  expect(await hits(1)).toEqual([2, false])
  expect(await hits(2)).toEqual([1, true])
})

test('a division is not computed where its divisor is NULL, though statistics exclude 0', async () => {
  const v = values({ w: 'int128', u: 'uint64' }, [['10', '3'], ['7', null]])
  const plan = v.select(({ w, u }) => ({ r: call('modulo', [w, u.cast('int128')]), q: call('int_divide', [w, u.cast('int128')]) })).plan()
  expect(await (await backend.run(plan, {})).rows()).toEqual([{ r: 1n, q: 3n }, { r: null, q: null }])
})
