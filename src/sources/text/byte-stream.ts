/** The bytes of a text file from front to back, decompressed and as UTF-8, into memory that is given. */
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { createGunzip } from 'node:zlib'
import { Readable } from 'node:stream'
import { SourceError } from '../../errors.ts'
import { corrupt, fileError } from '../failure.ts'
import { transcoded } from './encodings.ts'
import { zstdPieces } from './zstd-stream.ts'

export type Compression = 'none' | 'gzip' | 'zstd'
export type Encoding = 'utf-8' | 'latin-1' | 'utf-16'

export interface ByteStream {
  /** Fills as much of the target as there is; less only at the end. */
  read(target: Uint8Array): Promise<number>
  close(): Promise<void>
}

/** By how the file begins. */
export const compressionOf = (head: Uint8Array): Compression => {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip'
  if (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd) return 'zstd'
  return 'none'
}

/** Straight from the file; it must be the one that was opened first. */
class PlainStream implements ByteStream {
  readonly #handle: FileHandle
  readonly #path: string
  #at: number

  constructor(handle: FileHandle, path: string, at: number) {
    this.#handle = handle
    this.#path = path
    this.#at = at
  }

  async read(target: Uint8Array): Promise<number> {
    let got = 0
    while (got < target.length) {
      const { bytesRead } = await this.#handle.read(target, got, target.length - got, this.#at).catch((cause: unknown) => {
        throw fileError(cause, this.#path)
      })
      if (bytesRead === 0) break
      got += bytesRead
      this.#at += bytesRead
    }
    return got
  }

  close(): Promise<void> {
    return this.#handle.close()
  }
}

/** What is given in pieces. */
class PieceStream implements ByteStream {
  readonly #pieces: AsyncIterator<Uint8Array>
  #piece = new Uint8Array(0)

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.asyncIterator]()
  }

  async read(target: Uint8Array): Promise<number> {
    let got = 0
    while (got < target.length) {
      if (this.#piece.length === 0) {
        const next = await this.#pieces.next()
        if (next.done) break
        this.#piece = next.value as Uint8Array<ArrayBuffer>
        continue
      }
      const part = this.#piece.subarray(0, target.length - got)
      target.set(part, got)
      this.#piece = this.#piece.subarray(part.length)
      got += part.length
    }
    return got
  }

  async close(): Promise<void> {
    await this.#pieces.return?.()
  }
}

/** Decompressed; what is wrong with the file is FILE_CORRUPT. */
async function* unpacked(path: string, compression: Compression): AsyncGenerator<Uint8Array, void> {
  const source = createReadStream(path, { highWaterMark: 1 << 18 })
  try {
    if (compression === 'none') yield* source
    else if (compression === 'zstd') yield* zstdPieces(source)
    else {
      const unpack = createGunzip({ chunkSize: 1 << 18 })
      source.on('error', (cause) => unpack.destroy(cause))
      yield* source.pipe(unpack) as AsyncIterable<Uint8Array>
    }
  } catch (cause) {
    if (cause instanceof SourceError) throw cause
    const { code } = cause as NodeJS.ErrnoException
    if (code === undefined || /^(Z_|ZSTD_|ERR_)/.test(code)) throw corrupt(path, `it cannot be decompressed: ${(cause as Error).message}`, { cause })
    throw fileError(cause, path)
  } finally {
    source.destroy()
  }
}

/** From byte `at` of what comes out. Throws SourceError. */
export const openBytes = async (path: string, compression: Compression, encoding: Encoding, at = 0): Promise<ByteStream> => {
  if (compression === 'none' && encoding === 'utf-8') {
    const handle = await open(path).catch((cause: unknown) => {
      throw fileError(cause, path)
    })
    return new PlainStream(handle, path, at)
  }
  const pieces = unpacked(path, compression)
  const stream = new PieceStream(encoding === 'utf-8' ? pieces : transcoded(pieces, encoding, path))
  const dropped = new Uint8Array(Math.min(at, 1 << 20))
  try {
    for (let left = at; left > 0; ) {
      const got = await stream.read(dropped.subarray(0, Math.min(left, dropped.length)))
      if (got === 0) break
      left -= got
    }
  } catch (error) {
    await stream.close()
    throw error
  }
  return stream
}

/** For tests, and what has its bytes at hand. */
export const bytesOfPieces = (pieces: Iterable<Uint8Array>): ByteStream => new PieceStream(Readable.from(pieces))
