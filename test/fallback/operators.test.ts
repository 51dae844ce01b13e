import { afterAll, beforeAll, expect, test } from 'vitest'
import type { PlanNode } from '../../src/plan/nodes.ts'
import { agg, call, cast, col, Duck, lit, run, sortedText, type Table } from './harness.ts'

const t: Table = {
  columns: [
    { name: 'k', type: 'string' },
    { name: 'a', type: 'int32' },
    { name: 'b', type: 'int64' },
    { name: 'd', type: 'double' },
    { name: 'm', type: 'decimal(12,2)' },
  ],
  rows: [
    ['x', 1, '5', 1.5, '1.25'],
    ['y', 2, '9007199254740993', -0, '2.50'],
    ['x', null, '7', 'NaN', null],
    [null, 4, null, 0, '4.00'],
    ['z', -5, '-9007199254740993', null, '9999999999.99'],
  ],
}
const scan: PlanNode = { op: 'scan', table: 't', columns: t.columns }
const C = t.columns.map((c, i) => col(i, c.type))

let duck: Duck
beforeAll(async () => {
  duck = await Duck.open()
  await duck.table('t', t)
})
afterAll(() => duck.close())

const check = async (plan: PlanNode, sql: string): Promise<void> => {
  expect(sortedText(await run(plan, { t }))).toEqual(sortedText(await duck.query(sql)))
}

test('scan', () => check(scan, 'select * from t'))
test('filter', () => check({ op: 'filter', input: scan, predicate: call('gt', [C[1]!, lit(1, 'int32')], 'bool') }, 'select * from t where a > 1'))
test('project', () =>
  check(
    {
      op: 'project',
      input: scan,
      exprs: [
        C[0]!,
        cast(C[1]!, 'int64'),
        call('multiply', [C[1]!, lit(3, 'int32')], 'int32'),
        call('is_null', [C[2]!], 'bool'),
        call('eq', [C[0]!, lit('x', 'string')], 'bool'),
      ],
    },
    "select k, a::bigint, a*3, b is null, k = 'x' from t",
  ))
test('aggregate', () =>
  check(
    {
      op: 'aggregate',
      input: scan,
      groups: [C[0]!],
      aggregates: [
        agg('count_star', [], 'int64'),
        agg('sum', [C[1]!], 'int128'),
        agg('sum', [C[2]!], 'int128'),
        agg('avg', [C[1]!], 'double'),
        agg('min', [C[3]!], 'double'),
        agg('max', [C[4]!], 'decimal(12,2)'),
        agg('sum', [C[4]!], 'decimal(38,2)'),
      ],
    },
    'select k, count(*), sum(a), sum(b), avg(a), min(d), max(m), sum(m) from t group by k',
  ))
test('aggregate of all', () =>
  check(
    { op: 'aggregate', input: scan, groups: [], aggregates: [agg('count', [C[1]!], 'int64'), agg('max', [C[0]!], 'string'), agg('avg', [C[4]!], 'double')] },
    'select count(a), max(k), avg(m) from t',
  ))
test('group by double', () =>
  check({ op: 'aggregate', input: scan, groups: [C[3]!], aggregates: [agg('count_star', [], 'int64')] }, 'select d, count(*) from t group by d'))
test('self join', () =>
  check({ op: 'join', kind: 'inner', left: scan, right: scan, keys: [{ left: C[0]!, right: C[0]! }] }, 'select * from t x join t y on x.k = y.k'))
test('sort, limit', async () => {
  const plan: PlanNode = {
    op: 'topn',
    input: scan,
    keys: [
      { expr: C[3]!, descending: true, nullsFirst: false },
      { expr: C[0]!, descending: false, nullsFirst: true },
    ],
    limit: 3,
    offset: 1,
  }
  expect((await run(plan, { t })).map(String)).toEqual(
    (await duck.query('select * from t order by d desc nulls last, k nulls first limit 3 offset 1')).map(String),
  )
})
