/**
 * Conditions that a choice of the build side hangs on, and of which nothing is known, are asked of a sample before the stage is
 * lowered: rows spread over the table, a few at each place, so that a table that is sorted by something is met everywhere.
 */
import { askedOf } from '../fallback/sample.ts'
import { interpretable } from '../fallback/interpretable.ts'
import type { Relation } from '../layout/relation.ts'
import { isRowTable } from '../layout/row-table.ts'
import { doubts } from '../operators/joins/doubts.ts'
import { expressionsOf, udfsOf } from '../operators/references.ts'
import { NO_SHARES, type Shares } from '../operators/selectivity.ts'
import type { Expr, PlanNode } from '../plan/nodes.ts'
import type { SampleReport } from '../report/explain.ts'
import type { LoadedLeaf } from './stage-inputs.ts'
import { isWindowed } from './windows.ts'
import { rowsOf } from './zones.ts'

export interface Samples {
  readonly shares: Shares
  readonly reports: readonly SampleReport[]
}
const NONE: Samples = { shares: NO_SHARES, reports: [] }

/** Places, and rows at each: as many as a byte of validity bits has. */
const PLACES = 64
const ROWS = 8
/** Where no input has so many rows, no choice is dear. */
const FEW_ROWS = 200_000

/** What a sample says of a stage's conditions, as far as that is worth asking. */
export const sampled = (root: PlanNode, leaves: readonly LoadedLeaf[], buffer: ArrayBufferLike): Samples => {
  if (leaves.length < 2 || leaves.every((leaf) => leaf.rows < FEW_ROWS)) return NONE
  const inputs = new Map<PlanNode, LoadedLeaf & { readonly input: number }>(leaves.map((leaf, input) => [leaf.node, { ...leaf, input }]))
  const asked = doubts(root, (node) => inputs.get(node) as LoadedLeaf & { readonly input: number }).flatMap(({ node, leaf }) => {
    const { relation } = inputs.get(leaf) as LoadedLeaf
    if (isWindowed(relation) || isRowTable(relation) || expressionsOf(node).some((e) => udfsOf(e).length > 0) || interpretable(node).length > 0) return []
    const of = spread(relation)
    const found = askedOf(node, of, buffer)
    return found.length ? [{ found, report: { of: leaf.op === 'scan' ? leaf.table : `stage ${(leaf as { stage: number }).stage}`, rows: of.rows, passed: found.at(-1)?.passed as number } }] : []
  })
  return {
    shares: new Map(asked.flatMap(({ found }) => found.map(({ condition, tested, passed }): [Expr, number] => [condition, (passed + 1 / 2) / (tested + 1)]))),
    reports: asked.map(({ report }) => report),
  }
}

/** Rows at equal distances; of few all. */
const spread = (relation: Relation): Relation => {
  const { batches, rows } = relation
  const found: Relation['batches'][number][] = []
  let [first, place] = [0, 0]
  for (const batch of batches) {
    let end = 0
    for (; place < PLACES; place++) {
      const at = Math.floor((place * rows) / PLACES) - first
      if (at >= batch.rows) break
      if (at < end) continue
      const from = at - (at % ROWS)
      end = Math.min(batch.rows, from + ROWS)
      found.push(rowsOf(relation.columns, batch, from, end))
    }
    first += batch.rows
  }
  return { ...relation, batches: found, rows: found.reduce((n, b) => n + b.rows, 0) }
}
