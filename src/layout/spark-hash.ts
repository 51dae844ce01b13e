/**
 * Spark's hash functions over reference values: Murmur3_x86_32 (`hash`, partition ids) and XXH64 (`xxhash64`), as its HashExpression
 * takes them (catalyst/expressions/hash.scala). Each column's hash is the next one's seed; NULL leaves it as it is.
 *
 *   bool, integers up to 32 bits, date    one 32-bit word          float, double   their bits, −0 as 0 and every NaN as one
 *   int64, uint32, timestamps             two words, low first     decimals of more than 18 digits   minimal big-endian bytes
 *   decimals up to 18 digits, unscaled    two words                string          UTF-8 bytes
 *
 * Integers that Spark lacks (uint64, int128) are hashed as wide decimals are.
 */
import type { SqlType } from './types.ts'
import type { Value } from './value.ts'

/** Spark's seed of both. */
export const SEED = 42

/** How the values of a type are hashed; undefined for types that have no values. */
export type HashForm = 'int' | 'long' | 'bytes' | 'text' | 'float' | 'double'
export const hashForm = (type: SqlType): HashForm | undefined => {
  switch (type.kind) {
    case 'bool':
    case 'int8':
    case 'int16':
    case 'int32':
    case 'uint8':
    case 'uint16':
    case 'date':
      return 'int'
    case 'uint32':
    case 'int64':
    case 'timestamp':
    case 'timestamptz':
      return 'long'
    case 'decimal':
      return type.precision <= 18 ? 'long' : 'bytes'
    case 'uint64':
    case 'int128':
      return 'bytes'
    case 'string':
      return 'text'
    case 'float':
    case 'double':
      return type.kind
    default:
      return undefined
  }
}

/** The least number of big-endian two's complement bytes, as BigInteger.toByteArray gives. */
export const bigEndianBytes = (value: bigint): Uint8Array => {
  let bytes = 1
  while (BigInt.asIntN(bytes * 8, value) !== value) bytes++
  return Uint8Array.from({ length: bytes }, (_, i) => Number((value >> BigInt((bytes - 1 - i) * 8)) & 0xffn))
}

const bits = new DataView(new ArrayBuffer(8))
const floatBits = (x: number): number => {
  bits.setFloat32(0, x === 0 ? 0 : x)
  return Number.isNaN(x) ? 0x7fc00000 : bits.getInt32(0)
}
const doubleBits = (x: number): bigint => {
  bits.setFloat64(0, x === 0 ? 0 : x)
  return Number.isNaN(x) ? 0x7ff8000000000000n : bits.getBigInt64(0)
}

interface HashFunction<H> {
  readonly int: (value: number, seed: H) => H
  readonly long: (value: bigint, seed: H) => H
  readonly bytes: (value: Uint8Array, seed: H) => H
}

