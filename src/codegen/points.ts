/** Putting staging points into bodies: what the rest reads of names and matches is carried. */
import { fresh } from '../ir/build.ts'
import type { Ir } from '../ir/nodes.ts'
import { type Body, LEFT_STATE, mapStep, nextOf, RIGHT_STATE, STATE_ROW, stepExpressions } from '../ir/program.ts'
import { childrenOf, mapChildren, namesOf } from '../ir/walk.ts'
import { hasStage, type Stage } from './staging.ts'

/** Names and fields of rows that a body reads and does not bind itself, up to its staging points. */
const freeIn = (body: Body, row: string): { readonly names: ReadonlyMap<string, Ir>; readonly fields: ReadonlyMap<string, Ir> } => {
  const names = new Map<string, Ir>()
  const fields = new Map<string, Ir>()
  const seen = new Set<Ir>()
  const bound = new Set([row, STATE_ROW, LEFT_STATE, RIGHT_STATE])
  const visit = (e: Ir): void => {
    if (seen.has(e)) return
    seen.add(e)
    for (const name of namesOf(e)) bound.add(name)
    if (e.ir === 'ident') names.set(e.name, e)
    if (e.ir === 'field') fields.set(`${e.row}.${e.index}`, e)
    for (const child of childrenOf(e)) visit(child)
  }
  const walk = (b: Body): void => {
    for (const e of stepExpressions(b)) visit(e)
    if (b.body === 'let') bound.add(b.name)
    if (b.body === 'each') bound.add(b.index)
    if (b.body === 'probe') bound.add(b.row)
    if (b.body !== 'stage') nextOf(b).forEach(walk)
  }
  walk(body)
  // Names are bound once in a pipeline, so what is bound anywhere in the body is not free in it.
  for (const name of names.keys()) if (bound.has(name)) names.delete(name)
  for (const [key, e] of fields) if (e.ir === 'field' && bound.has(e.row)) fields.delete(key)
  return { names, fields }
}

/** The body behind a staging point. `row` is the source's. */
export const stageBefore = (body: Body, row: string): Stage => {
  const { names, fields } = freeIn(body, row)
  const carried = new Map([...fields].map(([key, value]) => [key, { name: fresh('c'), value }]))
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
  const carry = [...[...names].map(([name, value]) => ({ name, value })), ...carried.values()]
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
