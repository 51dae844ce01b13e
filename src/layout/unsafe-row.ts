/**
 * Spark's UnsafeRow (sql/catalyst UnsafeRow.java, UnsafeRowWriter.java): where its parts lie. `unsafe/` writes, reads and checks it.
 * Little-endian; a row's bytes are a multiple of 8 and stand 8-aligned. All offsets are relative to the row's first byte, so that a
 * row is the same bytes wherever it stands, also within another one.
 *
 *   0             null bits    ⌈n / 64⌉ words, bit i & 63 of word i >> 6, 1 = NULL
 *   8⌈n / 64⌉     n words      bool8 i8 i16 i32 f32: the low bytes, the rest 0 · i64 f64 · utf8 i128: offset << 32 | bytes
 *   8(⌈n / 64⌉+n) variable     in the order of the fields, each padded with 0 to a multiple of 8
 *
 * A date is an i32, a timestamp an i64, a decimal of at most 18 digits its unscaled i64. A wider decimal ('i128') has 16 bytes in
 * the variable part, NULL or not, that begin with the least number of big-endian two's complement bytes; a calendar interval has 16,
 * NULL or not: i32 months, i32 days, i64 µs. A NULL's word is 0, but for the wide decimal's offset and the interval's offset and size.
 * The 16 bytes of a NULL interval are whatever lay in Spark's buffer, and 0 where they are written here.
 *
 * What else is a slice: text, binary, and the nested forms:
 *   struct   an UnsafeRow
 *   array    0 n as i64 · 8 null bits, ⌈n / 64⌉ words · n elements of 1, 2, 4 or 8 bytes, padded to 8 · variable
 *            8 bytes: i64, f64, and what is offset << 32 | bytes; a wide decimal has just its bytes, and a NULL a word of 0
 *   map      0 bytes of the keys' array as i64 · 8 the keys' array · the values' array
 */
import type { Physical } from './relation.ts'

export const ROW_PHYSICALS = ['bool8', 'i8', 'i16', 'i32', 'i64', 'i128', 'f32', 'f64', 'utf8'] as const satisfies readonly Physical[]
export type RowPhysical = (typeof ROW_PHYSICALS)[number]

/** What a slice holds that is not text. */
export type SliceForm =
  | { readonly kind: 'binary' }
  | { readonly kind: 'interval' }
  | { readonly kind: 'struct'; readonly fields: readonly RowField[] }
  | { readonly kind: 'array'; readonly element: RowField }
  | { readonly kind: 'map'; readonly key: RowField; readonly value: RowField }

export interface RowField {
  readonly physical: RowPhysical
  readonly nullable: boolean
  /** Of 'utf8': absent, it is text. */
  readonly form?: SliceForm | undefined
}

/** A calendar interval: parts that do not convert into each other. */
export interface Interval {
  readonly months: number
  readonly days: number
  readonly micros: bigint
}

/**
 * bigint for integers and decimals (unscaled; numbers are taken too), number for floats, text or its bytes for utf8, bytes for binary.
 * A struct is a list of its fields, an array of its elements, a map of its entries, each [key, value].
 */
export type RowValue = bigint | number | boolean | string | Uint8Array | null | Interval | readonly RowValue[]

/** Bytes of the null bits. */
export const nullBytes = (fields: number): number => Math.ceil(fields / 64) * 8
/** Offset of a field's word. */
export const wordOffset = (fields: number, index: number): number => nullBytes(fields) + index * 8

/** Bytes of a wide decimal and an interval in a row's variable part. */
export const SLOT = 16
/** Bytes of every row of these fields; 0 where rows differ, because a field is a slice. */
export const rowStride = (fields: readonly { readonly physical: RowPhysical | 'code8' }[]): number =>
  fields.some((f) => f.physical === 'utf8' || f.physical === 'code8') ? 0 : wordOffset(fields.length, fields.length) + SLOT * fields.filter((f) => f.physical === 'i128').length

const WIDTHS: Record<RowPhysical, 1 | 2 | 4 | 8> = { bool8: 1, i8: 1, i16: 2, i32: 4, f32: 4, i64: 8, f64: 8, i128: 8, utf8: 8 }
/** Bytes of an array's element before the variable part. */
export const elementBytes = (element: RowField): 1 | 2 | 4 | 8 => WIDTHS[element.physical]
/** Bytes of an array before its elements. */
export const arrayHeader = (count: number): number => 8 + nullBytes(count)

/** The next multiple of 8. */
export const padded = (bytes: number): number => Math.ceil(bytes / 8) * 8
