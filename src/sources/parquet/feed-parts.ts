/** The worker's side of a feed: each part is read, decoded column by column, and handed to the kernel. */
import { readSync } from 'node:fs'
import { failureOf } from '../../bridge/failure.ts'
import { type FedCounts, feedRows, isEnded } from '../../bridge/fed-rows.ts'
import type { CallScope } from '../../bridge/worker.ts'
import { physicalWidth } from '../../layout/relation.ts'
import type { Span } from './chunk-task.ts'
import { loadCodec } from './decode/codecs.ts'
import { damageOf, NotKept } from './decode/failure.ts'
import { FlatColumn } from './decode/flat-column.ts'
import { Room, SLACK } from './decode/room.ts'
import type { FedChunk, FedColumn, FeedEnd, FeedResult, FeedTask, FedPart } from './feed-task.ts'
import { Stretches } from './stretches.ts'

const VECTOR_BYTES = 16

class Ended extends Error {
  readonly end: FeedEnd

  constructor(end: FeedEnd) {
    super(end.by)
    this.end = end
  }
}

export const feedParts = async (task: FeedTask, scope: CallScope): Promise<FeedResult> => {
  const { columns, parts, kernel } = task
  const run = scope.kernel?.[kernel.run]
  if (run === undefined) throw new TypeError('a feed without a kernel')
  for (const codec of new Set(parts.flatMap(({ chunks }) => chunks.map((chunk) => chunk.codec)))) await loadCodec(codec)
  const words = new Int32Array(scope.memory.buffer)
  const memory = new Stretches(task.stretches, task.lease, scope)
  const counts: FedCounts = { rows: 0, morsels: 0, ms: 0, firstMs: 0 }
  let end: FeedEnd | undefined
  try {
    for (const part of parts) {
      if (isEnded(words, kernel)) break
      memory.reset()
      const vectors = decoded(part, columns, task.descriptor, memory, scope)
      try {
        feedRows(run, words, kernel, vectors, part.rowBase, part.rows, counts)
      } catch (cause) {
        throw new Ended({ by: 'kernel', failure: failureOf(words, cause, kernel.context) })
      }
    }
  } catch (error) {
    if (!(error instanceof Ended)) throw error
    end = error.end
  }
  return { stretches: memory.had, counts, end }
}

/** The address of the vectors of all columns. Throws Ended. */
const decoded = (part: FedPart, columns: readonly FedColumn[], descriptor: number, memory: Stretches, scope: CallScope): number => {
  const words = new Uint32Array(scope.memory.buffer)
  const { rows } = part
  let name = ''
  let at = 0
  try {
    const vectors = memory.reserve(columns.length * VECTOR_BYTES)
    const room = new Room({ ...scope, reserve: (_, bytes) => memory.reserve(bytes) }, { lease: 0, scratch: 0 })
    // What is decoded into columns goes before the next column is read.
    const common = memory.reserve(Math.max(0, ...columns.map((column, i) => (stays(column, part.chunks[i]!) ? 0 : bytesOf(part.chunks[i]!)))))
    for (const column of columns) {
      const { leaf, physical, nullable, range } = column
      name = leaf.name
      const chunk = part.chunks[at]!
      const lasting = stays(column, chunk)
      const spans = read(descriptor, chunk, lasting ? memory.reserve(bytesOf(chunk)) : common, lasting, room.bytes)
      const data = memory.reserve(rows * physicalWidth[physical] + SLACK)
      const validity = nullable ? memory.reserve(Math.ceil(rows / 64) * 8 + SLACK) : 0
      const flat = new FlatColumn(leaf, { physical, data, validity, rows }, room)
      flat.append({ spans, codec: chunk.codec, rows: part.groupRows, uncompressed: chunk.uncompressed, dictionary: chunk.dictionary, select: part.select })
      const result = flat.result()
      if (!result.ok) throw new TypeError('a column that was decoded and is not right')
      if (range && result.min !== undefined && result.max !== undefined && (result.min < range.min || result.max > range.max)) throw new NotKept('narrow')
      words.set([data, validity, 0, 0], (vectors + at * VECTOR_BYTES) / 4)
      at++
    }
    return vectors
  } catch (error) {
    if (error instanceof Ended) throw error
    throw new Ended(error instanceof NotKept ? { by: 'broken', column: at } : { by: 'damage', damage: damageOf(error, name) })
  }
}

/** Text that is not compressed is not copied: slices point to where it was read. */
const stays = ({ physical }: FedColumn, { codec }: FedChunk): boolean => physical === 'slice' && codec === 'UNCOMPRESSED'

const padded = (length: number): number => Math.ceil((length + SLACK) / 64) * 64

const bytesOf = ({ parts }: FedChunk): number => parts.reduce((sum, { length }) => sum + padded(length), 0)

/** Throws Ended. */
const read = (descriptor: number, { parts }: FedChunk, to: number, lasting: boolean, bytes: Uint8Array): readonly Span[] => {
  let address = to
  return parts.map(({ offset, length, firstRow }) => {
    const own = address
    for (let got = 0; got < length; ) {
      const n = readOnce(descriptor, bytes, own + got, length - got, offset + got)
      if (n === 0) throw new Ended({ by: 'end of file', byteOffset: offset + got })
      got += n
    }
    address += padded(length)
    return { address: own, length, fileOffset: offset, firstRow, stays: lasting }
  })
}

const readOnce = (descriptor: number, bytes: Uint8Array, to: number, length: number, offset: number): number => {
  try {
    return readSync(descriptor, bytes, to, length, offset)
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    throw new Ended({ by: 'unreadable', code, message })
  }
}
