/** Runs a lowered stage on the pool: contexts and source blocks into shared memory, one job, the chunks back as a relation. */
import type { Job, JobStep, StepMetrics } from '../bridge/job.ts'
import { KernelError } from '../bridge/kernel-error.ts'
import type { Lease } from '../bridge/memory.ts'
import type { Pool } from '../bridge/pool.ts'
import { SHARED, SINK, outputOffset } from '../codegen/sinks.ts'
import type { LoweredStage } from '../compile.ts'
import { type ErrorCode, ExecutionError } from '../errors.ts'
import { CHUNK_ROWS, CTX } from '../ir/context.ts'
import { RAISES } from '../ir/nodes.ts'
import type { Builder } from '../ir/program.ts'
import type { Relation } from '../layout/relation.ts'
import type { Compiled, ModuleCache } from './modules.ts'
import { writeParameters } from './parameters.ts'
import { collectChunks, sliceRelation } from './result-chunks.ts'
import { writeSource } from './source-block.ts'

export interface NativeRun {
  readonly relation: Relation
  readonly compiled: Compiled
  readonly steps: readonly StepMetrics[]
}

export interface NativeOptions {
  readonly pool: Pool
  readonly cache: ModuleCache
  readonly lease: Lease
  readonly stage: number
  readonly signal?: AbortSignal | undefined
}

/** Whether a builder leaves something for its last worker to do. */
const finishes = (builder: Builder): boolean => builder.builder !== 'appender'

export const runNative = async (lowered: LoweredStage, inputs: readonly Relation[], options: NativeOptions): Promise<NativeRun> => {
  const { pool, lease, cache } = options
  const compiled = cache.get(lowered)
  const { shared, contexts } = prepare(lowered, lease, pool.threads)
  const sources = inputs.map((relation) => writeSource(relation, lease))
  const steps = lowered.program.pipelines.map((p, i): JobStep => ({
    run: `p${i}`,
    source: p.source.source === 'tuples' ? shared + outputOffset(p.source.sink) : (sources[p.source.relation] as number),
    finish: finishes(p.builder) ? `f${i}` : undefined,
    stop: stopOf(lowered, p.builder, shared),
  }))
  const job: Job = { key: `stage ${options.stage}`, module: compiled.module, contexts, steps, lease }
  const metrics = await pool.run(job, { signal: options.signal }).catch((error: unknown) => {
    throw error instanceof KernelError ? raised(error, lowered, options.stage) : error
  })
  const collected = collectChunks(lowered, contexts, lease.buffer)
  const relation = lowered.slice ? sliceRelation(collected, lowered.slice.offset, lowered.slice.limit, lease) : collected
  return { relation, compiled, steps: metrics }
}

const stopOf = (lowered: LoweredStage, builder: Builder, shared: number): JobStep['stop'] => {
  if (builder.builder !== 'appender' || !builder.counted || lowered.slice?.limit == null) return undefined
  return { address: shared + SHARED.appended, rows: lowered.slice.limit + lowered.slice.offset }
}

/** The shared block and one context for each slot. */
const prepare = (lowered: LoweredStage, lease: Lease, slots: number): { shared: number; contexts: readonly number[] } => {
  const { layout, program } = lowered
  const params = writeParameters(lowered.params, lease)
  const shared = lease.allocate(layout.sharedBytes + slots * 4)
  const list = shared + layout.sharedBytes
  const words = new Uint32Array(lease.buffer)
  const contexts = Array.from({ length: slots }, (_, slot) => {
    const context = lease.allocate(layout.contextBytes)
    const set = (offset: number, value: number) => {
      words[(context + offset) / 4] = value
    }
    set(CTX.slot, slot)
    set(CTX.shared, shared)
    set(CTX.params, params)
    set(CTX.selection, lease.reserve(CHUNK_ROWS * 4))
    lowered.memos.forEach((size, i) => set(layout.memoOffset + i * 4, lease.allocate((size + 1) * 4)))
    program.pipelines.forEach((p, i) => {
      if (p.builder.builder !== 'sorter' || lowered.top === undefined) return
      const sink = layout.sinks[i]?.offset as number
      set(sink + SINK.topn, lowered.top)
      set(sink + SINK.threshold, 0xffffffff)
      set(sink + SINK.threshold + 4, 0xffffffff)
    })
    words[list / 4 + slot] = context
    return context
  })
  words.set([lease.id, slots, list], shared / 4)
  return { shared, contexts }
}

const raised = (error: KernelError, lowered: LoweredStage, stage: number): ExecutionError => {
  const code = (Object.keys(RAISES) as ErrorCode[]).find((name) => RAISES[name as keyof typeof RAISES] === error.raise) ?? 'KERNEL_TRAP'
  const site = lowered.sites[error.site]
  const message = error.detail ?? (code === 'MEMORY_EXCEEDED' ? 'the query needs more memory than it may have' : (site?.message ?? error.message))
  return new ExecutionError(code, message, { stage, cause: error })
}
