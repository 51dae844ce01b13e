/**
 * Columns in the shared memory: what a loaded table, a stage result and a kernel's source look like.
 *
 * A relation is a list of column batches that share one physical form, so that one kernel serves all of them.
 *
 *   validity   one bit a row, LSB first (Arrow): 1 = value, 0 = NULL; address 0 = no NULLs in this batch
 *   data       fixed width: rows × width bytes, little-endian; NULL rows hold zero bytes
 *   'utf8'     data = UTF-8 bytes, aux = u32 offsets (rows + 1) into data
 *   'slice'    data = u64 a row: address in the low, byte length in the high 32 bits
 *   'code8|16|32'  data = unsigned index into the column's dictionary
 */
import type { Workspace } from './nested-nodes.ts'
import type { Range, SqlType } from './types.ts'

export type Physical =
  | 'bool8'
  | 'i8' | 'i16' | 'i32' | 'i64' | 'i128'
  | 'u8' | 'u16' | 'u32' | 'u64'
  | 'f32' | 'f64'
  | 'utf8' | 'slice'
  | 'code8' | 'code16' | 'code32'

/** Bytes a row in `data`; utf8 is variable (0). */
export const physicalWidth: Record<Physical, number> = {
  bool8: 1, i8: 1, u8: 1, code8: 1,
  i16: 2, u16: 2, code16: 2,
  i32: 4, u32: 4, f32: 4, code32: 4,
  i64: 8, u64: 8, f64: 8, slice: 8,
  i128: 16,
  utf8: 0,
}

/** Distinct strings of a column: `slices` is a u64 array like a 'slice' column. Entries are in no order. */
export interface Dictionary {
  readonly size: number
  readonly slices: number
}

export interface ColumnInfo {
  readonly name: string
  readonly type: SqlType
  readonly physical: Physical
  /** Whether any batch holds a NULL. */
  readonly nullable: boolean
  /** Bounds of the non-NULL values of exact types, where known; may be wider than the truth, never narrower. */
  readonly range?: Range | undefined
  readonly dictionary?: Dictionary | undefined
}

/** Addresses of one column in one batch; all multiples of 16. */
export interface Vector {
  readonly data: number
  readonly validity: number
  /** utf8: the offsets; else 0. */
  readonly aux: number
}

export interface ColumnBatch {
  readonly rows: number
  readonly vectors: readonly Vector[]
}

export interface Relation {
  readonly columns: readonly ColumnInfo[]
  readonly batches: readonly ColumnBatch[]
  readonly rows: number
  /** They are columns that are kept of rows. */
  readonly keptOf?: 'rows' | undefined
}

/** Smallest integer physical that holds a range, for a type stored signed unless the range starts at 0 above the signed one. */
export const narrowest = (range: Range): Physical => {
  const fits = (b: bigint) => range.min >= -(1n << (b - 1n)) && range.max < 1n << (b - 1n)
  if (fits(8n)) return 'i8'
  if (range.min >= 0n && range.max < 256n) return 'u8'
  if (fits(16n)) return 'i16'
  if (range.min >= 0n && range.max < 65536n) return 'u16'
  if (fits(32n)) return 'i32'
  if (range.min >= 0n && range.max < 1n << 32n) return 'u32'
  if (fits(64n)) return 'i64'
  if (range.min >= 0n && range.max < 1n << 64n) return 'u64'
  return 'i128'
}

/** Where bytes are had: the bridge's leases implement it; rooms that fill columns need no more than this. */
export interface Arena {
  readonly buffer: ArrayBufferLike
  /** Address of `bytes` zeroed bytes, 16-aligned; throws ArcweldError MEMORY_EXCEEDED. */
  allocate(bytes: number): number
  /** Bytes that may still be had, where there is a bound. */
  readonly available?: number
  /** Memory for as long as a conversion takes, within the same bounds, and the functions that convert. */
  workspace?(): Workspace
}
