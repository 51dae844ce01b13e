/**
 * The steps of a stage's job. Each pipeline is one over its rows and, where its builder leaves work for all workers, one for each round of
 * parts of that; a step waits for those whose sinks it reads, so that builds which do not need one another run side by side.
 */
import type { JobStep, StepMetrics } from '../bridge/job.ts'
import { outputOffset, PARTS, partNames, SHARED } from '../codegen/sinks.ts'
import type { LoweredStage } from '../compile.ts'
import { sinksMarked, sinksRead } from '../ir/dependencies.ts'
import { type Builder, type Pipeline, sinkOf } from '../ir/program.ts'

/** Addresses: the shared block, and the source block of each input. */
export interface Places {
  readonly shared: number
  readonly sources: readonly number[]
  /** A source block of one row without columns: what a stage counts in a range is one. */
  readonly once: number
}

/** Whether a builder leaves something for its last worker to do. */
const finishes = (builder: Builder): boolean => builder.builder !== 'appender'

/** For each pipeline its steps; they are numbered across all pipelines. */
export const stepsOf = (lowered: LoweredStage, places: Places): readonly (readonly JobStep[])[] => {
  const { pipelines } = lowered.program
  /** The steps that all have merged into a sink, and done its parts, when they are done. */
  const completing = new Map<number, number[]>()
  let count = 0
  return pipelines.map((p, index) => {
    const sink = sinkOf(pipelines, index)
    // The finish function is that of the last pipeline that merges into the sink: those before must be done.
    const before = completing.get(sink) ?? []
    const after = [...new Set([...[...sinksRead(p)].flatMap((s) => completing.get(s) ?? []), ...before])]
    const steps = pipelineSteps(lowered, p, index, places, after, count)
    count += steps.length
    completing.set(sink, [count - 1])
    for (const marked of sinksMarked(p)) completing.set(marked, [...(completing.get(marked) ?? []), count - 1])
    return steps
  })
}

const pipelineSteps = (lowered: LoweredStage, { source, builder }: Pipeline, index: number, { shared, sources, once }: Places, after: readonly number[], number: number): readonly JobStep[] => {
  const ended = lowered.layout.ends[index]
  const rows: JobStep = {
    run: `p${index}`,
    source: source.source === 'tuples' ? shared + outputOffset(source.sink) : source.source === 'range' ? once : (sources[source.relation] as number),
    finish: ended !== undefined && finishes(builder) ? `f${ended}` : undefined,
    stop: stopOf(lowered, builder, shared),
    after,
  }
  if (ended === undefined) return [rows]
  const parts = (lowered.layout.parts[ended] ?? []).map(({ done }, round): JobStep => {
    const names = partNames(ended, round)
    return { run: names.run, source: shared + outputOffset(ended) + PARTS.source, finish: done ? names.done : undefined, unit: 1, after: [number + round] }
  })
  return [rows, ...parts]
}

const stopOf = (lowered: LoweredStage, builder: Builder, shared: number): JobStep['stop'] => {
  if (builder.builder !== 'appender' || !builder.counted || lowered.slice?.limit == null) return undefined
  return { address: shared + SHARED.appended, rows: lowered.slice.limit + lowered.slice.offset }
}

/** The steps of one pipeline as a job of their own. */
export const alone = (steps: readonly JobStep[]): readonly JobStep[] => steps.map((step, i) => ({ ...step, after: i === 0 ? [] : [i - 1] }))

/** What was measured of a pipeline's steps, as one; rows are those of its source. */
export const ofPipelines = (metrics: readonly StepMetrics[], steps: readonly (readonly JobStep[])[]): readonly StepMetrics[] => {
  let at = 0
  return steps.map(({ length }) => {
    const [rows, ...rest] = metrics.slice(at, (at += length)) as [StepMetrics, ...StepMetrics[]]
    return { ...rows, ms: rest.reduce((ms, m) => ms + m.ms, rows.ms), busyMs: rest.reduce((ms, m) => ms + m.busyMs, rows.busyMs) }
  })
}
