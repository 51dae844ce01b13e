/** When states are an array by key: by the keys' ranges, the rows that are expected, and the memory there is. */
import { describe, expect, it } from 'vitest'
import { lowerStage } from '../../src/compile.ts'
import type { ColumnInfo } from '../../src/layout/relation.ts'
import { leavesOf } from '../../src/plan/leaves.ts'
import type { Expr, PlanNode } from '../../src/plan/nodes.ts'
import { cutStages } from '../../src/plan/stages.ts'

const key: Expr = { expr: 'column', index: 0, type: 'int32' }
const scan = (filters?: readonly Expr[]): PlanNode => ({ op: 'scan', table: 't', columns: [{ name: 'k', type: 'int32' }, { name: 'v', type: 'int64' }], ...(filters ? { filters } : {}) })
const below = (value: number): Expr => ({ expr: 'call', fn: 'lt', args: [key, { expr: 'literal', value: String(value), type: 'int32' }], type: 'bool' })

/** The array's positions, 0 where there is a hash table. */
const positions = (extent: number, rows: number, { input = scan(), bytes, nullable = false }: { input?: PlanNode; bytes?: number; nullable?: boolean } = {}): number => {
  const plan: PlanNode = { op: 'aggregate', groups: [key], aggregates: [{ fn: 'sum', args: [{ expr: 'column', index: 1, type: 'int64' }], type: 'int128' }], input }
  const [stage] = cutStages(plan, () => true)
  const columns: readonly ColumnInfo[] = [
    { name: 'k', type: { kind: 'int32' }, physical: 'i32', nullable, range: { min: -5n, max: BigInt(extent) - 6n } },
    { name: 'v', type: { kind: 'int64' }, physical: 'i64', nullable: false, range: { min: 0n, max: 100n } },
  ]
  if (!stage) throw new Error('no stage')
  const lowering = lowerStage(stage, leavesOf(stage.root).map((node) => ({ node, columns, rows })), bytes)
  if (lowering.refusals) throw new Error(JSON.stringify(lowering.refusals))
  const builder = lowering.lowered.program.pipelines[0]?.builder
  return builder?.builder === 'dictmerger' ? (builder.dense?.[0]?.extent ?? 0) : -1
}

describe('states by key', () => {
  it('are an array for small ranges, however few the rows', () => {
    expect(positions(65_536, 1)).toBe(65_536)
    expect(positions(65_535, 1, { nullable: true })).toBe(65_536)
    expect(positions(65_536, 1, { nullable: true })).toBe(0)
    expect(positions(65_537, 1)).toBe(0)
  })
  it('are an array of at most two positions a row', () => {
    expect(positions(2_000_000, 1_000_000)).toBe(2_000_000)
    expect(positions(2_000_001, 1_000_000)).toBe(0)
  })
  it('count the rows that filters let pass', () => {
    // Of keys that are spread evenly a tenth is below.
    const input = scan([below(199_995)])
    expect(positions(2_000_000, 10_000_000, { input })).toBe(2_000_000)
    expect(positions(2_000_000, 9_000_000, { input })).toBe(0)
    const filtered: PlanNode = { op: 'filter', predicate: below(199_995), input: scan() }
    expect(positions(2_000_000, 9_000_000, { input: filtered })).toBe(0)
    expect(positions(2_000_000, 9_000_000)).toBe(2_000_000)
  })
  it('are no array where memory does not allow it', () => {
    // A sum of 64 bits, a byte of the map and an address.
    expect(positions(1_000_000, 1_000_000, { bytes: 20_000_000 })).toBe(1_000_000)
    expect(positions(1_000_000, 1_000_000, { bytes: 12_000_000 })).toBe(0)
    expect(positions(65_536, 1, { bytes: 0 })).toBe(65_536)
  })
})
