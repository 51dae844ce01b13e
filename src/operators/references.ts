/** Which columns expressions read, and how many a node puts out. */
import type { Expr, Partitioning, PlanNode, WindowCall } from '../plan/nodes.ts'
import { outputOf } from '../plan/stages.ts'

/**
 * The parts of a filter that must all be true, in their order. A row for which an earlier one is NULL is excluded, and what
 * is excluded does not raise: as one AND, the later ones would be evaluated. Very many stay one, which nests less.
 */
export const conjuncts = (predicate: Expr): readonly Expr[] => {
  const parts = predicate.expr === 'call' && predicate.fn === 'and' ? predicate.args.flatMap(conjuncts) : [predicate]
  return parts.length > 64 ? [predicate] : parts
}

export const childExprs = (e: Expr): readonly Expr[] => {
  switch (e.expr) {
    case 'column':
    case 'literal':
      return []
    case 'call':
    case 'udf':
      return e.args
    case 'cast':
      return [e.arg]
    case 'case':
      return [...e.when.flatMap((w) => [w.if, w.then]), e.else]
  }
}

export const columnsOf = (exprs: readonly (Expr | undefined)[], found: Set<number> = new Set()): Set<number> => {
  for (const e of exprs) {
    if (!e) continue
    if (e.expr === 'column') found.add(e.index)
    columnsOf(childExprs(e), found)
  }
  return found
}

/** The expression with each column it reads replaced. */
const mapColumns = (e: Expr, place: (column: number) => number): Expr => {
  switch (e.expr) {
    case 'column':
      return { ...e, index: place(e.index) }
    case 'literal':
      return e
    case 'cast':
      return { ...e, arg: mapColumns(e.arg, place) }
    case 'case':
      return { ...e, when: e.when.map((w) => ({ if: mapColumns(w.if, place), then: mapColumns(w.then, place) })), else: mapColumns(e.else, place) }
    default:
      return { ...e, args: e.args.map((a) => mapColumns(a, place)) }
  }
}

/** The expression over rows that have so many more columns in front. */
export const moved = (e: Expr, by: number): Expr => mapColumns(e, (column) => column + by)

/** The expression over rows of some of the columns; `places`: which of them each is. */
export const renumbered = (e: Expr, places: ReadonlyMap<number, number>): Expr => mapColumns(e, (column) => places.get(column) as number)

/** Names of the user-defined functions in an expression. */
export const udfsOf = (e: Expr): readonly string[] => [...(e.expr === 'udf' ? [e.name] : []), ...childExprs(e).flatMap(udfsOf)]

/** The expressions an exchange divides by. */
export const keysOf = (by: Partitioning): readonly Expr[] => (by.kind === 'hash' ? by.keys : by.kind === 'range' ? by.keys.map((k) => k.expr) : [])

/** What a window function reads of the input: arguments, filter, where its frame begins and ends. */
export const windowExprs = ({ args, filter, frame }: WindowCall): readonly Expr[] => [...args, ...(filter ? [filter] : []), ...[frame?.start, frame?.end].flatMap((b) => (b && 'at' in b ? [b.at] : []))]

/** All expressions of a node and those below it. */
export const expressionsOf = (node: PlanNode): readonly Expr[] => {
  switch (node.op) {
    case 'scan':
      return node.filters ?? []
    case 'input':
    case 'shared':
    case 'values':
      return []
    case 'filter':
      return [node.predicate, ...expressionsOf(node.input)]
    case 'project':
      return [...node.exprs, ...expressionsOf(node.input)]
    case 'aggregate':
      return [...node.groups, ...node.aggregates.flatMap((a) => [...a.args, ...(a.filter ? [a.filter] : [])]), ...expressionsOf(node.input)]
    case 'window':
      return [...node.partitions, ...node.orders.map((k) => k.expr), ...node.functions.flatMap(windowExprs), ...expressionsOf(node.input)]
    case 'join':
      return [...node.keys.flatMap((k) => [k.left, k.right]), ...(node.residual ? [node.residual] : []), ...expressionsOf(node.left), ...expressionsOf(node.right)]
    case 'union':
      return node.inputs.flatMap(expressionsOf)
    case 'setop':
      return [...expressionsOf(node.left), ...expressionsOf(node.right)]
    case 'expand':
      return [...node.projections.flat(), ...expressionsOf(node.input)]
    case 'unnest':
      return [node.expr, ...expressionsOf(node.input)]
    case 'sort':
    case 'topn':
      return [...node.keys.map((k) => k.expr), ...expressionsOf(node.input)]
    case 'limit':
      return expressionsOf(node.input)
    case 'exchange':
      return [...keysOf(node.partitioning), ...expressionsOf(node.input)]
  }
}

export const widthOf = (node: PlanNode): number => outputOf(node).length
export const allColumns = (count: number): Set<number> => new Set(Array.from({ length: count }, (_, i) => i))
