/** Byte strings as code points of UTF-8: counting them, going over them, cutting and trimming by them. */
import { addressOf, bytesOf, sameBytes, slice } from './strings'

// @ts-ignore: decorator
@inline
function isContinuation(byte: u8): bool {
  return (byte & 0xc0) == 0x80
}

/** Code points in a stretch of UTF-8. */
export function countPoints(at: usize, bytes: u32): u32 {
  const end = at + bytes
  let points: u32 = 0
  for (; at < end; at += 16) {
    // continuation bytes are those below −64 as signed bytes
    const starts = i8x16.bitmask(i8x16.ge_s(v128.load(at), i8x16.splat(-64)))
    const left = end - at
    points += popcnt(left < 16 ? starts & ((1 << left) - 1) : starts)
  }
  return points
}

/** The address after `points` code points, or `end`; `at` is where one starts. */
export function skipPoints(at: usize, end: usize, points: u64): usize {
  while (points >= 16 && at + 16 <= end) {
    points -= 16 - popcnt(i8x16.bitmask(i8x16.lt_s(v128.load(at), i8x16.splat(-64))))
    at += 16
    while (at < end && isContinuation(load<u8>(at))) at++
  }
  while (points != 0 && at < end) {
    at++
    while (at < end && isContinuation(load<u8>(at))) at++
    points--
  }
  return at
}

/** Code points. */
export function str_length(_ctx: usize, str: u64): i32 {
  return countPoints(addressOf(str), bytesOf(str))
}

/** Code points [offset − 1, offset − 1 + length), for offset ≥ 1 and length ≥ 0. */
export function str_substring(_ctx: usize, str: u64, offset: i64, length: i64): u64 {
  const address = addressOf(str)
  const end = address + bytesOf(str)
  const from = skipPoints(address, end, offset - 1)
  return slice(from, <u32>(skipPoints(from, end, length) - from))
}

/** Drops code points that occur in `set`, at the start (sides & 1) and at the end (sides & 2). */
export function str_trim(_ctx: usize, text: u64, set: u64, sides: i32): u64 {
  let from = addressOf(text)
  let to = from + bytesOf(text)
  if (sides & 1) {
    while (from < to) {
      const next = skipPoints(from, to, 1)
      if (!hasPoint(set, from, <u32>(next - from))) break
      from = next
    }
  }
  if (sides & 2) {
    while (from < to) {
      let last = to - 1
      while (last > from && isContinuation(load<u8>(last))) last--
      if (!hasPoint(set, last, <u32>(to - last))) break
      to = last
    }
  }
  return slice(from, <u32>(to - from))
}

/** Whether the code point of `bytes` bytes at `point` is one of the set's. */
function hasPoint(set: u64, point: usize, bytes: u32): bool {
  let at = addressOf(set)
  const end = at + bytesOf(set)
  while (at < end) {
    const next = skipPoints(at, end, 1)
    if (<u32>(next - at) == bytes && sameBytes(at, point, bytes)) return true
    at = next
  }
  return false
}
