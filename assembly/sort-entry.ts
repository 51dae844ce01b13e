/**
 * What sorting moves: entries of tuples. A sort tuple begins with its normalised key:
 *
 *    0 prefix  u64, the key's first 8 bytes as a big-endian number, 0-padded      8 key  str, all its bytes, or 0      16 payload
 *
 * An entry has 16 bytes, {u64 window, u32 tuple}; the window is 8 bytes of the key from some depth, at first the prefix.
 */
import { addressOf, bytesOf } from './strings'

export const ENTRY: usize = 16
/** Runs up to this are sorted by insertion. */
export const SHORT: u32 = 24

// @ts-ignore: decorator
@inline
export function tupleAt(entry: usize): usize {
  return <usize>load<u32>(entry, 8)
}

/** Eight bytes of a key from `depth`, as a big-endian number, 0-padded. */
export function windowOf(tuple: usize, depth: u32): u64 {
  const key = load<u64>(tuple, 8)
  const bytes = bytesOf(key)
  if (bytes <= depth) return 0
  const at = addressOf(key) + depth
  const left = bytes - depth
  if (left >= 8) return bswap(load<u64>(at))
  let window: u64 = 0
  for (let i: u32 = 0; i < left; i++) window |= <u64>load<u8>(at + i) << (56 - (<u64>i << 3))
  return window
}

/** Makes a tuple an entry whose window is the prefix; beside it, the key's length, which is in the cache now. */
// @ts-ignore: decorator
@inline
export function enter(tuple: usize, to: usize): void {
  store<u64>(to, load<u64>(tuple))
  store<u64>(to, <u64>tuple | (<u64>load<u32>(tuple, 12) << 32), 8)
}
