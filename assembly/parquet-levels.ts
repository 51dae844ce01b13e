/**
 * Repetition and definition levels (Dremel; Melnik et al., VLDB 2010) of a leaf's entries, a byte each, and what they say of the types around it.
 *
 * A part of the type has slots, one for each value or NULL it could have. Within a list whose further elements begin at repetition level r and
 * are there from definition level d on, an entry begins a slot where its levels are at most r and at least d; outside of all lists r and d are 0,
 * and slots are rows.
 */
import { ROUND, unpack } from './parquet-bits'
import { BAD_LEVEL, ENDS, MALFORMED } from './parquet-codes'
import { behind, header, isThere, least, runValue } from './parquet-hybrid'

/** `count` levels of at most `most` to a byte each. Bytes read, or what is wrong. `room`: 4 KiB. */
export function parquet_levels(from: usize, end: usize, width: u32, most: u32, count: u32, to: usize, room: usize): i32 {
  if (width > 8) return MALFORMED
  let at = from
  while (count > 0) {
    const head = header(at, end)
    if (!head) return ENDS
    at += <usize>(head >> 32)
    const n = <u32>head >> 1
    let values: u32
    if (<u32>head & 1) {
      values = least(n, count)
      if (!isThere(at, end, values, width)) return ENDS
      if (width == 0) memory.fill(to, 0, values)
      else {
        for (let done: u32 = 0; done < values; done += ROUND) {
          const now: u32 = values - done < ROUND ? values - done : ROUND
          if (unpack(at + <usize>((<u64>done * width) >> 3), width, now, room) > most) return BAD_LEVEL
          for (let i: u32 = 0; i < now; i++) store<u8>(to + done + i, <u8>load<u32>(room + (<usize>i << 2)))
        }
      }
      at = behind(at, end, n, width)
    } else {
      const step = <usize>((width + 7) >> 3)
      if (end - at < step) return ENDS
      const level = runValue(at, width)
      at += step
      values = n < count ? n : count
      if (values && level > most) return BAD_LEVEL
      memory.fill(to, <u8>level, values)
    }
    to += values
    count -= values
  }
  return <i32>(at - from)
}

/** How many of `count` levels are `level`. */
export function parquet_count_level(levels: usize, count: u32, level: u32): u32 {
  let found: u32 = 0
  for (let i: u32 = 0; i < count; i++) found += <u32>(<u32>load<u8>(levels + i) == level)
  return found
}

// @ts-ignore: decorator
@inline
function levelAt(levels: usize, index: u32): u32 {
  return levels ? <u32>load<u8>(levels + index) : 0
}

/**
 * Slots of a part: their validity, bits from the first on in whole words, is that their definition level is `there` or more. How many there
 * are; how many of them are valid goes to `valid`, u32. `repetitions` 0: all are 0.
 */
export function parquet_slots(definitions: usize, repetitions: usize, count: u32, r: u32, d: u32, there: u32, validity: usize, valid: usize): u32 {
  let slots: u32 = 0
  let found: u32 = 0
  let word: u64 = 0
  for (let i: u32 = 0; i < count; i++) {
    const definition = <u32>load<u8>(definitions + i)
    if (levelAt(repetitions, i) > r || definition < d) continue
    const one = <u64>(definition >= there)
    word |= one << (slots & 63)
    found += <u32>one
    if ((++slots & 63) == 0) {
      store<u64>(validity + (<usize>((slots - 1) >> 6) << 3), word)
      word = 0
    }
  }
  if (slots & 63) store<u64>(validity + (<usize>(slots >> 6) << 3), word)
  store<u32>(valid, found)
  return slots
}

/** Offsets, u32[slots + 1], of lists whose slots are by (r, d) and whose elements' are by (er, ed). How many elements there are. */
export function parquet_offsets(definitions: usize, repetitions: usize, count: u32, r: u32, d: u32, er: u32, ed: u32, offsets: usize): u32 {
  let slots: usize = 0
  let elements: u32 = 0
  for (let i: u32 = 0; i < count; i++) {
    const definition = <u32>load<u8>(definitions + i)
    const repetition = levelAt(repetitions, i)
    if (repetition <= r && definition >= d) store<u32>(offsets + (slots++ << 2), elements)
    if (repetition <= er && definition >= ed) elements++
  }
  store<u32>(offsets + (slots << 2), elements)
  return elements
}

/**
 * Leaves out, in place, the entries and values of rows that are in none of `n` ranges (u32 pairs, in order). The first entry goes on row
 * `row` − 1 if it does not begin a row. Values have `bytes` bytes; those of level `most` have one. Entries left; values left go to `values_left`.
 */
export function parquet_select(
  definitions: usize, repetitions: usize, count: u32, most: u32, values: usize, bytes: u32, ranges: usize, n: u32, row: u32, values_left: usize,
): u32 {
  let left: u32 = 0
  let from = values
  let to = values
  let range: u32 = 0
  let next = row
  let inside = false
  for (let i: u32 = 0; i < count; i++) {
    const definition = load<u8>(definitions + i)
    const repetition = levelAt(repetitions, i)
    if (repetition == 0) {
      while (range < n && next >= load<u32>(ranges + (<usize>range << 3), 4)) range++
      inside = range < n && next >= load<u32>(ranges + (<usize>range << 3))
      next++
    }
    const valued = <u32>definition == most
    if (inside) {
      store<u8>(definitions + left, definition)
      if (repetitions) store<u8>(repetitions + left, <u8>repetition)
      left++
      if (valued) {
        if (from != to) memory.copy(to, from, bytes)
        to += bytes
      }
    }
    if (valued) from += bytes
  }
  store<u32>(values_left, <u32>((to - values) / bytes))
  return left
}

/** Slices of the bytes that u32 offsets divide. */
export function parquet_offset_slices(offsets: usize, count: u32, base: usize, to: usize): void {
  for (let i: u32 = 0; i < count; i++) {
    const from = load<u32>(offsets + (<usize>i << 2))
    const bytes = load<u32>(offsets + (<usize>i << 2), 4) - from
    store<u64>(to + (<usize>i << 3), bytes ? <u64>(base + from) | (<u64>bytes << 32) : 0)
  }
}
