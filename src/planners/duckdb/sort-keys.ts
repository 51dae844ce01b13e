/** DuckDB's ORDER BY terms → sort keys. */
import type { SortKey } from '../../plan/nodes.ts'
import { type Scope, toExpr } from './expressions.ts'
import { malformed, object, objects, text } from './raw.ts'
import type { Raw } from './raw.ts'

export const sortKeysOf = (raw: Raw, key: string, scope: Scope): readonly SortKey[] =>
  objects(raw, key).map((order) => ({
    expr: toExpr(object(order, 'expression'), scope),
    descending: oneOf(text(order, 'type'), 'DESCENDING', 'ASCENDING'),
    nullsFirst: oneOf(text(order, 'null_order'), 'NULLS FIRST', 'NULLS LAST'),
  }))

const oneOf = (value: string, yes: string, no: string): boolean => {
  if (value !== yes && value !== no) throw malformed(`'${value}' where ${yes} or ${no} was expected`)
  return value === yes
}
