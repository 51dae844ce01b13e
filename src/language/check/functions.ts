/** Functions: with names of their own, applied, and words of the language that look like functions. */
import type { Expr, Position } from '../nodes.ts'
import { article } from '../text/mistake.ts'
import type { Syntax, SyntaxOf } from '../text/syntax.ts'
import { isData, typeText } from '../types.ts'
import { newBuilder } from './builders.ts'
import type { Checker } from './checker.ts'
import { FORMS, isReserved } from './forms.ts'
import type { Binding } from './scope.ts'
import { isBuilderName, readType } from './types.ts'

/** A function with a name: over data, from data to data, run any number of times. */
export const namedFunction = (cx: Checker, s: SyntaxOf<'lambda'>): Expr => {
  const types = s.params.map((p) => (p.type ? readType(p.type) : cx.fail(p.at, `a type of '${p.name}' (|${p.name}: i64|): nothing else tells it`, 'none')))
  types.forEach((type, i) => {
    if (!isData(type)) cx.fail(s.params[i]!.at, 'data as a parameter of a function with a name', typeText(type))
  })
  return cx.scope.loop(() => cx.lambda(s, types, 'a function', (body) => cx.data(body)))
}

export const callOf = (cx: Checker, s: SyntaxOf<'call'>): Expr => {
  const binding = cx.scope.find(s.name)
  // Words are no names: `len` may be both, but for names of functions.
  if (binding && !s.brackets && (binding.type.kind === 'function' || !isReserved(s.name))) return applyNamed(cx, binding, s.args ?? [], s.at)
  if (isBuilderName(s.name)) return newBuilder(cx, s.name, s)
  const form = FORMS.get(s.name)
  if (!form) return cx.fail(s.at, 'a function in scope or a word of the language', `'${s.name}'`)
  const bare = form.brackets === 'only'
  if (bare !== !s.args) cx.fail(s.at, bare ? `${s.name} without parentheses` : `arguments of ${s.name} in parentheses`, bare ? 'some' : 'none')
  if (s.brackets && !form.brackets) cx.fail(s.at, `no arguments of ${s.name} in brackets`, 'some')
  return form.check(cx, s)
}

const applyNamed = (cx: Checker, binding: Binding, args: readonly Syntax[], at: Position): Expr => {
  const { type } = binding
  if (type.kind !== 'function') return cx.fail(at, `a function as '${binding.name}'`, typeText(type))
  if (args.length !== type.params.length) cx.fail(at, `${article(type.params.length, 'argument')} of '${binding.name}'`, `${args.length}`)
  const values = args.map((a, i) => cx.typed(a, type.params[i]!, `argument ${i + 1} of '${binding.name}'`))
  return { expr: 'apply', fn: cx.named(binding, at), args: values, type: type.result, at }
}

export const applyOf = (cx: Checker, s: SyntaxOf<'apply'>): Expr => {
  if (s.fn.syntax === 'name') return applyNamed(cx, cx.find(s.fn.name, s.fn.at), s.args, s.at)
  const args = s.args.map((a) => cx.expr(a))
  const types = args.map((a) => a.type)
  const fn = cx.lambda(s.fn, types, 'a function', (body) => cx.expr(body), args.map((a) => cx.originsOf(a)))
  return cx.withOrigins({ expr: 'apply', fn, args, type: fn.body.type, at: s.at }, cx.originsOf(fn.body))
}
