/** A Parquet file read by the engine, every column, by native stages alone, and by DuckDB: column by column, in comparable form. */
import type { DuckDBConnection } from '@duckdb/node-api'
import { ArcweldError, type Engine } from 'arcweld'
import { type Field, typeName } from '../../src/layout/types.ts'
import { openSource } from '../../src/sources/index.ts'
import type { ParquetSource } from '../../src/sources/parquet.ts'
import { ofDuckDb, ofRows } from '../fixtures/parquet/read.ts'

export interface Read {
  readonly fields: readonly Field[]
  /** Columns that there is no type for: what the file says they are. */
  readonly unsupported: ReadonlyMap<string, string>
  /** Values of a column, or the code and message of the error that loading it is. */
  readonly columns: ReadonlyMap<string, readonly unknown[] | string>
}

/** The rows of a scan of these columns. */
const scanned = async (engine: Engine, table: string, fields: readonly Field[]): Promise<Map<string, unknown[]>> => {
  const columns = fields.map(({ name, type }) => ({ name, type: typeName(type) }))
  const result = await engine.run({ version: 1, names: columns.map((_, i) => `c${i}`), root: { op: 'scan', table, columns } } as Parameters<Engine['run']>[0], { native: 'only' })
  const rows = (await result.rows()) as Record<string, unknown>[]
  return new Map(fields.map(({ name, type }, i) => [name, rows.map((row) => ofRows(type, row[`c${i}`]))]))
}

/** All columns at once; where that fails, each alone. The table is registered as `name` and stays. */
export const readByEngine = async (engine: Engine, name: string, path: string): Promise<Read> => {
  const { fields, unsupported } = (await openSource(path)) as ParquetSource
  await engine.register(name, path)
  const columns = new Map<string, readonly unknown[] | string>()
  try {
    for (const [column, values] of await scanned(engine, name, fields)) columns.set(column, values)
  } catch (error) {
    if (!(error instanceof ArcweldError)) throw error
    for (const field of fields) {
      const values = await scanned(engine, name, [field]).then(
        (read) => read.get(field.name)!,
        (reason: unknown) => {
          if (!(reason instanceof ArcweldError)) throw reason
          return `${reason.code}: ${reason.message}`
        },
      )
      columns.set(field.name, values)
    }
  }
  return { fields, unsupported, columns }
}

export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`
export const quotedName = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** The same columns of a file as DuckDB reads them; of those it does not read, its error. */
export const readByDuckDb = async (connection: DuckDBConnection, path: string, fields: readonly Field[]): Promise<Map<string, unknown[] | string>> => {
  const read = async (some: readonly Field[]): Promise<Map<string, unknown[]>> => {
    const reader = await connection.runAndReadAll(`SELECT ${some.map(({ name }) => quotedName(name)).join(', ')} FROM read_parquet(${quoted(path)}, hive_partitioning = false)`)
    const columns = reader.getColumns() as unknown[][]
    return new Map(some.map(({ name, type }, i) => [name, (columns[i] ?? []).map((value) => ofDuckDb(type, value))]))
  }
  if (fields.length === 0) return new Map()
  const all = await read(fields).catch(() => undefined)
  if (all !== undefined) return all
  const columns = new Map<string, unknown[] | string>()
  for (const field of fields) {
    columns.set(
      field.name,
      await read([field]).then(
        (one) => one.get(field.name)!,
        (error: Error) => error.message.split('\n')[0]!,
      ),
    )
  }
  return columns
}
