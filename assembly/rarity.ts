/**
 * How rare bytes are: −log2 of their share in texts of many kinds, in bits. Search looks at the rarest bytes of what it looks for.
 * Wrong guesses cost time only.
 */
import { addressOf, bytesOf } from './strings'

// Control characters, then from the space on, from @ on, from ` on; then continuation bytes of UTF-8, and bytes that begin a point.
const BITS = memory.data<u8>([
  9, 9, 9, 9, 9, 9, 9, 9, 9, 8, 6, 9, 9, 8, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9,
  2, 8, 7, 9, 9, 9, 9, 7, 7, 7, 8, 8, 6, 6, 5, 6, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 6, 8, 8, 7, 8, 8,
  8, 6, 7, 6, 7, 6, 7, 7, 7, 6, 8, 8, 7, 6, 6, 7, 6, 9, 6, 6, 6, 8, 8, 7, 9, 8, 9, 8, 8, 8, 9, 6,
  9, 4, 6, 5, 5, 3, 6, 6, 5, 4, 9, 7, 5, 5, 4, 4, 6, 9, 4, 4, 4, 5, 7, 6, 9, 6, 9, 8, 8, 8, 9, 9,
  6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6,
  6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6,
  4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4,
  4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4,
])

// @ts-ignore: decorator
@inline
function bitsOf(byte: u8): u32 {
  return load<u8>(BITS + <usize>byte)
}

/** Positions of the three rarest of a text's first 256 bytes, the rarest in the lowest byte; of fewer, one more than once. */
export function probesOf(text: u64): u32 {
  const at = addressOf(text)
  const bytes = min(bytesOf(text), 256)
  // each with its rarity above it
  let first: u32 = 0
  let second: u32 = 0
  let third: u32 = 0
  for (let i: u32 = 0; i < bytes; i++) {
    const probe = (bitsOf(load<u8>(at + i)) << 8) | i
    if (probe >> 8 > first >> 8) {
      third = second
      second = first
      first = probe
    } else if (probe >> 8 > second >> 8) {
      third = second
      second = probe
    } else if (probe >> 8 > third >> 8) third = probe
  }
  if (bytes < 2) second = first
  if (bytes < 3) third = second
  return (first & 255) | ((second & 255) << 8) | ((third & 255) << 16)
}

/** How rare a text's three rarest bytes are together. */
export function rarityOf(text: u64): u32 {
  const probes = probesOf(text)
  const at = addressOf(text)
  let bits = bitsOf(load<u8>(at + (probes & 255)))
  if (bytesOf(text) > 1) bits += bitsOf(load<u8>(at + ((probes >> 8) & 255)))
  if (bytesOf(text) > 2) bits += bitsOf(load<u8>(at + (probes >> 16)))
  return bits
}
