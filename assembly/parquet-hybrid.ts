/**
 * Parquet's hybrid of runs and bit-packed groups: definition levels, dictionary codes, booleans.
 *
 *   run      varint n << 1        value in (width + 7) / 8 bytes
 *   groups   varint n << 1 | 1    n × 8 values bit-packed, n × width bytes; the last group may be cut off behind the last value
 *
 * A round of up to 1024 values is unpacked into `room`, in the nearest cache, and taken from there.
 */
import { copyBits, fillBits, putBits, ROUND, unpack } from './parquet-bits'
import { BAD_CODE, BAD_LEVEL, ENDS, MALFORMED } from './parquet-codes'

/** Length of the header at `at` in the upper, its value in the lower 32 bits; 0: it is not one. */
// @ts-ignore: decorator
@inline
export function header(at: usize, end: usize): u64 {
  if (at >= end) return 0
  let byte = <u32>load<u8>(at)
  if (byte < 128) return (<u64>1 << 32) | byte
  return longHeader(at, end)
}

function longHeader(at: usize, end: usize): u64 {
  let value: u64 = 0
  for (let i: u32 = 0; i < 5; i++) {
    if (at + i >= end) return 0
    const byte = load<u8>(at + i)
    value |= <u64>(byte & 127) << (7 * i)
    if (byte < 128) return value > 0xffffffff ? 0 : (<u64>(i + 1) << 32) | value
  }
  return 0
}

/** A run's value, whose bytes are there. */
// @ts-ignore: decorator
@inline
export function runValue(at: usize, width: u32): u32 {
  const bytes = (width + 7) >> 3
  if (bytes == 0) return 0
  return <u32>(load<u32>(at) & (0xffffffff >>> (32 - (bytes << 3))))
}

/** Whether `count` packed values of `width` bits are there. */
// @ts-ignore: decorator
@inline
export function isThere(at: usize, end: usize, count: u32, width: u32): bool {
  return (<u64>count * width + 7) >> 3 <= <u64>(end - at)
}

/** Where the groups end, or the page does. */
// @ts-ignore: decorator
@inline
export function behind(at: usize, end: usize, groups: u32, width: u32): usize {
  const bytes = <u64>groups * width
  return bytes < <u64>(end - at) ? at + <usize>bytes : end
}

// @ts-ignore: decorator
@inline
export function least(groups: u32, count: u32): u32 {
  return <u64>groups << 3 < <u64>count ? groups << 3 : count
}

function fill<T>(to: usize, value: T, count: u32): void {
  for (let i: u32 = 0; i < count; i++) store<T>(to + <usize>i * sizeof<T>(), value)
}

function fillBytes(to: usize, value: usize, count: u32, bytes: u32): void {
  if (bytes == 1) memory.fill(to, load<u8>(value), count)
  else if (bytes == 2) fill<u16>(to, load<u16>(value), count)
  else if (bytes == 4) fill<u32>(to, load<u32>(value), count)
  else if (bytes == 8) fill<u64>(to, load<u64>(value), count)
  else fillWide(to, v128.load(value), count)
}

function fillWide(to: usize, value: v128, count: u32): void {
  for (let i: u32 = 0; i < count; i++) v128.store(to + (<usize>i << 4), value)
}

/** The entries of codes. */
function take<T>(codes: usize, count: u32, dictionary: usize, to: usize): void {
  const even = codes + (<usize>(count & ~3) << 2)
  for (; codes < even; codes += 16) {
    store<T>(to, load<T>(dictionary + <usize>load<u32>(codes) * sizeof<T>()))
    store<T>(to, load<T>(dictionary + <usize>load<u32>(codes, 4) * sizeof<T>()), sizeof<T>())
    store<T>(to, load<T>(dictionary + <usize>load<u32>(codes, 8) * sizeof<T>()), 2 * sizeof<T>())
    store<T>(to, load<T>(dictionary + <usize>load<u32>(codes, 12) * sizeof<T>()), 3 * sizeof<T>())
    to += 4 * sizeof<T>()
  }
  for (let i: u32 = 0; i < (count & 3); i++) store<T>(to + <usize>i * sizeof<T>(), load<T>(dictionary + <usize>load<u32>(codes + (<usize>i << 2)) * sizeof<T>()))
}

function takeWide(codes: usize, count: u32, dictionary: usize, to: usize): void {
  for (let i: u32 = 0; i < count; i++) v128.store(to + (<usize>i << 4), v128.load(dictionary + (<usize>load<u32>(codes + (<usize>i << 2)) << 4)))
}

/**
 * `count` values by their codes: entries of `bytes` (1, 2, 4, 8, 16) bytes out of `size`, to `to`. `room`: 4 KiB. Bytes read, or what is
 * wrong.
 */
