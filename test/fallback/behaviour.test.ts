import { expect, test } from 'vitest'
import { interpret } from '../../src/fallback/interpret.ts'
import { interpretable } from '../../src/fallback/interpretable.ts'
import type { Expr, LiteralValue, PlanNode } from '../../src/plan/nodes.ts'
import { agg, arenaOf, call, cast, col, lit, load, run, type Table } from './harness.ts'

const values = (type: string, ...list: readonly LiteralValue[]): PlanNode => ({ op: 'values', columns: [{ name: 'x', type }], rows: list.map((v) => [v]) })
const x = (type: string): Expr => col(0, type)
const total = (input: PlanNode, ...calls: [fn: string, arg: string, result: string][]): Promise<unknown[][]> =>
  run({ op: 'aggregate', input, groups: [], aggregates: calls.map(([fn, arg, result]) => agg(fn, [x(arg)], result)) }, {})

test('no input: one row without groups, none with', async () => {
  expect(
    await total(
      values('int32'),
      ['count', 'int32', 'int64'],
      ['sum', 'int32', 'int128'],
      ['avg', 'int32', 'double'],
      ['min', 'int32', 'int32'],
      ['first', 'int32', 'int32'],
    ),
  ).toEqual([[0n, null, null, null, null]])
  expect(await total(values('double'), ['stddev_samp', 'double', 'double'], ['var_pop', 'double', 'double'], ['sum', 'double', 'double'])).toEqual([
    [null, null, null],
  ])
  expect(await run({ op: 'aggregate', input: values('int32'), groups: [x('int32')], aggregates: [agg('count_star', [], 'int64')] }, {})).toEqual([])
})

test('integer sums never wrap', async () => {
  const max = '9223372036854775807'
  expect(await total(values('int64', max, max, max), ['sum', 'int64', 'int128'])).toEqual([[27670116110564327421n]])
  await expect(total(values('int64', max, '1'), ['sum', 'int64', 'int64'])).rejects.toMatchObject({ code: 'OVERFLOW', node: 'aggregate' })
  await expect(total(values('int128', '170141183460469231731687303715884105727', '1'), ['sum', 'int128', 'int128'])).rejects.toMatchObject({ code: 'OVERFLOW' })
})

test('sums of numbers leave doubles before they lose a digit', async () => {
  const big = '4503599627370495'
  const table: Table = { columns: [{ name: 'x', type: 'int64' }], rows: Array.from({ length: 9 }, () => [big]) }
  const scan: PlanNode = { op: 'scan', table: 't', columns: table.columns }
  expect(
    await run({ op: 'aggregate', input: scan, groups: [], aggregates: [agg('sum', [x('int64')], 'int128'), agg('avg', [x('int64')], 'double')] }, { t: table }),
  ).toEqual([[9n * BigInt(big), Number(big)]])
})

test('decimal sums are exact to 38 digits', async () => {
  const nines = '99999999999999999999999999999999999999'
  expect(await total(values('decimal(38,0)', nines, '-1', '-5'), ['sum', 'decimal(38,0)', 'decimal(38,0)'])).toEqual([
    ['99999999999999999999999999999999999993'],
  ])
  await expect(total(values('decimal(38,0)', nines, '1'), ['sum', 'decimal(38,0)', 'decimal(38,0)'])).rejects.toMatchObject({ code: 'OVERFLOW' })
  const [[mean]] = (await total(values('decimal(38,1)', '12345678901234567890.1', '2.2'), ['avg', 'decimal(38,1)', 'double'])) as [[number]]
  // DuckDB divides in long double where the machine has one: 6172839450617284000, a bit in the last place away.
  expect(Math.abs(mean - 6172839450617284000)).toBeLessThanOrEqual(1024)
})

