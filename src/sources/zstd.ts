/**
 * Zstandard: by Node, or, where it has none, by its own library as WebAssembly. The library's own way out of its memory goes byte by byte
 * through an array, a hundred times slower than it decompresses, so that its heap is read here.
 */
import * as zlib from 'node:zlib'

const native = (zlib as { zstdDecompressSync?: (bytes: Uint8Array, options: { maxOutputLength: number; chunkSize: number }) => Uint8Array }).zstdDecompressSync

interface Block {
  readonly ptr: number
  size: number
}

/** What of the library is used; the version is exact in package.json. */
interface Library {
  reset(): void
  readonly _mainModule: { dataToHeap(bytes: Uint8Array): Block; malloc(bytes: number): Block; heapView(block: Block): Uint8Array; free(block: Block): void }
  readonly _zstd: { decompressChunk(to: number, room: number, from: number, bytes: number): number }
}

let library: Library | undefined

/** To be awaited before anything is decompressed. */
export const loadZstd = async (): Promise<void> => {
  if (native === undefined) library ??= (await (await import('@hpcc-js/wasm-zstd')).Zstd.load()) as unknown as Library
}

/** Gives `take` at most `length` bytes that the frames hold, for the time of the call. Throws Error on damage. */
export const withZstd = <T>(bytes: Uint8Array, length: number, take: (bytes: Uint8Array) => T): T => {
  // All in one chunk: else each of 16 KiB would be a buffer of its own.
  if (native !== undefined) return take(native(bytes, { maxOutputLength: Math.max(length, 1), chunkSize: Math.max(length, 64) }))
  if (library === undefined) throw new Error('Zstandard is not loaded')
  const { _mainModule: heap, _zstd: zstd } = library
  library.reset()
  const from = heap.dataToHeap(bytes)
  const to = heap.malloc(Math.max(length, 1))
  try {
    to.size = zstd.decompressChunk(to.ptr, length, from.ptr, bytes.length)
    if (!(to.size >= 0 && to.size <= length)) throw new Error('the frame is damaged')
    return take(heap.heapView(to))
  } finally {
    heap.free(to)
    heap.free(from)
  }
}
