/**
 * join: one side is built into a directory by a pipeline of its own, the other probes it in the pipeline that goes on. Of kinds
 * that put out rows of the build side for what did, or did not, match, a third pipeline goes over the build side afterwards and
 * merges into the same sink.
 *
 *   kind         right side built                    left side built
 *   inner        inner                               inner
 *   left         left                                inner, then unmatched build rows
 *   right        inner, then unmatched build rows    left
 *   full         left, then unmatched build rows     left, then unmatched build rows
 *   semi, anti   semi, anti                          mark, then matched, unmatched build rows
 *   mark         mark (joins/mark.ts)
 *   single       single
 */
import { and, FALSE, fresh, not, TRUE, value } from '../../ir/build.ts'
import type { Ir } from '../../ir/nodes.ts'
import { type Body, type Memo, type ProbeKind, sinkOf } from '../../ir/program.ts'
import type { Build } from '../joins/builds.ts'
import { probeKey } from '../joins/keys.ts'
import { absentColumn, optionalColumn } from '../joins/optional.ts'
import { markRow } from '../joins/mark.ts'
import { keyColumns, type Side, type Sides } from '../joins/sides.ts'
import { holds } from '../lower-expression.ts'
import { columnsOf } from '../references.ts'
import type { Column, Consume, Consumed, NodeOf, OperatorDef, Row, StageContext } from '../stage.ts'
import { filtered } from '../filtering.ts'

type Join = NodeOf<'join'>

export const join: OperatorDef<Join> = {
  produce: (node, needed, consume, cx) => {
    const sides = cx.builds.sides(node, needed)
    const build = cx.builds.of(node, needed, cx)
    const { probe, afterwards } = sides
    let probed: Row = { columns: [], bound: 0n }
    cx.produce(probe.node, columnsOf(node.keys.map(probe.key), new Set(probe.needed)), (row) => {
      probed = row
      return probeRow(node, sides, build, row, consume, cx)
    })
    if (afterwards) produceAfterwards(node, sides, build, probed, consume, cx)
  },
}

/** Rows that a join can put out: pairs, and those of either side that are kept without a partner. */
const boundOf = ({ kind }: Join, { buildRight }: Sides, probe: bigint, build: bigint): bigint => {
  const [left, right] = buildRight ? [probe, build] : [build, probe]
  if (kind === 'single') return left
  return left * right + (kind === 'left' || kind === 'full' ? left : 0n) + (kind === 'right' || kind === 'full' ? right : 0n)
}

/** Left columns, then right ones. */
const sided = ({ buildRight }: Sides, probe: readonly Column[], build: readonly Column[]): readonly Column[] => (buildRight ? [...probe, ...build] : [...build, ...probe])

/** Columns of the output: of both sides, or of the one whose rows are asked for. */
const outputs = (node: Join, columns: readonly Column[], left: number): readonly Column[] => {
  if (node.kind === 'semi' || node.kind === 'anti') return columns.slice(0, left)
  return node.kind === 'right_semi' || node.kind === 'right_anti' ? columns.slice(left) : columns
}

