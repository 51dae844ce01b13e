/** Memory for the time of a task: buffers that grow and are used again for page after page, and what the runtime's functions need beside. */
import type { CallScope } from '../../../bridge/worker.ts'
import { type PageFunctions, pageFunctions } from './runtime.ts'

/** Beyond what is asked for: may be written by copies that run over, or loaded. */
export const SLACK = 64

const ROUND_BYTES = 4096 + SLACK
const BOUNDS_BYTES = 32
const PATTERN_BYTES = 304

export class Room {
  readonly runtime: PageFunctions
  readonly buffer: ArrayBufferLike
  readonly bytes: Uint8Array
  readonly view: DataView
  /** For a round of unpacked values. */
  readonly round: number
  /** For `parquet_narrow`. */
  readonly bounds: number
  /** For decompression. */
  readonly patterns: number
  readonly #scope: CallScope
  readonly #lease: number
  readonly #scratch: number
  readonly #buffers = new Map<string, { address: number; bytes: number }>()

  constructor(scope: CallScope, { lease, scratch }: { readonly lease: number; readonly scratch: number }) {
    this.runtime = pageFunctions(scope.runtime)
    this.buffer = scope.memory.buffer
    this.bytes = new Uint8Array(this.buffer)
    this.view = new DataView(this.buffer)
    this.#scope = scope
    this.#lease = lease
    this.#scratch = scratch
    this.round = scope.reserve(scratch, ROUND_BYTES + BOUNDS_BYTES + PATTERN_BYTES)
    this.bounds = this.round + ROUND_BYTES
    this.patterns = this.bounds + BOUNDS_BYTES
    this.runtime.block_patterns(this.patterns)
  }

  /** A buffer of that name; what it held before is gone. Throws ArcweldError MEMORY_EXCEEDED. */
  at(name: 'page' | 'values' | 'more' | 'lengths' | 'prefixes' | 'rows' | 'validity', bytes: number): number {
    const had = this.#buffers.get(name)
    if (had !== undefined && had.bytes >= bytes) return had.address
    const room = Math.max(bytes, had === undefined ? 0 : Math.ceil(had.bytes * 1.5))
    const address = this.temporary(room)
    this.#buffers.set(name, { address, bytes: room })
    return address
  }

  /** Until the task ends. */
  temporary(bytes: number): number {
    return this.#scope.reserve(this.#scratch, bytes + SLACK)
  }

  /** As long as the column. */
  lasting(bytes: number): number {
    return this.#scope.reserve(this.#lease, bytes + SLACK)
  }

  copy(from: number, bytes: number, to: number): void {
    this.bytes.copyWithin(to, from, from + bytes)
  }
}
