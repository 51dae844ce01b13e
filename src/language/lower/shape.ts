/** What an expression holds: loops make a pipeline of their own where they stand between loops. */
import type { Expr } from '../nodes.ts'
import type { Env } from './values.ts'

const known = new WeakMap<Expr, boolean>()
const NODES: ReadonlySet<string> = new Set(['for', 'sort', 'tovec', 'newbuilder', 'merge', 'result', 'apply'])

/** The expressions directly within. */
export const partsOf = (e: Expr): readonly Expr[] => {
  const parts: Expr[] = []
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit)
    else if (typeof value === 'object' && value !== null) {
      if ('expr' in value) parts.push(value as Expr)
      else if (!('kind' in value)) for (const item of Object.values(value)) visit(item)
    }
  }
  for (const [name, value] of Object.entries(e)) if (name !== 'type' && name !== 'at' && name !== 'annotations') visit(value)
  return parts
}

/** Whether there is a loop, or a builder, or a function called that may hold one. */
export const hasLoops = (e: Expr, env?: Env): boolean => {
  const found = known.get(e)
  if (found !== undefined) return found
  const has = NODES.has(e.expr) || partsOf(e).some((part) => hasLoops(part, env))
  known.set(e, has)
  return has
}

/** Whether a name is read in an expression; names are bound once only, or an inner one hides it. */
export const reads = (e: Expr, name: string): boolean => (e.expr === 'name' ? e.name === name : partsOf(e).some((part) => reads(part, name)))
