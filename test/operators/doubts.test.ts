/** Which conditions have to be asked of a sample before sides are chosen: those without statistics that a dear choice hangs on. */
import { describe, expect, test } from 'vitest'
import type { ColumnInfo } from '../../src/layout/relation.ts'
import { doubts } from '../../src/operators/joins/doubts.ts'
import { leavesOf } from '../../src/plan/leaves.ts'
import type { Expr, JoinKind, PlanNode } from '../../src/plan/nodes.ts'

type Scan = Extract<PlanNode, { op: 'scan' }>
const column = (index: number, type = 'int64'): Expr => ({ expr: 'column', index, type })
const like: Expr = { expr: 'call', fn: 'like', args: [column(1, 'string'), { expr: 'literal', value: '%x%', type: 'string' }], type: 'bool' }
const below = (value: string): Expr => ({ expr: 'call', fn: 'lt', args: [column(0), { expr: 'literal', value, type: 'int64' }], type: 'bool' })
const scan = (table: string, ...filters: readonly Expr[]): Scan => ({ op: 'scan', table, columns: [{ name: 'k', type: 'int64' }, { name: 't', type: 'string' }], filters })
const join = (left: PlanNode, right: PlanNode, kind: JoinKind = 'inner', strategy?: 'merge'): PlanNode => ({
  op: 'join', kind, left, right, keys: [{ left: column(0), right: column(0) }], ...(strategy ? { strategy } : {}),
})
const COLUMNS: readonly ColumnInfo[] = [
  { name: 'k', type: { kind: 'int64' }, physical: 'i64', nullable: false, range: { min: 0n, max: 10n ** 12n } },
  { name: 't', type: { kind: 'string' }, physical: 'utf8', nullable: false },
]
const asked = (root: PlanNode, rows: Readonly<Record<string, number>>): readonly string[] => {
  const leaves = leavesOf(root)
  return doubts(root, (node) => ({ input: leaves.indexOf(node as Scan), columns: COLUMNS, rows: rows[(node as Scan).table] as number })).map(({ leaf }) => (leaf as Scan).table)
}
const sizes = { a: 3_000_000, b: 1_000_000, c: 2_000_000, d: 100 }

describe('doubts', () => {
  test('a condition without statistics on a large side', () => {
    expect(asked(join(scan('a', like), scan('b')), sizes)).toEqual(['a'])
    expect(asked(join(scan('b'), scan('a', like)), sizes)).toEqual(['a'])
    expect(asked(join(scan('a', like), scan('c', like)), sizes)).toEqual(['a', 'c'])
  })
  test('filters and projections above the leaf are the leaf’s', () => {
    const chain: PlanNode = { op: 'filter', input: { op: 'project', input: { op: 'filter', input: scan('a'), predicate: like }, exprs: [column(0), column(1, 'string')] }, predicate: below('500000000000') }
    const found = doubts(join(chain, scan('b')), (node) => ({ input: 0, columns: COLUMNS, rows: (node as Scan).table === 'a' ? 6_000_000 : 1_000_000 }))
    expect(found.map(({ node, leaf }) => [node.op, leaf.op])).toEqual([['filter', 'scan']])
    expect(found[0]?.node).toBe(chain)
  })
  test('nothing where statistics tell, or there are no conditions', () => {
    expect(asked(join(scan('a', below('1000')), scan('b')), sizes)).toEqual([])
    expect(asked(join(scan('a'), scan('b')), sizes)).toEqual([])
  })
  test('nothing where a wrong choice costs little', () => {
    expect(asked(join(scan('a'), scan('d', like)), sizes)).toEqual([])
    expect(asked(join(scan('a', like), scan('d')), sizes)).toEqual([])
    expect(asked(join(scan('a', like), scan('b')), { a: 300_000, b: 100_000 })).toEqual([])
  })
  test('nothing where there is no choice', () => {
    expect(asked(join(scan('a', like), scan('b'), 'mark'), sizes)).toEqual([])
    expect(asked(join(scan('a', like), scan('b'), 'single'), sizes)).toEqual([])
    expect(asked(join(scan('a', like), scan('b'), 'inner', 'merge'), sizes)).toEqual([])
  })
  test.each<JoinKind>(['left', 'right', 'full', 'semi', 'anti', 'right_semi', 'right_anti'])('%s joins', (kind) => {
    expect(asked(join(scan('a', like), scan('b'), kind), sizes)).toEqual(['a'])
  })
  test('a condition far below a join that hangs on it; a join beside it does not matter', () => {
    expect(asked(join(join(scan('a', like), scan('d'), 'left'), scan('c')), sizes)).toEqual(['a'])
    expect(asked(join(join(scan('d', like), scan('d')), join(scan('a', like), scan('b'))), sizes)).toContain('a')
  })
})