export function parquet_gather(from: usize, end: usize, width: u32, count: u32, dictionary: usize, size: u32, bytes: u32, to: usize, room: usize): i32 {
  if (width > 32) return MALFORMED
  let at = from
  while (count > 0) {
    const head = header(at, end)
    if (!head) return ENDS
    at += <usize>(head >> 32)
    const n = <u32>head >> 1
    if (<u32>head & 1) {
      const values = least(n, count)
      if (!isThere(at, end, values, width)) return ENDS
      if (width == 0) {
        if (values && !size) return BAD_CODE
        if (values) fillBytes(to, dictionary, values, bytes)
        to += <usize>values * bytes
      } else {
        for (let done: u32 = 0; done < values; done += ROUND) {
          const now = values - done < ROUND ? values - done : ROUND
          if (unpack(at + <usize>((<u64>done * width) >> 3), width, now, room) >= size) return BAD_CODE
          if (bytes == 4) take<u32>(room, now, dictionary, to)
          else if (bytes == 8) take<u64>(room, now, dictionary, to)
          else if (bytes == 1) take<u8>(room, now, dictionary, to)
          else if (bytes == 2) take<u16>(room, now, dictionary, to)
          else takeWide(room, now, dictionary, to)
          to += <usize>now * bytes
        }
      }
      count -= values
      at = behind(at, end, n, width)
    } else {
      const step = <usize>((width + 7) >> 3)
      if (end - at < step) return ENDS
      const code = runValue(at, width)
      at += step
      const values = n < count ? n : count
      if (values) {
        if (code >= size) return BAD_CODE
        fillBytes(to, dictionary + <usize>code * bytes, values, bytes)
        to += <usize>values * bytes
        count -= values
      }
    }
  }
  return <i32>(at - from)
}

/** `count` values of up to 32 bits as u32. Bytes read, or what is wrong. */
export function parquet_unpack(from: usize, end: usize, width: u32, count: u32, to: usize): i32 {
  if (width > 32) return MALFORMED
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
      if (width == 0) memory.fill(to, 0, <usize>values << 2)
      else unpack(at, width, values, to)
      at = behind(at, end, n, width)
    } else {
      const step = <usize>((width + 7) >> 3)
      if (end - at < step) return ENDS
      const value = runValue(at, width)
      at += step
      values = n < count ? n : count
      fill<u32>(to, value, values)
    }
    to += <usize>values << 2
    count -= values
  }
  return <i32>(at - from)
}

/**
 * Definition levels of `count` rows: those that are `most` are ones among the bits of `validity` from `bit` on (0: they are only counted).
 * How many are, or what is wrong. `room`: 4 KiB.
 */
export function parquet_validity(from: usize, end: usize, width: u32, most: u32, count: u32, validity: usize, bit: u32, room: usize): i32 {
  if (width > 32) return MALFORMED
  let at = from
  let valid: u32 = 0
  while (count > 0) {
    const head = header(at, end)
    if (!head) return ENDS
    at += <usize>(head >> 32)
    const n = <u32>head >> 1
    let values: u32
    if (<u32>head & 1) {
      values = least(n, count)
      if (!isThere(at, end, values, width)) return ENDS
      if (width == 1 && most == 1) valid += copyBits(at, values, validity, bit)
      else {
        const found = levelBits(at, width, most, values, validity, bit, room)
        if (found < 0) return found
        valid += found
      }
      at = behind(at, end, n, width)
    } else {
      const step = <usize>((width + 7) >> 3)
      if (end - at < step) return ENDS
      const level = runValue(at, width)
      at += step
      values = n < count ? n : count
      if (values && level > most) return BAD_LEVEL
      if (level == most) valid += values
      if (validity) fillBits(validity, bit, values, level == most)
    }
    bit += values
    count -= values
  }
  return valid
}

function levelBits(at: usize, width: u32, most: u32, count: u32, validity: usize, bit: u32, room: usize): i32 {
  let valid: u32 = 0
  for (let done: u32 = 0; done < count; done += ROUND) {
    const now = count - done < ROUND ? count - done : ROUND
    if (width == 0) memory.fill(room, 0, <usize>now << 2)
    else if (unpack(at + <usize>((<u64>done * width) >> 3), width, now, room) > most) return BAD_LEVEL
    for (let i: u32 = 0; i < now; i += 64) {
      const n = now - i < 64 ? now - i : 64
      let bits: u64 = 0
      for (let k: u32 = 0; k < n; k++) bits |= <u64>(load<u32>(room + (<usize>(i + k) << 2)) == most) << k
      valid += <u32>popcnt(bits)
      if (validity) putBits(validity, bit + done + i, bits, n)
    }
  }
  return valid
}
