/**
 * Snappy blocks. A tag's lower two bits say what comes; the copies' offsets go back from where the output is.
 *
 *   xxxxxx00              a literal of x + 1 bytes; 60 … 63: the length − 1 is in the next 1 … 4 bytes
 *   ooolll01 oooooooo     copy l + 4 bytes from o back
 *   llllll10 o16          copy l + 1 bytes
 *   llllll11 o32          copy l + 1 bytes
 *
 * Far enough from both ends little is checked, and 16 bytes are copied at a time.
 */
import { copyOver, pattern, repeatExactly, repeatRest } from './block-copies'
import { ENDS, MALFORMED } from './parquet-codes'

/** A tag with a literal of 60 bytes behind it, and what is loaded over its end. */
const IN_REACH: usize = 80
/** A copy of 64 bytes, and what is written over its end. */
const OUT_REACH: usize = 96

/** Decompresses exactly `length` bytes to `to`; [to, limit) may be written. `patterns`: of block_patterns. 0, or what is wrong. */
export function snappy_decode(from: usize, end: usize, to: usize, length: u32, limit: usize, patterns: usize): i32 {
  let at = from
  let claimed: u64 = 0
  for (let shift: u64 = 0; ; shift += 7) {
    if (at >= end || shift > 28) return MALFORMED
    const byte = load<u8>(at++)
    claimed |= <u64>(byte & 127) << shift
    if (byte < 128) break
  }
  if (claimed != <u64>length) return MALFORMED
  let out = to
  const stop = to + length
  while (at < end) {
    while (end - at >= IN_REACH && limit - out >= OUT_REACH) {
      const tag = <usize>load<u8>(at)
      const type = tag & 3
      if (type == 0) {
        if (tag >= 240) break
        const bytes = (tag >> 2) + 1
        v128.store(out, v128.load(at, 1))
        if (bytes > 16) {
          v128.store(out, v128.load(at, 17), 16)
          if (bytes > 32) {
            v128.store(out, v128.load(at, 33), 32)
            v128.store(out, v128.load(at, 49), 48)
          }
        }
        at += bytes + 1
        out += bytes
        continue
      }
      let bytes: usize = 0
      let back: usize = 0
      if (type == 1) {
        bytes = ((tag >> 2) & 7) + 4
        back = ((tag & 0xe0) << 3) | <usize>load<u8>(at, 1)
        at += 2
      } else if (type == 2) {
        bytes = (tag >> 2) + 1
        back = <usize>load<u16>(at, 1)
        at += 3
      } else break
      if (back - 1 >= out - to) return MALFORMED
      if (back >= 16) {
        v128.store(out, v128.load(out - back))
        if (bytes > 16) {
          v128.store(out, v128.load(out - back, 16), 16)
          if (bytes > 32) {
            v128.store(out, v128.load(out - back, 32), 32)
            v128.store(out, v128.load(out - back, 48), 48)
          }
        }
      } else {
        const first = pattern(out - back, back, patterns)
        v128.store(out, first)
        if (bytes > 16) repeatRest(out, back, bytes, first, patterns)
      }
      out += bytes
    }
    if (out > stop) return ENDS
    if (at >= end) break
    const tag = <usize>load<u8>(at++)
    if ((tag & 3) == 0) {
      let bytes = (tag >> 2) + 1
      if (bytes > 60) {
        const more = bytes - 60
        if (end - at < more) return ENDS
        bytes = <usize>(load<u32>(at) & (0xffffffff >>> (32 - (<u32>more << 3))))
        at += more
        // 4 GiB would wrap to nothing.
        if (bytes >= end - at) return ENDS
        bytes++
      }
      if (bytes > end - at || bytes > stop - out) return ENDS
      if (bytes <= 256 && limit - out >= bytes + 16) copyOver(out, at, bytes)
      else memory.copy(out, at, bytes)
      at += bytes
      out += bytes
      continue
    }
    let bytes: usize
    let back: usize
    if ((tag & 3) == 1) {
      if (at >= end) return ENDS
      bytes = ((tag >> 2) & 7) + 4
      back = ((tag >> 5) << 8) | <usize>load<u8>(at)
      at++
    } else {
      bytes = (tag >> 2) + 1
      if ((tag & 3) == 2) {
        if (end - at < 2) return ENDS
        back = <usize>load<u16>(at)
        at += 2
      } else {
        if (end - at < 4) return ENDS
        back = <usize>load<u32>(at)
        at += 4
      }
    }
    if (back - 1 >= out - to) return MALFORMED
    if (bytes > stop - out) return ENDS
    repeatExactly(out, back, bytes)
    out += bytes
  }
  return out == stop ? 0 : ENDS
}
