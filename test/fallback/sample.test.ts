/** What conditions let pass of a sample: each is asked of the rows that pass those before it; what raises passes. */
import { describe, expect, test } from 'vitest'
import { askedOf } from '../../src/fallback/sample.ts'
import type { Expr, LiteralValue, PlanNode } from '../../src/plan/nodes.ts'
import { arenaOf, call, col, lit, load } from './harness.ts'

const ROWS = 300
const columns = [{ name: 'n', type: 'int64' }, { name: 't', type: 'string' }]
/** n is NULL in each third row. */
const rows = Array.from({ length: ROWS }, (_, i): LiteralValue[] => [i % 3 === 0 ? null : `${i}`, `text ${i}`])
const arena = arenaOf(1 << 20)
const relation = load({ columns, rows }, arena)
const scan = (...filters: readonly Expr[]): PlanNode => ({ op: 'scan', table: 't', columns, filters })
const asked = (node: PlanNode) => askedOf(node, relation, arena.buffer).map(({ tested, passed }) => [tested, passed])

const n = col(0, 'int64')
const below = (value: number, of: Expr = n): Expr => call('lt', [of, lit(`${value}`, 'int64')], 'bool')
const like = (pattern: string, column = 1): Expr => call('like', [col(column, 'string'), lit(pattern, 'string')], 'bool')
const count = (test: (i: number) => boolean): number => rows.filter((_, i) => test(i)).length

describe('asked of a sample', () => {
  test('no conditions, no answers', () => expect(asked(scan())).toEqual([]))

  test('each of the rows that pass those before it; NULL does not pass', () => {
    const first = count((i) => i % 3 !== 0 && i < 100)
    expect(asked(scan(call('and', [below(100), like('%7%')], 'bool')))).toEqual([[ROWS, first], [first, count((i) => i % 3 !== 0 && i < 100 && `${i}`.includes('7'))]])
  })

  test('filters above projections, in the order in which rows come to them', () => {
    const chain: PlanNode = { op: 'filter', predicate: like('text 1%', 0), input: { op: 'project', exprs: [col(1, 'string')], input: { op: 'filter', predicate: below(150), input: scan(like('%2%')) } } }
    const [two, small, one] = [(i: number) => `${i}`.includes('2'), (i: number) => i % 3 !== 0 && i < 150, (i: number) => `${i}`.startsWith('1')]
    expect(asked(chain)).toEqual([[ROWS, count(two)], [count(two), count((i) => two(i) && small(i))], [count((i) => two(i) && small(i)), count((i) => two(i) && small(i) && one(i))]])
  })

  test('a row for which a condition raises passes it and all behind it', () => {
    const large: Expr = call('multiply', [n, lit('31600000000000000', 'int64')], 'int64')
    const over = count((i) => i % 3 !== 0 && BigInt(i) * 31600000000000000n > 2n ** 63n - 1n)
    expect(over).toBeGreaterThan(0)
    expect(over).toBeLessThan(16)
    expect(asked(scan(below(0, large), like('%none%')))).toEqual([[ROWS, over], [over, over]])
  })

  test('where many rows raise, nothing is found', () => {
    expect(asked(scan(below(0, call('multiply', [n, lit('9000000000000000000', 'int64')], 'int64'))))).toEqual([])
  })
})
