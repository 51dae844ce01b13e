/** Strings made of strings: repeated, padded, turned round, translated, split. What they build lies in the context's arena. */
import { CTX_ARENA, fail, MEMORY_EXCEEDED, scratch } from './context'
import { pointAt, pointBytes, putPoint } from './points'
import { countPoints, skipPoints } from './code-points'
import { find } from './string-search'
import { addressOf, bytesOf, slice } from './strings'

const EMPTY: u64 = 0

/** Room in the arena for a text of so many bytes. */
function room(ctx: usize, bytes: u64): usize {
  if (bytes >> 32 != 0) fail(ctx, MEMORY_EXCEEDED)
  return scratch(ctx, <u32>bytes)
}

/** The text from `out` to `to`; what was taken beyond it is given back. */
// @ts-ignore: decorator
@inline
function kept(ctx: usize, out: usize, to: usize): u64 {
  store<u32>(ctx, (<u32>to + 7) & ~7, CTX_ARENA)
  return slice(out, <u32>(to - out))
}

/** The text so many times; none for a count below 1. */
export function str_repeat(ctx: usize, text: u64, count: i64): u64 {
  const bytes = <u64>bytesOf(text)
  if (count <= 0 || bytes == 0) return EMPTY
  if (count == 1) return text
  if (<u64>count >> 32 != 0) fail(ctx, MEMORY_EXCEEDED)
  const total = bytes * <u64>count
  const out = room(ctx, total)
  memory.copy(out, addressOf(text), <u32>bytes)
  // doubles what is there
  for (let done = bytes; done < total; ) {
    const next = min(done, total - done)
    memory.copy(out + <usize>done, out, <u32>next)
    done += next
  }
  return slice(out, <u32>total)
}

/** Cut or filled up to so many code points, at the start (`left` ≠ 0) or the end, by the code points of `fill` over and over; `fill` has some where it is needed. */
export function str_pad(ctx: usize, text: u64, count: i64, fill: u64, left: i32): u64 {
  const at = addressOf(text)
  const bytes = bytesOf(text)
  if (count <= 0) return EMPTY
  const points = <i64>countPoints(at, bytes)
  if (points >= count) return slice(at, <u32>(skipPoints(at, at + bytes, count) - at))
  const from = addressOf(fill)
  const size = bytesOf(fill)
  const missing = <u64>(count - points)
  if (missing >> 32 != 0) fail(ctx, MEMORY_EXCEEDED)
  const each = <u64>countPoints(from, size)
  const rest = <u64>(skipPoints(from, from + size, missing % each) - from)
  const padding = (missing / each) * size + rest
  const out = room(ctx, padding + bytes)
  let to = out
  if (!left) {
    memory.copy(to, at, bytes)
    to += bytes
  }
  const end = to + <usize>padding
  for (; to + size <= end; to += size) memory.copy(to, from, size)
  memory.copy(to, from, end - to)
  if (left) memory.copy(end, at, bytes)
  return slice(out, <u32>(padding + bytes))
}

/** The code points from the last to the first. */
export function str_reverse(ctx: usize, text: u64): u64 {
  const bytes = bytesOf(text)
  if (bytes < 2) return text
  let at = addressOf(text)
  const end = at + bytes
  const out = scratch(ctx, bytes)
  let to = out + bytes
  while (at < end) {
    const size = pointBytes(at)
    to -= size
    memory.copy(to, at, size)
    at += size
  }
  return slice(out, bytes)
}

/** The first code point, or −1. */
export function str_point(_ctx: usize, text: u64): i32 {
  return bytesOf(text) == 0 ? -1 : <i32>pointAt(addressOf(text))
}

/** The code point as a text. */
export function str_chr(ctx: usize, point: i32): u64 {
  const out = scratch(ctx, 8)
  return slice(out, <u32>(putPoint(out, point) - out))
}

/** Each code point that occurs in `from` (first occurrence counts) becomes the one of `to` at its position, or goes where there is none. */
export function str_translate(ctx: usize, text: u64, from: u64, to: u64): u64 {
  const bytes = bytesOf(text)
  if (bytes == 0 || bytesOf(from) == 0) return text
  // a point of one byte may become one of four
  const out = room(ctx, <u64>bytes * 4)
  let write = out
  let at = addressOf(text)
  const end = at + bytes
  while (at < end) {
    const size = pointBytes(at)
    const point = pointAt(at)
    const place = placeOf(from, point)
    if (place < 0) {
      memory.copy(write, at, size)
      write += size
    } else {
      const first = addressOf(to)
      const found = skipPoints(first, first + bytesOf(to), place)
      if (found < first + bytesOf(to)) write = putPoint(write, pointAt(found))
    }
    at += size
  }
  return kept(ctx, out, write)
}

/** How many code points come before the first occurrence of one, or −1. */
function placeOf(text: u64, point: u32): i64 {
  let at = addressOf(text)
  const end = at + bytesOf(text)
  for (let place: i64 = 0; at < end; place++) {
    if (pointAt(at) == point) return place
    at += pointBytes(at)
  }
  return -1
}

/** The part of that number between separators, from 1, from −1 backwards; empty where there is none. An empty separator parts all code points. */
export function str_split_part(_ctx: usize, text: u64, separator: u64, number: i64): u64 {
  const start = addressOf(text)
  const end = start + bytesOf(text)
  const needle = addressOf(separator)
  const size = bytesOf(separator)
  if (number == 0) return EMPTY
  if (size == 0) {
    const points = <i64>countPoints(start, bytesOf(text))
    const at = number > 0 ? number - 1 : points + number
    if (at < 0 || at >= points) return EMPTY
    const from = skipPoints(start, end, at)
    return slice(from, pointBytes(from))
  }
  let left = number
  if (number < 0) {
    left = 1
    for (let at = find(start, end, needle, size); at; at = find(at + size, end, needle, size)) left++
    left += number + 1
    if (left <= 0) return EMPTY
  }
  let at = start
  for (; left > 1; left--) {
    const found = find(at, end, needle, size)
    if (!found) return EMPTY
    at = found + size
  }
  const found = find(at, end, needle, size)
  return slice(at, <u32>((found ? found : end) - at))
}
