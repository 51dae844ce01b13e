/**
 * Spark's hashes of packed values (src/layout/unsafe-row.ts), by walking their bytes: a struct's fields and an array's elements one after the
 * other, a map's keys and values in turns, each hash the next one's seed. NULL leaves the hash, and so does what its container has no
 * room for: nothing outside of the value is read, whatever its bytes say. Types come as src/layout/packed-hash.ts writes them:
 *
 *   node   0 kind   4 bytes of the node, with those within   8 nodes of the fields, the element, or key and value
 */
import { addressOf, bytesOf } from './strings'
import { doubleBits, floatBits, murmur3Bytes, murmur3Int, murmur3Long, xxhash64Bytes, xxhash64Int, xxhash64Long } from './spark-hash'

const SIZE: usize = 4
const PARTS: usize = 8

const BOOL: u32 = 1
const I8: u32 = 2
const I16: u32 = 3
const I32: u32 = 4
const I64: u32 = 5
const F32: u32 = 6
const F64: u32 = 7
const WIDE: u32 = 8
const BYTES: u32 = 9
const INTERVAL: u32 = 10
const STRUCT: u32 = 11
const ARRAY: u32 = 12

// @ts-ignore: decorator
@inline
function takeInt<H>(value: u32, seed: H): H {
  if (sizeof<H>() == 4) return <H>murmur3Int(value, <u32>seed)
  return <H>xxhash64Int(value, <u64>seed)
}
// @ts-ignore: decorator
@inline
function takeLong<H>(value: u64, seed: H): H {
  if (sizeof<H>() == 4) return <H>murmur3Long(value, <u32>seed)
  return <H>xxhash64Long(value, <u64>seed)
}
// @ts-ignore: decorator
@inline
function takeBytes<H>(at: usize, bytes: u32, seed: H): H {
  if (sizeof<H>() == 4) return <H>murmur3Bytes(at, bytes, <u32>seed)
  return <H>xxhash64Bytes(at, bytes, <u64>seed)
}

// @ts-ignore: decorator
@inline
function isNull(bits: usize, index: u32): bool {
  return ((load<u8>(bits + (index >> 3)) >> <u8>(index & 7)) & 1) != 0
}

// @ts-ignore: decorator
@inline
function nullBytes(count: u32): u32 {
  return <u32>(((<u64>count + 63) >> 6) << 3)
}

/** Bytes of an array's element. */
// @ts-ignore: decorator
@inline
function widthOf(kind: u32): u32 {
  if (kind == BOOL || kind == I8) return 1
  if (kind == I16) return 2
  return kind == I32 || kind == F32 ? 4 : 8
}

/** The value whose word or element is at `place`, which lies within the `bytes` bytes at `base`. */
function takePlace<H>(node: usize, place: usize, base: usize, bytes: u32, seed: H): H {
  switch (load<u32>(node)) {
    case BOOL:
      return takeInt<H>(load<u8>(place) ? 1 : 0, seed)
    case I8:
      return takeInt<H>(<u32>(<i32>load<i8>(place)), seed)
    case I16:
      return takeInt<H>(<u32>(<i32>load<i16>(place)), seed)
    case I32:
      return takeInt<H>(load<u32>(place), seed)
    case I64:
      return takeLong<H>(load<u64>(place), seed)
    case F32:
      return takeInt<H>(floatBits(load<f32>(place)), seed)
    case F64:
      return takeLong<H>(doubleBits(load<f64>(place)), seed)
    default: {
      const length = load<u32>(place)
      const offset = load<u32>(place, 4)
      if (<u64>offset + length > <u64>bytes) return seed
      return takeSlice<H>(node, base + offset, length, seed)
    }
  }
}

