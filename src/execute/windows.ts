/**
 * Scans that do not fit in memory, as inputs of a stage: their rows come in windows, and a pipeline over them goes over one after the
 * other with the same contexts, so that its sink's state is carried on. When a window may go depends on what the sink keeps of it.
 */
import type { Lease } from '../bridge/memory.ts'
import type { ColumnInfo } from '../layout/relation.ts'
import type { StageRelation } from '../layout/row-table.ts'
import type { WindowScan } from '../sources/source.ts'

/** What stands in a relation's place: only native pipelines read it. */
export interface WindowedInput {
  readonly columns: readonly ColumnInfo[]
  readonly rows: number
  readonly windows: WindowScan
}

export type StageSource = StageRelation | WindowedInput
export const isWindowed = (source: StageSource): source is WindowedInput => 'windows' in source

export interface WindowSizes {
  /** A scan that takes no more bytes is loaded whole. */
  readonly above: number
  /** Bytes of a window, about. Two are in memory at a time: one is read, one is made. */
  readonly bytes: number
}

/** How a stage's pipelines go over windows. */
export interface WindowRun {
  readonly bytes: number
  readonly lease: () => Lease
}

const LEAST = 2 ** 20
const MOST = 2 ** 26

/** `free`: bytes that may still be had. The rest of it is for what the query builds. */
export const windowSizes = (free: number): WindowSizes => ({ above: free / 4, bytes: Math.min(MOST, Math.max(LEAST, free / 16)) })
