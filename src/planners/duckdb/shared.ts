/**
 * What DuckDB computes once and reads in several places: the rows of a CTE, and of a decorrelated subquery the outer side and its
 * distinct values (Neumann, Kemper, BTW 2015). They become the plan's shared plans.
 *
 *   MATERIALIZED_CTE      definition; query, in which CTE_REFs read it
 *   DELIM_JOIN            outer side; subquery, in which DELIM_GETs read the distinct values of `duplicate_eliminated_columns`;
 *                         `delim_flipped`: the subquery comes first
 */
import { outputOf } from '../../plan/stages.ts'
import type { PlanNode } from '../../plan/nodes.ts'
import { settled } from './mapped.ts'
import type { Mapped } from './mapped.ts'
import { narrowed } from './narrow.ts'

/** A place where the rows can be read: each call gives another leaf. */
export type SharedRows = () => Mapped

export class SharedPlans {
  readonly nodes: PlanNode[] = []

  /** Positions stay what they are; what does not exist (row ids) still does not. */
  add(input: Mapped): SharedRows {
    if (input.node.op === 'shared' && input.columns.every((c) => c === undefined || c.expr === 'column')) {
      const leaf = input.node
      return () => ({ ...input, node: { ...leaf } })
    }
    const { node, columns: kept } = settled(input)
    const exprs = [...new Set(kept.flatMap((c) => (c?.expr === 'column' ? [c.index] : [])))]
    const types = exprs.map((i) => outputOf(node)[i]?.type ?? '')
    const { node: plan } = narrowed({ node: { op: 'project', input: node, exprs: exprs.map((index, i) => ({ expr: 'column', index, type: types[i] ?? '' })) }, types, columns: [] })
    const index = this.nodes.push(plan) - 1
    const columns = kept.map((c) => (c?.expr === 'column' ? ({ ...c, index: exprs.indexOf(c.index) } as const) : undefined))
    return () => ({ node: { op: 'shared', index, columns: types.map((type, i) => ({ name: `c${i}`, type })) }, types, columns })
  }
}

/** What the operators of a part of the plan can read: CTEs by number, and of the nearest DELIM_JOIN the distinct values. */
export interface SharedScope {
  readonly plans: SharedPlans
  readonly ctes: ReadonlyMap<number, SharedRows>
  readonly distinct: SharedRows | undefined
}

export const noneShared = (): SharedScope => ({ plans: new SharedPlans(), ctes: new Map(), distinct: undefined })
