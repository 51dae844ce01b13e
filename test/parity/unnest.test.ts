/** unnest over arrays of every element and maps, natively and interpreted, against what the values are. */
import { type Backend, count, createBackend, sum, values } from 'arcweld/backend'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Plan, PlanNode } from '../../src/plan/nodes.ts'
import { Random } from '../fallback/random-plan.ts'
import { testSeed } from '../seed.ts'

let backend: Backend
beforeAll(async () => {
  backend = await createBackend({ threads: 2, memory: '256MiB' })
})
afterAll(() => backend.close())

const rows = async (plan: Plan) => {
  const results = []
  for (const native of ['only', 'never'] as const) {
    const result = await backend.run(plan, {}, { native })
    results.push(await result.rows({ json: true }))
    expect(result.metrics?.stages.every((s) => s.native === (native === 'only'))).toBe(true)
  }
  expect(results[0]).toEqual(results[1])
  return results[0] as Record<string, unknown>[]
}
const plan = (root: PlanNode, names: readonly string[]): Plan => ({ version: 1, names, root })

/** Elements as rows({ json: true }) shows them. */
const ELEMENTS: Readonly<Record<string, readonly unknown[]>> = {
  bool: [true, false], int8: [-128, 127, 0], int16: [-32768, 32767], int32: [-2147483648, 7, 2147483647], int64: ['-9223372036854775808', '5', '9223372036854775807'],
  uint8: [0, 255], uint16: [65535, 1], uint32: [4294967295, 1], uint64: ['18446744073709551615', '0'],
  int128: ['-170141183460469231731687303715884105728', '-1', '0', '255', '128', '170141183460469231731687303715884105727'],
  float: [0.5, -1.25, 'NaN', '-Infinity'], double: [0.1, -1e300, 'NaN', 'Infinity'], 'decimal(9,2)': ['1.25', '-0.01'], 'decimal(38,4)': ['1.2500', '-9999999999999999999999999999999999.9999'],
  date: ['1970-01-01', '2024-02-29'], timestamp: ['2024-02-29 13:45:00.123456'], string: ['', 'a', 'é', 'zebra zebra zebra zebra'], binary: ['', '00ff'],
  interval: ['P1Y2M3DT4H5M6.5S', 'P-1M'], 'array<int32>': [[], [1, null]], 'struct<a:int64,b:string>': [{ a: '1', b: 'x' }, { a: null, b: null }], 'map<string,int32>': [[], [['k', 1]]],
}

describe.each(Object.entries(ELEMENTS))('%s', (type, elements) => {
  test.each([false, true])('elements of arrays, outer %s', async (outer) => {
    const r = new Random(testSeed() + type.length)
    const lists = Array.from({ length: 40 }, (_, i) => (i % 7 === 6 ? null : Array.from({ length: i === 20 ? 150 : r.int(5) }, () => (r.chance(0.2) ? null : r.pick(elements)))))
    const table: PlanNode = { op: 'values', columns: [{ name: 'n', type: 'int32' }, { name: 'x', type: `array<${type}>` }], rows: lists.map((l, i) => [i, l === null ? null : JSON.stringify(l)]) }
    const node: PlanNode = { op: 'unnest', input: table, expr: { expr: 'column', index: 1, type: `array<${type}>` }, ordinality: true, ...(outer ? { outer } : {}) }
    const given = await rows(plan({ op: 'project', input: node, exprs: [{ expr: 'column', index: 0, type: 'int32' }, { expr: 'column', index: 2, type }, { expr: 'column', index: 3, type: 'int64' }] }, ['n', 'e', 'o']))
    const expected = lists.flatMap((l, n): unknown[] => {
      if (l?.length) return l.map((e, i) => ({ n, e, o: String(i + 1) }))
      return outer ? [{ n, e: null, o: null }] : []
    })
    expect(given).toEqual(expected)
  })
})

test('entries of maps', async () => {
  const maps = [[['a', '1.50'], ['b', null]], [], null, [['c', '-0.01']]]
  const type = 'map<string,decimal(38,2)>'
  const table: PlanNode = { op: 'values', columns: [{ name: 'm', type }], rows: maps.map((m) => [m && JSON.stringify(m)]) }
  const node = (outer: boolean): PlanNode => ({ op: 'unnest', input: table, expr: { expr: 'column', index: 0, type }, outer })
  const entries = [{ k: 'a', v: '1.50' }, { k: 'b', v: null }, { k: 'c', v: '-0.01' }]
  const keyed = (root: PlanNode) => plan({ op: 'project', input: root, exprs: [{ expr: 'column', index: 1, type: 'string' }, { expr: 'column', index: 2, type: 'decimal(38,2)' }] }, ['k', 'v'])
  expect(await rows(keyed(node(false)))).toEqual(entries)
  expect(await rows(keyed(node(true)))).toEqual([...entries.slice(0, 2), { k: null, v: null }, { k: null, v: null }, entries[2]])
})

test('below filters, joins and aggregates, and twice', async () => {
  const lists = values({ n: 'int32', x: 'array<array<int32>>' }, [[1, '[[1,2],[2,null]]'], [2, '[[],null,[2]]'], [3, null]])
  const flat = lists.unnest('x', ['inner']).unnest('inner', ['e'], { ordinality: 'o' })
  expect(await rows(flat.select(['n', 'e', 'o']).plan())).toEqual([{ n: 1, e: 1, o: '1' }, { n: 1, e: 2, o: '2' }, { n: 1, e: 2, o: '1' }, { n: 1, e: null, o: '2' }, { n: 2, e: 2, o: '1' }])
  const names = values({ id: 'int32', name: 'string' }, [[1, 'one'], [2, 'two']])
  const counted = flat.filter(({ e }) => e.gt(0)).join(names, { on: [['e', 'id']] }).aggregate({ by: ['name'], rows: count(), total: sum('n') }).sort(['name'])
  expect(await rows(counted.plan())).toEqual([{ name: 'one', rows: '1', total: '1' }, { name: 'two', rows: '3', total: '4' }])
})

test('what has no elements', async () => {
  const one: PlanNode = { op: 'values', columns: [{ name: 'a', type: 'int32' }], rows: [[1]] }
  await expect(backend.run(plan({ op: 'unnest', input: one, expr: { expr: 'column', index: 0, type: 'int32' } }, ['a', 'e']), {})).rejects.toMatchObject({ code: 'INVALID_PLAN', message: expect.stringContaining('no elements') })
  expect(() => values({ a: 'int32' }, [[1]]).unnest('a', ['e'])).toThrow('no elements')
})
