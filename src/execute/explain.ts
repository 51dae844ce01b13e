/** What would run how: a plan's stages, checked for any data. */
import type { Refusal } from '../errors.ts'
import type { Plan } from '../plan/nodes.ts'
import { cutStages } from '../plan/stages.ts'
import type { ExplainReport } from '../report/explain.ts'
import { absorbs } from './absorb.ts'
import { checkStage } from './check.ts'
import { describeStage } from './describe.ts'
import { FORCED } from './executor.ts'
import type { NativeMode } from './query.ts'

export const explainPlan = (plan: Plan, native: NativeMode): ExplainReport => ({
  stages: cutStages(plan.root, absorbs).map((stage) => {
    const refusals: readonly Refusal[] = native === 'never' ? [FORCED] : checkStage(stage)
    return { ...describeStage(stage), native: refusals.length === 0, refusals, pipelines: [] }
  }),
})
