/**
 * Nested columns as Arrow has them ⇄ packed values, Spark's Unsafe forms (src/layout/unsafe-row.ts). A column is a tree of nodes
 * (src/layout/nested-nodes.ts): what a type is, and where its buffers lie.
 *
 *   node   0 kind   4 validity, 0: all valid   12 values   16 bytes of a value there   20 bytes of it in an Unsafe array
 *          24 offsets   28 bytes of an offset, 0: lists of one length   32 that length   36 codes (i32) into offsets, or 0
 *          40 children: u32 addresses of nodes   44 how many   48 length   52 NULLs   56 bytes of text as u64
 *          values of slices without offsets are slices: address in the low, bytes in the high 32 bits
 *   fault  0 what is wrong (FAULTS)   8 the value, as i64
 */

export const KIND: usize = 0
export const VALIDITY: usize = 4
export const VALUES: usize = 12
export const STRIDE: usize = 16
export const WIDTH: usize = 20
export const OFFSETS: usize = 24
export const OFFSET_BYTES: usize = 28
const LIST_SIZE: usize = 32
const CODES: usize = 36
const CHILDREN: usize = 40
export const CHILD_COUNT: usize = 44
export const LENGTH: usize = 48
export const NULLS: usize = 52
export const BYTES: usize = 56

export const NOTHING: u32 = 0
export const BOOL: u32 = 1
export const FIXED: u32 = 2
export const WIDE: u32 = 3
export const SLICE: u32 = 4
export const DAY_TIME: u32 = 5
export const MONTH_DAY_NANO: u32 = 6
export const STRUCT: u32 = 7
export const LIST: u32 = 8
export const MAP: u32 = 9

export const FAULT_VALUE: usize = 8
export const BACKWARDS: u32 = 1
export const NULL_KEY: u32 = 2
export const NANOSECONDS: u32 = 3
export const TOO_LONG: u32 = 4
export const OVERFLOWS: u32 = 5

export const LONGEST: u64 = 0x7fffffff

// @ts-ignore: decorator
@inline
export function child(node: usize, index: u32): usize {
  return <usize>load<u32>(<usize>load<u32>(node, CHILDREN) + (<usize>index << 2))
}

// @ts-ignore: decorator
@inline
export function padded(bytes: u64): u64 {
  return (bytes + 7) & ~7
}

// @ts-ignore: decorator
@inline
export function nullBytes(count: u64): u64 {
  return ((count + 63) >> 6) << 3
}

// @ts-ignore: decorator
@inline
export function isValid(node: usize, row: u32): bool {
  if (load<u32>(node, KIND) == NOTHING) return false
  const validity = <usize>load<u32>(node, VALIDITY)
  if (!validity) return true
  return ((load<u8>(validity + (row >> 3)) >> <u8>(row & 7)) & 1) != 0
}

/** Its 16 bytes are in a row even where it is NULL. Packed ones, of a dictionary, are slices that say so. */
// @ts-ignore: decorator
@inline
export function isInterval(node: usize, kind: u32): bool {
  return kind == DAY_TIME || kind == MONTH_DAY_NANO || (kind == SLICE && load<u32>(node, STRIDE) == 16)
}

export function listOffset(node: usize, row: u32): u64 {
  const bytes = load<u32>(node, OFFSET_BYTES)
  const offsets = <usize>load<u32>(node, OFFSETS)
  if (bytes == 4) return <u64>load<u32>(offsets + (<usize>row << 2))
  if (bytes == 8) return load<u64>(offsets + (<usize>row << 3))
  return <u64>row * load<u32>(node, LIST_SIZE)
}

/** A slice's value: its address in the low, its bytes in the high 32 bits. */
// @ts-ignore: decorator
@inline
export function sliceOf(node: usize, row: u32): u64 {
  const values = <usize>load<u32>(node, VALUES)
  const offsets = <usize>load<u32>(node, OFFSETS)
  if (!offsets) return load<u64>(values + (<usize>row << 3))
  const codes = <usize>load<u32>(node, CODES)
  const entry = offsets + (<usize>(codes ? load<u32>(codes + (<usize>row << 2)) : row) << 2)
  const from = load<u32>(entry)
  return <u64>(values + from) | (<u64>(load<u32>(entry, 4) - from) << 32)
}
