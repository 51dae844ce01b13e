/** Spark's Murmur3_x86_32: standard but for bytes, whose tail is a full round for each, sign-extended, byte. */

const rotated = (x: number, bits: number): number => (x << bits) | (x >>> (32 - bits))
const round = (hash: number, k: number): number => (Math.imul(rotated(hash ^ Math.imul(rotated(Math.imul(k, 0xcc9e2d51), 15), 0x1b873593), 13), 5) + 0xe6546b64) | 0

const finished = (hash: number, length: number): number => {
  let h = hash ^ length
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}

export const murmurInt = (value: number, seed: number): number => finished(round(seed, value), 4)

export const murmurLong = (value: bigint, seed: number): number =>
  finished(round(round(seed, Number(BigInt.asIntN(32, value))), Number(BigInt.asIntN(32, value >> 32n))), 8)

export const murmurBytes = (bytes: Uint8Array, seed: number): number => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const whole = bytes.length & ~3
  let hash = seed
  for (let at = 0; at < whole; at += 4) hash = round(hash, view.getInt32(at, true))
  for (let at = whole; at < bytes.length; at++) hash = round(hash, view.getInt8(at))
  return finished(hash, bytes.length)
}
