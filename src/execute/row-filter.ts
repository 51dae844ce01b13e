/**
 * The conditions of a scan as who reads its file asks them before it decodes the other columns: a small stage over the columns that they
 * look at, compiled and run as any other. It has the scan's filters, then a semi join with each earlier stage's output that a join holds
 * a key equal to, and gives the granules with rows that are left (operators/granules.ts). The stage above asks the conditions again.
 */
import { lowerStage, type StageInput } from '../compile.ts'
import { ArcweldError } from '../errors.ts'
import { RAISES } from '../ir/nodes.ts'
import { viewOf } from '../layout/memory.ts'
import type { Relation } from '../layout/relation.ts'
import { GRANULE_ROWS } from '../operators/granules.ts'
import { columnsOf, renumbered, udfsOf } from '../operators/references.ts'
import type { Expr, PlanNode } from '../plan/nodes.ts'
import type { RowFilter, RowRange } from '../sources/source.ts'
import type { Partner } from './key-bounds.ts'
import { runNative } from './native-stage.ts'
import type { Core, ScanNode } from './query.ts'
import { isTooDeep } from './too-deep.ts'

/** Of another side with a larger part of the scan's rows hardly a granule has no key that is not told by the least and the greatest one. */
const PARTNER_PART = 1 / 16

/** Lowering, a module's first run and waiting for it take a few milliseconds: so much is decoded in that time. */
const LEAST_BYTES = 16 << 20
/** And in the time that a row's filters take, and each join's key. */
const FILTER_BYTES = 4
const KEY_BYTES = 8

export interface FilteredScan {
  readonly scan: ScanNode
  /** What is asked right above it, too. */
  readonly above: readonly Expr[]
  readonly partners: readonly Partner[]
  /** Of the table, where they are known. */
  readonly rows: number | undefined
}

/** Undefined where the scan has no conditions, or they look at all of its columns. `results`: the relations of earlier stages. */
export const rowFilter = ({ scan, above, partners, rows = 0 }: FilteredScan, stage: number, results: readonly Relation[], core: Core, signal: AbortSignal | undefined): RowFilter | undefined => {
  const all = [...(scan.filters ?? []), ...above]
  // What a function of a user's raises, or does beside, it does for the rows that those before it leave.
  const called = all.findIndex((e) => udfsOf(e).length > 0)
  const filters = called < 0 ? all : all.slice(0, called)
  const asked = partners.filter((p) => (results[p.stage] as Relation).rows <= rows * PARTNER_PART)
  const columns = [...columnsOf(filters, new Set(asked.map(({ column }) => column)))].sort((a, b) => a - b)
  const names = columns.map((c) => (scan.columns[c] as ScanNode['columns'][number]).name)
  if (columns.length === 0 || columns.length === scan.columns.length || new Set(names).size < names.length) return undefined
  const { root, leaf, inputs } = conditions(scan, filters, asked, columns, results)
  return {
    columns: names,
    least: (n) => LEAST_BYTES + n * (FILTER_BYTES + KEY_BYTES * asked.length),
    key: JSON.stringify([scan.columns, filters, asked.map(({ stage: of, column, from }) => [column, from, (results[of] as Relation).rows])]),
    survivors: async (relation) => {
      const { memory, pool, cache } = core
      const own: StageInput = { node: leaf, columns: relation.columns, rows: relation.rows }
      const others = inputs.map(({ node, result }): StageInput => ({ node, columns: result.columns, rows: result.rows }))
      const arrayBytes = (memory.budget - memory.inUse) / (8 * pool.threads)
      const lease = memory.lease()
      try {
        const lowering = lowerStage({ id: stage, root, inputs: [] }, [own, ...others], arrayBytes, cache.programs, 'granules')
        if (lowering.refusals) return undefined
        const { relation: granules } = await runNative(lowering.lowered, [relation, ...inputs.map(({ result }) => result)], { pool, cache, lease, stage, signal })
        return rangesOf(granules as Relation, memory.buffer, relation.rows)
      } catch (error) {
        // Where a condition raises, or there is too little memory, all rows are wanted: the stage itself then says so, if it comes to that.
        if (isTooDeep(error) || (error instanceof ArcweldError && error.code in RAISES)) return undefined
        throw error
      } finally {
        lease.release()
      }
    },
  }
}

/** What filters right above a scan ask; nothing of one that stands in several places. */
export const filtersAbove = (root: PlanNode): ReadonlyMap<ScanNode, readonly Expr[]> => {
  const found = new Map<ScanNode, readonly Expr[]>()
  const seen = new Set<ScanNode>()
  const visit = (node: PlanNode, above: readonly Expr[]): void => {
    switch (node.op) {
      case 'scan':
        found.set(node, seen.has(node) ? [] : above)
        seen.add(node)
        return
      case 'input':
      case 'shared':
      case 'values':
        return
      case 'filter':
        return visit(node.input, [node.predicate, ...above])
      case 'union':
        for (const input of node.inputs) visit(input, [])
        return
      case 'join':
      case 'setop':
        visit(node.left, [])
        return visit(node.right, [])
      default:
        return visit(node.input, [])
    }
  }
  visit(root, [])
  return found
}

interface Conditions {
  readonly root: PlanNode
  readonly leaf: ScanNode
  readonly inputs: readonly { readonly node: PlanNode; readonly result: Relation }[]
}

const conditions = (scan: ScanNode, filters: readonly Expr[], partners: readonly Partner[], columns: readonly number[], results: readonly Relation[]): Conditions => {
  const place = new Map(columns.map((column, i) => [column, i]))
  const fields = columns.map((c) => scan.columns[c] as ScanNode['columns'][number])
  const leaf: ScanNode = { op: 'scan', table: scan.table, columns: fields, filters: filters.map((e) => renumbered(e, place)) }
  const inputs = partners.map(({ stage, from, column }) => {
    const result = results[stage] as Relation
    const { type } = scan.columns[column] as ScanNode['columns'][number]
    const only: Relation = { ...result, columns: [result.columns[from] as Relation['columns'][number]], batches: result.batches.map(({ rows, vectors }) => ({ rows, vectors: [vectors[from] as (typeof vectors)[number]] })) }
    return { result: only, node: { op: 'input', stage, columns: [{ name: 'key', type }] } satisfies PlanNode, key: { left: { expr: 'column', index: place.get(column) as number, type } satisfies Expr, right: { expr: 'column', index: 0, type } satisfies Expr } }
  })
  return { leaf, inputs, root: inputs.reduce((left: PlanNode, { node: right, key }): PlanNode => ({ op: 'join', kind: 'semi', left, right, keys: [key] }), leaf) }
}

/** Granules that follow one another as one range. */
const rangesOf = ({ batches }: Relation, buffer: ArrayBufferLike, rows: number): readonly RowRange[] => {
  const marked = new Uint8Array(Math.ceil(rows / GRANULE_ROWS))
  for (const { rows: n, vectors } of batches) for (const granule of viewOf(buffer, 'i32', vectors[0]!.data, n) as Int32Array) marked[granule] = 1
  const ranges: { from: number; to: number }[] = []
  marked.forEach((mark, granule) => {
    if (mark === 0) return
    const from = granule * GRANULE_ROWS
    const to = Math.min(from + GRANULE_ROWS, rows)
    const last = ranges.at(-1)
    if (last?.to === from) last.to = to
    else ranges.push({ from, to })
  })
  return ranges
}
