/** Decompression: Node's own native codecs where it has them, else those of hyparquet-compressors. Output is bounded. */
import * as zlib from 'node:zlib'
import type { Compressors } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { checkZstd } from './zstd-guard.ts'

type Native = (input: Uint8Array, options: { maxOutputLength?: number }) => Uint8Array

// absent from Node 20
const zstd = (zlib as { zstdDecompressSync?: Native }).zstdDecompressSync

/** A length of 0 is unknown. */
const bounded =
  (decompress: Native) =>
  (input: Uint8Array, length: number): Uint8Array =>
    decompress(input, length > 0 ? { maxOutputLength: length } : {})

export const codecs: Compressors = {
  ...compressors,
  GZIP: bounded(zlib.gunzipSync),
  BROTLI: bounded(zlib.brotliDecompressSync),
  ZSTD:
    zstd !== undefined
      ? bounded(zstd)
      : (input, length) => {
          checkZstd(input, length)
          return compressors.ZSTD!(input, length)
        },
}
