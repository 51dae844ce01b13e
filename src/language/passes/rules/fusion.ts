/** Loops over what another loop makes become one: the vec between them is never made. */
import { field, ifThen, lambda, letIn, name, struct, structOf } from '../../build.ts'
import type { Expr, Iter, Of, Type } from '../../nodes.ts'
import { codes, codesOfIteration, commute, isCheap, isLiteral } from '../facts.ts'
import { mergedValue, mergesAlways, mergeSites, overMerges } from '../merges.ts'
import type { Names } from '../names.ts'
import { substitute, substituteAll } from '../names.ts'
import { type On, rule } from '../rule.ts'
import { size, uses } from '../walk.ts'

const nulls = 'The same values go into the same merges.'
const floats = 'Merges keep their order, so that sums are the same bit for bit.'
/** How many nodes the copies of a consumer may add, where the producer merges in several places. */
const MOST_COPIED = 64

const isFullRange = (i: Iter): boolean => (!i.start || isLiteral(i.start, 0n)) && !i.end && (!i.stride || isLiteral(i.stride, 1n))

/** A loop into a fresh vec whose step is written out. */
const producer = (e: Expr): { loop: Of<'for'>; step: Of<'lambda'>; staged: boolean } | undefined => {
  if (e.expr !== 'result' || e.builder.expr !== 'for') return undefined
  const loop = e.builder
  const { builder, step } = loop
  if (builder.expr !== 'newbuilder' || step.expr !== 'lambda' || (builder.type.kind !== 'appender' && builder.type.kind !== 'staged')) return undefined
  if (builder.initial && codes(builder.initial) !== 0) return undefined
  return { loop, step, staged: builder.type.kind === 'staged' }
}

/** Names of a step's parameters: builder, index, element. */
export const paramsOf = (step: Of<'lambda'>): { b: string; i: string; e: string; elementType: Type } => {
  const [b, i, e] = step.params
  if (!b || !i || !e) throw new Error('a step has three parameters')
  return { b: b.name, i: i.name, e: e.name, elementType: e.type }
}

const fuse = (e: Of<'for'>, names: Names): Expr | undefined => {
  if (e.iteration.over !== 'vecs' || e.iteration.iters.length !== 1 || e.step.expr !== 'lambda') return undefined
  const consumer = e.step
  const [only] = e.iteration.iters
  const made = only && isFullRange(only) ? producer(only.of) : undefined
  if (!made) return undefined
  const { b, i } = paramsOf(made.step)
  const f = made.step.body
  const sites = mergeSites(f, new Set([b]))
  if (sites === undefined || (sites - 1) * size(consumer.body) > MOST_COPIED) return undefined
  if (uses(consumer.body, paramsOf(consumer).i) > 0 && mergesAlways(f, new Map([[b, 0]])) !== 1) return undefined
  // A staged producer's rounds take turns with the consumer's as they are.
  const inTurn = commute(codes(f), codes(consumer.body)) && commute(codes(f) | codesOfIteration(made.loop.iteration), codes(e.builder))
  if (!made.staged && !inTurn) return undefined

  let copies = 0
  const body = overMerges(f, new Set([b]), e.type, names, (builder, value) => {
    const copy = copies++ === 0 ? consumer : (names.copy(consumer) as Of<'lambda'>)
    const params = paramsOf(copy)
    const rest = substituteAll(copy.body, new Map<string, (use: Expr) => Expr>([[params.b, () => builder], [params.i, (use) => ({ ...use, name: i }) as Expr]]))
    return letIn(params.e, value, rest, made.staged ? { staged: true } : undefined)
  })
  const annotations = e.annotations ?? made.loop.annotations
  const step = lambda([{ name: b, type: e.type }, ...made.step.params.slice(1)], body)
  return { ...e, ...(annotations && { annotations }), iteration: made.loop.iteration, step }
}

/** One of several vecs in step is made by a loop that makes one element of each: its vecs take its place. */
const inlineZip = (e: Of<'for'>, names: Names): Expr | undefined => {
  if (e.iteration.over !== 'vecs' || e.iteration.iters.length < 2 || e.step.expr !== 'lambda') return undefined
  const { iters } = e.iteration
  const at = iters.findIndex((iter, k) => {
    const made = isFullRange(iter) ? producer(iter.of) : undefined
    if (made?.loop.iteration.over !== 'vecs' || codes(made.step.body) !== 0 || !mergedValue(made.step.body, paramsOf(made.step).b)) return false
    const later = iters.slice(k + 1).reduce((all, x) => all | codes(x.of) | codesOf(x.start) | codesOf(x.end) | codesOf(x.stride), codes(e.builder))
    return commute(codesOfIteration(made.loop.iteration), later)
  })
  const made = at < 0 ? undefined : producer((iters[at] as Iter).of)
  if (made?.loop.iteration.over !== 'vecs') return undefined
  const inner = made.loop.iteration.iters
  const p = paramsOf(made.step)
  const c = paramsOf(e.step)
  const all = [...iters.slice(0, at), ...inner, ...iters.slice(at + 1)]
  const element = name(names.fresh(c.e), structOf(all.map(elementOf)), e)
  const own = inner.map((_, k) => field(element, at + k))
  const value = letIn(p.e, inner.length === 1 ? (own[0] as Expr) : struct(own), substitute(mergedValue(made.step.body, p.b) as Expr, p.i, (use) => ({ ...use, name: c.i }) as Expr))
  const old = struct(iters.map((_, k) => (k === at ? value : field(element, k < at ? k : k + inner.length - 1))))
  return overElement(e, e.step, all, element, old)
}
const codesOf = (e: Expr | undefined): number => (e ? codes(e) : 0)
const elementOf = (i: Iter): Type => {
  if (i.of.type.kind !== 'vec') throw new Error('a loop runs over vecs')
  return i.of.type.of
}

