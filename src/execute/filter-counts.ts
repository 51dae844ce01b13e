/** What the workers counted at each pipeline's runtime filters, after a run. */
import { PRUNE } from '../codegen/filters/layout.ts'
import type { LoweredStage } from '../compile.ts'
import type { Builder, Pipeline } from '../ir/program.ts'
import type { FilterReport } from '../report/explain.ts'

/** Of each pipeline, in the order its filters are tested; those that are no leading steps of its body are left out. */
export const filterCounts = ({ program, layout }: Pick<LoweredStage, 'program' | 'layout'>, contexts: readonly number[], buffer: ArrayBufferLike): readonly (readonly FilterReport[])[] => {
  const words = new Uint32Array(buffer)
  return program.pipelines.map((_, i) =>
    layout.prunes
      .filter((p) => p.pipeline === i)
      .map(({ sink, filter, offset }): FilterReport => {
        const total = (counter: number) => contexts.reduce((n, context) => n + (words[(context + offset + counter) / 4] as number), 0)
        const { filters } = (program.pipelines[sink] as Pipeline).builder as Extract<Builder, { builder: 'groupmerger' }>
        return { sink, kind: filters?.[filter]?.filter as FilterReport['kind'], tested: total(PRUNE.tested), passed: total(PRUNE.passed) }
      }),
  )
}
