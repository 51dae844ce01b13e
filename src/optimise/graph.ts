/**
 * Expressions as a graph: equal ones are one object, names stand for their values, and every node is in normal form as the
 * rules have it. Each node is made, and rewritten, once, however often it is used: time is linear in the graph.
 *
 * A let is dissolved: its name is another way to write its value, and what is worth a name is decided again when the graph is
 * written out (schedule.ts). One whose value may raise stays, because it is evaluated even where nothing reads it.
 */
import { type Ir, isOption, scalarOf, type VecRef } from '../ir/nodes.ts'
import { type Range, WIDTHS } from '../ir/ranges.ts'
import { childrenOf, mapChildren, namesOf, raisesItself } from '../ir/walk.ts'
import { assumed, truths } from './given.ts'
import { exactOf, rangeOf } from './ranges.ts'
import type { Facts, Rule } from './rule.ts'

interface Known {
  readonly id: number
  readonly raises: boolean
  readonly cost: number
  readonly calls: boolean
  readonly loops: boolean
  /** Rows and undissolved names it reads. */
  readonly reads: ReadonlySet<string>
}

export type RowRanges = ReadonlyMap<string, readonly (Range | undefined)[]>

const NOTHING: ReadonlySet<string> = new Set()
/** Rewrites of one node: the rules shrink or order, so this is never reached; it bounds what a wrong rule can do. */
const FUEL = 64

const COST: Partial<Record<Ir['ir'], number>> = { literal: 0, param: 0, ident: 0, option: 0, value: 0, valid: 0, let: 0, call: 40, checked: 6, if: 4, lookup: 4, memo: 8, raise: 4, element: 4, tuple: 2, size: 2, find: 40, loop: 40 }
const ownCost = (e: Ir): number => {
  if (e.ir === 'field') return isOption(e.type) ? 4 : scalarOf(e.type) === 'str' || scalarOf(e.type) === 'i128' ? 2 : 1
  if (e.ir === 'binary') return e.left.type === 'str' ? 40 : e.op.startsWith('/') || e.op.startsWith('%') ? 20 : e.left.type === 'i128' ? 6 : 1
  return COST[e.ir] ?? 1
}

const vecKey = (v: VecRef): string => (v.vec === 'relation' ? `t${v.relation}` : v.vec === 'tuples' ? `b${v.sink}` : `{${v.element}}`)

export class Graph implements Facts {
  /** Nodes a let named: where several branches use one, evaluating it before them repeats what the program said. */
  readonly named = new Set<Ir>()
  /** Parents and roots that were ever seen using a node; those of nodes that rules replaced count, too. */
  readonly #uses = new Map<Ir, number>()
  readonly #byKey = new Map<string, Ir>()
  readonly #known = new Map<Ir, Known>()
  readonly #seen = new Map<Ir, Ir>()
  readonly #names = new Map<string, Ir>()
  readonly #rules: ReadonlyMap<Ir['ir'], readonly Rule[]>
  readonly #ranges = new Map<Ir, Range>()
  readonly #rows: RowRanges

  /** `rows`: what is known of the fields of rows. */
  constructor(rules: ReadonlyMap<Ir['ir'], readonly Rule[]>, rows: RowRanges = new Map()) {
    this.#rules = rules
    this.#rows = rows
  }

