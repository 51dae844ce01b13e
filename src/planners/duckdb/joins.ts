/** Joins. Output positions: left, then right; semi and anti only one side; mark adds one boolean to the left. */
import { BOOL, typeName } from '../../layout/types.ts'
import type { AggregateCall, Expr, JoinKey, JoinKind, LiteralValue, PlanNode } from '../../plan/nodes.ts'
import { allOf, boolCall, comparison, toExpr } from './expressions.ts'
import { column, mapped, picked, settled, shifted } from './mapped.ts'
import type { Mapped } from './mapped.ts'
import { counts, malformed, object, objects, onlyKeys, text, unsupportedNode } from './raw.ts'
import type { Raw } from './raw.ts'
import type { SharedPlans } from './shared.ts'

const KINDS: Readonly<Record<string, JoinKind>> = {
  INNER: 'inner',
  LEFT: 'left',
  RIGHT: 'right',
  OUTER: 'full',
  FULL: 'full',
  SEMI: 'semi',
  ANTI: 'anti',
  RIGHT_SEMI: 'right_semi',
  RIGHT_ANTI: 'right_anti',
  MARK: 'mark',
  SINGLE: 'single',
}

const JOIN_KEYS = new Set([
  'type',
  'children',
  'join_type',
  'mark_index',
  'left_projection_map',
  'right_projection_map',
  'conditions',
  'mark_types',
  'duplicate_eliminated_columns',
  'delim_flipped',
])
const ANY_KEYS = new Set(['type', 'children', 'join_type', 'mark_index', 'left_projection_map', 'right_projection_map', 'condition'])
const CONDITION_KEYS = new Set(['left', 'right', 'comparison'])

type Udfs = ReadonlyMap<string, string>

export const kindOf = (raw: Raw): JoinKind => {
  const name = text(raw, 'join_type')
  const kind = KINDS[name]
  if (kind === undefined) throw unsupportedNode(`${name} JOIN`, 'the join is not supported')
  return kind
}

/** `asKind` overrides what the operator says: a mark join whose mark is only filtered on is a semi join. `shared`: where rows that are read twice are computed. */
export const comparisonJoin = (raw: Raw, leftInput: Mapped, rightInput: Mapped, udfs: Udfs, asKind?: JoinKind, shared?: SharedPlans): Mapped => {
  onlyKeys(raw, 'COMPARISON_JOIN', JOIN_KEYS)
  const kind = asKind ?? kindOf(raw)
  const inList = kind === 'mark' || kind === 'semi' ? literalList(raw, leftInput, rightInput, udfs) : undefined
  if (inList !== undefined && kind === 'mark') return { ...leftInput, columns: [...sided(raw, leftInput, 'left').columns, inList] }
  if (inList !== undefined) return { ...sided(raw, leftInput, 'left'), node: { op: 'filter', input: leftInput.node, predicate: inList } }

  const left = settled(leftInput)
  const right = settled(rightInput)
  const leftScope = { columns: left.columns, udfs }
  const rightScope = { columns: right.columns, udfs }
  const keys: JoinKey[] = []
  const rest: Expr[] = []
  for (const condition of objects(raw, 'conditions')) {
    onlyKeys(condition, 'join condition', CONDITION_KEYS)
    const l = toExpr(object(condition, 'left'), leftScope)
    const r = toExpr(object(condition, 'right'), rightScope)
    const by = text(condition, 'comparison')
    if (by === 'COMPARE_EQUAL') keys.push({ left: l, right: r })
    else if (by === 'COMPARE_NOT_DISTINCT_FROM') keys.push({ left: l, right: r, nullSafe: true })
    else rest.push(comparison(by, l, shifted(r, left.types.length)))
  }
  if (kind === 'mark' && keys.filter((k) => !k.nullSafe).length + rest.length > 1) {
    if (shared === undefined || rest.length > 0 || keys.some((k) => k.nullSafe)) throw unsupportedNode('MARK JOIN', 'IN of several columns with other conditions as a value is not supported')
    return markOfSeveral(raw, left, right, keys, shared)
  }
  return join(raw, kind, left, right, keys, rest)
}

/**
 * (a, b) IN (SELECT …) as a value. Where a NULL leaves it open whether rows are equal, DuckDB takes any NULL for one that does, not only
 * those of keys that are equal otherwise: without a match the mark is NULL where the row or any row of the subquery, which has some,
 * holds one. So the join asks for rows without NULLs, and the subquery's rows are counted beside it.
 */
