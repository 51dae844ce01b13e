/**
 * Streams of UnsafeRows as Spark writes them: before each row its size, int32 big-endian. UnsafeRowSerializer's end with the bytes
 * ('eof'); those of SparkPlan.getByteArrayRdd, once decompressed, with a size of −1 ('mark').
 */
import { SourceError } from '../../errors.ts'
import type { RowBytes } from '../row-batch.ts'
import { type RowField, rowStride } from '../unsafe-row.ts'
import { rowCheck } from './checks.ts'
import { malformed } from './views.ts'

export type FrameEnd = 'eof' | 'mark'

export interface FrameOptions {
  readonly end?: FrameEnd | undefined
  /** Bytes of rows in a batch, but for one row that is larger. */
  readonly batchBytes?: number | undefined
}

const SIZE = 4
const BATCH_BYTES = 1 << 20
/** Sizes are claims: this much is reserved for a row before its bytes have come. */
const TRUSTED = 1 << 16

/**
 * Rows from chunks that may be cut anywhere, as batches: every row checked and 8-aligned. Throws SourceError FILE_FORMAT, with
 * `byteOffset` in the stream, where a size or a row cannot be, or the stream ends within a row or without its mark.
 */
export async function* readFrames(
  fields: readonly RowField[],
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: FrameOptions = {},
): AsyncGenerator<Required<RowBytes>> {
  const reader = new FrameReader(fields, options)
  for await (const chunk of chunks) yield* reader.take(chunk)
  yield* reader.end()
}

class FrameReader {
  readonly #check: ReturnType<typeof rowCheck>
  readonly #marked: boolean
  readonly #batchBytes: number
  #rows: Uint8Array
  #length = 0
  #offsets: number[] = []
  /** Rows of earlier batches, for messages. */
  #before = 0
  /** Place in the stream of the next byte. */
  #at = 0
  /** The size as far as it has come, then the bytes that the row lacks. */
  #size = 0
  #sizeBytes = 0
  #missing = 0
  #ended = false

  constructor(fields: readonly RowField[], { end = 'eof', batchBytes = BATCH_BYTES }: FrameOptions) {
    this.#check = rowCheck(fields)
    this.#marked = end === 'mark'
    this.#batchBytes = batchBytes
    this.#rows = new Uint8Array(Math.min(batchBytes, TRUSTED))
  }

  *take(chunk: Uint8Array): Generator<Required<RowBytes>> {
    let from = 0
    while (from < chunk.length) {
      if (this.#ended) throw malformed('bytes behind the end mark', this.#at)
      if (this.#sizeBytes < SIZE) {
        this.#size = (this.#size << 8) | chunk[from++]!
        this.#at++
        if (++this.#sizeBytes === SIZE) yield* this.#begin()
      } else {
        const bytes = chunk.subarray(from, from + this.#missing)
        this.#append(bytes)
        from += bytes.length
      }
    }
  }

  *end(): Generator<Required<RowBytes>> {
    if (this.#sizeBytes > 0 && !this.#ended) throw malformed(`the stream ends within row ${this.#row - (this.#sizeBytes === SIZE ? 1 : 0)}`, this.#at)
    if (this.#marked && !this.#ended) throw malformed('the stream ends without its mark', this.#at)
    if (this.#offsets.length > 0) yield this.#batch()
  }

  get #row(): number {
    return this.#before + this.#offsets.length
  }

  *#begin(): Generator<Required<RowBytes>> {
    const size = this.#size
    if (size === -1 && this.#marked) {
      this.#ended = true
      return
    }
    if (size < 0 || size % 8 !== 0) throw malformed(`row ${this.#row} has ${size} bytes`, this.#at - SIZE)
    if (this.#offsets.length > 0 && this.#length + size > this.#batchBytes) yield this.#batch()
    this.#offsets.push(this.#length)
    this.#missing = size
    if (size === 0) this.#finish()
  }

  #append(bytes: Uint8Array): void {
    const end = this.#length + bytes.length
    if (end > this.#rows.length) {
      const grown = new Uint8Array(Math.max(end, this.#rows.length * 2, Math.min(this.#length + this.#missing, TRUSTED)))
      grown.set(this.#rows.subarray(0, this.#length))
      this.#rows = grown
    }
    this.#rows.set(bytes, this.#length)
    this.#length = end
    this.#at += bytes.length
    this.#missing -= bytes.length
    if (this.#missing === 0) this.#finish()
  }

  #finish(): void {
    const start = this.#offsets.at(-1)!
    const view = new DataView(this.#rows.buffer)
    try {
      this.#check({ view, start, end: this.#length }, this.#row - 1)
    } catch (error) {
      if (!(error instanceof SourceError)) throw error
      const byteOffset = (error.byteOffset ?? start) - this.#length + this.#at
      throw new SourceError('FILE_FORMAT', error.message.replace(/ \(at byte \d+\)$/, ` (at byte ${byteOffset})`), { byteOffset })
    }
    this.#size = 0
    this.#sizeBytes = 0
  }

  #batch(): Required<RowBytes> {
    const batch = { rows: this.#rows.slice(0, this.#length), offsets: Uint32Array.from(this.#offsets) }
    this.#before += this.#offsets.length
    this.#offsets = []
    this.#length = 0
    return batch
  }
}

/** Batches of rows as a stream, a chunk a batch. */
export async function* writeFrames(
  fields: readonly RowField[],
  batches: AsyncIterable<RowBytes> | Iterable<RowBytes>,
  { end = 'eof' }: FrameOptions = {},
): AsyncGenerator<Uint8Array> {
  const stride = rowStride(fields)
  for await (const { rows, offsets } of batches) {
    const count = offsets?.length ?? (stride > 0 ? rows.length / stride : 0)
    if (count > 0) yield framed(rows, (row) => (row === count ? rows.length : (offsets?.[row] ?? row * stride)), count)
  }
  if (end === 'mark') yield Uint8Array.of(255, 255, 255, 255)
}

const framed = (rows: Uint8Array, startOf: (row: number) => number, count: number): Uint8Array => {
  const out = new Uint8Array(rows.length + count * SIZE)
  const view = new DataView(out.buffer)
  for (let row = 0, at = 0; row < count; row++) {
    const bytes = rows.subarray(startOf(row), startOf(row + 1))
    view.setInt32(at, bytes.length)
    out.set(bytes, at + SIZE)
    at += SIZE + bytes.length
  }
  return out
}
