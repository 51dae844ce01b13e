/**
 * One in-memory DuckDB that never executes a query: it parses, binds and optimises. Two connections, so that a plan and
 * the names of its columns are made at the same time. Calls must not overlap otherwise: the planner queues them.
 *
 * Footers of Parquet files are kept between plans. DuckDB takes a kept one only for a file whose time of change is the same and
 * at least ten seconds ago; what else a change can look like is for files.ts.
 */
import type { DuckDBConnection, DuckDBInstance, DuckDBMaterializedResult, DuckDBPreparedStatement, DuckDBScalarFunction, DuckDBType } from '@duckdb/node-api'
import { type SqlType, typeName } from '../../layout/types.ts'
import { parseExactJson } from './json.ts'
import type { DuckDb } from './load.ts'
import { isRaw, malformed, text, unsupportedNode } from './raw.ts'
import type { Raw } from './raw.ts'
import { unsupportedType } from './types.ts'

/** Without these off, plans fail to serialize or hold operators that only DuckDB can run. */
const ALWAYS_OFF = ['column_lifetime', 'compressed_materialization', 'common_aggregate', 'late_materialization', 'top_n_window_elimination']
/** One table has no joins to put in order; what the optimizer reads for it, statistics of every row group, takes longer than all the rest. */
const OFF_FOR_ONE_TABLE = [...ALWAYS_OFF, 'join_order']
/**
 * An empty stand-in must not be planned as what it is: empty. And without statistics propagation nothing resolves types
 * again after the sides of joins are swapped, which makes DuckDB refuse to serialize; sizes are not known anyway.
 */
const OFF_FOR_STAND_INS = [...ALWAYS_OFF, 'statistics_propagation', 'build_side_probe_side']
/** The last resort against the same refusal; what it leaves in, narrowed() takes out. */
const LAST_RESORT = [...OFF_FOR_STAND_INS, 'unused_columns']
const UNOPTIMIZED = 'PRAGMA disable_optimizer'
const SHORT = 'skip_null := true, skip_default := true'
const planOf = (sql: string, optimize: boolean): string => `json_serialize_plan(${sql}, optimize := ${optimize}, ${SHORT})`
const REFUSED_TO_SERIALIZE = /Failed to bind column reference/

export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`
export const quotedName = (name: string): string => `"${name.replaceAll('"', '""')}"`

export class Session {
  readonly #duckdb: DuckDb
  readonly #instance: DuckDBInstance
  readonly #main: DuckDBConnection
  readonly #side: DuckDBConnection
  readonly #parse: DuckDBPreparedStatement
  readonly #plan: DuckDBPreparedStatement
  readonly #stubs: DuckDBScalarFunction[] = []
  #off: readonly string[] = []

  private constructor(duckdb: DuckDb, instance: DuckDBInstance, main: DuckDBConnection, side: DuckDBConnection, parse: DuckDBPreparedStatement, plan: DuckDBPreparedStatement) {
    this.#duckdb = duckdb
    this.#instance = instance
    this.#main = main
    this.#side = side
    this.#parse = parse
    this.#plan = plan
  }

  static async open(duckdb: DuckDb): Promise<Session> {
    const instance = await duckdb.DuckDBInstance.create(':memory:', {
      threads: '1',
      // Planning must never reach for the network.
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    })
    const main = await instance.connect()
    const side = await instance.connect()
    for (const connection of [main, side]) await connection.run("SET TimeZone='UTC'; SET parquet_metadata_cache=true")
    await side.run(UNOPTIMIZED)
    return new Session(duckdb, instance, main, side, await main.prepare(`SELECT json_serialize_sql(?::VARCHAR, ${SHORT})`), await main.prepare(`SELECT ${planOf('?::VARCHAR', true)}`))
  }

