/** Nodes that the builder writes, on both paths: windows with their frames, and an expand by itself. */
import { type Backend, type FrameSpec, type Query, avg, cumeDist, createBackend, denseRank, desc, firstValue, lag, lastValue, lead, nthValue, ntile, percentRank, rank, rowNumber, sum, values } from 'arcweld/backend'
import { afterAll, beforeAll, expect, test } from 'vitest'

let backend: Backend
beforeAll(async () => {
  backend = await createBackend({ threads: 2, memory: '128MiB' })
})
afterAll(() => backend.close())

const rows = async <N extends string>(query: Query<N>, ordered = true): Promise<readonly (readonly unknown[])[]> => {
  const results = []
  for (const native of ['only', 'never'] as const) {
    const result = await backend.run(query.plan(), {}, { native })
    const got = (await result.rows()).map((row) => Object.values(row))
    results.push(ordered ? got : got.sort((a, b) => (String(a) < String(b) ? -1 : 1)))
    expect(result.metrics?.stages.every((s) => s.native === (native === 'only'))).toBe(true)
  }
  expect(results[0]).toEqual(results[1])
  return results[0] as readonly (readonly unknown[])[]
}

const sales = () => values({ shop: 'string', day: 'int32', sold: 'int64' }, [['n', 1, 5n], ['n', 2, null], ['n', 3, 5n], ['n', 4, 2n], ['s', 1, 7n], ['s', 3, 1n]])

test('ranks and other rows of the partition', async () => {
  const query = sales().window({ by: ['shop'], order: ['day'] }, ({ day, sold }) => ({
    n: rowNumber(), third: ntile(3), before: lag('sold'), next: lead(sold, 2, -1), known: lag('sold', 2).ignoreNulls(), first: firstValue('sold'), at: nthValue(day, 2), share: cumeDist(),
  }))
  expect(await rows(query.sort(['shop', 'day']))).toEqual([
    ['n', 1, 5n, 1n, 1n, null, 5n, null, 5n, null, 0.25], ['n', 2, null, 2n, 1n, 5n, 2n, null, 5n, 2, 0.5], ['n', 3, 5n, 3n, 2n, null, -1n, null, 5n, 2, 0.75], ['n', 4, 2n, 4n, 3n, 5n, -1n, 5n, 5n, 2, 1],
    ['s', 1, 7n, 1n, 1n, null, -1n, null, 7n, null, 0.5], ['s', 3, 1n, 2n, 2n, 7n, -1n, null, 7n, 3, 1],
  ])
  const ranked = sales().window({ order: [desc('sold', { nulls: 'last' })] }, { r: rank(), d: denseRank(), p: percentRank() }).select(['day', 'sold', 'r', 'd', 'p']).sort(['r', 'day'])
  expect(await rows(ranked)).toEqual([[1, 7n, 1n, 1n, 0], [1, 5n, 2n, 2n, 0.2], [3, 5n, 2n, 2n, 0.2], [4, 2n, 4n, 3n, 0.6], [3, 1n, 5n, 4n, 0.8], [2, null, 6n, 5n, 1]])
})

test('aggregates over frames', async () => {
  const of = (frame: FrameSpec) =>
    rows(sales().window({ by: ['shop'], order: ['day'], frame }, { total: sum('sold'), end: lastValue('day'), mean: avg('sold').distinct() }).select(['shop', 'day', 'total', 'end', 'mean']).sort(['shop', 'day']))
  expect(await of({ unit: 'rows', from: -1, to: 0 })).toEqual([['n', 1, 5n, 1, 5], ['n', 2, 5n, 2, 5], ['n', 3, 5n, 3, 5], ['n', 4, 7n, 4, 3.5], ['s', 1, 7n, 1, 7], ['s', 3, 8n, 3, 4]])
  expect(await of({ unit: 'range', from: 0, to: 1 })).toEqual([['n', 1, 5n, 2, 5], ['n', 2, 5n, 3, 5], ['n', 3, 7n, 4, 3.5], ['n', 4, 2n, 4, 2], ['s', 1, 7n, 1, 7], ['s', 3, 1n, 3, 1]])
  expect(await of({ unit: 'groups', to: -1 })).toEqual([['n', 1, null, null, null], ['n', 2, 5n, 1, 5], ['n', 3, 5n, 2, 5], ['n', 4, 10n, 3, 5], ['s', 1, null, null, null], ['s', 3, 7n, 1, 7]])
})

test('a bare expand', async () => {
  const query = sales().filter(({ day }) => day.gt(2)).expand(({ shop, day }) => [{ x: shop, d: day }, { x: shop.concat('!'), d: day.neg() }])
  expect(await rows(query.sort(['x', 'd']))).toEqual([['n', 3], ['n', 4], ['n!', -4], ['n!', -3], ['s', 3], ['s!', -3]])
  expect(await rows(query, false)).toEqual([['n!', -3], ['n!', -4], ['n', 3], ['n', 4], ['s!', -3], ['s', 3]])
})

test('windows that cannot be', () => {
  const failing = (make: () => unknown, text: string) => expect(make).toThrow(text)
  failing(() => sales().window({}, {}), 'no window function')
  failing(() => sales().window({ frame: { unit: 'range', from: -1 } }, { a: sum('sold') }), 'one order key')
  failing(() => sales().window({}, { a: rank().ignoreNulls() }), 'no NULLs to ignore')
  failing(() => sales().window({ by: ['nope' as 'shop'] }, { a: rank() }), 'no column')
})