/** The loop over other vecs, whose step finds its old element made of the new one. */
const overElement = (e: Of<'for'>, step: Of<'lambda'>, iters: readonly Iter[], element: Of<'name'>, old: Expr): Expr => {
  const params = step.params.map((p, k) => (k === 2 ? { name: element.name, type: element.type } : p))
  return { ...e, iteration: { over: 'vecs', iters }, step: lambda(params, letIn(paramsOf(step).e, old, step.body)) }
}

const same = (a: Expr | undefined, b: Expr | undefined): boolean => {
  if (!a || !b) return a === b
  if (a.expr === 'name' && b.expr === 'name') return a.name === b.name
  if (a.expr === 'literal' && b.expr === 'literal') return a.value === b.value && typeof a.value !== 'number'
  return a.expr === 'field' && b.expr === 'field' && a.index === b.index && same(a.of, b.of)
}
export const sameIter = (a: Iter, b: Iter): boolean => same(a.of, b.of) && same(a.start, b.start) && same(a.end, b.end) && same(a.stride, b.stride)

/** The same vec twice in step is that vec once. */
const zipSame = (e: Of<'for'>, names: Names): Expr | undefined => {
  if (e.iteration.over !== 'vecs' || e.step.expr !== 'lambda') return undefined
  const { iters } = e.iteration
  const first = iters.map((i) => iters.findIndex((other) => sameIter(i, other) || i === other))
  const kept = iters.filter((_, k) => first[k] === k)
  if (kept.length === iters.length) return undefined
  const c = paramsOf(e.step)
  const element = name(names.fresh(c.e), kept.length === 1 ? elementOf(kept[0] as Iter) : structOf(kept.map(elementOf)), e)
  const place = (k: number): Expr => (kept.length === 1 ? element : field(element, kept.indexOf(iters[first[k] as number] as Iter)))
  return overElement(e, e.step, kept, element, struct(iters.map((_, k) => place(k))))
}

/** Two merges into one builder in the branches of an `if` become one, so that what follows stands once. */
const mergeIf = (e: On<'if'>, names: Names): Expr | undefined => {
  const { cond, then, else: otherwise } = e
  if (then.expr !== 'merge' || otherwise.expr !== 'merge' || then.builder.expr !== 'name' || !same(then.builder, otherwise.builder)) return undefined
  const [x, y] = [then.value, otherwise.value]
  if (x.expr !== 'struct' || y.expr !== 'struct') return x.type.kind === 'struct' ? undefined : { ...then, value: { ...e, type: x.type, then: x, else: y } }
  if (!x.fields.every((f) => f.type.kind !== 'struct')) return undefined
  const id = names.fresh('c')
  const test = isCheap(cond) ? cond : name(id, cond.type, cond)
  const value = struct(x.fields.map((f, k) => ifThen(test, f, y.fields[k] as Expr)))
  return isCheap(cond) ? { ...then, value } : letIn(id, cond, { ...then, value })
}

export const fusion = [
  rule({
    name: 'fuse-loops', on: 'for', nulls, floats,
    doc: 'for(result(for(v, appender, f)), B, g) is for(v, B, f with g of the merged value in place of each merge). Where g reads its index, only if f merges once a round; where f merges in several places, only if copies of g stay small.',
    overflow: 'Rounds of both take turns: only where not both raise, or both the same. Staged rows take turns with their reader as they are.',
    rewrite: fuse,
  }),
  rule({
    name: 'inline-zip', on: 'for', nulls, floats,
    doc: 'A vec in a zip that a loop makes, one element a round, gives its place to the vecs of that loop.',
    overflow: 'Only where the loop cannot raise; lengths that differ raise the same error.',
    rewrite: inlineZip,
  }),
  rule({
    name: 'zip-same', on: 'for', nulls, floats,
    doc: 'zip(v, v) is v.',
    overflow: 'A vec is as long as itself.',
    rewrite: zipSame,
  }),
  rule({
    name: 'merge-if', on: 'if', nulls, floats,
    doc: 'if(c, merge(b, x), merge(b, y)) is merge(b, if(c, x, y)), of structs field by field.',
    overflow: 'The same branch is evaluated, after the condition.',
    rewrite: mergeIf,
  }),
] as const
