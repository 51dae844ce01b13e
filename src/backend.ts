/**
 * arcweld without SQL: plans in, batches out. A planner asks `check` what is native, and either hands over single stages
 * (`compile`, `execute`) or a whole plan (`run`). Nothing of DuckDB or Parquet is loaded.
 */
import { OptionError, type Refusal } from './errors.ts'
import { absorbs } from './execute/absorb.ts'
import { checkStage } from './execute/check.ts'
import { type OpenCore, openCore } from './execute/core.ts'
import type { TaskOptions } from './execute/exchange/tasks.ts'
import { executePlan, nativeOnly } from './execute/executor.ts'
import type { ExecuteOptions, NativeMode, ScanNode } from './execute/query.ts'
import { noUdf } from './execute/udfs.ts'
import { parseType, type Field } from './layout/types.ts'
import type { Plan } from './plan/nodes.ts'
import { cutStages, outputOf, type Stage } from './plan/stages.ts'
import { validatePlan } from './plan/validate.ts'
import { type BackendOptions, checkNative, checkOptions, checkTasks, type MemoryUse } from './options.ts'
import { type Batch, Result } from './result.ts'
import { type RowBatch, RowResult } from './row-result.ts'
import { KeptRows, makeRoom } from './execute/kept-rows.ts'
import { isRowInput, loadRows, type RowInput, type RowSchemaField } from './execute/row-inputs.ts'
import { planRules } from './execute/plan-rules.ts'
import { inputTables, stageKey } from './execute/input-tables.ts'

export * from './errors.ts'
export type { NativeMode } from './execute/query.ts'
export type * from './plan/nodes.ts'
export type { Stage } from './plan/stages.ts'
export * from './planners/builder.ts'
export type { TaskOptions } from './execute/exchange/tasks.ts'
export type { KeptRows } from './execute/kept-rows.ts'
export type { RowInput, RowSchemaField } from './execute/row-inputs.ts'
export { type RowBatch, RowResult } from './row-result.ts'
export { Batch, type ColumnSchema, type Metrics, type Partitions, type PartitionsOptions, Result } from './result.ts'
export type { BackendOptions, MemoryUse } from './options.ts'

/** Tables by name, stage outputs by `stage:<id>`: Arrow tables, record batches, batches of rows, (async) iterables of those, rows that were loaded, or Arrow IPC bytes. */
export type Inputs = Readonly<Record<string, unknown>>

export interface RunOptions {
  readonly signal?: AbortSignal | undefined
  readonly native?: NativeMode | undefined
  /** When stages above exchanges run in several tasks; what is left out is Spark's default. */
  readonly tasks?: Partial<TaskOptions> | undefined
}

export interface RowOutput {
  /** UnsafeRows in place of columns. */
  readonly output: 'rows'
}

export type Check = { readonly native: true } | { readonly native: false; readonly refusals: readonly Refusal[] }

/** A stage that was checked, with its output's columns. */
export interface CompiledStage {
  readonly stage: Stage
  readonly native: boolean
  readonly refusals: readonly Refusal[]
  readonly fields: readonly Field[]
}

export class Backend {
  readonly #core: OpenCore
  readonly #native: NativeMode
  /** Those that are open, last those that were asked last. */
  readonly #kept = new Set<KeptRows>()

  /** @internal Use createBackend(). */
  constructor(core: OpenCore, native: NativeMode) {
    this.#core = core
    this.#native = native
  }

  /** The stages of a plan, each after those it reads; the last one gives the result. Throws PlanError. */
  stages(plan: Plan): readonly Stage[] {
    const { root, shared } = validatePlan(plan, planRules)
    return cutStages(root, absorbs, new Set(), shared)
  }

  /** Whether a stage, or every stage of a plan, runs natively whatever the data; and if not, every reason. */
  check(what: Stage | Plan): Check {
    const refusals = (isPlan(what) ? this.stages(what) : [what]).flatMap(checkStage)
    return refusals.length ? { native: false, refusals } : { native: true }
  }

