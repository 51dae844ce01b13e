/**
 * Which parts of a source have rows that come out of a stage: in place of its rows the stage gives, for each granule of the first input with
 * such a row, its number and how many there are. Who reads a file decodes what the conditions look at first, and of the rest only such parts.
 */
import { binary, i32, literal } from '../ir/build.ts'
import type { Ir } from '../ir/nodes.ts'
import { LEFT_STATE, RIGHT_STATE, STATE_ROW } from '../ir/program.ts'
import type { ColumnInfo } from '../layout/relation.ts'
import type { PlanNode } from '../plan/nodes.ts'
import { leavesOf } from '../plan/leaves.ts'
import { widenIr } from './lowering.ts'
import type { StageContext } from './stage.ts'

/** Rows of a granule: 2 to the power of it. */
const GRANULE_BITS = 10
export const GRANULE_ROWS = 1 << GRANULE_BITS

const counted = (row: string): Ir => ({ ir: 'field', type: 'i32', row, index: 0 })

/** The columns of what comes out. Refuses where rows do not come out as they come from the first input: a join has built that side. */
export const produceGranules = (root: PlanNode, cx: StageContext): readonly ColumnInfo[] => {
  const { rows, input } = cx.leaf(leavesOf(root)[0] as PlanNode)
  const position: Ir = { ir: 'position', type: 'i64', order: 0, times: 1, plus: 0 }
  cx.produce(root, new Set(), () => ({
    body: { body: 'merge', key: [widenIr(binary('>>u', position, literal('i64', BigInt(GRANULE_BITS))), 'i32')], values: [binary('+', counted(STATE_ROW), i32(1))] },
    builder: {
      builder: 'dictmerger', key: ['i32'], state: [{ type: 'i32', init: i32(0) }],
      combine: [binary('+', counted(LEFT_STATE), counted(RIGHT_STATE))],
      dense: [{ min: 0n, extent: Math.max(1, Math.ceil(rows / GRANULE_ROWS)) }],
    },
    operators: ['granules'],
  }))
  const sink = cx.pipelines.length - 1
  const { source, into } = cx.pipelines[sink] as (typeof cx.pipelines)[number]
  if (into !== undefined || source.source !== 'columns' || source.relation !== input) cx.refuse({ code: 'COST', node: 'granules', reason: 'rows come out in another order' })
  const row = cx.rowName()
  const columns = ['granule', 'rows'].map((name): ColumnInfo => ({ name, type: { kind: 'int32' }, physical: 'i32', nullable: false }))
  cx.pipelines.push({
    operators: ['granules'], source: { source: 'tuples', sink }, row,
    builder: { builder: 'appender', counted: false, fields: columns.map(() => ({ type: 'i32', physical: 'i32' })) },
    body: { body: 'merge', key: [], values: columns.map((_, index): Ir => ({ ir: 'field', type: 'i32', row, index })) },
  })
  return columns
}
