/** Filters of a loop's body. */
import { both } from '../ir/build.ts'
import type { Ir } from '../ir/nodes.ts'
import { type Body, selectivityOf } from '../ir/program.ts'
import type { Expr } from '../plan/nodes.ts'
import { holds } from './lower-expression.ts'
import { mayRaise } from './lowering.ts'
import { conjuncts } from './references.ts'
import { sharePassing } from './selectivity.ts'
import type { Row, StageContext } from './stage.ts'

/**
 * Filters in order; those that cannot raise, and of which it is not known how many rows pass, become one condition without
 * branches. `shares`: which part of the rows each is expected to let pass.
 */
export const filtered = (conds: readonly Ir[], next: Body, shares: readonly (number | undefined)[] = []): Body => {
  const groups: { cond: Ir; share: number | undefined }[] = []
  conds.forEach((cond, i) => {
    const [last, share] = [groups.at(-1), shares[i]]
    if (last && share === undefined && last.share === undefined && !mayRaise(cond)) last.cond = both(last.cond, cond)
    else groups.push({ cond, share })
  })
  return groups.reduceRight((rest: Body, { cond, share }): Body => ({ body: 'if', cond, selectivity: share === undefined ? undefined : selectivityOf(share), next: rest }), next)
}

/** What runs for the rows that pass all conjuncts of all predicates. */
export const filtersOf = (predicates: readonly Expr[], row: Row, cx: StageContext): ((next: Body) => Body) => {
  const parts = predicates.flatMap(conjuncts)
  const conds = parts.map((e) => holds(cx.lower(e, row).ir))
  return (next) => filtered(conds, next, parts.map((e) => cx.shares.get(e) ?? sharePassing(e, row)))
}
