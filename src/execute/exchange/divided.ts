/** The stage of an exchange as one that gives each row's partition beside it, and what becomes of its rows. */
import type { Lease } from '../../bridge/memory.ts'
import type { PartitionedRows } from '../../layout/partitioned-rows.ts'
import type { Relation } from '../../layout/relation.ts'
import { isRowTable, type StageRelation } from '../../layout/row-table.ts'
import type { Expr, Partitioning, PlanNode, SortKey } from '../../plan/nodes.ts'
import { outputOf, type Stage } from '../../plan/stages.ts'
import type { ExchangeReport } from '../../report/explain.ts'
import type { Core, ExecuteOptions } from '../query.ts'
import { boundsOf, sampleOf } from './bounds.ts'
import { divideInterpreted } from './interpreted-rows.ts'
import { type Bounds, hashNumber, rangeNumber } from './numbers.ts'
import { partitionRows } from './partition-rows.ts'

type ExchangeNode = Extract<PlanNode, { op: 'exchange' }>

const partitionsOf = (by: Partitioning): number => ('partitions' in by ? by.partitions : 1)

/** `evaluate` gives the values of expressions over the exchange's input, a leaf of the stage, where they are no columns of it. */
export const dividingStage = async (stage: Stage, input: StageRelation | undefined, evaluate: (exprs: readonly Expr[]) => Promise<StageRelation>, buffer: ArrayBufferLike): Promise<Stage> => {
  const { partitioning: by, input: node } = stage.root as ExchangeNode
  const columns = outputOf(node).map(({ type }, index): Expr => ({ expr: 'column', index, type }))
  const number = by.kind === 'hash' ? hashNumber(by.keys, by.partitions) : by.kind === 'range' ? rangeNumber(by.keys, await sampled(by.keys, by.partitions, input, evaluate, buffer)) : undefined
  return { ...stage, root: { op: 'project', input: node, exprs: number ? [...columns, number] : columns }, ...(number ? { numbered: true } : {}) }
}

const sampled = async (keys: readonly SortKey[], partitions: number, input: StageRelation | undefined, evaluate: (exprs: readonly Expr[]) => Promise<StageRelation>, buffer: ArrayBufferLike): Promise<Bounds> => {
  if (partitions === 1) return []
  const columns = keys.map(({ expr }) => (expr.expr === 'column' ? expr.index : -1))
  const direct = input && !isRowTable(input) && !columns.includes(-1)
  const relation = (direct ? input : await evaluate(keys.map((k) => k.expr))) as Relation
  return boundsOf(sampleOf(relation, direct ? columns : keys.map((_, k) => k), partitions, buffer), keys, partitions)
}

/** Brings what the stage left into partitions: rows of kernels, or columns of the interpreter. */
export const divide = async (left: StageRelation, by: Partitioning, numbered: boolean, framed: boolean, core: Core, lease: Lease, { signal }: ExecuteOptions): Promise<PartitionedRows> => {
  const partitions = partitionsOf(by)
  if (!isRowTable(left)) return divideInterpreted(left, numbered, partitions, framed, lease)
  const made = await partitionRows(left, { pool: core.pool, lease, partitions, framed, signal })
  return { ...made, columns: left.columns }
}

export const exchangeReport = (by: Partitioning, { partitions, rows, bytes, firstByte }: PartitionedRows): ExchangeReport => {
  let largest = 0
  let empty = 0
  for (let p = 0; p < partitions; p++) {
    const size = (firstByte[p + 1] as number) - (firstByte[p] as number)
    largest = Math.max(largest, size)
    if (size === 0) empty++
  }
  return { kind: by.kind, partitions, rows, bytes, largest, empty }
}
