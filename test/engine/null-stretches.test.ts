/** Long tables whose NULLs lie together: native and interpreted results are the same, whichever body rows go through. */
import { type DataType, Float64, Int32, Int64, makeData, makeVector, Table } from 'apache-arrow'
import { Engine } from 'arcweld'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { testSeed } from '../seed.ts'
import { Random } from './random.ts'

const ROWS = 150_000
const r = new Random(testSeed())

/** Validity bits: stretches of up to 20,000 rows without a NULL, and such with some. */
const stretches = (): readonly [bits: Uint8Array, nulls: number] => {
  const bits = new Uint8Array((ROWS + 63) >> 3).fill(255)
  let nulls = 0
  for (let at = 0, some = false; at < ROWS; some = !some) {
    const end = Math.min(ROWS, at + 1 + r.int(some ? 3000 : 20_000))
    for (; at < end; at++) {
      if (!some || r.int(4) > 0) continue
      bits[at >> 3] = (bits[at >> 3] as number) & ~(1 << (at & 7))
      nulls++
    }
  }
  return [bits, nulls]
}
const column = <T extends DataType>(type: T, data: T['TArray'], nullable = true) => {
  const [nullBitmap, nullCount] = stretches()
  return makeVector(makeData({ type, length: ROWS, data, ...(nullable ? { nullBitmap, nullCount } : { nullCount: 0 }) } as never))
}

const QUERIES = [
  'select sum(a), count(b), min(c), max(a), count(*) from t',
  'select sum(b), avg(a) from t where a < 500 and b > 100',
  'select sum(a) from t where b is null',
  'select g, sum(b) as s, count(a) as n, max(c) as m from t group by g order by g nulls first',
  'select a % 50 as k, count(*) as n, sum(b) as s from t where c is not null group by a % 50 order by k nulls last',
  'select b, a from t order by b desc nulls last, a nulls first, c limit 200',
  'select a + g as x, case when b > 5000 then c end as y, coalesce(a, g) as z from t where c < 20 or a is null',
  'select count(*) as n, sum(x.b) as s from t x join (select distinct g from t where g < 10) y on x.g = y.g',
  'select sum(c) from (select c from t where b % 3 = 0 limit 70000)',
]

let engines: readonly Engine[]
beforeAll(async () => {
  const of = <A extends { [i: number]: unknown }>(values: A, each: (i: number) => unknown): A => {
    for (let i = 0; i < ROWS; i++) values[i] = each(i)
    return values
  }
  const table = new Table({
    a: column(new Int32(), of(new Int32Array(ROWS), () => r.int(1000))),
    b: column(new Int64(), of(new BigInt64Array(ROWS), () => BigInt(r.int(10_000)))),
    // Sums of halves are exact, however rows are divided among workers.
    c: column(new Float64(), of(new Float64Array(ROWS), () => r.int(200) / 2)),
    g: column(new Int32(), of(new Int32Array(ROWS), () => r.int(30))),
    id: column(new Int32(), of(new Int32Array(ROWS), (i) => i), false),
  })
  engines = await Promise.all([1, 2].map((threads) => Engine.create({ threads, memory: '512MiB' })))
  for (const engine of engines) await engine.register('t', table, { cache: true })
})
afterAll(() => Promise.all((engines ?? []).map((engine) => engine.close())))

it.each(QUERIES)('%s', async (sql) => {
  const [one] = engines as [Engine]
  const want = await (await one.sql(sql, { native: 'never' })).rows()
  for (const engine of engines) expect(await (await engine.sql(sql, { native: 'only' })).rows()).toEqual(want)
})
