/** Opens whatever a table is registered from: paths by what the file begins with, values by their structure. */
import { open } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { OptionError, SourceError } from '../errors.ts'
import { type ArrowSource, arrowIpcSource, arrowSource, openArrowFile } from './arrow.ts'
import { corrupt, fileError } from './failure.ts'
import { openParquet, type ParquetSource } from './parquet.ts'

export type OpenSource = ParquetSource | ArrowSource

const readHead = async (path: string): Promise<Uint8Array> => {
  try {
    const handle = await open(path)
    try {
      const head = new Uint8Array(8)
      const { bytesRead } = await handle.read(head, 0, 8, 0)
      return head.subarray(0, bytesRead)
    } finally {
      await handle.close()
    }
  } catch (cause) {
    throw fileError(cause, path)
  }
}

const openPath = async (path: string): Promise<OpenSource> => {
  const head = await readHead(path)
  const begins = Buffer.from(head).toString('latin1')
  if (head.length === 0) throw corrupt(path, 'it is empty')
  if (begins.startsWith('PAR1') || begins.startsWith('PARE')) return openParquet(path)
  if (begins.startsWith('ARROW1') || begins.startsWith('\xff\xff\xff\xff')) return openArrowFile(path)
  const extension = /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase() ?? ''
  if (extension === 'parquet') throw corrupt(path, 'it does not begin with PAR1', { byteOffset: 0 })
  if (['arrow', 'arrows', 'ipc', 'feather'].includes(extension)) {
    if (begins.startsWith('FEA1')) throw new SourceError('FILE_FORMAT', `${path} is of Feather version 1, which arcweld does not read`, { path })
    throw corrupt(path, 'it begins neither like an Arrow file nor like an Arrow stream', { byteOffset: 0 })
  }
  const csv = ['csv', 'tsv', 'txt', 'gz'].includes(extension) ? ': CSV is not read yet' : ''
  throw new SourceError('FILE_FORMAT', `${path} is neither a Parquet nor an Arrow IPC file${csv}`, { path })
}

const bytesOf = (value: unknown): Uint8Array | undefined => {
  const tag = Object.prototype.toString.call(value)
  if (tag === '[object Uint8Array]') {
    const { buffer, byteOffset, byteLength } = value as Uint8Array
    return new Uint8Array(buffer, byteOffset, byteLength)
  }
  return tag === '[object ArrayBuffer]' || tag === '[object SharedArrayBuffer]' ? new Uint8Array(value as ArrayBuffer) : undefined
}

const isAsyncIterable = (value: unknown): value is AsyncIterable<unknown> => typeof value === 'object' && value !== null && Symbol.asyncIterator in value

/**
 * Opens a path or `file:` URL (Parquet, Arrow IPC), Arrow IPC bytes (whole, or in pieces by an async iterable), an Arrow table, a record batch or an array of record
 * batches. Throws SourceError (FILE_NOT_FOUND, FILE_UNREADABLE, FILE_CORRUPT, FILE_FORMAT) or OptionError INVALID_OPTION.
 */
export const openSource = async (source: unknown): Promise<OpenSource> => {
  if (typeof source === 'string') return openPath(source)
  if (source instanceof URL && source.protocol === 'file:') return openPath(fileURLToPath(source))
  const bytes = bytesOf(source)
  if (bytes !== undefined) return arrowIpcSource(bytes)
  if (isAsyncIterable(source)) {
    const pieces: Uint8Array[] = []
    for await (const piece of source) {
      const part = bytesOf(piece)
      if (part === undefined) throw new OptionError('INVALID_OPTION', 'an async iterable as a source gives the bytes of one Arrow IPC stream or file, in pieces')
      pieces.push(part)
    }
    return arrowIpcSource(Buffer.concat(pieces))
  }
  const table = arrowSource(source)
  if (table !== undefined) return table
  throw new OptionError('INVALID_OPTION', 'a source is a path, an Arrow table, record batches or Arrow IPC bytes', {
    hint: typeof (source as { toArrow?: unknown } | null)?.toArrow === 'function' ? 'pass what its toArrow() gives' : undefined,
  })
}
