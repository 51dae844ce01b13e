/** arcweld and DuckDB in `bench scan`: both are told by SQL, and keep columns in memory of their own. */
import { openDuckDb } from '../../duckdb.ts'
import { type CliEngine, type CliResult, type CreateEngine, type EngineOptions, withEngine } from '../../engine-door.ts'
import { aggregateSql, checkSql, columnsSql, type ScanCase } from './cases.ts'
import type { Facts, OpenContestant, ScanContestant } from './contestant.ts'

const TABLE = 'scanned'

const factsOf = (values: readonly unknown[]): Facts => values.map((value) => (typeof value === 'bigint' ? Number(value) : (value as number | string)))

/** An engine until it is let go of. */
const held = async (options: EngineOptions, open: CreateEngine | undefined): Promise<{ readonly engine: CliEngine; close(): Promise<void> }> => {
  let letGo: () => void = () => {}
  const end = new Promise<void>((resolve) => {
    letGo = resolve
  })
  let closed: Promise<void> = Promise.resolve()
  const engine = await new Promise<CliEngine>((resolve, reject) => {
    closed = withEngine(options, async (opened) => {
      resolve(opened)
      await end
    }, open)
    closed.catch(reject)
  })
  return {
    engine,
    close: () => {
      letGo()
      return closed
    },
  }
}

/** A run registers the file, as its footer, header or sample belongs to the way. `source`: a path, or what else a table is registered from. */
export const openArcweld = async (scan: ScanCase, source: unknown, { threads, memory, signal }: Parameters<OpenContestant>[2], open?: CreateEngine): Promise<ScanContestant> => {
  const { engine, close } = await held({ threads, ...(memory === undefined ? {} : { memory }) }, open)
  let count = 0
  let registered = false
  let batches: AsyncIterator<unknown> | undefined
  const query = async (sql: string): Promise<CliResult> => {
    registered = true
    await engine.register(TABLE, source)
    // No text comes twice, so that no plan is kept by it.
    return engine.sql(`${sql}\n-- ${++count}`, { signal })
  }
  const release = async (): Promise<void> => {
    await batches?.return?.()
    batches = undefined
    if (registered) await engine.unregister(TABLE)
    registered = false
  }
  return {
    name: 'arcweld',
    facts: async () => {
      const rows = await (await query(checkSql(scan, TABLE))).rows()
      return factsOf(Object.values(rows[0] ?? {}))
    },
    ways: {
      aggregate: async () => {
        await (await query(aggregateSql(scan, TABLE))).rows()
      },
      // When the first batch is there the result's columns are all made; they lie in shared memory until it is read on or left.
      columns: async () => {
        batches = (await query(columnsSql(scan, TABLE)))[Symbol.asyncIterator]()
        await batches.next()
      },
    },
    release,
    close,
  }
}

const READERS: { readonly [F in ScanCase['format']]: string } = { parquet: 'read_parquet', csv: 'read_csv', ndjson: 'read_json' }

export const openDuck: OpenContestant = async (scan, path, { threads, memory, signal }) => {
  const duckdb = await openDuckDb(threads)
  if (memory !== undefined) await duckdb.exec(`SET memory_limit = '${Math.floor(memory / 2 ** 20)}MiB'`)
  const interrupt = (): void => duckdb.connection.interrupt()
  signal.addEventListener('abort', interrupt, { once: true })
  const from = `${READERS[scan.format]}('${path.replaceAll("'", "''")}')`
  return {
    name: 'duckdb',
    facts: async () => factsOf((await duckdb.query(checkSql(scan, from))).rows[0] ?? []),
    ways: {
      aggregate: async () => {
        await duckdb.rows(aggregateSql(scan, from))
      },
      columns: () => duckdb.exec(`CREATE TEMP TABLE ${TABLE} AS ${columnsSql(scan, from)}`),
    },
    release: () => duckdb.exec(`DROP TABLE IF EXISTS temp.${TABLE}`),
    close: async () => {
      signal.removeEventListener('abort', interrupt)
      duckdb.close()
    },
  }
}
