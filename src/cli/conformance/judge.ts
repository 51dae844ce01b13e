/** One query on both engines: the same answer, another one, or an error. */
import { nativeShare } from '../../report/explain.ts'
import { difference, differenceUnderLimit } from '../compare.ts'
import type { DuckDb } from '../duckdb.ts'
import type { CliEngine } from '../engine-door.ts'
import { errorCode } from '../report-error.ts'
import { readRows, type RowSet } from '../rows.ts'
import { StuckError, TimeLimitError, withTimeLimit } from '../time-limit.ts'

export interface Verdict {
  readonly outcome: 'ok' | 'differs' | 'error'
  /** Native stages / all stages; undefined where the query did not run. */
  readonly native?: string | undefined
  /** The first difference, or code and message. */
  readonly detail?: string | undefined
  /** The engine ignored an abort and must be replaced. */
  readonly stuck?: boolean
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim()

const failure = (error: unknown): Verdict => {
  const message = oneLine(error instanceof Error ? error.message : String(error))
  const code = error instanceof TimeLimitError ? 'TIME_LIMIT' : errorCode(error)
  return { outcome: 'error', detail: `${code}: ${message}`, stuck: error instanceof StuckError }
}

/** How `actual` differs from DuckDB's answer, in words; undefined where it is as right. */
export const differs = async (duckdb: DuckDb, sql: string, expected: RowSet, actual: RowSet): Promise<string | undefined> => {
  const names = expected.columns.map((column) => column.name)
  const order = await duckdb.order(sql, names)
  const found = difference(expected, actual, order.keys)
  if (found === undefined || order.unlimited === undefined) return found
  // The limit may have cut through rows that tie: then any of them is right.
  const all = await duckdb.querySerialized(order.unlimited)
  return differenceUnderLimit(expected, all, actual, order.keys) === undefined ? undefined : found
}

/** Never rejects. `capture`: a folder for the query's pipelines. */
export const judge = async (engine: CliEngine, duckdb: DuckDb, sql: string, limitMs: number, outer: AbortSignal, capture?: string): Promise<Verdict> => {
  let native: string | undefined
  let actual: RowSet
  try {
    actual = await withTimeLimit(limitMs, outer, async (signal) => {
      const result = await engine.sql(sql, { signal, ...(capture === undefined ? {} : { capture }) })
      try {
        const rows = await readRows(result)
        native = nativeShare(result.explain())
        return rows
      } finally {
        await result.close()
      }
    })
  } catch (error) {
    return { ...failure(error), native }
  }
  try {
    const detail = await differs(duckdb, sql, await duckdb.query(sql), actual)
    return detail === undefined ? { outcome: 'ok', native } : { outcome: 'differs', native, detail }
  } catch (error) {
    return { outcome: 'error', native, detail: `DuckDB: ${oneLine(error instanceof Error ? error.message : String(error))}` }
  }
}
