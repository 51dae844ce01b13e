/** Byte strings of pages as slices (address in the low, bytes in the high 32 bits), whether text is UTF-8, and dictionaries united. */
import { ENDS, MALFORMED, NOT_TEXT, TOO_MANY } from './parquet-codes'
import { str_eq, str_hash } from './strings'

/** `count` strings, each behind its u32 length. Bytes read, or what is wrong. */
export function parquet_slices(from: usize, end: usize, count: u32, to: usize): i32 {
  let at = from
  const stop = to + (<usize>count << 3)
  for (; to < stop; to += 8) {
    if (end - at < 4) return ENDS
    const bytes = load<u32>(at)
    at += 4
    if (<usize>bytes > end - at) return ENDS
    store<u64>(to, <u64>at | (<u64>bytes << 32))
    at += bytes
  }
  return <i32>(at - from)
}

/** `count` strings of `length` bytes each. */
export function parquet_fixed_slices(from: usize, length: u32, count: u32, to: usize): void {
  for (let i: u32 = 0; i < count; i++) store<u64>(to + (<usize>i << 3), <u64>(from + <usize>i * length) | (<u64>length << 32))
}

/** Strings of the given i32 lengths, one behind the other. Their bytes, or what is wrong. */
export function parquet_sized_slices(lengths: usize, count: u32, from: usize, end: usize, to: usize): i32 {
  let at = from
  for (let i: u32 = 0; i < count; i++) {
    const bytes = load<i32>(lengths + (<usize>i << 2))
    if (bytes < 0) return MALFORMED
    if (<usize>bytes > end - at) return ENDS
    store<u64>(to + (<usize>i << 3), <u64>at | (<u64>bytes << 32))
    at += bytes
  }
  return <i32>(at - from)
}

/** Bytes of all strings that begin with so many of the one before, and go on with so many of their own; −1: they cannot be so. */
export function parquet_joined_bytes(prefixes: usize, lengths: usize, count: u32): f64 {
  let total: u64 = 0
  let before: i64 = 0
  for (let i: u32 = 0; i < count; i++) {
    const prefix = <i64>load<i32>(prefixes + (<usize>i << 2))
    const own = <i64>load<i32>(lengths + (<usize>i << 2))
    if (prefix < 0 || own < 0 || prefix > before || prefix + own > i32.MAX_VALUE) return -1
    before = prefix + own
    total += before
  }
  return <f64>total
}

/** Writes those strings to `text`. */
export function parquet_joined(prefixes: usize, lengths: usize, count: u32, from: usize, end: usize, text: usize, to: usize): i32 {
  let at = from
  let before: usize = text
  for (let i: u32 = 0; i < count; i++) {
    const prefix = load<u32>(prefixes + (<usize>i << 2))
    const own = load<u32>(lengths + (<usize>i << 2))
    if (<usize>own > end - at) return ENDS
    memory.copy(text, before, prefix)
    memory.copy(text + prefix, at, own)
    store<u64>(to + (<usize>i << 3), <u64>text | (<u64>(prefix + own) << 32))
    before = text
    text += prefix + own
    at += own
  }
  return <i32>(at - from)
}

/** Bytes of all of them. */
export function parquet_slice_bytes(slices: usize, count: u32): f64 {
  let total: u64 = 0
  for (let i: u32 = 0; i < count; i++) total += load<u32>(slices + (<usize>i << 3), 4)
  return <f64>total
}

/** Whether all of them have that length. */
export function parquet_all_long(slices: usize, count: u32, length: u32): bool {
  for (let i: u32 = 0; i < count; i++) if (load<u32>(slices + (<usize>i << 3), 4) != length) return false
  return true
}

/** Whether a byte of [from, end) is above 127. */
function hasHigh(from: usize, end: usize): bool {
  let bits = i8x16.splat(0)
  const whole = from + ((end - from) & ~15)
  for (let at = from; at < whole; at += 16) bits = v128.or(bits, v128.load(at))
  const rest = <u32>(end - whole)
  return i8x16.bitmask(bits) != 0 || (rest != 0 && (i8x16.bitmask(v128.load(whole)) & ((1 << rest) - 1)) != 0)
}

// @ts-ignore: decorator
@inline
function follows(at: usize): bool {
  return (load<u8>(at) & 0xc0) == 0x80
}

