/** XXH64 over 32-bit and 64-bit integers and bytes, as Spark's XXH64 class; results are signed. */

const P1 = 0x9e3779b185ebca87n
const P2 = 0xc2b2ae3d27d4eb4fn
const P3 = 0x165667b19e3779f9n
const P4 = 0x85ebca77c2b2ae63n
const P5 = 0x27d4eb2f165667c5n

const u64 = (x: bigint): bigint => BigInt.asUintN(64, x)
const rotated = (x: bigint, bits: bigint): bigint => u64(x << bits) | (u64(x) >> (64n - bits))
const round = (hash: bigint, word: bigint): bigint => u64(rotated(u64(hash + word * P2), 31n) * P1)

const finished = (hash: bigint): bigint => {
  let h = u64(hash)
  h = u64((h ^ (h >> 33n)) * P2)
  h = u64((h ^ (h >> 29n)) * P3)
  return BigInt.asIntN(64, h ^ (h >> 32n))
}

const withInt = (hash: bigint, value: bigint): bigint => u64(rotated(hash ^ u64(value * P1), 23n) * P2 + P3)
const withLong = (hash: bigint, value: bigint): bigint => u64(rotated(hash ^ round(0n, value), 27n) * P1 + P4)

export const xxInt = (value: number, seed: bigint): bigint => finished(withInt(u64(seed + P5 + 4n), BigInt(value >>> 0)))
export const xxLong = (value: bigint, seed: bigint): bigint => finished(withLong(u64(seed + P5 + 8n), u64(value)))

export const xxBytes = (bytes: Uint8Array, seed: bigint): bigint => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const { length } = bytes
  let at = 0
  let hash = u64(seed + P5)
  if (length >= 32) {
    const lanes = [u64(seed + P1 + P2), u64(seed + P2), u64(seed), u64(seed - P1)]
    for (; at + 32 <= length; at += 32) for (let i = 0; i < 4; i++) lanes[i] = round(lanes[i]!, view.getBigUint64(at + 8 * i, true))
    hash = u64(rotated(lanes[0]!, 1n) + rotated(lanes[1]!, 7n) + rotated(lanes[2]!, 12n) + rotated(lanes[3]!, 18n))
    for (const lane of lanes) hash = u64((hash ^ round(0n, lane)) * P1 + P4)
  }
  hash = u64(hash + BigInt(length))
  for (; at + 8 <= length; at += 8) hash = withLong(hash, view.getBigUint64(at, true))
  if (at + 4 <= length) {
    hash = withInt(hash, BigInt(view.getUint32(at, true)))
    at += 4
  }
  for (; at < length; at++) hash = u64(rotated(hash ^ u64(BigInt(bytes[at]!) * P5), 11n) * P1)
  return finished(hash)
}
