/**
 * Bit-packed integers, little-endian from the lowest bit on, and the bits of validity.
 *
 *   width 3   byte 0  c1 c1 b b b a a a    byte 1  f e e e d d d c    …   eight values are `width` bytes
 *
 * Four values of up to 25 bits are had at once: a swizzle brings the four bytes in which each lies into its lane, a multiplication by a power
 * of two shifts each to bit 7 (SIMD has no shift by lane), and one shift brings all of them down.
 */

/** Values that a round unpacks into its room, u32 each. */
export const ROUND: u32 = 1024

// @ts-ignore: decorator
@inline
function laneBytes(first: u32, width: u32): v128 {
  let bytes = i32x4.splat(0x03020100)
  bytes = i32x4.replace_lane(bytes, 0, 0x03020100 + (first >> 3) * 0x01010101)
  bytes = i32x4.replace_lane(bytes, 1, 0x03020100 + ((first + width) >> 3) * 0x01010101)
  bytes = i32x4.replace_lane(bytes, 2, 0x03020100 + ((first + 2 * width) >> 3) * 0x01010101)
  return i32x4.replace_lane(bytes, 3, 0x03020100 + ((first + 3 * width) >> 3) * 0x01010101)
}

// @ts-ignore: decorator
@inline
function laneFactors(first: u32, width: u32): v128 {
  let factors = i32x4.splat(1 << (7 - (first & 7)))
  factors = i32x4.replace_lane(factors, 1, 1 << (7 - ((first + width) & 7)))
  factors = i32x4.replace_lane(factors, 2, 1 << (7 - ((first + 2 * width) & 7)))
  return i32x4.replace_lane(factors, 3, 1 << (7 - ((first + 3 * width) & 7)))
}

/** One value of up to 32 bits. */
// @ts-ignore: decorator
@inline
function valueAt(from: usize, index: u32, width: u32, mask: u32): u32 {
  const bit = <u64>index * width
  return <u32>(load<u64>(from + <usize>(bit >> 3)) >> (bit & 7)) & mask
}

/** Unpacks `count` values of 1 to 32 bits to u32; the greatest of them. Nothing is written behind the last. */
export function unpack(from: usize, width: u32, count: u32, to: usize): u32 {
  const mask = width == 32 ? 0xffffffff : ((<u32>1) << width) - 1
  const groups = width <= 25 ? count >> 3 : 0
  let most: u32 = 0
  if (groups) {
    const second = <usize>(width >> 1)
    const rest = (width & 1) << 2
    const bytes0 = laneBytes(0, width)
    const bytes1 = laneBytes(rest, width)
    const factors0 = laneFactors(0, width)
    const factors1 = laneFactors(rest, width)
    const masks = i32x4.splat(mask)
    let max = i32x4.splat(0)
    let at = from
    const stop = to + (<usize>groups << 5)
    let out = to
    // sure to run once: V8 11 (Node 20) makes masks and factors anew in each round of a loop that is not, which took five times as long
    do {
      const a = v128.and(i32x4.shr_u(i32x4.mul(i8x16.swizzle(v128.load(at), bytes0), factors0), 7), masks)
      const b = v128.and(i32x4.shr_u(i32x4.mul(i8x16.swizzle(v128.load(at + second), bytes1), factors1), 7), masks)
      v128.store(out, a)
      v128.store(out, b, 16)
      max = i32x4.max_u(i32x4.max_u(max, a), b)
      at += width
      out += 32
    } while (out < stop)
    most = max_u(max_u(i32x4.extract_lane(max, 0), i32x4.extract_lane(max, 1)), max_u(i32x4.extract_lane(max, 2), i32x4.extract_lane(max, 3)))
  }
  for (let i = groups << 3; i < count; i++) {
    const value = valueAt(from, i, width, mask)
    store<u32>(to + (<usize>i << 2), value)
    most = max_u(most, value)
  }
  return most
}

// @ts-ignore: decorator
@inline
function max_u(a: u32, b: u32): u32 {
  return a > b ? a : b
}

/** Makes `count` bits from `bit` on ones or zeros; the bits above them in the last word become zeros. */
export function fillBits(base: usize, bit: u32, count: u32, ones: bool): void {
  const value: u64 = ones ? ~(<u64>0) : 0
  while (count > 0) {
    const at = base + (<usize>(bit >> 6) << 3)
    const shift = bit & 63
    const room: u32 = 64 - shift
    let word = value << shift
    if (shift) word |= load<u64>(at) & ((<u64>1 << shift) - 1)
    const n = count < room ? count : room
    if (shift + n < 64) word &= (<u64>1 << (shift + n)) - 1
    store<u64>(at, word)
    bit += n
    count -= n
  }
}

/** Appends `count` (1 to 64) bits; the bits above them in the last word become zeros. */
// @ts-ignore: decorator
@inline
export function putBits(base: usize, bit: u32, bits: u64, count: u32): void {
  const at = base + (<usize>(bit >> 6) << 3)
  const shift = bit & 63
  const word = shift ? (load<u64>(at) & ((<u64>1 << shift) - 1)) | (bits << shift) : bits
  store<u64>(at, word)
  if (shift + count > 64) store<u64>(at, bits >> (64 - shift), 8)
}

/** Copies `count` bits, from the lowest bit of `from` on; how many of them are ones. */
export function copyBits(from: usize, count: u32, base: usize, bit: u32): u32 {
  let ones: u32 = 0
  for (let done: u32 = 0; done < count; done += 64) {
    const n = count - done < 64 ? count - done : 64
    let bits = load<u64>(from + (done >> 3))
    if (n < 64) bits &= (<u64>1 << n) - 1
    ones += <u32>popcnt(bits)
    if (base) putBits(base, bit + done, bits, n)
  }
  return ones
}

/** `count` bits from bit `first` of `from` on to bit `bit` on of `base`; how many of them are ones. */
export function parquet_copy_bits(from: usize, first: u32, count: u32, base: usize, bit: u32): u32 {
  let ones: u32 = 0
  for (let done: u32 = 0; done < count; done += 64) {
    const n = count - done < 64 ? count - done : 64
    const at = from + ((first + done) >> 3)
    const shift = <u64>((first + done) & 7)
    let bits = load<u64>(at) >> shift
    if (shift) bits |= <u64>load<u8>(at, 8) << (64 - shift)
    if (n < 64) bits &= (<u64>1 << n) - 1
    ones += <u32>popcnt(bits)
    putBits(base, bit + done, bits, n)
  }
  return ones
}

/** Makes `count` bits from `bit` on ones. */
export function parquet_fill_bits(base: usize, bit: u32, count: u32): void {
  fillBits(base, bit, count, true)
}