test('NaN is the greatest and equals itself, −0 equals 0 and the first one seen is kept', async () => {
  expect(await total(values('double', 'NaN', 1, null), ['min', 'double', 'double'], ['max', 'double', 'double'], ['sum', 'double', 'double'])).toEqual([
    [1, Number.NaN, Number.NaN],
  ])
  expect(await total(values('double', '-0', 0), ['min', 'double', 'double'], ['max', 'double', 'double'])).toEqual([[-0, -0]])
  const groups = (...list: LiteralValue[]): Promise<unknown[][]> =>
    run({ op: 'aggregate', input: values('double', ...list), groups: [x('double')], aggregates: [agg('count_star', [], 'int64')] }, {})
  expect(await groups('-0', 0, 'NaN', 'NaN', null, null)).toEqual([
    [-0, 2n],
    [Number.NaN, 2n],
    [null, 2n],
  ])
  expect(await groups(0, '-0')).toEqual([[0, 2n]])
})

test('strings are ordered by bytes', async () => {
  expect(await total(values('string', '～', '😀', 'z'), ['min', 'string', 'string'], ['max', 'string', 'string'])).toEqual([['z', '😀']])
  const sorted = await run(
    { op: 'sort', input: values('string', '😀', '～', 'z', null), keys: [{ expr: x('string'), descending: true, nullsFirst: false }] },
    {},
  )
  expect(sorted.flat()).toEqual(['😀', '～', 'z', null])
})

test('first keeps a NULL, any_value does not', async () => {
  expect(await total(values('int32', null, 1, 2), ['first', 'int32', 'int32'], ['any_value', 'int32', 'int32'], ['last', 'int32', 'int32'])).toEqual([
    [null, 1, 2],
  ])
})

test('a variance that is not finite raises', async () => {
  await expect(total(values('double', 'Infinity', 1), ['var_samp', 'double', 'double'])).rejects.toMatchObject({ code: 'OVERFLOW', node: 'aggregate' })
})

const pairs = (type: string, key: LiteralValue, ...rest: LiteralValue[]): PlanNode => ({
  op: 'values',
  columns: [
    { name: 'k', type },
    { name: 'n', type: 'int32' },
  ],
  rows: [key, ...rest].map((k, i) => [k, i]),
})
const join = (kind: Extract<PlanNode, { op: 'join' }>['kind'], left: PlanNode, right: PlanNode, type: string, nullSafe = false): PlanNode => ({
  op: 'join',
  kind,
  left,
  right,
  keys: [{ left: x(type), right: x(type), nullSafe }],
})

test('keys meet across numbers and bigints', async () => {
  const wide = pairs('int64', '9223372036854775807', '1', '-1')
  const narrow: PlanNode = {
    op: 'project',
    input: { op: 'filter', input: pairs('int64', '1', '2'), predicate: call('lt', [cast(x('int64'), 'double'), lit(5, 'double')], 'bool') },
    exprs: [cast(col(1, 'int32'), 'int64'), col(1, 'int32')],
  }
  expect(await run(join('inner', wide, narrow, 'int64'), {})).toEqual([[1n, 1, 1n, 1]])
  expect(await run(join('inner', narrow, wide, 'int64'), {})).toEqual([[1n, 1, 1n, 1]])
})

test('−0 and NaN as join keys', async () => {
  expect(await run(join('inner', pairs('double', 0, 'NaN', null), pairs('double', '-0', 'NaN', null), 'double'), {})).toEqual([
    [0, 0, -0, 0],
    [Number.NaN, 1, Number.NaN, 1],
  ])
  expect(await run(join('inner', pairs('double', null), pairs('double', null, 1), 'double', true), {})).toEqual([[null, 0, null, 0]])
})

test('single takes one match, or NULLs, and raises on a second', async () => {
  expect(await run(join('single', pairs('int32', 1, 2), pairs('int32', 2), 'int32'), {})).toEqual([
    [1, 0, null, null],
    [2, 1, 2, 0],
  ])
  await expect(run(join('single', pairs('int32', 1), pairs('int32', 1, 1), 'int32'), {})).rejects.toMatchObject({ code: 'RAISED', node: 'join' })
})

