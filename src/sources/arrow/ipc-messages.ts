/**
 * The messages of IPC bytes, in the order in which they are read.
 *
 *     message  ff ff ff ff · i32 bytes of metadata · metadata, padded to 8 · body (its length is in the metadata)
 *     stream   schema · dictionaries and batches · ff ff ff ff 00 00 00 00, or the end
 *     file     ARROW1 00 00 · a stream · footer: schema, places of dictionaries and batches · i32 bytes of footer · ARROW1
 */
import { counted, FlatTable } from './flatbuffer.ts'
import { type IpcSchema, readSchema } from './ipc-schema.ts'

export const FILE_MAGIC = 'ARROW1'
export const CONTINUATION = 0xffffffff

const SCHEMA = 1
export const DICTIONARY_BATCH = 2
export const RECORD_BATCH = 3

export interface Message {
  /** Of its first byte. */
  readonly byteOffset: number
  readonly kind: number
  readonly header: FlatTable
  readonly body: Uint8Array
}

/** What is wrong with a message, and where it begins. */
export class MessageError extends Error {
  readonly byteOffset: number
  constructor(byteOffset: number, cause: unknown) {
    super((cause as Error).message, { cause })
    this.byteOffset = byteOffset
  }
}

const within = (bytes: Uint8Array, from: number, length: number, what: string): Uint8Array => {
  if (from + length > bytes.length) throw new RangeError(`it is truncated: ${what} of ${length} bytes where ${Math.max(bytes.length - from, 0)} are left`)
  return bytes.subarray(from, from + length)
}

interface Read extends Message {
  readonly version: number
  readonly end: number
}

/** The message at `at`; undefined at the end of a stream. */
const messageAt = (bytes: Uint8Array, at: number): Read | undefined => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    within(bytes, at, 8, 'the head of a message')
    // files from before Arrow 0.15 have messages without the mark
    const marked = view.getUint32(at, true) === CONTINUATION
    const start = at + (marked ? 8 : 4)
    const size = view.getInt32(start - 4, true)
    if (size === 0) return undefined
    if (size < 0) throw new RangeError(`a message of ${size} bytes`)
    const message = FlatTable.root(within(bytes, start, size, 'a message'))
    const header = message.table(2)
    if (header === undefined) throw new RangeError('a message without a header')
    const length = counted(message.long(3))
    const body = within(bytes, start + size, length, 'the body of a message')
    return { byteOffset: at, version: message.short(0), kind: message.byte(1), header, body, end: start + size + length }
  } catch (cause) {
    throw new MessageError(at, cause)
  }
}

export interface IpcData {
  readonly schema: IpcSchema
  /** Dictionary batches and record batches. */
  readonly messages: readonly Message[]
}

const schemaIn = ({ byteOffset, header, version, kind }: Read): IpcSchema => {
  try {
    if (kind !== SCHEMA) throw new RangeError('no schema at its beginning')
    return readSchema(header, version)
  } catch (cause) {
    throw new MessageError(byteOffset, cause)
  }
}

const streamed = (bytes: Uint8Array): IpcData => {
  const first = messageAt(bytes, 0)
  if (first === undefined) throw new MessageError(0, new RangeError('it holds no schema'))
  const schema = schemaIn(first)
  const messages: Message[] = []
  let at = first.end
  while (at < bytes.length) {
    const message = messageAt(bytes, at)
    if (message === undefined) break
    if (message.kind !== DICTIONARY_BATCH && message.kind !== RECORD_BATCH) throw new MessageError(at, new RangeError(`a message of kind ${message.kind}`))
    messages.push(message)
    at = message.end
  }
  return { schema, messages }
}

const BLOCK = 24

const filed = (bytes: Uint8Array): IpcData => {
  const tail = bytes.length - FILE_MAGIC.length - 4
  if (tail < 8 || Buffer.from(bytes.subarray(-FILE_MAGIC.length)).toString('latin1') !== FILE_MAGIC)
    throw new MessageError(Math.max(tail, 0), new RangeError('it is truncated: it does not end with ARROW1'))
  const size = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getInt32(tail, true)
  const from = tail - size
  try {
    if (size <= 0 || from < 8) throw new RangeError(`a footer of ${size} bytes`)
    const footer = FlatTable.root(bytes.subarray(from, tail))
    const schema = footer.table(1)
    if (schema === undefined) throw new RangeError('a footer without a schema')
    const seen = new Set<number>()
    const blocks = (index: number, kind: number): Message[] => {
      const { at, length } = footer.vector(index, BLOCK)
      return Array.from({ length }, (_, i) => {
        const place = counted(footer.view.getBigInt64(at + i * BLOCK, true))
        if (seen.has(place)) throw new RangeError('the footer names a place twice')
        seen.add(place)
        const message = messageAt(bytes.subarray(0, from), place)
        if (message?.kind !== kind) throw new MessageError(place, new RangeError('the footer names a message that is of another kind'))
        return message
      })
    }
    return { schema: readSchema(schema, footer.short(0)), messages: [...blocks(2, DICTIONARY_BATCH), ...blocks(3, RECORD_BATCH)] }
  } catch (cause) {
    throw cause instanceof MessageError ? cause : new MessageError(Math.max(from, 0), cause)
  }
}

/** The schema and messages of a file or a stream. Throws MessageError. */
export const readMessages = (bytes: Uint8Array): IpcData => (bytes[0] === 255 ? streamed(bytes) : filed(bytes))
