/** Arrow IPC bytes as a table: metadata is read and checked at once, buffers when their column is loaded. */
import { SourceError } from '../../errors.ts'
import { corrupt } from '../failure.ts'
import { uniqueNames } from '../names.ts'
import { loadZstd } from '../zstd.ts'
import { ChunkError } from './failure.ts'
import { BatchReader, type Dictionaries, type Open, type Part } from './ipc-body.ts'
import { DICTIONARY_BATCH, FILE_MAGIC, type IpcData, MessageError, readMessages } from './ipc-messages.ts'
import type { ArrowTable } from './structure.ts'

/** Whether bytes begin like an Arrow IPC file or stream. */
const looksLikeIpc = (head: Uint8Array): boolean =>
  Buffer.from(head.subarray(0, 6)).toString('latin1') === FILE_MAGIC ||
  (head.length >= 8 && head[0] === 255 && head[1] === 255 && head[2] === 255 && head[3] === 255)

interface Batch {
  readonly rows: number
  readonly columns: readonly Open[]
}

const ZSTD = 1

const batchesOf = ({ schema, messages }: IpcData): Batch[] => {
  const batches: Batch[] = []
  // each batch keeps the dictionaries of its time: a stream may replace and extend them
  let dictionaries: Dictionaries = new Map()
  for (const { byteOffset, kind, header, body } of messages) {
    try {
      if (kind === DICTIONARY_BATCH) {
        const data = header.table(1)
        if (data === undefined) throw new RangeError('a dictionary batch without data')
        const id = header.long(0)
        const part: Part = { header: data, body, byteOffset }
        const before = header.byte(2) === 0 ? [] : (dictionaries.get(id) ?? [])
        dictionaries = new Map(dictionaries).set(id, [...before, part])
      } else {
        const reader = new BatchReader(header, body, schema.version, dictionaries)
        batches.push({ rows: reader.length, columns: schema.fields.map(({ type }) => reader.array(type)) })
      }
    } catch (cause) {
      throw cause instanceof ChunkError ? cause : new MessageError(byteOffset, cause)
    }
  }
  return batches
}

const usesZstd = ({ messages }: IpcData): boolean =>
  messages.some(({ kind, header }) => (kind === DICTIONARY_BATCH ? header.table(1) : header)?.table(3)?.byte(0) === ZSTD)

/** The table that the bytes hold; `where` names them in messages. Throws SourceError FILE_CORRUPT, FILE_FORMAT. */
export const readIpc = async (bytes: Uint8Array, where: string, path: string | undefined): Promise<ArrowTable> => {
  if (!looksLikeIpc(bytes)) throw corrupt(where, 'it begins neither like an Arrow file nor like an Arrow stream', { byteOffset: 0 })
  try {
    const data = readMessages(bytes)
    const batches = batchesOf(data)
    if (usesZstd(data)) await loadZstd()
    const { fields } = data.schema
    const names = uniqueNames(fields.map(({ name }) => name))
    return {
      columns: fields.map(({ type }, i) => ({ name: names[i]!, type, arrays: batches.map(({ columns }) => columns[i]!) })),
      batches: batches.map(({ rows }) => rows),
    }
  } catch (cause) {
    const found = cause instanceof MessageError ? cause.cause : cause
    if (found instanceof ChunkError && found.code !== 'FILE_CORRUPT') throw new SourceError(found.code, `${where} cannot be read: ${found.message}`, { path, cause })
    throw corrupt(where, (cause as Error).message, { cause, ...(cause instanceof MessageError ? { byteOffset: cause.byteOffset } : {}) })
  }
}
