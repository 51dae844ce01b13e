/** DuckDB as the second witness: opened with the same threads over the same files. It is an optional peer. */
import { ArcweldError, PlanError } from '../errors.ts'
import type { DuckDBConnection, DuckDBResultReader } from '@duckdb/node-api'
import { duckTypeName, duckValue } from './duckdb-values.ts'
import type { RowSet } from './rows.ts'
import { type SerializedSql, type StatementOrder, statementOrder } from './statement-order.ts'

const load = async (): Promise<typeof import('@duckdb/node-api')> => {
  try {
    return await import('@duckdb/node-api')
  } catch (error) {
    throw new PlanError('PLANNER_MISSING', 'DuckDB is not installed; it plans SQL and is what results are compared with', {
      hint: 'npm install @duckdb/node-api',
      cause: error,
    })
  }
}

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`
export const identifier = (text: string): string => `"${text.replaceAll('"', '""')}"`

export interface DuckStatement {
  rows(): Promise<number>
  close(): void
}

export interface DuckDb {
  readonly connection: DuckDBConnection
  /** All rows, in the API's forms. */
  query(sql: string): Promise<RowSet>
  /** The quickest way from SQL text to rows in JavaScript that its binding has; what is timed. */
  rows(sql: string): Promise<number>
  /** The same of a statement that is prepared once. */
  prepare(sql: string): Promise<DuckStatement>
  exec(sql: string): Promise<void>
  /** A table of the file's rows, in memory. */
  load(name: string, path: string): Promise<void>
  /** A view named as the table, over the file. */
  view(name: string, path: string): Promise<void>
  /** A JavaScript function of one double, as DuckDB's own binding calls it. */
  scalar(name: string, fn: (value: number) => string): Promise<void>
  order(sql: string, names: readonly string[]): Promise<StatementOrder>
  /** All rows of a statement given in serialized form. */
  querySerialized(statement: SerializedSql): Promise<RowSet>
  close(): void
}

const toRowSet = (reader: DuckDBResultReader): RowSet => {
  const types = reader.columnTypes().map(duckTypeName)
  return {
    columns: reader.columnNames().map((name, i) => ({ name, type: types[i] ?? '' })),
    rows: reader.getRows().map((row) => row.map((value, i) => duckValue(value, types[i] ?? ''))),
  }
}

/** Throws PlanError PLANNER_MISSING. */
export const openDuckDb = async (threads: number): Promise<DuckDb> => {
  const { DuckDBInstance, DuckDBScalarFunction, DOUBLE, VARCHAR } = await load()
  const instance = await DuckDBInstance.create(':memory:', { threads: String(threads) })
  const connection = await instance.connect()
  const all = (sql: string) => connection.runAndReadAll(sql)
  await connection.run("SET TimeZone = 'UTC'")
  const functions: InstanceType<typeof DuckDBScalarFunction>[] = []
  return {
    connection,
    query: async (sql) => toRowSet(await all(sql)),
    rows: async (sql) => (await all(sql)).getRowObjects().length,
    prepare: async (sql) => {
      const statement = await connection.prepare(sql)
      return { rows: async () => (await statement.runAndReadAll()).getRowObjects().length, close: () => statement.destroySync() }
    },
    exec: async (sql) => {
      await connection.run(sql)
    },
    load: async (name, path) => {
      await connection.run(`CREATE TABLE ${identifier(name)} AS SELECT * FROM read_parquet(${literal(path)})`)
    },
    view: async (name, path) => {
      await connection.run(`CREATE VIEW ${identifier(name)} AS SELECT * FROM read_parquet(${literal(path)})`)
    },
    scalar: async (name, fn) => {
      const scalar = DuckDBScalarFunction.create({
        name,
        parameterTypes: [DOUBLE],
        returnType: VARCHAR,
        mainFunction: (_, input, output) => {
          const values = input.getColumnVector(0)
          for (let i = 0; i < input.rowCount; i++) {
            const value = values.getItem(i)
            output.setItem(i, value === null ? null : fn(value as number))
          }
          output.flush()
        },
      })
      functions.push(scalar)
      connection.registerScalarFunction(scalar)
    },
    order: async (sql, names) => {
      const text = (await all(`SELECT json_serialize_sql(${literal(sql.trim().replace(/;$/, ''))})`)).getRows()[0]?.[0]
      // Positions in the text may be 2^64 - 1, which no JSON parser of JavaScript keeps, and say nothing here.
      const parsed = JSON.parse(String(text).replaceAll(/"query_location":\d+/g, '"query_location":0')) as SerializedSql
      if (parsed.error) throw new ArcweldError('SQL_SYNTAX', 'DuckDB cannot parse the statement')
      return statementOrder(parsed, names)
    },
    querySerialized: async (statement) => {
      const text = (await all(`SELECT json_deserialize_sql(${literal(JSON.stringify(statement))}::JSON)`)).getRows()[0]?.[0]
      return toRowSet(await all(String(text)))
    },
    close: () => {
      // A function that is not destroyed keeps the process alive.
      for (const scalar of functions) scalar.destroySync()
      connection.closeSync()
      instance.closeSync()
    },
  }
}
