/**
 * LZ4 blocks: sequences of literals and a copy. The last one is literals alone.
 *
 *   llllcccc  [255 … more of l]  literals  offset u16  [255 … more of c]      c + 4 bytes from offset back
 */
import { copyOver, pattern, repeatExactly, repeatRest } from './block-copies'
import { ENDS, MALFORMED } from './parquet-codes'

/** Decompresses exactly `length` bytes to `to`; [to, limit) may be written. `patterns`: of block_patterns. 0, or what is wrong. */
export function lz4_decode(from: usize, end: usize, to: usize, length: u32, limit: usize, patterns: usize): i32 {
  let at = from
  let out = to
  const stop = to + length
  while (at < end) {
    const token = <usize>load<u8>(at++)
    let literals = token >> 4
    if (literals == 15) {
      let byte: usize
      do {
        if (at >= end) return ENDS
        byte = <usize>load<u8>(at++)
        literals += byte
        if (literals > length) return ENDS
      } while (byte == 255)
    }
    if (literals > end - at || literals > stop - out) return ENDS
    if (literals <= 256 && limit - out >= literals + 16) copyOver(out, at, literals)
    else memory.copy(out, at, literals)
    at += literals
    out += literals
    if (at == end) return out == stop ? 0 : ENDS
    if (end - at < 2) return ENDS
    const back = <usize>load<u16>(at)
    at += 2
    if (back - 1 >= out - to) return MALFORMED
    let bytes = token & 15
    if (bytes == 15) {
      let byte: usize
      do {
        if (at >= end) return ENDS
        byte = <usize>load<u8>(at++)
        bytes += byte
        if (bytes > length) return ENDS
      } while (byte == 255)
    }
    bytes += 4
    if (bytes > stop - out) return ENDS
    if (limit - out >= bytes + 16) {
      if (back >= 16) copyOver(out, out - back, bytes)
      else {
        const first = pattern(out - back, back, patterns)
        v128.store(out, first)
        if (bytes > 16) repeatRest(out, back, bytes, first, patterns)
      }
    } else repeatExactly(out, back, bytes)
    out += bytes
  }
  return ENDS
}
