/** Small tables in Parquet files of a folder of its own, an executing DuckDB over the same files, and a planner over them. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import type { DuckDBConnection } from '@duckdb/node-api'
import { openDuckDbPlanner } from '../../src/planners/duckdb/index.ts'
import type { SqlPlanner } from '../../src/planners/duckdb/index.ts'
import { planToSql } from './plan-to-sql.ts'

const TABLES: Record<string, string> = {
  people: `SELECT i::INTEGER AS id, 'name' || (i % 7) AS name, (i % 5)::INTEGER AS city_id, (i * 1.25)::DECIMAL(12,2) AS salary,
    DATE '2020-01-01' + (i * 13)::INTEGER AS born, i % 3 = 0 AS active, i / 7.0::DOUBLE AS score FROM range(100) t(i)`,
  cities: `SELECT i::INTEGER AS id, CASE WHEN i <> 3 THEN 'city' || i END AS name, (i * 1000)::BIGINT AS population FROM range(7) t(i)`,
  kinds: `SELECT i % 2 = 0 AS b, (i - 3)::TINYINT AS i8, (i - 3)::SMALLINT AS i16, (i - 3)::INTEGER AS i32, (i - 3)::BIGINT AS i64,
    i::UTINYINT AS u8, i::USMALLINT AS u16, i::UINTEGER AS u32, i::UBIGINT AS u64, (i / 4)::FLOAT AS f32, (i / 4)::DOUBLE AS f64,
    (i / 4)::DECIMAL(4,2) AS d4, (i / 4)::DECIMAL(9,2) AS d9, (i / 4)::DECIMAL(18,3) AS d18, (i / 4)::DECIMAL(38,4) AS d38,
    DATE '1969-12-30' + i::INTEGER AS day, TIMESTAMP '1969-12-31 23:59:59.5' + to_microseconds(i * 300001) AS ts,
    TIMESTAMPTZ '2024-03-31 00:30:00+00' + to_minutes(i * 17) AS tz, CASE WHEN i <> 4 THEN 'é' || chr(97 + i::INTEGER) || '_%' END AS s,
    CASE WHEN i % 3 > 0 THEN i::INTEGER END AS n FROM range(8) t(i)`,
}

export interface Tables {
  readonly planner: SqlPlanner
  readonly executor: DuckDBConnection
  readonly folder: string
  readonly path: (table: string) => string
  /** Rows of the query itself and of the plan made of it, as JSON lines. */
  readonly bothWays: (
    sql: string,
    executed?: string,
  ) => Promise<{ readonly expected: string[]; readonly actual: string[]; readonly types: readonly [string, string] }>
  readonly close: () => Promise<void>
}

export const openTables = async (kind: 'parquet' | 'stand-in' = 'parquet'): Promise<Tables> => {
  const folder = await mkdtemp(join(tmpdir(), 'arcweld-planner-'))
  const path = (table: string) => join(folder, `${table}.parquet`)
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const executor = await instance.connect()
  await executor.run("SET TimeZone='UTC'")
  const planner = await openDuckDbPlanner()
  for (const [name, sql] of Object.entries(TABLES)) {
    await executor.run(`COPY (${sql}) TO '${path(name)}' (FORMAT parquet)`)
    await executor.run(`CREATE TABLE ${name} AS FROM '${path(name)}'`)
    const fields = await planner.register(name, { kind: 'parquet', path: path(name) })
    if (kind === 'stand-in') await planner.register(name, { kind, fields })
  }
  return {
    planner,
    executor,
    folder,
    path,
    bothWays: async (sql, executed = sql) => {
      const { plan } = await planner.plan(sql)
      const expected = await executor.runAndReadAll(executed)
      const actual = await executor.runAndReadAll(planToSql(plan))
      const types = [expected.columnTypes().join(), actual.columnTypes().join()] as const
      return { expected: expected.getRowsJson().map((r) => JSON.stringify(r)), actual: actual.getRowsJson().map((r) => JSON.stringify(r)), types }
    },
    close: async () => {
      await planner.close()
      executor.closeSync()
      instance.closeSync()
      await rm(folder, { recursive: true })
    },
  }
}
