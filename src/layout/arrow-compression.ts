/** Compressors of IPC bodies: LZ4 frames here, Zstandard by Node, or by its own library as WebAssembly where Node has none. */
import * as zlib from 'node:zlib'
import { encodeLz4Frame } from './lz4-frame.ts'

export type IpcCompression = 'lz4' | 'zstd'

const native = (zlib as { zstdCompressSync?: (bytes: Uint8Array) => Uint8Array }).zstdCompressSync

export const compressor = async (compression: IpcCompression): Promise<(bytes: Uint8Array) => Uint8Array> => {
  if (compression === 'lz4') return encodeLz4Frame
  if (native !== undefined) return native
  const zstd = await (await import('@hpcc-js/wasm-zstd')).Zstd.load()
  return (bytes) => zstd.compress(bytes)
}
