/**
 * join (inner): the smaller side is built into a directory by one pipeline, the other side probes it in the pipeline that goes
 * on. Rows with a NULL key match nothing and are dropped first, unless the key is null-safe.
 */
import { TRUE, valid, value } from '../../ir/build.ts'
import { type Ir, isOption, type Scalar, scalarOf } from '../../ir/nodes.ts'
import type { Body, Memo } from '../../ir/program.ts'
import { type SqlType, typeName, typeRange } from '../../layout/types.ts'
import type { Expr, JoinKey, PlanNode } from '../../plan/nodes.ts'
import { outputOf } from '../../plan/stages.ts'
import { carried, restored } from '../carried.ts'
import { holds } from '../lower-expression.ts'
import { widenIr } from '../lowering.ts'
import { columnsOf, widthOf } from '../references.ts'
import type { Column, NodeOf, OperatorDef, Row, StageContext } from '../stage.ts'
import { groupKey } from './aggregate.ts'
import { filtered } from './scan.ts'

type Join = NodeOf<'join'>

export const join: OperatorDef<Join> = {
  produce: (node, needed, consume, cx) => {
    if (node.kind !== 'inner') cx.refuse({ code: 'OPERATOR', node: `join ${node.kind}`, reason: `${node.kind} joins have no native form yet` })
    const leftWidth = widthOf(node.left)
    const used = columnsOf([node.residual], new Set(needed))
    const left = new Set([...used].filter((i) => i < leftWidth))
    const right = new Set([...used].filter((i) => i >= leftWidth).map((i) => i - leftWidth))
    const buildRight = estimate(node.right, cx) <= estimate(node.left, cx)
    const build: Side = { node: buildRight ? node.right : node.left, needed: buildRight ? right : left, key: (k) => (buildRight ? k.right : k.left) }
    const probe: Side = { node: buildRight ? node.left : node.right, needed: buildRight ? left : right, key: (k) => (buildRight ? k.left : k.right) }

    const built = produceBuild(node, build, cx)
    const sink = cx.pipelines.length - 1
    cx.produce(probe.node, columnsOf(node.keys.map(probe.key), new Set(probe.needed)), (row) => {
      const keys = node.keys.map((k, i) => joinKey(cx.lower(probe.key(k), row), built.types[i] as SqlType, k))
      const name = cx.rowName()
      const columns = built.columns(name)
      const joined: Row = { columns: buildRight ? [...row.columns, ...columns] : [...columns, ...row.columns], bound: row.bound * built.bound }
      const rest = consume(node.kind === 'inner' ? joined : refusedRow(node, joined, cx))
      const residual = node.residual ? filtered([holds(cx.lower(node.residual, joined).ir)], rest.body) : rest.body
      const body: Body = { body: 'probe', sink, key: keys.map((k) => k.ir), row: name, memo: memoOf(node, probe, row, cx), next: residual }
      return { ...rest, body: filtered(keys.map((k) => k.present).filter((p) => p !== TRUE), body), operators: ['probe', ...rest.operators] }
    })
  },
}

/** The output of a kind that was refused, so that what stands above it is lowered, and refused, over the right types. */
const refusedRow = (node: Join, { bound }: Row, cx: StageContext): Row => ({
  columns: outputOf(node).map(({ type }) => cx.lower({ expr: 'literal', value: null, type }, { columns: [], bound: 0n })),
  bound,
})

interface Side {
  readonly node: PlanNode
  readonly needed: ReadonlySet<number>
  readonly key: (k: JoinKey) => Expr
}

/** Rows of the largest leaf: what decides the build side. */
const estimate = (node: PlanNode, cx: StageContext): number => {
  switch (node.op) {
    case 'scan':
    case 'input':
    case 'values':
      return cx.leaf(node).rows
    case 'join':
      return Math.max(estimate(node.left, cx), estimate(node.right, cx))
    default:
      return estimate(node.input, cx)
  }
}

const produceBuild = (node: Join, side: Side, cx: StageContext) => {
  let kept: { index: number; column: Column }[] = []
  let all: readonly Column[] = []
  let types: SqlType[] = []
  let bound = 0n
  cx.produce(side.node, columnsOf(node.keys.map(side.key), new Set(side.needed)), (row) => {
    const lowered = node.keys.map((k) => cx.lower(side.key(k), row))
    types = lowered.map((l) => l.type)
    const keys = node.keys.map((k, i) => joinKey(lowered[i] as Column, (lowered[i] as Column).type, k))
    all = row.columns
    bound = row.bound
    kept = row.columns.map((column, index) => ({ index, column })).filter(({ index }) => side.needed.has(index))
    const fields = kept.map(({ column }) => carried(column))
    return {
      body: filtered(keys.map((k) => k.present).filter((p) => p !== TRUE), { body: 'merge', key: keys.map((k) => k.ir), values: fields }),
      builder: { builder: 'groupmerger', key: keys.map((k) => k.ir.type), fields: fields.map((f) => f.type) },
      operators: ['build'],
    }
  })
  return {
    types,
    bound,
    columns: (name: string): readonly Column[] =>
      all.map((column, index): Column => {
        const position = kept.findIndex((k) => k.index === index)
        if (position < 0) return cx.lower({ expr: 'literal', value: null, type: typeName(column.type) }, { columns: [], bound: 0n })
        return restored(column, { ir: 'field', type: carried(column).type, row: name, index: position }, cx)
      }),
  }
}

/** A key in the width both sides can agree on without knowing each other's statistics: by SQL type. */
const keyScalar = (type: SqlType, own: Scalar): Scalar => {
  const range = type.kind === 'bool' ? undefined : typeRange(type)
  if (!range) return own
  if (range.min >= -(1n << 31n) && range.max < 1n << 31n) return 'i32'
  return range.min >= -(1n << 63n) && range.max < 1n << 63n ? 'i64' : 'i128'
}

const joinKey = (key: Column, other: SqlType, { nullSafe }: JoinKey): { ir: Ir; present: Ir } => {
  const canonical = groupKey(key)
  const scalar = scalarOf(canonical.ir.type)
  const target = wider(keyScalar(key.type, scalar), keyScalar(other, scalar))
  const ir = widenIr(canonical.ir, target)
  if (nullSafe) return { ir: isOption(ir.type) ? ir : { ir: 'option', type: `?${target}`, value: ir, valid: TRUE }, present: TRUE }
  return isOption(ir.type) ? { ir: value(ir), present: valid(ir) } : { ir, present: TRUE }
}
const WIDER: readonly Scalar[] = ['bool', 'i32', 'i64', 'i128']
const wider = (a: Scalar, b: Scalar): Scalar => (WIDER.indexOf(b) > WIDER.indexOf(a) ? b : a)

/** A probe by one dictionary column remembers what each code found. */
const memoOf = (node: Join, side: Side, row: Row, cx: StageContext): Memo | undefined => {
  const [only, ...others] = node.keys
  if (!only || others.length > 0 || only.nullSafe) return undefined
  const key = side.key(only)
  const codes = key.expr === 'column' ? row.columns[key.index]?.codes : undefined
  if (!codes || codes.dictionary.size > 1 << 16) return undefined
  return { table: cx.memoTable(codes.dictionary.size), code: value(codes.ir) }
}

