/** Names: what a let binds, what stands for it, and the fields of structs, of which a name's are told apart from others. */
import type { Expr } from '../nodes.ts'
import type { Syntax, SyntaxOf } from '../text/syntax.ts'
import { isBuilder, OPEN, sameType, typeText } from '../types.ts'
import { newBuilder } from './builders.ts'
import type { Checker } from './checker.ts'
import { isReserved } from './forms.ts'
import { namedFunction } from './functions.ts'
import { partsOf } from './scope.ts'
import { isBuilderName, readType } from './types.ts'

export const nameOf = (cx: Checker, s: SyntaxOf<'name'>): Expr => {
  if (!cx.scope.find(s.name) && isBuilderName(s.name)) return newBuilder(cx, s.name, s)
  const binding = cx.find(s.name, s.at)
  cx.scope.use(binding, '', s.at)
  return cx.named(binding, s.at)
}

export const letOf = (cx: Checker, s: SyntaxOf<'let'>): Expr => {
  if (s.value.syntax === 'lambda' && isReserved(s.name)) cx.fail(s.at, 'a name of a function that is no word of the language', `'${s.name}'`)
  const value = s.value.syntax === 'lambda' ? namedFunction(cx, s.value) : cx.any(s.value)
  const written = s.type && readType(s.type)
  if (written && !sameType(written, value.type)) cx.fail(s.value.at, `${typeText(written)} as the value of '${s.name}'`, typeText(value.type))
  return cx.scope.bind(
    s.name,
    value.type,
    s.at,
    ({ unique }) => {
      const body = cx.expr(s.body)
      return cx.withOrigins({ expr: 'let', name: unique, value, body, type: body.type, at: s.at, ...cx.notes(s) }, cx.originsOf(body))
    },
    { staged: cx.isStaged(value), origins: cx.originsOf(value) },
  )
}

/** `path` is what follows: of a struct of builders with a name only the part that the whole path leads to is used. */
export const fieldOf = (cx: Checker, s: SyntaxOf<'field'>, path = ''): Expr => {
  const of = s.of.syntax === 'field' ? fieldOf(cx, s.of, `.$${s.index}${path}`) : rootOf(cx, s.of, `.$${s.index}${path}`)
  const { type } = of
  if (type.kind !== 'struct' || type === OPEN) return cx.fail(s.of.at, `a struct before .$${s.index}`, typeText(type))
  const found = type.fields[s.index] ?? cx.fail(s.at, `a field from $0 to $${type.fields.length - 1}`, `$${s.index}`)
  const before = type.fields.slice(0, s.index).reduce((n, f) => n + partsOf(f).length, 0)
  return cx.withOrigins({ expr: 'field', of, index: s.index, type: found, at: s.at }, isBuilder(found) ? cx.originsOf(of).slice(before, before + partsOf(found).length) : [])
}

const rootOf = (cx: Checker, s: Syntax, path: string): Expr => {
  const binding = s.syntax === 'name' ? cx.scope.find(s.name) : undefined
  if (binding?.linear && binding.type.kind === 'struct') {
    cx.scope.use(binding, path, s.at)
    return cx.named(binding, s.at)
  }
  const e = cx.expr(s)
  if (e.type.kind === 'struct' && isBuilder(e.type)) cx.fail(s.at, 'a let that names the struct of builders before its fields are taken', typeText(e.type))
  return e
}
