/** Who holds what, read from the page table: for looking at a query's memory from outside, while none of its kernels runs. */
import { FREED, MAX_PAGES, PAGE, PAGE_TABLE } from './low-memory.ts'

export interface Stretch {
  readonly address: number
  readonly bytes: number
}

export class PageOwners {
  readonly #table: Int32Array

  constructor(buffer: ArrayBufferLike) {
    this.#table = new Int32Array(buffer, PAGE_TABLE, Math.min(MAX_PAGES, buffer.byteLength / PAGE))
  }

  /** The lease whose page an address lies in; 0: nobody's. */
  of(address: number): number {
    const owner = this.#table[Math.floor(address / PAGE)] ?? 0
    return owner === FREED ? 0 : owner
  }

  /** The pages of one lease, neighbours joined. */
  pagesOf(lease: number): Stretch[] {
    return this.#runs((owner) => owner === lease)
  }

  /** The longest stretch that nobody holds. */
  free(): Stretch {
    const first = 2 * 1024 * 1024
    const runs = this.#runs((owner, page) => (owner === 0 || owner === FREED) && page * PAGE >= first && page < MAX_PAGES - 1)
    return runs.reduce((a, b) => (b.bytes > a.bytes ? b : a), { address: 0, bytes: 0 })
  }

  #runs(wanted: (owner: number, page: number) => boolean): Stretch[] {
    const runs: Stretch[] = []
    const table = this.#table
    for (let page = 0; page < table.length; page++) {
      if (!wanted(table[page] as number, page)) continue
      const first = page
      while (page + 1 < table.length && wanted(table[page + 1] as number, page + 1)) page++
      runs.push({ address: first * PAGE, bytes: (page + 1 - first) * PAGE })
    }
    return runs
  }
}
