/**
 * SQL over tables: register, sql, run, explain, udf. The planner is an optional peer, loaded when the first engine is made; the
 * rest is the backend's: a plan is cut into stages, and each runs as native kernels or on the interpreter.
 */
import { ArcweldError, OptionError } from './errors.ts'
import { type OpenCore, openCore } from './execute/core.ts'
import { executePlan } from './execute/executor.ts'
import type { NativeMode } from './execute/query.ts'
import { explainPlan } from './execute/explain.ts'
import type { PreparedStages } from './execute/prepared-stages.ts'
import { planRules } from './execute/plan-rules.ts'
import { type Field, parseType } from './layout/types.ts'
import { type BackendOptions, checkNative, checkOptions, type MemoryUse } from './options.ts'
import type { Plan } from './plan/nodes.ts'
import { outputOf } from './plan/stages.ts'
import { validatePlan } from './plan/validate.ts'
import { openDuckDbPlanner, type Params, type Planned, type SqlPlanner } from './planners/duckdb/index.ts'
import { type ExecuteOptions, type Founded, PreparedStatement } from './prepared.ts'
import { type ExplainReport, withText } from './report/explain.ts'
import { Result } from './result.ts'
import { Catalog } from './execute/catalog.ts'
import type { SourceOptions } from './sources/index.ts'
import { TypesLearned } from './sources/text/learning.ts'
import { type UdfSignature, UdfRegistry, type UdfSource } from './execute/udfs.ts'

export type EngineOptions = BackendOptions

/** `cache`, and for text files how they are written: see docs/SOURCES.md. */
export interface RegisterOptions extends SourceOptions {
  /** Load all columns into shared memory now, as a snapshot; otherwise each query reads what it needs. */
  readonly cache?: boolean | undefined
}

export interface SqlOptions extends ExecuteOptions {
  /** Values of $1, $2, … or of $name. */
  readonly params?: Params | undefined
}

export type Explanation = ExplainReport & { toString(): string }

/** What a result came of. */
interface Origin {
  readonly notes?: readonly string[]
  readonly prepared?: PreparedStages
  /** Makes the plan anew. */
  readonly again?: () => Promise<Founded>
}

/** How often one query may be planned anew: each time a scan reads columns that none before it did. */
const REPLANNED = 16

export class Engine {
  readonly #core: OpenCore
  readonly #planner: SqlPlanner
  readonly #native: NativeMode
  readonly #catalog: Catalog
  readonly #udfs = new UdfRegistry()
  /** How often a snapshot's file was taken from the planner. */
  #forgotten = 0
  /** How often a function was registered. */
  #functions = 0

  private constructor(core: OpenCore, planner: SqlPlanner, native: NativeMode) {
    this.#core = core
    this.#planner = planner
    this.#native = native
    this.#catalog = new Catalog(core.memory, core.pool)
  }

  /** Throws OptionError, ArcweldError PLANNER_MISSING or PLANNER_VERSION. */
  static async create(options: EngineOptions = {}): Promise<Engine> {
    if (typeof options !== 'object' || options === null) throw new OptionError('INVALID_OPTION', 'options must be an object')
    const { threads, memory, native } = checkOptions(options)
    const planner = await openDuckDbPlanner()
    try {
      return new Engine(await openCore(threads, memory, 'engine'), planner, native)
    } catch (error) {
      await planner.close()
      throw error
    }
  }

  /**
   * Makes a table of a path (Parquet, Arrow IPC, CSV, JSON), of several files (a list of paths, a pattern, a folder; not Arrow IPC), an Arrow table,
   * record batches or IPC bytes. A name that exists is replaced; queries that run keep the old table. Throws SourceError, OptionError, MEMORY_EXCEEDED.
   */
  async register(name: string, source: unknown, { cache = false, ...how }: RegisterOptions = {}): Promise<void> {
    this.#core.assertOpen()
    if (typeof name !== 'string' || name === '') throw new OptionError('INVALID_OPTION', 'a table name must be a text that is not empty')
    const table = await this.#catalog.open(source, cache, how)
    try {
      this.#core.assertOpen()
      await this.#planner.register(name, table.plannerTable)
    } catch (error) {
      table.drop()
      throw error
    }
    this.#catalog.set(name, table)
  }

