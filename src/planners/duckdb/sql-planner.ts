/** What a planner of SQL gives the engine. */
import type { Field, SqlType } from '../../layout/types.ts'
import type { Plan } from '../../plan/nodes.ts'
import type { Params } from './parameters.ts'

/**
 * A Parquet file is planned with its own statistics; anything else by names and types alone.
 * `path` is one file on this machine, never a pattern.
 */
export type PlannerTable = { readonly kind: 'parquet'; readonly path: string } | { readonly kind: 'stand-in'; readonly fields: readonly Field[] }

export interface Planned {
  readonly plan: Plan
  /** The result's columns; names are unique. */
  readonly schema: readonly Field[]
  /** The registered tables that the query names, also those that its plan no longer reads. */
  readonly tables: readonly string[]
}

/** Names of tables and functions are case-insensitive. Calls may overlap; they are worked off in order. */
export interface SqlPlanner {
  /**
   * Replaces a table of that name. Gives the columns; those of types that arcweld does not have are left out.
   * Throws SourceError FILE_NOT_FOUND, FILE_UNREADABLE, FILE_FORMAT, FILE_CORRUPT; OptionError; UnsupportedError UNSUPPORTED_TYPE.
   */
  register(name: string, table: PlannerTable): Promise<readonly Field[]>
  /** Does nothing where no such table is. */
  unregister(name: string): Promise<void>
  /** Makes `name(…)` known to the binder; in plans it is an {expr: 'udf'}. Replaces a function of that name, also DuckDB's own. */
  registerUdf(name: string, args: readonly SqlType[], returns: SqlType): Promise<void>
  /**
   * Throws PlanError (SQL_SYNTAX, SQL_BINDING, UNKNOWN_TABLE, UNKNOWN_COLUMN, UNKNOWN_FUNCTION, UNSUPPORTED_STATEMENT,
   * PLANNER_VERSION, PLANNER_FAILED, FILE_CHANGED), UnsupportedError (UNSUPPORTED_PLAN, UNSUPPORTED_FUNCTION, UNSUPPORTED_TYPE),
   * OptionError INVALID_OPTION for parameters.
   */
  plan(sql: string, params?: Params): Promise<Planned>
  /** Parses a statement and checks what it may reach; the names of its parameters in the order they are written. Throws PlanError as `plan`. */
  check(sql: string): Promise<readonly string[]>
  close(): Promise<void>
}
