/** Names: each is bound once in a kernel, so that an expression can be put anywhere; a second copy of one gets names of its own. */
import type { Expr } from '../nodes.ts'
import { free, mapChildren, uses, visit } from './walk.ts'

/** Hands out names that the kernel does not hold yet. */
export class Names {
  readonly #taken = new Set<string>()
  readonly #next = new Map<string, number>()

  constructor(kernel: Expr) {
    visit(kernel, (e) => {
      if (e.expr === 'let' || e.expr === 'name') this.#taken.add(e.name)
      else if (e.expr === 'lambda') for (const p of e.params) this.#taken.add(p.name)
    })
  }

  fresh(like: string): string {
    const stem = like.replace(/_[0-9]+$/, '')
    for (let n = this.#next.get(stem) ?? 2; ; n++) {
      const id = `${stem}_${n}`
      if (this.#taken.has(id)) continue
      this.#next.set(stem, n + 1)
      this.#taken.add(id)
      return id
    }
  }

  /** The same expression under other names. */
  copy(e: Expr, renamed: ReadonlyMap<string, string> = new Map()): Expr {
    switch (e.expr) {
      case 'name': {
        const to = renamed.get(e.name)
        return to === undefined ? e : { ...e, name: to }
      }
      case 'let': {
        const to = this.fresh(e.name)
        const value = this.copy(e.value, renamed)
        return { ...e, name: to, value, body: this.copy(e.body, new Map(renamed).set(e.name, to)) }
      }
      case 'lambda': {
        const inner = new Map(renamed)
        const params = e.params.map((p) => {
          const to = this.fresh(p.name)
          inner.set(p.name, to)
          return { ...p, name: to }
        })
        return { ...e, params, body: this.copy(e.body, inner) }
      }
      default:
        return mapChildren(e, (child) => this.copy(child, renamed))
    }
  }
}

/** Puts an expression in place of every use of a name; parts that do not read it stay the same objects. */
export const substitute = (e: Expr, id: string, by: (use: Expr) => Expr): Expr => {
  if (uses(e, id) === 0) return e
  if (e.expr === 'name') return by(e)
  return mapChildren(e, (child) => substitute(child, id, by))
}

/** Several names at once. */
export const substituteAll = (e: Expr, by: ReadonlyMap<string, (use: Expr) => Expr>): Expr => {
  let reads = false
  for (const id of free(e).keys()) if (by.has(id)) reads = true
  if (!reads) return e
  if (e.expr === 'name') return (by.get(e.name) as (use: Expr) => Expr)(e)
  return mapChildren(e, (child) => substituteAll(child, by))
}
