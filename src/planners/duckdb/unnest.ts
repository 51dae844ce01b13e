/**
 * UNNEST. Of lists whose elements are known when it is planned, as [a, b, 7], no list is made: each row comes once for each
 * element (`expand`), and of several lists side by side the shorter ones go on with NULL. Any other list is an `unnest`.
 */
import { parseType, typeName } from '../../layout/types.ts'
import type { Expr, LiteralValue } from '../../plan/nodes.ts'
import { toExpr, type Scope } from './expressions.ts'
import { column } from './mapped.ts'
import type { Mapped } from './mapped.ts'
import { malformed, object, objects, text, unsupportedNode } from './raw.ts'
import type { Raw } from './raw.ts'
import { sqlType } from './types.ts'

export const unnestOf = (raw: Raw, input: Mapped, udfs: Scope['udfs']): Mapped => {
  const scope: Scope = { columns: input.columns, udfs }
  const lists = objects(raw, 'expressions').map((unnest) => {
    if (text(unnest, 'expression_class') !== 'BOUND_UNNEST') throw malformed('an UNNEST of something else')
    return object(unnest, 'child')
  })
  const [only] = lists
  if (only === undefined) throw malformed('an UNNEST of nothing')
  // A query without a table counts as one column, which nobody reads.
  const columns = text(objects(raw, 'children')[0] ?? {}, 'type') === 'LOGICAL_DUMMY_SCAN' ? [undefined] : input.columns
  if (lists.length > 1 || isListOf(only)) return expanded(lists.map((list) => elementsOf(list, scope)), input, columns)
  const expr = toExpr(only, scope)
  const element = elementType(expr.type)
  return { node: { op: 'unnest', input: input.node, expr }, types: [...input.types, element], columns: [...columns, column(input.types.length, element)] }
}

const isListOf = (raw: Raw): boolean => text(raw, 'expression_class') === 'BOUND_FUNCTION' && text(raw, 'name') === 'list_value'

const elementType = (list: string): string => {
  const type = parseType(list)
  if (type?.kind !== 'array') throw unsupportedNode('UNNEST', `${list} has no elements`)
  return typeName(type.element)
}

interface Elements {
  readonly type: string
  readonly elements: readonly Expr[]
}

const elementsOf = (list: Raw, scope: Scope): Elements => {
  if (isListOf(list)) {
    const type = elementType(typeName(sqlType(object(list, 'return_type'))))
    const elements = objects(list, 'children').map((e) => toExpr(e, scope))
    if (elements.some((e) => e.type !== type)) throw malformed('a list of several types')
    return { type, elements }
  }
  const expr = toExpr(list, scope)
  const type = elementType(expr.type)
  if (expr.expr !== 'literal') throw unsupportedNode('UNNEST', 'several lists side by side are only supported where their elements are known')
  const values = expr.value === null ? [] : (JSON.parse(String(expr.value)) as readonly LiteralValue[])
  return { type, elements: values.map((value): Expr => ({ expr: 'literal', value, type })) }
}

const expanded = (lists: readonly Elements[], input: Mapped, columns: Mapped['columns']): Mapped => {
  const own = input.types.map((type, i) => column(i, type))
  const rows = Math.max(...lists.map((l) => l.elements.length))
  if (rows === 0) throw unsupportedNode('UNNEST', 'lists without elements are not supported')
  const projections = Array.from({ length: rows }, (_, i) => [...own, ...lists.map(({ type, elements }): Expr => elements[i] ?? { expr: 'literal', value: null, type })])
  const made = lists.map(({ type }, i) => column(own.length + i, type))
  return { node: { op: 'expand', input: input.node, projections }, types: [...input.types, ...made.map((c) => c.type)], columns: [...columns, ...made] }
}