const markOfSeveral = (raw: Raw, left: Mapped, right: Mapped, keys: readonly JoinKey[], shared: SharedPlans): Mapped => {
  const width = left.types.length
  const bool = typeName(BOOL)
  const anyNull = (exprs: readonly Expr[]): Expr => boolCall('or', ...exprs.map((e) => boolCall('is_null', e)))
  const subquery = shared.add(mapped({ op: 'project', input: right.node, exprs: keys.map((k) => k.right) }, keys.map((k) => k.right.type)))
  const rows = subquery()
  const columns = rows.columns.map((c) => c as Expr)
  const count = (filter?: Expr): AggregateCall => ({ fn: 'count_star', args: [], type: 'int64', ...(filter ? { filter } : {}) })
  const counted: PlanNode = { op: 'aggregate', input: rows.node, groups: [], aggregates: [count(), count(anyNull(columns))] }
  const beside: PlanNode = { op: 'join', kind: 'inner', left: left.node, right: counted, keys: [] }
  const known: PlanNode = { op: 'filter', input: subquery().node, predicate: boolCall('not', anyNull(columns)) }
  const node: PlanNode = { op: 'join', kind: 'mark', left: beside, right: known, keys: keys.map((k, i) => ({ left: k.left, right: columns[i] as Expr, nullSafe: true })) }
  const some = (index: number): Expr => boolCall('gt', column(index, 'int64'), { expr: 'literal', value: '0', type: 'int64' })
  const open = boolCall('and', some(width), boolCall('or', some(width + 1), ...keys.map((k) => boolCall('is_null', k.left))))
  const match = column(width + 2, bool)
  const literal = (value: boolean | null): Expr => ({ expr: 'literal', value, type: bool })
  const mark: Expr = { expr: 'case', when: [{ if: match, then: literal(true) }, { if: open, then: literal(null) }], else: literal(false), type: bool }
  return { node, types: [...left.types, 'int64', 'int64', bool], columns: [...sided(raw, left, 'left').columns, mark] }
}

/** A join by any condition, over left and right columns together. */
export const anyJoin = (raw: Raw, leftInput: Mapped, rightInput: Mapped, udfs: Udfs): Mapped => {
  onlyKeys(raw, 'ANY_JOIN', ANY_KEYS)
  const kind = kindOf(raw)
  const left = settled(leftInput)
  const right = settled(rightInput)
  const columns = [...left.columns, ...right.columns.map((c) => c && shifted(c, left.types.length))]
  return join(raw, kind, left, right, [], [toExpr(object(raw, 'condition'), { columns, udfs })])
}

export const crossProduct = (leftInput: Mapped, rightInput: Mapped): Mapped => join({}, 'inner', settled(leftInput), settled(rightInput), [], [])

const sided = (raw: Raw, input: Mapped, side: 'left' | 'right'): Mapped => picked(input, counts(raw, `${side}_projection_map`))

const join = (raw: Raw, kind: JoinKind, left: Mapped, right: Mapped, keys: readonly JoinKey[], rest: readonly Expr[]): Mapped => {
  const node: PlanNode = { op: 'join', kind, left: left.node, right: right.node, keys, ...(rest.length > 0 ? { residual: allOf(rest) } : {}) }
  const l = sided(raw, left, 'left')
  const r = sided(raw, right, 'right')
  if (kind === 'semi' || kind === 'anti') return { ...l, node }
  if (kind === 'right_semi' || kind === 'right_anti') return { ...r, node }
  if (kind === 'mark') {
    const bool = typeName(BOOL)
    return { node, types: [...left.types, bool], columns: [...l.columns, column(left.types.length, bool)] }
  }
  return { node, types: [...left.types, ...right.types], columns: [...l.columns, ...r.columns.map((c) => c && shifted(c, left.types.length))] }
}

/** `x IN (literals)`, which DuckDB plans as a mark join with the literals where they are many. */
const literalList = (raw: Raw, left: Mapped, right: Mapped, udfs: Udfs): Expr | undefined => {
  const list = objects(raw, 'children')[1]
  const [condition, ...others] = objects(raw, 'conditions')
  if (list === undefined || text(list, 'type') !== 'LOGICAL_CHUNK_GET' || right.node.op !== 'values') return undefined
  if (condition === undefined || others.length > 0 || text(condition, 'comparison') !== 'COMPARE_EQUAL') return undefined
  const key = toExpr(object(condition, 'right'), { columns: right.columns, udfs })
  const type = right.types[0]
  if (key.expr !== 'column' || key.index !== 0 || type === undefined || right.types.length !== 1) return undefined
  const literals = right.node.rows.map((row): Expr => {
    const value: LiteralValue | undefined = row[0]
    if (value === undefined) throw malformed('an empty row in a list of literals')
    return { expr: 'literal', value, type }
  })
  if (literals.length === 0) return undefined
  return boolCall('in', toExpr(object(condition, 'left'), { columns: left.columns, udfs }), ...literals)
}