/** The shortest forms of the code points up to U+10FFFF that are no surrogates, as Unicode's table 3-7 has them. */
function isUtf8(at: usize, end: usize): bool {
  while (at < end) {
    const left = <u32>(end - at)
    let high = <u32>i8x16.bitmask(v128.load(at))
    if (left < 16) high &= (1 << left) - 1
    if (!high) {
      at += 16
      continue
    }
    at += <usize>ctz(high)
    while (at < end) {
      const first = <u32>load<u8>(at)
      if (first < 0x80) break
      const rest = end - at
      if (first < 0xe0) {
        if (first < 0xc2 || rest < 2 || !follows(at + 1)) return false
        at += 2
      } else if (first < 0xf0) {
        if (rest < 3 || !follows(at + 1) || !follows(at + 2)) return false
        const second = <u32>load<u8>(at, 1)
        if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f)) return false
        at += 3
      } else {
        if (first > 0xf4 || rest < 4 || !follows(at + 1) || !follows(at + 2) || !follows(at + 3)) return false
        const second = <u32>load<u8>(at, 1)
        if ((first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f)) return false
        at += 4
      }
    }
  }
  return true
}

/** 0 where all strings are UTF-8; they lie in [from, end), which is looked over first: mostly nothing there is above 127. */
export function parquet_text(slices: usize, count: u32, from: usize, end: usize): i32 {
  if (!hasHigh(from, end)) return 0
  for (let i: u32 = 0; i < count; i++) {
    const slice = slices + (<usize>i << 3)
    const at = <usize>load<u32>(slice)
    if (!isUtf8(at, at + load<u32>(slice, 4))) return NOT_TEXT
  }
  return 0
}

/** The digits of 8 bytes, two each. */
// @ts-ignore: decorator
@inline
function digits(bytes: v128): v128 {
  const nibbles = v128.and(v128.shuffle<u8>(i16x8.shr_u(bytes, 4), bytes, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23), i8x16.splat(15))
  return i8x16.add(nibbles, v128.bitselect(i8x16.splat(0x57), i8x16.splat(0x30), i8x16.gt_s(nibbles, i8x16.splat(9))))
}

/** UUIDs of 16 bytes as their text at `text`, 36 characters each. */
export function parquet_uuids(from: usize, count: u32, text: usize, to: usize): void {
  for (let i: u32 = 0; i < count; i++) {
    const at = from + (<usize>i << 4)
    const first = digits(v128.load64_zero(at))
    const last = digits(v128.load64_zero(at, 8))
    store<u64>(text, <u64>i64x2.extract_lane(first, 0))
    store<u8>(text, 0x2d, 8)
    store<u32>(text, <u32>i32x4.extract_lane(first, 2), 9)
    store<u8>(text, 0x2d, 13)
    store<u32>(text, <u32>i32x4.extract_lane(first, 3), 14)
    store<u8>(text, 0x2d, 18)
    store<u32>(text, <u32>i32x4.extract_lane(last, 0), 19)
    store<u8>(text, 0x2d, 23)
    store<u32>(text, <u32>i32x4.extract_lane(last, 1), 24)
    store<u64>(text, <u64>i64x2.extract_lane(last, 1), 28)
    store<u64>(to + (<usize>i << 3), <u64>text | (<u64>36 << 32))
    text += 36
  }
}

/**
 * Enters strings into a dictionary of `size` entries so far: `remap` says which each is. `table`: u32 pairs (hash, entry + 1), a power of two
 * of them and more than twice `limit`, zeroed at first. The new size, or TOO_MANY.
 */
export function parquet_unite(slices: usize, count: u32, table: usize, mask: u32, entries: usize, size: u32, limit: u32, remap: usize): i32 {
  for (let i: u32 = 0; i < count; i++) {
    const slice = load<u64>(slices + (<usize>i << 3))
    const hash = <u32>str_hash(0, slice)
    let place = hash & mask
    let entry: u32 = 0
    for (;;) {
      const at = table + (<usize>place << 3)
      entry = load<u32>(at, 4)
      if (!entry) {
        if (size >= limit) return TOO_MANY
        store<u64>(entries + (<usize>size << 3), slice)
        store<u32>(at, hash)
        store<u32>(at, ++size, 4)
        entry = size
        break
      }
      if (load<u32>(at) == hash && str_eq(0, load<u64>(entries + (<usize>(entry - 1) << 3)), slice)) break
      place = (place + 1) & mask
    }
    store<u32>(remap + (<usize>i << 2), entry - 1)
  }
  return size
}
