/** Columns of binary, interval and nested types through every operator that only passes values on, natively and interpreted. */
import * as arrow from 'apache-arrow'
import { type Backend, createBackend, type Plan } from 'arcweld/backend'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { failure } from '../engine/fixtures.ts'

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

const TYPES: Record<string, { values: readonly string[]; shown: readonly unknown[] }> = {
  binary: { values: ['', '00ff', 'c328', '00ff00'], shown: [Uint8Array.of(), Uint8Array.of(0, 255), Uint8Array.of(0xc3, 0x28), Uint8Array.of(0, 255, 0)] },
  interval: {
    values: ['PT0S', 'P1Y2M3DT4H5M6.5S', 'P-1M', 'P30D'],
    shown: [{ months: 0, days: 0, micros: 0n }, { months: 14, days: 3, micros: 14706500000n }, { months: -1, days: 0, micros: 0n }, { months: 0, days: 30, micros: 0n }],
  },
  interval_year_month: { values: ['P0M', 'P1Y', 'P-1Y-1M', 'P2M'], shown: [0, 12, -13, 2].map((months) => ({ months, days: 0, micros: 0n })) },
  interval_day_time: { values: ['PT0S', 'P1DT2H', 'PT-0.000001S', 'PT1H'], shown: [0n, 93_600_000_000n, -1n, 3_600_000_000n].map((micros) => ({ months: 0, days: 0, micros })) },
  'array<int32>': { values: ['[]', '[1,null,-3]', '[1]', '[null]'], shown: [[], [1, null, -3], [1], [null]] },
  'struct<a:int64,"odd name":array<string>>': {
    values: ['{"a":"1","odd name":["x",null]}', '{"a":null,"odd name":null}', '{"a":"9007199254740993","odd name":[]}', '{"a":"1","odd name":["x",""]}'],
    shown: [{ a: 1n, 'odd name': ['x', null] }, { a: null, 'odd name': null }, { a: 9007199254740993n, 'odd name': [] }, { a: 1n, 'odd name': ['x', ''] }],
  },
  'map<string,decimal(38,2)>': { values: ['[]', '[["a","1.50"],["b",null]]', '[["a","-0.01"]]', '[["b","1.50"]]'], shown: [[], [['a', '1.50'], ['b', null]], [['a', '-0.01']], [['b', '1.50']]] },
}

const column = (index: number, type: string) => ({ expr: 'column', index, type }) as const
const int = (index: number) => column(index, 'int32')
const ROWS = 1000