  raises(e: Ir): boolean {
    return (this.#known.get(e) as Known).raises
  }
  cost(e: Ir): number {
    return (this.#known.get(e) as Known).cost
  }
  calls(e: Ir): boolean {
    return (this.#known.get(e) as Known).calls
  }
  /** Evaluating it may take long; it is not done where the program might not have. */
  loops(e: Ir): boolean {
    return (this.#known.get(e) as Known).loops
  }
  /** Children have smaller numbers. */
  id(e: Ir): number {
    return (this.#known.get(e) as Known).id
  }
  reads(e: Ir): ReadonlySet<string> {
    return (this.#known.get(e) as Known).reads
  }

  range(e: Ir): Range | undefined {
    const type = exactOf(e)
    return type && this.#exactRange(e, type)
  }
  given(e: Ir, cond: Ir, holds: boolean): Ir {
    const known = truths(cond, holds, this)
    return known.size ? assumed(e, known, this) : e
  }

  /** Whether it may be used twice. */
  isShared(e: Ir): boolean {
    return (this.#uses.get(e) ?? 0) > 1
  }

  /** The node that equals an expression over nodes, if anything uses such a one. */
  used(e: Ir): Ir | undefined {
    const node = this.#byKey.get(this.#key(e))
    return node && this.#uses.has(node) ? node : undefined
  }

  /** The node of an expression that is evaluated as a whole. */
  root(e: Ir): Ir {
    const node = this.add(e)
    this.#use(node)
    return node
  }

  /** The node that stands for an expression of the program. */
  add(e: Ir): Ir {
    const seen = this.#seen.get(e)
    if (seen) return seen
    if (this.#known.has(e)) return e
    const node = this.#build(e)
    this.#seen.set(e, node)
    return node
  }

  /** The node of an expression whose children are nodes; a let stays one, since its name stands in the body. */
  made(e: Ir): Ir {
    return this.#normal(e)
  }

  /** Makes a name stand for a node. */
  define(name: string, node: Ir): void {
    this.#names.set(name, node)
    if (childrenOf(node).length > 0 || node.ir === 'field') this.named.add(node)
  }

  /** Makes a name stand for itself: its value is not looked at. */
  opaque(name: string, type: Ir['type']): void {
    this.#names.set(name, this.#intern({ ir: 'ident', type, name }))
  }

  #exactRange(e: Ir, type: keyof typeof WIDTHS): Range {
    const known = this.#ranges.get(e)
    if (known) return known
    const range = rangeOf(
      e,
      type,
      (part) => this.range(part) ?? WIDTHS[type],
      (row, index) => this.#rows.get(row)?.[index],
    )
    this.#ranges.set(e, range)
    return range
  }

  #build(e: Ir): Ir {
    if (e.ir === 'ident') return this.#names.get(e.name) ?? this.#intern(e)
    if (e.ir === 'let') {
      const value = this.add(e.value)
      if (!this.raises(value)) {
        this.define(e.name, value)
        return this.add(e.body)
      }
      this.opaque(e.name, e.value.type)
      const body = this.add(e.body)
      return this.#normal({ ...e, type: body.type, value, body })
    }
    if (e.ir === 'loop') {
      this.opaque(e.index, 'i32')
      for (const s of e.state) this.opaque(s.name, s.init.type)
    }
    return this.#normal(mapChildren(e, (child) => this.add(child)))
  }

  /** Applies rules until none fits. The children are normal. */
  #normal(e: Ir): Ir {
    let node = this.#intern(e)
    for (let fuel = FUEL; fuel > 0; fuel--) {
      const next = this.#rewrite(node)
      if (next === undefined) return node
      // New nodes may lie anywhere in it; those that are known already are found at once.
      node = this.#known.has(next) ? next : this.#intern(mapChildren(next, (child) => this.add(child)))
    }
    return node
  }

  #rewrite(e: Ir): Ir | undefined {
    for (const rule of this.#rules.get(e.ir) ?? []) {
      const next = rule.rewrite(e as never, this)
      if (next !== undefined && next !== e) return next
    }
    return undefined
  }

  #intern(e: Ir): Ir {
    const key = this.#key(e)
    const equal = this.#byKey.get(key)
    if (equal) return equal
    const children = childrenOf(e)
    const cost = children.reduce((sum, child) => sum + this.cost(child), ownCost(e))
    const raises = raisesItself(e) || children.some((child) => this.raises(child))
    this.#byKey.set(key, e)
    for (const child of children) this.#use(child)
    const calls = e.ir === 'call' || e.ir === 'find' || (e.ir === 'binary' && e.left.type === 'str') || children.some((child) => this.calls(child))
    const loops = e.ir === 'loop' || children.some((child) => this.loops(child))
    this.#known.set(e, { id: this.#known.size, raises, calls, loops, cost: Math.min(cost, 1e6), reads: this.#readsOf(e, children) })
    return e
  }

  #use(e: Ir): void {
    this.#uses.set(e, (this.#uses.get(e) ?? 0) + 1)
  }

  #readsOf(e: Ir, children: readonly Ir[]): ReadonlySet<string> {
    if (e.ir === 'field') return new Set([e.row])
    if (e.ir === 'ident') return new Set([e.name])
    let all = NOTHING
    for (const child of children) {
      const reads = this.reads(child)
      if (all === NOTHING) all = reads
      else if ([...reads].some((r) => !all.has(r))) all = new Set([...all, ...reads])
    }
    const bound = namesOf(e)
    return bound.some((name) => all.has(name)) ? new Set([...all].filter((r) => !bound.includes(r))) : all
  }

  #key(e: Ir): string {
    const ids = childrenOf(e).map((child) => this.id(child)).join()
    switch (e.ir) {
      case 'literal':
        return `l${e.type}${Object.is(e.value, -0) ? '-0' : e.value}`
      case 'param':
        return `p${e.index}`
      case 'ident':
        return `n${e.name}:${e.type}`
      case 'field':
        return `f${e.row}.${e.index}`
      case 'let':
        return `t${e.name}:${ids}`
      case 'binary':
        return `b${e.op}${e.type}:${ids}`
      case 'checked':
        return `k${e.op}${e.type}@${e.site}:${ids}`
      case 'unary':
        return `u${e.op}:${ids}`
      case 'cast':
        return `c${e.type}${e.unsigned ? 'u' : ''}:${ids}`
      case 'narrow':
        return `w${e.signed}${e.bits}:${ids}`
      case 'call':
        return `r${e.fn}@${e.site}:${ids}`
      case 'position':
        return `q${e.order},${e.times},${e.plus}`
      case 'memo':
        return `m${e.table}:${ids}`
      case 'raise':
        return `x${e.type}${e.code}@${e.site}`
      case 'element':
        return `e${vecKey(e.vec)}.${e.field}:${ids}`
      case 'size':
        return `z${vecKey(e.vec)}:${ids}`
      case 'loop':
        return `o${namesOf(e)}?${e.while !== undefined}:${ids}`
      case 'find':
        return `d${e.sink}:${ids}`
      case 'tuple':
        return `a${e.sink}.${e.index}:${ids}`
      default:
        return `${e.ir}:${ids}`
    }
  }
}
