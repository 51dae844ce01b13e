/** A JSON file as it was found at open: how it is written, the shape of its values by a sample, about how many rows. */
import { stat } from 'node:fs/promises'
import type { Lease } from '../../bridge/memory.ts'
import type { Pool } from '../../bridge/pool.ts'
import { ArcweldError } from '../../errors.ts'
import { fileError } from '../failure.ts'
import { compressionOf, openBytes } from '../text/byte-stream.ts'
import { type Fault, type InferResult, type InferTask, TASKS } from './chunk-task.ts'
import type { TextFile } from './feed.ts'
import { jsonError } from './mistakes.ts'
import type { CheckedJson } from './options.ts'
import { type Columns, columnsOf, type Shape } from './shape.ts'

export type JsonPool = Pick<Pool, 'call' | 'threads'>

export interface Identity {
  readonly size: number
  readonly mtimeMs: number
}

export interface Opened {
  readonly file: TextFile
  readonly identity: Identity
  readonly columns: Columns
  /** What was seen so far; nothing where columns were given. */
  readonly shape: Shape
  readonly rows: number
}

export const identityOf = async (path: string): Promise<Identity> => {
  const { size, mtimeMs } = await stat(path).catch((cause: unknown) => {
    throw fileError(cause, path)
  })
  return { size, mtimeMs }
}

/** Bytes of the sample, at first. */
const SAMPLE_BYTES = 1 << 23

export const inferFile = async (path: string, identity: Identity, options: CheckedJson, pool: JsonPool, lease: Lease): Promise<Opened> => {
  const head = await openBytes(path, 'none', 'utf-8')
  const magic = new Uint8Array(4)
  await head.read(magic)
  await head.close()
  const compression = options.compression === 'auto' ? compressionOf(magic) : options.compression
  const file = { path, size: identity.size, compression, encoding: options.encoding }
  for (let room = Math.floor(Math.min(SAMPLE_BYTES, lease.available / 32)); ; room *= 4) {
    const address = lease.reserve(room) >>> 0
    const stream = await openBytes(path, compression, options.encoding)
    let length: number
    try {
      length = await stream.read(new Uint8Array(lease.buffer, address, room))
    } finally {
      await stream.close()
    }
    const whole = length < room
    const task: InferTask = {
      stretch: { address, length, from: 0 }, layout: options.format === 'ndjson' ? 'lines' : undefined, most: options.columns ? Math.min(options.sample, 100) : options.sample, whole, scratch: lease.id,
    }
    const found = (await pool.call(TASKS, 'inferText', task)) as InferResult | Fault
    if (!found.ok) throw new ArcweldError('MEMORY_EXCEEDED', `${path}: ${found.message}`)
    const { layout, begin, shape, rows, bytes, fault } = found
    const text: TextFile = { ...file, layout, begin }
    if (fault) throw await jsonError(text, fault)
    if (rows === 0 && !whole) continue
    return { file: text, identity, columns: options.columns ?? columnsOf(shape), shape, rows: whole && rows < options.sample ? rows : Math.round((rows * Math.max(length, identity.size)) / Math.max(bytes, 1)) }
  }
}
