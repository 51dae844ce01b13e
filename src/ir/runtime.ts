/**
 * The functions of the AssemblyScript runtime that kernels may call, one line each. ABI: the first argument is always the
 * context's address; i128 is passed as (lo, hi) and returned through the context's scratch; str is an i64 slice. A function
 * that raises writes its code into the context's error slot and traps; one that allocates bumps the context's arena.
 */
import type { Scalar } from './nodes.ts'

export interface RuntimeFunction {
  readonly params: readonly Scalar[]
  readonly result: Scalar
  readonly raises?: boolean
  /** A function of JavaScript's Math, imported from module "math" under this name; it takes no context. */
  readonly host?: string
}

const math = (host: string) => ({ params: ['f64'], result: 'f64', host }) as const

export const RUNTIME = {
  /** a × b, raises OVERFLOW. */
  i128_mul: { params: ['i128', 'i128'], result: 'i128', raises: true },
  /** Truncating; the divisor is not 0. */
  i128_div: { params: ['i128', 'i128'], result: 'i128' },
  i128_rem: { params: ['i128', 'i128'], result: 'i128' },
  /** a × b mod 2^128. */
  i128_mul_wrap: { params: ['i128', 'i128'], result: 'i128' },
  /**
   * Decimals by way of 256 bits and more, rounded half away from zero; −2^127 where the result has no 128. (a, b, down): a × b / 10^down;
   * (a, b, power): a × 10^power / b; (a, b, up, other, down): (a × 10^up + b × 10^other) / 10^down, and the remainder. Divisors are
   * not 0. Take scratch; raise MEMORY_EXCEEDED.
   */
  decimal_mul: { params: ['i128', 'i128', 'i32'], result: 'i128', raises: true },
  decimal_div: { params: ['i128', 'i128', 'i32'], result: 'i128', raises: true },
  decimal_add: { params: ['i128', 'i128', 'i32', 'i32', 'i32'], result: 'i128', raises: true },
  decimal_rem: { params: ['i128', 'i128', 'i32', 'i32', 'i32'], result: 'i128', raises: true },
  /** By 0 to 127 bits; to the right with sign. */
  i128_shl: { params: ['i128', 'i32'], result: 'i128' },
  i128_shr: { params: ['i128', 'i32'], result: 'i128' },
  /** (a, digits, 1: towards zero): what to add to a for the nearest multiple of 10^digits, away from zero at half; 0 for digits below 1. Digits up to 38. */
  i128_to_multiple: { params: ['i128', 'i32', 'i32'], result: 'i128' },
  /** 10^digits rounded once, for digits ≥ 0; Infinity from 309 on. */
  f64_power_of_ten: { params: ['i32'], result: 'f64' },
  /** How many bits are set. */
  bits_i64: { params: ['i64'], result: 'i32' },
  /** a − trunc(a / b) × b, exact: JavaScript's %. */
  f64_rem: { params: ['f64', 'f64'], result: 'f64' },
  /** DuckDB's: hi = −1: −f64(2^64 − 1 − lo, as u64) − 1, else f64(lo as u64) + f64(hi) × 2^64. */
  i128_to_f64: { params: ['i128'], result: 'f64' },
  /** The nearest, ties to even. */
  i128_nearest_f64: { params: ['i128'], result: 'f64' },
  /** Of an unsigned integer, rounded once. */
  u64_to_f32: { params: ['i64'], result: 'f32' },
  /** Truncates; raises OVERFLOW outside ±2^127 and for NaN. */
  f64_to_i128: { params: ['f64'], result: 'i128', raises: true },
  str_eq: { params: ['str', 'str'], result: 'bool' },
  /** −1, 0, 1 by unsigned bytes. */
  str_compare: { params: ['str', 'str'], result: 'i32' },
  str_hash: { params: ['str'], result: 'i64' },
  /** Code points. */
  str_length: { params: ['str'], result: 'i32' },
  /** Code points [offset − 1, offset − 1 + length), for offset ≥ 1 and length ≥ 0 (i64, the sum may wrap); kernels call it with no others. A slice of the argument, no copy. */
  str_substring: { params: ['str', 'i64', 'i64'], result: 'str' },
  /** Bytes [start, start + bytes), as far as there are such. A slice of the argument, no copy. */
  str_slice: { params: ['str', 'i64', 'i64'], result: 'str' },
  /** Byte prefix, suffix, infix; the empty one always matches. */
  str_starts_with: { params: ['str', 'str'], result: 'bool' },
  str_ends_with: { params: ['str', 'str'], result: 'bool' },
  str_contains: { params: ['str', 'str'], result: 'bool' },
  /** 1 + code points before the first occurrence of the second in the first, 0 if none; 1 for an empty second. */
  str_position: { params: ['str', 'str'], result: 'i32' },
  /** (text, pattern, escape byte or −1): `_` one code point, `%` any run, anchored at both ends. Kernels pass no pattern that ends in its escape. */
  str_like: { params: ['str', 'str', 'i32'], result: 'bool' },
  /** Allocates; raises MEMORY_EXCEEDED. */
  str_concat: { params: ['str', 'str'], result: 'str', raises: true },
  /** (text, from, to): every non-overlapping occurrence from the left; an empty `from` changes nothing. Allocates only where something changes. */
  str_replace: { params: ['str', 'str', 'str'], result: 'str', raises: true },
  /** (text, set, sides): drops code points that occur in `set` at the start (sides & 1) and the end (sides & 2). A slice of the argument. */
  str_trim: { params: ['str', 'str', 'i32'], result: 'str' },
  /** (text, 0: upper, 1: lower). Allocates where something changes; raises MEMORY_EXCEEDED, as do all that follow and allocate. */
  str_case: { params: ['str', 'i32'], result: 'str', raises: true },
  /** So many times; none below 1. */
  str_repeat: { params: ['str', 'i64'], result: 'str', raises: true },
  /** (text, code points, fill, at the start): cut or filled up; `fill` is not empty where it is needed. */
  str_pad: { params: ['str', 'i64', 'str', 'i32'], result: 'str', raises: true },
  /** By code points. */
  str_reverse: { params: ['str'], result: 'str', raises: true },
  /** The first code point, −1 of the empty string; and the other way. */
  str_point: { params: ['str'], result: 'i32' },
  str_chr: { params: ['i32'], result: 'str', raises: true },
  str_translate: { params: ['str', 'str', 'str'], result: 'str', raises: true },
  /** (text, separator, number from 1 or from −1 backwards). A slice of the argument. */
  str_split_part: { params: ['str', 'str', 'i64'], result: 'str' },
  /** Values as text, as the interpreter's cast to string has them. Allocate; raise MEMORY_EXCEEDED. */
  int_to_str: { params: ['i64'], result: 'str', raises: true },
  /** (unscaled, scale, bare): bare ≠ 0 leaves out a 0 before the point, as a type without integer digits does. */
  decimal_to_str: { params: ['i128', 'i32', 'i32'], result: 'str', raises: true },
  /** (x, single): the shortest digits that read back, where single ≠ 0 as the float that x is. */
  float_to_str: { params: ['f64', 'i32'], result: 'str', raises: true },
  date_to_str: { params: ['i32'], result: 'str', raises: true },
  /** (micros, zoned): zoned ≠ 0 adds +00 where finite. */
  timestamp_to_str: { params: ['i64', 'i32'], result: 'str', raises: true },
  /** (text, scale, 1: 0x and 0b too | 2: unsigned): the number times 10^scale, rounded; −2^127 for what is none, or is that, which the second tells. */
  parse_exact: { params: ['str', 'i32', 'i32'], result: 'i128' },
  parse_is_exact: { params: ['str', 'i32', 'i32'], result: 'bool' },
  /** Rounded once, to even at half; NaN for what is none, too, which the third tells. Take scratch; raise MEMORY_EXCEEDED. */
  parse_f64: { params: ['str'], result: 'f64', raises: true },
  parse_f32: { params: ['str'], result: 'f32', raises: true },
  parse_is_float: { params: ['str'], result: 'bool', raises: true },
  /** 1 true, 0 false, −1 neither. */
  parse_bool: { params: ['str'], result: 'i32' },
  /** The least number where the text is none. */
  parse_date: { params: ['str'], result: 'i32' },
  /** (text, zoned): an offset counts where zoned ≠ 0. */
  parse_timestamp: { params: ['str', 'i32'], result: 'i64' },
  /** (days, months) and (micros, months, days, micros) later; the least number of the type where that is none. Arguments are finite, here and below. */
  date_add_months: { params: ['i32', 'i64'], result: 'i32' },
  timestamp_add: { params: ['i64', 'i64', 'i64', 'i64'], result: 'i64' },
  date_last_day: { params: ['i32'], result: 'i32' },
  date_month: { params: ['i32'], result: 'i32' },
  /** Of a year, a month and a day; the least number where there is none. */
  date_from_parts: { params: ['i64', 'i64', 'i64'], result: 'i32' },
  /** With hour, minute and seconds, for a timestamp. */
  timestamp_from_parts: { params: ['i64', 'i64', 'i64', 'i64', 'i64', 'f64'], result: 'i64' },
  /** The ISO year, and the Monday it begins with. */
  date_iso_year: { params: ['i32'], result: 'i32' },
  date_iso_start: { params: ['i32'], result: 'i32' },
  /** (days, years): the first day of the year that is a multiple of so many, towards 0. */
  date_trunc_years: { params: ['i32', 'i32'], result: 'i32' },
  /** (micros, micros, unit): boundaries between, and complete units; by the units of operators/dates-units.ts. */
  timestamp_diff: { params: ['i64', 'i64', 'i32'], result: 'i64' },
  timestamp_sub: { params: ['i64', 'i64', 'i32'], result: 'i64' },
  /** Of months, days and microseconds; one of these (0, 1, 2); from b to a, timestamps that are finite. The first and the last allocate. */
  interval_pack: { params: ['i32', 'i32', 'i64'], result: 'str', raises: true },
  interval_part: { params: ['str', 'i32'], result: 'i64' },
  timestamp_age: { params: ['i64', 'i64'], result: 'str', raises: true },
  /** Ends the query with RAISED; the text goes into the context's detail. */
  raise_text: { params: ['str'], result: 'bool', raises: true },
  /** Whether a set of constants, elements in ascending order and each once, has the value; floats by IEEE: NaN is in none. */
  in_i64: { params: ['i64', 'vec'], result: 'bool' },
  in_i128: { params: ['i128', 'vec'], result: 'bool' },
  in_f64: { params: ['f64', 'vec'], result: 'bool' },
  in_str: { params: ['str', 'vec'], result: 'bool' },
  /** Where a value lies in a set of constants: twice the number of elements that are less, and one more where one is equal; no NaN on either side. */
  bucket_i64: { params: ['i64', 'vec'], result: 'i32' },
  bucket_i128: { params: ['i128', 'vec'], result: 'i32' },
  bucket_f64: { params: ['f64', 'vec'], result: 'i32' },
  bucket_str: { params: ['str', 'vec'], result: 'i32' },
  /** Of a packed array: how many elements; whether one is NULL; one of 1, 2, 4 or 8 bytes with its sign, of floats, of a wide decimal's bytes, and the slice that one is. */
  packed_size: { params: ['str'], result: 'i32' },
  packed_null: { params: ['str', 'i32'], result: 'bool' },
  packed_i64: { params: ['str', 'i32', 'i32'], result: 'i64' },
  packed_f32: { params: ['str', 'i32'], result: 'f32' },
  packed_f64: { params: ['str', 'i32'], result: 'f64' },
  packed_i128: { params: ['str', 'i32'], result: 'i128' },
  packed_slice: { params: ['str', 'i32'], result: 'str' },
  /** The array of a packed map's keys (0) or values (1). */
  packed_items: { params: ['str', 'i32'], result: 'str' },
  /** Spark's hashes of a value with a seed (layout/spark-hash.ts); those of integers are inline, unless the keys are many. An i128 as its minimal big-endian bytes. */
  murmur3_str: { params: ['str', 'i32'], result: 'i32' },
  murmur3_i32: { params: ['i32', 'i32'], result: 'i32' },
  murmur3_i64: { params: ['i64', 'i32'], result: 'i32' },
  murmur3_f32: { params: ['f32', 'i32'], result: 'i32' },
  murmur3_f64: { params: ['f64', 'i32'], result: 'i32' },
  murmur3_i128: { params: ['i128', 'i32'], result: 'i32' },
  xxhash64_str: { params: ['str', 'i64'], result: 'i64' },
  xxhash64_i32: { params: ['i32', 'i64'], result: 'i64' },
  xxhash64_i64: { params: ['i64', 'i64'], result: 'i64' },
  xxhash64_f32: { params: ['f32', 'i64'], result: 'i64' },
  xxhash64_f64: { params: ['f64', 'i64'], result: 'i64' },
  xxhash64_i128: { params: ['i128', 'i64'], result: 'i64' },
  /** Of a packed value, with its type as layout/packed-hash.ts writes it: its bytes are walked, and none beside them are read. */
  murmur3_packed: { params: ['str', 'str', 'i32'], result: 'i32' },
  xxhash64_packed: { params: ['str', 'str', 'i64'], result: 'i64' },
  exp: math('exp'),
  log: math('log'),
  log10: math('log10'),
  log2: math('log2'),
  cbrt: math('cbrt'),
  pow: { params: ['f64', 'f64'], result: 'f64', host: 'pow' },
  atan2: { params: ['f64', 'f64'], result: 'f64', host: 'atan2' },
  sin: math('sin'),
  cos: math('cos'),
  tan: math('tan'),
  asin: math('asin'),
  acos: math('acos'),
  atan: math('atan'),
  sinh: math('sinh'),
  cosh: math('cosh'),
  tanh: math('tanh'),
  asinh: math('asinh'),
  acosh: math('acosh'),
  atanh: math('atanh'),
} as const satisfies Record<string, RuntimeFunction>
export type RuntimeName = keyof typeof RUNTIME
