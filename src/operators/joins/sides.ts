/** Which side of a join is built and what its kind then is, seen from the rows that probe. */
import type { Expr, JoinKey, JoinKind, PlanNode } from '../../plan/nodes.ts'
import { columnsOf, widthOf } from '../references.ts'
import type { JoinNode } from './equalities.ts'

export interface Side {
  readonly node: PlanNode
  /** Columns of its output that are read above or by the residual. */
  readonly needed: ReadonlySet<number>
  readonly key: (k: JoinKey) => Expr
}

/** What comes of build rows at the end: those without a match, or with one; or nothing. */
export type Afterwards = 'unmatched' | 'matched' | undefined

export interface Sides {
  readonly build: Side
  readonly probe: Side
  readonly buildRight: boolean
  /** How a row probes; undefined where it only marks what it matches. */
  readonly probing: 'inner' | 'left' | 'semi' | 'anti' | 'mark' | 'single' | undefined
  readonly afterwards: Afterwards
  /** Rows without a partner are dropped on the probe side. */
  readonly filters: boolean
}

/** Kinds of which the right side is built whatever the sizes: what each left row finds decides of it alone. */
const ONLY_RIGHT: ReadonlySet<JoinKind> = new Set(['mark', 'single'])

/** By kind, with the right side built and with the left. */
const PROBING: Record<JoinKind, { readonly right: Sides['probing']; readonly left: Sides['probing'] }> = {
  inner: { right: 'inner', left: 'inner' },
  left: { right: 'left', left: 'inner' },
  right: { right: 'inner', left: 'left' },
  full: { right: 'left', left: 'left' },
  semi: { right: 'semi', left: undefined },
  anti: { right: 'anti', left: undefined },
  right_semi: { right: undefined, left: 'semi' },
  right_anti: { right: undefined, left: 'anti' },
  mark: { right: 'mark', left: undefined },
  single: { right: 'single', left: undefined },
}
const AFTERWARDS: Record<JoinKind, { readonly right: Afterwards; readonly left: Afterwards }> = {
  inner: { right: undefined, left: undefined },
  left: { right: undefined, left: 'unmatched' },
  right: { right: 'unmatched', left: undefined },
  full: { right: 'unmatched', left: 'unmatched' },
  semi: { right: undefined, left: 'matched' },
  anti: { right: undefined, left: 'unmatched' },
  right_semi: { right: 'matched', left: undefined },
  right_anti: { right: 'unmatched', left: undefined },
  mark: { right: undefined, left: undefined },
  single: { right: undefined, left: undefined },
}

/** What a row costs that is built into a hash directory or an array, beside one that probes; and one that is gone over again. */
const HASHED = 3
const PLACED = 1.5
const AGAIN = 2

/** What is expected of a join's sides. */
export interface Expected {
  /**
   * Rows that come out of a side, those gone that runtime filters of other joins take. `before`: of the side that is built, the
   * one that then probes and whose own rows have left no filter yet.
   */
  readonly rows: (side: PlanNode, before?: PlanNode) => number
  /** Whether a side's directory would be an array. */
  readonly dense: (side: PlanNode, key: (k: JoinKey) => Expr) => boolean
}

/** What there is to do with either side built, in rows that probe. */
export const sideCosts = (node: JoinNode, { rows, dense }: Expected): Record<'left' | 'right', number> => {
  const cost = (built: 'left' | 'right'): number => {
    const [build, probe] = built === 'right' ? [node.right, node.left] : [node.left, node.right]
    return rows(build, probe) * ((dense(build, (k) => k[built]) ? PLACED : HASHED) + (AFTERWARDS[node.kind][built] ? AGAIN : 0)) + rows(probe)
  }
  return { left: cost('left'), right: cost('right') }
}

/** Whether sizes decide which side is built. */
export const hasChoice = ({ kind }: JoinNode): boolean => !ONLY_RIGHT.has(kind)
export const buildsRight = ({ left, right }: Record<'left' | 'right', number>): boolean => right <= left

/** The side is built with which there is less to do. */
export const sidesOf = (node: JoinNode, needed: ReadonlySet<number>, expected: Expected): Sides => {
  const made = sidesBuilt(node, bothSides(node, needed), !hasChoice(node) || buildsRight(sideCosts(node, expected)))
  const own = keyColumns(node, made.build.key)
  return { ...made, build: { ...made.build, needed: new Set([...made.build.needed].filter((i) => !own.has(i))) } }
}

/** Of a merge join: rows of the side that goes on come out in order. */
export const mergedSides = (node: JoinNode, needed: ReadonlySet<number>): Sides => sidesBuilt(node, bothSides(node, needed), !node.kind.startsWith('right'))

interface BothSides {
  readonly left: Side
  readonly right: Side
}
const bothSides = (node: JoinNode, needed: ReadonlySet<number>): BothSides => {
  const used = neededBy(node, needed)
  return {
    left: { node: node.left, needed: used.left, key: (k: JoinKey) => k.left },
    right: { node: node.right, needed: used.right, key: (k: JoinKey) => k.right },
  }
}

const sidesBuilt = ({ kind }: JoinNode, sides: BothSides, buildRight: boolean): Sides => {
  const built = buildRight ? 'right' : 'left'
  const probing = PROBING[kind][built]
  return {
    build: sides[built], probe: sides[buildRight ? 'left' : 'right'], buildRight, probing, afterwards: AFTERWARDS[kind][built],
    filters: probing === 'inner' || probing === 'semi' || probing === undefined,
  }
}

/**
 * Columns of the build side that are its keys: where only rows with a match come out, they are the probe side's, and need not be
 * kept. Floats are not: −0 matches 0. By position, the key.
 */
export const keyColumns = ({ keys, kind }: JoinNode, key: (k: JoinKey) => Expr): ReadonlyMap<number, JoinKey> => {
  const found = new Map<number, JoinKey>()
  if (kind !== 'inner') return found
  for (const k of keys) {
    const own = key(k)
    if (own.expr === 'column' && !k.nullSafe && k.left.type === k.right.type && own.type !== 'float' && own.type !== 'double') found.set(own.index, k)
  }
  return found
}

/** Columns of each side that the output or the residual reads. */
const neededBy = ({ kind, left, residual }: JoinNode, needed: ReadonlySet<number>) => {
  const width = widthOf(left)
  const fromRight = kind === 'right_semi' || kind === 'right_anti'
  // The mark itself is no column of a side.
  const above = kind === 'mark' ? [...needed].filter((i) => i < width) : fromRight ? [...needed].map((i) => i + width) : needed
  const used = columnsOf([residual], new Set(above))
  return {
    left: new Set([...used].filter((i) => i < width)),
    right: new Set([...used].filter((i) => i >= width).map((i) => i - width)),
  }
}
