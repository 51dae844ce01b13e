/** What running a query needs: the core all queries share, the tables, and the query's own options. */
import type { Lease, SharedMemory } from '../bridge/memory.ts'
import type { Pool } from '../bridge/pool.ts'
import type { Udf } from '../fallback/udf.ts'
import type { StageRelation } from '../layout/row-table.ts'
import type { PlanNode } from '../plan/nodes.ts'
import type { ColumnPredicate } from '../plan/predicates.ts'
import type { Loaded, RowFilter, WindowScan } from '../sources/source.ts'
import type { TaskOptions } from './exchange/tasks.ts'
import type { ModuleCache } from './modules.ts'
import type { PreparedStages } from './prepared-stages.ts'
import type { TableSize } from './reduction.ts'
import type { WindowSizes } from './windows.ts'

export type NativeMode = 'only' | 'prefer' | 'never'
export type ScanNode = Extract<PlanNode, { op: 'scan' }>

/** What all queries share. */
export interface Core {
  readonly memory: SharedMemory
  readonly pool: Pool
  readonly cache: ModuleCache
  /** The AssemblyScript runtime. */
  readonly runtime: WebAssembly.Module
}

export interface Tables {
  /** Undefined where it is not known before the table is read. */
  sizeOf(table: string): TableSize | undefined
  /**
   * The scan's columns, in its order; what is loaded for this query lies under `lease`. Of rows for which the scan's filters, one
   * of `bounds` or `filter` surely do not hold, any may be left out.
   */
  load(scan: ScanNode, lease: Lease, conditions: LoadConditions): Promise<StageRelation>
  /** The same in windows; undefined where it would take no more than `above` bytes, or comes whole only. */
  windows?(scan: ScanNode, lease: Lease, conditions: LoadConditions, above: number): Promise<WindowScan | undefined>
}

export interface LoadConditions {
  readonly signal: AbortSignal | undefined
  /** Beside the scan's own filters. */
  readonly bounds: readonly ColumnPredicate[]
  readonly filter?: RowFilter | undefined
  /** Told what was left out of a file. */
  readonly told?: ((loaded: Omit<Loaded, 'relation'>) => void) | undefined
}

export interface ExecuteOptions {
  readonly native: NativeMode
  readonly udf: (name: string) => RegisteredUdf
  readonly signal?: AbortSignal | undefined
  /** The last stage leaves UnsafeRows. */
  readonly output?: 'row' | undefined
  /** A folder that every native stage and pipeline is written to before it runs. */
  readonly capture?: string | undefined
  /** The result as UnsafeRows by partition: the plan's root is an exchange. `framed`: each row behind its size. */
  readonly partitions?: { readonly framed: boolean } | undefined
  /** When stages above exchanges run in tasks; what is left out is Spark's. */
  readonly tasks?: Partial<TaskOptions> | undefined
  /** When scans come in windows; what is left out follows from the memory that is free. */
  readonly windows?: Partial<WindowSizes> | undefined
  /** Of the plan, from when it ran before. */
  readonly prepared?: PreparedStages | undefined
}

/** Where workers find a function. */
export interface ModuleUdf {
  readonly url: string
  readonly name: string
}

export interface RegisteredUdf extends Udf {
  /** Absent: a closure, which only the main thread can call. */
  readonly module?: ModuleUdf | undefined
}