test('mark with a null-safe key is unknown only within the group', async () => {
  const rows = (list: readonly (readonly LiteralValue[])[]): PlanNode => ({
    op: 'values',
    columns: [
      { name: 'g', type: 'int32' },
      { name: 'v', type: 'int32' },
    ],
    rows: list,
  })
  const plan: PlanNode = {
    op: 'join',
    kind: 'mark',
    left: rows([
      [1, 5],
      [1, null],
      [2, 5],
      [null, 7],
      [3, 1],
    ]),
    right: rows([
      [1, 6],
      [2, null],
      [null, 7],
    ]),
    keys: [
      { left: col(0, 'int32'), right: col(0, 'int32'), nullSafe: true },
      { left: col(1, 'int32'), right: col(1, 'int32') },
    ],
  }
  expect((await run(plan, {})).map((row) => row[2])).toEqual([false, null, null, true, false])
})

test('errors carry node and code, and excluded rows raise none', async () => {
  const bad: Expr = cast(x('string'), 'int32')
  await expect(run({ op: 'project', input: values('string', '1', 'x'), exprs: [bad] }, {})).rejects.toMatchObject({ code: 'CAST_FAILED', node: 'project' })
  expect(
    await run(
      {
        op: 'project',
        input: { op: 'filter', input: values('string', '1', 'x'), predicate: call('eq', [x('string'), lit('1', 'string')], 'bool') },
        exprs: [bad],
      },
      {},
    ),
  ).toEqual([[1]])
  expect(await run({ op: 'project', input: values('string', '1', 'x'), exprs: [{ ...bad, onFailure: 'null' } as Expr] }, {})).toEqual([[1], [null]])
  await expect(
    run(
      {
        op: 'filter',
        input: values('int32', 2147483647),
        predicate: call('gt', [call('add', [x('int32'), lit(1, 'int32')], 'int32'), lit(0, 'int32')], 'bool'),
      },
      {},
    ),
  ).rejects.toMatchObject({ code: 'OVERFLOW', node: 'filter', message: 'add: the result does not fit int32' })
})

test('a failing cast over a dictionary raises at the row that needs it', async () => {
  const t: Table = { columns: [{ name: 's', type: 'string' }], rows: Array.from({ length: 300 }, (_, i) => [i % 3 === 2 ? 'oops' : `${i % 3}`]) }
  const scan: PlanNode = { op: 'scan', table: 't', columns: t.columns }
  const sum = (input: PlanNode): PlanNode => ({ op: 'aggregate', input, groups: [], aggregates: [agg('sum', [cast(x('string'), 'int32')], 'int128')] })
  expect(await run(sum({ op: 'filter', input: scan, predicate: call('ne', [x('string'), lit('oops', 'string')], 'bool') }), { t })).toEqual([[100n]])
  await expect(run(sum(scan), { t })).rejects.toMatchObject({ code: 'CAST_FAILED', node: 'aggregate' })
})

test('an abort rejects with the reason, before and during', async () => {
  const reason = new Error('enough')
  const early = AbortSignal.abort(reason)
  await expect(run(values('int32', 1), {}, {}, early)).rejects.toBe(reason)
  const t: Table = { columns: [{ name: 'x', type: 'int32' }], rows: Array.from({ length: 3000 }, (_, i) => [i]) }
  const scan: PlanNode = { op: 'scan', table: 't', columns: t.columns }
  const cross: PlanNode = {
    op: 'join',
    kind: 'inner',
    left: scan,
    right: scan,
    keys: [],
    residual: call('lt', [call('multiply', [cast(x('int32'), 'double'), cast(col(1, 'int32'), 'double')], 'double'), lit(0, 'double')], 'bool'),
  }
  const controller = new AbortController()
  setTimeout(() => controller.abort(reason), 10)
  await expect(run({ op: 'join', kind: 'inner', left: cross, right: scan, keys: [] }, { t }, {}, controller.signal)).rejects.toBe(reason)
})

