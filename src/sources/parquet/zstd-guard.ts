/**
 * What makes the JavaScript decoder of Zstandard run for ever or take gigabytes, found before it is called: a table of
 * Huffman weights with a single symbol (every state reads no bits), and windows or sizes beyond reason. No sound frame has
 * either. Only used where Node has no decoder of its own.
 */

/** The window that zstd itself accepts by default. */
const MAX_WINDOW = 2 ** 27
const ZSTD_MAGIC = 0xfd2fb528

const log2 = (value: number): number => 31 - Math.clz32(value)

/** Whether one symbol of an FSE table takes all of it. */
const singleSymbol = (bytes: Uint8Array, from: number): boolean => {
  const at = (index: number): number => bytes[index] ?? 0
  const size = 1 << ((at(from) & 15) + 5)
  let position = from * 8 + 4
  let left = size
  for (let symbol = 0; symbol < 256 && left > 0; symbol++) {
    const bits = log2(left + 1)
    const mask = (1 << (bits + 1)) - 1
    const byte = position >> 3
    let value = ((at(byte) | (at(byte + 1) << 8) | (at(byte + 2) << 16)) >> (position & 7)) & mask
    const small = mask - left - 1
    if ((value & (mask >> 1)) < small) {
      value &= mask >> 1
      position += bits
    } else {
      if (value > mask >> 1) value -= small
      position += bits + 1
    }
    const count = value - 1
    if (count === size) return true
    left -= Math.abs(count)
    if (count === 0) {
      for (let repeat = 3; repeat === 3; position += 2) {
        repeat = ((at(position >> 3) | (at((position >> 3) + 1) << 8)) >> (position & 7)) & 3
        symbol += repeat
      }
    }
  }
  return false
}

const checkLiterals = (bytes: Uint8Array, from: number): void => {
  const header = bytes[from] ?? 0
  // literals with a Huffman tree of their own
  if ((header & 3) !== 2) return
  const format = (header >> 2) & 3
  const tree = from + (format < 2 ? 3 : format + 2)
  if ((bytes[tree] ?? 128) < 128 && singleSymbol(bytes, tree + 1)) throw new Error('Huffman weights of one symbol')
}

/** Throws Error for frames that must not be decoded; `size` is what they must decompress to, 0 when unknown. */
export const checkZstd = (bytes: Uint8Array, size: number): void => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 0; at < bytes.length; ) {
    const magic = view.getUint32(at, true)
    if (magic >>> 4 === 0x184d2a5) {
      at += 8 + view.getUint32(at + 4, true)
      continue
    }
    if (magic !== ZSTD_MAGIC) throw new Error('no Zstandard frame')
    const flags = view.getUint8(at + 4)
    const single = (flags >> 5) & 1
    const sizeField = flags >> 6
    const sizeBytes = sizeField === 0 ? single : 1 << sizeField
    const exponent = single === 1 ? 0 : view.getUint8(at + 5)
    at += 6 - single + [0, 1, 2, 4][flags & 3]!
    let content = 0
    for (let i = 0; i < sizeBytes; i++) content += view.getUint8(at + i) * 2 ** (8 * i)
    if (sizeBytes === 2) content += 256
    const window = single === 1 ? content : 2 ** (10 + (exponent >> 3)) * (1 + (exponent & 7) / 8)
    if (window > Math.max(MAX_WINDOW, size) || (sizeBytes > 0 && size > 0 && content > size))
      throw new Error(`a Zstandard frame of ${content} bytes, window ${window}`)
    at += sizeBytes
    for (let last = 0; last === 0; ) {
      const header = view.getUint8(at) | (view.getUint8(at + 1) << 8) | (view.getUint8(at + 2) << 16)
      const kind = (header >> 1) & 3
      at += 3
      if (kind === 2) checkLiterals(bytes, at)
      at += kind === 1 ? 1 : header >> 3
      last = header & 1
    }
    if ((flags & 4) !== 0) at += 4
  }
}
