/** Parts of a file into shared memory: asynchronously, neighbours in one read. */
import type { FileHandle } from 'node:fs/promises'
import { corrupt, fileError } from '../failure.ts'
import type { FileRange } from './metadata.ts'

/** Unused bytes between two parts that are read along rather than skipped. */
const GAP = 128 << 10
/** One read is not longer, if its first part is not. */
const MOST_BYTES = 8 << 20
/** Bytes that decoders may load behind a part. */
const SLACK = 64

/** Several parts of a file in one place. */
export class Extents {
  readonly #runs: { readonly offset: number; length: number; address: number }[] = []
  /** What all take. */
  readonly bytes: number

  constructor(parts: readonly FileRange[], gap = GAP) {
    for (const { offset, length } of [...parts].sort((a, b) => a.offset - b.offset)) {
      const last = this.#runs.at(-1)
      const end = offset + length
      const joins = last !== undefined && (offset < last.offset + last.length || (offset <= last.offset + last.length + gap && end - last.offset <= MOST_BYTES))
      if (joins) last.length = Math.max(last.length, end - last.offset)
      else this.#runs.push({ offset, length, address: 0 })
    }
    this.bytes = this.#runs.reduce((sum, { length }) => sum + padded(length), 0)
  }

  /** Reads everything to `address` on, where `bytes` are free. Throws SourceError. */
  async read(handle: FileHandle, path: string, buffer: ArrayBufferLike, address: number): Promise<void> {
    let at = address
    for (const run of this.#runs) {
      run.address = at
      at += padded(run.length)
    }
    const outcomes = await Promise.allSettled(this.#runs.map((run) => readInto(handle, path, new Uint8Array(buffer, run.address, run.length), run.offset)))
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
  }

  /** Where the byte at `offset` of the file lies, once it was read. */
  addressOf(offset: number): number {
    let [low, high] = [0, this.#runs.length]
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if (this.#runs[middle]!.offset <= offset) low = middle
      else high = middle
    }
    const run = this.#runs[low]
    if (run === undefined || offset < run.offset || offset >= run.offset + Math.max(run.length, 1)) throw new Error(`byte ${offset} was not read`)
    return run.address + offset - run.offset
  }
}

const padded = (length: number): number => Math.ceil((length + SLACK) / 64) * 64

const readInto = async (handle: FileHandle, path: string, target: Uint8Array, offset: number): Promise<void> => {
  for (let got = 0; got < target.length; ) {
    const { bytesRead } = await handle.read(target, got, target.length - got, offset + got).catch((cause: unknown) => {
      throw fileError(cause, path)
    })
    if (bytesRead === 0) throw corrupt(path, `it ends at byte ${offset + got}`, { byteOffset: offset + got })
    got += bytesRead
  }
}
