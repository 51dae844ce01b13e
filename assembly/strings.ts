/**
 * Byte strings, UTF-8 by convention. A str is one word:
 *
 *   bit 63          32 31           0
 *      ┌──────────────┬─────────────┐
 *      │ bytes        │ address     │
 *      └──────────────┴─────────────┘
 *
 * Up to 15 bytes behind a slice may be read, and count for nothing: every address of the memory can be read, and its last page
 * holds no slice. Functions that cut return slices of their argument; those that build take the context's scratch arena.
 */
import { CTX_DETAIL, fail, MEMORY_EXCEEDED, RAISED, scratch } from './context'

// @ts-ignore: decorator
@inline
export function addressOf(str: u64): usize {
  return <usize>(<u32>str)
}
// @ts-ignore: decorator
@inline
export function bytesOf(str: u64): u32 {
  return <u32>(str >> 32)
}
// @ts-ignore: decorator
@inline
export function slice(address: usize, bytes: u32): u64 {
  return ((<u64>bytes) << 32) | <u64>address
}

/** Whether `bytes` bytes are the same at both addresses. */
export function sameBytes(a: usize, b: usize, bytes: u32): bool {
  if (bytes <= 8) return bytes == 0 || (load<u64>(a) ^ load<u64>(b)) << (64 - (<u64>bytes << 3)) == 0
  if (bytes <= 16) return ((load<u64>(a) ^ load<u64>(b)) | (load<u64>(a + bytes - 8) ^ load<u64>(b + bytes - 8))) == 0
  const last = bytes - 16
  for (let i: u32 = 0; i < last; i += 16) if (v128.any_true(v128.xor(v128.load(a + i), v128.load(b + i)))) return false
  return !v128.any_true(v128.xor(v128.load(a + last), v128.load(b + last)))
}

/** −1, 0, 1 by unsigned bytes, a prefix before the longer. */
export function compareBytes(a: usize, aBytes: u32, b: usize, bBytes: u32): i32 {
  const common = min(aBytes, bBytes)
  for (let i: u32 = 0; i < common; i += 16) {
    const others = i8x16.bitmask(i8x16.ne(v128.load(a + i), v128.load(b + i)))
    if (others == 0) continue
    const at = i + ctz(others)
    if (at >= common) break
    return load<u8>(a + at) < load<u8>(b + at) ? -1 : 1
  }
  return i32(aBytes > bBytes) - i32(aBytes < bBytes)
}

export function str_eq(_ctx: usize, a: u64, b: u64): i32 {
  if (a == b) return 1
  if (a >> 32 != b >> 32) return 0
  return i32(sameBytes(addressOf(a), addressOf(b), bytesOf(a)))
}

export function str_compare(_ctx: usize, a: u64, b: u64): i32 {
  return compareBytes(addressOf(a), bytesOf(a), addressOf(b), bytesOf(b))
}

const K0: u64 = 0x9e3779b97f4a7c15
const K1: u64 = 0xbf58476d1ce4e5b9
const K2: u64 = 0x94d049bb133111eb

/**
 * All 64 bits are usable. Of more than 8 bytes two words are multiplied side by side, 16 bytes a step; the last 16 bytes, or
 * the halves of fewer, overlap what came before; then a full avalanche.
 */
export function str_hash(_ctx: usize, str: u64): u64 {
  const bytes = bytesOf(str)
  let at = addressOf(str)
  let h: u64 = <u64>bytes * K0
  if (bytes > 8) {
    let a = h
    let b: u64 = K2
    const end = at + bytes
    if (bytes > 16)
      for (const last = end - 16; at < last; at += 16) {
        a = rotl<u64>((a ^ load<u64>(at)) * K1, 29)
        b = rotl<u64>((b ^ load<u64>(at, 8)) * K0, 31)
      }
    a ^= load<u64>(bytes > 16 ? end - 16 : at)
    b ^= load<u64>(end - 8)
    h = (a * K1) ^ rotl<u64>(b * K0, 32)
  } else if (bytes != 0) h ^= load<u64>(at) << (64 - (<u64>bytes << 3))
  h = (h ^ (h >> 32)) * K1
  h = (h ^ (h >> 29)) * K2
  return h ^ (h >> 32)
}

/** Bytes [start, start + bytes), as far as there are such. */
export function str_slice(_ctx: usize, str: u64, start: i64, bytes: i64): u64 {
  const total = <i64>bytesOf(str)
  // the sum wraps only where both have one sign
  let end = start + bytes
  if (bytes <= 0) end = 0
  else if (start >= 0 && end < 0) end = total
  const from = min(max(start, 0), total)
  return slice(addressOf(str) + <usize>from, <u32>max(min(end, total) - from, 0))
}

export function str_concat(ctx: usize, a: u64, b: u64): u64 {
  const aBytes = bytesOf(a)
  const bBytes = bytesOf(b)
  if (aBytes == 0) return b
  if (bBytes == 0) return a
  const bytes = <u64>aBytes + <u64>bBytes
  if (bytes >> 32 != 0) fail(ctx, MEMORY_EXCEEDED)
  const address = scratch(ctx, <u32>bytes)
  memory.copy(address, addressOf(a), aBytes)
  memory.copy(address + aBytes, addressOf(b), bBytes)
  return slice(address, <u32>bytes)
}

/** Ends the query with the text as its message. */
export function raise_text(ctx: usize, text: u64): i32 {
  store<u64>(ctx, text, CTX_DETAIL)
  fail(ctx, RAISED)
  return 0
}
