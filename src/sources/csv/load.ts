/**
 * Reads the asked columns of a CSV file: chunks go to the workers as they are read, a few ahead, and what comes back is taken in the order of
 * the file. A chunk is only good if the one before it ended where a row does; where one did not, those behind it are read again.
 */
import type { Lease } from '../../bridge/memory.ts'
import type { Pool } from '../../bridge/pool.ts'
import { ArcweldError } from '../../errors.ts'
import type { ByteStream } from '../text/byte-stream.ts'
import { runtimeOf } from '../text/column-parts.ts'
import { type Chunk, Chunks, type Buffer32 } from './chunks.ts'
import { type ChunkFailure, type ChunkResult, type ChunkTask, CSV_TASKS } from './csv-task.ts'
import { ChunkReader } from './read-chunk.ts'
import type { Stretch } from '../text/scratch.ts'

/** Bytes of a chunk: enough that a task is worth its message. */
const CHUNK = 2 << 20
const LEAST_CHUNK = 1 << 16
/** What a task takes besides its chunk at first, by the chunk's bytes; it takes more where it has to. */
const SCRATCH = 3
/** All chunks that are read at once should take no more than this part of the memory that is left. */
const SHARE = 4

export interface Reading {
  readonly stream: ByteStream
  readonly path: string
  /** Of the stream's next byte. */
  readonly offset: number
  /** Bytes to come, about. */
  readonly bytes: number
  readonly quote: number
  /** What is needed on the way is within its bounds. */
  readonly lease: Lease
  /** Where what is read of a chunk stays; absent: under `lease`. Those whose chunks did not come are released here. */
  readonly open?: (() => Lease) | undefined
  /** Memory is short: smaller chunks. */
  readonly frugal?: boolean | undefined
  readonly pool: Pool | undefined
  readonly signal: AbortSignal | undefined
  readonly pieceBytes: number | undefined
  /** The task of a chunk, but for its place; asked when it is sent. */
  task(): Omit<ChunkTask, 'lease' | 'work' | 'from' | 'to' | 'scratch'>
}

/** What was read of a chunk, with the task that it was read by. */
export interface ReadChunk {
  readonly result: ChunkResult
  readonly chunk: Chunk
  readonly task: ReturnType<Reading['task']>
  /** The chunk itself, until the next one is asked for. */
  readonly bytes: Uint8Array
  readonly lease: Lease
}

interface Slot {
  readonly input: Buffer32
  scratch: Stretch
}

interface Flight {
  readonly slot: Slot
  readonly chunk: Chunk
  readonly task: ReturnType<Reading['task']>
  readonly lease: Lease
  readonly result: Promise<ChunkResult>
}

/** In the order of the file. */
export async function* readChunks(reading: Reading): AsyncGenerator<ReadChunk, void> {
  const { lease, pool, signal, pieceBytes, open } = reading
  const close = (flight: Flight): void => {
    if (open) flight.lease.release()
  }
  const threads = pool?.threads ?? 1
  const work = lease.workspace()
  // Short rows need more than is taken at first.
  const room = lease.available / (reading.frugal ? 2 * SHARE : SHARE) / (1 + SCRATCH)
  const target = pieceBytes ?? Math.min(CHUNK, Math.max(LEAST_CHUNK, Math.min(Math.ceil(reading.bytes / (4 * threads)), Math.floor(room / (threads + 1)))))
  const most = Math.max(1, Math.min(threads + 1, Math.floor(room / target)))
  const chunks = new Chunks(reading.stream, work, reading.path, reading.quote, reading.offset, target)
  const free: Slot[] = Array.from({ length: most }, () => ({ input: { address: 0, bytes: 0 }, scratch: { address: 0, bytes: 0 } }))
  const flights: Flight[] = []
  /** After a wrong cut chunks go one by one, until one is right. */
  let careful = false
  let ended = false
  const send = async (): Promise<void> => {
    const slot = free.pop() as Slot
    const chunk = await chunks.next(slot.input)
    if (!chunk) {
      ended = true
      free.push(slot)
      return
    }
    if (slot.scratch.bytes === 0) {
      const bytes = SCRATCH * target + (3 << 16)
      slot.scratch = { address: work.reserve(bytes) >>> 0, bytes }
    }
    const task = reading.task()
    const kept = open?.() ?? lease
    const result = run({ ...task, lease: kept.id, work: work.id, from: chunk.from, to: chunk.to, scratch: slot.scratch }, kept, work, pool)
    result.catch(() => {})
    flights.push({ slot, chunk, task, lease: kept, result })
  }
  try {
    for (;;) {
      while (!ended && free.length > 0 && (!careful || flights.length === 0)) {
        signal?.throwIfAborted()
        await send()
      }
      const flight = flights[0]
      if (!flight) return
      const result = await flight.result
      signal?.throwIfAborted()
      flights.shift()
      flight.slot.scratch = result.scratch
      const bytes = new Uint8Array(lease.buffer, flight.chunk.from, flight.chunk.to - flight.chunk.from)
      const cut = result.stop?.why === 'open' && !flight.chunk.last
      yield { result: cut ? { ...result, stop: undefined } : result, chunk: flight.chunk, task: flight.task, bytes, lease: flight.lease }
      careful = cut
      free.push(flight.slot)
      if (!cut) continue
      // what was not read, and all that was cut behind it
      const pieces = [bytes.slice(result.consumed)]
      for (const wrong of flights.splice(0)) {
        wrong.slot.scratch = (await wrong.result.catch(() => undefined))?.scratch ?? wrong.slot.scratch
        close(wrong)
        pieces.push(new Uint8Array(lease.buffer, wrong.chunk.from, wrong.chunk.to - wrong.chunk.from).slice())
        free.push(wrong.slot)
      }
      chunks.putBack(pieces, flight.chunk.offset + result.consumed, (pieces[0] as Uint8Array).length)
      ended = false
    }
  } finally {
    await Promise.allSettled(flights.map(({ result }) => result))
    for (const flight of flights) close(flight)
    work.release()
  }
}

const run = async (task: ChunkTask, lease: Lease, work: Lease, pool: Pool | undefined): Promise<ChunkResult> => {
  if (pool) {
    const result = (await pool.call(CSV_TASKS, 'readChunk', task)) as ChunkResult | ChunkFailure
    if (!('failed' in result)) return result
    throw new ArcweldError(result.failed, result.message, result.failed === 'MEMORY_EXCEEDED' ? { hint: 'Raise `memory`, or unregister tables that are not needed.' } : {})
  }
  return new ChunkReader(task, { buffer: lease.buffer, runtime: runtimeOf(lease), reserve: (id, bytes) => (id === work.id ? work : lease).reserve(bytes) }).run()
}
