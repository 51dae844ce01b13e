/** What lowering decides of joins: which side is built, in which order, and which scans get which runtime filters. */
import { describe, expect, test } from 'vitest'
import { lowerStage, type StageInput } from '../../src/compile.ts'
import type { ColumnInfo } from '../../src/layout/relation.ts'
import { leavesOf } from '../../src/plan/leaves.ts'
import type { Expr, JoinKind, PlanNode } from '../../src/plan/nodes.ts'
import { cutStages } from '../../src/plan/stages.ts'

type Scan = Extract<PlanNode, { op: 'scan' }>
const column = (index: number): Expr => ({ expr: 'column', index, type: 'int32' })
const literal = (value: number): Expr => ({ expr: 'literal', value, type: 'int32' })
const below = (index: number, value: number): Expr => ({ expr: 'call', fn: 'lt', args: [column(index), literal(value)], type: 'bool' })
const scan = (table: string, columns: number, ...filters: readonly Expr[]): Scan => ({
  op: 'scan', table, columns: Array.from({ length: columns }, (_, i) => ({ name: `c${i}`, type: 'int32' })), ...(filters.length ? { filters } : {}),
})
const join = (kind: JoinKind, left: PlanNode, right: PlanNode, ...keys: readonly (readonly [number, number])[]): PlanNode => ({
  op: 'join', kind, left, right, keys: keys.map(([l, r]) => ({ left: column(l), right: column(r) })),
})

/** Rows of a table, and the greatest value of each of its columns; the least is 0. */
type Sizes = Readonly<Record<string, { readonly rows: number; readonly max: readonly number[] }>>

const lowered = (root: PlanNode, sizes: Sizes) => {
  const stage = cutStages(root, () => true).at(-1) as { readonly id: number; readonly root: PlanNode; readonly inputs: readonly number[] }
  const inputs = leavesOf(stage.root).map((node): StageInput => {
    const { rows, max } = sizes[(node as Scan).table] as Sizes[string] & object
    const columns = max.map((m, i): ColumnInfo => ({ name: `c${i}`, type: { kind: 'int32' }, physical: 'i32', nullable: false, range: { min: 0n, max: BigInt(m) } }))
    return { node, rows, columns }
  })
  const lowering = lowerStage(stage, inputs)
  if (lowering.refusals) throw new Error(JSON.stringify(lowering.refusals))
  return lowering.lowered.program.pipelines
}
const operators = (root: PlanNode, sizes: Sizes) => lowered(root, sizes).map((p) => p.operators.join(' → '))

describe('runtime filters', () => {
  const sizes: Sizes = {
    facts: { rows: 1_000_000, max: [9_999, 1_999, 100] },
    dimension: { rows: 10_000, max: [9_999, 99] },
    pairs: { rows: 40_000, max: [9_999, 1_999] },
  }
  const dimension = scan('dimension', 2, below(1, 10))

  test('a filtered build side comes first, and prunes every scan whose column is held equal to its key', () => {
    const tree = join('inner', join('inner', scan('facts', 3), dimension, [0, 0]), scan('pairs', 2), [0, 0], [1, 1])
    expect(operators(tree, sizes)).toEqual([
      'scan dimension → filter → build',
      'scan pairs → prune → build',
      'scan facts → prune → probe → probe',
    ])
  })
  test('a build side that another one filters is a filter for what that one does not reach', () => {
    // lines are pruned by the few dimensions, orders by what is left of the lines; no filter leaves the row that probes last.
    const sizes: Sizes = { lines: { rows: 6_000_000, max: [1_499_999, 9_999] }, orders: { rows: 1_500_000, max: [1_499_999, 9_999] }, dimension: { rows: 10_000, max: [9_999, 9_999] } }
    const few = scan('dimension', 2, below(1, 10))
    const tree = join('inner', join('inner', scan('lines', 2), scan('orders', 2), [0, 0]), few, [1, 0])
    expect(operators(tree, sizes)).toEqual(['scan dimension → filter → build', 'scan lines → prune → build', 'scan orders → prune → probe → probe'])
  })
  test('a build side that has all keys is no filter', () => {
    expect(operators(join('inner', scan('facts', 3), scan('dimension', 2), [0, 0]), sizes)).toEqual(['scan dimension → build', 'scan facts → probe'])
  })
  test.each<[JoinKind, boolean]>([['inner', true], ['semi', true], ['right', true], ['left', false], ['anti', false], ['full', false]])('%s joins prune the left scan: %s', (kind, prunes) => {
    const [probing] = operators(join(kind, scan('facts', 3), dimension, [0, 0]), sizes).filter((o) => o.startsWith('scan facts'))
    expect(probing?.includes('prune')).toBe(prunes)
  })
  test('no equality goes through the optional side of an outer join', () => {
    // pairs are kept whether or not a fact matches: what facts must not have, pairs may.
    const tree = join('left', scan('pairs', 2), join('inner', scan('facts', 3), dimension, [0, 0]), [0, 0])
    const all = operators(tree, sizes)
    expect(all.find((o) => o.startsWith('scan pairs'))).not.toContain('prune')
    expect(all.find((o) => o.startsWith('scan facts'))).toContain('prune')
  })
  test('a node that stands twice in a plan is not taken for one scan', () => {
    const facts = scan('facts', 3)
    const tree = join('inner', join('left', facts, facts, [1, 1]), dimension, [3, 0])
    for (const o of operators(tree, sizes)) if (o.startsWith('scan facts')) expect(o).not.toContain('prune')
  })
  test('a small range has a bitmap, a large one a Bloom filter', () => {
    const kinds = (max: number) => lowered(join('inner', scan('facts', 3), dimension, [0, 0]), { ...sizes, dimension: { rows: 10_000, max: [max, 99] } })
      .flatMap((p) => (p.builder.builder === 'groupmerger' ? (p.builder.filters ?? []) : []).map((f) => f.filter))
    expect(kinds(9_999)).toEqual(['bitmap'])
    expect(kinds(2_000_000_000)).toEqual(['bloom'])
  })
})

