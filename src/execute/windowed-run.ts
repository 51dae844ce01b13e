/**
 * Runs a job some of whose pipelines go over windows: a job for each window, without the pipeline's end, then one over no rows with it.
 * The next window is made while one is read; or workers make theirs by themselves (a feed). Pipelines between those run together, as they do in one job.
 */
import type { Job, JobStep, StepMetrics } from '../bridge/job.ts'
import type { Lease } from '../bridge/memory.ts'
import type { LoweredStage } from '../compile.ts'
import type { Pipeline } from '../ir/program.ts'
import type { Relation } from '../layout/relation.ts'
import type { Feed, Window } from '../sources/source.ts'
import { keepsSlices } from './kept-slices.ts'
import { writeSource } from './source-block.ts'
import { isWindowed, type StageSource, type WindowedInput, type WindowRun } from './windows.ts'

export interface WindowedRun {
  /** Of all steps, as of one job. */
  readonly metrics: readonly StepMetrics[]
  /** Of each pipeline: the windows it went over. */
  readonly windows: readonly (number | undefined)[]
}

interface Running {
  /** Runs a part of the job. */
  readonly run: (part: Job) => Promise<readonly StepMetrics[]>
  /** Has workers hand the rows of a feed to a step. */
  readonly feed: (feed: Feed, step: JobStep) => ReturnType<Feed['run']>
  readonly job: Job
  /** The query's. */
  readonly lease: Lease
  readonly signal: AbortSignal | undefined
}

/** `steps`: of each pipeline, numbered across all. */
export const runWindowed = async (lowered: LoweredStage, inputs: readonly StageSource[], steps: readonly (readonly JobStep[])[], run: WindowRun, running: Running): Promise<WindowedRun> => {
  const { pipelines } = lowered.program
  const metrics: StepMetrics[] = []
  const windows: (number | undefined)[] = pipelines.map(() => undefined)
  let waiting: JobStep[] = []
  const runWaiting = async (): Promise<void> => {
    if (waiting.length > 0) metrics.push(...(await running.run({ ...running.job, steps: within(waiting, metrics.length) })))
    waiting = []
  }
  for (const [i, own] of steps.entries()) {
    const pipeline = pipelines[i] as Pipeline
    const input = windowedSource(pipeline, inputs)
    if (!input) {
      waiting.push(...own)
      continue
    }
    await runWaiting()
    const [rows, ...rest] = own as readonly [JobStep, ...JobStep[]]
    const keeps = keepsSlices(pipeline, input.columns)
    const { feed } = input.windows
    const { of, count } = feed && !keeps ? await overFeed(rows, feed, running) : await overWindows(rows, input, keeps, run, running)
    windows[i] = count
    const lease = run.lease()
    try {
      const end: JobStep = { ...rows, source: writeSource({ columns: input.columns, rows: 0, batches: [] }, lease) }
      const [last, ...parts] = await running.run({ ...running.job, steps: within([end, ...rest], metrics.length), lease })
      metrics.push(added(of, last as StepMetrics), ...parts)
    } finally {
      lease.release()
    }
  }
  await runWaiting()
  return { metrics, windows }
}

const windowedSource = ({ source }: Pipeline, inputs: readonly StageSource[]): WindowedInput | undefined => {
  const input = source.source === 'columns' || source.source === 'rows' ? inputs[source.relation] : undefined
  return input && isWindowed(input) ? input : undefined
}

/** Steps as a job of their own, when those before the first of them are done. */
const within = (steps: readonly JobStep[], first: number): readonly JobStep[] => steps.map((step) => ({ ...step, after: (step.after ?? []).filter((a) => a >= first).map((a) => a - first) }))

const NOTHING: StepMetrics = { ms: 0, busyMs: 0, rows: 0, morsels: 0, firstCallUs: 0 }

const added = (a: StepMetrics, b: StepMetrics): StepMetrics => ({
  ms: a.ms + b.ms, busyMs: a.busyMs + b.busyMs, rows: a.rows + b.rows, morsels: a.morsels + b.morsels, firstCallUs: a.firstCallUs || b.firstCallUs,
})

const overFeed = async (rows: JobStep, feed: Feed, running: Running): Promise<{ readonly of: StepMetrics; readonly count: number }> => {
  const { metrics, parts } = await running.feed(feed, rows)
  return { of: metrics, count: parts }
}

/** Inputs that fit in memory, and whose feed the stage's pipelines cannot take: they keep places in it, or go over it more than once. */
export const unfed = ({ program: { pipelines } }: LoweredStage, inputs: readonly StageSource[]): ReadonlySet<StageSource> => {
  const found = new Set<StageSource>()
  const seen = new Set<StageSource>()
  for (const pipeline of pipelines) {
    const input = windowedSource(pipeline, inputs)
    if (!input) continue
    if (input.windows.fits && (seen.has(input) || keepsSlices(pipeline, input.columns))) found.add(input)
    seen.add(input)
  }
  return found
}

const overWindows = async (
  rows: JobStep, { columns, windows: scan }: WindowedInput, keeps: boolean, { bytes, lease: open }: WindowRun, { run, job, lease, signal }: Running,
): Promise<{ readonly of: StepMetrics; readonly count: number }> => {
  const iterator = scan.windows({ bytes, lease: open, signal })
  const ask = (): Promise<IteratorResult<Window, void>> => {
    const next = iterator.next()
    // Whoever awaits it is told; until then nobody does.
    next.catch(() => {})
    return next
  }
  const words = new Uint32Array(lease.buffer)
  let [of, count, rowBase] = [NOTHING, 0, 0]
  let next = ask()
  try {
    for (;;) {
      const { value: window } = await next
      if (!window) break
      next = ask()
      const own = open()
      try {
        const relation: Relation = { columns, rows: window.rows, batches: window.batches }
        const step: JobStep = { ...rows, source: writeSource(relation, own), rowBase, finish: undefined, after: [] }
        of = added(of, (await run({ ...job, steps: [step], lease: own }))[0] as StepMetrics)
      } finally {
        own.release()
        if (keeps) lease.adopt(window.lease)
        else window.lease.release()
      }
      count++
      rowBase += window.rows
      if (rows.stop && Atomics.load(words, rows.stop.address / 4) >= rows.stop.rows) break
    }
  } finally {
    await next.then(({ value }) => value?.lease.release(), () => {})
    await iterator.return()
  }
  return { of, count }
}
