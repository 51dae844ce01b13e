/**
 * What a loop's step does to its builder, read as a tree of merges: a builder's name, merges on top of it, `if` and `let`
 * around it, inner loops into it. Such a tree can be told what to do in place of each merge.
 */
import { letIn, lambda, name } from '../build.ts'
import type { Expr, Type } from '../nodes.ts'
import type { Names } from './names.ts'
import { uses } from './walk.ts'

const readsAny = (e: Expr, builders: ReadonlySet<string>): boolean => [...builders].some((b) => uses(e, b) > 0)
const iterationReads = (e: Extract<Expr, { expr: 'for' }>, builders: ReadonlySet<string>): boolean =>
  e.iteration.over === 'range'
    ? [e.iteration.start, e.iteration.end, e.iteration.stride].some((x) => readsAny(x, builders))
    : e.iteration.iters.some((i) => [i.of, i.start, i.end, i.stride].some((x) => x && readsAny(x, builders)))

/** How many merges into one of the builders stand in it; undefined where it is no tree of merges. */
export const mergeSites = (e: Expr, builders: ReadonlySet<string>): number | undefined => {
  switch (e.expr) {
    case 'name':
      return builders.has(e.name) ? 0 : undefined
    case 'merge':
      return readsAny(e.value, builders) ? undefined : plus(mergeSites(e.builder, builders), 1)
    case 'if':
      return readsAny(e.cond, builders) ? undefined : plus(mergeSites(e.then, builders), mergeSites(e.else, builders))
    case 'let':
      if (!readsAny(e.value, builders)) return mergeSites(e.body, builders)
      return plus(mergeSites(e.value, builders), mergeSites(e.body, new Set(builders).add(e.name)))
    case 'for': {
      if (e.step.expr !== 'lambda' || iterationReads(e, builders)) return undefined
      const inner = e.step.params[0]?.name as string
      return plus(mergeSites(e.builder, builders), mergeSites(e.step.body, new Set(builders).add(inner)))
    }
    default:
      return undefined
  }
}
const plus = (a: number | undefined, b: number | undefined): number | undefined => (a === undefined || b === undefined ? undefined : a + b)

/** The number of merges, where it is the same whatever the values are. */
export const mergesAlways = (e: Expr, builders: ReadonlyMap<string, number>): number | undefined => {
  switch (e.expr) {
    case 'name':
      return builders.get(e.name)
    case 'merge':
      return plus(mergesAlways(e.builder, builders), 1)
    case 'if': {
      const n = mergesAlways(e.then, builders)
      return n !== undefined && n === mergesAlways(e.else, builders) ? n : undefined
    }
    case 'let': {
      const n = mergesAlways(e.value, builders)
      return mergesAlways(e.body, n === undefined ? builders : new Map(builders).set(e.name, n))
    }
    default:
      return undefined
  }
}

/** The one value that is merged, where the tree merges exactly once, right into the builder. */
export const mergedValue = (e: Expr, builder: string): Expr | undefined => {
  switch (e.expr) {
    case 'merge':
      return e.builder.expr === 'name' && e.builder.name === builder ? e.value : undefined
    case 'let': {
      const body = uses(e.value, builder) > 0 ? undefined : mergedValue(e.body, builder)
      return body && { ...e, type: body.type, body }
    }
    case 'if': {
      const then = mergedValue(e.then, builder)
      const otherwise = then && mergedValue(e.else, builder)
      return then && otherwise && { ...e, type: then.type, then, else: otherwise }
    }
    default:
      return undefined
  }
}

/**
 * The tree over builders of another type, with `site(builder, value)` in place of each merge; `builder` is a name. Evaluation
 * keeps its order: a builder that is more than a name gets one first.
 */
export const overMerges = (e: Expr, builders: ReadonlySet<string>, type: Type, names: Names, site: (builder: Expr, value: Expr) => Expr): Expr => {
  const go = (x: Expr, ids: ReadonlySet<string>): Expr => {
    switch (x.expr) {
      case 'name':
        return { ...x, type }
      case 'merge': {
        const inner = go(x.builder, ids)
        if (inner.expr === 'name') return site(inner, x.value)
        const id = names.fresh('b')
        return letIn(id, inner, site(name(id, type, x), x.value))
      }
      case 'if':
        return { ...x, type, then: go(x.then, ids), else: go(x.else, ids) }
      case 'let':
        if (!readsAny(x.value, ids)) return { ...x, type, body: go(x.body, ids) }
        return { ...x, type, value: go(x.value, ids), body: go(x.body, new Set(ids).add(x.name)) }
      case 'for': {
        if (x.step.expr !== 'lambda') throw new Error('no tree of merges')
        const [b, ...rest] = x.step.params
        const inner = b?.name as string
        return { ...x, type, builder: go(x.builder, ids), step: lambda([{ name: inner, type }, ...rest], go(x.step.body, new Set(ids).add(inner))) }
      }
      default:
        throw new Error('no tree of merges')
    }
  }
  return go(e, builders)
}
