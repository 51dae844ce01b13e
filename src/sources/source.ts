/** What every source gives: its columns' names and types, and the columns asked for, loaded into shared memory. */
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

export interface LoadOptions {
  readonly predicates?: readonly ScanPredicate[]
  readonly signal?: AbortSignal | undefined
  /** The columns are read many times: strings of few distinct values become codes even where few rows share one. */
  readonly kept?: boolean | undefined
  /** What decodes; without it that is done on this thread. */
  readonly pool?: Pool | undefined
}

export interface Loaded {
  readonly relation: Relation
  readonly rowGroups: number
  readonly rowGroupsSkipped: number
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

/** What was promised of the form of all windows does not hold for one: the statistics are wrong. Only a load that looks at all values can tell. */
export class FormBroken extends Error {
  constructor(column: string) {
    super(`column ${JSON.stringify(column)} holds what its statistics rule out`)
  }
}

/** A scan's rows, window by window, for what does not fit in memory. */
export interface WindowScan {
  /** The physical form of all windows: it is fixed before the first one. */
  readonly columns: readonly ColumnInfo[]
  /** Of all windows together; never fewer than there are. */
  readonly rows: number
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
   * The same rows in windows; undefined where `load` would take no more than `above` bytes. What all windows share, dictionaries, lies
   * under `lease`. Absent: the source gives all or nothing.
   */
  scan?(columns: readonly string[], lease: Lease, options: LoadOptions & { readonly above: number }): Promise<WindowScan | undefined>
}
