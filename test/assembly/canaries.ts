/** Places in memory with bytes around them that nobody may change. */
import type { Harness } from './harness.ts'

const MARGIN = 96

export class Canaries {
  readonly h: Harness
  readonly #from: number
  #places: { from: number; to: number; end: number }[] = []

  constructor(h: Harness) {
    this.h = h
    this.#from = h.next
  }

  /** Room for `bytes` bytes at any alignment, or at a multiple of 16. */
  place(bytes: number, offset = 0): number {
    const from = this.h.reserve(bytes + offset + 2 * MARGIN)
    const to = from + MARGIN + offset
    const end = from + bytes + offset + 2 * MARGIN
    this.h.bytes.fill(0xc7, from, end)
    this.#places.push({ from, to, end: to + bytes })
    return to
  }

  put(content: Uint8Array, offset = 0): number {
    const to = this.place(content.length, offset)
    this.h.bytes.set(content, to)
    return to
  }

  /** Whether nothing around the places was written; they are given back. */
  intact(): boolean {
    const whole = this.#places.every(({ from, to, end }) => {
      for (let at = from; at < to; at++) if (this.h.bytes[at] !== 0xc7) return false
      for (let at = end; at < end + MARGIN; at++) if (this.h.bytes[at] !== 0xc7) return false
      return true
    })
    this.#places = []
    this.h.next = this.#from
    return whole
  }
}

/** Copies with a few bytes changed, cut off or doubled. */
export const mutated = (bytes: Uint8Array, below: (n: number) => number): Uint8Array => {
  let out = Uint8Array.from(bytes)
  for (let i = below(3) + 1; i > 0 && out.length > 0; i--) {
    const at = below(out.length)
    switch (below(5)) {
      case 0:
        out = out.slice(0, at)
        break
      case 1:
        out = Uint8Array.from([...out.slice(0, at), ...out.slice(at + 1)])
        break
      case 2:
        out[at] = below(256)
        break
      case 3:
        out[at] = [0, 1, 127, 128, 255][below(5)]!
        break
      default:
        out[at] = out[at]! ^ (1 << below(8))
    }
  }
  return out
}
