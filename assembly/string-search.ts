/** Byte strings within byte strings: at the start, at the end, anywhere, and what takes their place. */
import { countPoints } from './code-points'
import { fail, MEMORY_EXCEEDED, scratch } from './context'
import { addressOf, bytesOf, sameBytes, slice } from './strings'

/** Address of the first occurrence in [at, end), or 0. Sixteen positions at a time by first and last byte. */
export function find(at: usize, end: usize, needle: usize, bytes: u32): usize {
  if (bytes == 0) return at
  if (<u64>at + bytes > <u64>end) return 0
  const lastStart = end - bytes
  const firsts = i8x16.splat(load<u8>(needle))
  const finals = i8x16.splat(load<u8>(needle + bytes - 1))
  // sure to run once: V8 11 (Node 20) makes both vectors anew in each round of a loop that is not
  do {
    let hits = i8x16.bitmask(v128.and(i8x16.eq(v128.load(at), firsts), i8x16.eq(v128.load(at + bytes - 1), finals)))
    while (hits != 0) {
      const candidate = at + ctz(hits)
      if (candidate > lastStart) return 0
      if (bytes <= 2 || sameBytes(candidate + 1, needle + 1, bytes - 2)) return candidate
      hits &= hits - 1
    }
    at += 16
  } while (at <= lastStart)
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
