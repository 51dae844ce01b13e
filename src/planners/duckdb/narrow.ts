/**
 * Columns that nobody reads are left behind: not scanned, not computed, and picked away before joins and sorts, which keep
 * their rows. DuckDB does most of this, but filters stay in its scans' outputs, and for stand-ins it may have to be off.
 */
import { BOOL, INT32, typeName } from '../../layout/types.ts'
import type { TypeName } from '../../layout/types.ts'
import { outputOf } from '../../plan/stages.ts'
import { windowExprs } from '../../operators/references.ts'
import type { Expr, FrameBound, PlanNode, SortKey } from '../../plan/nodes.ts'
import { column, renumbered } from './mapped.ts'
import type { Mapped } from './mapped.ts'

/** A node, and where the old positions are in its output. */
interface Narrow {
  readonly node: PlanNode
  readonly types: readonly TypeName[]
  readonly at: ReadonlyMap<number, number>
}

type Needed = ReadonlySet<number>

/** `root`'s output stays what it is. */
export const narrowed = (root: Mapped): Mapped => {
  const all = root.types.map((_, i) => i)
  const { node } = picking(narrow(root.node, new Set(all)), all)
  return { ...root, node }
}

/** Exactly these old positions, in this order. */
const picking = (input: Narrow, positions: readonly number[]): Narrow => {
  const at = new Map(positions.map((p, i) => [p, i]))
  if (input.types.length === positions.length && positions.every((p, i) => input.at.get(p) === i)) return { ...input, at }
  const exprs = positions.map((p) => column(place(input, p), input.types[place(input, p)] ?? ''))
  return { node: { op: 'project', input: input.node, exprs }, types: exprs.map((e) => e.type), at }
}

/** Without the columns that are not needed, where there are any. */
const trimmed = (input: Narrow, needed: Needed): Narrow => {
  const used = new Set([...needed].map((p) => place(input, p)))
  if (used.size === input.types.length) return input
  return picking(input, ascending(needed))
}

const place = (input: Narrow, position: number): number => {
  const at = input.at.get(position)
  if (at === undefined) throw new Error(`column ${position} was left behind`)
  return at
}

const moved = (expr: Expr, input: Narrow): Expr => renumbered(expr, (i) => place(input, i))
const ascending = (set: Needed): readonly number[] => [...set].sort((a, b) => a - b)

const reading = (needed: Needed, ...exprs: readonly (Expr | undefined)[]): Needed => {
  const result = new Set(needed)
  for (const e of exprs)
    if (e !== undefined)
      renumbered(e, (i) => {
        result.add(i)
        return i
      })
  return result
}

