/** Builders: made, merged into, and their results. */
import { resultType } from '../build.ts'
import type { BuilderType, Expr, Type } from '../nodes.ts'
import type { Syntax, SyntaxOf } from '../text/syntax.ts'
import { isBuilder, OPEN, sameType, typeText } from '../types.ts'
import type { Checker } from './checker.ts'
import { builderType, demandElement } from './types.ts'

/** `merger[i64, +](10L)`; `appender` alone. The argument is what it starts from. */
export const newBuilder = (cx: Checker, name: BuilderType['kind'], s: SyntaxOf<'call'> | SyntaxOf<'name'>): Expr => {
  const { at } = s
  const type = builderType(name, s.syntax === 'call' ? (s.brackets ?? []) : [], at)
  const args = s.syntax === 'call' ? (s.args ?? []) : []
  const starts = startOf(type)
  const most = starts ? 1 : 0
  const least = type.kind === 'vecmerger' ? 1 : 0
  if (args.length > most || args.length < least) cx.fail(at, most === 0 ? `no arguments of ${name}` : `${least === most ? '' : 'at most '}1 argument of ${name} (what it starts from)`, `${args.length}`)
  const initial = args[0] && cx.typed(args[0], starts!, `what the ${name} starts from`)
  const origin = cx.scope.fresh('builder')
  return cx.withOrigins({ expr: 'newbuilder', type, at, ...(initial && { initial }) }, [origin])
}

const startOf = (type: BuilderType): Type | undefined => {
  switch (type.kind) {
    case 'merger':
      return type.of
    case 'vecmerger':
      return { kind: 'vec', of: type.of }
    case 'dictmerger':
      return { kind: 'dict', key: type.key, value: type.value }
    default:
      return undefined
  }
}

const I64: Type = { kind: 'scalar', scalar: 'i64' }

/** What merges into it. */
const mergedType = (type: BuilderType): Type => {
  switch (type.kind) {
    case 'dictmerger':
    case 'groupmerger':
      return { kind: 'struct', fields: [type.key, type.value] }
    case 'vecmerger':
      return { kind: 'struct', fields: [I64, type.of] }
    default:
      return type.of
  }
}

export const merge = (cx: Checker, s: SyntaxOf<'call'>): Expr => {
  const [into, what] = cx.args(s, ['builder', 'value']) as [Syntax, Syntax]
  const builder = cx.expr(into)
  const { type } = builder
  if (!isBuilder(type)) return cx.fail(into.at, 'a builder to merge into', typeText(type))
  if (type.kind === 'struct') return cx.fail(into.at, 'one builder to merge into (a field of the struct)', typeText(type))
  const value = cx.data(what, 'data to merge')
  if ((type.kind === 'appender' || type.kind === 'staged') && type.of === OPEN) {
    // All that have this builder share its type: the first merge tells it to all of them.
    demandElement(value.type, what.at)
    ;(type as { of: Type }).of = value.type
  }
  const expected = mergedType(type)
  if (!sameType(value.type, expected)) cx.fail(what.at, `${typeText(expected)} to merge into ${typeText(type)}`, typeText(value.type))
  return cx.withOrigins({ expr: 'merge', builder, value, type, at: s.at }, cx.originsOf(builder))
}

const isOpen = (type: Type): boolean => (type.kind === 'struct' ? type.fields.some(isOpen) : (type.kind === 'appender' || type.kind === 'staged') && type.of === OPEN)

/** `at` is where the builder stands. */
export const resultOf = (cx: Checker, builder: Expr, at: Syntax['at'], place: Syntax['at']): Expr => {
  const { type } = builder
  if (!isBuilder(type)) return cx.fail(place, 'a builder to take the result of', typeText(type))
  if (isOpen(type)) cx.fail(place, "an element's type (appender[T], staged[limit, T]), or a merge that tells it", typeText(type))
  if (cx.originsOf(builder).some((o) => cx.isHeld(o))) cx.fail(place, "the loop's builder given back (its result is taken of the loop)", 'its result taken within the loop')
  const e: Expr = { expr: 'result', builder, type: resultType(type), at }
  return type.kind === 'staged' ? cx.staged(e) : e
}

export const result = (cx: Checker, s: SyntaxOf<'call'>): Expr => {
  const [of] = cx.args(s, ['builder']) as [Syntax]
  return resultOf(cx, cx.expr(of), s.at, of.at)
}

/** Whether it gives back these builders, and not others of the same type. */
export const demandOrigins = (cx: Checker, e: Expr, origins: readonly string[], place: Syntax['at']): void => {
  const found = cx.originsOf(e)
  if (found.length !== origins.length || found.some((o, i) => o !== origins[i])) cx.fail(place, `the loop's own builder (${typeText(e.type)}) given back`, 'another one')
}

