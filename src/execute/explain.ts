/** What would run how: a plan's stages, checked for any data. */
import type { FinishedPrograms } from '../compile.ts'
import { leavesOf } from '../plan/leaves.ts'
import type { Plan } from '../plan/nodes.ts'
import type { ExplainReport } from '../report/explain.ts'
import { lowerForAnyData } from './check.ts'
import { describeStage } from './describe.ts'
import { exchangesOf, plannedTasks } from './exchange/stage-tasks.ts'
import { FORCED } from './executor.ts'
import { stagesOf } from './prepared-stages.ts'
import type { NativeMode } from './query.ts'
import type { SizeOf } from './reduction.ts'

export const explainPlan = (plan: Plan, native: NativeMode, sizeOf: SizeOf, programs?: FinishedPrograms): ExplainReport => ({
  stages: stagesOf(plan, sizeOf).map((stage, _, stages) => {
    const { refusals, lowered } = native === 'never' ? { refusals: [FORCED], lowered: undefined } : { lowered: undefined, ...lowerForAnyData(stage, programs) }
    const pipelines = lowered?.program.pipelines.map(({ operators }) => ({ operators })) ?? []
    const tasks = plannedTasks(stage, leavesOf(stage.root), exchangesOf(stages))
    return { ...describeStage(stage), native: refusals === undefined, refusals: refusals ?? [], pipelines, ...(tasks ? { tasks: tasks.report } : {}) }
  }),
})
