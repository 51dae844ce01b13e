/**
 * Byte strings, UTF-8 by convention. A str is one word:
 *
 *   bit 63          32 31           0
 *      ┌──────────────┬─────────────┐
 *      │ bytes        │ address     │
 *      └──────────────┴─────────────┘
 *
 * Up to 15 bytes behind a slice may be read, and count for nothing: every address of the memory can be read, and its last page
 * holds no slice. Functions that cut return slices of their argument; those that build take the context's scratch arena.
 */
import { CTX_DETAIL, fail, MEMORY_EXCEEDED, RAISED, scratch } from './context'

// @ts-ignore: decorator
@inline
export function addressOf(str: u64): usize {
  return <usize>(<u32>str)
}
// @ts-ignore: decorator
@inline
export function bytesOf(str: u64): u32 {
  return <u32>(str >> 32)
}
// @ts-ignore: decorator
@inline
export function slice(address: usize, bytes: u32): u64 {
  return ((<u64>bytes) << 32) | <u64>address
}

/** Whether `bytes` bytes are the same at both addresses. */
export function sameBytes(a: usize, b: usize, bytes: u32): bool {
  if (bytes <= 8) return bytes == 0 || (load<u64>(a) ^ load<u64>(b)) << (64 - (<u64>bytes << 3)) == 0
  if (bytes <= 16) return ((load<u64>(a) ^ load<u64>(b)) | (load<u64>(a + bytes - 8) ^ load<u64>(b + bytes - 8))) == 0
  const last = bytes - 16
  for (let i: u32 = 0; i < last; i += 16) if (v128.any_true(v128.xor(v128.load(a + i), v128.load(b + i)))) return false
  return !v128.any_true(v128.xor(v128.load(a + last), v128.load(b + last)))
}

/** −1, 0, 1 by unsigned bytes, a prefix before the longer. */
export function compareBytes(a: usize, aBytes: u32, b: usize, bBytes: u32): i32 {
  const common = min(aBytes, bBytes)
  for (let i: u32 = 0; i < common; i += 16) {
    const others = i8x16.bitmask(i8x16.ne(v128.load(a + i), v128.load(b + i)))
    if (others == 0) continue
    const at = i + ctz(others)
    if (at >= common) break
    return load<u8>(a + at) < load<u8>(b + at) ? -1 : 1
  }
  return i32(aBytes > bBytes) - i32(aBytes < bBytes)
}

export function str_eq(_ctx: usize, a: u64, b: u64): i32 {
  if (a == b) return 1
  if (a >> 32 != b >> 32) return 0
  return i32(sameBytes(addressOf(a), addressOf(b), bytesOf(a)))
}

export function str_compare(_ctx: usize, a: u64, b: u64): i32 {
  return compareBytes(addressOf(a), bytesOf(a), addressOf(b), bytesOf(b))
}

const K0: u64 = 0x9e3779b97f4a7c15
const K1: u64 = 0xbf58476d1ce4e5b9
const K2: u64 = 0x94d049bb133111eb

/**
 * All 64 bits are usable. Of more than 8 bytes two words are multiplied side by side, 16 bytes a step; the last 16 bytes, or
 * the halves of fewer, overlap what came before; then a full avalanche.
 */
export function str_hash(_ctx: usize, str: u64): u64 {
  const bytes = bytesOf(str)
  let at = addressOf(str)
  let h: u64 = <u64>bytes * K0
  if (bytes > 8) {
    let a = h
    let b: u64 = K2
    const end = at + bytes
    if (bytes > 16)
      for (const last = end - 16; at < last; at += 16) {
        a = rotl<u64>((a ^ load<u64>(at)) * K1, 29)
        b = rotl<u64>((b ^ load<u64>(at, 8)) * K0, 31)
      }
    a ^= load<u64>(bytes > 16 ? end - 16 : at)
    b ^= load<u64>(end - 8)
    h = (a * K1) ^ rotl<u64>(b * K0, 32)
  } else if (bytes != 0) h ^= load<u64>(at) << (64 - (<u64>bytes << 3))
  h = (h ^ (h >> 32)) * K1
  h = (h ^ (h >> 29)) * K2
  return h ^ (h >> 32)
}

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

/** Bytes [start, start + bytes), as far as there are such. */
export function str_slice(_ctx: usize, str: u64, start: i64, bytes: i64): u64 {
  const total = <i64>bytesOf(str)
  // the sum wraps only where both have one sign
  let end = start + bytes
  if (bytes <= 0) end = 0
  else if (start >= 0 && end < 0) end = total
  const from = min(max(start, 0), total)
  return slice(addressOf(str) + <usize>from, <u32>max(min(end, total) - from, 0))
}