describe('sides and directories', () => {
  const builders = (root: PlanNode, sizes: Sizes) => lowered(root, sizes).map((p) => p.builder)
  test('the side with fewer rows is built, whichever it is', () => {
    const [small, large] = [{ rows: 100, max: [99] }, { rows: 100_000, max: [2_000_000_000] }]
    expect(operators(join('inner', scan('l', 1), scan('r', 1), [0, 0]), { l: small, r: large })[0]).toBe('scan l → build')
    expect(operators(join('inner', scan('l', 1), scan('r', 1), [0, 0]), { l: large, r: small })[0]).toBe('scan r → build')
  })
  test('a small range is a directory by position; its tuples are marked where unmatched rows come out', () => {
    const sizes = { l: { rows: 100_000, max: [999] }, r: { rows: 1_000, max: [999] } }
    expect(builders(join('inner', scan('l', 1), scan('r', 1), [0, 0]), sizes)[0]).toMatchObject({ builder: 'groupmerger', dense: { min: 0n, extent: 1000 } })
    expect(builders(join('right', scan('l', 1), scan('r', 1), [0, 0]), sizes)[0]).toMatchObject({ marks: true })
    const sparse = { ...sizes, r: { rows: 1_000, max: [2_000_000_000] } }
    expect(builders(join('inner', scan('l', 1), scan('r', 1), [0, 0]), sparse)[0]).not.toHaveProperty('dense')
  })
  test('rows that come afterwards go into the sink of those that probed', () => {
    const sizes = { l: { rows: 100_000, max: [999] }, r: { rows: 1_000, max: [999] } }
    const pipelines = lowered(join('right', scan('l', 1), scan('r', 1), [0, 0]), sizes)
    expect(pipelines.map((p) => [p.operators[0], p.into])).toEqual([['scan r', undefined], ['scan l', undefined], ['unmatched build rows', 1]])
  })
  test('semi and anti joins with a far larger right side build the left one and go over it again', () => {
    const sizes = { l: { rows: 100, max: [999] }, r: { rows: 1_000_000, max: [999] } }
    for (const [kind, last] of [['semi', 'matched build rows'], ['anti', 'unmatched build rows']] as const) {
      expect(operators(join(kind, scan('l', 1), scan('r', 1), [0, 0]), sizes)).toEqual([expect.stringContaining('scan l → build'), expect.stringContaining('probe (mark)'), last])
    }
  })
  test('keys of the build side are not kept twice', () => {
    const sizes = { l: { rows: 100_000, max: [9_999, 9] }, r: { rows: 1_000, max: [999_999_999, 9] } }
    expect(builders(join('inner', scan('l', 2), scan('r', 2), [0, 0]), sizes)[0]).toMatchObject({ key: ['i32'], fields: ['i32'] })
    expect(builders(join('left', scan('l', 2), scan('r', 2), [0, 0]), sizes)[0]).toMatchObject({ key: ['i32'], fields: ['i32', 'i32'] })
  })
})
