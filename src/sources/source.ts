/** What every source gives: its columns' names and types, and the columns asked for, loaded into shared memory. */
import type { Lease } from '../bridge/memory.ts'
import type { Pool } from '../bridge/pool.ts'
import type { Relation } from '../layout/relation.ts'
import type { Field } from '../layout/types.ts'

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

export interface TableSource {
  readonly fields: readonly Field[]
  readonly rows: number
  /** Columns by name, in that order; skips row groups that no row of can match. Throws SourceError. */
  load(columns: readonly string[], lease: Lease, options?: LoadOptions): Promise<Loaded>
}
