/** What explain tells of each pipeline: rows, time, and the bytes of the columns its code names. */
import { Engine } from 'arcweld'
import { tableFromArrays } from 'apache-arrow'
import { afterAll, beforeAll, expect, test } from 'vitest'

const ROWS = 40_000
let engine: Engine
beforeAll(async () => {
  engine = await Engine.create({ threads: 2, memory: '256MiB', native: 'only' })
  const small = Int32Array.from({ length: ROWS }, (_, i) => i % 100)
  const large = Int32Array.from({ length: ROWS }, (_, i) => i * 1000)
  const real = Float64Array.from({ length: ROWS }, (_, i) => i / 4)
  await engine.register('t', tableFromArrays({ small, large, real, other: large }), { cache: true })
})
afterAll(() => engine.close())

const pipelines = async (sql: string) => (await engine.explain(sql, { analyze: true })).stages.flatMap((stage) => stage.pipelines)

test('bytes are those of the columns that are read, at their width in memory', async () => {
  const [scan, groups] = await pipelines('select large, sum(real) as s from t where small < 50 group by large')
  expect(scan).toMatchObject({ operators: ['scan t', 'filter', 'aggregate'], rows: ROWS, bytes: ROWS * (1 + 4 + 8) })
  expect(groups).toMatchObject({ rows: ROWS / 2, bytes: undefined })
  const [sum] = await pipelines('select sum(large) as s from t')
  expect(sum?.bytes).toBe(ROWS * 4)
  const [count] = await pipelines('select count(*) as n from t')
  expect(count?.bytes).toBe(0)
})

test('the same module over other rows: bytes are those of this run', async () => {
  await engine.register('u', tableFromArrays({ large: Int32Array.from({ length: ROWS }, (_, i) => i * 1000) }), { cache: true })
  await engine.register('v', tableFromArrays({ large: Int32Array.from({ length: 100 }, (_, i) => i * 400_000) }), { cache: true })
  expect((await pipelines('select sum(large) as s from u'))[0]?.bytes).toBe(ROWS * 4)
  expect((await pipelines('select sum(large) as s from v'))[0]?.bytes).toBe(400)
})

test('NULLs: a bit a row more', async () => {
  await engine.register('w', tableFromArrays({ x: Array.from({ length: 1000 }, (_, i) => (i % 3 === 0 ? null : i / 2)) }), { cache: true })
  expect((await pipelines('select sum(x) as s from w'))[0]?.bytes).toBe(1000 * 8 + 125)
})

test('the text form tells rows and time of each pipeline, and nothing of them before it ran', async () => {
  const sql = 'select small, count(*) as n from t group by small'
  expect(String(await engine.explain(sql, { analyze: true }))).toMatch(new RegExp(`^ {2}\\| scan t → aggregate {2}${ROWS} rows, \\d+\\.\\d\\d ms\\n {2}\\| groups.* {2}100 rows, \\d+\\.\\d\\d ms$`, 'm'))
  expect(String(await engine.explain(sql))).toMatch(/^ {2}\| scan t → aggregate\n {2}\| groups[^\d]*$/m)
})
