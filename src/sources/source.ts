/** What every source gives: its columns' names and types, and the columns asked for, loaded into shared memory. */
import type { Job, JobStep, StepMetrics } from '../bridge/job.ts'
import type { Lease } from '../bridge/memory.ts'
import type { Pool } from '../bridge/pool.ts'
import type { ColumnBatch, ColumnInfo, Dictionary, Physical, Relation } from '../layout/relation.ts'
import type { Field, Range } from '../layout/types.ts'

/** A conjunct that statistics can decide; `value` as in operators' reference values (decimal: unscaled bigint, date: days, timestamp: µs). */
export interface ScanPredicate {
  readonly column: string
  readonly op: '=' | '<' | '<=' | '>' | '>=' | 'is_null' | 'is_not_null'
  readonly value: boolean | number | bigint | string | null
}

/** Rows [from, to). */
export interface RowRange {
  readonly from: number
  readonly to: number
}

/**
 * Conditions that are asked of some columns before the others are decoded. Who loads decodes `columns`, hands them over as a relation,
 * and decodes the others for the rows that are left; of the columns themselves it gives the same rows. What the conditions are it need not know.
 */
export interface RowFilter {
  /** Names, each once. */
  readonly columns: readonly string[]
  /** Bytes of other columns that are decoded in about the time that it takes to ask of so many rows: fewer are not worth it. */
  least(rows: number): number
  /** What is asked, so that what was of no use once is not asked of the same file again. */
  readonly key: string
  /**
   * Rows of the relation that the conditions leave: ranges in order, disjoint. Others may be among them, but none that is wanted is missing.
   * undefined: it cannot be told, and all are wanted. May be asked several times, of parts of the rows.
   */
  survivors(relation: Relation): Promise<readonly RowRange[] | undefined>
}

export interface LoadOptions {
  readonly predicates?: readonly ScanPredicate[]
  /** Of rows that it does not leave any may be missing, as of those that fulfil not all predicates. */
  readonly filter?: RowFilter | undefined
  readonly signal?: AbortSignal | undefined
  /** The columns are read many times: strings of few distinct values become codes even where few rows share one. */
  readonly kept?: boolean | undefined
  /** What decodes; without it that is done on this thread. */
  readonly pool?: Pool | undefined
}

/** What came of a row filter: sums over what it was asked of. */
export interface FilterCounts {
  /** Rows whose conditions were asked, and those of which the other columns were decoded. */
  readonly rows: number
  readonly left: number
  /** Data pages of the other columns, where rows were left out: those that were decoded, and those there are, as far as the file tells. */
  readonly pagesDecoded: number
  readonly pages: number
  /** It left nearly everything: the rest was not asked. `rows` is 0 where that was known from before. */
  readonly abandoned: boolean
}

export const sumOf = (a: FilterCounts | undefined, b: FilterCounts): FilterCounts => ({
  rows: (a?.rows ?? 0) + b.rows, left: (a?.left ?? 0) + b.left, pages: (a?.pages ?? 0) + b.pages, pagesDecoded: (a?.pagesDecoded ?? 0) + b.pagesDecoded, abandoned: a?.abandoned === true || b.abandoned,
})

export interface Loaded {
  readonly relation: Relation
  readonly rowGroups: number
  readonly rowGroupsSkipped: number
  /** Rows that metadata and indexes left; absent: the source has no such. */
  readonly rowsSelected?: number | undefined
  /** Absent: there was none, or it was not worth asking. */
  readonly filtered?: FilterCounts | undefined
}

/** A run of a scan's rows. Who gets it releases the lease once nothing points there any more. */
export interface Window {
  readonly batches: readonly ColumnBatch[]
  readonly rows: number
  readonly lease: { release(): void }
}

export interface WindowOptions {
  /** What a window should take, about; one row group at least. */
  readonly bytes: number
  /** A lease for one window. */
  readonly lease: () => Lease
  readonly signal?: AbortSignal | undefined
}

/** What was promised of the form of all windows does not hold for one. Unless other windows would do, only a load that looks at all values can tell. */
export class FormBroken extends Error {
  /** Other windows would do, which the next scan gives. */
  readonly again: boolean

  constructor(column: string, again = false) {
    super(`column ${JSON.stringify(column)} holds what its form rules out`)
    this.again = again
  }
}

/** What workers hand rows to, and what it takes. */
export interface FeedOptions {
  readonly pool: Pool
  /** Its steps are not run; contexts, one a slot, and the module are. */
  readonly job: Job
  /** The function that takes the rows. */
  readonly step: JobStep
  /** A lease for what one worker needs. */
  readonly lease: () => Lease
  readonly signal?: AbortSignal | undefined
}

/** A scan whose rows each worker reads, decodes and hands to a kernel at once, some at a time, so that they are still in its caches. */
export interface Feed {
  /**
   * All rows, each once, in any order; how many they are and when. Nothing that the kernel keeps may point into them. Throws what `load` throws, what a
   * kernel raises, and FormBroken.
   */
  run(options: FeedOptions): Promise<{ readonly metrics: StepMetrics; readonly parts: number }>
}

/** A scan's rows, window by window, for what does not fit in memory. */
export interface WindowScan {
  /** The physical form of all windows: it is fixed before the first one. */
  readonly columns: readonly ColumnInfo[]
  /** Of all windows together; never fewer than there are. */
  readonly rows: number
  readonly rowGroups?: number | undefined
  readonly rowGroupsSkipped?: number | undefined
  /** Of the windows so far. */
  readonly filtered?: FilterCounts | undefined
  /** Workers can read the rows themselves. */
  readonly feed?: Feed | undefined
  /** All of it fits in memory: where `feed` is of no use it should be loaded. */
  readonly fits?: boolean | undefined
  /** In the source's order; may be called again. A window is made when it is asked for; FormBroken where it does not fit. What was not handed out is released where it ends early. */
  windows(options: WindowOptions): AsyncGenerator<Window, void>
}

/** What columns of several files have in common: a form that holds the values of each. */
export interface CommonForm {
  readonly physical: Physical
  readonly nullable: boolean
  readonly range: Range | undefined
  readonly dictionary: Dictionary | undefined
}

export interface ScanOptions extends LoadOptions {
  readonly above: number
  readonly feeds?: boolean | undefined
}

/** Of one of several files: its columns may be asked for in the form that all have. */
export interface FileScan extends WindowScan {
  /** What all windows take together, about. */
  readonly bytes: number
  /** Forms by column; `codes`: of its own dictionary's entries, those in the common one. */
  as(forms: readonly (CommonForm & { readonly codes?: Uint32Array | undefined })[]): WindowScan
}

export interface TableSource {
  readonly fields: readonly Field[]
  readonly rows: number
  /** Columns by name, in that order; skips row groups that no row of can match. Throws SourceError. */
  load(columns: readonly string[], lease: Lease, options?: LoadOptions): Promise<Loaded>
  /**
   * The same rows in windows; undefined where `load` would take no more than `above` bytes, unless `feeds` says that a scan with a `feed` is
   * welcome. What all windows share, dictionaries, lies under `lease`. Absent: the source gives all or nothing.
   */
  scan?(columns: readonly string[], lease: Lease, options: ScanOptions): Promise<WindowScan | undefined>
}
