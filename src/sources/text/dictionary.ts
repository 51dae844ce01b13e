/** The dictionary of a column of text in the making: parts bring the texts that are new to them, and parts at work at once may bring the same. */
import type { Lease } from '../../bridge/memory.ts'
import type { PartColumn } from './columns.ts'
import { MAX_CODES } from './text-reader.ts'

export class TextDictionary {
  readonly #lease: Lease
  readonly #codes = new Map<string, number>()
  readonly #most: number
  /** The texts of parts stay no longer than those. */
  readonly #copies: boolean
  #slices = 0
  #room = 0

  /** `room`: for so many texts, which are copied here; slices then stay where they are. */
  constructor(lease: Lease, room?: number) {
    this.#lease = lease
    this.#most = room ?? MAX_CODES
    this.#copies = room !== undefined
    if (room === undefined) return
    this.#room = room
    this.#slices = lease.allocate(8 * room) >>> 0
  }

  get size(): number {
    return this.#codes.size
  }

  /** Slices by code; without `room` they stay where they are until the next merge. */
  get slices(): number {
    return this.#slices
  }

  /**
   * Takes in what a part found that was given `known` codes. Gives what its codes from there on are now; undefined where they are what
   * they were, and false where there are too many.
   */
  merge(known: number, fresh: NonNullable<PartColumn['fresh']>): Uint16Array | undefined | false {
    const { buffer } = this.#lease
    const found = new Uint32Array(buffer, fresh.slices, 2 * fresh.size)
    const map = new Uint16Array(fresh.size)
    let same = true
    for (let i = 0; i < fresh.size; i++) {
      const text = Buffer.from(buffer, found[2 * i] as number, found[2 * i + 1] as number).toString('latin1')
      let code = this.#codes.get(text)
      if (code === undefined) {
        code = this.#codes.size
        if (code === this.#most) return false
        this.#add(text, found[2 * i] as number, found[2 * i + 1] as number)
      }
      map[i] = code
      if (code !== known + i) same = false
    }
    return same ? undefined : map
  }

  #add(text: string, address: number, bytes: number): void {
    const { buffer } = this.#lease
    const code = this.#codes.size
    if (code === this.#room) {
      this.#room = Math.max(64, 4 * this.#room)
      const slices = this.#lease.reserve(8 * this.#room)
      new Uint8Array(buffer, slices, 8 * code).set(new Uint8Array(buffer, this.#slices, 8 * code))
      this.#slices = slices
    }
    const stays = this.#copies && bytes > 0 ? this.#lease.reserve(bytes) >>> 0 : address
    if (stays !== address) new Uint8Array(buffer, stays, bytes).set(new Uint8Array(buffer, address, bytes))
    new Uint32Array(buffer, this.#slices + 8 * code, 2).set([stays, bytes])
    this.#codes.set(text, code)
  }
}
