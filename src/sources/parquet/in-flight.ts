/** How many bytes of files may lie in memory before they are decoded, over all loads into one memory. */

const MOST_BYTES = 64 << 20

class InFlight {
  #held = 0
  readonly #waiting: { readonly bytes: number; readonly start: () => void }[] = []

  /** Waits until so many bytes more are few enough; those who came before go first. What is more than the bound goes alone. */
  async enter(bytes: number): Promise<void> {
    if (this.#waiting.length > 0 || !this.#fits(bytes)) await new Promise<void>((start) => this.#waiting.push({ bytes, start }))
    else this.#held += bytes
  }

  leave(bytes: number): void {
    this.#held -= bytes
    for (let next = this.#waiting[0]; next !== undefined && this.#fits(next.bytes); next = this.#waiting[0]) {
      this.#waiting.shift()
      this.#held += next.bytes
      next.start()
    }
  }

  #fits(bytes: number): boolean {
    return this.#held === 0 || this.#held + bytes <= MOST_BYTES
  }
}

const known = new WeakMap<ArrayBufferLike, InFlight>()

export const inFlight = (buffer: ArrayBufferLike): InFlight => {
  const found = known.get(buffer) ?? new InFlight()
  known.set(buffer, found)
  return found
}
