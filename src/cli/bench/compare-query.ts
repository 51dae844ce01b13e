/** The first runs of a query on every engine, timed as cold ones, and their answers held against DuckDB's. */
import type { ExplainReport } from '../../report/explain.ts'
import { differs } from '../conformance/judge.ts'
import { timed } from '../demo/measure.ts'
import type { CliEngine, QueryOptions } from '../engine-door.ts'
import { readRows, type RowSet, toRowSet } from '../rows.ts'
import type { Contestants } from './contestants.ts'
import type { BenchQuery } from './data.ts'
import type { EngineName, QueryReport } from './report.ts'

interface FirstRun {
  readonly ms: number
  readonly rows: RowSet
  readonly report: ExplainReport
}

const firstRun = async (engine: CliEngine, sql: string, options: QueryOptions): Promise<FirstRun> => {
  const start = performance.now()
  const result = await engine.sql(sql, options)
  const rows = await result.rows()
  const ms = performance.now() - start
  return { ms, rows: toRowSet(result.schema, rows), report: result.explain() }
}

const refusalsOf = ({ stages }: ExplainReport): string[] =>
  stages.filter((stage) => !stage.native).map(({ id, refusals }) => `stage ${id} falls back: ${refusals.map(({ code, node, reason }) => `${code} ${node}: ${reason}`).join('; ')}`)

/** Throws what the engines throw. */
export const compareQuery = async ({ number, sql }: BenchQuery, { engine, duckdb }: Contestants, engines: readonly EngineName[], signal: AbortSignal): Promise<QueryReport> => {
  const found: [string, RowSet][] = []
  const cold: { [E in EngineName]?: { cold: number } } = {}
  let own: FirstRun | undefined
  if (engines.includes('arcweld')) {
    own = await firstRun(engine, sql, { signal })
    cold.arcweld = { cold: own.ms }
    found.push(['arcweld', own.rows])
    const statement = await engine.prepare?.(sql)
    if (statement) found.push(['arcweld, prepared', await readRows(await statement.execute())])
  }
  if (engines.includes('duckdb')) cold.duckdb = { cold: await timed(() => duckdb.rows(sql)) }
  if (engines.includes('interpreter')) {
    const { ms, rows } = await firstRun(engine, sql, { signal, native: 'never' })
    cold.interpreter = { cold: ms }
    found.push(['interpreter', rows])
  }
  signal.throwIfAborted()
  const expected = await duckdb.query(sql)
  const ratio = cold.arcweld && cold.duckdb ? { cold: cold.duckdb.cold / cold.arcweld.cold } : {}
  const refusals = own ? refusalsOf(own.report) : undefined
  const report: QueryReport = { number, sql, rows: expected.rows.length, native: refusals && refusals.length === 0, refusals, engines: cold, ratio }
  for (const [name, rows] of found) {
    const difference = await differs(duckdb, sql, expected, rows)
    if (difference !== undefined) return { ...report, difference: `${name}: ${difference}` }
  }
  return report
}
