/** Distinct byte strings, numbered in the order they came: an open-addressing table over bytes, without JavaScript strings. */
import type { Utf8 } from './chunk.ts'

const MAX_BYTES = 32 << 20

export class Interner {
  size = 0
  #bytes = new Uint8Array(4096)
  #offsets = new Uint32Array(257)
  #hashes = new Int32Array(256)
  /** Code + 1; 0 is free. The length is a power of two, at most half full. */
  #slots = new Int32Array(1024)
  readonly #limit: number

  /** At most `limit` strings. */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** The code of bytes[from … to), or -1 when it is new and the table is full. */
  intern(bytes: Uint8Array, from: number, to: number): number {
    let hash = to - from
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193)
    hash ^= hash >>> 15
    let mask = this.#slots.length - 1
    let slot = hash & mask
    for (;;) {
      const code = this.#slots[slot]! - 1
      if (code < 0) break
      if (this.#hashes[code] === hash && this.#equals(code, bytes, from, to)) return code
      slot = (slot + 1) & mask
    }
    const end = this.#offsets[this.size]! + to - from
    if (this.size >= this.#limit || end > MAX_BYTES) return -1
    this.#reserve(end)
    if (this.size * 2 >= this.#slots.length) {
      this.#rehash()
      mask = this.#slots.length - 1
      slot = hash & mask
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask
    }
    const code = this.size++
    this.#bytes.set(bytes.subarray(from, to), this.#offsets[code])
    this.#offsets[code + 1] = end
    this.#hashes[code] = hash
    this.#slots[slot] = code + 1
    return code
  }

  /** The strings by code. */
  strings(): Utf8 {
    return { bytes: this.#bytes.subarray(0, this.#offsets[this.size]), offsets: this.#offsets.subarray(0, this.size + 1) }
  }

  #equals(code: number, bytes: Uint8Array, from: number, to: number): boolean {
    const start = this.#offsets[code]!
    if (this.#offsets[code + 1]! - start !== to - from) return false
    for (let i = from, j = start; i < to; i++, j++) if (bytes[i] !== this.#bytes[j]) return false
    return true
  }

  #reserve(end: number): void {
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(end, this.#bytes.length * 2))
      grown.set(this.#bytes)
      this.#bytes = grown
    }
    if (this.size >= this.#hashes.length) {
      const offsets = new Uint32Array(this.#hashes.length * 2 + 1)
      offsets.set(this.#offsets)
      this.#offsets = offsets
      const hashes = new Int32Array(this.#hashes.length * 2)
      hashes.set(this.#hashes)
      this.#hashes = hashes
    }
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 4)
    const mask = slots.length - 1
    for (let code = 0; code < this.size; code++) {
      let slot = this.#hashes[code]! & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = code + 1
    }
    this.#slots = slots
  }
}