  /** From now on footers are read for each plan, and from the file. */
  async distrustFooters(): Promise<void> {
    for (const connection of [this.#main, this.#side]) await connection.run('SET parquet_metadata_cache=false; SET enable_external_file_cache=false')
  }

  async run(sql: string): Promise<void> {
    await this.#main.run(sql)
  }

  /** The syntax tree of a text, or DuckDB's error object. */
  async parse(sql: string): Promise<Raw> {
    this.#parse.bindVarchar(1, sql)
    return document(await this.#parse.run())
  }

  /** The plan document of one statement, or DuckDB's error object. `oneTable`: it names one table once, and nothing else that has rows. */
  async plan(sql: string, options: { readonly standIns: boolean; readonly oneTable?: boolean; readonly optimize?: boolean }): Promise<Raw> {
    let answer: Raw | undefined
    for (const off of [options.standIns ? OFF_FOR_STAND_INS : options.oneTable ? OFF_FOR_ONE_TABLE : ALWAYS_OFF, LAST_RESORT]) {
      answer = document(await this.#serialized(sql, options.optimize ?? true, off))
      if (answer['error'] !== true || !REFUSED_TO_SERIALIZE.test(text(answer, 'error_message'))) break
    }
    return answer ?? {}
  }

  /** Optimizers are switched for the whole instance, so only where they differ, and then in the same call. */
  async #serialized(sql: string, optimize: boolean, off: readonly string[]): Promise<DuckDBMaterializedResult> {
    if (this.#off === off && optimize) {
      this.#plan.bindVarchar(1, sql)
      return await this.#plan.run()
    }
    this.#off = []
    const result = await this.#main.run(`SET disabled_optimizers=${quoted(off.join(','))}; SELECT ${planOf(quoted(sql), optimize)}`)
    this.#off = off
    return result
  }

  /** The names of a statement's columns, as DuckDB gives them. */
  async names(sql: string): Promise<readonly string[]> {
    const statement = await this.#side.prepare(sql).catch(() => this.#optimized(sql))
    try {
      return Array.from({ length: statement.columnCount }, (_, i) => statement.columnName(i))
    } finally {
      statement.destroySync()
    }
  }

  /** Names need no optimizer; but it may make a plan possible, and what it raises is worded as DuckDB would. */
  async #optimized(sql: string): Promise<DuckDBPreparedStatement> {
    await this.#side.run('PRAGMA enable_optimizer')
    try {
      return await this.#side.prepare(sql)
    } finally {
      await this.#side.run(UNOPTIMIZED)
    }
  }

  /** A function that planning neither calls nor folds nor merges. */
  stub(name: string, args: readonly SqlType[], returns: SqlType): void {
    const stub = this.#duckdb.DuckDBScalarFunction.create({
      name,
      mainFunction: () => {
        throw new Error('a planning stub was called')
      },
      returnType: this.#type(returns),
      parameterTypes: args.map((a) => this.#type(a)),
      volatile: true,
      // Otherwise a NULL argument would make the call NULL at once.
      specialHandling: true,
    })
    this.#stubs.push(stub)
    this.#main.registerScalarFunction(stub)
  }

  close(): void {
    this.#parse.destroySync()
    this.#plan.destroySync()
    this.#side.closeSync()
    this.#main.closeSync()
    for (const stub of this.#stubs) stub.destroySync()
    this.#instance.closeSync()
  }

  #type(type: SqlType): DuckDBType {
    const d = this.#duckdb
    switch (type.kind) {
      case 'bool':
        return d.BOOLEAN
      case 'int8':
        return d.TINYINT
      case 'int16':
        return d.SMALLINT
      case 'int32':
        return d.INTEGER
      case 'int64':
        return d.BIGINT
      case 'int128':
        return d.HUGEINT
      case 'uint8':
        return d.UTINYINT
      case 'uint16':
        return d.USMALLINT
      case 'uint32':
        return d.UINTEGER
      case 'uint64':
        return d.UBIGINT
      case 'float':
        return d.FLOAT
      case 'double':
        return d.DOUBLE
      case 'date':
        return d.DATE
      case 'timestamp':
        return d.TIMESTAMP
      case 'timestamptz':
        return d.TIMESTAMPTZ
      case 'string':
        return d.VARCHAR
      case 'binary':
        return d.BLOB
      case 'decimal':
        return d.DECIMAL(type.precision, type.scale)
      default:
        throw unsupportedType(typeName(type), 'no argument or result has this type')
    }
  }
}

/** What is materialised is read without another turn through a thread. */
const document = (result: DuckDBMaterializedResult): Raw => {
  const json = result.rowCount === 1 ? result.getChunk(0).getColumnVector(0).getItem(0) : undefined
  try {
    const parsed = typeof json === 'string' ? parseExactJson(json) : undefined
    if (isRaw(parsed)) return parsed
  } catch {
    // Cut short, as it is for constants of BIT and BIGNUM.
    throw unsupportedNode('CONSTANT', 'the query holds a constant that DuckDB cannot serialize')
  }
  throw malformed('no JSON')
}
