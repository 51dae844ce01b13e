/** Memory that a task needs while it runs, handed from task to task: cut from one stretch, which is replaced by a longer one where it was too short. */
import type { TextScope } from './columns.ts'

export interface Stretch {
  readonly address: number
  readonly bytes: number
}

export class Scratch {
  readonly #scope: TextScope
  readonly #lease: number
  #stretch: Stretch
  #used = 0
  /** Had besides, since the stretch was full. */
  #more = 0

  constructor(scope: TextScope, lease: number, stretch: Stretch) {
    this.#scope = scope
    this.#lease = lease
    this.#stretch = stretch
  }

  /** 16-aligned, content undefined. */
  take(bytes: number): number {
    const size = Math.ceil(Math.max(bytes, 16) / 16) * 16
    if (this.#used + size > this.#stretch.bytes) {
      this.#more += this.#stretch.bytes
      const longer = Math.max(size, this.#stretch.bytes * 2, 1 << 18)
      this.#stretch = { address: this.#scope.reserve(this.#lease, longer), bytes: longer }
      this.#used = 0
    }
    const address = this.#stretch.address + this.#used
    this.#used += size
    return address
  }

  zeroed(bytes: number): number {
    const address = this.take(bytes)
    new Uint8Array(this.#scope.buffer, address, bytes).fill(0)
    return address
  }

  /** A mark to go back to, for what is taken after it; what was taken in an older stretch is lost until the next task. */
  get mark(): number {
    return this.#more + this.#used
  }

  release(mark: number): void {
    this.#used = Math.max(mark - this.#more, 0)
  }

  /** For the next task. */
  get stretch(): Stretch {
    return this.#stretch
  }
}
