/** DuckDB as the witness of files: it writes them, and reads them back as arcweld's values. */
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import type { SqlType } from '../../src/layout/types.ts'
import type { Value } from '../../src/layout/value.ts'

export interface Witness {
  readonly connection: DuckDBConnection
  run(sql: string): Promise<void>
  /** Columns of a query as reference values, read as the given types. */
  columns(sql: string, types: readonly SqlType[]): Promise<Value[][]>
  close(): void
}

export const openWitness = async (): Promise<Witness> => {
  const instance = await DuckDBInstance.create()
  const connection = await instance.connect()
  await connection.run("SET TimeZone = 'UTC'")
  return {
    connection,
    run: async (sql) => void (await connection.run(sql)),
    columns: async (sql, types) => {
      const columns = (await connection.runAndReadAll(sql)).getColumns() as unknown[][]
      return columns.map((values, i) => values.map((value) => fromDuckDB(value, types[i]!)))
    },
    close: () => {
      connection.closeSync()
      instance.closeSync()
    },
  }
}

const fromDuckDB = (value: any, { kind }: SqlType): Value => {
  if (value === null) return null
  switch (kind) {
    case 'date':
      return value.days
    case 'timestamp':
    case 'timestamptz':
      return value.micros
    case 'decimal':
      return value.value
    default:
      return value
  }
}
