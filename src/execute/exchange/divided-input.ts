/** The output of an exchange as rows by partition in one region, and tables over pieces of it. */
import { lowerStage } from '../../compile.ts'
import type { Lease } from '../../bridge/memory.ts'
import { UnsupportedError } from '../../errors.ts'
import { columnReaders } from '../../layout/read.ts'
import type { PartitionedRows } from '../../layout/partitioned-rows.ts'
import type { Relation } from '../../layout/relation.ts'
import type { RowBatch } from '../../layout/row-batch.ts'
import { isRowTable, narrowedField, type RowTable, type StageRelation } from '../../layout/row-table.ts'
import { rowFieldOf } from '../../layout/unsafe/fields.ts'
import { rowStride, wordOffset } from '../../layout/unsafe-row.ts'
import type { Expr, Partitioning } from '../../plan/nodes.ts'
import type { Stage } from '../../plan/stages.ts'
import type { LeafNode } from '../../plan/leaves.ts'
import { runNative } from '../native-stage.ts'
import type { Core, ExecuteOptions } from '../query.ts'
import { divide, dividingStage } from './divided.ts'
import type { Piece } from './tasks.ts'

export interface DividedInput {
  readonly rows: PartitionedRows
  readonly table: Pick<RowTable, 'fields' | 'columns' | 'positions'>
}

/** Why it cannot be divided. */
export interface Indivisible {
  readonly reason: string
}

/** Columns of an exchange's output, brought into partitions by kernels. What is made on the way is given back. */
export const divideInput = async (leaf: LeafNode, relation: StageRelation, by: Partitioning, core: Core, lease: Lease, options: ExecuteOptions): Promise<DividedInput | Indivisible> => {
  const aside = core.memory.lease()
  try {
    const run = async (stage: Stage, output: 'row' | undefined): Promise<StageRelation> => {
      const layout = isRowTable(relation) ? { fields: relation.fields, positions: relation.positions } : undefined
      const lowering = lowerStage(stage, [{ node: leaf, columns: relation.columns, rows: relation.rows, layout }], undefined, core.cache.programs, output)
      if (lowering.refusals) throw new UnsupportedError('UNSUPPORTED_PLAN', lowering.refusals.map((r) => r.reason).join('; '), lowering.refusals)
      return (await runNative(lowering.lowered, [relation], { pool: core.pool, cache: core.cache, stage: stage.id, signal: options.signal, lease: aside })).relation
    }
    const source: Stage = { id: leaf.op === 'input' ? leaf.stage : 0, root: { op: 'exchange', input: leaf, partitioning: by }, inputs: [] }
    const dividing = await dividingStage(source, relation, (exprs: readonly Expr[]) => run({ ...source, root: { op: 'project', input: leaf, exprs } }, undefined), core.memory.buffer)
    const left = (await run(dividing, 'row')) as RowTable
    const rows = await divide(left, by, dividing.numbered === true, false, core, lease, options)
    const fields = left.fields.map(({ physical, nullable }, i) => narrowedField(physical as Parameters<typeof narrowedField>[0], nullable, left.columns[i]?.range))
    const columns = left.columns.map((c, i) => ({ ...c, physical: (fields[i] as (typeof fields)[number]).physical as typeof c.physical }))
    return { rows, table: { fields, columns, positions: columns.map((_, i) => i) } }
  } catch (error) {
    if (error instanceof UnsupportedError) return { reason: error.message }
    throw error
  } finally {
    aside.release()
  }
}

/** Pieces of partitions, in their order, as a table of rows. */
export const pieceTable = ({ rows: of, table }: DividedInput, pieces: readonly Piece[], buffer: ArrayBufferLike): RowTable => {
  const runs: { first: number; last: number }[] = []
  for (const { partition, from, to } of pieces) {
    const first = (of.firstRow[partition] as number) + from
    const last = (of.firstRow[partition] as number) + to
    const before = runs.at(-1)
    if (first === last) continue
    if (before?.last === first) before.last = last
    else runs.push({ first, last })
  }
  const offsets = of.offsets ? new Uint32Array(buffer, of.offsets >>> 0, of.rows) : undefined
  const batches = runs.map(({ first, last }): RowBatch => {
    const rows = last - first
    // Offsets count from the region's beginning.
    if (offsets) return { rows, data: of.data, bytes: last < of.rows ? (offsets[last] as number) : of.bytes, offsets: of.offsets + first * 4 }
    return { rows, data: of.data + first * of.stride, bytes: rows * of.stride, offsets: 0 }
  })
  return { ...table, batches, rows: batches.reduce((n, b) => n + b.rows, 0) }
}

/** Rows that are looked at to tell how long texts are. */
const SAMPLE = 1024

/** Bytes of a relation's rows as UnsafeRows, about: texts are sampled. */
export const rowBytes = (relation: StageRelation, buffer: ArrayBufferLike): number => {
  if (isRowTable(relation)) return relation.batches.reduce((n, b) => n + b.bytes, 0)
  const { columns, rows } = relation
  const fields = columns.map(({ type }) => rowFieldOf(type))
  const fixed = rowStride(fields) || wordOffset(fields.length, fields.length)
  const long = columns.flatMap((_, i) => (rowStride([fields[i] as (typeof fields)[number]]) === 0 ? [i] : []))
  return long.length === 0 || rows === 0 ? rows * fixed : rows * (fixed + sampledBytes(relation, long, buffer))
}

/** Bytes a row of the columns' values, mean of some rows of every batch, or of every so many batches. */
const sampledBytes = ({ columns, batches }: Relation, long: readonly number[], buffer: ArrayBufferLike): number => {
  const every = Math.ceil(batches.length / SAMPLE)
  let [looked, bytes] = [0, 0]
  for (let b = 0; b < batches.length; b += every) {
    const batch = batches[b] as Relation['batches'][number]
    const read = columnReaders(buffer, columns, batch)
    const step = Math.ceil((batch.rows * Math.min(batches.length, SAMPLE)) / SAMPLE)
    for (let r = 0; r < batch.rows; r += step) {
      looked++
      for (const c of long) bytes += lengthOf((read[c] as (row: number) => unknown)(r))
    }
  }
  return looked ? bytes / looked : 0
}
const lengthOf = (value: unknown): number => {
  const bytes = typeof value === 'string' ? Buffer.byteLength(value) : value instanceof Uint8Array ? value.length : 16
  return value === null ? 0 : Math.ceil(bytes / 8) * 8
}
