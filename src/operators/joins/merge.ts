/**
 * The rows of a merge join: both sides in sorters, by keys of one form, so that equal keys are equal bytes.
 *
 * A row with a NULL in a plain key matches nothing. It is left out where only matches of its side are wanted; else NULL is part of the
 * key, and comes first. Where such rows of both sides are kept, one more byte of the key tells them apart.
 */
import { both, FALSE, i32, select, some, TRUE, valid, value } from '../../ir/build.ts'
import { type Ir, isOption, type Scalar } from '../../ir/nodes.ts'
import { type SortField, sinkOf } from '../../ir/program.ts'
import { contains, union, widthOf } from '../../ir/ranges.ts'
import { isExact, type Range, typeName } from '../../layout/types.ts'
import type { JoinKey } from '../../plan/nodes.ts'
import { carried, restored } from '../carried.ts'
import { filtered } from '../filtering.ts'
import { rangeOf, scalarFor, widenIr } from '../lowering.ts'
import { columnsOf } from '../references.ts'
import { keyField } from '../sort-field.ts'
import type { Column, Row, StageContext } from '../stage.ts'
import type { JoinNode } from './equalities.ts'
import type { Side, Sides } from './sides.ts'

export interface MergedSide {
  readonly sink: number
  readonly bound: bigint
  readonly columns: (row: string) => readonly Column[]
  /** How many fields there are, the mark among them, which is the last. */
  readonly fields: number
}

/** How a key is written on both sides. */
interface KeyForm {
  readonly nullSafe: boolean
  readonly scalar: Scalar
  readonly range: Range | undefined
  readonly nullable: boolean
}

/** Of rows that are kept without a match: what their last key is. */
const APART = { probe: 0, build: 1, none: 2 } as const

export const mergedRows = (node: JoinNode, sides: Sides, cx: StageContext): { readonly build: MergedSide; readonly probe: MergedSide } => {
  const keeps = { build: sides.afterwards === 'unmatched', probe: sides.probing !== 'inner' && sides.probing !== 'semi' }
  const looked = (side: Side): readonly Column[] => {
    const row: Row = cx.rowOf(side.node, columnsOf(node.keys.map(side.key), new Set(side.needed)))
    return node.keys.map((k) => cx.lower(side.key(k), row))
  }
  const [build, probe] = [looked(sides.build), looked(sides.probe)]
  const forms = node.keys.map((k, i) => formOf(k, build[i] as Column, probe[i] as Column, keeps))
  const open = (columns: readonly Column[]) => columns.some((c, i) => !node.keys[i]?.nullSafe && isOption(c.ir.type))
  const apart = keeps.build && keeps.probe && open(build) && open(probe)
  const sorted = (which: 'build' | 'probe') => sortedSide(node, sides[which], forms, keeps[which], apart ? APART[which] : undefined, which === 'build' && sides.afterwards !== undefined, cx)
  return { build: sorted('build'), probe: sorted('probe') }
}

const formOf = ({ nullSafe = false }: JoinKey, build: Column, probe: Column, keeps: { readonly build: boolean; readonly probe: boolean }): KeyForm => {
  const nullable = (isOption(build.ir.type) && (nullSafe || keeps.build)) || (isOption(probe.ir.type) && (nullSafe || keeps.probe))
  if (build.type.kind === 'bool' || !isExact(build.type)) return { nullSafe, scalar: scalarFor(build.type), range: undefined, nullable }
  const range = union(rangeOf(build), rangeOf(probe))
  return { nullSafe, scalar: widthOf(range), range, nullable }
}

const sortedSide = (node: JoinNode, side: Side, forms: readonly KeyForm[], keeps: boolean, apart: number | undefined, marks: boolean, cx: StageContext): MergedSide => {
  let all: readonly Column[] = []
  let kept: readonly number[] = []
  let bound = 0n
  cx.produce(side.node, columnsOf(node.keys.map(side.key), new Set(side.needed)), (row) => {
    all = row.columns
    bound = row.bound
    kept = all.map((_, i) => i).filter((i) => side.needed.has(i))
    const own = node.keys.map((k) => cx.lower(side.key(k), row))
    const present = forms.map((form, i) => (form.nullSafe ? TRUE : valid((own[i] as Column).ir)))
    const keys = forms.map((form, i) => written(form, own[i] as Column, keeps, cx))
    if (apart !== undefined) keys.push({ value: select(present.reduce(both, TRUE), i32(APART.none), i32(apart)), descending: false, nullsFirst: true, bias: 0n, bytes: 1 })
    const fields = [...kept.map((i) => carried(all[i] as Column)), ...(marks ? [FALSE] : [])]
    const merge = { body: 'merge', key: keys.map((k) => k.value), values: fields } as const
    return {
      body: keeps ? merge : filtered(present.filter((p) => p !== TRUE), merge),
      builder: { builder: 'sorter', fields: fields.map((f) => f.type), keys: keys.map(({ value: _, ...k }) => k), keyTypes: keys.map((k) => k.value.type), top: false, keyed: true },
      operators: ['sort'],
    }
  })
  const columns = (row: string): readonly Column[] =>
    all.map((column, i): Column => {
      const index = kept.indexOf(i)
      if (index < 0) return cx.lower({ expr: 'literal', value: null, type: typeName(column.type) }, { columns: [], bound: 0n })
      return restored(column, { ir: 'field', type: carried(column).type, row, index }, cx)
    })
  return { sink: sinkOf(cx.pipelines, cx.pipelines.length - 1), bound, columns, fields: kept.length + (marks ? 1 : 0) }
}

/** A key as both sides write it. */
const written = ({ nullSafe, scalar, range, nullable }: KeyForm, own: Column, keeps: boolean, cx: StageContext): SortField => {
  if (range && !contains(range, rangeOf(own))) cx.refuse({ code: 'OPERATOR', node: 'join', reason: 'a key of a merge join has values that were not foreseen' })
  // Where a NULL is left out the key is none.
  const ir: Ir = nullSafe || keeps ? own.ir : value(own.ir)
  const wide = range ? widenIr(ir, scalar) : ir
  return keyField({ type: own.type, range, ir: nullable ? some(wide) : wide }, { descending: false, nullsFirst: true })
}
