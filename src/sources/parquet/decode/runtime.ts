/** The runtime's functions over pages (assembly/parquet-*.ts, snappy.ts, lz4.ts), typed. Addresses are given as they are; none comes back. */
import type { RuntimeFunction } from '../../../bridge/worker.ts'
import { PageError } from './failure.ts'

/** Bytes read or values found; below 0 what is wrong. */
type Found = number

export interface PageFunctions {
  block_patterns(patterns: number): void
  lz4_decode(from: number, end: number, to: number, length: number, limit: number, patterns: number): Found
  snappy_decode(from: number, end: number, to: number, length: number, limit: number, patterns: number): Found
  parquet_all_long(slices: number, count: number, length: number): number
  parquet_bools(from: number, count: number, to: number): void
  parquet_bytes(from: number, count: number, to: number): void
  parquet_count_level(levels: number, count: number, level: number): number
  parquet_levels(from: number, end: number, width: number, most: number, count: number, to: number, room: number): Found
  parquet_offset_slices(offsets: number, count: number, base: number, to: number): void
  parquet_offsets(definitions: number, repetitions: number, count: number, r: number, d: number, er: number, ed: number, offsets: number): number
  parquet_select(
    definitions: number, repetitions: number, count: number, most: number, values: number, bytes: number, ranges: number, n: number, row: number, left: number,
  ): number
  parquet_slots(definitions: number, repetitions: number, count: number, r: number, d: number, there: number, validity: number, valid: number): number
  parquet_copy_bits(from: number, first: number, count: number, base: number, bit: number): number
  parquet_decimals(from: number, length: number, count: number, to: number): void
  parquet_delta(from: number, end: number, count: number, bytes: number, to: number, room: number): Found
  parquet_fill_bits(base: number, bit: number, count: number): void
  parquet_fixed_slices(from: number, length: number, count: number, to: number): void
  parquet_gather(from: number, end: number, width: number, count: number, dictionary: number, size: number, bytes: number, to: number, room: number): Found
  parquet_halves(from: number, count: number, to: number): void
  parquet_int96(from: number, count: number, to: number): Found
  parquet_joined(prefixes: number, lengths: number, count: number, from: number, end: number, text: number, to: number): Found
  parquet_joined_bytes(prefixes: number, lengths: number, count: number): number
  parquet_millis(from: number, count: number, to: number): Found
  parquet_nanos(from: number, count: number, to: number): Found
  parquet_narrow(from: number, kind: number, count: number, to: number, width: number, bounds: number): void
  parquet_sized_slices(lengths: number, count: number, from: number, end: number, to: number): Found
  parquet_slice_bytes(slices: number, count: number): number
  parquet_slice_decimals(slices: number, count: number, to: number): Found
  parquet_slices(from: number, end: number, count: number, to: number): Found
  parquet_spread(base: number, rows: number, values: number, bytes: number, validity: number, bit: number): void
  parquet_text(slices: number, count: number, from: number, end: number): Found
  parquet_unite(slices: number, count: number, table: number, mask: number, entries: number, size: number, limit: number, remap: number): Found
  parquet_unpack(from: number, end: number, width: number, count: number, to: number): Found
  parquet_unsplit(from: number, width: number, count: number, to: number): void
  parquet_uuids(from: number, count: number, text: number, to: number): void
  parquet_validity(from: number, end: number, width: number, most: number, count: number, validity: number, bit: number, room: number): Found
  parquet_wide_decimals(from: number, length: number, count: number, to: number): Found
}

export const pageFunctions = (runtime: Record<string, RuntimeFunction>): PageFunctions => runtime as unknown as PageFunctions

/** `parquet_narrow`'s kinds. */
export const KINDS = { i32: 0, u32: 1, i64: 2, u64: 3, i128: 4 } as const
export type Kind = keyof typeof KINDS

/** `parquet_unite`: more than the limit. */
export const TOO_MANY = -8

/** By −1 − code. */
const WRONG: readonly (readonly [string, PageError['code']])[] = [
  ['a page ends within its values', 'FILE_CORRUPT'],
  ['a code beyond the dictionary', 'FILE_CORRUPT'],
  ['a definition level above the highest', 'FILE_CORRUPT'],
  ['a string is not UTF-8', 'FILE_CORRUPT'],
  ['a value is too large for its type', 'OVERFLOW'],
  ['a timestamp in nanoseconds is no whole number of microseconds', 'UNSUPPORTED_TYPE'],
  ['a page is malformed', 'FILE_CORRUPT'],
]

/** Throws PageError. */
export const right = (found: Found): number => {
  if (found >= 0) return found
  const [message, code] = WRONG[-1 - found]!
  throw new PageError(message, code)
}
