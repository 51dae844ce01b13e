/** Stored values that are not yet what their column holds: booleans, timestamps, decimals, halves, and the streams of BYTE_STREAM_SPLIT. */
import { NANOS, TOO_WIDE } from './parquet-codes'

/** `count` bits from the lowest of `from` on to a byte each. */
export function parquet_bools(from: usize, count: u32, to: usize): void {
  const whole = count >> 3
  for (let i: u32 = 0; i < whole; i++) {
    const spread = (<u64>load<u8>(from + i) * 0x0101010101010101) & 0x8040201008040201
    store<u64>(to + (<usize>i << 3), ((spread + 0x7f7f7f7f7f7f7f7f) >> 7) & 0x0101010101010101)
  }
  for (let i = whole << 3; i < count; i++) store<u8>(to + i, (load<u8>(from + (i >> 3)) >> <u8>(i & 7)) & 1)
}

/** u32 values, 0 or 1, to a byte each. */
export function parquet_bytes(from: usize, count: u32, to: usize): void {
  for (let i: u32 = 0; i < count; i++) store<u8>(to + i, <u8>load<u32>(from + (<usize>i << 2)))
}

/** i64 milliseconds to microseconds. 0, or what is wrong. */
export function parquet_millis(from: usize, count: u32, to: usize): i32 {
  const most = i64.MAX_VALUE / 1000
  let wrong = false
  for (let i: u32 = 0; i < count; i++) {
    const value = load<i64>(from + (<usize>i << 3))
    wrong = wrong || value > most || value < -most
    store<i64>(to + (<usize>i << 3), value * 1000)
  }
  return wrong ? TOO_WIDE : 0
}

/** i64 nanoseconds to microseconds. */
export function parquet_nanos(from: usize, count: u32, to: usize): i32 {
  let rest: i64 = 0
  for (let i: u32 = 0; i < count; i++) {
    const value = load<i64>(from + (<usize>i << 3))
    const micros = value / 1000
    rest |= value - micros * 1000
    store<i64>(to + (<usize>i << 3), micros)
  }
  return rest ? NANOS : 0
}

const EPOCH: i64 = 2440588
const DAY: i64 = 86_400_000_000

/** Nanoseconds of the day, i64, and the Julian day, i32, to microseconds; what is below them is cut off. */
export function parquet_int96(from: usize, count: u32, to: usize): i32 {
  for (let i: u32 = 0; i < count; i++) {
    const at = from + <usize>i * 12
    const days = <i64>load<i32>(at, 8) - EPOCH
    if (days > 106751990 || days < -106751990) return TOO_WIDE
    const micros = load<i64>(at) / 1000
    const start = days * DAY
    const sum = start + micros
    if (((start ^ sum) & (micros ^ sum)) < 0) return TOO_WIDE
    store<i64>(to + (<usize>i << 3), sum)
  }
  return 0
}

// @ts-ignore: decorator
@inline
function big(at: usize): u64 {
  return bswap<u64>(load<u64>(at))
}

/** Big-endian integers of `length` (1 to 8) bytes each to i64. */
export function parquet_decimals(from: usize, length: u32, count: u32, to: usize): void {
  const shift = <u64>(64 - (length << 3))
  let at = from
  for (let i: u32 = 0; i < count; i++) {
    store<i64>(to + (<usize>i << 3), <i64>(big(at)) >> shift)
    at += length
  }
}

/** One big-endian integer of any length to 16 bytes; whether it fits. */
function wideDecimal(at: usize, length: u32, to: usize): bool {
  if (length == 0) {
    v128.store(to, i64x2.splat(0))
    return true
  }
  const sign = <i64>load<i8>(at) >> 63
  // All bytes beyond 16 are the sign, and so is the first bit of the rest.
  let extra: u32 = 0
  for (; length - extra > 16; extra++) if (load<i8>(at + extra) != <i8>sign) return false
  if (extra && (<i64>load<i8>(at + extra) >> 63) != sign) return false
  let low = <u64>sign
  let high = <u64>sign
  for (let i = extra; i < length; i++) {
    high = (high << 8) | (low >> 56)
    low = (low << 8) | load<u8>(at + i)
  }
  store<u64>(to, low)
  store<u64>(to, high, 8)
  return true
}

/** Big-endian integers of `length` bytes each to i128. */
export function parquet_wide_decimals(from: usize, length: u32, count: u32, to: usize): i32 {
  if (length == 16) {
    for (let i: u32 = 0; i < count; i++) {
      const at = from + (<usize>i << 4)
      const low = big(at + 8)
      store<u64>(to + (<usize>i << 4), big(at), 8)
      store<u64>(to + (<usize>i << 4), low)
    }
    return 0
  }
  if (length > 8 && length < 16) {
    // The upper part overlaps the lower one: what it has of that goes with a shift.
    const shift = <u64>(128 - (length << 3))
    for (let i: u32 = 0; i < count; i++) {
      const at = from + <usize>i * length
      store<i64>(to + (<usize>i << 4), <i64>(big(at)) >> shift, 8)
      store<u64>(to + (<usize>i << 4), big(at + length - 8))
    }
    return 0
  }
  for (let i: u32 = 0; i < count; i++) if (!wideDecimal(from + <usize>i * length, length, to + (<usize>i << 4))) return TOO_WIDE
  return 0
}

