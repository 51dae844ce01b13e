/** Compression of IPC bodies: LZ4 frames here, Zstandard by Node, or by its own library as WebAssembly where Node has none. */
import * as zlib from 'node:zlib'
import { decodeLz4Frame } from './lz4-frame.ts'

export interface Decompress {
  /** No sound buffer decompresses to more than so many times its size. */
  readonly ratio: number
  /** At most `length` bytes come out. Throws Error on damage. */
  run(bytes: Uint8Array, length: number): Uint8Array
}

const native = (zlib as { zstdDecompressSync?: (bytes: Uint8Array, options: { maxOutputLength: number }) => Uint8Array }).zstdDecompressSync

let library: { reset(): void; decompressChunk(bytes: Uint8Array, length: number): Uint8Array } | undefined

const zstd = (bytes: Uint8Array, length: number): Uint8Array => {
  if (native !== undefined) return native(bytes, { maxOutputLength: length })
  if (library === undefined) throw new Error('Zstandard is not loaded')
  library.reset()
  return library.decompressChunk(bytes, length)
}

/** By Arrow's numbers of codecs. A block of Zstandard is up to 128 KiB and takes 4 bytes at least. */
export const decompressors: readonly (Decompress | undefined)[] = [
  { ratio: 256, run: decodeLz4Frame },
  { ratio: 32768, run: zstd },
]

/** To be awaited before anything is decompressed by Zstandard. */
export const loadZstd = async (): Promise<void> => {
  if (native === undefined && library === undefined) library = await (await import('@hpcc-js/wasm-zstd')).Zstd.load()
}
