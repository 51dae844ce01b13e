/**
 * What the functions over Parquet pages give where a page is wrong: numbers below 0 (src/sources/parquet/decode/runtime.ts says them in words).
 * They write nowhere but where they are told to; they may load up to 16 bytes behind what they read.
 */

/** It ends early. */
export const ENDS: i32 = -1
/** A code beyond the dictionary. */
export const BAD_CODE: i32 = -2
/** A level above the highest. */
export const BAD_LEVEL: i32 = -3
/** Text that is no UTF-8. */
export const NOT_TEXT: i32 = -4
/** A value that its type cannot hold. */
export const TOO_WIDE: i32 = -5
/** Nanoseconds that are no whole microseconds. */
export const NANOS: i32 = -6
/** A header, a length or a count that cannot be. */
export const MALFORMED: i32 = -7
/** More than there is room for. */
export const TOO_MANY: i32 = -8
