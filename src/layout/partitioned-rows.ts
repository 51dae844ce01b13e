/** Rows divided into partitions: UnsafeRows in one region, partition after partition, and an index over them. */
import type { SqlType } from './types.ts'

export interface PartitionedRows {
  readonly columns: readonly { readonly name: string; readonly type: SqlType }[]
  readonly partitions: number
  readonly rows: number
  readonly bytes: number
  /** Address of the rows. */
  readonly data: number
  /** Bytes of every row; 0 where they differ, or each lies behind its size. */
  readonly stride: number
  /** Address of u32[rows], where each begins; 0 where the stride is fixed, or each lies behind its size. */
  readonly offsets: number
  /** First row of each partition, and the number of all. */
  readonly firstRow: Uint32Array
  /** First byte of each partition, and the number of all. */
  readonly firstByte: Uint32Array
}
