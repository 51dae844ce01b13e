/**
 * SQL → plan. The parser, the binder and the optimizer are DuckDB's, in process, by the optional peer @duckdb/node-api;
 * this room writes what they decided in arcweld's own terms and refuses, typed, what it cannot.
 */
import { loadDuckDb, wrongVersion } from './load.ts'
import { DuckDbPlanner } from './planner.ts'
import { passesSelfCheck } from './self-check.ts'
import { Session } from './session.ts'
import type { SqlPlanner } from './sql-planner.ts'

export type { Params, ParamValue } from './parameters.ts'
export type { Planned, PlannerTable, SqlPlanner } from './sql-planner.ts'


/** Throws ArcweldError PLANNER_MISSING where the peer is not installed, PLANNER_VERSION where its plans are not known. */
export const openDuckDbPlanner = async (): Promise<SqlPlanner> => {
  const { duckdb, version, tested } = await loadDuckDb()
  const planner = new DuckDbPlanner(await Session.open(duckdb))
  if (tested) return planner
  let cause: unknown
  try {
    if (await passesSelfCheck(planner)) return planner
  } catch (error) {
    cause = error
  }
  await planner.close()
  throw wrongVersion(version, cause)
}
