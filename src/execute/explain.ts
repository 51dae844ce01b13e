/** What would run how: a plan's stages, checked for any data. */
import type { FinishedPrograms } from '../compile.ts'
import type { Plan } from '../plan/nodes.ts'
import type { ExplainReport } from '../report/explain.ts'
import { lowerForAnyData } from './check.ts'
import { describeStage } from './describe.ts'
import { FORCED } from './executor.ts'
import { stagesOf } from './prepared-stages.ts'
import type { NativeMode } from './query.ts'
import type { SizeOf } from './reduction.ts'

export const explainPlan = (plan: Plan, native: NativeMode, sizeOf: SizeOf, programs?: FinishedPrograms): ExplainReport => ({
  stages: stagesOf(plan, sizeOf).map((stage) => {
    const { refusals, lowered } = native === 'never' ? { refusals: [FORCED], lowered: undefined } : { lowered: undefined, ...lowerForAnyData(stage, programs) }
    const pipelines = lowered?.program.pipelines.map(({ operators }) => ({ operators })) ?? []
    return { ...describeStage(stage), native: refusals === undefined, refusals: refusals ?? [], pipelines }
  }),
})
