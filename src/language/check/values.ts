/** Values that are written down: literals, structs, vecs, and what stands with its type. */
import type { Expr, Type } from '../nodes.ts'
import type { SyntaxOf } from '../text/syntax.ts'
import { isBuilder, isData, sameType, typeText } from '../types.ts'
import type { Checker } from './checker.ts'
import { literalValue } from './literal.ts'
import { readType } from './types.ts'

export const literalOf = (cx: Checker, s: SyntaxOf<'literal'>): Expr => {
  if (s.type === 'slice' || s.type === 'elements') return cx.fail(s.at, 'a value of a kernel', 'a slice by its address: they belong to programs')
  return { expr: 'literal', type: { kind: 'scalar', scalar: s.type }, value: literalValue(s), at: s.at }
}

export const ascribeOf = (cx: Checker, s: SyntaxOf<'ascribe'>): Expr => {
  const type = readType(s.type)
  // Nothing else tells the type of an empty vec.
  if (s.value.syntax === 'vec' && s.value.items.length === 0 && type.kind === 'vec') return { expr: 'vec', type: { kind: 'vec', of: type.of }, items: [], at: s.value.at }
  const value = cx.expr(s.value)
  if (!sameType(value.type, type)) cx.fail(s.value.at, typeText(type), typeText(value.type))
  return value
}

export const structOf = (cx: Checker, s: SyntaxOf<'struct'>): Expr => {
  if (s.items.length === 0) cx.fail(s.at, 'at least one field', 'none')
  const fields = s.items.map((i) => cx.expr(i))
  const type: Type = { kind: 'struct', fields: fields.map((f) => f.type) }
  if (!isData(type) && !isBuilder(type)) cx.fail(s.at, 'a struct of data or of builders', typeText(type))
  if (fields.some((f) => f.type.kind === 'staged')) cx.fail(s.at, 'a staged builder that stands alone', typeText(type))
  return cx.withOrigins({ expr: 'struct', type, fields, at: s.at }, fields.flatMap((f) => cx.originsOf(f)))
}

export const vecOf = (cx: Checker, s: SyntaxOf<'vec'>): Expr => {
  const items = s.items.map((i) => cx.data(i))
  const first = items[0] ?? cx.fail(s.at, 'at least one element, or a type ([]: vec[i64])', 'none')
  items.forEach((item, i) => {
    if (!sameType(item.type, first.type)) cx.fail(s.items[i]!.at, `${typeText(first.type)} as the elements before`, typeText(item.type))
  })
  return { expr: 'vec', type: { kind: 'vec', of: first.type }, items, at: s.at }
}
