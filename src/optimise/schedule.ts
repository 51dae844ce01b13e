/**
 * Writes the graph out as expressions: each node as often as it is used, or once, under a name. Names are given at the start
 * of a region, which is an expression or an arm of an if, of a lazy and or or, of a memo: there every strict part is evaluated
 * for certain, so naming it first costs nothing and raises nothing new.
 *
 *   named in a region   used twice or more, costs something, and
 *                       is certain to be evaluated there, or was named by the program, cannot raise, has no loop and is used in
 *                       two arms;
 *                       or is evaluated in each round of a loop that is certain there, cannot raise and reads nothing of the loop
 */
import { fresh } from '../ir/build.ts'
import type { Ir } from '../ir/nodes.ts'
import { childrenOf, firstLazy, mapChildren, namesOf, raisesItself, withChildren } from '../ir/walk.ts'
import type { Graph } from './graph.ts'

/** What is worth a name: more than reading a field or extending it. */
const WORTH = 2
/** Visits of nodes in lazy arms in all; beyond it the program is left as it is. */
const VISITS = 100_000

export class TooLarge extends Error {}

/** Never named, what it widens is: a product of two widened values is cheaper than one of 128-bit values. */
const isTransparent = (e: Ir): boolean => e.ir === 'cast' && e.type === 'i128' && (e.arg.type === 'i64' || e.arg.type === 'i32') && !e.unsigned

export interface Let {
  readonly name: string
  readonly value: Ir
}

export class Scheduler {
  readonly #graph: Graph
  /** Rows and names that can be read here. */
  readonly #scope: Set<string>
  /** Nodes that have a name here. */
  readonly #names = new Map<Ir, Ir>()
  /** Whether a node that may get a name lies in an expression; forgotten when names come or go. */
  #promising = new Map<Ir, boolean>()
  #visits = 0

  constructor(graph: Graph, scope: Iterable<string>) {
    this.#graph = graph
    this.#scope = new Set(scope)
  }

  /** An expression as a region of its own. */
  expression(root: Ir): Ir {
    return this.#region(root)
  }

  /** Runs `body` with one more row or name in scope. */
  within<T>(name: string, body: () => T): T {
    const had = this.#scope.has(name)
    this.#scope.add(name)
    const result = body()
    if (!had) this.#scope.delete(name)
    return result
  }

  /** Gives names to nodes, in an order in which each reads earlier ones only, and runs `body` with them known. */
  named<T>(nodes: readonly Ir[], body: (lets: readonly Let[]) => T): T {
    const lets = nodes.map((node): Let => {
      const name = fresh('v')
      const value = this.#region(node)
      this.#names.set(node, { ir: 'ident', type: node.type, name })
      this.#promising = new Map()
      return { name, value }
    })
    const outer = nodes.length ? undefined : this.#promising
    const result = body(lets)
    for (const node of nodes) this.#names.delete(node)
    this.#promising = outer ?? new Map()
    return result
  }

