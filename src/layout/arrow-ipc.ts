/** Arrow tables as IPC bytes, stream or file format, their bodies compressed where that is asked for. */
import * as arrow from 'apache-arrow'
import { OptionError } from '../errors.ts'
import { compressor, type IpcCompression } from './arrow-compression.ts'

export type { IpcCompression } from './arrow-compression.ts'

export interface IpcOptions {
  /** `file` ends in a footer, `stream` (default) is read from its beginning. */
  readonly format?: 'stream' | 'file'
  readonly compression?: IpcCompression
}

type Compress = (bytes: Uint8Array) => Uint8Array

interface Body {
  byteLength: number
  bufferRegions: any[]
  buffers: ArrayBufferView[]
}

const PREFIX = 8
/** Stands where the length would: a buffer that would not become smaller. */
const PLAIN = -1n

const CODECS = { lz4: arrow.CompressionType.LZ4_FRAME, zstd: arrow.CompressionType.ZSTD }

/** What stands before compressed bytes is their length decompressed; apache-arrow 21 writes the other one, so bodies are made here. */
const compressed = (buffers: readonly ArrayBufferView[], compress: Compress): Body => {
  const out: ArrayBufferView[] = []
  const bufferRegions: { offset: number; length: number }[] = []
  let offset = 0
  for (const { buffer, byteOffset, byteLength } of buffers) {
    const bytes = new Uint8Array(buffer, byteOffset, byteLength)
    if (byteLength === 0) {
      out.push(bytes, bytes)
      bufferRegions.push({ offset, length: 0 })
      continue
    }
    const small = compress(bytes)
    const smaller = small.length < byteLength
    const body = smaller ? small : bytes
    out.push(BigInt64Array.of(smaller ? BigInt(byteLength) : PLAIN), body)
    bufferRegions.push({ offset, length: PREFIX + body.length })
    offset += (PREFIX + body.length + 7) & ~7
  }
  return { byteLength: offset, bufferRegions, buffers: out }
}

const writerOf = ({ format = 'stream', compression }: IpcOptions, compress: Compress | undefined): arrow.RecordBatchWriter => {
  const options = { autoDestroy: true, ...(compression === undefined ? {} : { compressionType: CODECS[compression] }) }
  const writer = format === 'file' ? new arrow.RecordBatchFileWriter(options) : new arrow.RecordBatchStreamWriter(options)
  if (compress !== undefined) {
    // it is called with the buffers of a batch, and gives them two by two: a prefix and what follows it
    ;(writer as unknown as { _compressBodyBuffers(buffers: ArrayBufferView[]): Body })._compressBodyBuffers = (buffers) => compressed(buffers, compress)
  }
  return writer
}

/** Throws OptionError INVALID_OPTION. */
export const checkIpcOptions = ({ format, compression }: IpcOptions): void => {
  if (format !== undefined && format !== 'stream' && format !== 'file') throw new OptionError('INVALID_OPTION', `format is 'stream' or 'file', not ${JSON.stringify(format)}`)
  if (compression !== undefined && !Object.hasOwn(CODECS, compression)) throw new OptionError('INVALID_OPTION', `compression is 'lz4' or 'zstd', not ${JSON.stringify(compression)}`)
}

/** The bytes of tables of one schema as they come about: nothing is held but the table at hand. Of no table there are no bytes. */
export async function* ipcChunks(tables: Iterable<arrow.Table>, options: IpcOptions = {}): AsyncGenerator<Uint8Array, void, undefined> {
  const writer = writerOf(options, options.compression === undefined ? undefined : await compressor(options.compression))
  // its own queue would hold everything until somebody reads, and tell nobody when that is
  const made: Uint8Array[] = []
  ;(writer as unknown as { _sink: { write(bytes: Uint8Array): void } })._sink.write = (bytes) => void made.push(bytes)
  let schema: arrow.Schema | undefined
  for (const table of tables) {
    // a batch of another schema object would be compared field by field, and one that is found to differ ends the stream
    schema ??= table.schema
    for (const batch of table.batches) writer.write(new arrow.RecordBatch(schema, batch.data))
    yield Buffer.concat(made.splice(0))
  }
  writer.finish()
  if (made.length > 0) yield Buffer.concat(made.splice(0))
}
