/**
 * Decompression of a page into shared memory: Snappy and LZ4 by the runtime, GZIP and Brotli by Node, Zstandard by Node or, where it has none,
 * by its own library as WebAssembly. What comes out is exactly as long as the page's header says.
 */
import * as zlib from 'node:zlib'
import { loadZstd, withZstd } from '../../zstd.ts'
import type { Codec } from '../chunk-task.ts'
import { PageError } from './failure.ts'
import { type Room, SLACK } from './room.ts'
import { right } from './runtime.ts'

type Sync = (bytes: Uint8Array, options: { maxOutputLength: number; chunkSize: number }) => Uint8Array

/** To be awaited before a page is decompressed. */
export const loadCodec = async (codec: Codec): Promise<void> => {
  if (codec === 'ZSTD') await loadZstd()
}

/** One chunk holds all: else each 16 KiB would be a buffer of their own. */
const CHUNK_LEAST = 64

/** Throws PageError where a library throws. */
const attempt = (decompress: () => void): void => {
  try {
    decompress()
  } catch (cause) {
    throw cause instanceof PageError ? cause : new PageError(`a page cannot be decompressed: ${(cause as Error).message}`)
  }
}

const byNode = (run: Sync, room: Room, from: number, stored: number, to: number, full: number): void =>
  attempt(() => place(run(room.bytes.subarray(from, from + stored), { maxOutputLength: Math.max(full, 1), chunkSize: Math.max(full, CHUNK_LEAST) }), room, to, full))

const place = (out: Uint8Array, room: Room, to: number, full: number): void => {
  if (out.length !== full) throw new PageError(`a page of ${full} bytes decompresses to ${out.length}`)
  room.bytes.set(out, to)
}

/**
 * Hadoop's framing of LZ4: one or more blocks, each behind its length and its length when compressed, big-endian, 32 bits. Some writers left it
 * out, so that it is LZ4_RAW.
 */
const hadoopLz4 = (room: Room, from: number, stored: number, to: number, full: number): boolean => {
  const { view, runtime, patterns } = room
  const end = from + stored
  const stop = to + full
  let at = from
  let out = to
  while (at < end) {
    if (end - at < 8) return false
    const length = view.getUint32(at)
    const bytes = view.getUint32(at + 4)
    at += 8
    if (bytes > end - at || length > stop - out) return false
    if (runtime.lz4_decode(at, at + bytes, out, length, stop + SLACK, patterns) !== 0) return false
    at += bytes
    out += length
  }
  return out === stop
}

/** Decompresses `stored` bytes at `from` to exactly `full` bytes at `to`, behind which SLACK bytes may be written. Throws PageError. */
export const decompress = (codec: Codec, room: Room, from: number, stored: number, to: number, full: number): void => {
  const { runtime, patterns } = room
  const limit = to + full + SLACK
  switch (codec) {
    case 'UNCOMPRESSED':
      if (stored !== full) throw new PageError(`a page of ${full} bytes that are ${stored}`)
      return room.copy(from, full, to)
    case 'SNAPPY':
      return void right(runtime.snappy_decode(from, from + stored, to, full, limit, patterns))
    case 'LZ4_RAW':
      return void right(runtime.lz4_decode(from, from + stored, to, full, limit, patterns))
    case 'LZ4':
      if (!hadoopLz4(room, from, stored, to, full)) right(runtime.lz4_decode(from, from + stored, to, full, limit, patterns))
      return
    case 'GZIP':
      return byNode(zlib.unzipSync as Sync, room, from, stored, to, full)
    case 'BROTLI':
      return byNode(zlib.brotliDecompressSync as Sync, room, from, stored, to, full)
    case 'ZSTD':
      return attempt(() => withZstd(room.bytes.subarray(from, from + stored), full, (out) => place(out, room, to, full)))
    default:
      throw new PageError(`compression by ${codec}`, 'UNSUPPORTED_TYPE')
  }
}
