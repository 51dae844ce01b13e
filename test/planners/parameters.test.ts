/** Parameters become typed constants, wherever they stand and whatever they hold; text that only looks like one stays. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DATE, INT32, STRING } from '../../src/layout/types.ts'
import type { Expr, PlanNode } from '../../src/plan/nodes.ts'
import { openDuckDbPlanner } from '../../src/planners/duckdb/index.ts'
import type { Params, SqlPlanner } from '../../src/planners/duckdb/index.ts'
import { scanTokens } from '../../src/planners/duckdb/tokens.ts'

let planner: SqlPlanner
beforeAll(async () => {
  planner = await openDuckDbPlanner()
  await planner.register('t', {
    kind: 'stand-in',
    fields: [
      { name: 'a', type: INT32 },
      { name: 'b', type: STRING },
      { name: 'd', type: DATE },
      { name: 'a$1', type: INT32 },
    ],
  })
})
afterAll(() => planner.close())

const row = async (sql: string, params?: Params): Promise<readonly unknown[]> => {
  const { plan } = await planner.plan(sql, params)
  if (plan.root.op !== 'project') throw new Error(plan.root.op)
  return plan.root.exprs.map((e: Expr) => (e.expr === 'literal' ? `${String(e.value)}:${e.type}` : e.expr))
}

describe('values', () => {
  const cases: readonly (readonly [Params[number & keyof Params] | unknown, string])[] = [
    [null, 'null:int32'],
    [true, 'true:bool'],
    [false, 'false:bool'],
    [0, '0:int32'],
    [-5, '-5:int32'],
    [2147483647, '2147483647:int32'],
    [2147483648, '2147483648:int64'],
    [-2147483649, '-2147483649:int64'],
    [9007199254740991, '9007199254740991:int64'],
    [9007199254740992, '9007199254740992:double'],
    [1.5, '1.5:double'],
    [-0, '0:double'],
    [1e-300, '1e-300:double'],
    [Number.NaN, 'NaN:double'],
    [Number.NEGATIVE_INFINITY, '-Infinity:double'],
    [5n, '5:int64'],
    [-(2n ** 63n), '-9223372036854775808:int64'],
    [2n ** 63n, '9223372036854775808:int128'],
    [-(2n ** 126n), '-85070591730234615865843651857942052864:int128'],
    ['', ':string'],
    ["O'Brien", "O'Brien:string"],
    ["'; DROP TABLE t; --", "'; DROP TABLE t; --:string"],
    ['$1 ? $a /* -- \\', '$1 ? $a /* -- \\:string'],
    ['a\0b', 'a\0b:string'],
    ['é😀', 'é😀:string'],
    [new Date(Date.UTC(2024, 1, 29, 13, 45, 0, 500)), '2024-02-29 13:45:00.5:timestamp'],
  ]
  for (const [value, expected] of cases)
    test(`${typeof value} ${String(value)}`, async () => {
      expect(await row('SELECT $1', [value] as Params)).toEqual([expected])
      expect(await row('SELECT $v', { v: value } as Params)).toEqual([expected])
    })
})

describe('places', () => {
  test('by position, by question mark, by name', async () => {
    expect(await row('SELECT $2, $1, $2', ['x', 7])).toEqual(['7:int32', 'x:string', '7:int32'])
    expect(await row('SELECT ?, ?;', ['x', 7])).toEqual(['x:string', '7:int32'])
    expect(await row('SELECT $who, $"the age"', { who: 'x', 'the age': 7 })).toEqual(['x:string', '7:int32'])
  })

  test('what only looks like a parameter is left alone', async () => {
    const sql = `SELECT '$1''?', e'\\'$2', $$ $3 $$, $q$ ? $q$, "a$1" /* $4 /* ? */ $5 */ -- $6
      , $1 AS "?" FROM t`
    const { plan } = await planner.plan(sql, [42])
    expect(plan.names.at(-1)).toBe('?')
    expect(plan.root.op === 'project' && plan.root.exprs.map((e) => (e.expr === 'literal' ? e.value : e.expr))).toEqual([
      "$1'?",
      "'$2",
      ' $3 ',
      ' ? ',
      'column',
      42,
    ])
  })

  test('a parameter is a value and not a position', async () => {
    const { plan } = await planner.plan('SELECT b, a FROM t ORDER BY $1', [2])
    expect(plan.root.op).not.toBe('sort')
  })

  test('in filters, limits, lists and casts', async () => {
    const { plan } = await planner.plan('SELECT a FROM t WHERE d >= $from::DATE AND b IN ($x, $y) LIMIT $n OFFSET $m', {
      from: '2024-01-01',
      x: 'p',
      y: 'q',
      n: 5,
      m: 2,
    })
    const text = JSON.stringify(plan)
    for (const part of ['"2024-01-01","type":"date"', '"p"', '"q"', '"limit":5', '"offset":2']) expect(text).toContain(part)
  })

  test('column names are those of the text, not of the values', async () => {
    expect((await planner.plan('SELECT $1 + a, $2 FROM t', [1, 'secret'])).plan.names).toEqual(['($1 + a)', '$2'])
  })

  test('a date against text compares as a date', async () => {
    const { plan } = await planner.plan('SELECT a FROM t WHERE d = $1', ['2024-05-06'])
    const scan = plan.root.op === 'project' ? plan.root.input : plan.root
    expect((scan as Extract<PlanNode, { op: 'scan' }>).filters).toMatchObject([{ fn: 'eq', args: [{ type: 'date' }, { value: '2024-05-06', type: 'date' }] }])
  })
})

describe('mistakes', () => {
  const bad: readonly (readonly [string, unknown, RegExp])[] = [
    ['SELECT $1, $2', [1], /\$2/],
    ['SELECT $1', undefined, /\$1/],
    ['SELECT $a', { b: 1 }, /\$a/],
    ['SELECT $1', [1, 2], /no parameter \$2/],
    ['SELECT 1', [1], /no parameter \$1/],
    ['SELECT 1', { x: 1 }, /no parameter \$x/],
    ['SELECT $1, ?', [1, 2], /mixed/],
    ['SELECT $1, $a', { a: 1, 1: 2 }, /mixed/],
    ['SELECT $1', [Symbol('x')], /\$1/],
    ['SELECT $1', [undefined], /\$1/],
    ['SELECT $1', [{}], /\$1/],
    ['SELECT $1', [2n ** 127n], /128 bits/],
    ['SELECT $1', [new Date(Number.NaN)], /Date/],
    ['SELECT $1', 7, /params/],
  ]
  for (const [sql, params, message] of bad)
    test(`${sql} ← ${Array.isArray(params) ? params.map(String).join() : JSON.stringify(params)}`, async () => {
      await expect(planner.plan(sql, params as Params)).rejects.toMatchObject({ code: 'INVALID_OPTION', message: expect.stringMatching(message) })
    })

  test('positions of errors are those of the text with parameters', async () => {
    const sql = "SELECT $1, 'é', nope FROM t"
    await expect(planner.plan(sql, ['a much longer value'])).rejects.toMatchObject({ code: 'UNKNOWN_COLUMN', position: sql.indexOf('nope') })
  })
})

test('tokens', () => {
  const names = (sql: string) => scanTokens(sql).parameters.map((p) => p.name)
  expect(names('a$1 $1 1$2 $x$ $3 $x$ $ y /*c*/ ?4 ? $"q""r"')).toEqual(['1', '2', 'y', '4', '', 'q"r'])
  expect(names("E'\\\\' $1 E'\\'' $2 'a\\' $3 e'x'\n'\\' $4' $5")).toEqual(['1', '2', '3', '5'])
  expect(scanTokens(' select 1 ; -- x\n ;')).toMatchObject({ start: 1, end: 9, second: undefined })
  expect(scanTokens("select ';' ; select 2").second).toBe(13)
  expect(scanTokens(' ;; /* */')).toMatchObject({ end: 0 })
})
