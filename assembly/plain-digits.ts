/**
 * Up to 16 digits, with a point or without, as one number: moved to the right end of a vector, the point left out, and added up by
 * pairs of products.
 *
 *   bit 63        56 55                       0
 *      ┌────────────┬─────────────────────────┐
 *      │ point      │ all digits as a number  │   point: 0 none, else 1 + the digits behind it
 *      └────────────┴─────────────────────────┘
 */

/** No number of that form. */
export const NO_DIGITS: u64 = 0xffffffffffffffff

/** Up to 8 bytes in one word: the first digit is the lowest byte. */
// @ts-ignore: decorator
@inline
function digits8(p: usize, bytes: u64): u64 {
  let w = load<u64>(p) & (0xffffffffffffffff >> (64 - (bytes << 3)))
  let point: u64 = 0
  const dots = w ^ 0x2e2e2e2e2e2e2e2e
  const found = (dots - 0x0101010101010101) & ~dots & 0x8080808080808080
  if (found != 0) {
    const at = ctz(found) & 0x38
    const before = ((<u64>1) << at) - 1
    w = (w & before) | ((w >> 8) & ~before)
    point = bytes - (at >> 3)
    if (--bytes == 0) return NO_DIGITS
  }
  // to the right end, behind zeros
  const gap = 64 - (bytes << 3)
  w = (w << gap) | (0x3030303030303030 & (((<u64>1) << gap) - 1))
  if ((w & 0xf0f0f0f0f0f0f0f0) != 0x3030303030303030 || ((w + 0x0606060606060606) & 0xf0f0f0f0f0f0f0f0) != 0x3030303030303030) return NO_DIGITS
  w = ((w & 0x0f0f0f0f0f0f0f0f) * 2561) >> 8
  w = ((w & 0x00ff00ff00ff00ff) * 6553601) >> 16
  w = ((w & 0x0000ffff0000ffff) * 42949672960001) >> 32
  return (point << 56) | w
}

/** The number of 1 to 8 digits, the first of them no 0 where they are several; negative where that is not what stands there. */
// @ts-ignore: decorator
@inline
export function few(p: usize, bytes: u32): i64 {
  const gap = 64 - ((<u64>bytes) << 3)
  const first = load<u64>(p) ^ 0x3030303030303030
  let w = first << gap
  if (((w | (w + 0x7676767676767676)) & 0x8080808080808080) != 0 || ((first & 0xff) == 0 && bytes > 1)) return -1
  w = (w * 2561) >> 8
  w = ((w & 0x00ff00ff00ff00ff) * 6553601) >> 16
  return <i64>(((w & 0x0000ffff0000ffff) * 42949672960001) >> 32)
}

/** `bytes` is 1 to 16; 16 bytes are read. */
// @ts-ignore: decorator
@inline
export function digits(p: usize, bytes: u32): u64 {
  return bytes <= 8 ? digits8(p, <u64>bytes) : digits16(p, bytes)
}

function digits16(p: usize, bytes: u32): u64 {
  const digits = i8x16.sub(v128.load(p), i8x16.splat(0x30))
  const all: i32 = (1 << bytes) - 1
  const rest = (i8x16.bitmask(i8x16.lt_u(digits, i8x16.splat(10))) & all) ^ all
  let index = i8x16.sub(i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), i8x16.splat(<i8>(16 - bytes + u32(rest != 0))))
  let point: u64 = 0
  if (rest != 0) {
    const at = ctz(rest)
    if ((rest & (rest - 1)) != 0 || bytes == 1 || load<u8>(p + at) != 0x2e) return NO_DIGITS
    index = i8x16.sub(index, i8x16.gt_s(index, i8x16.splat(<i8>(at - 1))))
    point = <u64>(bytes - at)
  }
  const right = i8x16.swizzle(digits, index)
  const tens = i16x8(1000, 100, 10, 1, 1000, 100, 10, 1)
  const pairs = i16x8.narrow_i32x4_s(i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(right), tens), i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(right), tens))
  const fours = i32x4.dot_i16x8_s(pairs, i16x8.splat(1))
  const eights = i32x4.dot_i16x8_s(i16x8.narrow_i32x4_s(fours, fours), i16x8(10000, 1, 10000, 1, 10000, 1, 10000, 1))
  return (point << 56) | (<u64>i32x4.extract_lane(eights, 0) * 100000000 + <u64>i32x4.extract_lane(eights, 1))
}

/** Of 16 bytes the first ten are YYYY-MM-DD, of digits: year << 16 | month << 8 | day; 0 where they are not. */
// @ts-ignore: decorator
@inline
export function isoDate(p: usize): u32 {
  const text = v128.load(p)
  const digits = i8x16.sub(text, i8x16.splat(0x30))
  const dashes = i8x16.bitmask(i8x16.eq(text, i8x16.splat(0x2d)))
  if ((i8x16.bitmask(i8x16.lt_u(digits, i8x16.splat(10))) & 0x36f) != 0x36f || (dashes & 0x90) != 0x90) return 0
  const pairs = i32x4.dot_i16x8_s(
    i16x8.extend_low_i8x16_u(i8x16.swizzle(digits, i8x16(0, 1, 2, 3, 5, 6, 8, 9, -1, -1, -1, -1, -1, -1, -1, -1))),
    i16x8(10, 1, 10, 1, 10, 1, 10, 1),
  )
  return (<u32>(i32x4.extract_lane(pairs, 0) * 100 + i32x4.extract_lane(pairs, 1)) << 16) | (<u32>i32x4.extract_lane(pairs, 2) << 8) | <u32>i32x4.extract_lane(pairs, 3)
}