const narrow = (node: PlanNode, needed: Needed): Narrow => {
  switch (node.op) {
    case 'scan': {
      const kept = ascending(reading(needed, ...(node.filters ?? [])))
      const columns = kept.flatMap((i) => node.columns[i] ?? [])
      const result: Narrow = { node, types: columns.map((c) => c.type), at: new Map(kept.map((old, i) => [old, i])) }
      const filters = node.filters && { filters: node.filters.map((f) => moved(f, result)) }
      return { ...result, node: { ...node, columns, ...filters } }
    }
    case 'input':
    // DuckDB has left behind what no place reads of it.
    case 'shared':
      return { node, types: node.columns.map((c) => c.type), at: new Map(node.columns.map((_, i) => [i, i])) }
    case 'values': {
      const kept = ascending(needed)
      const columns = kept.flatMap((i) => node.columns[i] ?? [])
      const rows = node.rows.map((row) => kept.map((i) => row[i] ?? null))
      return { node: { ...node, columns, rows }, types: columns.map((c) => c.type), at: new Map(kept.map((old, i) => [old, i])) }
    }
    case 'filter': {
      const input = narrow(node.input, reading(needed, node.predicate))
      return { ...input, node: { ...node, input: input.node, predicate: moved(node.predicate, input) } }
    }
    case 'project': {
      const kept = ascending(needed)
      const exprs = kept.flatMap((i) => node.exprs[i] ?? [])
      const input = narrow(node.input, reading(new Set(), ...exprs))
      if (exprs.every((e) => e.expr === 'column'))
        return { ...input, at: new Map(kept.map((old, i) => [old, place(input, (exprs[i] as { index: number }).index)])) }
      return {
        node: { ...node, input: input.node, exprs: exprs.map((e) => moved(e, input)) },
        types: exprs.map((e) => e.type),
        at: new Map(kept.map((old, i) => [old, i])),
      }
    }
    case 'aggregate':
      return narrowAggregate(node, needed)
    case 'window':
      return narrowWindow(node, needed)
    case 'join':
      return narrowJoin(node, needed)
    case 'union': {
      const kept = ascending(needed)
      const inputs = node.inputs.map((one) => picking(narrow(one, needed), kept))
      const [first] = inputs
      return { node: { ...node, inputs: inputs.map((one) => one.node) }, types: first?.types ?? [], at: first?.at ?? new Map() }
    }
    case 'setop': {
      const all = outputOf(node).map((_, i) => i)
      const [left, right] = [node.left, node.right].map((side) => picking(narrow(side, new Set(all)), all)) as [Narrow, Narrow]
      return { node: { ...node, left: left.node, right: right.node }, types: left.types, at: left.at }
    }
    case 'expand': {
      const kept = ascending(needed)
      const projections = node.projections.map((exprs) => kept.flatMap((i) => exprs[i] ?? []))
      const input = narrow(node.input, reading(new Set(), ...projections.flat()))
      return {
        node: { ...node, input: input.node, projections: projections.map((exprs) => exprs.map((e) => moved(e, input))) },
        types: (projections[0] ?? []).map((e) => e.type),
        at: new Map(kept.map((old, i) => [old, i])),
      }
    }
    case 'unnest': {
      const width = outputOf(node.input).length
      const input = narrow(node.input, reading(new Set([...needed].filter((i) => i < width)), node.expr))
      const elements = outputOf(node).slice(width).map((c) => c.type)
      const at = new Map([...input.at, ...elements.map((_, i): [number, number] => [width + i, input.types.length + i])])
      return { node: { ...node, input: input.node, expr: moved(node.expr, input) }, types: [...input.types, ...elements], at }
    }
    case 'sort':
    case 'topn': {
      const wanted = reading(needed, ...node.keys.map((k) => k.expr))
      const input = trimmed(narrow(node.input, wanted), wanted)
      const keys = node.keys.map((k): SortKey => ({ ...k, expr: moved(k.expr, input) }))
      return { ...input, node: { ...node, input: input.node, keys } }
    }
    case 'exchange': {
      const all = new Set(outputOf(node.input).map((_, i) => i))
      const input = trimmed(narrow(node.input, all), all)
      return { ...input, node: { ...node, input: input.node } }
    }
    case 'limit': {
      const input = narrow(node.input, needed)
      return { ...input, node: { ...node, input: input.node } }
    }
  }
}

const narrowAggregate = (node: Extract<PlanNode, { op: 'aggregate' }>, needed: Needed): Narrow => {
  const n = node.groups.length
  const wanted = node.aggregates.map((_, i) => i).filter((i) => needed.has(n + i))
  // Something must remain that says how many rows there are.
  const kept = wanted.length === 0 && n === 0 ? node.aggregates.map((_, i) => i).slice(0, 1) : wanted
  const aggregates = kept.flatMap((i) => node.aggregates[i] ?? [])
  const input = narrow(node.input, reading(new Set(), ...node.groups, ...aggregates.flatMap((a) => [...a.args, a.filter])))
  const calls = aggregates.map((a) => ({ ...a, args: a.args.map((x) => moved(x, input)), ...(a.filter ? { filter: moved(a.filter, input) } : {}) }))
  const at = new Map(node.groups.map((_, i) => [i, i]))
  kept.forEach((old, i) => at.set(n + old, n + i))
  if (node.sets) at.set(n + node.aggregates.length, n + kept.length)
  return {
    node: { ...node, input: input.node, groups: node.groups.map((g) => moved(g, input)), aggregates: calls },
    types: [...[...node.groups, ...aggregates].map((x) => x.type), ...(node.sets ? [typeName(INT32)] : [])],
    at,
  }
}