/** Address of the first occurrence in [at, end), or 0. Sixteen positions at a time by first and last byte. */
export function find(at: usize, end: usize, needle: usize, bytes: u32): usize {
  if (bytes == 0) return at
  if (<u64>at + bytes > <u64>end) return 0
  const lastStart = end - bytes
  const firsts = i8x16.splat(load<u8>(needle))
  const finals = i8x16.splat(load<u8>(needle + bytes - 1))
  for (; at <= lastStart; at += 16) {
    let hits = i8x16.bitmask(v128.and(i8x16.eq(v128.load(at), firsts), i8x16.eq(v128.load(at + bytes - 1), finals)))
    while (hits != 0) {
      const candidate = at + ctz(hits)
      if (candidate > lastStart) return 0
      if (bytes <= 2 || sameBytes(candidate + 1, needle + 1, bytes - 2)) return candidate
      hits &= hits - 1
    }
  }
  return 0
}

export function str_starts_with(_ctx: usize, text: u64, prefix: u64): i32 {
  const bytes = bytesOf(prefix)
  return i32(bytes <= bytesOf(text) && sameBytes(addressOf(text), addressOf(prefix), bytes))
}

export function str_ends_with(_ctx: usize, text: u64, suffix: u64): i32 {
  const bytes = bytesOf(suffix)
  const rest = bytesOf(text) - bytes
  return i32(bytes <= bytesOf(text) && sameBytes(addressOf(text) + rest, addressOf(suffix), bytes))
}

export function str_contains(_ctx: usize, text: u64, part: u64): i32 {
  if (bytesOf(part) == 0) return 1
  const at = addressOf(text)
  return i32(find(at, at + bytesOf(text), addressOf(part), bytesOf(part)) != 0)
}

/** 1 + code points before the first occurrence, 0 if there is none, 1 for an empty part. */
export function str_position(_ctx: usize, text: u64, part: u64): i32 {
  if (bytesOf(part) == 0) return 1
  const at = addressOf(text)
  const found = find(at, at + bytesOf(text), addressOf(part), bytesOf(part))
  return found ? 1 + countPoints(at, <u32>(found - at)) : 0
}

export function str_concat(ctx: usize, a: u64, b: u64): u64 {
  const aBytes = bytesOf(a)
  const bBytes = bytesOf(b)
  if (aBytes == 0) return b
  if (bBytes == 0) return a
  const bytes = <u64>aBytes + <u64>bBytes
  if (bytes >> 32 != 0) fail(ctx, MEMORY_EXCEEDED)
  const address = scratch(ctx, <u32>bytes)
  memory.copy(address, addressOf(a), aBytes)
  memory.copy(address + aBytes, addressOf(b), bBytes)
  return slice(address, <u32>bytes)
}

/** Every non-overlapping occurrence from the left; an empty `from` changes nothing. Counts first, so as to take what it needs. */
export function str_replace(ctx: usize, text: u64, from: u64, to: u64): u64 {
  const needle = addressOf(from)
  const bytes = bytesOf(from)
  if (bytes == 0) return text
  const end = addressOf(text) + bytesOf(text)
  let count: u64 = 0
  for (let at = find(addressOf(text), end, needle, bytes); at; at = find(at + bytes, end, needle, bytes)) count++
  if (count == 0) return text
  // cannot wrap: count × bytes ≤ 2^32, and count × bytes of `to` < 2^64
  const size: u64 = <u64>bytesOf(text) - count * bytes + count * bytesOf(to)
  if (size >> 32 != 0) fail(ctx, MEMORY_EXCEEDED)
  if (size == 0) return slice(addressOf(text), 0)
  const address = scratch(ctx, <u32>size)
  let write = address
  let read = addressOf(text)
  for (;;) {
    const at = find(read, end, needle, bytes)
    const stop = at ? at : end
    memory.copy(write, read, stop - read)
    write += stop - read
    if (!at) break
    memory.copy(write, addressOf(to), bytesOf(to))
    write += bytesOf(to)
    read = at + bytes
  }
  return slice(address, <u32>size)
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

/** Ends the query with the text as its message. */
export function raise_text(ctx: usize, text: u64): i32 {
  store<u64>(ctx, text, CTX_DETAIL)
  fail(ctx, RAISED)
  return 0
}

/**
 * Writes one string into a normalised key, whose memcmp order is the strings' byte order: 0x00 becomes 0x00 0x01, the end is
 * 0x00 0x00, and all is complemented for descending. Returns the address after it; the caller has 2 × bytes + 2 reserved.
 */
export function key_bytes(_ctx: usize, to: usize, str: u64, invert: i32): usize {
  const flip: u8 = invert ? 0xff : 0
  const flips = i8x16.splat(flip)
  let at = addressOf(str)
  const end = at + bytesOf(str)
  while (at < end) {
    if (at + 16 <= end) {
      const block = v128.load(at)
      if (i8x16.all_true(block)) {
        v128.store(to, v128.xor(block, flips))
        at += 16
        to += 16
        continue
      }
    }
    const stop = min(at + 16, end)
    for (; at < stop; at++) {
      const byte = load<u8>(at)
      store<u8>(to++, byte ^ flip)
      if (byte == 0) store<u8>(to++, 1 ^ flip)
    }
  }
  store<u8>(to, flip)
  store<u8>(to + 1, flip)
  return to + 2
}
