/**
 * What a stage reads: relations of earlier stages, literal rows, and scans, each loaded once for equal columns and conditions. Scans that
 * would take much of the memory come in windows, where the stage's kernels read them.
 */
import type { Lease } from '../bridge/memory.ts'
import type { StageInput } from '../compile.ts'
import type { Relation } from '../layout/relation.ts'
import { isRowTable, type StageRelation } from '../layout/row-table.ts'
import { leavesOf } from '../plan/leaves.ts'
import type { ColumnPredicate } from '../plan/predicates.ts'
import type { Stage } from '../plan/stages.ts'
import type { StageReport } from '../report/explain.ts'
import { exchangesOf } from './exchange/stage-tasks.ts'
import { asScanned } from './input-tables.ts'
import { keyBounds } from './key-bounds.ts'
import { literalRelation } from './literal-relation.ts'
import type { Core, ExecuteOptions, ScanNode, Tables } from './query.ts'
import { isWindowed, type StageSource, type WindowedInput, type WindowSizes, windowSizes } from './windows.ts'

export interface LoadedLeaf extends StageInput {
  readonly relation: StageSource
  readonly from: 'table' | 'native' | 'interpreter'
  /** Loads a scan of which windows were given. */
  readonly whole?: (() => Promise<StageRelation>) | undefined
}

export interface WholeLeaf extends LoadedLeaf {
  readonly relation: StageRelation
}

/** When the scans of a stage come in windows; undefined where something else than its kernels reads them. */
export const sizesFor = (stage: Stage, stages: readonly Stage[], { memory }: Core, { native, capture, windows }: ExecuteOptions): WindowSizes | undefined => {
  if (native === 'never' || capture !== undefined || leavesOf(stage.root).some(exchangesOf(stages))) return undefined
  return { ...windowSizes(memory.budget - memory.inUse), ...windows }
}

/** The relations a stage reads; two scans of the same columns are one. `sizes`: large scans come in windows. */
export const loadLeaves = async (
  stage: Stage, results: readonly Relation[], reports: readonly StageReport[], tables: Tables, { memory }: Core, lease: Lease, { signal }: ExecuteOptions, sizes: WindowSizes | undefined,
): Promise<readonly LoadedLeaf[]> => {
  const scans = new Map<string, Promise<StageSource>>()
  const bounds = keyBounds(stage.root, results, memory.buffer)
  const read = (scan: ScanNode): Pick<LoadedLeaf, 'whole'> & { readonly source: Promise<StageSource> } => {
    const within = bounds.get(scan) ?? []
    const key = JSON.stringify([scan.table, scan.columns, scan.filters ?? null, within.map(({ column, op, value }) => [column, op, String(value)])])
    const whole = () => tables.load(scan, lease, signal, within)
    const source = scans.get(key) ?? inWindows(scan, tables, lease, signal, within, sizes).then<StageSource>((windows) => windows ?? whole())
    scans.set(key, source)
    return { source, whole }
  }
  // All at once: what one table's file is waited for, another's is decoded. The first in order that fails is told.
  const loading = leavesOf(stage.root).map(async (node): Promise<LoadedLeaf> => {
    if (node.op === 'shared') throw new Error('a shared plan stands in a stage')
    if (node.op === 'scan') {
      const { source, whole } = read(node)
      return { ...leafOver(node, await source), from: 'table', whole }
    }
    if (node.op === 'values') return { ...leafOver(node, literalRelation(node, lease)), from: 'table' }
    return { ...leafOver(node, results[node.stage] as Relation), from: reports[node.stage]?.native ? 'native' : 'interpreter' }
  })
  return (await Promise.allSettled(loading)).map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason
    return outcome.value
  })
}

const inWindows = async (scan: ScanNode, tables: Tables, lease: Lease, signal: AbortSignal | undefined, within: readonly ColumnPredicate[], sizes: WindowSizes | undefined): Promise<WindowedInput | undefined> => {
  const windows = sizes && (await tables.windows?.(scan, lease, signal, within, sizes.above))
  return windows && asScanned({ columns: windows.columns, rows: windows.rows, windows }, scan)
}

const leafOver = <R extends StageSource>(node: StageInput['node'], relation: R) => ({
  node, relation, columns: relation.columns, rows: relation.rows, layout: !isWindowed(relation) && isRowTable(relation) ? { fields: relation.fields, positions: relation.positions } : undefined,
})

/** A stage's inputs where something else than its kernels reads them: all in memory. */
export const wholly = async (leaves: readonly LoadedLeaf[]): Promise<readonly WholeLeaf[]> => {
  const loaded = new Map<WindowedInput, StageRelation>()
  const found: WholeLeaf[] = []
  for (const leaf of leaves) {
    const { relation, whole } = leaf
    if (!isWindowed(relation)) {
      found.push({ ...leaf, relation })
      continue
    }
    const all = loaded.get(relation) ?? (await (whole as NonNullable<typeof whole>)())
    loaded.set(relation, all)
    found.push({ ...leaf, ...leafOver(leaf.node, all) })
  }
  return found
}
