/**
 * The accounts of the shared memory: which lease owns which 64 KiB page, how much each lease and all of them hold. They live in
 * the shared memory itself, so every thread leases by the same code: the main thread through `Lease`, kernels through `reserve`.
 * A lease's small requests are cut from a run of 256 KiB, large ones get pages of their own.
 */
import { findRun, type FreeRuns, HINTS, lowerHints } from './free-runs.ts'
import { acquire, release } from './lock.ts'
import { CONTROL, FREED, LEASES, MAX_LEASES, PAGE, PAGE_TABLE } from './low-memory.ts'

/** Words from CONTROL. The turn counter must follow the lock. */
const LOCK = CONTROL / 4
const END = LOCK + 2
const LOWEST = LOCK + 3
const BUDGET = LOCK + 4
const IN_USE = LOCK + 5
const LAST_ID = LOCK + 6
const PEAK = LOCK + 7
const HINT = LOCK + 8

/** Words of a lease. */
const LEASE_WORDS = 8
const STATE = 0
const HELD = 1
const LIMIT = 2
const FROM = 3
const TO = 4
const BUMP = 5
const BUMP_END = 6

const RUN_PAGES = 4

export interface PagesFormat {
  /** Pages of the memory that may be used; the last one of 4 GiB is left out. */
  readonly end: number
  readonly lowest: number
  readonly budget: number
}

/** Two cache lines, which are fetched together: what two workers write must not share them. */
const LINE = 128

export class Pages {
  readonly #words: Int32Array<ArrayBufferLike>
  readonly #runs: FreeRuns
  readonly #holder: number
  /** Whether the last `reserve` returned pages that nobody has written to yet. */
  fresh = false

  /** `holder` is a number other than 0 that no other living thread uses. */
  constructor(memory: WebAssembly.Memory, holder: number) {
    this.#words = new Int32Array(memory.buffer)
    this.#runs = { words: this.#words, table: PAGE_TABLE / 4, hints: HINT }
    this.#holder = holder
  }

  /** Writes the control words of a new memory. */
  format({ end, lowest, budget }: PagesFormat): void {
    const words = this.#words
    words[END] = end
    words[LOWEST] = lowest
    words[BUDGET] = budget
    words.fill(lowest, HINT, HINT + HINTS)
  }

