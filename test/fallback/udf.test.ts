import { expect, test } from 'vitest'
import { ExecutionError } from '../../src/errors.ts'
import type { Udf } from '../../src/fallback/udf.ts'
import type { Expr, PlanNode } from '../../src/plan/nodes.ts'
import { agg, call, cast, col, lit, run, type Table, type } from './harness.ts'

const t: Table = {
  columns: [
    { name: 'a', type: 'int32' },
    { name: 'b', type: 'int64' },
    { name: 'm', type: 'decimal(9,2)' },
    { name: 'd', type: 'date' },
    { name: 'ts', type: 'timestamp' },
    { name: 's', type: 'string' },
  ],
  rows: [
    [1, '2', '1.50', '2024-02-29', '2024-02-29 13:45:00.5', 'x'],
    [null, '3', null, null, null, 'x'],
    [5, null, '-0.25', '1969-12-31', '1960-01-01 00:00:00', null],
  ],
}
const scan: PlanNode = { op: 'scan', table: 't', columns: t.columns }
const C = t.columns.map((c, i) => col(i, c.type))
const udf = (fn: Udf['fn'], args: readonly string[], returns: string, nulls: Udf['nulls'] = 'skip'): Udf => ({
  fn,
  args: args.map(type),
  returns: type(returns),
  nulls,
})
const use = (returns: string, ...args: Expr[]): PlanNode => ({ op: 'project', input: scan, exprs: [{ expr: 'udf', name: 'f', args, type: returns }] })
const column = async (plan: PlanNode, f: Udf): Promise<unknown[]> => (await run(plan, { t }, { f })).map(([value]) => value)

test('arguments and results are API values', async () => {
  const seen: unknown[] = []
  const all = udf(
    (...args) => {
      seen.push(args)
      return 'ok'
    },
    t.columns.map((c) => c.type),
    'string',
    'pass',
  )
  expect(await column(use('string', ...C), all)).toEqual(['ok', 'ok', 'ok'])
  expect(seen).toEqual([
    [1, 2n, '1.50', '2024-02-29', '2024-02-29 13:45:00.5', 'x'],
    [null, 3n, null, null, null, 'x'],
    [5, null, '-0.25', '1969-12-31', '1960-01-01 00:00:00', null],
  ])
})

test('a NULL argument gives NULL without a call, unless nulls pass', async () => {
  let calls = 0
  const add = (a: number | null, b: bigint | null): bigint => {
    calls++
    return BigInt(a ?? 100) + (b ?? 1000n)
  }
  expect(await column(use('int64', C[0]!, C[1]!), udf(add, ['int32', 'int64'], 'int64'))).toEqual([3n, null, null])
  expect(calls).toBe(1)
  expect(await column(use('int64', C[0]!, C[1]!), udf(add, ['int32', 'int64'], 'int64', 'pass'))).toEqual([3n, 103n, 1005n])
})

test('undefined is NULL', async () => {
  expect(
    await column(
      use('int32', C[0]!),
      udf(() => undefined, ['int32'], 'int32'),
    ),
  ).toEqual([null, null, null])
})

test('every call is made: equal strings may give different values', async () => {
  let n = 0
  expect(
    await column(
      use('int32', C[5]!),
      udf(() => ++n, ['string'], 'int32'),
    ),
  ).toEqual([1, 2, null])
})

test.each<[string, unknown, unknown]>([
  ['decimal(9,2)', '12.5', '12.50'],
  ['date', '2024-01-01', '2024-01-01'],
  ['timestamp', '2024-01-01 01:02:03', '2024-01-01 01:02:03'],
  ['bool', true, true],
  ['double', Number.NaN, Number.NaN],
  ['float', 0.1, Math.fround(0.1)],
  ['int64', 7, 7n],
  ['int128', -(2n ** 127n), -(2n ** 127n)],
  ['uint8', 255, 255],
])('%s is returned', async (name, given, shown) => {
  expect(
    (
      await column(
        use(name, C[0]!),
        udf(() => given, ['int32'], name),
      )
    )[0],
  ).toEqual(shown)
})

test.each<[string, unknown]>([
  ['int32', 1.5],
  ['int32', 'x'],
  ['int32', 2 ** 31],
  ['int64', 2n ** 63n],
  ['string', 5],
  ['bool', 1],
  ['double', 1n],
  ['decimal(9,2)', 1.5],
  ['decimal(9,2)', '1.234'],
  ['decimal(9,2)', '12345678.00'],
  ['date', new Date()],
  ['date', '2024-02-30'],
  ['uint8', -1],
  ['int32', Promise.resolve(1)],
  ['string', Symbol('s')],
])('%s may not be %s', async (name, given) => {
  const failed = run(use(name, C[0]!), { t }, { f: udf(() => given, ['int32'], name) })
  await expect(failed).rejects.toMatchObject({ name: 'ExecutionError', code: 'UDF_FAILED', node: 'project', message: expect.stringMatching(/^f: returned/) })
})

test('a throw keeps its cause and names the function', async () => {
  const cause = new TypeError('no')
  const error = await run(
    use('int32', C[0]!),
    { t },
    {
      f: udf(
        () => {
          throw cause
        },
        ['int32'],
        'int32',
      ),
    },
  ).catch((e: unknown) => e)
  expect(error).toBeInstanceOf(ExecutionError)
  expect(error).toMatchObject({ code: 'UDF_FAILED', cause, message: 'f: no' })
})

test('rows that a filter, CASE or AND excludes are not passed', async () => {
  const seen: unknown[] = []
  const f = udf(
    (a) => {
      seen.push(a)
      return a > 1
    },
    ['int32'],
    'bool',
  )
  const called: Expr = { expr: 'udf', name: 'f', args: [C[0]!], type: 'bool' }
  await run({ op: 'filter', input: { ...scan, filters: [call('gt', [C[0]!, lit(1, 'int32')], 'bool')] }, predicate: called }, { t }, { f })
  expect(seen.splice(0)).toEqual([5])
  await run({ op: 'filter', input: scan, predicate: call('and', [call('lt', [C[0]!, lit(2, 'int32')], 'bool'), called], 'bool') }, { t }, { f })
  expect(seen.splice(0)).toEqual([1])
  await run(
    {
      op: 'project',
      input: scan,
      exprs: [{ expr: 'case', when: [{ if: call('is_null', [C[1]!], 'bool'), then: called }], else: lit(null, 'bool'), type: 'bool' }],
    },
    { t },
    { f },
  )
  expect(seen).toEqual([5])
})

test('in a group key, an aggregate and a sort key', async () => {
  const f = udf((s) => `${s}!`, ['string'], 'string', 'pass')
  const bang: Expr = { expr: 'udf', name: 'f', args: [C[5]!], type: 'string' }
  const plan: PlanNode = { op: 'aggregate', input: scan, groups: [bang], aggregates: [agg('max', [bang], 'string'), agg('count_star', [], 'int64')] }
  expect(await run({ op: 'sort', input: plan, keys: [{ expr: col(2, 'int64'), descending: true, nullsFirst: false }] }, { t }, { f })).toEqual([
    ['x!', 'x!', 2n],
    ['null!', 'null!', 1n],
  ])
  expect(
    await run(
      {
        op: 'topn',
        input: { op: 'project', input: scan, exprs: [cast(C[0]!, 'int64')] },
        keys: [{ expr: { expr: 'udf', name: 'g', args: [col(0, 'int64')], type: 'int64' }, descending: false, nullsFirst: false }],
        limit: 2,
      },
      { t },
      { g: udf((x: bigint) => -x, ['int64'], 'int64') },
    ),
  ).toEqual([[5n], [1n]])
})
