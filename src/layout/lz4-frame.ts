/**
 * LZ4 frames, written: blocks of 64 KiB that stand alone, matches found by a table of the last place of each four bytes.
 *
 *     frame   magic · 0x60 (version 1, blocks stand alone) · 0x40 (64 KiB) · a byte of their xxHash32 · blocks · 00 00 00 00
 *     block   u32 bytes, bit 31: stored as they are · bytes
 */

const BLOCK = 1 << 16
/** The format ends matches so many bytes before the end of a block, and begins none in the last twelve. */
const LAST_LITERALS = 5
const MATCH_LIMIT = 12
const HASH_BITS = 13
const HEAD = [0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82]

/** Bytes of a block at worst. */
const worst = (length: number): number => length + Math.ceil(length / 255) + 16

const table = new Int32Array(1 << HASH_BITS)

/** The sequences of `from` … `to` into `out` at `at`; returns their end. */
const block = (bytes: Uint8Array, from: number, to: number, out: Uint8Array, at: number): number => {
  table.fill(-1)
  const long = (length: number): void => {
    for (let left = length - 15; ; left -= 255) {
      out[at++] = Math.min(left, 255)
      if (left < 255) return
    }
  }
  const sequence = (literals: number, end: number, distance: number, match: number): void => {
    const count = end - literals
    out[at++] = (Math.min(count, 15) << 4) | Math.min(match, 15)
    if (count >= 15) long(count)
    out.set(bytes.subarray(literals, end), at)
    at += count
    if (distance === 0) return
    out[at++] = distance & 255
    out[at++] = distance >> 8
    if (match >= 15) long(match)
  }
  let literals = from
  let misses = 0
  for (let i = from; i < to - MATCH_LIMIT; ) {
    const word = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24)
    const slot = Math.imul(word, -1640531535) >>> (32 - HASH_BITS)
    const candidate = table[slot]!
    table[slot] = i
    if (
      candidate < 0 || i - candidate > 0xffff || bytes[candidate] !== bytes[i] || bytes[candidate + 1] !== bytes[i + 1] ||
      bytes[candidate + 2] !== bytes[i + 2] || bytes[candidate + 3] !== bytes[i + 3]
    ) {
      // what does not compress is passed over in growing steps
      i += 1 + (misses++ >> 6)
      continue
    }
    misses = 0
    let length = 4
    while (i + length < to - LAST_LITERALS && bytes[candidate + length] === bytes[i + length]) length++
    sequence(literals, i, i - candidate, length - 4)
    i += length
    literals = i
  }
  sequence(literals, to, 0, 0)
  return at
}

/** One frame of all bytes. */
export const encodeLz4Frame = (bytes: Uint8Array): Uint8Array => {
  const blocks = Math.ceil(bytes.length / BLOCK)
  const out = new Uint8Array(HEAD.length + 4 + blocks * (4 + worst(BLOCK)))
  const view = new DataView(out.buffer)
  out.set(HEAD)
  let at = HEAD.length
  for (let from = 0; from < bytes.length; from += BLOCK) {
    const to = Math.min(from + BLOCK, bytes.length)
    const end = block(bytes, from, to, out, at + 4)
    const stored = end - at - 4 >= to - from
    if (stored) out.set(bytes.subarray(from, to), at + 4)
    const size = stored ? to - from : end - at - 4
    view.setUint32(at, stored ? (size | 0x80000000) >>> 0 : size, true)
    at += 4 + size
  }
  view.setUint32(at, 0, true)
  return out.subarray(0, at + 4)
}
