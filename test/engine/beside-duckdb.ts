/** Tables in Parquet files that engines and DuckDB, on one thread, read side by side. */
import { Engine, type EngineOptions } from 'arcweld'
import { type DuckDb, openDuckDb } from '../../src/cli/duckdb.ts'
import { openFolder } from './fixtures.ts'

export interface Beside {
  readonly duckdb: DuckDb
  readonly engines: readonly Engine[]
  readonly close: () => Promise<void>
}

/** `tables`: the query that gives each table's rows; `cached`: whether an engine, by its position, keeps them in memory. */
export const openBeside = async (tables: Readonly<Record<string, string>>, options: readonly EngineOptions[], cached: (engine: number) => boolean = () => false): Promise<Beside> => {
  const folder = await openFolder()
  const duckdb = await openDuckDb(1)
  const engines: Engine[] = []
  for (const o of options) engines.push(await Engine.create(o))
  for (const [name, sql] of Object.entries(tables)) {
    const path = await folder.write(`${name}.parquet`, sql)
    await duckdb.view(name, path)
    for (const [i, engine] of engines.entries()) await engine.register(name, path, { cache: cached(i) })
  }
  return {
    duckdb,
    engines,
    close: async () => {
      for (const engine of engines) await engine.close()
      duckdb.close()
      await folder.remove()
    },
  }
}
