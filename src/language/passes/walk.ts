/** The parts of an expression in order of evaluation, the same expression with other parts, its size and the names it reads. */
import type { Expr, Iter, Iteration } from '../nodes.ts'

const inIteration = (iteration: Iteration): Expr[] => {
  if (iteration.over === 'range') return [iteration.start, iteration.end, iteration.stride]
  return iteration.iters.flatMap((i) => [i.of, i.start, i.end, i.stride].filter((x) => x !== undefined))
}

export const children = (e: Expr): readonly Expr[] => {
  switch (e.expr) {
    case 'literal':
    case 'name':
    case 'none':
      return []
    case 'let':
      return [e.value, e.body]
    case 'lambda':
      return [e.body]
    case 'apply':
      return [e.fn, ...e.args]
    case 'if':
    case 'select':
      return [e.cond, e.then, e.else]
    case 'iterate':
      return [e.initial, e.step]
    case 'assert':
      return [e.cond, e.value]
    case 'call':
      return e.args
    case 'cast':
    case 'unary':
    case 'some':
    case 'isnull':
    case 'value':
      return [e.value]
    case 'binary':
      return [e.left, e.right]
    case 'struct':
      return e.fields
    case 'vec':
      return e.items
    case 'field':
    case 'len':
    case 'tovec':
      return [e.of]
    case 'lookup':
    case 'optlookup':
    case 'keyexists':
    case 'sort':
      return [e.of, e.key]
    case 'slice':
      return [e.of, e.start, e.size]
    case 'for':
      return [...inIteration(e.iteration), e.builder, e.step]
    case 'merge':
      return [e.builder, e.value]
    case 'result':
      return [e.builder]
    case 'newbuilder':
      return e.initial ? [e.initial] : []
  }
}

const mapIter = (i: Iter, f: (e: Expr) => Expr): Iter => {
  const of = f(i.of)
  return { of, ...(i.start && { start: f(i.start) }), ...(i.end && { end: f(i.end) }), ...(i.stride && { stride: f(i.stride) }) }
}
const mapIteration = (iteration: Iteration, f: (e: Expr) => Expr): Iteration =>
  iteration.over === 'range'
    ? { over: 'range', start: f(iteration.start), end: f(iteration.end), stride: f(iteration.stride) }
    : { over: 'vecs', iters: iteration.iters.map((i) => mapIter(i, f)) }

/** The same object where no part changed. Types stay as they are, except that a let has its body's type and a lambda its body's result. */
export const mapChildren = (e: Expr, f: (child: Expr) => Expr): Expr => {
  let changed = false
  const g = (child: Expr): Expr => {
    const mapped = f(child)
    if (mapped !== child) changed = true
    return mapped
  }
  const made = rebuild(e, g)
  return changed ? made : e
}

const rebuild = (e: Expr, f: (child: Expr) => Expr): Expr => {
  switch (e.expr) {
    case 'literal':
    case 'name':
    case 'none':
      return e
    case 'let': {
      const value = f(e.value)
      const body = f(e.body)
      return { ...e, type: body.type, value, body }
    }
    case 'lambda': {
      const body = f(e.body)
      return { ...e, type: { kind: 'function', params: e.params.map((p) => p.type), result: body.type }, body }
    }
    case 'apply':
      return { ...e, fn: f(e.fn), args: e.args.map(f) }
    case 'if':
    case 'select':
      return { ...e, cond: f(e.cond), then: f(e.then), else: f(e.else) }
    case 'iterate':
      return { ...e, initial: f(e.initial), step: f(e.step) }
    case 'assert':
      return { ...e, cond: f(e.cond), value: f(e.value) }
    case 'call':
      return { ...e, args: e.args.map(f) }
    case 'cast':
    case 'unary':
    case 'some':
    case 'isnull':
    case 'value':
      return { ...e, value: f(e.value) }
    case 'binary':
      return { ...e, left: f(e.left), right: f(e.right) }
    case 'struct':
      return { ...e, fields: e.fields.map(f) }
    case 'vec':
      return { ...e, items: e.items.map(f) }
    case 'field':
    case 'len':
    case 'tovec':
      return { ...e, of: f(e.of) }
    case 'lookup':
    case 'optlookup':
    case 'keyexists':
    case 'sort':
      return { ...e, of: f(e.of), key: f(e.key) }
    case 'slice':
      return { ...e, of: f(e.of), start: f(e.start), size: f(e.size) }
    case 'for': {
      const iteration = mapIteration(e.iteration, f)
      return { ...e, iteration, builder: f(e.builder), step: f(e.step) }
    }
    case 'merge':
      return { ...e, builder: f(e.builder), value: f(e.value) }
    case 'result':
      return { ...e, builder: f(e.builder) }
    case 'newbuilder':
      return e.initial ? { ...e, initial: f(e.initial) } : e
  }
}

const sizes = new WeakMap<Expr, number>()
/** Number of nodes. */
export const size = (e: Expr): number => {
  let known = sizes.get(e)
  if (known === undefined) sizes.set(e, (known = children(e).reduce((n, c) => n + size(c), 1)))
  return known
}

/** What an expression binds over its parts. */
const bound = (e: Expr): readonly string[] => (e.expr === 'let' ? [e.name] : e.expr === 'lambda' ? e.params.map((p) => p.name) : [])

const NOTHING: ReadonlyMap<string, number> = new Map()
const reads = new WeakMap<Expr, ReadonlyMap<string, number>>()
/** How often it reads each name that it does not bind itself. Kept with the node: nodes never change. */
export const free = (e: Expr): ReadonlyMap<string, number> => {
  let known = reads.get(e)
  if (!known) reads.set(e, (known = e.expr === 'name' ? new Map([[e.name, 1]]) : freeOfParts(e)))
  return known
}
const freeOfParts = (e: Expr): ReadonlyMap<string, number> => {
  const parts = children(e).map(free).filter((m) => m.size > 0)
  const mine = bound(e).filter((b) => parts.some((m) => m.has(b)))
  if (mine.length === 0 && parts.length <= 1) return parts[0] ?? NOTHING
  const sum = new Map<string, number>()
  for (const part of parts) for (const [id, n] of part) sum.set(id, (sum.get(id) ?? 0) + n)
  for (const id of mine) sum.delete(id)
  return sum
}
export const uses = (e: Expr, id: string): number => free(e).get(id) ?? 0

export const visit = (e: Expr, f: (e: Expr) => void): void => {
  f(e)
  for (const child of children(e)) visit(child, f)
}
