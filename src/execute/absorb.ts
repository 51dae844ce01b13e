/** Which projections and filters above a boundary join its stage: those that are sure not to send it to the interpreter. */
import { CAST, EXPRESSIONS } from '../operators/expressions.ts'
import { planType } from '../operators/lower-expression.ts'
import { childExprs } from '../operators/references.ts'
import type { ExprDef } from '../operators/registry.ts'
import type { Expr, PlanNode } from '../plan/nodes.ts'

export const absorbs = (node: PlanNode): boolean =>
  node.op === 'project' ? node.exprs.every(hasNativeForm) : node.op === 'filter' && hasNativeForm(node.predicate)

const hasNativeForm = (e: Expr): boolean => {
  if (e.expr === 'udf') return false
  if (e.expr === 'call' && !(EXPRESSIONS as Record<string, ExprDef>)[e.fn]?.lower) return false
  if (e.expr === 'cast' && CAST.type(planType(e.arg.type), planType(e.type)) !== true) return false
  return childExprs(e).every(hasNativeForm)
}
