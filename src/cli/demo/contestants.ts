/** The engines of the demo, loaded with the same data: arcweld and DuckDB, each from memory and from the file. */
import { readFile } from 'node:fs/promises'
import { type DuckDb, openDuckDb } from '../duckdb.ts'
import { type CliEngine, type CreateEngine, type QueryOptions, withEngine } from '../engine-door.ts'
import { readRows, type RowSet } from '../rows.ts'
import { airportsTable } from './airports.ts'
import type { DemoFiles } from './data.ts'
import { timed } from './measure.ts'
import { grade, GRADE_TYPES } from './queries.ts'

export interface DemoSetting {
  readonly threads: number
  readonly memory: number | undefined
  readonly signal: AbortSignal
  readonly open: CreateEngine | undefined
}

export interface Contestants {
  /** Tables held in memory. */
  readonly memory: CliEngine
  /** Every query reads the file. */
  readonly file: CliEngine
  readonly duckMemory: DuckDb
  readonly duckFile: DuckDb
  /** Milliseconds until a table is in memory. */
  readonly loadMs: { readonly arcweld: number; readonly duckdb: number }
}

const AIRPORT_COLUMNS = ['iata', 'name', 'city', 'state', 'country'].map((name) => `'${name}': 'VARCHAR'`).join(', ')

const loadDuck = async (duckdb: DuckDb, files: DemoFiles, cached: boolean): Promise<number> => {
  const path = files.airports.replaceAll("'", "''")
  await duckdb.exec(
    `CREATE TABLE airports AS SELECT * FROM read_csv('${path}', header = true, columns = {${AIRPORT_COLUMNS}, 'latitude': 'DOUBLE', 'longitude': 'DOUBLE'})`,
  )
  await duckdb.scalar('grade', grade)
  if (!cached) {
    await duckdb.view('flights', files.flights)
    return 0
  }
  const parquet = files.flights.replaceAll("'", "''")
  return timed(() => duckdb.exec(`CREATE TABLE flights AS SELECT * FROM read_parquet('${parquet}')`))
}

const loadEngine = async (engine: CliEngine, files: DemoFiles, airports: unknown, cached: boolean): Promise<number> => {
  await engine.register('airports', airports, { cache: true })
  await engine.udf('grade', GRADE_TYPES, grade)
  return timed(() => engine.register('flights', files.flights, { cache: cached }))
}

/** Opens and loads all four, hands them to `use`, closes them whatever happens. */
export const withContestants = async <T>(files: DemoFiles, { threads, memory, open }: DemoSetting, use: (contestants: Contestants) => Promise<T>): Promise<T> => {
  const airports = airportsTable(await readFile(files.airports, 'utf8'))
  const options = { threads, ...(memory === undefined ? {} : { memory }) }
  const duckMemory = await openDuckDb(threads)
  const duckFile = await openDuckDb(threads)
  try {
    const duckdbMs = await loadDuck(duckMemory, files, true)
    await loadDuck(duckFile, files, false)
    return await withEngine(
      options,
      (inMemory) =>
        withEngine(
          options,
          async (file) => {
            const arcweldMs = await loadEngine(inMemory, files, airports, true)
            await loadEngine(file, files, airports, false)
            return use({ memory: inMemory, file, duckMemory, duckFile, loadMs: { arcweld: arcweldMs, duckdb: duckdbMs } })
          },
          open,
        ),
      open,
    )
  } finally {
    duckMemory.close()
    duckFile.close()
  }
}

/** SQL text to rows in JavaScript, as a program would ask for them. */
export const fetchRows = async (engine: CliEngine, sql: string, options: QueryOptions): Promise<number> => (await (await engine.sql(sql, options)).rows()).length

export const answer = async (engine: CliEngine, sql: string, options: QueryOptions): Promise<RowSet> => readRows(await engine.sql(sql, options))
