/** Where the tasks of a load run: on the workers of a pool, or, for want of one, on this thread. */
import type { Lease } from '../../bridge/memory.ts'
import type { Pool } from '../../bridge/pool.ts'
import { SourceError } from '../../errors.ts'
import { type ChunkResult, type ChunkTask, type Damage, DECODER } from './chunk-task.ts'
import type { DictionariesResult, DictionariesTask } from './dictionary-tasks.ts'

const DICTIONARIES = new URL('./dictionary-tasks.js', import.meta.url)

export interface Decoding {
  readonly threads: number
  decodeChunk(task: ChunkTask): Promise<ChunkResult>
  readDictionaries(task: DictionariesTask): Promise<DictionariesResult>
}

const onWorkers = (pool: Pool): Decoding => ({
  threads: pool.threads,
  decodeChunk: (task) => pool.call(DECODER, 'decodeChunk', task) as Promise<ChunkResult>,
  readDictionaries: (task) => pool.call(DICTIONARIES, 'readDictionaries', task) as Promise<DictionariesResult>,
})

const here = (lease: Lease): Decoding => {
  const scope = lease.scope()
  return {
    threads: 1,
    decodeChunk: async (task) => (await import('./decode/tasks.ts')).decodeChunk(task, scope),
    readDictionaries: async (task) => (await import('./dictionary-tasks.ts')).readDictionaries(task, scope),
  }
}

export const decodingFor = (pool: Pool | undefined, lease: Lease): Decoding => (pool ? onWorkers(pool) : here(lease))

/** What is wrong with the file as an error. */
export const damaged = (path: string, { code, message, byteOffset }: Damage): SourceError =>
  new SourceError(code, `${path} ${message}`, { path, byteOffset })
