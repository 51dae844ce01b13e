/** Loops and what they run over. */
import { elementType } from '../build.ts'
import type { Expr, Iter, Iteration, Type } from '../nodes.ts'
import type { Syntax, SyntaxOf } from '../text/syntax.ts'
import { isBuilder, isFlat, sameType, typeText } from '../types.ts'
import { demandOrigins } from './builders.ts'
import type { Checker } from './checker.ts'
import { BOOL } from './operators.ts'

const I64: Type = { kind: 'scalar', scalar: 'i64' }

const callOf = (s: Syntax, name: string): SyntaxOf<'call'> | undefined => (s.syntax === 'call' && s.name === name && !s.brackets ? s : undefined)

const iterOf = (cx: Checker, s: Syntax): Iter => {
  const call = callOf(s, 'iter')
  if (!call) return { of: vecOf(cx, s) }
  const [v, ...bounds] = cx.args(call, ['vec', 'start', 'end', 'stride'], 1) as [Syntax, ...Syntax[]]
  const of = vecOf(cx, v)
  // `_` leaves one out: from the first, to the last, each.
  const [start, end, stride] = bounds.map((b, i) => (b.syntax === 'name' && b.name === '_' ? undefined : cx.typed(b, I64, `${['the start', 'the end', 'the stride'][i]} of iter`)))
  return { of, ...(start && { start }), ...(end && { end }), ...(stride && { stride }) }
}

/** Also a result of a staged builder. */
const vecOf = (cx: Checker, s: Syntax): Expr => {
  const of = s.syntax === 'name' || s.syntax === 'call' ? cx.any(s) : cx.expr(s)
  if (of.type.kind !== 'vec') return cx.fail(s.at, 'a vec to loop over', typeText(of.type))
  return of
}

const iteration = (cx: Checker, s: Syntax): Iteration => {
  const range = callOf(s, 'rangeiter')
  if (range) {
    const [start, end, stride] = cx.args(range, ['start', 'end', 'stride']).map((b, i) => cx.typed(b, I64, `${['the start', 'the end', 'the stride'][i]} of rangeiter`)) as [Expr, Expr, Expr]
    return { over: 'range', start, end, stride }
  }
  const zipped = callOf(s, 'zip')?.args
  if (!zipped) return { over: 'vecs', iters: [iterOf(cx, s)] }
  if (zipped.length === 0) cx.fail(s.at, 'at least one vec to zip', 'none')
  const iters = zipped.map((a) => iterOf(cx, a))
  iters.forEach((iter, i) => {
    if (cx.isStaged(iter.of)) cx.fail(zipped[i]!.at, 'a staged result to be looped over alone', 'it in a zip')
  })
  return { over: 'vecs', iters }
}

export const loop = (cx: Checker, s: SyntaxOf<'call'>): Expr => {
  const [over, into, each] = cx.args(s, ['what to loop over', 'builder', '|b, i, e| …']) as [Syntax, Syntax, Syntax]
  const iters = iteration(cx, over)
  const builder = cx.expr(into)
  const { type } = builder
  if (!isBuilder(type)) return cx.fail(into.at, 'a builder for the loop', typeText(type))
  const step = cx.step(each, [type, I64, elementType(iters)], "the loop's function (|b, i, e| …)", (body, [b]) => {
    const next = cx.expr(body)
    if (!sameType(next.type, type)) cx.fail(body.at, `the loop's builder (${typeText(type)}) given back`, typeText(next.type))
    demandOrigins(cx, next, b!.origins, body.at)
    return next
  })
  return cx.withOrigins({ expr: 'for', iteration: iters, builder, step, type, at: s.at }, cx.originsOf(builder))
}

export const iterate = (cx: Checker, s: SyntaxOf<'call'>): Expr => {
  const [from, each] = cx.args(s, ['initial state', '|state| {next, again}']) as [Syntax, Syntax]
  const initial = cx.data(from)
  const { type } = initial
  const round: Type = { kind: 'struct', fields: [type, BOOL] }
  const step = cx.step(each, [type], "iterate's function (|state| {next, again})", (body) => cx.typed(body, round, 'the next state and whether to go on'))
  return { expr: 'iterate', initial, step, type, at: s.at }
}

export const sort = (cx: Checker, s: SyntaxOf<'call'>): Expr => {
  const [v, by] = cx.args(s, ['vec', '|x| key']) as [Syntax, Syntax]
  const of = cx.data(v)
  if (of.type.kind !== 'vec') return cx.fail(v.at, 'a vec to sort', typeText(of.type))
  const key = cx.step(by, [of.type.of], "sort's function (|x| key)", (body) => {
    const e = cx.data(body)
    if (!isFlat(e.type)) cx.fail(body.at, 'a scalar, an option or a struct of them as a sort key', typeText(e.type))
    return e
  })
  return { expr: 'sort', of, key, type: { kind: 'vec', of: of.type.of }, at: s.at }
}