const rotl = (x: number, n: number): number => (x << n) | (x >>> (32 - n))
const mix = (h: number, word: number): number => (Math.imul(rotl(h ^ Math.imul(rotl(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593), 13), 5) + 0xe6546b64) | 0
const finish = (hash: number, bytes: number): number => {
  let h = hash ^ bytes
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}

const MURMUR3: HashFunction<number> = {
  int: (value, seed) => finish(mix(seed, value), 4),
  long: (value, seed) => finish(mix(mix(seed, Number(BigInt.asIntN(32, value))), Number(BigInt.asIntN(32, value >> 32n))), 8),
  // hashUnsafeBytes: the bytes behind the last whole word count as a word each, sign-extended.
  bytes: (value, seed) => {
    const view = new DataView(value.buffer, value.byteOffset, value.length)
    const whole = value.length & ~3
    let h = seed
    for (let i = 0; i < whole; i += 4) h = mix(h, view.getInt32(i, true))
    for (let i = whole; i < value.length; i++) h = mix(h, view.getInt8(i))
    return finish(h, value.length)
  },
}

const P1 = 0x9e3779b185ebca87n
const P2 = 0xc2b2ae3d27d4eb4fn
const P3 = 0x165667b19e3779f9n
const P4 = 0x85ebca77c2b2ae63n
const P5 = 0x27d4eb2f165667c5n
const u64 = (x: bigint): bigint => BigInt.asUintN(64, x)
const rotl64 = (x: bigint, n: bigint): bigint => u64((x << n) | (x >> (64n - n)))
const round = (h: bigint, word: bigint): bigint => u64(rotl64(u64(h + word * P2), 31n) * P1)
const takeLong = (h: bigint, word: bigint): bigint => u64(rotl64(h ^ round(0n, word), 27n) * P1 + P4)
const takeInt = (h: bigint, word: bigint): bigint => u64(rotl64(h ^ u64(word * P1), 23n) * P2 + P3)
const finish64 = (hash: bigint): bigint => {
  let h = u64((hash ^ (hash >> 33n)) * P2)
  h = u64((h ^ (h >> 29n)) * P3)
  return BigInt.asIntN(64, h ^ (h >> 32n))
}

const XXHASH64: HashFunction<bigint> = {
  int: (value, seed) => finish64(takeInt(u64(seed + P5 + 4n), BigInt(value >>> 0))),
  long: (value, seed) => finish64(takeLong(u64(seed + P5 + 8n), u64(value))),
  bytes: (value, seed) => {
    const view = new DataView(value.buffer, value.byteOffset, value.length)
    let at = 0
    let h = u64(seed + P5)
    if (value.length >= 32) {
      const v = [u64(seed + P1 + P2), u64(seed + P2), u64(seed), u64(seed - P1)] as [bigint, bigint, bigint, bigint]
      for (; at + 32 <= value.length; at += 32) for (const i of [0, 1, 2, 3] as const) v[i] = round(v[i], view.getBigUint64(at + 8 * i, true))
      h = u64(rotl64(v[0], 1n) + rotl64(v[1], 7n) + rotl64(v[2], 12n) + rotl64(v[3], 18n))
      for (const lane of v) h = u64((h ^ round(0n, lane)) * P1 + P4)
    }
    h = u64(h + BigInt(value.length))
    for (; at + 8 <= value.length; at += 8) h = takeLong(h, view.getBigUint64(at, true))
    if (at + 4 <= value.length) {
      h = takeInt(h, BigInt(view.getUint32(at, true)))
      at += 4
    }
    for (; at < value.length; at++) h = u64(rotl64(h ^ u64(BigInt(value[at] as number) * P5), 11n) * P1)
    return finish64(h)
  },
}

/** Takes one value into a hash. */
export type TakeValue<H> = (value: Value, seed: H) => H

const taking = <H>(fn: HashFunction<H>) => (type: SqlType): TakeValue<H> => {
  const form = hashForm(type)
  const take = ((): ((value: any, seed: H) => H) => {
    switch (form) {
      case 'int':
        return (value, seed) => fn.int(Number(value), seed)
      case 'long':
        return (value, seed) => fn.long(BigInt(value), seed)
      case 'bytes':
        return (value, seed) => fn.bytes(bigEndianBytes(value), seed)
      case 'text':
        return (value, seed) => fn.bytes(Buffer.from(value, 'utf8'), seed)
      case 'float':
        return (value, seed) => fn.int(floatBits(value), seed)
      case 'double':
        return (value, seed) => fn.long(doubleBits(value), seed)
      default:
        return (_, seed) => seed
    }
  })()
  return (value, seed) => (value === null ? seed : take(value, seed))
}

/** Spark's Murmur3 of the values of a type: an i32. */
export const murmur3: (type: SqlType) => TakeValue<number> = taking(MURMUR3)
/** Spark's XXH64 of the values of a type: an i64. */
export const xxhash64: (type: SqlType) => TakeValue<bigint> = taking(XXHASH64)

/** Which of so many partitions a hash belongs to: Spark's pmod. */
export const partitionOf = (hash: number, partitions: number): number => ((hash % partitions) + partitions) % partitions