/** A window keeps its rows, as a sort does. */
const narrowWindow = (node: Extract<PlanNode, { op: 'window' }>, needed: Needed): Narrow => {
  const columns = width(node.input)
  const kept = node.functions.map((_, i) => i).filter((i) => needed.has(columns + i))
  const functions = kept.flatMap((i) => node.functions[i] ?? [])
  const through = new Set([...needed].filter((i) => i < columns))
  if (functions.length === 0) return narrow(node.input, through)
  const wanted = reading(through, ...node.partitions, ...node.orders.map((k) => k.expr), ...functions.flatMap(windowExprs))
  const input = trimmed(narrow(node.input, wanted), wanted)
  const at = new Map(input.at)
  kept.forEach((old, i) => at.set(columns + old, input.types.length + i))
  const bound = <B extends FrameBound>(b: B): B => ('at' in b ? { ...b, at: moved(b.at, input) } : b)
  return {
    node: {
      ...node,
      input: input.node,
      partitions: node.partitions.map((e) => moved(e, input)),
      orders: node.orders.map((k): SortKey => ({ ...k, expr: moved(k.expr, input) })),
      functions: functions.map((f) => ({
        ...f,
        args: f.args.map((e) => moved(e, input)),
        ...(f.filter ? { filter: moved(f.filter, input) } : {}),
        ...(f.frame ? { frame: { ...f.frame, start: bound(f.frame.start), end: bound(f.frame.end) } } : {}),
      })),
    },
    types: [...input.types, ...functions.map((f) => f.type)],
    at,
  }
}

const narrowJoin = (node: Extract<PlanNode, { op: 'join' }>, needed: Needed): Narrow => {
  const l = width(node.left)
  const rightOnly = node.kind === 'right_semi' || node.kind === 'right_anti'
  const leftOnly = node.kind === 'semi' || node.kind === 'anti' || node.kind === 'mark'
  const residual = reading(new Set(), node.residual)
  const above = ascending(needed)
  const fromLeft = rightOnly ? [] : above.filter((i) => i < l)
  const fromRight = leftOnly ? [] : rightOnly ? above : above.filter((i) => i >= l).map((i) => i - l)
  const leftNeeded = reading(new Set([...fromLeft, ...ascending(residual).filter((i) => i < l)]), ...node.keys.map((k) => k.left))
  const rightNeeded = reading(
    new Set([
      ...fromRight,
      ...ascending(residual)
        .filter((i) => i >= l)
        .map((i) => i - l),
    ]),
    ...node.keys.map((k) => k.right),
  )
  const left = trimmed(narrow(node.left, leftNeeded), leftNeeded)
  const right = trimmed(narrow(node.right, rightNeeded), rightNeeded)
  const w = left.types.length
  const both = (i: number): number => (i < l ? place(left, i) : w + place(right, i - l))
  const result: PlanNode = {
    ...node,
    left: left.node,
    right: right.node,
    keys: node.keys.map((k) => ({ ...k, left: moved(k.left, left), right: moved(k.right, right) })),
    ...(node.residual ? { residual: renumbered(node.residual, both) } : {}),
  }
  if (rightOnly) return { node: result, types: right.types, at: right.at }
  if (node.kind === 'mark') return { node: result, types: [...left.types, typeName(BOOL)], at: new Map([...left.at, [l, w]]) }
  if (leftOnly) return { node: result, types: left.types, at: left.at }
  const at = new Map(left.at)
  for (const [old, now] of right.at) at.set(l + old, w + now)
  return { node: result, types: [...left.types, ...right.types], at }
}

const width = (node: PlanNode): number => outputOf(node).length