  /** Does nothing where no such table is. */
  async unregister(name: string): Promise<void> {
    this.#core.assertOpen()
    await this.#planner.unregister(name)
    this.#catalog.remove(name)
  }

  /** Plans a query; it runs when the result is first read. Throws PlanError, UnsupportedError, OptionError. */
  async sql(text: string, { params, signal, native, capture }: SqlOptions = {}): Promise<Result> {
    signal?.throwIfAborted()
    const { planned } = await this.#plan(text, params)
    signal?.throwIfAborted()
    return this.#result(planned.plan, planned.schema, { native, signal, capture }, { notes: this.#notes(planned), again: () => this.#plan(text, params) })
  }

  /**
   * A query to be run often: planned once for each binding of its parameters, and again when a table or function it uses was
   * registered anew. One without parameters is planned now. Throws what `sql` throws; with parameters, what can be said without
   * their values: SQL_SYNTAX, UNSUPPORTED_STATEMENT, UNKNOWN_TABLE.
   */
  async prepare(text: string): Promise<PreparedStatement> {
    this.#core.assertOpen()
    if (typeof text !== 'string') throw new OptionError('INVALID_OPTION', 'the SQL text must be a string')
    const statement = new PreparedStatement(text, await this.#planner.check(text), {
      assertOpen: () => this.#core.assertOpen(),
      plan: (sql, params) => this.#plan(sql, params),
      basis: (tables) => this.#basis(tables),
      unchanged: (tables) => this.#catalog.outlived(tables).then((outlived) => outlived.size === 0, () => false),
      result: (planned, options, prepared, params) => this.#result(planned.plan, planned.schema, options, { notes: this.#notes(planned), prepared, again: () => this.#plan(text, params) }),
    })
    if (statement.parameters.length === 0) await statement.plan()
    return statement
  }

  /** Runs a plan document over the registered tables. Throws PlanError, UnsupportedError. */
  async run(plan: Plan, options: ExecuteOptions = {}): Promise<Result> {
    this.#core.assertOpen()
    const checked = validatePlan(plan, planRules)
    const fields = outputOf(checked.root).map((c, i): Field => ({ name: checked.names[i] ?? c.name, type: parseType(c.type) as Field['type'] }))
    return this.#result(checked, fields, options)
  }

  /** The stages of a query, native or not and why; with `analyze` it runs, and rows and times are given. */
  async explain(text: string, { analyze = false, params, ...options }: SqlOptions & { readonly analyze?: boolean } = {}): Promise<Explanation> {
    const { planned } = await this.#plan(text, params)
    const notes = this.#notes(planned)
    if (!analyze) return withText({ ...explainPlan(planned.plan, this.#mode(options.native), (table) => this.#catalog.sizeOf(table), this.#core.cache.programs), ...(notes.length ? { notes } : {}) })
    const result = this.#result(planned.plan, planned.schema, options, { notes, again: () => this.#plan(text, params) })
    for await (const _ of result);
    return result.explain()
  }

  /** Makes a JavaScript function callable from SQL; types are SQL type names. Throws OptionError. */
  async udf(name: string, signature: UdfSignature, source: UdfSource): Promise<void> {
    this.#core.assertOpen()
    const udf = await this.#udfs.check(name, signature, source)
    await this.#planner.registerUdf(name, udf.args, udf.returns)
    this.#udfs.set(name, udf)
    this.#functions++
  }

  /** After a query is over, all it held is given back: what is in use are the cached tables. */
  get memory(): MemoryUse {
    const { inUse, peak, budget } = this.#core.memory
    return { inUse, peak, budget }
  }

  /** Ends workers and planner; what still runs is ended. */
  async close(): Promise<void> {
    await Promise.all([this.#core.close(), this.#planner.close()])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #plan(text: string, params: Params | undefined): Promise<Founded> {
    this.#core.assertOpen()
    if (typeof text !== 'string') throw new OptionError('INVALID_OPTION', 'the SQL text must be a string')
    // A plan made while a snapshot's file was taken from the planner may rest on the new file: it is made again.
    // So is one during which a table of it was replaced: planner and catalog do not change in the same turn.
    for (;;) {
      const before = this.#forgotten
      const [tables, functions] = [this.#catalog.tables, this.#functions]
      const planned = await this.#planner.plan(text, params).catch(async (error: unknown) => {
        if (error instanceof ArcweldError && error.code === 'FILE_CHANGED' && (await this.#forget(this.#catalog.cached))) return undefined
        throw error
      })
      if (!planned || (await this.#forget(planned.tables)) || before !== this.#forgotten || functions !== this.#functions) continue
      if (planned.tables.every((name) => tables.get(name.toLowerCase()) === this.#catalog.table(name))) return { planned, basis: this.#basis(planned.tables) }
    }
  }

  /** What a plan over these tables rests on. */
  #basis(tables: readonly string[]): readonly unknown[] {
    return [this.#functions, ...tables.map((name) => this.#catalog.table(name))]
  }

  /** Takes the files that snapshots have outlived from the planner; whether there were any. */
  async #forget(tables: readonly string[]): Promise<boolean> {
    const outlived = await this.#catalog.outlived(tables)
    for (const [name, table] of outlived) {
      await this.#planner.register(name, table.plannerTable)
      table.forgetFile()
      this.#forgotten++
    }
    return outlived.size > 0
  }

  /** Tells the planner of the types that tables have by now. */
  async #replan(): Promise<void> {
    for (const [name, table] of this.#catalog.unplanned) {
      await this.#planner.register(name, table.plannerTable)
      table.planned()
    }
  }

  #mode(native: NativeMode | undefined): NativeMode {
    return native === undefined ? this.#native : checkNative(native)
  }

  #notes({ tables }: Planned): readonly string[] {
    const blind = tables.filter((name) => this.#catalog.kind(name) !== 'parquet')
    return blind.length ? [`${blind.join(', ')}: planned without statistics, not being a Parquet file; build sides and widths are chosen from the data all the same`] : []
  }

  #result(plan: Plan, fields: readonly Field[], { native, signal, capture }: ExecuteOptions, { notes = [], prepared, again }: Origin = {}): Result {
    if (capture !== undefined && (typeof capture !== 'string' || capture === '')) throw new OptionError('INVALID_OPTION', 'capture must be the path of a folder')
    const mode = this.#mode(native)
    const core = this.#core
    // The tables as they are now: what is registered later does not change this query.
    const tables = this.#catalog.pin()
    let untrack: (() => void) | undefined
    return new Result(
      {
        fields,
        buffer: core.memory.buffer,
        workspace: () => core.memory.lease(),
        notes,
        execute: async (abort, partitions) => {
          core.assertOpen()
          untrack = core.track(abort)
          const options = { native: mode, udf: (name: string) => this.#udfs.get(name), signal: abort.signal, capture, partitions }
          // A table whose types were inferred may turn out to be of wider ones: the query is planned anew by those.
          for (let current: Planned | undefined, tries = 0; ; tries++) {
            try {
              const execution = await executePlan(current?.plan ?? plan, tables, core, { ...options, prepared: current ? undefined : prepared })
              return current ? { ...execution, fields: current.schema } : execution
            } catch (error) {
              if (!(error instanceof TypesLearned)) throw error
              await this.#replan()
              if (!again || tries === REPLANNED) throw error
              current = (await again()).planned
            }
          }
        },
        done: () => {
          untrack?.()
          tables.release()
        },
      },
      signal,
    )
  }
}
