/**
 * The one shared memory of an engine, created at full size and never grown, and the leases by which everything in it is had.
 * A lease belongs to a table or a query; releasing it gives all its pages back at once.
 */
import { threadId } from 'node:worker_threads'
import { ArcweldError, OptionError } from '../errors.ts'
import type { NestedFunctions, Workspace } from '../layout/nested-nodes.ts'
import type { Arena } from '../layout/relation.ts'
import { FIRST_PAGE, MAX_PAGES, PAGE } from './low-memory.ts'
import { Pages } from './pages.ts'
import type { CallScope } from './worker.ts'

export interface SharedMemoryOptions {
  /** Bytes that all leases together may hold; at most what the memory has (just under 4 GiB). */
  readonly budget: number
  /** For tests: no page below this address is leased. */
  readonly lowest?: number | undefined
  /** The runtime, for conversions on this thread. */
  readonly runtime?: WebAssembly.Module | undefined
}

/** Reserving address space costs nothing; where even that is limited, less will do. */
const reserveMemory = (): WebAssembly.Memory => {
  for (let pages = MAX_PAGES; ; pages /= 2) {
    try {
      return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true })
    } catch (cause) {
      if (pages <= 1024) throw new ArcweldError('MEMORY_EXCEEDED', 'No shared memory can be reserved.', { cause })
    }
  }
}

export class SharedMemory {
  readonly memory: WebAssembly.Memory
  readonly #pages: Pages
  readonly #runtime: WebAssembly.Module | undefined
  #nested: NestedFunctions | undefined

  private constructor(memory: WebAssembly.Memory, pages: Pages, runtime: WebAssembly.Module | undefined) {
    this.memory = memory
    this.#pages = pages
    this.#runtime = runtime
  }

  /** Throws OptionError INVALID_OPTION, ArcweldError MEMORY_EXCEEDED. */
  static create({ budget, lowest = 0, runtime }: SharedMemoryOptions): SharedMemory {
    if (!Number.isFinite(budget) || budget < PAGE) throw new OptionError('INVALID_OPTION', `A memory budget of ${budget} bytes is too small.`)
    const memory = reserveMemory()
    const pages = new Pages(memory, threadId + 1)
    const end = Math.min(memory.buffer.byteLength / PAGE, MAX_PAGES - 1)
    const first = Math.max(FIRST_PAGE, Math.ceil(lowest / PAGE))
    pages.format({ end, lowest: first, budget: Math.min(Math.floor(budget / PAGE), end - first) })
    return new SharedMemory(memory, pages, runtime)
  }

  get buffer(): SharedArrayBuffer {
    return this.memory.buffer as unknown as SharedArrayBuffer
  }

  /** Bytes that all leases together may hold. */
  get budget(): number {
    return this.#pages.budget
  }

  /** Bytes that all open leases hold, in whole pages. */
  get inUse(): number {
    return this.#pages.inUse
  }

  /** Most bytes that were in use at once. */
  get peak(): number {
    return this.#pages.peak
  }

  /** Opens a lease that may hold up to `limit` bytes. Throws ArcweldError MEMORY_EXCEEDED when thousands are open. */
  lease(limit: number = Number.POSITIVE_INFINITY): Lease {
    return new Lease(this.#pages, this.memory, limit, () => this.#functions())
  }

  #functions(): NestedFunctions {
    if (!this.#runtime) throw new TypeError('this memory has no runtime to convert with')
    // None of them reserves.
    this.#nested ??= new WebAssembly.Instance(this.#runtime, { env: { memory: this.memory, reserve: () => 0 } }).exports as unknown as NestedFunctions
    return this.#nested
  }

  /** Repairs the accounts after worker threads died; `living` are the ids of the worker threads left. */
  recover(living: Iterable<number>): void {
    this.#pages.recover(new Set([threadId + 1, ...[...living].map((id) => id + 1)]))
  }
}

export class Lease implements Arena, Workspace {
  /** What kernels give to `reserve`, and what lies in a query's shared block. */
  readonly id: number
  readonly buffer: SharedArrayBuffer
  readonly #memory: WebAssembly.Memory
  readonly #pages: Pages
  readonly #limit: number
  readonly #functions: () => NestedFunctions
  readonly #adopted: { release(): void }[] = []
  #released = false

  constructor(pages: Pages, memory: WebAssembly.Memory, limit: number, functions: () => NestedFunctions) {
    this.#functions = functions
    this.#memory = memory
    this.#pages = pages
    this.#limit = limit
    this.buffer = memory.buffer as unknown as SharedArrayBuffer
    this.id = pages.open(limit)
    if (this.id === 0) throw new ArcweldError('MEMORY_EXCEEDED', 'Too many leases are open.')
  }

  /** Bytes held, in whole pages, with what kernels reserved under this lease. */
  get bytes(): number {
    return this.#released ? 0 : this.#pages.held(this.id)
  }

  /** Bytes that may still be had, by the lease's limit and by the memory's. */
  get available(): number {
    return Math.max(Math.min(this.#limit - this.bytes, this.#pages.budget - this.#pages.inUse), 0)
  }

  get nested(): NestedFunctions {
    return this.#functions()
  }

  /** A lease of its own of what is left here. */
  workspace(): Lease {
    return new Lease(this.#pages, this.#memory, this.available, this.#functions)
  }

  /** What a worker gives to functions that are called there, for those that are called on this thread. */
  scope(): CallScope {
    const memory = this.#memory
    const reserve = (lease: number, bytes: number): number => {
      const address = this.#pages.reserve(lease, bytes)
      if (address === 0) throw new ArcweldError('MEMORY_EXCEEDED', `${bytes} more bytes do not fit.`)
      return address
    }
    const arena = (lease: number): Arena => ({
      buffer: memory.buffer,
      allocate: (bytes) => {
        const address = reserve(lease, bytes)
        if (!this.#pages.fresh) new Uint8Array(memory.buffer, address, bytes).fill(0)
        return address
      },
    })
    return { memory, runtime: this.nested as unknown as CallScope['runtime'], arena, reserve }
  }

  /** Address of `bytes` zeroed bytes, 16-aligned; throws ArcweldError MEMORY_EXCEEDED. */
  allocate(bytes: number): number {
    const address = this.reserve(bytes)
    if (!this.#pages.fresh) new Uint8Array(this.buffer, address, bytes).fill(0)
    return address
  }

  /** Like `allocate`, content undefined: for what is overwritten at once. */
  reserve(bytes: number): number {
    const address = this.#released ? 0 : this.#pages.reserve(this.id, bytes)
    if (address !== 0) return address
    const limit = Math.min(this.#limit, this.#pages.budget)
    throw new ArcweldError('MEMORY_EXCEEDED', `${bytes} more bytes do not fit: ${this.bytes} held here, ${this.#pages.inUse} in all, of ${limit} allowed.`, {
      hint: 'Raise `memory`, or unregister tables that are not needed.',
    })
  }

  /** Another lease ends with this one: what lies under it is needed as long. */
  adopt(other: { release(): void }): void {
    if (this.#released) other.release()
    else this.#adopted.push(other)
  }

  /** Gives all pages back; the addresses had from this lease are no longer valid. May be called again. */
  release(): void {
    if (this.#released) return
    this.#released = true
    this.#pages.close(this.id)
    for (const other of this.#adopted.splice(0)) other.release()
  }
}
