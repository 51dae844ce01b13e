/** Compression of IPC bodies: LZ4 frames here, Zstandard by zstd.ts. */
import { withZstd } from '../zstd.ts'
import { decodeLz4Frame } from './lz4-frame.ts'

export interface Decompress {
  /** No sound buffer decompresses to more than so many times its size. */
  readonly ratio: number
  /** At most `length` bytes come out. Throws Error on damage. */
  run(bytes: Uint8Array, length: number): Uint8Array
}

/** By Arrow's numbers of codecs. A block of Zstandard is up to 128 KiB and takes 4 bytes at least. */
export const decompressors: readonly (Decompress | undefined)[] = [
  { ratio: 256, run: decodeLz4Frame },
  { ratio: 32768, run: (bytes, length) => withZstd(bytes, length, (out) => out.slice()) },
]
