/** Where a query's time goes: its pipelines, each with its rows, its time and the bytes of columns it reads, against the memory's speed. */
import type { ExplainReport, PipelineReport } from '../../report/explain.ts'
import type { CliEngine } from '../engine-door.ts'
import { median } from './statistics.ts'

export interface PipelineProfile {
  readonly operators: readonly string[]
  readonly rows: number
  readonly ms: number
  readonly nsPerRow?: number | undefined
  /** Absent where it reads no columns, and where they are none. */
  readonly bytes?: number | undefined
  /** 10^9 bytes a second. */
  readonly speed?: number | undefined
  /** Of the memory's speed: 1 is as fast as memory can be read. Above where columns lie in the caches. */
  readonly share?: number | undefined
}

export interface StageProfile {
  readonly id: number
  readonly native: boolean
  readonly operators: readonly string[]
  readonly rows: number
  /** Lowering, compiling where it was not yet, and running. */
  readonly ms: number
  readonly pipelines: readonly PipelineProfile[]
}

export interface QueryProfile {
  readonly runs: number
  /** From SQL text until all is read, rows not made. */
  readonly ms: number
  /** In pipelines. */
  readonly pipelinesMs: number
  readonly stages: readonly StageProfile[]
}

const RUNS = 5

/** `ms` its time, and `memory` the memory's speed in 10^9 bytes a second. */
export const pipelineProfile = ({ operators, rows = 0, bytes }: PipelineReport, ms: number, memory: number): PipelineProfile => {
  const speed = bytes && ms > 0 ? bytes / ms / 1e6 : undefined
  return { operators, rows, ms, nsPerRow: rows > 0 ? (ms * 1e6) / rows : undefined, bytes: bytes || undefined, speed, share: speed === undefined ? undefined : speed / memory }
}

/** Times are medians of runs of one query; all runs have the same stages. */
export const profileOf = (runs: readonly { readonly ms: number; readonly report: ExplainReport }[], memory: number): QueryProfile => {
  const last = runs.at(-1)?.report.stages ?? []
  const stages = last.map(
    (stage, s): StageProfile => ({
      id: stage.id,
      native: stage.native,
      operators: stage.operators,
      rows: stage.rows ?? 0,
      ms: median(runs.map(({ report }) => report.stages[s]?.ms ?? 0)),
      pipelines: stage.pipelines.map((pipeline, p) => pipelineProfile(pipeline, median(runs.map(({ report }) => report.stages[s]?.pipelines[p]?.ms ?? 0)), memory)),
    }),
  )
  const pipelinesMs = stages.reduce((sum, { pipelines }) => sum + pipelines.reduce((ms, pipeline) => ms + pipeline.ms, 0), 0)
  return { runs: runs.length, ms: median(runs.map(({ ms }) => ms)), pipelinesMs, stages }
}

/** Throws what the engine throws. */
export const profileQuery = async (engine: CliEngine, sql: string, memory: number, signal: AbortSignal): Promise<QueryProfile> => {
  const runs: { ms: number; report: ExplainReport }[] = []
  for (let i = 0; i < RUNS; i++) {
    signal.throwIfAborted()
    const start = performance.now()
    const report = await engine.explain(sql, { analyze: true })
    runs.push({ ms: performance.now() - start, report })
  }
  return profileOf(runs, memory)
}
