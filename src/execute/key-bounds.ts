/**
 * What a stage's joins say of the scans that are still to be loaded: a key must be one that the other side, an earlier stage's output, has,
 * and so lie between the least and the greatest of them. Row groups and zones outside of that are not read; which rows have
 * such keys is asked of what was read (row-filter.ts).
 */
import { isNumberKind } from '../layout/literal.ts'
import { columnReaders } from '../layout/read.ts'
import type { Relation, Vector } from '../layout/relation.ts'
import { isExact, sameType } from '../layout/types.ts'
import { Equalities } from '../operators/joins/equalities.ts'
import { planType } from '../operators/lower-expression.ts'
import { leavesOf } from '../plan/leaves.ts'
import type { PlanNode } from '../plan/nodes.ts'
import type { ColumnPredicate } from '../plan/predicates.ts'
import { extentOf, hasExtent } from './extent.ts'
import type { ScanNode } from './query.ts'
import { DROPS } from './reduction.ts'

/** More rows than this are not gone through here. */
const MOST_ROWS = 1 << 16

/** A column of a scan whose values must be among those of a column of an earlier stage. */
export interface Partner {
  readonly column: number
  readonly stage: number
  readonly from: number
}

/** What holds for every row of a scan that can reach the stage's output. */
export interface KeyConditions {
  readonly bounds: readonly ColumnPredicate[]
  readonly partners: readonly Partner[]
}

export const NO_CONDITIONS: KeyConditions = { bounds: [], partners: [] }

/** By scan. `results`: the relations of earlier stages. */
export const keyConditions = (root: PlanNode, results: readonly Relation[], buffer: ArrayBufferLike): ReadonlyMap<ScanNode, KeyConditions> => {
  const found = new Map<ScanNode, { readonly bounds: ColumnPredicate[]; readonly partners: Partner[] }>()
  const leaves = leavesOf(root)
  if (!leaves.some((l) => l.op === 'input') || !leaves.some((l) => l.op === 'scan')) return found
  const equalities = new Equalities(root)
  const known = new Map<string, Bounds | undefined>()
  const boundsOf = (stage: number, column: number): Bounds | undefined => {
    const key = `${stage}.${column}`
    if (!known.has(key)) known.set(key, bounds(buffer, results[stage] as Relation, column))
    return known.get(key)
  }
  const visit = (node: PlanNode): void => {
    if (node.op === 'scan' || node.op === 'input' || node.op === 'shared' || node.op === 'values') return
    if (node.op === 'union') return node.inputs.forEach(visit)
    if (node.op === 'setop') {
      visit(node.left)
      return visit(node.right)
    }
    if (node.op !== 'join') return visit(node.input)
    for (const [side, own, other] of [['left', node.left, node.right], ['right', node.right, node.left]] as const) {
      if (!DROPS[side].has(node.kind)) continue
      const theirs = leavesOf(other)
      for (const k of node.keys) {
        if (k.nullSafe) continue
        const [mine, partner] = side === 'left' ? [k.left, k.right] : [k.right, k.left]
        for (const from of equalities.of(partner, other)) {
          if (from.leaf.op !== 'input' || !theirs.includes(from.leaf)) continue
          const within = boundsOf(from.leaf.stage, from.column)
          const type = from.leaf.columns[from.column]?.type
          if (type === undefined) continue
          for (const { leaf, column } of equalities.of(mine, own)) {
            const field = leaf.op === 'scan' ? leaf.columns[column] : undefined
            if (leaf.op !== 'scan' || !field || !sameType(planType(field.type), planType(type))) continue
            const of = found.get(leaf) ?? { bounds: [], partners: [] }
            found.set(leaf, of)
            if (within) of.bounds.push({ column: field.name, op: '>=', value: within.min }, { column: field.name, op: '<=', value: within.max })
            const { stage } = from.leaf
            if (!of.partners.some((p) => p.column === column && p.stage === stage && p.from === from.column)) of.partners.push({ column, stage, from: from.column })
          }
        }
      }
    }
    visit(node.left)
    visit(node.right)
  }
  visit(root)
  return found
}

interface Bounds {
  readonly min: number | bigint
  readonly max: number | bigint
}

/** The least and the greatest value of a column of an earlier stage; undefined where that is not known, or there is none. */
const bounds = (buffer: ArrayBufferLike, { columns, batches, rows }: Relation, column: number): Bounds | undefined => {
  const info = columns[column]
  if (!info || rows > MOST_ROWS || !isExact(info.type) || info.type.kind === 'bool') return undefined
  let found: Bounds | undefined
  if (hasExtent(info)) {
    const extents = batches.map((batch) => extentOf(buffer, info.physical, batch.vectors[column] as Vector, 0, batch.rows))
    const [min, max] = [Math.min(...extents.map((e) => e.min)), Math.max(...extents.map((e) => e.max))]
    if (min > max) return undefined
    return isNumberKind(info.type) ? { min, max } : { min: BigInt(min), max: BigInt(max) }
  }
  for (const batch of batches) {
    const [read] = columnReaders(buffer, [info], { rows: batch.rows, vectors: [batch.vectors[column] as Vector] })
    for (let row = 0; row < batch.rows; row++) {
      const value = read?.(row) as number | bigint | null
      if (value === null) continue
      if (!found) found = { min: value, max: value }
      else if (value < found.min) found = { ...found, min: value }
      else if (value > found.max) found = { ...found, max: value }
    }
  }
  return found
}
