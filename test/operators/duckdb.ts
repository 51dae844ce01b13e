/** DuckDB as witness: SQL expressions to reference values with their types. */
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import type { Interval } from '../../src/layout/unsafe-row.ts'
import { packSlice } from '../../src/layout/unsafe/writer.ts'
import type { Value } from '../../src/operators/registry.ts'

const NAMES: Record<string, string> = { BOOLEAN: 'bool', TINYINT: 'int8', SMALLINT: 'int16', INTEGER: 'int32', BIGINT: 'int64', HUGEINT: 'int128', UTINYINT: 'uint8', USMALLINT: 'uint16', UINTEGER: 'uint32', UBIGINT: 'uint64', FLOAT: 'float', DOUBLE: 'double', DATE: 'date', TIMESTAMP: 'timestamp', 'TIMESTAMP WITH TIME ZONE': 'timestamptz', VARCHAR: 'string' }

const plain = (x: unknown): Value => {
  if (x === null || typeof x !== 'object') return x as Value
  const holder = x as { months?: number; days?: number; micros?: bigint; value?: bigint }
  if (holder.months !== undefined) return packSlice({ kind: 'interval' }, holder as Interval)
  return (holder.days ?? holder.micros ?? holder.value) as Value
}

export interface Witness {
  /** The values of one row, with their types; the error's message where it raises. */
  ask(sql: string): Promise<{ readonly values: readonly Value[]; readonly types: readonly string[] } | { readonly error: string }>
  readonly connection: DuckDBConnection
  close(): void
}

export const openWitness = async (): Promise<Witness> => {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  await connection.run("SET TimeZone = 'UTC'")
  return {
    connection,
    async ask(sql) {
      try {
        const reader = await connection.runAndReadAll(`SELECT ${sql}`)
        const types = reader.columnTypes().map(String).map((t) => NAMES[t] ?? t.toLowerCase())
        return { values: (reader.getRows()[0] ?? []).map(plain), types }
      } catch (e) {
        return { error: (e as Error).message }
      }
    },
    close() {
      connection.closeSync()
      instance.closeSync()
    },
  }
}
