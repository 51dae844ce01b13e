/**
 * How the rows of a load are divided: into batches, which kernels see, and batches into stripes of whole row groups, one task a
 * column. Tasks write at once, so a stripe begins at a multiple of 64 rows: no two share a word of validity.
 */
import type { RowRange } from '../source.ts'
import type { RowGroupMetadata } from './metadata.ts'
import { type PageLocation, partsOf, type ReadPart } from './page-index.ts'

/** A row group, and what is read of it. */
export interface SelectedGroup {
  readonly metadata: RowGroupMetadata
  /** Its number in the file. */
  readonly index: number
  readonly rows: number
  /** Absent: all rows. */
  readonly select?: readonly RowRange[] | undefined
  /** Where the pages lie, by leaf, of columns that tell; only where rows are selected. */
  readonly pages?: ReadonlyMap<number, readonly PageLocation[]> | undefined
}

export interface Stripe {
  readonly groups: readonly SelectedGroup[]
  readonly rows: number
  readonly batch: number
  /** Its first row in the batch. */
  readonly from: number
}

export interface Division {
  /** Rows of each. */
  readonly batches: readonly number[]
  readonly stripes: readonly Stripe[]
}

/** Fewer rows are not worth a task. */
const LEAST_TASK = 1 << 16
/** More rows at once would hold too many compressed bytes. */
const MOST_TASK = 1 << 19
/** Tasks of a column for each thread, so that all end at about the same time. */
const TASKS_A_THREAD = 6
/** Row groups are joined to batches of up to this many rows. */
const BATCH_ROWS = 1 << 22
const ALIGNED = 64

/** Groups without rows must be left out. */
export const divide = (groups: readonly SelectedGroup[], threads: number): Division => {
  const total = groups.reduce((sum, group) => sum + group.rows, 0)
  const least = Math.min(Math.max(Math.ceil(total / (threads * TASKS_A_THREAD)), LEAST_TASK), MOST_TASK)
  const batches: number[] = []
  const stripes: Stripe[] = []
  let held: SelectedGroup[] = []
  let rows = 0
  const close = () => {
    if (held.length === 0) return
    const before = batches.at(-1)
    const joins = before !== undefined && before % ALIGNED === 0 && before + rows <= BATCH_ROWS
    stripes.push({ groups: held, rows, batch: joins ? batches.length - 1 : batches.length, from: joins ? before : 0 })
    if (joins) batches[batches.length - 1] = before + rows
    else batches.push(rows)
    held = []
    rows = 0
  }
  for (const group of groups) {
    held.push(group)
    rows += group.rows
    if (rows >= least) close()
  }
  close()
  return { batches, stripes }
}

/** What of the file holds the rows that are read of a column's chunk. */
export const partsOfChunk = ({ metadata, select, pages }: SelectedGroup, leaf: number): readonly ReadPart[] => {
  const chunk = metadata.chunks[leaf]!
  const locations = select && pages?.get(leaf)
  return locations ? partsOf(chunk, locations, select, metadata.rows) : [{ ...chunk.pages, firstRow: 0 }]
}
