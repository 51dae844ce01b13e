/**
 * Parquet's RLE and bit-packed hybrid, bounded: a damaged run can neither write past the output nor read past the page.
 * A run is a varint header; the low bit 1: (header >> 1) groups of 8 packed values, 0: one value (header >> 1) times.
 */
import { copyBits, countBits, fillBits } from '../../layout/bits.ts'

class Cursor {
  at: number
  readonly bytes: Uint8Array
  readonly end: number

  constructor(bytes: Uint8Array, at: number, end: number) {
    this.bytes = bytes
    this.at = at
    this.end = Math.min(end, bytes.length)
  }

  byte(): number {
    if (this.at >= this.end) throw new RangeError('a run of levels or codes ends early')
    return this.bytes[this.at++]!
  }

  header(): number {
    let result = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte()
      result += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return result
    }
    throw new RangeError('a run header is too long')
  }

  skip(bytes: number): number {
    const from = this.at
    if (bytes > this.end - from) throw new RangeError('a packed run ends early')
    this.at += bytes
    return from
  }
}

const unpack = (bytes: Uint8Array, from: number, width: number, count: number, out: Int32Array, outAt: number): void => {
  let at = from
  if (width <= 24) {
    const mask = 2 ** width - 1
    let bits = 0
    let pending = 0
    for (let i = 0; i < count; i++) {
      while (bits < width) {
        pending |= bytes[at++]! << bits
        bits += 8
      }
      out[outAt + i] = pending & mask
      pending >>>= width
      bits -= width
    }
    return
  }
  for (let i = 0; i < count; i++) {
    let value = 0
    for (let bit = 0; bit < width; bit++) {
      const position = i * width + bit
      value |= ((bytes[from + (position >>> 3)]! >>> (position & 7)) & 1) << bit
    }
    out[outAt + i] = value
  }
}

/** Decodes `count` values of `width` bits to `out`. Throws RangeError on damage. */
export const decodeHybrid = (bytes: Uint8Array, from: number, end: number, width: number, count: number, out: Int32Array): void => {
  if (width > 32) throw new RangeError(`codes of ${width} bits`)
  const cursor = new Cursor(bytes, from, end)
  for (let seen = 0; seen < count; ) {
    const header = cursor.header()
    const run = Math.floor(header / 2)
    if (header % 2 === 1) {
      const got = Math.min(run * 8, count - seen)
      const whole = Math.min(run * width, cursor.end - cursor.at)
      if (got * width > whole * 8) throw new RangeError('a packed run ends early')
      unpack(bytes, cursor.skip(whole), width, got, out, seen)
      seen += got
    } else {
      let value = 0
      for (let byte = 0; byte < (width + 7) >>> 3; byte++) value |= cursor.byte() << (8 * byte)
      const got = Math.min(run, count - seen)
      out.fill(value, seen, seen + got)
      seen += got
    }
  }
}

/** Definition levels 0 and 1 as validity bits from bit `row` on; returns how many are 1. */
export const decodeValidity = (bytes: Uint8Array, from: number, end: number, count: number, bits: Uint8Array, row: number): number => {
  const cursor = new Cursor(bytes, from, end)
  let valid = 0
  for (let seen = 0; seen < count; ) {
    const header = cursor.header()
    const run = Math.floor(header / 2)
    const packed = header % 2 === 1
    const got = Math.min(packed ? run * 8 : run, count - seen)
    if (packed) {
      const whole = Math.min(run, cursor.end - cursor.at)
      if (got > whole * 8) throw new RangeError('a packed run ends early')
      const start = cursor.skip(whole)
      copyBits(bits, row + seen, bytes, start * 8, got)
      valid += countBits(bytes.subarray(start, start + whole), got)
    } else if (cursor.byte() === 1) {
      fillBits(bits, row + seen, got)
      valid += got
    }
    seen += got
  }
  return valid
}
