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
 *
 * Of the merge strategy both sides are sorted (joins/merge.ts), and the probes seek in the sorted rows of the other side.
 */
import { and, FALSE, fresh, not, TRUE, value } from '../../ir/build.ts'
import type { Ir } from '../../ir/nodes.ts'
import { type Body, KEY_FIELDS, type Memo, type ProbeKind, sinkOf } from '../../ir/program.ts'
import type { Build } from '../joins/builds.ts'
import { mergedRows } from '../joins/merge.ts'
import { probeKey } from '../joins/keys.ts'
import { absentColumn, optionalColumn } from '../joins/optional.ts'
import { markRow } from '../joins/mark.ts'
import { keyColumns, mergedSides, type Side, type Sides } from '../joins/sides.ts'
import { BOOL } from '../../layout/types.ts'
import { holds } from '../lower-expression.ts'
import { columnsOf } from '../references.ts'
import type { Column, Consume, Consumed, NodeOf, OperatorDef, Row, StageContext } from '../stage.ts'
import { filtered } from '../filtering.ts'

type Join = NodeOf<'join'>

export const join: OperatorDef<Join> = {
  produce: (node, needed, consume, cx) => {
    if (cx.builds.merges(node)) return produceMerged(node, needed, consume, cx)
    const sides = cx.builds.sides(node, needed)
    const build = cx.builds.of(node, needed, cx)
    const { probe, afterwards } = sides
    let probed: Row = { columns: [], bound: 0n }
    cx.produce(probe.node, columnsOf(node.keys.map(probe.key), new Set(probe.needed)), (row) => {
      probed = row
      return probeRow(node, sides, build, row, consume, cx)
    })
    if (afterwards) produceAfterwards(node, sides, { ...build, behind: build.keys.length }, probed, consume, cx)
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

/** The rows that are probed: what a probe asks for, and what it finds. */
interface Partner {
  readonly sink: number
  readonly bound: bigint
  readonly key: readonly Ir[]
  /** What is true of rows that may find something. */
  readonly present: readonly Ir[]
  readonly columns: (name: string) => readonly Column[]
  /** What else is true of a match. */
  readonly matches: (name: string) => Ir
  readonly ordered?: true
  readonly memo?: Memo | undefined
}

const probeRow = (node: Join, sides: Sides, build: Build, row: Row, consume: Consume, cx: StageContext): Consumed => {
  const { probe, probing } = sides
  if (probing === 'mark') return markRow(node, probe, build, row, consume, cx)
  const keys = node.keys.map((k, i) => probeKey(cx.lower(probe.key(k), row), build.keys[i] as Build['keys'][number], k))
  const own = keyColumns(node, sides.build.key)
  const columns = (name: string) => build.columns(name).map((column, i) => {
    const k = own.get(i)
    return k ? matchedKey(cx.lower(probe.key(k), row)) : column
  })
  return partnered(node, sides, { sink: build.sink, bound: build.bound, key: keys.map((k) => k.ir), present: keys.map((k) => k.present), columns, matches: build.present, memo: memoOf(node, probe, row, cx) }, row, consume, cx)
}

const partnered = (node: Join, sides: Sides, partner: Partner, row: Row, consume: Consume, cx: StageContext): Consumed => {
  const { probing, buildRight, afterwards } = sides
  const name = cx.rowName()
  const built = partner.columns(name)
  const left = buildRight ? row.columns.length : built.length
  const matched: Row = { columns: sided(sides, row.columns, built), bound: boundOf(node, sides, row.bound, partner.bound) }
  const present = partner.present.filter((p) => p !== TRUE)
  // Rows that cannot match are dropped first, unless the join keeps them: then they are told by what is asked of each candidate.
  const keeps = probing === 'left' || probing === 'single' || probing === 'anti'
  const conditions = [...(keeps ? present : []), partner.matches(name), ...(node.residual ? [holds(cx.lower(node.residual, matched).ir)] : [])].filter((c) => c !== TRUE)
  // Of a plain inner join the residual is a filter over what comes out.
  const plain = probing === 'inner' && !afterwards
  const residual = conditions.length && !plain ? conditions.reduceRight((rest, c) => and(c, rest)) : undefined
  const memo = !residual && !afterwards ? partner.memo : undefined
  const step = (kind: ProbeKind | undefined, next: Body, found?: string): Body => ({
    body: 'probe', sink: partner.sink, key: partner.key, row: name,
    ...(kind ? { kind } : {}), ...(partner.ordered ? { ordered: true as const } : {}), ...(kind === 'single' ? { site: cx.site('RAISED', 'more than one row for a subquery that stands for a single value') } : {}), ...(residual ? { residual } : {}), ...(found ? { found } : {}), ...(afterwards ? { marks: true as const } : {}), ...(memo ? { memo } : {}), next,
  })
  const verb = partner.ordered ? 'merge' : 'probe'
  const dropped = (body: Body): Body => (keeps ? body : filtered(present, body))
  switch (probing) {
    case 'semi':
    case 'anti': {
      const rest = consume({ columns: row.columns, bound: row.bound })
      return { ...rest, body: dropped(step(probing, rest.body)), operators: [`${verb} (${probing})`, ...rest.operators] }
    }
    case 'left':
    case 'single': {
      const found = fresh('m')
      const optional = built.map((c) => optionalColumn(c, bool(found), cx))
      // Of a full join the probe side is NULL in the rows that come afterwards.
      const { columns, within } = afterwards ? known(row.columns, true, cx) : { columns: row.columns, within: itself }
      const rest = consume({ columns: sided(sides, columns, optional), bound: matched.bound })
      return { ...rest, body: step(probing, within(rest.body), found), operators: [`${verb} (${probing})`, ...rest.operators] }
    }
    case 'mark': {
      const found = fresh('m')
      const rest = consume({ columns: [...row.columns, { type: BOOL, ir: bool(found) }], bound: row.bound })
      return { ...rest, body: step('mark', rest.body, found), operators: [`${verb} (mark)`, ...rest.operators] }
    }
    case 'inner': {
      const { columns, within } = afterwards ? known(row.columns, true, cx) : { columns: row.columns, within: itself }
      const rest = consume({ columns: outputs(node, sided(sides, columns, built), left), bound: matched.bound })
      return { ...rest, body: dropped(step(undefined, plain ? filtered(conditions, rest.body) : within(rest.body))), operators: [verb, ...rest.operators] }
    }
    case undefined:
      return { body: dropped(step(undefined, { body: 'merge', key: [], values: [] })), builder: { builder: 'merger', state: [], combine: [] }, operators: ['probe (mark)'] }
  }
}

/** Both sides into sorters; then the rows of one seek their partners among those of the other. */
const produceMerged = (node: Join, needed: ReadonlySet<number>, consume: Consume, cx: StageContext): void => {
  const sides = mergedSides(node, needed)
  const { build, probe } = mergedRows(node, sides, cx)
  const row = cx.rowName()
  const probed: Row = { columns: probe.columns(row), bound: probe.bound }
  const key = KEY_FIELDS.map((type, i): Ir => ({ ir: 'field', type, row, index: probe.fields + i }))
  const rest = partnered(node, sides, { sink: build.sink, bound: build.bound, key, present: [], columns: build.columns, matches: () => TRUE, ordered: true }, probed, consume, cx)
  cx.pipelines.push({ operators: ['rows in order', ...rest.operators], source: { source: 'tuples', sink: probe.sink }, row, builder: rest.builder, body: rest.body })
  if (sides.afterwards) produceAfterwards(node, sides, { ...build, behind: 0, mark: build.fields - 1 }, probed, consume, cx)
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

/** Rows with marks, read as tuples: fields come behind so many keys. */
interface Marked {
  readonly sink: number
  readonly bound: bigint
  readonly columns: (row: string, behind?: number) => readonly Column[]
  readonly behind: number
  readonly mark: number
}

/** The pipeline over the build side's rows, by their marks. */
const produceAfterwards = (node: Join, sides: Sides, build: Marked, probe: Row, consume: Consume, cx: StageContext): void => {
  const { afterwards, probing, buildRight } = sides
  const first = sinkOf(cx.pipelines, cx.pipelines.length - 1)
  const row = cx.rowName()
  const built = build.columns(row, build.behind)
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