const probeRow = (node: Join, sides: Sides, build: Build, row: Row, consume: Consume, cx: StageContext): Consumed => {
  const { probe, probing, buildRight, afterwards } = sides
  if (probing === 'mark') return markRow(node, probe, build, row, consume, cx)
  const keys = node.keys.map((k, i) => probeKey(cx.lower(probe.key(k), row), build.keys[i] as Build['keys'][number], k))
  const name = cx.rowName()
  const own = keyColumns(node, sides.build.key)
  const built = build.columns(name).map((column, i) => {
    const k = own.get(i)
    return k ? matchedKey(cx.lower(probe.key(k), row)) : column
  })
  const left = buildRight ? row.columns.length : built.length
  const matched: Row = { columns: sided(sides, row.columns, built), bound: boundOf(node, sides, row.bound, build.bound) }
  const present = keys.map((k) => k.present).filter((p) => p !== TRUE)
  // Rows that cannot match are dropped first, unless the join keeps them: then they are told by what is asked of each candidate.
  const keeps = probing === 'left' || probing === 'single' || probing === 'anti'
  const conditions = [...(keeps ? present : []), build.present(name), ...(node.residual ? [holds(cx.lower(node.residual, matched).ir)] : [])].filter((c) => c !== TRUE)
  // Of a plain inner join the residual is a filter over what comes out.
  const plain = probing === 'inner' && !afterwards
  const residual = conditions.length && !plain ? conditions.reduceRight((rest, c) => and(c, rest)) : undefined
  const memo = !residual && !afterwards ? memoOf(node, probe, row, cx) : undefined
  const step = (kind: ProbeKind | undefined, next: Body, found?: string): Body => ({
    body: 'probe', sink: build.sink, key: keys.map((k) => k.ir), row: name,
    ...(kind ? { kind } : {}), ...(kind === 'single' ? { site: cx.site('RAISED', 'more than one row for a subquery that stands for a single value') } : {}), ...(residual ? { residual } : {}), ...(found ? { found } : {}), ...(afterwards ? { marks: true as const } : {}), ...(memo ? { memo } : {}), next,
  })
  const dropped = (body: Body): Body => (keeps ? body : filtered(present, body))
  switch (probing) {
    case 'semi':
    case 'anti': {
      const rest = consume({ columns: row.columns, bound: row.bound })
      return { ...rest, body: dropped(step(probing, rest.body)), operators: [`probe (${probing})`, ...rest.operators] }
    }
    case 'left':
    case 'single': {
      const found = fresh('m')
      const optional = built.map((c) => optionalColumn(c, bool(found), cx))
      // Of a full join the probe side is NULL in the rows that come afterwards.
      const { columns, within } = afterwards ? known(row.columns, true, cx) : { columns: row.columns, within: itself }
      const rest = consume({ columns: sided(sides, columns, optional), bound: matched.bound })
      return { ...rest, body: step(probing, within(rest.body), found), operators: [`probe (${probing})`, ...rest.operators] }
    }
    case 'inner': {
      const { columns, within } = afterwards ? known(row.columns, true, cx) : { columns: row.columns, within: itself }
      const rest = consume({ columns: outputs(node, sided(sides, columns, built), left), bound: matched.bound })
      return { ...rest, body: dropped(step(undefined, plain ? filtered(conditions, rest.body) : within(rest.body))), operators: ['probe', ...rest.operators] }
    }
    case undefined:
      return { body: dropped(step(undefined, { body: 'merge', key: [], values: [] })), builder: { builder: 'merger', state: [], combine: [] }, operators: ['probe (mark)'] }
  }
}

/** A key of a row that has matched: it is not NULL. */
const matchedKey = (key: Column): Column => ({ ...key, ir: value(key.ir), ...(key.codes ? { codes: { ...key.codes, ir: value(key.codes.ir) } } : {}) })

const bool = (name: string): Ir => ({ ir: 'ident', type: 'bool', name })
const itself = (body: Body): Body => body

/**
 * Columns of a side that some rows of the output have and some have not, where it is known which: under a name, so that both
 * pipelines of a join lower what consumes their rows to the same states and types.
 */
const known = (side: readonly Column[], there: boolean, cx: StageContext) => {
  const name = fresh('m')
  const columns = side.map((c) => (there ? optionalColumn : absentColumn)(c, bool(name), cx))
  return { columns, within: (next: Body): Body => ({ body: 'let', name, value: there ? TRUE : FALSE, next }) }
}

/** The pipeline over the build side's rows, by their marks. */
const produceAfterwards = (node: Join, sides: Sides, build: Build, probe: Row, consume: Consume, cx: StageContext): void => {
  const { afterwards, probing, buildRight } = sides
  const first = sinkOf(cx.pipelines, cx.pipelines.length - 1)
  const row = cx.rowName()
  const built = build.columns(row, build.keys.length)
  const absent = known(probe.columns, false, cx)
  const own = node.kind === 'full' ? known(built, true, cx) : { columns: built, within: itself }
  const columns = outputs(node, sided(sides, absent.columns, own.columns), buildRight ? probe.columns.length : built.length)
  const rest = consume({ columns, bound: probing === undefined ? build.bound : boundOf(node, sides, probe.bound, build.bound) })
  const mark: Ir = { ir: 'field', type: 'bool', row, index: build.mark }
  cx.pipelines.push({
    operators: [`${afterwards} build rows`, ...rest.operators],
    source: { source: 'tuples', sink: build.sink },
    row,
    builder: rest.builder,
    body: { body: 'if', cond: afterwards === 'matched' ? mark : not(mark), next: absent.within(own.within(rest.body)) },
    ...(probing === undefined ? {} : { into: first }),
  })
}

/** A probe by one dictionary column remembers what each code found. */
const memoOf = (node: Join, side: Side, row: Row, cx: StageContext): Memo | undefined => {
  const [only, ...others] = node.keys
  if (!only || others.length > 0 || only.nullSafe) return undefined
  const key = side.key(only)
  const codes = key.expr === 'column' ? row.columns[key.index]?.codes : undefined
  if (!codes || codes.dictionary.size > 1 << 16) return undefined
  return { table: cx.memoTable(codes.dictionary.size), code: value(codes.ir) }
}
