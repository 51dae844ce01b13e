/**
 * Which columns of a stage's leaves must be equal for a row to come out, and so which runtime filters each scan can be given.
 *
 * A join that drops rows without a partner is a filter for the key it probes by. What its build side has not, no row may have
 * in any column that inner and semi joins hold equal to that key, wherever in the stage the column is read: a row dropped there
 * would have been dropped later. Outer and anti joins hold nothing equal, so no class goes through them.
 */
import type { Expr, JoinKind, PlanNode } from '../../plan/nodes.ts'
import { type LeafNode, leavesOf } from '../../plan/leaves.ts'
import { widthOf } from '../references.ts'

export type JoinNode = Extract<PlanNode, { op: 'join' }>

/** A column as a leaf has it. */
export interface Origin {
  readonly leaf: LeafNode
  readonly column: number
}

/** Kinds that hold their keys equal in every row they put out. */
const EQUATES: ReadonlySet<JoinKind> = new Set(['inner', 'semi', 'right_semi'])

export class Equalities {
  readonly #once: ReadonlySet<PlanNode>
  /** A class by each of its members; members by leaf and column. */
  readonly #classes = new Map<PlanNode, Map<number, Set<Origin>>>()

  constructor(root: PlanNode) {
    const leaves = leavesOf(root)
    // A node that stands in two places is two scans, and cannot be told apart.
    this.#once = new Set(leaves.filter((leaf) => leaves.indexOf(leaf) === leaves.lastIndexOf(leaf)))
    this.#collect(root)
  }

  /** Columns that are equal to what an expression over a node's output reads, itself too; none where that is not a column. */
  of(e: Expr, node: PlanNode): readonly Origin[] {
    const origin = this.#origin(e, node)
    return origin ? [...this.#class(origin)] : []
  }

  /**
   * What part of a subtree's rows other leaves are expected to leave, by columns that are held equal: the product of the shares
   * that the filters of those leaves let pass, each counted once. `but`: a leaf that leaves no filter in time; `beside`: a leaf for
   * which what it is filtered by itself does not count.
   */
  shareElsewhere(node: PlanNode, shareOf: (leaf: LeafNode) => number, but?: LeafNode, beside?: LeafNode): number {
    const others = this.#linked(leavesOf(node))
    const also = beside ? this.#linked([beside]).add(beside) : undefined
    return [...others].reduce((share, leaf) => (leaf === but || also?.has(leaf) ? share : share * shareOf(leaf)), 1)
  }

  /** Other leaves of which a column is held equal to one of these. */
  #linked(leaves: readonly LeafNode[]): Set<LeafNode> {
    const own = new Set<PlanNode>(leaves)
    const linked = new Set<LeafNode>()
    for (const leaf of own) for (const members of this.#classes.get(leaf)?.values() ?? []) for (const m of members) if (!own.has(m.leaf)) linked.add(m.leaf)
    return linked
  }

  #collect(node: PlanNode): void {
    if (node.op === 'join') {
      this.#collect(node.left)
      this.#collect(node.right)
      if (EQUATES.has(node.kind)) for (const k of node.keys) if (!k.nullSafe) this.#equate(this.#origin(k.left, node.left), this.#origin(k.right, node.right))
    } else if (node.op === 'union') for (const input of node.inputs) this.#collect(input)
    else if (node.op === 'setop') {
      this.#collect(node.left)
      this.#collect(node.right)
    } else if (node.op !== 'scan' && node.op !== 'input' && node.op !== 'shared' && node.op !== 'values') this.#collect(node.input)
  }

  #equate(a: Origin | undefined, b: Origin | undefined): void {
    if (!a || !b) return
    const [x, y] = [this.#class(a), this.#class(b)]
    if (x === y) return
    for (const origin of y) {
      x.add(origin)
      this.#classes.get(origin.leaf)?.set(origin.column, x)
    }
  }

  #class(origin: Origin): Set<Origin> {
    const columns = this.#classes.get(origin.leaf) ?? new Map<number, Set<Origin>>()
    this.#classes.set(origin.leaf, columns)
    const known = columns.get(origin.column) ?? new Set([origin])
    columns.set(origin.column, known)
    return known
  }

  #origin(e: Expr, node: PlanNode): Origin | undefined {
    if (e.expr !== 'column') return undefined
    switch (node.op) {
      case 'scan':
      case 'input':
      case 'shared':
      case 'values':
        return this.#once.has(node) ? { leaf: node, column: e.index } : undefined
      case 'filter':
        return this.#origin(e, node.input)
      case 'project': {
        const from = node.exprs[e.index]
        return from && this.#origin(from, node.input)
      }
      case 'join': {
        if (node.kind === 'right_semi' || node.kind === 'right_anti') return this.#origin(e, node.right)
        const left = widthOf(node.left)
        if (e.index < left) return this.#origin(e, node.left)
        return node.kind === 'mark' ? undefined : this.#origin({ ...e, index: e.index - left }, node.right)
      }
      default:
        return undefined
    }
  }
}