  get budget(): number {
    return (this.#words[BUDGET] as number) * PAGE
  }

  get inUse(): number {
    return Atomics.load(this.#words, IN_USE) * PAGE
  }

  /** Most bytes that were ever in use at once. */
  get peak(): number {
    return Atomics.load(this.#words, PEAK) * PAGE
  }

  held(lease: number): number {
    return Atomics.load(this.#words, this.#lease(lease) + HELD) * PAGE
  }

  /** A new lease's id, 1 or more; 0 when too many are open. `limit` in bytes. */
  open(limit: number): number {
    const words = this.#words
    this.#enter()
    try {
      for (let i = 0, id = words[LAST_ID] as number; i < MAX_LEASES - 1; i++) {
        id = id === MAX_LEASES - 1 ? 1 : id + 1
        const at = this.#lease(id)
        if (words[at + STATE] !== 0) continue
        words.fill(0, at, at + LEASE_WORDS)
        words[at + STATE] = 1
        words[at + LIMIT] = Math.min(words[END] as number, Math.floor(limit / PAGE))
        words[at + FROM] = words[END] as number
        words[LAST_ID] = id
        return id
      }
      return 0
    } finally {
      this.#leave()
    }
  }

  /** Address of `bytes` bytes, LINE-aligned, content undefined; 0 when refused by the budget, the lease's limit or for want of room. */
  reserve(lease: number, bytes: number): number {
    const words = this.#words
    const size = Math.max(LINE, Math.ceil(bytes / LINE) * LINE)
    const at = this.#lease(lease)
    this.fresh = false
    this.#enter()
    try {
      if (words[at + STATE] !== 1) return 0
      const bump = (words[at + BUMP] as number) >>> 0
      const rest = ((words[at + BUMP_END] as number) >>> 0) - bump
      if (size <= rest) {
        words[at + BUMP] = bump + size
        return bump
      }
      if (size < PAGE) return this.#refill(lease, at, size)
      const pages = Math.ceil(size / PAGE)
      const first = this.#take(lease, at, pages)
      if (first === 0) return 0
      const end = (first + pages) * PAGE
      if (end - (first * PAGE + size) > rest) this.#bump(at, first * PAGE + size, end)
      return first * PAGE
    } finally {
      this.#leave()
    }
  }

  /** Gives every page of the lease back and ends it. */
  close(lease: number): void {
    const words = this.#words
    const at = this.#lease(lease)
    this.#enter()
    try {
      if (words[at + STATE] !== 1) return
      const table = this.#runs.table
      const to = words[at + TO] as number
      let lowest = 0
      let freed = 0
      for (let page = words[at + FROM] as number; page < to; page++) {
        if (words[table + page] !== lease) continue
        words[table + page] = FREED
        if (freed++ === 0) lowest = page
      }
      words[at + STATE] = 0
      words[at + HELD] = 0
      words[IN_USE] = (words[IN_USE] as number) - freed
      if (freed > 0) lowerHints(this.#runs, lowest, words[LOWEST] as number)
    } finally {
      this.#leave()
    }
  }

  /** Frees the lock if it is held by a thread that is not among the living. */
  recover(living: ReadonlySet<number>): void {
    const holder = Atomics.load(this.#words, LOCK)
    if (holder === 0 || living.has(holder)) return
    if (Atomics.compareExchange(this.#words, LOCK, holder, this.#holder) !== holder) return
    this.#rebuild()
    this.#leave()
  }

  #lease(id: number): number {
    return LEASES / 4 + id * LEASE_WORDS
  }

  #enter(): void {
    if (acquire(this.#words, LOCK, this.#holder)) this.#rebuild()
  }

  #leave(): void {
    release(this.#words, LOCK, this.#holder)
  }

  #bump(at: number, from: number, to: number): void {
    this.#words[at + BUMP] = from
    this.#words[at + BUMP_END] = to
  }

  /** Starts a new run for small requests (or lengthens the present one, when the pages follow it). */
  #refill(lease: number, at: number, size: number): number {
    const words = this.#words
    const room = Math.min((words[at + LIMIT] as number) - (words[at + HELD] as number), (words[BUDGET] as number) - (words[IN_USE] as number))
    let pages = Math.min(RUN_PAGES, room)
    let first = pages > 0 ? this.#take(lease, at, pages) : 0
    if (first === 0 && pages > 1) {
      pages = 1
      first = this.#take(lease, at, 1)
    }
    if (first === 0) return 0
    const start = first * PAGE
    const end = (words[at + BUMP_END] as number) >>> 0
    const address = end === start ? (words[at + BUMP] as number) >>> 0 : start
    this.#bump(at, address + size, start + pages * PAGE)
    return address
  }

  #take(lease: number, at: number, pages: number): number {
    const words = this.#words
    const held = (words[at + HELD] as number) + pages
    const inUse = (words[IN_USE] as number) + pages
    if (held > (words[at + LIMIT] as number) || inUse > (words[BUDGET] as number)) return 0
    const first = findRun(this.#runs, pages, words[END] as number)
    if (first === 0) return 0
    const table = this.#runs.table
    let fresh = true
    for (let page = first; page < first + pages; page++) {
      if (words[table + page] !== 0) fresh = false
      words[table + page] = lease
    }
    this.fresh = fresh && pages * PAGE > PAGE
    words[at + HELD] = held
    words[at + FROM] = Math.min(words[at + FROM] as number, first)
    words[at + TO] = Math.max(words[at + TO] as number, first + pages)
    words[IN_USE] = inUse
    words[PEAK] = Math.max(words[PEAK] as number, inUse)
    return first
  }

  /** The page table is the truth; all that is counted from it is counted anew. */
  #rebuild(): void {
    const words = this.#words
    for (let id = 1; id < MAX_LEASES; id++) {
      const at = this.#lease(id)
      words[at + HELD] = 0
      words[at + FROM] = words[END] as number
      words[at + TO] = 0
      words[at + BUMP] = 0
      words[at + BUMP_END] = 0
    }
    let inUse = 0
    for (let page = words[LOWEST] as number; page < (words[END] as number); page++) {
      const owner = words[this.#runs.table + page] as number
      if (owner === 0 || owner === FREED) continue
      const at = this.#lease(owner)
      if (words[at + STATE] !== 1) {
        words[this.#runs.table + page] = FREED
        continue
      }
      inUse++
      words[at + HELD] = (words[at + HELD] as number) + 1
      words[at + FROM] = Math.min(words[at + FROM] as number, page)
      words[at + TO] = page + 1
    }
    words[IN_USE] = inUse
    words.fill(words[LOWEST] as number, HINT, HINT + HINTS)
  }
}
