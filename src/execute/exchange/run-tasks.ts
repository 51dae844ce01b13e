/** Runs the tasks of a stage, several at once, all with one module, and puts their results together in the order of tasks. */
import type { LoweredStage } from '../../compile.ts'
import type { StepMetrics } from '../../bridge/job.ts'
import type { Relation } from '../../layout/relation.ts'
import { isRowTable, type RowTable } from '../../layout/row-table.ts'
import type { FilterReport } from '../../report/explain.ts'
import { type NativeOptions, type NativeRun, runNative } from '../native-stage.ts'
import type { StageSource } from '../windows.ts'

/** Each task is work for all threads: more than one, so that they have some while another one ends. */
export const TASKS_AT_ONCE = 2

export const runTasks = async (lowered: LoweredStage, inputs: readonly (readonly StageSource[])[], options: NativeOptions): Promise<NativeRun> => {
  if (inputs.length === 1) return runNative(lowered, inputs[0] as readonly StageSource[], options)
  const stop = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal
  const runs: NativeRun[] = []
  let [next, failure] = [0, undefined as { readonly error: unknown } | undefined]
  const lane = async (): Promise<void> => {
    while (next < inputs.length && !failure) {
      const task = next++
      try {
        runs[task] = await runNative(lowered, inputs[task] as readonly StageSource[], { ...options, signal })
      } catch (error) {
        // The first one; the others end for its sake, and all have settled before the memory is given back.
        failure ??= { error }
        stop.abort(error)
      }
    }
  }
  await Promise.all(Array.from({ length: TASKS_AT_ONCE }, lane))
  if (failure) throw failure.error
  return together(runs)
}

const together = (runs: readonly NativeRun[]): NativeRun => {
  const [first] = runs as [NativeRun, ...NativeRun[]]
  const rows = runs.reduce((n, { relation }) => n + relation.rows, 0)
  return {
    compiled: first.compiled,
    relation: isRowTable(first.relation) ? rowsTogether(runs.map((r) => r.relation as RowTable), rows) : { ...first.relation, rows, batches: runs.flatMap(({ relation }) => (relation as Relation).batches) },
    steps: first.steps.map((_, i) => runs.map(({ steps }) => steps[i] as StepMetrics).reduce(sum)),
    filters: first.filters.map((of, p) => of.map((_, f) => counted(runs.map(({ filters }) => filters[p]?.[f] as FilterReport)))),
  }
}

const rowsTogether = (tables: readonly RowTable[], rows: number): RowTable => {
  const [first] = tables as [RowTable, ...RowTable[]]
  return { ...first, rows, batches: tables.flatMap((t) => t.batches), ...(first.numbers ? { numbers: tables.flatMap((t) => t.numbers ?? []) } : {}) }
}

const counted = (of: readonly FilterReport[]): FilterReport => ({
  ...(of[0] as FilterReport), tested: of.reduce((n, f) => n + f.tested, 0), passed: of.reduce((n, f) => n + f.passed, 0),
})

const sum = (a: StepMetrics, b: StepMetrics): StepMetrics => ({
  ms: a.ms + b.ms, busyMs: a.busyMs + b.busyMs, rows: a.rows + b.rows, morsels: a.morsels + b.morsels, firstCallUs: Math.max(a.firstCallUs, b.firstCallUs),
})
