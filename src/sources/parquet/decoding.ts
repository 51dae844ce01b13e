/** Where the tasks of a load run: on the workers of a pool, or, for want of one, on this thread. */
import type { Lease } from '../../bridge/memory.ts'
import type { Pool } from '../../bridge/pool.ts'
import { SourceError } from '../../errors.ts'
import { type ChunkResult, type ChunkTask, type Damage, DECODER } from './chunk-task.ts'
import type { DictionariesResult, DictionariesTask } from './dictionary-tasks.ts'
import type { InternResult, InternTask, JoinResult, JoinTask } from './text-tasks.ts'

const DICTIONARIES = new URL('./dictionary-tasks.js', import.meta.url)
const TEXT = new URL('./text-tasks.js', import.meta.url)

export interface Decoding {
  readonly threads: number
  decodeChunk(task: ChunkTask): Promise<ChunkResult>
  readDictionaries(task: DictionariesTask): Promise<DictionariesResult>
  internText(task: InternTask): Promise<InternResult>
  joinText(task: JoinTask): Promise<JoinResult>
}

const onWorkers = (pool: Pool): Decoding => ({
  threads: pool.threads,
  decodeChunk: (task) => pool.call(DECODER, 'decodeChunk', task) as Promise<ChunkResult>,
  readDictionaries: (task) => pool.call(DICTIONARIES, 'readDictionaries', task) as Promise<DictionariesResult>,
  internText: (task) => pool.call(TEXT, 'internText', task) as Promise<InternResult>,
  joinText: (task) => pool.call(TEXT, 'joinText', task) as Promise<JoinResult>,
})

const here = (lease: Lease): Decoding => {
  const scope = lease.scope()
  // timers, and with them aborts, get their turn between tasks
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  return {
    threads: 1,
    decodeChunk: async (task) => {
      await turn()
      return (await import('./decode/tasks.ts')).decodeChunk(task, scope)
    },
    readDictionaries: async (task) => (await import('./dictionary-tasks.ts')).readDictionaries(task, scope),
    internText: async (task) => (await import('./text-tasks.ts')).internText(task, scope),
    joinText: async (task) => (await import('./text-tasks.ts')).joinText(task, scope),
  }
}

export const decodingFor = (pool: Pool | undefined, lease: Lease): Decoding => (pool ? onWorkers(pool) : here(lease))

/** What is wrong with the file as an error. */
export const damaged = (path: string, { code, message, byteOffset }: Damage): SourceError =>
  new SourceError(code, `${path}${code === 'FILE_CORRUPT' ? ' is damaged:' : ','} ${message}`, { path, byteOffset })
