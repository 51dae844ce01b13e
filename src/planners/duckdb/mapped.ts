/**
 * What a DuckDB operator became: a plan node, and for every output position of the operator the expression over the
 * node's output that stands for it. Projections that only pick or reorder columns so become no node at all.
 */
import type { TypeName } from '../../layout/types.ts'
import type { Expr, PlanNode } from '../../plan/nodes.ts'
import { malformed } from './raw.ts'

export interface Mapped {
  readonly node: PlanNode
  /** Types of the node's output columns. */
  readonly types: readonly TypeName[]
  /** By the operator's output position; undefined for what does not exist here (row ids). */
  readonly columns: readonly (Expr | undefined)[]
}

export const column = (index: number, type: TypeName): Expr => ({ expr: 'column', index, type })

/** A node whose output positions are the operator's. */
export const mapped = (node: PlanNode, types: readonly TypeName[]): Mapped => ({
  node,
  types,
  columns: types.map((type, i) => column(i, type)),
})

export const projected = (input: Mapped, exprs: readonly Expr[]): Mapped =>
  mapped(
    { op: 'project', input: input.node, exprs },
    exprs.map((e) => e.type),
  )

/** Applies one of DuckDB's projection maps; an empty one keeps everything. */
export const picked = (input: Mapped, positions: readonly number[]): Mapped =>
  positions.length === 0
    ? input
    : {
        ...input,
        columns: positions.map((p) => {
          if (p >= input.columns.length) throw malformed(`projection of position ${p} of ${input.columns.length}`)
          return input.columns[p]
        }),
      }

/** Computes what is not a plain column: expressions do not survive an outer join above them. */
export const settled = (input: Mapped): Mapped => {
  if (input.columns.every((c) => c === undefined || c.expr === 'column')) return input
  const exprs: Expr[] = []
  const columns = input.columns.map((c) => {
    if (c === undefined) return undefined
    exprs.push(c)
    return column(exprs.length - 1, c.type)
  })
  return { node: { op: 'project', input: input.node, exprs }, types: exprs.map((e) => e.type), columns }
}

/** The plan node whose output is exactly the operator's. */
export const exact = (input: Mapped): Mapped => {
  const same = input.columns.length === input.types.length && input.columns.every((c, i) => c?.expr === 'column' && c.index === i)
  if (same) return input
  return projected(
    input,
    input.columns.map((c) => {
      if (c === undefined) throw malformed('a virtual column in the result')
      return c
    }),
  )
}

/** The same expression with other positions. */
export const renumbered = (expr: Expr, to: (index: number) => number): Expr => {
  switch (expr.expr) {
    case 'column':
      return { ...expr, index: to(expr.index) }
    case 'literal':
      return expr
    case 'cast':
      return { ...expr, arg: renumbered(expr.arg, to) }
    case 'case':
      return {
        ...expr,
        when: expr.when.map((w) => ({ if: renumbered(w.if, to), then: renumbered(w.then, to) })),
        else: renumbered(expr.else, to),
      }
    default:
      return { ...expr, args: expr.args.map((a) => renumbered(a, to)) }
  }
}

/** The same expression over columns that lie `by` positions further right. */
export const shifted = (expr: Expr, by: number): Expr => renumbered(expr, (i) => i + by)
