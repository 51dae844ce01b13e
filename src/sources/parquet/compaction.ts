/** Columns that were decoded before a filter was asked, brought to the rows that it left: the same rows as the other columns have. */
import type { BuiltColumn } from '../../layout/column-builder.ts'
import { type ColumnBatch, physicalWidth, type Relation, type Vector } from '../../layout/relation.ts'
import { RUN_WORDS } from './compact-tasks.ts'
import { all, type LoadContext } from './load.ts'
import type { Run } from './row-selection.ts'
import type { Division, Stripe } from './stripes.ts'

/** Bytes behind a place that are loaded as validity is copied from there. */
const SLACK = 64

/** `runs`: of each row group of the division, in its order, where its rows lie decoded. Text stays where it is. */
export const compacted = async ({ info, vectors }: BuiltColumn, runs: readonly (readonly Run[])[], { batches, stripes }: Division, cx: LoadContext): Promise<BuiltColumn> => {
  const width = physicalWidth[info.physical]
  const places = batches.map((rows): Vector => ({
    data: cx.lease.reserve(rows * width + SLACK) >>> 0, validity: info.nullable ? cx.lease.reserve(Math.ceil(rows / 64) * 8 + SLACK) >>> 0 : 0, aux: 0,
  }))
  let group = 0
  await all(
    stripes.map(({ groups, batch, from }) => {
      const own = runs.slice(group, (group += groups.length)).flat()
      const words = new Uint32Array(own.length * RUN_WORDS)
      own.forEach((run, i) => {
        const { data, validity } = vectors[run.batch]!
        words.set([data + run.from * width, validity, run.from, run.rows], i * RUN_WORDS)
      })
      const { data, validity } = places[batch]!
      return cx.decoding.compact({ runs: words, width, data: data + from * width, validity: validity && validity + from / 8 })
    }),
  )
  return { info, vectors: places }
}

/** Rows of a batch, from a multiple of 64 on. */
export type Place = Pick<Stripe, 'batch' | 'from' | 'rows'>

/** Decoded columns in some places, each a batch. */
export const relationOf = (columns: readonly BuiltColumn[], places: readonly Place[]): Relation => ({
  columns: columns.map(({ info }) => info),
  rows: places.reduce((sum, { rows }) => sum + rows, 0),
  batches: places.map(
    ({ rows, batch, from }): ColumnBatch => ({
      rows,
      vectors: columns.map(({ info, vectors }): Vector => {
        const { data, validity } = vectors[batch]!
        return { data: data + from * physicalWidth[info.physical], validity: validity && validity + from / 8, aux: 0 }
      }),
    }),
  ),
})