test('breathing lets other work run', async () => {
  const t: Table = { columns: [{ name: 'x', type: 'int32' }], rows: Array.from({ length: 4000 }, (_, i) => [i]) }
  const arena = arenaOf(1 << 22)
  const relation = load(t, arena)
  const scan: PlanNode = { op: 'scan', table: 't', columns: t.columns }
  let breaths = 0
  await interpret(
    { op: 'aggregate', input: { op: 'join', kind: 'inner', left: scan, right: scan, keys: [] }, groups: [], aggregates: [agg('sum', [x('int32')], 'int128')] },
    {
      resolve: () => relation,
      buffer: arena.buffer,
      arena,
      udf: () => {
        throw new Error('none')
      },
      breathe: async () => {
        breaths++
      },
    },
  )
  expect(breaths).toBeGreaterThan(2)
})

test('limit stops reading', async () => {
  let calls = 0
  const t: Table = { columns: [{ name: 'x', type: 'int32' }], rows: Array.from({ length: 5000 }, (_, i) => [i]) }
  const plan: PlanNode = {
    op: 'limit',
    limit: 3,
    offset: 2,
    input: { op: 'project', input: { op: 'scan', table: 't', columns: t.columns }, exprs: [{ expr: 'udf', name: 'f', args: [x('int32')], type: 'int32' }] },
  }
  const f = {
    fn: (v: number) => {
      calls++
      return v
    },
    args: [{ kind: 'int32' as const }],
    returns: { kind: 'int32' as const },
    nulls: 'skip' as const,
  }
  expect((await run(plan, { t }, { f })).flat()).toEqual([2, 3, 4])
  expect(calls).toBe(5)
})

test('refusals are values', () => {
  const refused = (plan: PlanNode): unknown[] => interpretable(plan).map(({ code, node }) => [code, node])
  expect(refused({ op: 'project', input: values('int32', 1), exprs: [call('frobnicate', [x('int32')], 'int32')] })).toEqual([['FUNCTION', 'frobnicate']])
  expect(
    refused({
      op: 'aggregate',
      input: values('string'),
      groups: [],
      aggregates: [agg('sum', [x('string')], 'int128'), agg('median', [x('string')], 'double')],
    }),
  ).toEqual([
    ['FUNCTION', 'sum'],
    ['FUNCTION', 'median'],
  ])
  expect(refused({ op: 'recursive_cte' } as unknown as PlanNode)).toEqual([['OPERATOR', 'recursive_cte']])
  expect(refused(values('blob'))).toEqual([['TYPE', 'values']])
})

test('a top-n over many batches of cuts keeps the first rows of the order', async () => {
  const value = (i: number): number => (i * 7919) % 10007
  const t: Table = {
    columns: [
      { name: 'x', type: 'int32' },
      { name: 's', type: 'string' },
    ],
    rows: Array.from({ length: 9000 }, (_, i) => [value(i) % 50, `${value(i)}`]),
  }
  const scan: PlanNode = { op: 'scan', table: 't', columns: t.columns }
  for (const descending of [true, false]) {
    const keys = [
      { expr: x('int32'), descending, nullsFirst: false },
      { expr: col(1, 'string'), descending: !descending, nullsFirst: false },
    ]
    const top = await run({ op: 'topn', input: scan, keys, limit: 20, offset: 5 }, { t })
    expect(top).toEqual((await run({ op: 'sort', input: scan, keys }, { t })).slice(5, 25))
  }
})

test('a CASE of texts', async () => {
  const label = (n: number, text: string | null) => ({ if: call('eq', [x('int32'), lit(n, 'int32')], 'bool'), then: lit(text, 'string') })
  const named: Expr = { expr: 'case', when: [label(1, 'one'), label(2, null), label(3, 'one')], else: lit('other', 'string'), type: 'string' }
  const input = values('int32', 1, 2, 3, 4, null)
  expect((await run({ op: 'project', input, exprs: [named] }, {})).flat()).toEqual(['one', null, 'one', 'other', 'other'])
  expect(await run({ op: 'aggregate', input, groups: [named], aggregates: [agg('max', [named], 'string'), agg('count_star', [], 'int64')] }, {})).toEqual([
    ['one', 'one', 2n],
    [null, null, 1n],
    ['other', 'other', 2n],
  ])
})