/** The same of slices. */
export function parquet_slice_decimals(slices: usize, count: u32, to: usize): i32 {
  for (let i: u32 = 0; i < count; i++) {
    const slice = slices + (<usize>i << 3)
    if (!wideDecimal(load<u32>(slice), load<u32>(slice, 4), to + (<usize>i << 4))) return TOO_WIDE
  }
  return 0
}

/** Halves to f32: the exponent is moved by a multiplication, which makes subnormal ones right, too. */
export function parquet_halves(from: usize, count: u32, to: usize): void {
  for (let i: u32 = 0; i < count; i++) {
    const half = <u32>load<u16>(from + (<usize>i << 1))
    const sign = (half & 0x8000) << 16
    const rest = (half & 0x7fff) << 13
    let bits: u32
    if ((half & 0x7c00) == 0x7c00) bits = 0x7f800000 | rest
    else bits = reinterpret<u32>(reinterpret<f32>(rest) * reinterpret<f32>(0x77800000))
    store<u32>(to + (<usize>i << 2), sign | bits)
  }
}

/** `count` values of `width` bytes from streams of their first, second, … bytes. */
export function parquet_unsplit(from: usize, width: u32, count: u32, to: usize): void {
  if (width == 4) return unsplit4(from, count, to)
  if (width == 8) return unsplit8(from, count, to)
  for (let k: u32 = 0; k < width; k++) {
    const stream = from + <usize>k * count
    for (let i: u32 = 0; i < count; i++) store<u8>(to + <usize>i * width + k, load<u8>(stream + i))
  }
}

// @ts-ignore: decorator
@inline
function lowBytes(a: v128, b: v128): v128 {
  return v128.shuffle<u8>(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
}

// @ts-ignore: decorator
@inline
function highBytes(a: v128, b: v128): v128 {
  return v128.shuffle<u8>(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
}

// @ts-ignore: decorator
@inline
function lowWords(a: v128, b: v128): v128 {
  return v128.shuffle<u16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
}

// @ts-ignore: decorator
@inline
function highWords(a: v128, b: v128): v128 {
  return v128.shuffle<u16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
}

function unsplit4(from: usize, count: u32, to: usize): void {
  const n = <usize>count
  const whole = n & ~15
  for (let i: usize = 0; i < whole; i += 16) {
    const at = from + i
    const a = v128.load(at)
    const b = v128.load(at + n)
    const c = v128.load(at + 2 * n)
    const d = v128.load(at + 3 * n)
    const ab = lowBytes(a, b)
    const cd = lowBytes(c, d)
    const ab2 = highBytes(a, b)
    const cd2 = highBytes(c, d)
    const out = to + (i << 2)
    v128.store(out, lowWords(ab, cd))
    v128.store(out, highWords(ab, cd), 16)
    v128.store(out, lowWords(ab2, cd2), 32)
    v128.store(out, highWords(ab2, cd2), 48)
  }
  for (let i = whole; i < n; i++) for (let k: usize = 0; k < 4; k++) store<u8>(to + (i << 2) + k, load<u8>(from + k * n + i))
}

function unsplit8(from: usize, count: u32, to: usize): void {
  const n = <usize>count
  const whole = n & ~7
  for (let i: usize = 0; i < whole; i += 8) {
    const at = from + i
    const ab = lowBytes(v128.load64_zero(at), v128.load64_zero(at + n))
    const cd = lowBytes(v128.load64_zero(at + 2 * n), v128.load64_zero(at + 3 * n))
    const ef = lowBytes(v128.load64_zero(at + 4 * n), v128.load64_zero(at + 5 * n))
    const gh = lowBytes(v128.load64_zero(at + 6 * n), v128.load64_zero(at + 7 * n))
    const low = lowWords(ab, cd)
    const low2 = lowWords(ef, gh)
    const high = highWords(ab, cd)
    const high2 = highWords(ef, gh)
    const out = to + (i << 3)
    v128.store(out, v128.shuffle<u32>(low, low2, 0, 4, 1, 5))
    v128.store(out, v128.shuffle<u32>(low, low2, 2, 6, 3, 7), 16)
    v128.store(out, v128.shuffle<u32>(high, high2, 0, 4, 1, 5), 32)
    v128.store(out, v128.shuffle<u32>(high, high2, 2, 6, 3, 7), 48)
  }
  for (let i = whole; i < n; i++) for (let k: usize = 0; k < 8; k++) store<u8>(to + (i << 3) + k, load<u8>(from + k * n + i))
}
