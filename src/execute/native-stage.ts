/** Runs a lowered stage on the pool: contexts and source blocks into shared memory, one job, the chunks back as a relation. */
import type { Job, JobStep, StepMetrics } from '../bridge/job.ts'
import { KernelError } from '../bridge/kernel-error.ts'
import type { Lease } from '../bridge/memory.ts'
import type { Pool } from '../bridge/pool.ts'
import { outputOffset, PARTS, SHARED } from '../codegen/sinks.ts'
import type { LoweredStage } from '../compile.ts'
import { type ErrorCode, ExecutionError } from '../errors.ts'
import { RAISES } from '../ir/nodes.ts'
import type { Builder, Pipeline } from '../ir/program.ts'
import type { Relation } from '../layout/relation.ts'
import type { FilterReport } from '../report/explain.ts'
import type { CapturedStage, StageCapture } from './capture.ts'
import { writeContexts } from './contexts.ts'
import { filterCounts } from './filter-counts.ts'
import type { Compiled, ModuleCache } from './modules.ts'
import { writeParameters } from './parameters.ts'
import { collectChunks, sliceRelation } from './result-chunks.ts'
import { writeSource } from './source-block.ts'

export interface NativeRun {
  readonly relation: Relation
  readonly compiled: Compiled
  readonly steps: readonly StepMetrics[]
  /** Of each pipeline: its runtime filters. */
  readonly filters: readonly (readonly FilterReport[])[]
}

export interface NativeOptions {
  readonly pool: Pool
  readonly cache: ModuleCache
  readonly lease: Lease
  readonly stage: number
  readonly signal?: AbortSignal | undefined
  /** Opens the stage's capture; the stage then runs on one thread, and `lease` is its own. */
  readonly capture?: ((stage: CapturedStage) => StageCapture) | undefined
}

/** Whether a builder leaves something for its last worker to do. */
const finishes = (builder: Builder): boolean => builder.builder !== 'appender'

export const runNative = async (lowered: LoweredStage, inputs: readonly Relation[], options: NativeOptions): Promise<NativeRun> => {
  const { pool, lease, cache, capture } = options
  const compiled = cache.get(lowered)
  const { shared, contexts } = writeContexts(lowered, writeParameters(lowered.params, lease), lease.id, capture ? 1 : pool.threads, lease)
  const sources = inputs.map((relation) => writeSource(relation, lease))
  const steps = lowered.program.pipelines.map((p, i) => stepsOf(lowered, p, i, shared, sources))
  const job: Job = { key: `stage ${options.stage}`, module: compiled.module, contexts, steps: steps.flat(), lease }
  const run = async (part: Job): Promise<readonly StepMetrics[]> => {
    try {
      return await pool.run(part, { signal: options.signal })
    } catch (error) {
      throw error instanceof KernelError ? raised(error, lowered, options.stage) : error
    }
  }
  const captured = capture?.({ lowered, inputs, module: compiled.module, lease, shared, context: contexts[0] as number })
  const metrics = captured ? await runCaptured(job, steps, captured, run) : await run(job)
  const collected = collectChunks(lowered, contexts, lease.buffer)
  const relation = lowered.slice ? sliceRelation(collected, lowered.slice.offset, lowered.slice.limit, lease) : collected
  return { relation, compiled, steps: ofPipelines(metrics, steps), filters: filterCounts(lowered, contexts, lease.buffer) }
}

/** A pipeline's steps: its rows, and, where it is the last to merge into its sink, what the builder leaves to do for all workers. */
const stepsOf = (lowered: LoweredStage, { source, builder }: Pipeline, index: number, shared: number, sources: readonly number[]): readonly JobStep[] => {
  const ended = lowered.layout.ends[index]
  const rows: JobStep = {
    run: `p${index}`,
    source: source.source === 'tuples' ? shared + outputOffset(source.sink) : (sources[(source as { relation: number }).relation] as number),
    finish: ended !== undefined && finishes(builder) ? `f${ended}` : undefined,
    stop: stopOf(lowered, builder, shared),
  }
  const parts = ended !== undefined && lowered.layout.parts[ended]
  return parts ? [rows, { run: `m${ended}`, source: shared + outputOffset(ended) + PARTS.source, finish: parts.done ? `g${ended}` : undefined, maxMorsel: 1 }] : [rows]
}

/** What was measured of a pipeline's steps, as one; rows are those of its source. */
const ofPipelines = (metrics: readonly StepMetrics[], steps: readonly (readonly JobStep[])[]): readonly StepMetrics[] => {
  let at = 0
  return steps.map(({ length }) => {
    const [rows, ...rest] = metrics.slice(at, (at += length)) as [StepMetrics, ...StepMetrics[]]
    return { ...rows, ms: rest.reduce((ms, m) => ms + m.ms, rows.ms) }
  })
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
      metrics.push(...(await run({ ...job, steps })))
    } catch (error) {
      capture.failed(i, error)
      throw error
    }
  }
  return metrics
}

const stopOf = (lowered: LoweredStage, builder: Builder, shared: number): JobStep['stop'] => {
  if (builder.builder !== 'appender' || !builder.counted || lowered.slice?.limit == null) return undefined
  return { address: shared + SHARED.appended, rows: lowered.slice.limit + lowered.slice.offset }
}

const raised = (error: KernelError, lowered: LoweredStage, stage: number): ExecutionError => {
  const code = (Object.keys(RAISES) as ErrorCode[]).find((name) => RAISES[name as keyof typeof RAISES] === error.raise) ?? 'KERNEL_TRAP'
  const site = lowered.sites[error.site]
  const message = error.detail ?? (code === 'MEMORY_EXCEEDED' ? 'the query needs more memory than it may have' : (site?.message ?? error.message))
  return new ExecutionError(code, message, { stage, cause: error })
}
