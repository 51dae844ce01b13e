/**
 * Cuts a stream of CSV into chunks of whole rows. Where a row ends is guessed by the number of quotes before; the worker that reads a chunk
 * tells whether it ended within quotes, and then what it left is put back, and cut anew with more behind it.
 */
import type { Lease } from '../../bridge/memory.ts'
import { SourceError } from '../../errors.ts'
import type { ByteStream } from '../text/byte-stream.ts'
import { runtimeOf } from '../text/column-parts.ts'

/** A row's bytes at most. */
export const MAX_ROW = 1 << 26
/** Bytes behind a chunk that may be read, and one that is written. */
const SLACK = 128

/** Memory for one chunk, used again for others. */
export interface Buffer32 {
  address: number
  bytes: number
}

export interface Chunk {
  readonly from: number
  readonly to: number
  /** Of its first byte in the stream. */
  readonly offset: number
  readonly last: boolean
}

export class Chunks {
  readonly #stream: ByteStream
  readonly #work: Lease
  readonly #path: string
  readonly #quote: number
  readonly #target: number
  /** Bytes that come before the stream's, and how many of them are known to hold no end of a row. */
  #back: Uint8Array = new Uint8Array(0)
  #open = 0
  #offset: number
  #ended = false

  /** `offset`: of the stream's next byte; `target`: bytes of a chunk. */
  constructor(stream: ByteStream, work: Lease, path: string, quote: number, offset: number, target: number) {
    this.#stream = stream
    this.#work = work
    this.#path = path
    this.#quote = quote
    this.#offset = offset
    this.#target = target
  }

  /** The next chunk, in the buffer; undefined at the end. Throws SourceError. */
  async next(buffer: Buffer32): Promise<Chunk | undefined> {
    let target = Math.max(this.#target, 2 * this.#back.length)
    let have = 0
    for (;;) {
      this.#widen(buffer, target, have)
      const bytes = new Uint8Array(this.#work.buffer, buffer.address, buffer.bytes)
      if (this.#back.length > 0) {
        bytes.set(this.#back, have)
        have += this.#back.length
        this.#back = NOTHING
      }
      if (!this.#ended && have < target) {
        const got = await this.#stream.read(bytes.subarray(have, target))
        have += got
        this.#ended = have < target
      }
      if (have === 0) return undefined
      const from = buffer.address
      if (this.#ended) return this.#taken(from, this.#closed(bytes, have) + from, have)
      const end = (runtimeOf(this.#work)['csv_boundary']?.(0, from, from + have, this.#quote, from + this.#open) ?? 0) >>> 0
      if (end > 0) {
        this.#back = bytes.slice(end - from, have)
        return this.#taken(from, end, end - from)
      }
      if (have >= MAX_ROW) throw new SourceError('MALFORMED_ROW', `a row of ${this.#path} is longer than ${MAX_ROW >> 20} MiB; is a quote not closed?`, { path: this.#path, byteOffset: this.#offset })
      target *= 2
    }
  }

  /** Puts back what follows `offset`: the bytes of chunks in order, the first of them without an end of a row in its first `open` bytes. */
  putBack(pieces: readonly Uint8Array[], offset: number, open: number): void {
    this.#back = Uint8Array.from(Buffer.concat([...pieces, this.#back]))
    this.#offset = offset
    this.#open = open
  }

  #taken(from: number, to: number, bytes: number): Chunk {
    const chunk = { from, to, offset: this.#offset, last: this.#ended && this.#back.length === 0 }
    this.#offset += bytes
    this.#open = 0
    return chunk
  }

  /** The last row ends, as all others do. */
  #closed(bytes: Uint8Array, have: number): number {
    if (bytes[have - 1] === 10) return have
    bytes[have] = 10
    return have + 1
  }

  #widen(buffer: Buffer32, bytes: number, have: number): void {
    if (buffer.bytes >= bytes + SLACK) return
    const size = bytes + SLACK
    const address = this.#work.reserve(size) >>> 0
    if (have > 0) new Uint8Array(this.#work.buffer, address, have).set(new Uint8Array(this.#work.buffer, buffer.address, have))
    buffer.address = address
    buffer.bytes = size
  }
}

const NOTHING = new Uint8Array(0)
