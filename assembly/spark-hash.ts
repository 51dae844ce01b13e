/**
 * Spark's Murmur3_x86_32 and XXH64 of what is no machine integer (src/layout/spark-hash.ts says which value is hashed how).
 * Integers are hashed inline, packed values by packed-hash.ts. A hash is the next one's seed.
 */
import { CTX_SCRATCH } from './context'
import { addressOf, bytesOf } from './strings'

// @ts-ignore: decorator
@inline
function mix(h: u32, word: u32): u32 {
  return rotl<u32>(h ^ (rotl<u32>(word * 0xcc9e2d51, 15) * 0x1b873593), 13) * 5 + 0xe6546b64
}

// @ts-ignore: decorator
@inline
function finish(hash: u32, bytes: u32): u32 {
  let h = hash ^ bytes
  h = (h ^ (h >> 16)) * 0x85ebca6b
  h = (h ^ (h >> 13)) * 0xc2b2ae35
  return h ^ (h >> 16)
}

/** hashUnsafeBytes: the bytes behind the last whole word count as a word each, sign-extended. */
export function murmur3Bytes(address: usize, bytes: u32, seed: u32): u32 {
  let h = seed
  let at = address
  const end = address + bytes
  const whole = address + (bytes & ~3)
  for (; at < whole; at += 4) h = mix(h, load<u32>(at))
  for (; at < end; at++) h = mix(h, <u32>(<i32>load<i8>(at)))
  return finish(h, bytes)
}

export function murmur3Long(value: u64, seed: u32): u32 {
  return finish(mix(mix(seed, <u32>value), <u32>(value >> 32)), 8)
}

export function murmur3Int(value: u32, seed: u32): u32 {
  return finish(mix(seed, value), 4)
}

const P1: u64 = 0x9e3779b185ebca87
const P2: u64 = 0xc2b2ae3d27d4eb4f
const P3: u64 = 0x165667b19e3779f9
const P4: u64 = 0x85ebca77c2b2ae63
const P5: u64 = 0x27d4eb2f165667c5

// @ts-ignore: decorator
@inline
function round(h: u64, word: u64): u64 {
  return rotl<u64>(h + word * P2, 31) * P1
}
// @ts-ignore: decorator
@inline
function takeLong(h: u64, word: u64): u64 {
  return rotl<u64>(h ^ round(0, word), 27) * P1 + P4
}
// @ts-ignore: decorator
@inline
function takeInt(h: u64, word: u64): u64 {
  return rotl<u64>(h ^ (word * P1), 23) * P2 + P3
}
// @ts-ignore: decorator
@inline
function finish64(hash: u64): u64 {
  let h = (hash ^ (hash >> 33)) * P2
  h = (h ^ (h >> 29)) * P3
  return h ^ (h >> 32)
}

export function xxhash64Bytes(address: usize, bytes: u32, seed: u64): u64 {
  let at = address
  const end = address + bytes
  let h = seed + P5
  if (bytes >= 32) {
    let a = seed + P1 + P2
    let b = seed + P2
    let c = seed
    let d = seed - P1
    for (const last = end - 32; at <= last; at += 32) {
      a = round(a, load<u64>(at))
      b = round(b, load<u64>(at, 8))
      c = round(c, load<u64>(at, 16))
      d = round(d, load<u64>(at, 24))
    }
    h = rotl<u64>(a, 1) + rotl<u64>(b, 7) + rotl<u64>(c, 12) + rotl<u64>(d, 18)
    h = (h ^ round(0, a)) * P1 + P4
    h = (h ^ round(0, b)) * P1 + P4
    h = (h ^ round(0, c)) * P1 + P4
    h = (h ^ round(0, d)) * P1 + P4
  }
  h += bytes
  for (; at + 8 <= end; at += 8) h = takeLong(h, load<u64>(at))
  if (at + 4 <= end) {
    h = takeInt(h, <u64>load<u32>(at))
    at += 4
  }
  for (; at < end; at++) h = rotl<u64>(h ^ (<u64>load<u8>(at) * P5), 11) * P1
  return finish64(h)
}

