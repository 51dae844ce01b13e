/**
 * arcweld without SQL: plans in, batches out. A planner asks `check` what is native, and either hands over single stages
 * (`compile`, `execute`) or a whole plan (`run`). Nothing of DuckDB or Parquet is loaded.
 */
import { OptionError, type Refusal } from './errors.ts'
import { absorbs } from './execute/absorb.ts'
import { checkStage } from './execute/check.ts'
import { type OpenCore, openCore } from './execute/core.ts'
import { executePlan, nativeOnly } from './execute/executor.ts'
import type { ExecuteOptions, NativeMode, ScanNode } from './execute/query.ts'
import { noUdf } from './execute/udfs.ts'
import { parseType, type Field } from './layout/types.ts'
import type { Plan } from './plan/nodes.ts'
import { cutStages, outputOf, type Stage } from './plan/stages.ts'
import { validatePlan } from './plan/validate.ts'
import { type BackendOptions, checkNative, checkOptions, type MemoryUse } from './options.ts'
import { type Batch, Result } from './result.ts'
import { planRules } from './execute/plan-rules.ts'
import { inputTables, stageKey } from './execute/input-tables.ts'

export * from './errors.ts'
export type { NativeMode } from './execute/query.ts'
export type * from './plan/nodes.ts'
export type { Stage } from './plan/stages.ts'
export * from './planners/builder.ts'
export { Batch, type ColumnSchema, type Metrics, Result } from './result.ts'
export type { BackendOptions, MemoryUse } from './options.ts'

/** Tables by name, stage outputs by `stage:<id>`: Arrow tables, record batches, (async) iterables of those, or Arrow IPC bytes. */
export type Inputs = Readonly<Record<string, unknown>>

export interface RunOptions {
  readonly signal?: AbortSignal | undefined
  readonly native?: NativeMode | undefined
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
  async *execute(compiled: CompiledStage, inputs: Inputs, options: RunOptions = {}): AsyncGenerator<Batch, void, undefined> {
    const { stage, fields } = compiled
    yield* this.#result({ version: 1, names: fields.map((f) => f.name), root: withScans(stage) }, fields, inputs, options)
  }

  /** Runs a plan document over tables. Throws PlanError, UnsupportedError; the rest when the result is read. */
  async run(plan: Plan, inputs: Inputs, options: RunOptions = {}): Promise<Result> {
    const checked = validatePlan(plan, planRules)
    const fields = outputOf(checked.root).map((c, i): Field => ({ name: checked.names[i] ?? c.name, type: parseType(c.type) as Field['type'] }))
    return this.#result(checked, fields, inputs, options)
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

  #result(plan: Plan, fields: readonly Field[], inputs: Inputs, { signal, native = this.#native }: RunOptions): Result {
    const core = this.#core
    core.assertOpen()
    checkNative(native)
    const tables = inputTables(inputs)
    let untrack: (() => void) | undefined
    return new Result(
      {
        fields,
        buffer: core.memory.buffer,
        execute: (abort) => {
          core.assertOpen()
          untrack = core.track(abort)
          const options: ExecuteOptions = { native, udf: noUdf, signal: abort.signal }
          return executePlan(plan, tables, core, options)
        },
        done: () => untrack?.(),
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
