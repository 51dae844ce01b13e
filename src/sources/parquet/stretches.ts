/** Memory that is cut up, and all of it had again: the same places in the same order, so that caches still have them. */
import type { CallScope } from '../../bridge/worker.ts'
import type { Stretch } from './feed-task.ts'

const LINE = 128
/** What is had at once where less is asked for. */
const LEAST = 1 << 20

export class Stretches {
  readonly #had: Stretch[]
  readonly #more: (bytes: number) => number
  #at = 0
  #used = 0

  /** `had`: what was had before, under the same lease. */
  constructor(had: readonly Stretch[], lease: number, { reserve }: Pick<CallScope, 'reserve'>) {
    this.#had = [...had]
    this.#more = (bytes) => reserve(lease, bytes)
  }

  get had(): readonly Stretch[] {
    return this.#had
  }

  /** All is free again. */
  reset(): void {
    this.#at = 0
    this.#used = 0
  }

  /** Content undefined. Throws ArcweldError MEMORY_EXCEEDED. */
  reserve(bytes: number): number {
    const size = Math.ceil(Math.max(bytes, 1) / LINE) * LINE
    for (; this.#at < this.#had.length; this.#at++, this.#used = 0) {
      const stretch = this.#had[this.#at]!
      if (stretch.bytes - this.#used < size) continue
      const address = stretch.address + this.#used
      this.#used += size
      return address
    }
    const own = Math.max(size, LEAST)
    const address = this.#more(own) >>> 0
    this.#had.push({ address, bytes: own })
    this.#used = size
    return address
  }
}