  /**
   * Nodes worth a name at a place where `strict` is evaluated for certain and each of `arms` perhaps. `kept`: what the place
   * would rather have named even if it is used in one arm only. `across`: only what an arm of the place uses, too. `branches`:
   * arms of several expressions.
   */
  choose(strict: readonly Ir[], arms: readonly Ir[], { kept, across = false, branches = [] }: { kept?: ReadonlySet<Ir>; across?: boolean; branches?: readonly (readonly Ir[])[] } = {}): readonly Ir[] {
    const strictUses = new Map<Ir, number>()
    const armUses = new Map<Ir, number>()
    const inner: Ir[] = []
    const rounds: Ir[] = []
    const invariant = new Set<Ir>()
    for (const e of strict) this.#visitStrict(e, strictUses, inner, rounds)
    for (const e of rounds) this.#visitInvariant(e, strictUses, invariant)
    for (const arm of inner) this.#visitArm(arm, armUses, strictUses, new Set())
    for (const branch of branches) {
      const seen = new Set<Ir>()
      for (const e of branch) this.#visitArm(e, armUses, strictUses, seen)
    }
    const outer = new Map<Ir, number>()
    const seen = new Set<Ir>()
    for (const arm of arms) this.#visitArm(arm, outer, strictUses, seen)
    const found: Ir[] = []
    for (const node of new Set([...strictUses.keys(), ...armUses.keys(), ...outer.keys(), ...invariant])) {
      if (!this.#nameable(node)) continue
      const certain = strictUses.get(node) ?? 0
      const outside = outer.get(node) ?? 0
      const perhaps = (armUses.get(node) ?? 0) + outside
      if (across && outside === 0) continue
      const worth = certain > 0 ? certain + perhaps > 1 : invariant.has(node) || (!this.#graph.raises(node) && !this.#graph.loops(node) && ((perhaps > 1 && this.#graph.named.has(node)) || kept?.has(node)))
      if (worth) found.push(node)
    }
    return found.sort((a, b) => this.#graph.id(a) - this.#graph.id(b))
  }

  #region(root: Ir): Ir {
    if (this.#isLeaf(root)) return this.#names.get(root) ?? root
    if (!this.#isPromising(root)) return this.#write(root)
    const nodes = this.choose([root], []).filter((node) => node !== root)
    return this.named(nodes, (lets) => {
      const body = this.#write(root)
      return lets.reduceRight((rest: Ir, { name, value }): Ir => ({ ir: 'let', type: rest.type, name, value, body: rest }), body)
    })
  }

  #write(e: Ir): Ir {
    const name = this.#names.get(e)
    if (name) return name
    if (e.ir === 'let') {
      const value = this.#write(e.value)
      return this.within(e.name, () => {
        const body = this.#region(e.body)
        return withChildren(e, [value, body], [value, body])
      })
    }
    const lazy = firstLazy(e)
    let i = 0
    if (e.ir === 'loop') return this.#withinAll(namesOf(e), () => mapChildren(e, (child) => (i++ < lazy ? this.#write(child) : this.#region(child))))
    return mapChildren(e, (child) => (i++ < lazy ? this.#write(child) : this.#region(child)))
  }

  #withinAll<T>(names: readonly string[], body: () => T): T {
    const [name, ...rest] = names
    return name === undefined ? body() : this.within(name, () => this.#withinAll(rest, body))
  }

  #isLeaf(e: Ir): boolean {
    return this.#names.has(e) || (e.ir !== 'field' && childrenOf(e).length === 0)
  }

  /** So that chains of branches with nothing to share take no time. */
  #isPromising(e: Ir): boolean {
    const known = this.#promising.get(e)
    if (known !== undefined) return known
    const own = !this.#isLeaf(e) && (e.ir === 'loop' || this.#graph.isShared(e) || this.#graph.named.has(e)) && (this.#graph.cost(e) >= WORTH || isTransparent(e))
    const result = own || (!this.#names.has(e) && childrenOf(e).some((child) => this.#isPromising(child)))
    this.#promising.set(e, result)
    return result
  }

  #nameable(e: Ir): boolean {
    if (this.#graph.cost(e) < WORTH || isTransparent(e)) return false
    for (const name of this.#graph.reads(e)) if (!this.#scope.has(name)) return false
    return true
  }

  #visitStrict(e: Ir, uses: Map<Ir, number>, arms: Ir[], rounds: Ir[]): void {
    if (this.#isLeaf(e)) return
    const before = uses.get(e) ?? 0
    uses.set(e, before + 1)
    if (before > 0 && !isTransparent(e)) return
    const children = childrenOf(e)
    const lazy = firstLazy(e)
    children.forEach((child, i) => {
      if (i < lazy) this.#visitStrict(child, uses, arms, rounds)
      else arms.push(child)
    })
    if (e.ir === 'loop') rounds.push(...children.slice(lazy, -1))
  }

  /** The largest parts of a loop's round that it need not evaluate again; what may raise only where it is evaluated anyway. */
  #visitInvariant(e: Ir, strict: ReadonlyMap<Ir, number>, found: Set<Ir>): void {
    if (this.#isLeaf(e) || strict.has(e)) return
    const safe = (x: Ir): boolean => (!this.#graph.raises(x) && !this.#graph.loops(x)) || strict.has(x) || this.#names.has(x) || (x.ir !== 'loop' && !raisesItself(x) && childrenOf(x).every(safe))
    if (this.#nameable(e) && safe(e)) found.add(e)
    else for (const child of childrenOf(e).slice(0, firstLazy(e))) this.#visitInvariant(child, strict, found)
  }

  /** Counts the arms in which a node is used, once each. */
  #visitArm(e: Ir, uses: Map<Ir, number>, strict: ReadonlyMap<Ir, number>, seen: Set<Ir>): void {
    if (this.#isLeaf(e) || (seen.has(e) && !isTransparent(e)) || !this.#isPromising(e)) return
    if (++this.#visits > VISITS) throw new TooLarge()
    seen.add(e)
    uses.set(e, (uses.get(e) ?? 0) + 1)
    // It gets a name, so what it is made of is not read again.
    if (strict.has(e) && this.#nameable(e)) return
    for (const child of childrenOf(e)) this.#visitArm(child, uses, strict, seen)
  }
}