export function xxhash64Long(value: u64, seed: u64): u64 {
  return finish64(takeLong(seed + P5 + 8, value))
}

export function xxhash64Int(value: u32, seed: u64): u64 {
  return finish64(takeInt(seed + P5 + 4, <u64>value))
}

/** The bits Spark hashes of a float: −0 as 0, every NaN as one. */
// @ts-ignore: decorator
@inline
export function floatBits(x: f32): u32 {
  return x != x ? 0x7fc00000 : x == 0 ? 0 : reinterpret<u32>(x)
}
// @ts-ignore: decorator
@inline
export function doubleBits(x: f64): u64 {
  return x != x ? 0x7ff8000000000000 : x == 0 ? 0 : reinterpret<u64>(x)
}

/** The least number of big-endian two's complement bytes of a 128-bit integer, into 16 bytes of scratch; how many there are. */
// @ts-ignore: decorator
@inline
function bigEndian(to: usize, lo: u64, hi: u64): u32 {
  const sign = <u64>(<i64>hi >> 63)
  // Bits that differ from the sign, and the sign's own.
  const high = hi ^ sign
  const low = lo ^ sign
  const bits: u32 = high ? 129 - <u32>clz<u64>(high) : 65 - <u32>clz<u64>(low)
  const bytes = (bits + 7) >> 3
  const shift = (16 - bytes) << 3
  // Moved to the left end, then turned around.
  const left = shift >= 64 ? lo << <u64>(shift - 64) : shift ? (hi << <u64>shift) | (lo >> <u64>(64 - shift)) : hi
  const right = shift >= 64 ? 0 : lo << <u64>shift
  store<u64>(to, bswap<u64>(left))
  store<u64>(to, bswap<u64>(right), 8)
  return bytes
}

export function murmur3_str(_ctx: usize, str: u64, seed: i32): i32 {
  return <i32>murmur3Bytes(addressOf(str), bytesOf(str), <u32>seed)
}
/** Integers where they are not hashed inline, because the keys are many. */
export function murmur3_i32(_ctx: usize, x: i32, seed: i32): i32 {
  return <i32>murmur3Int(<u32>x, <u32>seed)
}
export function murmur3_i64(_ctx: usize, x: i64, seed: i32): i32 {
  return <i32>murmur3Long(<u64>x, <u32>seed)
}
export function murmur3_f32(_ctx: usize, x: f32, seed: i32): i32 {
  return <i32>murmur3Int(floatBits(x), <u32>seed)
}
export function murmur3_f64(_ctx: usize, x: f64, seed: i32): i32 {
  return <i32>murmur3Long(doubleBits(x), <u32>seed)
}
/** Of minimal big-endian bytes, which lie in the context's scratch for the time of the call. */
export function murmur3_i128(ctx: usize, lo: u64, hi: u64, seed: i32): i32 {
  const bytes = bigEndian(ctx + CTX_SCRATCH, lo, hi)
  return <i32>murmur3Bytes(ctx + CTX_SCRATCH, bytes, <u32>seed)
}

export function xxhash64_str(_ctx: usize, str: u64, seed: i64): i64 {
  return <i64>xxhash64Bytes(addressOf(str), bytesOf(str), <u64>seed)
}
export function xxhash64_i32(_ctx: usize, x: i32, seed: i64): i64 {
  return <i64>xxhash64Int(<u32>x, <u64>seed)
}
export function xxhash64_i64(_ctx: usize, x: i64, seed: i64): i64 {
  return <i64>xxhash64Long(<u64>x, <u64>seed)
}
export function xxhash64_f32(_ctx: usize, x: f32, seed: i64): i64 {
  return <i64>xxhash64Int(floatBits(x), <u64>seed)
}
export function xxhash64_f64(_ctx: usize, x: f64, seed: i64): i64 {
  return <i64>xxhash64Long(doubleBits(x), <u64>seed)
}
export function xxhash64_i128(ctx: usize, lo: u64, hi: u64, seed: i64): i64 {
  const bytes = bigEndian(ctx + CTX_SCRATCH, lo, hi)
  return <i64>xxhash64Bytes(ctx + CTX_SCRATCH, bytes, <u64>seed)
}