  /** Checks a stage for execute(). Kernels are made when the inputs are known, and kept. Throws NATIVE_ONLY. */
  compile(stage: Stage): CompiledStage {
    const refusals = checkStage(stage)
    if (refusals.length && this.#native === 'only') throw nativeOnly(stage, refusals)
    return { stage, native: refusals.length === 0, refusals, fields: fieldsOf(stage) }
  }

  /** Runs one stage over its inputs. */
  execute(compiled: CompiledStage, inputs: Inputs, options: RunOptions & RowOutput): AsyncGenerator<RowBatch, void, undefined>
  execute(compiled: CompiledStage, inputs: Inputs, options?: RunOptions): AsyncGenerator<Batch, void, undefined>
  async *execute({ stage, fields }: CompiledStage, inputs: Inputs, options: RunOptions & Partial<RowOutput> = {}): AsyncGenerator<Batch | RowBatch, void, undefined> {
    const result = this.#result({ version: 1, names: fields.map((f) => f.name), root: withScans(stage) }, fields, inputs, options)
    yield* options.output === 'rows' ? new RowResult(result) : result
  }

  /** Runs a plan document over tables. Throws PlanError, UnsupportedError; the rest when the result is read. */
  run(plan: Plan, inputs: Inputs, options: RunOptions & RowOutput): Promise<RowResult>
  run(plan: Plan, inputs: Inputs, options?: RunOptions): Promise<Result>
  async run(plan: Plan, inputs: Inputs, options: RunOptions & Partial<RowOutput> = {}): Promise<Result | RowResult> {
    const checked = validatePlan(plan, planRules)
    const fields = outputOf(checked.root).map((c, i): Field => ({ name: checked.names[i] ?? c.name, type: parseType(c.type) as Field['type'] }))
    const result = this.#result(checked, fields, inputs, options)
    return options.output === 'rows' ? new RowResult(result) : result
  }

  /**
   * Keeps rows in the backend's memory, as an input of many queries. `schema` are all fields of the rows, unless the batches state
   * them. Throws SourceError, OptionError, MEMORY_EXCEEDED.
   */
  async load(batches: RowInput | Iterable<RowInput> | AsyncIterable<RowInput>, { schema, signal }: { readonly schema?: readonly RowSchemaField[]; readonly signal?: AbortSignal } = {}): Promise<KeptRows> {
    const core = this.#core
    core.assertOpen()
    makeRoom(core, this.#kept)
    const lease = core.memory.lease()
    try {
      const rows = await loadRows('the rows', schema, isRowInput(batches) ? [batches] : batches, core.memory.memory, lease, signal, core.pool)
      const kept = new KeptRows(rows, lease, core, () => this.#kept.delete(kept))
      this.#kept.add(kept)
      return kept
    } catch (error) {
      lease.release()
      throw error
    }
  }

  /** After a query is over, all it held is given back. */
  get memory(): MemoryUse {
    const { inUse, peak, budget } = this.#core.memory
    return { inUse, peak, budget }
  }

  /** Ends the workers; what still runs is ended. */
  async close(): Promise<void> {
    await this.#core.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #result(plan: Plan, fields: readonly Field[], inputs: Inputs, { signal, native = this.#native, output, tasks }: RunOptions & Partial<RowOutput>): Result {
    const core = this.#core
    core.assertOpen()
    checkNative(native)
    if (output !== undefined && output !== 'rows') throw new OptionError('INVALID_OPTION', `output is 'rows' or left out, not ${String(output)}`)
    checkTasks(tasks)
    const tables = inputTables(inputs, core.memory.memory, core.pool)
    let held: (() => void)[] = []
    let untrack: (() => void) | undefined
    return new Result(
      {
        fields,
        buffer: core.memory.buffer,
        workspace: () => core.memory.lease(),
        execute: (abort, partitions) => {
          core.assertOpen()
          untrack = core.track(abort)
          makeRoom(core, this.#kept)
          const read = Object.values(inputs).filter((input) => input instanceof KeptRows)
          for (const rows of read) if (this.#kept.delete(rows)) this.#kept.add(rows)
          held = read.map((rows) => rows.hold())
          const options: ExecuteOptions = { native, udf: noUdf, signal: abort.signal, output: output && 'row', partitions, tasks }
          return executePlan(plan, tables, core, options)
        },
        done: () => {
          untrack?.()
          for (const drop of held) drop()
        },
      },
      signal,
    )
  }
}

const isPlan = (what: Stage | Plan): what is Plan => 'version' in what

const fieldsOf = (stage: Stage): readonly Field[] => outputOf(stage.root).map(({ name, type }) => ({ name, type: parseType(type) as Field['type'] }))

/** A stage as a plan of its own: the outputs of other stages are tables named `stage:<id>`. */
const withScans = (stage: Stage): Plan['root'] =>
  JSON.parse(JSON.stringify(stage.root), (_, node) => (node?.op === 'input' ? ({ op: 'scan', table: stageKey(node.stage), columns: node.columns } satisfies ScanNode) : node))

/** Throws OptionError INVALID_OPTION. */
export const createBackend = async (options: BackendOptions = {}): Promise<Backend> => {
  if (typeof options !== 'object' || options === null) throw new OptionError('INVALID_OPTION', 'options must be an object')
  const { threads, memory, native } = checkOptions(options)
  return new Backend(await openCore(threads, memory, 'backend'), native)
}
