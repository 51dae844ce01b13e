/** Literal rows of a plan as a relation. */
import { parseLiteral } from '../layout/literal.ts'
import type { Arena, Relation } from '../layout/relation.ts'
import { RelationBuilder } from '../layout/relation-builder.ts'
import { planType } from '../operators/lower-expression.ts'
import type { PlanNode } from '../plan/nodes.ts'

export const literalRelation = (node: Extract<PlanNode, { op: 'values' }>, arena: Arena): Relation => {
  // Rows without columns (SELECT without FROM) are still rows.
  if (node.columns.length === 0) return { columns: [], batches: node.rows.length ? [{ rows: node.rows.length, vectors: [] }] : [], rows: node.rows.length }
  const fields = node.columns.map(({ name, type }) => ({ name, type: planType(type) }))
  const builder = new RelationBuilder(fields)
  builder.appendValues(fields.map((field, c) => node.rows.map((row) => parseLiteral(row[c] ?? null, field.type))), node.rows.length)
  return builder.finish(arena)
}
