/** Validity bitmaps as Arrow has them: one bit a row, least significant first, 1 = value. */

/** Bytes of a bitmap over `rows` rows. */
export const bitmapBytes = (rows: number): number => Math.ceil(rows / 8)

export const getBit = (bits: Uint8Array, index: number): boolean => ((bits[index >>> 3]! >>> (index & 7)) & 1) === 1

export const setBit = (bits: Uint8Array, index: number): void => {
  bits[index >>> 3]! |= 1 << (index & 7)
}

/** Sets `count` bits from `start` on. */
export const fillBits = (bits: Uint8Array, start: number, count: number): void => {
  let at = start
  const end = start + count
  while (at < end && (at & 7) !== 0) setBit(bits, at++)
  const whole = (end - at) >>> 3
  bits.fill(255, at >>> 3, (at >>> 3) + whole)
  at += whole * 8
  while (at < end) setBit(bits, at++)
}

/** Ors `count` bits of `source`, from `from` on, into `target` at `to`. */
export const copyBits = (target: Uint8Array, to: number, source: Uint8Array, from: number, count: number): void => {
  let done = 0
  if ((to & 7) === 0 && (from & 7) === 0) {
    const whole = count >>> 3
    target.set(source.subarray(from >>> 3, (from >>> 3) + whole), to >>> 3)
    done = whole * 8
  }
  for (; done < count; done++) if (getBit(source, from + done)) setBit(target, to + done)
}

const POPCOUNT = Uint8Array.from({ length: 256 }, (_, byte) => {
  let n = 0
  for (let b = byte; b !== 0; b &= b - 1) n++
  return n
})

/** How many of the first `rows` bits are set. */
export const countBits = (bits: Uint8Array, rows: number): number => {
  let n = 0
  const whole = rows >>> 3
  for (let i = 0; i < whole; i++) n += POPCOUNT[bits[i]!]!
  if ((rows & 7) !== 0) n += POPCOUNT[bits[whole]! & ((1 << (rows & 7)) - 1)]!
  return n
}
