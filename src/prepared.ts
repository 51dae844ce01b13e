/**
 * Statements that are planned once and run often. DuckDB plans constants and no parameters, so there is one plan for each
 * binding; those used last are kept. A plan is used again as long as the tables and functions it was made for are the ones
 * that are registered and their files have not changed, else it is made again: a statement answers as `sql` does.
 */
import { ArcweldError } from './errors.ts'
import { PreparedStages } from './execute/prepared-stages.ts'
import type { NativeMode } from './execute/query.ts'
import type { Params, Planned } from './planners/duckdb/index.ts'
import type { Result } from './result.ts'

export interface ExecuteOptions {
  readonly signal?: AbortSignal | undefined
  readonly native?: NativeMode | undefined
  /** A folder: every native stage and pipeline is written there before it runs, for `arcweld kernel`. The query is slower, and on one thread. */
  readonly capture?: string | undefined
}

/** A plan, and what it rests on: it holds as long as that is the same, item by item. */
export interface Founded {
  readonly planned: Planned
  readonly basis: readonly unknown[]
}

/** What a statement needs of its engine. */
export interface Planning {
  assertOpen(): void
  plan(text: string, params: Params | undefined): Promise<Founded>
  /** What a plan over these tables rests on now. */
  basis(tables: readonly string[]): readonly unknown[]
  /** Whether the files of tables are what they were; where not, planning again tells what that means. */
  unchanged(tables: readonly string[]): Promise<boolean>
  result(planned: Planned, options: ExecuteOptions, stages: PreparedStages, params: Params | undefined): Result
}

interface Kept extends Founded {
  readonly stages: PreparedStages
}

/** Bindings whose plans a statement keeps. */
const PLANS_KEPT = 32

/** A query that is planned once: see `Engine.prepare`. */
export class PreparedStatement {
  /** The SQL text. */
  readonly text: string
  /** The names of its parameters in the order they are written; those of `?` are their numbers. */
  readonly parameters: readonly string[]
  readonly #planning: Planning
  /** By binding, those used last at the end. */
  readonly #plans = new Map<string, Kept>()
  #closed = false

  /** @internal */
  constructor(text: string, parameters: readonly string[], planning: Planning) {
    this.text = text
    this.parameters = parameters
    this.#planning = planning
  }

  /**
   * The query over the tables as they are now; it runs when the result is first read. `params`: values of $1, $2, … or of $name.
   * Throws what `Engine.sql` throws, and STATEMENT_CLOSED after close().
   */
  async execute(params?: Params, options: ExecuteOptions = {}): Promise<Result> {
    options.signal?.throwIfAborted()
    const { planned, stages } = await this.#kept(params)
    options.signal?.throwIfAborted()
    this.#assertOpen()
    return this.#planning.result(planned, options, stages, params)
  }

  /** Forgets its plans. Results that were had of it can still be read. */
  async close(): Promise<void> {
    this.#closed = true
    this.#plans.clear()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** @internal Plans a statement without parameters, to say early what is wrong with it. */
  async plan(): Promise<void> {
    await this.#kept(undefined)
  }

  async #kept(params: Params | undefined): Promise<Kept> {
    this.#assertOpen()
    const key = bindingOf(params)
    const known = key === undefined ? undefined : this.#plans.get(key)
    if (known && (await this.#planning.unchanged(known.planned.tables)) && this.#holds(known)) {
      this.#keep(key as string, known)
      return known
    }
    const made = await this.#planning.plan(this.text, params)
    const kept = { ...made, stages: new PreparedStages(made.planned.plan) }
    if (key !== undefined) this.#keep(key, kept)
    return kept
  }

  #holds({ planned, basis }: Kept): boolean {
    const now = this.#planning.basis(planned.tables)
    return basis.length === now.length && basis.every((item, i) => item === now[i])
  }

  #keep(key: string, kept: Kept): void {
    if (this.#closed) return
    this.#plans.delete(key)
    this.#plans.set(key, kept)
    if (this.#plans.size > PLANS_KEPT) this.#plans.delete(this.#plans.keys().next().value as string)
  }

  #assertOpen(): void {
    this.#planning.assertOpen()
    if (this.#closed) throw new ArcweldError('STATEMENT_CLOSED', 'the prepared statement is closed')
  }
}

/** Equal for equal bindings; undefined where a value cannot be bound, which planning says. */
const bindingOf = (params: Params | undefined): string | undefined => {
  if (params === undefined) return ''
  if (typeof params !== 'object' || params === null) return undefined
  const parts: string[] = []
  for (const [name, value] of Object.entries(params)) {
    const text = textOf(value)
    if (text === undefined) return undefined
    parts.push(JSON.stringify([name, text]))
  }
  return parts.join()
}

const textOf = (value: unknown): string | undefined => {
  switch (typeof value) {
    case 'string':
      return `s${value}`
    case 'number':
      return Object.is(value, -0) ? 'n-0' : `n${value}`
    case 'bigint':
      return `i${value}`
    case 'boolean':
      return value ? 'true' : 'false'
    default:
      return value === null ? 'null' : value instanceof Date && !Number.isNaN(value.getTime()) ? `d${value.getTime()}` : undefined
  }
}
