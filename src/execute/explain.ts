/** What would run how: a plan's stages, checked for any data. */
import type { FinishedPrograms } from '../compile.ts'
import type { Plan } from '../plan/nodes.ts'
import { cutStages } from '../plan/stages.ts'
import type { ExplainReport } from '../report/explain.ts'
import { absorbs } from './absorb.ts'
import { lowerForAnyData } from './check.ts'
import { describeStage } from './describe.ts'
import { FORCED } from './executor.ts'
import type { NativeMode } from './query.ts'

export const explainPlan = (plan: Plan, native: NativeMode, programs?: FinishedPrograms): ExplainReport => ({
  stages: cutStages(plan.root, absorbs).map((stage) => {
    const { refusals, lowered } = native === 'never' ? { refusals: [FORCED], lowered: undefined } : { lowered: undefined, ...lowerForAnyData(stage, programs) }
    const pipelines = lowered?.program.pipelines.map(({ operators }) => ({ operators })) ?? []
    return { ...describeStage(stage), native: refusals === undefined, refusals: refusals ?? [], pipelines }
  }),
})
