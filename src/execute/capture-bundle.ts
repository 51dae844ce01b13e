/** Bundles from a lowered stage: the header, and the memory that its inputs and parameters take. */
import type { LoweredStage } from '../compile.ts'
import type { ColumnInfo, Relation } from '../layout/relation.ts'
import { typeName } from '../layout/types.ts'
import type { Bundle, BundleColumn, BundleInput, Morsel, Segment } from './capture-format.ts'
import { Reach } from './capture-memory.ts'

/** What of a lowered stage is kept. */
export type BundledStage = Pick<LoweredStage, 'shape' | 'params' | 'memos' | 'top' | 'slice' | 'sites' | 'columns' | 'program'>

export interface Place {
  readonly name: string
  /** Where the parameters lie. */
  readonly params: number
  readonly free: Bundle['free']
}

/** Some pipelines of a stage; what they come to is not yet known. */
export const bundleOf = (stage: BundledStage, inputs: readonly Relation[], pipelines: readonly number[], { name, params, free }: Place, segments: readonly Segment[]): Bundle => ({
  name,
  program: stage.shape,
  pipelines,
  params: { types: stage.params.map((p) => p.type), address: params },
  memos: stage.memos,
  top: stage.top,
  slice: pipelines.at(-1) === stage.program.pipelines.length - 1 ? stage.slice : undefined,
  sites: stage.sites,
  inputs: inputs.map(inputOf),
  result: stage.columns.map(bundleColumn),
  free,
  observed: { rows: 0, digest: '' },
  segments,
})

/** A whole stage over all rows of its inputs. */
export const stageBundle = (stage: BundledStage, inputs: readonly Relation[], place: Place, buffer: ArrayBufferLike): Bundle => {
  const reach = new Reach(buffer)
  for (const relation of inputs) {
    reach.dictionaries(relation)
    for (const morsel of wholeRelation(relation)) reach.rows(relation, morsel)
  }
  reach.params(stage.params, place.params)
  return bundleOf(stage, inputs, stage.program.pipelines.map((_, i) => i), place, reach.copy())
}

const bundleColumn = ({ name, type, physical, nullable, dictionary }: ColumnInfo): BundleColumn => ({
  name, type: typeName(type), physical, nullable, ...(dictionary ? { dictionary: { size: dictionary.size, slices: dictionary.slices } } : {}),
})

const inputOf = ({ columns, batches }: Relation): BundleInput => ({
  columns: columns.map(bundleColumn),
  batches: batches.map((b) => ({ rows: b.rows, vectors: b.vectors.map((v) => [v.data, v.validity, v.aux] as const) })),
})

export const wholeRelation = ({ batches }: Relation): Morsel[] => batches.map((b, batch) => ({ batch, from: 0, to: b.rows }))

/** A relation's first rows; nothing is moved. */
export const firstRows = (relation: Relation, rows: number): Relation => {
  if (relation.rows <= rows) return relation
  let left = rows
  const batches = relation.batches.flatMap((batch) => {
    const taken = Math.min(left, batch.rows)
    left -= taken
    return taken === 0 ? [] : [{ ...batch, rows: taken }]
  })
  return { ...relation, batches, rows }
}
