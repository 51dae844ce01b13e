/**
 * What a stage reads: relations of earlier stages, literal rows, and scans, each loaded once for equal columns and conditions. Scans that
 * would take much of the memory come in windows, where the stage's kernels read them.
 */
import type { Lease } from '../bridge/memory.ts'
import type { StageInput } from '../compile.ts'
import type { Relation } from '../layout/relation.ts'
import { isRowTable, type StageRelation } from '../layout/row-table.ts'
import { leavesOf } from '../plan/leaves.ts'
import type { Stage } from '../plan/stages.ts'
import type { ScanReport, StageReport } from '../report/explain.ts'
import type { Loaded, WindowScan } from '../sources/source.ts'
import { exchangesOf } from './exchange/stage-tasks.ts'
import { asScanned } from './input-tables.ts'
import { keyConditions, NO_CONDITIONS } from './key-bounds.ts'
import { literalRelation } from './literal-relation.ts'
import type { Core, ExecuteOptions, LoadConditions, ScanNode, Tables } from './query.ts'
import { filtersAbove, rowFilter } from './row-filter.ts'
import { isWindowed, type StageSource, type WindowedInput, type WindowSizes, windowSizes } from './windows.ts'

export interface LoadedLeaf extends StageInput {
  readonly relation: StageSource
  readonly from: 'table' | 'native' | 'interpreter'
  /** What was left out of its file, once it has been read. */
  readonly report?: (() => ScanReport | undefined) | undefined
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
  stage: Stage, results: readonly Relation[], reports: readonly StageReport[], tables: Tables, core: Core, lease: Lease, { signal, native }: ExecuteOptions, sizes: WindowSizes | undefined,
): Promise<readonly LoadedLeaf[]> => {
  const scans = new Map<string, Scanned>()
  const found = keyConditions(stage.root, results, core.memory.buffer)
  const filters = filtersAbove(stage.root)
  const keyOf = (scan: ScanNode) => JSON.stringify([scan.table, scan.columns, scan.filters ?? null, found.get(scan)?.bounds.map(({ column, op, value }) => [column, op, String(value)])])
  const more = (scan: ScanNode) => ({ above: filters.get(scan) ?? [], partners: found.get(scan)?.partners ?? [] })
  const nodes = leavesOf(stage.root).filter((node) => node.op === 'scan')
  const read = (scan: ScanNode): Scanned => {
    const key = keyOf(scan)
    const known = scans.get(key)
    if (known) return known
    const { bounds } = found.get(scan) ?? NO_CONDITIONS
    // Scans that are one share what all of them ask.
    const asked = JSON.stringify(more(scan))
    const { above, partners } = nodes.every((other) => keyOf(other) !== key || JSON.stringify(more(other)) === asked) ? more(scan) : { above: [], partners: [] }
    let told: Omit<Loaded, 'relation'> | undefined
    let windows: WindowScan | undefined
    const filter = native === 'never' ? undefined : rowFilter({ scan, above, partners, rows: tables.sizeOf(scan.table)?.rows }, stage.id, results, core, signal)
    const conditions: LoadConditions = { signal, bounds, filter, told: (counts) => (told = counts) }
    const whole = () => tables.load(scan, lease, conditions)
    const inWindows = async (): Promise<WindowedInput | undefined> => {
      windows = sizes && (await tables.windows?.(scan, lease, conditions, sizes.above))
      return windows && asScanned({ columns: windows.columns, rows: windows.rows, windows }, scan)
    }
    const made: Scanned = {
      source: inWindows().then<StageSource>((input) => input ?? whole()),
      whole,
      report: () => reportOf(scan.table, told ?? (windows && { rowGroups: windows.rowGroups ?? 0, rowGroupsSkipped: windows.rowGroupsSkipped ?? 0, rowsSelected: windows.rows, filtered: windows.filtered })),
    }
    scans.set(key, made)
    return made
  }
  // All at once: what one table's file is waited for, another's is decoded. The first in order that fails is told.
  const loading = leavesOf(stage.root).map(async (node): Promise<LoadedLeaf> => {
    if (node.op === 'shared') throw new Error('a shared plan stands in a stage')
    if (node.op === 'scan') {
      const { source, whole, report } = read(node)
      return { ...leafOver(node, await source), from: 'table', whole, report }
    }
    if (node.op === 'values') return { ...leafOver(node, literalRelation(node, lease)), from: 'table' }
    return { ...leafOver(node, results[node.stage] as Relation), from: reports[node.stage]?.native ? 'native' : 'interpreter' }
  })
  return (await Promise.allSettled(loading)).map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason
    return outcome.value
  })
}

interface Scanned extends Required<Pick<LoadedLeaf, 'whole' | 'report'>> {
  readonly source: Promise<StageSource>
}

const reportOf = (table: string, counts: Omit<Loaded, 'relation'> | undefined): ScanReport | undefined => {
  if (counts?.rowsSelected === undefined) return undefined
  const { rowGroups, rowGroupsSkipped, rowsSelected, filtered } = counts
  return { table, rowGroups, rowGroupsSkipped, rows: rowsSelected, ...(filtered ? { filtered } : {}) }
}

/** What was left out of the files that a stage reads; each scan once. */
export const scanReports = (leaves: readonly LoadedLeaf[]): Pick<StageReport, 'scans'> => {
  const reports = [...new Set(leaves.map(({ report }) => report))].map((report) => report?.()).filter((report) => report !== undefined)
  return reports.length > 0 ? { scans: reports } : {}
}

const leafOver = <R extends StageSource>(node: StageInput['node'], relation: R) => ({
  node, relation, columns: relation.columns, rows: relation.rows, layout: !isWindowed(relation) && isRowTable(relation) ? { fields: relation.fields, positions: relation.positions } : undefined,
})

/** A stage's inputs where something else than its kernels reads them: all in memory. */
export const wholly = async (leaves: readonly LoadedLeaf[]): Promise<readonly WholeLeaf[]> => (await loaded(leaves, isWindowed)) as readonly WholeLeaf[]

/** Those that are `asked` for are loaded; the others stay what they are. */
export const loaded = async (leaves: readonly LoadedLeaf[], asked: (relation: StageSource) => boolean): Promise<readonly LoadedLeaf[]> => {
  const loading = new Map<StageSource, Promise<StageRelation>>()
  for (const { relation, whole } of leaves) if (asked(relation) && !loading.has(relation)) loading.set(relation, (whole as NonNullable<typeof whole>)())
  await Promise.allSettled(loading.values())
  const found: LoadedLeaf[] = []
  for (const leaf of leaves) {
    const all = await loading.get(leaf.relation)
    found.push(all ? { ...leaf, ...leafOver(leaf.node, all) } : leaf)
  }
  return found
}
