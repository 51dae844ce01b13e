/** Arrow IPC bytes to a table, by apache-arrow; compressed bodies by the codecs that Parquet is read with. */
import { CompressionType, compressionRegistry, tableFromIPC } from 'apache-arrow'
import { codecs } from '../parquet/codecs.ts'
import { decodeLz4Frame } from './lz4-frame.ts'

const FILE_MAGIC = 'ARROW1'

/** Only where the program has registered none of its own. */
const registerCodecs = (): void => {
  const decoders = [
    [CompressionType.ZSTD, (bytes: Uint8Array) => codecs.ZSTD!(bytes, 0)],
    [CompressionType.LZ4_FRAME, decodeLz4Frame],
  ] as const
  for (const [type, decode] of decoders) if (compressionRegistry.get(type) === null) compressionRegistry.set(type, { decode })
}

/** Whether bytes begin like an Arrow IPC file or stream. */
const looksLikeIpc = (head: Uint8Array): boolean =>
  Buffer.from(head.subarray(0, 6)).toString('latin1') === FILE_MAGIC ||
  (head.length >= 8 && head[0] === 255 && head[1] === 255 && head[2] === 255 && head[3] === 255)

/** The table that the bytes hold. Throws what apache-arrow throws, and Errors on truncation that it would overlook. */
export const readIpc = (bytes: Uint8Array): unknown => {
  if (!looksLikeIpc(bytes)) throw new Error('it begins neither like an Arrow file nor like an Arrow stream')
  const isFile = bytes[0] !== 255
  if (isFile && Buffer.from(bytes.subarray(-6)).toString('latin1') !== FILE_MAGIC) throw new Error('it is truncated: it does not end with ARROW1')
  registerCodecs()
  return tableFromIPC(bytes)
}
