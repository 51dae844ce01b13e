/**
 * LZ4 frames, the compression that pandas and Polars write into Feather files. A frame is a descriptor, then blocks of
 * sequences (literals, then a match that copies from up to 64 KiB back, across blocks too), then an end mark of 0.
 */

const MAGIC = 0x184d2204

class Output {
  readonly bytes: Uint8Array
  length = 0

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity)
  }

  reserve(more: number): void {
    if (this.length + more > this.bytes.length) throw new Error(`an LZ4 frame decompresses to more than ${this.bytes.length} bytes`)
  }

  literals(source: Uint8Array): void {
    this.reserve(source.length)
    this.bytes.set(source, this.length)
    this.length += source.length
  }

  match(distance: number, length: number): void {
    if (distance === 0 || distance > this.length) throw new Error('an LZ4 match reaches before the beginning')
    this.reserve(length)
    const { bytes } = this
    let from = this.length - distance
    if (distance >= length && length > 32) bytes.copyWithin(this.length, from, from + length)
    else for (let to = this.length; to < this.length + length; to++) bytes[to] = bytes[from++]!
    this.length += length
  }
}

const block = (bytes: Uint8Array, out: Output): void => {
  let at = 0
  const byte = (): number => {
    if (at >= bytes.length) throw new Error('an LZ4 block ends early')
    return bytes[at++]!
  }
  const extended = (nibble: number): number => {
    let length = nibble
    if (nibble === 15) for (let more = 255; more === 255; length += more) more = byte()
    return length
  }
  while (at < bytes.length) {
    const token = byte()
    const literals = extended(token >> 4)
    if (literals > bytes.length - at) throw new Error('an LZ4 block ends within its literals')
    out.literals(bytes.subarray(at, at + literals))
    at += literals
    if (at === bytes.length) return
    const distance = byte() | (byte() << 8)
    out.match(distance, extended(token & 15) + 4)
  }
}

/** Decompresses one frame, or several end to end, to `length` bytes at most. Throws Error on damage; checksums are skipped. */
export const decodeLz4Frame = (bytes: Uint8Array, length: number): Uint8Array => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const out = new Output(length)
  for (let at = 0; at < bytes.length; ) {
    if (view.getUint32(at, true) !== MAGIC) throw new Error('no LZ4 frame')
    const flags = view.getUint8(at + 4)
    if (flags >> 6 !== 1) throw new Error('an LZ4 frame of unknown version')
    // magic, flags, block size, then the optional content size and dictionary id, and a checksum of these
    at += 7 + (flags & 8 ? 8 : 0) + (flags & 1 ? 4 : 0)
    for (;;) {
      const word = view.getUint32(at, true)
      at += 4
      if (word === 0) break
      const size = word & 0x7fffffff
      if (size > bytes.length - at) throw new Error('an LZ4 frame ends within a block')
      const data = bytes.subarray(at, at + size)
      if (word >>> 31 === 1) out.literals(data)
      else block(data, out)
      at += size + (flags & 16 ? 4 : 0)
    }
    if (flags & 4) at += 4
  }
  return out.bytes.subarray(0, out.length)
}
