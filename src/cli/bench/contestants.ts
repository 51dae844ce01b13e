/** The engines of a benchmark in one process, each with the same tables and the same number of threads. */
import { type DuckDb, openDuckDb } from '../duckdb.ts'
import { type CliEngine, type CreateEngine, type EngineOptions, withEngine } from '../engine-door.ts'
import { timed } from '../demo/measure.ts'
import type { BenchData } from './data.ts'
import type { BenchReport } from './report.ts'

export interface Contestants {
  readonly engine: CliEngine
  readonly duckdb: DuckDb
  readonly load: BenchReport['load']
}

const loadAll = async (data: BenchData, signal: AbortSignal, load: (name: string, path: string) => Promise<void>): Promise<number> => {
  let ms = 0
  for (const { name, path } of data.tables) {
    signal.throwIfAborted()
    ms += await timed(() => load(name, path))
  }
  return ms
}

const duckBytes = async (duckdb: DuckDb): Promise<number> => Number((await duckdb.query('SELECT sum(memory_usage_bytes)::BIGINT FROM duckdb_memory()')).rows[0]?.[0])

/** Opens both with their tables, in memory or as views and sources over the files, hands them to `use`, closes them whatever happens. */
export const withContestants = <T>(
  data: BenchData, from: BenchReport['from'], options: EngineOptions & { readonly threads: number }, signal: AbortSignal, open: CreateEngine | undefined, use: (contestants: Contestants) => Promise<T>,
): Promise<T> =>
  withEngine(
    options,
    async (engine) => {
      const duckdb = await openDuckDb(options.threads)
      const interrupt = (): void => duckdb.connection.interrupt()
      signal.addEventListener('abort', interrupt, { once: true })
      try {
        const duckMs = await loadAll(data, signal, from === 'file' ? duckdb.view : duckdb.load)
        const arcweldMs = await loadAll(data, signal, (name, path) => engine.register(name, path, { cache: from === 'memory' }))
        const load = { arcweld: { ms: arcweldMs, bytes: engine.memory.inUse }, duckdb: { ms: duckMs, bytes: await duckBytes(duckdb) } }
        return await use({ engine, duckdb, load })
      } catch (error) {
        // An interrupted DuckDB tells of that by an error of its own.
        signal.throwIfAborted()
        throw error
      } finally {
        signal.removeEventListener('abort', interrupt)
        duckdb.close()
      }
    },
    open,
  )