for (const [type, { values, shown }] of Object.entries(TYPES)) {
  describe(type, () => {
    const at = (i: number): number | undefined => (i % 5 === 4 ? undefined : i % 5)
    const table = {
      op: 'values',
      columns: [{ name: 'n', type: 'int32' }, { name: 'x', type }],
      rows: Array.from({ length: ROWS }, (_, i) => [i, at(i) === undefined ? null : values[at(i)!]!]),
    } as const
    const expected = (i: number) => (at(i) === undefined ? null : shown[at(i)!])
    const all = Array.from({ length: ROWS }, (_, i) => ({ n: i, x: expected(i) }))
    const x = column(1, type)
    const less = { expr: 'call', fn: 'lt', args: [int(0), { expr: 'literal', value: 7, type: 'int32' }], type: 'bool' } as const
    const plan = (root: unknown, names: readonly string[]) => ({ version: 1, names, root }) as Plan
    const rows = async (root: unknown, names: readonly string[]) => {
      const results = []
      for (const native of ['only', 'never'] as const) {
        const result = await backend.run(plan(root, names), {}, { native })
        results.push(await result.rows())
        expect(result.metrics?.stages.every((s) => s.native === (native === 'only'))).toBe(true)
      }
      expect(results[1]).toEqual(results[0])
      return results[0]!
    }

    test('filter, project, sort payload, limit', async () => {
      expect(await rows({ op: 'filter', input: table, predicate: less }, ['n', 'x'])).toEqual(all.slice(0, 7))
      expect(await rows({ op: 'project', input: table, exprs: [x, int(0), x] }, ['a', 'n', 'b'])).toEqual(all.map(({ n, x }) => ({ a: x, n, b: x })))
      const keys = [{ expr: int(0), descending: true, nullsFirst: false }]
      expect(await rows({ op: 'sort', input: table, keys }, ['n', 'x'])).toEqual(all.toReversed())
      expect(await rows({ op: 'topn', input: table, keys, limit: 6 }, ['n', 'x'])).toEqual(all.toReversed().slice(0, 6))
      expect(await rows({ op: 'limit', input: table, limit: 9, offset: 3 }, ['n', 'x'])).toEqual(all.slice(3, 12))
    })

    test('CASE, COALESCE and IS NULL', async () => {
      const other = { expr: 'literal', value: values[1]!, type } as const
      const exprs = [
        { expr: 'case', when: [{ if: less, then: x }], else: other, type },
        { expr: 'call', fn: 'coalesce', args: [x, other], type },
        { expr: 'call', fn: 'is_null', args: [x], type: 'bool' },
      ]
      expect(await rows({ op: 'project', input: table, exprs }, ['a', 'b', 'c'])).toEqual(all.map(({ n, x }) => ({ a: n < 7 ? x : shown[1], b: x ?? shown[1], c: x === null })))
    })

    test('join payload and key', async () => {
      const on = (left: unknown, right: unknown) => ({ op: 'join', kind: 'inner', left: { op: 'limit', input: table, limit: 10 }, right: table, keys: [{ left, right }] })
      const sorted = (root: unknown) => ({ op: 'sort', input: root, keys: [0, 2].map((i) => ({ expr: int(i), descending: false, nullsFirst: false })) })
      expect(await rows(sorted(on(int(0), int(0))), ['n', 'x', 'm', 'y'])).toEqual(all.slice(0, 10).map(({ n, x }) => ({ n, x, m: n, y: x })))
      const pairs = await rows(sorted(on(x, x)), ['n', 'x', 'm', 'y'])
      expect(pairs).toEqual(all.slice(0, 10).flatMap(({ n, x }) => all.filter((other) => x !== null && other.n % 5 === n % 5).map((other) => ({ n, x, m: other.n, y: x }))))
    })

    test('group key, count, first', async () => {
      const grouped = {
        op: 'aggregate',
        input: table,
        groups: [x],
        aggregates: [
          { fn: 'count', args: [x], type: 'int64' },
          { fn: 'min', args: [int(0)], type: 'int32' },
          { fn: 'any_value', args: [x], type },
        ],
      }
      const keys = [{ expr: column(2, 'int32'), descending: false, nullsFirst: false }]
      expect(await rows({ op: 'sort', input: grouped, keys }, ['x', 'n', 'least', 'any'])).toEqual(
        [...shown, null].map((v, least) => ({ x: v, n: v === null ? 0n : 200n, least, any: v })),
      )
    })

    test('JSON, and Arrow there and back', async () => {
      const [json] = await (await backend.run(plan({ op: 'limit', input: table, limit: 5 }, ['n', 'x']), {})).rows({ json: true }).then((r) => [r])
      expect(json!.slice(0, 4).map((r) => (type.includes('<') ? JSON.stringify(r['x']) : r['x']))).toEqual(values)
      const exported = await (await backend.run(plan(table, ['n', 'x']), {})).toArrow()
      for (const input of [exported, arrow.tableToIPC(exported, 'stream')]) {
        const scan = { op: 'scan', table: 't', columns: [{ name: 'n', type: 'int32' }, { name: 'x', type }] }
        for (const native of ['only', 'never'] as const) expect(await (await backend.run(plan(scan, ['n', 'x']), { t: input as never }, { native })).rows()).toEqual(all)
      }
    })

    if (type !== 'binary' && !type.includes('_'))
      test('no order and no comparison', async () => {
        const refused = async (root: unknown, names: readonly string[]) => (await backend.run(plan(root, names), {})).rows()
        const error = await failure(refused({ op: 'sort', input: table, keys: [{ expr: x, descending: false, nullsFirst: false }] }, ['n', 'x']), 'INVALID_PLAN')
        expect(error).toMatchObject({ position: '$.root.keys[0].expr' })
        for (const fn of ['eq', 'lt', 'is_distinct', 'in']) {
          const predicate = { expr: 'call', fn, args: [x, x], type: 'bool' }
          await failure(refused({ op: 'filter', input: table, predicate }, ['n', 'x']), 'UNSUPPORTED_FUNCTION')
        }
        for (const fn of ['min', 'max', 'sum', 'avg']) {
          await failure(refused({ op: 'aggregate', input: table, groups: [], aggregates: [{ fn, args: [x], type }] }, ['m']), 'UNSUPPORTED_FUNCTION')
        }
      })
    else
      test('order and comparison', async () => {
        const order = type === 'binary' ? [0, 1, 3, 2] : [2, 0, ...(type === 'interval_day_time' ? [3, 1] : [3, 1])]
        const first = { op: 'limit', input: table, limit: 4 }
        const keys = [{ expr: x, descending: false, nullsFirst: false }]
        expect(await rows({ op: 'sort', input: first, keys }, ['n', 'x'])).toEqual(order.map((i) => all[i]))
        const extremes = ['min', 'max'].map((fn) => ({ fn, args: [x], type }))
        expect(await rows({ op: 'aggregate', input: first, groups: [], aggregates: extremes }, ['a', 'b'])).toEqual([{ a: shown[order[0]!], b: shown[order[3]!] }])
        const bound = { expr: 'literal', value: values[order[2]!]!, type }
        for (const [fn, count] of [['lt', 2], ['ge', 2], ['eq', 1], ['ne', 3], ['is_not_distinct', 1]] as const) {
          expect(await rows({ op: 'filter', input: first, predicate: { expr: 'call', fn, args: [x, bound], type: 'bool' } }, ['n', 'x']), fn).toHaveLength(count)
        }
        const list = [1, 2].map((i) => ({ expr: 'literal', value: values[i]!, type }))
        expect(await rows({ op: 'filter', input: first, predicate: { expr: 'call', fn: 'in', args: [x, ...list], type: 'bool' } }, ['n', 'x'])).toEqual([all[1], all[2]])
      })
  })
}
