/** Where the tasks of a load run: on the workers of a pool, or, for want of one, on this thread. */
import type { Lease } from '../../bridge/memory.ts'
import type { Pool } from '../../bridge/pool.ts'
import { SourceError } from '../../errors.ts'
import {
  type ChunkResult, type ChunkTask, type Damage, DECODER, type DictionaryResult, type DictionaryTask, type NestedResult, type NestedTask,
} from './chunk-task.ts'
import type { CompactTask } from './compact-tasks.ts'
import type { DictionariesResult, DictionariesTask } from './dictionary-tasks.ts'
import type { InternResult, InternTask, JoinResult, JoinTask } from './text-tasks.ts'

const DICTIONARIES = new URL('./dictionary-tasks.js', import.meta.url)
const COMPACT = new URL('./compact-tasks.js', import.meta.url)
const TEXT = new URL('./text-tasks.js', import.meta.url)

export interface Decoding {
  readonly threads: number
  decodeChunk(task: ChunkTask): Promise<ChunkResult>
  decodeNested(task: NestedTask): Promise<NestedResult>
  readDictionary(task: DictionaryTask): Promise<DictionaryResult>
  readDictionaries(task: DictionariesTask): Promise<DictionariesResult>
  internText(task: InternTask): Promise<InternResult>
  joinText(task: JoinTask): Promise<JoinResult>
  compact(task: CompactTask): Promise<void>
}

const onWorkers = (pool: Pool): Decoding => ({
  threads: pool.threads,
  decodeChunk: (task) => pool.call(DECODER, 'decodeChunk', task) as Promise<ChunkResult>,
  decodeNested: (task) => pool.call(DECODER, 'decodeNested', task) as Promise<NestedResult>,
  readDictionary: (task) => pool.call(DECODER, 'readDictionary', task) as Promise<DictionaryResult>,
  readDictionaries: (task) => pool.call(DICTIONARIES, 'readDictionaries', task) as Promise<DictionariesResult>,
  internText: (task) => pool.call(TEXT, 'internText', task) as Promise<InternResult>,
  joinText: (task) => pool.call(TEXT, 'joinText', task) as Promise<JoinResult>,
  compact: (task) => pool.call(COMPACT, 'compact', task) as Promise<void>,
})

/** One after the other, with a turn of the event loop between: so timers, and aborts, have theirs. */
const here = (lease: Lease, signal: AbortSignal | undefined): Decoding => {
  const scope = lease.scope()
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(async () => {
      await new Promise((resolve) => setImmediate(resolve))
      signal?.throwIfAborted()
      return work()
    })
    last = next.catch(() => {})
    return next
  }
  return {
    threads: 1,
    decodeChunk: (task) => inTurn(async () => (await import('./decode/tasks.ts')).decodeChunk(task, scope)),
    decodeNested: (task) => inTurn(async () => (await import('./decode/tasks.ts')).decodeNested(task, scope)),
    readDictionary: (task) => inTurn(async () => (await import('./decode/tasks.ts')).readDictionary(task, scope)),
    readDictionaries: (task) => inTurn(async () => (await import('./dictionary-tasks.ts')).readDictionaries(task, scope)),
    internText: (task) => inTurn(async () => (await import('./text-tasks.ts')).internText(task, scope)),
    joinText: (task) => inTurn(async () => (await import('./text-tasks.ts')).joinText(task, scope)),
    compact: (task) => inTurn(async () => (await import('./compact-tasks.ts')).compact(task, scope)),
  }
}

export const decodingFor = (pool: Pool | undefined, lease: Lease, signal: AbortSignal | undefined): Decoding => (pool ? onWorkers(pool) : here(lease, signal))

/** What is wrong with the file as an error. */
export const damaged = (path: string, { code, message, byteOffset }: Damage): SourceError =>
  new SourceError(code, `${path}${code === 'FILE_CORRUPT' ? ' is damaged:' : ','} ${message}`, { path, byteOffset })