/** The `bytes` bytes of a slice. */
function takeSlice<H>(node: usize, at: usize, bytes: u32, seed: H): H {
  switch (load<u32>(node)) {
    case WIDE:
      return takeDecimal<H>(at, bytes, seed)
    case BYTES:
      return takeBytes<H>(at, bytes, seed)
    case INTERVAL:
      // The days take no part: so do the hashes that Spark 3.5 generates.
      return bytes == 16 ? takeInt<H>(load<u32>(at), takeLong<H>(load<u64>(at, 8), seed)) : seed
    case STRUCT:
      return takeStruct<H>(node, at, bytes, seed)
    case ARRAY: {
      const count = countOf(load<u32>(node, PARTS), at, bytes)
      let hash = seed
      const first = at + 8 + nullBytes(count)
      const width = widthOf(load<u32>(node, PARTS))
      for (let i: u32 = 0; i < count; i++) hash = takeElement<H>(node + PARTS, first, width, i, at, bytes, hash)
      return hash
    }
    default:
      return takeMap<H>(node, at, bytes, seed)
  }
}

function takeStruct<H>(node: usize, at: usize, bytes: u32, seed: H): H {
  const end = node + load<u32>(node, SIZE)
  let fields: u32 = 0
  for (let field = node + PARTS; field < end; field += load<u32>(field, SIZE)) fields++
  const words = nullBytes(fields)
  if (bytes < words + (fields << 3)) return seed
  let hash = seed
  let field = node + PARTS
  for (let i: u32 = 0; i < fields; i++) {
    if (!isNull(at, i)) hash = takePlace<H>(field, at + words + (i << 3), at, bytes, hash)
    field += load<u32>(field, SIZE)
  }
  return hash
}

/** As many keys as values, or none. */
function takeMap<H>(node: usize, at: usize, bytes: u32, seed: H): H {
  if (bytes < 8 || load<u64>(at) > <u64>(bytes - 8)) return seed
  const keyBytes = load<u32>(at)
  const valueBytes = bytes - 8 - keyBytes
  const key = node + PARTS
  const value = key + load<u32>(key, SIZE)
  const keys = at + 8
  const values = keys + keyBytes
  const count = countOf(load<u32>(key), keys, keyBytes)
  if (count != countOf(load<u32>(value), values, valueBytes)) return seed
  const head = 8 + nullBytes(count)
  const keyWidth = widthOf(load<u32>(key))
  const valueWidth = widthOf(load<u32>(value))
  let hash = seed
  for (let i: u32 = 0; i < count; i++) {
    hash = takeElement<H>(key, keys + head, keyWidth, i, keys, keyBytes, hash)
    hash = takeElement<H>(value, values + head, valueWidth, i, values, valueBytes, hash)
  }
  return hash
}

// @ts-ignore: decorator
@inline
function takeElement<H>(node: usize, first: usize, width: u32, index: u32, array: usize, bytes: u32, seed: H): H {
  return isNull(array + 8, index) ? seed : takePlace<H>(node, first + <usize>index * width, array, bytes, seed)
}

/** How many elements an array has; none where they, or their header, would be more than its bytes. */
function countOf(element: u32, at: usize, bytes: u32): u32 {
  if (bytes < 8 || load<u64>(at) > <u64>bytes) return 0
  const count = load<u32>(at)
  return 8 + <u64>nullBytes(count) + <u64>count * widthOf(element) > <u64>bytes ? 0 : count
}

/** Big-endian bytes, of which Spark takes as few as there can be. */
function takeDecimal<H>(at: usize, bytes: u32, seed: H): H {
  let from = at
  let left = bytes
  while (left > 1 && <i32>load<i8>(from) == <i32>load<i8>(from, 1) >> 7) {
    from++
    left--
  }
  return takeBytes<H>(from, left, seed)
}

export function murmur3_packed(_ctx: usize, value: u64, type: u64, seed: i32): i32 {
  return <i32>takeSlice<u32>(addressOf(type), addressOf(value), bytesOf(value), <u32>seed)
}
export function xxhash64_packed(_ctx: usize, value: u64, type: u64, seed: i64): i64 {
  return <i64>takeSlice<u64>(addressOf(type), addressOf(value), bytesOf(value), <u64>seed)
}
