/**
 * Decompression of a page into shared memory: Snappy and LZ4 by the runtime, GZIP and Brotli by Node, Zstandard by Node or, where it has none,
 * by its own library as WebAssembly. What comes out is exactly as long as the page's header says.
 */
import * as zlib from 'node:zlib'
import type { Codec } from '../chunk-task.ts'
import { PageError } from './failure.ts'
import { type Room, SLACK } from './room.ts'
import { right } from './runtime.ts'

type Sync = (bytes: Uint8Array, options: { maxOutputLength: number; chunkSize: number }) => Uint8Array

const native = (zlib as { zstdDecompressSync?: Sync }).zstdDecompressSync

let library: { reset(): void; decompressChunk(bytes: Uint8Array, length: number): Uint8Array } | undefined

/** To be awaited before a page is decompressed. */
export const loadCodec = async (codec: Codec): Promise<void> => {
  if (codec === 'ZSTD' && native === undefined && library === undefined) library = await (await import('@hpcc-js/wasm-zstd')).Zstd.load()
}

/** One chunk holds all: else each 16 KiB would be a buffer of their own. */
const CHUNK_LEAST = 64

const byNode = (run: Sync, room: Room, from: number, stored: number, to: number, full: number): void => {
  let out: Uint8Array
  try {
    out = run(room.bytes.subarray(from, from + stored), { maxOutputLength: Math.max(full, 1), chunkSize: Math.max(full, CHUNK_LEAST) })
  } catch (cause) {
    throw new PageError(`a page cannot be decompressed: ${(cause as Error).message}`)
  }
  place(out, room, to, full)
}

const place = (out: Uint8Array, room: Room, to: number, full: number): void => {
  if (out.length !== full) throw new PageError(`a page of ${full} bytes decompresses to ${out.length}`)
  room.bytes.set(out, to)
}

const zstdByLibrary: Sync = (bytes, { maxOutputLength }) => {
  if (library === undefined) throw new Error('Zstandard is not loaded')
  library.reset()
  return library.decompressChunk(bytes, maxOutputLength)
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
      return byNode(native ?? zstdByLibrary, room, from, stored, to, full)
    default:
      throw new PageError(`compression by ${codec}`, 'UNSUPPORTED_TYPE')
  }
}
