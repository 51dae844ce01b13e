/**
 * Conditions of which too little is known to choose a build side by: those for which nothing but a guess tells what they let pass, where
 * a join between such sides could be far dearer with the side that the guess chooses than with the other one. What a choice can
 * cost is bounded by taking guessed conditions to let pass nearly nothing, or everything (regret; Savage, 1951).
 */
import { type LeafNode, leavesOf } from '../../plan/leaves.ts'
import type { Expr, PlanNode } from '../../plan/nodes.ts'
import { conjuncts } from '../references.ts'
import { sharePassing } from '../selectivity.ts'
import type { Leaf } from '../stage.ts'
import { JoinBuilds } from './builds.ts'
import { Cardinalities } from './cardinality.ts'
import type { JoinNode } from './equalities.ts'
import { buildsRight, type Expected, hasChoice, sideCosts } from './sides.ts'

/** Filters and projections right above a leaf, with guessed conditions among them. */
export interface Doubt {
  /** The uppermost of them. */
  readonly node: PlanNode
  readonly leaf: LeafNode
}

/** What a guessed condition is taken to let pass at least. */
const HARDLY_ANY = 1 / 1000
/** In rows that probe: some milliseconds, several times what asking takes. */
const DEAR = 500_000

/** What has to be asked before sides are chosen. */
export const doubts = (root: PlanNode, leaf: (node: PlanNode) => Leaf): readonly Doubt[] => {
  const joins = joinsOf(root)
  if (!joins.some(hasChoice)) return []
  const cardinalities = new Cardinalities(leaf)
  const guessed = chainsOf(root).flatMap((chain) => {
    const unknown = unknownOf(chain.node, cardinalities)
    return unknown.length ? [{ ...chain, unknown }] : []
  })
  if (guessed.length === 0) return []
  const expected = new JoinBuilds(root, leaf)
  const all = (share: number): JoinBuilds => new JoinBuilds(root, leaf, new Map(guessed.flatMap(({ unknown }) => unknown.map((e): [Expr, number] => [e, share]))))
  const cases = [expected, all(HARDLY_ANY), all(1)]
  const asked = new Set<Doubt>()
  for (const join of joins) {
    if (!hasChoice(join) || expected.merges(join)) continue
    const within = new Set<PlanNode>(leavesOf(join))
    const open = guessed.filter((g) => within.has(g.leaf) && !asked.has(g))
    if (open.length && regret(join, cases) >= DEAR) for (const g of open) asked.add(g)
  }
  return [...asked].map(({ node, leaf: of }) => ({ node, leaf: of }))
}

/** How much dearer than the better choice the one that is expected to be the better can be; the first case is what is expected. */
const regret = (join: JoinNode, cases: readonly JoinBuilds[]): number => {
  const [left, right] = (['left', 'right'] as const).map((side) => cases.map((one) => expectedOf(join, side, one.expected(join))))
  const costs = (left as Known[]).flatMap((l) => (right as Known[]).map((r) => sideCosts(join, { rows: (side, before) => (side === join.left ? l : r)[before ? 'built' : 'probing'], dense: (side) => (side === join.left ? l : r).dense })))
  const chosen = buildsRight(costs[0] as (typeof costs)[number]) ? 'right' : 'left'
  return Math.max(...costs.map((c) => c[chosen] - Math.min(c.left, c.right)))
}

interface Known {
  readonly built: number
  readonly probing: number
  readonly dense: boolean
}
const expectedOf = (join: JoinNode, side: 'left' | 'right', { rows, dense }: Expected): Known => ({
  built: rows(join[side], join[side === 'left' ? 'right' : 'left']), probing: rows(join[side]), dense: dense(join[side], (k) => k[side]),
})

const joinsOf = (node: PlanNode): readonly JoinNode[] => {
  const below = inputsOf(node).flatMap(joinsOf)
  return node.op === 'join' ? [node, ...below] : below
}

const chainsOf = (node: PlanNode): readonly Doubt[] => {
  const leaf = leafUnder(node)
  return leaf ? [{ node, leaf }] : inputsOf(node).flatMap(chainsOf)
}

const leafUnder = (node: PlanNode): LeafNode | undefined => {
  switch (node.op) {
    case 'scan':
    case 'input':
      return node
    case 'filter':
    case 'project':
      return leafUnder(node.input)
    default:
      return undefined
  }
}

const unknownOf = (node: PlanNode, cardinalities: Cardinalities): readonly Expr[] => {
  const unknown = (predicates: readonly Expr[], from: PlanNode) => predicates.flatMap(conjuncts).filter((e) => sharePassing(e, { columns: cardinalities.of(from).columns, bound: 0n }) === undefined)
  switch (node.op) {
    case 'scan':
      return unknown(node.filters ?? [], node)
    case 'filter':
      return [...unknownOf(node.input, cardinalities), ...unknown([node.predicate], node.input)]
    case 'project':
      return unknownOf(node.input, cardinalities)
    default:
      return []
  }
}

const inputsOf = (node: PlanNode): readonly PlanNode[] => {
  switch (node.op) {
    case 'scan':
    case 'input':
    case 'shared':
    case 'values':
      return []
    case 'join':
    case 'setop':
      return [node.left, node.right]
    case 'union':
      return node.inputs
    default:
      return [node.input]
  }
}
