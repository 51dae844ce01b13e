/**
 * DELTA_BINARY_PACKED: differences, less the least of a block, bit-packed by miniblock. Sums wrap around, as the format has it; some writers
 * keep those of 32-bit values in more bits.
 *
 *   header   varint values a block · varint miniblocks a block · varint values in all · zigzag first value
 *   block    zigzag least difference · a byte of width for each miniblock · miniblocks
 */
import { ROUND, unpack } from './parquet-bits'
import { ENDS, MALFORMED } from './parquet-codes'

/** The varint at `at`, written to `result`; its bytes, or 0. */
function varint(at: usize, end: usize, result: usize): u32 {
  let value: u64 = 0
  for (let i: u32 = 0; i < 10; i++) {
    if (at + i >= end) return 0
    const byte = load<u8>(at + i)
    value |= <u64>(byte & 127) << (7 * i)
    if (byte < 128) {
      store<u64>(result, value)
      return i + 1
    }
  }
  return 0
}

// @ts-ignore: decorator
@inline
function zigzag(value: u64): i64 {
  return <i64>(value >> 1) ^ -(<i64>(value & 1))
}

/** One value of up to 64 bits. */
// @ts-ignore: decorator
@inline
function wideAt(from: usize, index: u32, width: u32, mask: u64): u64 {
  const bit = <u64>index * width
  const at = from + <usize>(bit >> 3)
  const shift = bit & 7
  let value = load<u64>(at) >> shift
  if (shift + width > 64) value |= <u64>load<u8>(at, 8) << (64 - shift)
  return value & mask
}

function sums32(room: usize, count: u32, value: i32, least: i32, to: usize): i32 {
  for (let i: u32 = 0; i < count; i++) {
    value += least + load<i32>(room + (<usize>i << 2))
    store<i32>(to + (<usize>i << 2), value)
  }
  return value
}

function sums64(room: usize, count: u32, value: i64, least: i64, to: usize): i64 {
  for (let i: u32 = 0; i < count; i++) {
    value += least + <i64>load<u32>(room + (<usize>i << 2))
    store<i64>(to + (<usize>i << 3), value)
  }
  return value
}

/**
 * Exactly `count` values, i32 or i64 (`bytes` 4 or 8) each. `room`: 4 KiB and 16 bytes. Bytes read, or what is wrong; a page of values not asked
 * for is MALFORMED.
 */
export function parquet_delta(from: usize, end: usize, count: u32, bytes: u32, to: usize, room: usize): i32 {
  let at = from
  let read = varint(at, end, room)
  if (!read) return ENDS
  const block = load<u64>(room)
  at += read
  read = varint(at, end, room)
  if (!read) return ENDS
  const minis = load<u64>(room)
  at += read
  read = varint(at, end, room)
  if (!read) return ENDS
  if (load<u64>(room) != <u64>count) return MALFORMED
  at += read
  read = varint(at, end, room)
  if (!read) return ENDS
  at += read
  let value = zigzag(load<u64>(room))
  if (block == 0 || block > 0x7fffffff || minis == 0 || minis > block || block % minis || (block / minis) & 7) return MALFORMED
  const size = <u32>(block / minis)
  if (count == 0) return <i32>(at - from)
  if (bytes == 4) store<i32>(to, <i32>value)
  else store<i64>(to, value)
  to += bytes
  count--
  while (count > 0) {
    read = varint(at, end, room)
    if (!read) return ENDS
    at += read
    const least = zigzag(load<u64>(room))
    if (minis > <u64>(end - at)) return ENDS
    const widths = at
    at += <usize>minis
    for (let mini: usize = 0; mini < <usize>minis && count > 0; mini++) {
      const width = <u32>load<u8>(widths + mini)
      if (width > 64) return MALFORMED
      const values = size < count ? size : count
      if (<u64>(end - at) < (<u64>values * width + 7) >> 3) return ENDS
      for (let done: u32 = 0; done < values; done += ROUND) {
        const now = values - done < ROUND ? values - done : ROUND
        const packed = at + <usize>((<u64>done * width) >> 3)
        if (width > 32) {
          const mask = width == 64 ? ~(<u64>0) : (<u64>1 << width) - 1
          for (let i: u32 = 0; i < now; i++) {
            value += least + <i64>wideAt(packed, i, width, mask)
            if (bytes == 4) store<i32>(to + (<usize>i << 2), <i32>value)
            else store<i64>(to + (<usize>i << 3), value)
          }
        } else {
          if (width == 0) memory.fill(room, 0, <usize>now << 2)
          else unpack(packed, width, now, room)
          value = bytes == 4 ? <i64>sums32(room, now, <i32>value, <i32>least, to) : sums64(room, now, value, least, to)
        }
        to += <usize>now * bytes
      }
      count -= values
      const whole = <u64>size * width >> 3
      at = whole < <u64>(end - at) ? at + <usize>whole : end
    }
  }
  return <i32>(at - from)
}
