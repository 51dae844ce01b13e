/** Runs a lowered stage on the pool: contexts and source blocks into shared memory, one job, the chunks back as a relation. */
import type { Job, JobStep, StepMetrics } from '../bridge/job.ts'
import { KernelError } from '../bridge/kernel-error.ts'
import type { Lease } from '../bridge/memory.ts'
import type { Pool } from '../bridge/pool.ts'
import { isRowAppender } from '../codegen/builders/row-appender.ts'
import type { LoweredStage } from '../compile.ts'
import { type ErrorCode, ExecutionError } from '../errors.ts'
import { RAISES } from '../ir/nodes.ts'
import type { Relation } from '../layout/relation.ts'
import { isRowTable, type StageRelation } from '../layout/row-table.ts'
import type { FilterReport } from '../report/explain.ts'
import type { Feed } from '../sources/source.ts'
import type { CapturedStage, StageCapture } from './capture.ts'
import { writeContexts } from './contexts.ts'
import { filterCounts } from './filter-counts.ts'
import type { Compiled, ModuleCache } from './modules.ts'
import { writeParameters } from './parameters.ts'
import { collectChunks, collectRows, numbersOf, sliceRelation, sliceRows } from './result-chunks.ts'
import { writeSource } from './source-block.ts'
import { alone, ofPipelines, stepsOf } from './steps.ts'
import { runWindowed } from './windowed-run.ts'
import { isWindowed, type StageSource, type WindowRun } from './windows.ts'

export interface NativeRun {
  /** Rows, where the stage was lowered for them. */
  readonly relation: StageRelation
  readonly compiled: Compiled
  readonly steps: readonly StepMetrics[]
  /** Of each pipeline: its runtime filters. */
  readonly filters: readonly (readonly FilterReport[])[]
  /** Of each pipeline whose source came in windows: how many; absent where none did. */
  readonly windows?: readonly (number | undefined)[] | undefined
}

export interface NativeOptions {
  readonly pool: Pool
  readonly cache: ModuleCache
  readonly lease: Lease
  readonly stage: number
  readonly signal?: AbortSignal | undefined
  /** Opens the stage's capture; the stage then runs on one thread, and `lease` is its own. */
  readonly capture?: ((stage: CapturedStage) => StageCapture) | undefined
  /** Where inputs come in windows. */
  readonly windows?: WindowRun | undefined
}

const ONCE: Relation = { columns: [], rows: 1, batches: [{ rows: 1, vectors: [] }] }

export const runNative = async (lowered: LoweredStage, inputs: readonly StageSource[], options: NativeOptions): Promise<NativeRun> => {
  const { pool, lease, cache, capture, windows, signal } = options
  const compiled = cache.get(lowered)
  const { shared, contexts } = writeContexts(lowered, writeParameters(lowered.params, lease), lease.id, capture ? 1 : pool.threads, lease)
  const sources = inputs.map((relation) => (isWindowed(relation) ? 0 : writeSource(relation, lease)))
  const steps = stepsOf(lowered, { shared, sources, once: writeSource(ONCE, lease) })
  const job: Job = { key: `stage ${options.stage}`, module: compiled.module, contexts, steps: steps.flat(), lease }
  const named = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw error instanceof KernelError ? raised(error, lowered, options.stage) : error
    })
  const run = (part: Job): Promise<readonly StepMetrics[]> => named(pool.run(part, { signal }))
  const feed = (rows: Feed, step: JobStep): ReturnType<Feed['run']> => named(rows.run({ pool, job, step, lease: windows!.lease, signal }))
  const captured = capture?.({ lowered, inputs: inputs.map(columnar), module: compiled.module, lease, shared, context: contexts[0] as number })
  const windowed = windows && inputs.some(isWindowed) ? await runWindowed(lowered, inputs, steps, windows, { run, feed, job, lease, signal }) : undefined
  const metrics = windowed?.metrics ?? (captured ? await runCaptured(job, steps, captured, run) : await run(job))
  const relation = resultOf(lowered, contexts, lease)
  return { relation, compiled, steps: ofPipelines(metrics, steps), filters: filterCounts(lowered, contexts, lease.buffer), ...(windowed ? { windows: windowed.windows } : {}) }
}

const resultOf = (lowered: LoweredStage, contexts: readonly number[], lease: Lease): StageRelation => {
  const { builder } = lowered.program.pipelines.at(-1) as LoweredStage['program']['pipelines'][number]
  const { offset, limit } = lowered.slice ?? { offset: 0, limit: null }
  if (!isRowAppender(builder)) return sliceRelation(collectChunks(lowered, contexts, lease.buffer), offset, limit, lease)
  const { columns } = lowered
  const rows = collectRows(lowered, contexts, lease.buffer)
  return { ...sliceRows(rows, offset, limit, lease), columns, positions: columns.map((_, i) => i), numbers: numbersOf(lowered, rows) }
}

/** A captured stage's inputs have been made columns, all of them. */
const columnar = (relation: StageSource): Relation => {
  if (isWindowed(relation) || isRowTable(relation)) throw new Error('a captured stage reads rows or windows')
  return relation
}

/** One pipeline after the other, so that the memory is at rest before each. */
const runCaptured = async (
  job: Job, pipelines: readonly (readonly JobStep[])[], capture: StageCapture, run: (part: Job) => Promise<readonly StepMetrics[]>,
): Promise<StepMetrics[]> => {
  const metrics: StepMetrics[] = []
  await capture.whole()
  for (const [i, steps] of pipelines.entries()) {
    capture.before(i)
    try {
      metrics.push(...(await run({ ...job, steps: alone(steps) })))
    } catch (error) {
      capture.failed(i, error)
      throw error
    }
  }
  return metrics
}

const raised = (error: KernelError, lowered: LoweredStage, stage: number): ExecutionError => {
  const code = (Object.keys(RAISES) as ErrorCode[]).find((name) => RAISES[name as keyof typeof RAISES] === error.raise) ?? 'KERNEL_TRAP'
  const site = lowered.sites[error.site]
  const message = error.detail ?? (code === 'MEMORY_EXCEEDED' ? 'the query needs more memory than it may have' : (site?.message ?? error.message))
  return new ExecutionError(code, message, { stage, cause: error })
}
