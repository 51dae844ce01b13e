/** Putting staging points into bodies: what the rest reads of names and matches is carried. */
import { fresh } from '../ir/build.ts'
import type { Ir } from '../ir/nodes.ts'
import { type Body, LEFT_STATE, mapStep, nextOf, RIGHT_STATE, STATE_ROW, stepExpressions } from '../ir/program.ts'
import { childrenOf, firstLazy, mapChildren, namesOf } from '../ir/walk.ts'
import { hasStage, type Stage } from './staging.ts'

/** Names by themselves and fields of rows by row and number, each with a node that reads it. */
type Free = ReadonlyMap<string, Ir>
const NOTHING: Free = new Map()

const union = (all: readonly Free[]): Free => {
  const [first = NOTHING, ...rest] = all.filter((f) => f.size > 0)
  return rest.length === 0 ? first : new Map([first, ...rest].flatMap((f) => [...f]))
}
const without = (free: Free, gone: (e: Ir) => boolean): Free => ([...free.values()].some(gone) ? new Map([...free].filter(([, e]) => !gone(e))) : free)
const isName = (names: readonly string[]) => (e: Ir) => e.ir === 'ident' && names.includes(e.name)
const isRow = (rows: readonly string[]) => (e: Ir) => e.ir === 'field' && rows.includes(e.row)

/** What expressions read of names and rows, each expression once. */
export const freeOf = (): ((e: Ir) => Free) => {
  const known = new Map<Ir, Free>()
  const of = (e: Ir): Free => {
    const done = known.get(e)
    if (done) return done
    const inner = childrenOf(e).map(of)
    const lazy = e.ir === 'let' ? 1 : firstLazy(e)
    const bound = isName(namesOf(e))
    const free = e.ir === 'ident' ? new Map([[e.name, e]]) : e.ir === 'field' ? new Map([[`${e.row}.${e.index}`, e]]) : union(inner.map((f, i) => (i < lazy ? f : without(f, bound))))
    known.set(e, free)
    return free
  }
  return of
}

/** What a step binds in what follows; a probe's row in its residual, too. */
const boundBy = (b: Body): ((e: Ir) => boolean) => {
  switch (b.body) {
    case 'let':
      return isName([b.name])
    case 'each':
      return isName([b.index])
    case 'probe': {
      const [row, found] = [isRow([b.row]), isName(b.found === undefined ? [] : [b.found])]
      return (e) => row(e) || found(e)
    }
    default:
      return () => false
  }
}

/** What a body reads and does not bind itself, up to its staging points, but for the rows that are there anyway. */
const freeIn = (body: Body, row: string): Free => {
  const of = freeOf()
  const walk = (b: Body): Free => {
    const next = b.body === 'stage' ? NOTHING : union(nextOf(b).map(walk))
    const gone = boundBy(b)
    return union([...stepExpressions(b).map((e) => (b.body === 'probe' && e === b.residual ? without(of(e), gone) : of(e))), without(next, gone)])
  }
  return without(walk(body), isRow([row, STATE_ROW, LEFT_STATE, RIGHT_STATE]))
}

/** The body behind a staging point. `row` is the source's. */
export const stageBefore = (body: Body, row: string): Stage => {
  const free = [...freeIn(body, row)]
  const carried = new Map(free.flatMap(([key, value]) => (value.ir === 'field' ? [[key, { name: fresh('c'), value }] as const] : [])))
  const done = new Map<Ir, Ir>()
  const replace = (e: Ir): Ir => {
    const known = done.get(e)
    if (known) return known
    const name = e.ir === 'field' ? carried.get(`${e.row}.${e.index}`)?.name : undefined
    const made: Ir = name === undefined ? mapChildren(e, replace) : { ir: 'ident', type: e.type, name }
    done.set(e, made)
    return made
  }
  const within = (b: Body): Body => (b.body === 'stage' ? { ...b, carry: b.carry.map((c) => ({ name: c.name, value: replace(c.value) })) } : mapStep(b, replace, within))
  const carry = [...free.flatMap(([name, value]) => (value.ir === 'ident' ? [{ name, value }] : [])), ...carried.values()]
  return { body: 'stage', carry, next: carried.size > 0 ? within(body) : body }
}

/**
 * A function either merges rows or has points behind which others do, so that no two functions have the sink's state in locals
 * at a time: merges beside a staging point get one of their own.
 */
export const separate = (body: Body, row: string): Body => {
  if (!hasStage(body)) return body
  const go = (b: Body): Body => {
    if (b.body === 'merge') return stageBefore(b, row)
    if (b.body === 'stage') return { ...b, next: separate(b.next, row) }
    if (b.body === 'fork') return { ...b, branches: b.branches.map((x) => (hasStage(x) ? go(x) : stageBefore(x, row))) }
    return { ...b, next: go(b.next) }
  }
  return go(body)
}
