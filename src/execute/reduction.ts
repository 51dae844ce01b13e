/**
 * What is done with a plan before it is cut, so that a join's small and filtered side takes rows from the other side early
 * (semi-join reduction; Bernstein, Chiu, 1981). Such a side becomes a stage of its own, run once and read wherever it is wanted:
 *
 *   below an aggregate that groups by the join's key, where a semi join leaves out the groups that the join would drop
 *   before a file is read, whose row groups are then skipped by the least and the greatest key (key-bounds.ts)
 *   before a large table in memory that lies in the key's order is read, whose zones are skipped likewise
 *
 * Decided by the plan's shape and the tables' sizes: that is the same for every run of a plan, and `explain` shows it.
 */
import { widthOf } from '../operators/references.ts'
import { leavesOf } from '../plan/leaves.ts'
import type { Expr, JoinKey, JoinKind, PlanNode } from '../plan/nodes.ts'

export interface TableSize {
  readonly rows: number
  readonly isFile: boolean
  /** Whether a table in memory lies in a column's order. */
  readonly ordered?: ((column: string) => boolean) | undefined
}
/** Undefined where it is not known before the table is read. */
export type SizeOf = (table: string) => TableSize | undefined

export interface Reduced {
  readonly root: PlanNode
  /** Nodes that become stages of their own; one may stand in several places. */
  readonly cuts: ReadonlySet<PlanNode>
}

type Join = Extract<PlanNode, { op: 'join' }>
type Aggregate = Extract<PlanNode, { op: 'aggregate' }>

/** Kinds in which a row of the side that has no partner changes nothing. */
export const DROPS: Record<'left' | 'right', ReadonlySet<JoinKind>> = {
  left: new Set(['inner', 'semi', 'right', 'right_semi', 'right_anti']),
  right: new Set(['inner', 'right_semi', 'left', 'semi', 'anti']),
}
/** So many times as many rows the other side's largest leaf must have. */
const TIMES = 2
/** The same where only zones of a table in memory are skipped, and the rows that must have: a stage more takes one to two milliseconds. */
const TIMES_IN_MEMORY = 16
const LARGE_IN_MEMORY = 4_000_000

export const reduced = (root: PlanNode, sizeOf: SizeOf): Reduced => {
  const cuts = new Set<PlanNode>()

  const rows = (node: PlanNode): number =>
    leavesOf(node).reduce((most, leaf) => Math.max(most, leaf.op === 'scan' ? (sizeOf(leaf.table)?.rows ?? Number.POSITIVE_INFINITY) : leaf.op === 'values' ? leaf.rows.length : Number.POSITIVE_INFINITY), 0)
  const isSmaller = (small: PlanNode, large: PlanNode, times = TIMES): boolean => rows(small) * times <= rows(large) && rows(small) < Number.POSITIVE_INFINITY
  const skipsZones = (key: Expr, own: PlanNode, other: PlanNode): boolean => isSmaller(other, own, TIMES_IN_MEMORY) && readsInOrder(key, own, sizeOf)

  const visit = (node: PlanNode): PlanNode => {
    switch (node.op) {
      case 'scan':
      case 'input':
      case 'shared':
      case 'values':
        return node
      case 'join': {
        const [left, right] = [visit(node.left), visit(node.right)]
        return joined(left === node.left && right === node.right ? node : { ...node, left, right })
      }
      case 'union': {
        const inputs = node.inputs.map(visit)
        return inputs.every((one, i) => one === node.inputs[i]) ? node : { ...node, inputs }
      }
      case 'setop': {
        const [left, right] = [visit(node.left), visit(node.right)]
        return left === node.left && right === node.right ? node : { ...node, left, right }
      }
      default: {
        const input = visit(node.input)
        return input === node.input ? node : ({ ...node, input } as PlanNode)
      }
    }
  }

  const joined = (node: Join): PlanNode => {
    for (const side of ['left', 'right'] as const) {
      const [own, other] = side === 'left' ? [node.left, node.right] : [node.right, node.left]
      const keys = node.keys.filter((k) => !k.nullSafe)
      if (!DROPS[side].has(node.kind) || keys.length === 0 || !isFiltered(other) || !isSmaller(other, own)) continue
      const pairs = keys.map((k) => (side === 'left' ? { own: k.left, other: k.right } : { own: k.right, other: k.left }))
      const below = belowAggregate(own, pairs, other)
      if (!below && !pairs.some((p) => readsFile(p.own, own, sizeOf) || skipsZones(p.own, own, other))) continue
      cuts.add(other)
      return below ? { ...node, [side]: below } : node
    }
    return node
  }

  const made = visit(root)
  return { root: made, cuts }
}

interface Pair {
  readonly own: Expr
  readonly other: Expr
}

/** Whether some filter makes it likely that keys are missing. */
const isFiltered = (node: PlanNode): boolean => {
  switch (node.op) {
    case 'scan':
      return (node.filters?.length ?? 0) > 0
    case 'filter':
      return true
    case 'join':
    case 'setop':
      return isFiltered(node.left) || isFiltered(node.right)
    case 'union':
      return node.inputs.every(isFiltered)
    case 'project':
      return isFiltered(node.input)
    default:
      return false
  }
}

/** The side with a semi join below the aggregate that its keys come from, by those of them that it groups by. */
const belowAggregate = (node: PlanNode, pairs: readonly Pair[], other: PlanNode): PlanNode | undefined => {
  switch (node.op) {
    case 'filter': {
      const input = belowAggregate(node.input, pairs, other)
      return input && { ...node, input }
    }
    case 'project': {
      const through = pairs.flatMap((p) => {
        const own = p.own.expr === 'column' ? node.exprs[p.own.index] : undefined
        return own ? [{ ...p, own }] : []
      })
      const input = through.length ? belowAggregate(node.input, through, other) : undefined
      return input && { ...node, input }
    }
    case 'aggregate': {
      const keys = pairs.flatMap((p) => groupKey(node, p))
      return keys.length ? { ...node, input: { op: 'join', kind: 'semi', left: node.input, right: other, keys } } : undefined
    }
    default:
      return undefined
  }
}

const groupKey = ({ groups }: Aggregate, { own, other }: Pair): readonly JoinKey[] => {
  const left = own.expr === 'column' ? groups[own.index] : undefined
  return left ? [{ left, right: other }] : []
}

/** Whether a key is a column that a scan reads from a file. */
const readsFile = (key: Expr, node: PlanNode, sizeOf: SizeOf): boolean => {
  if (key.expr !== 'column') return false
  switch (node.op) {
    case 'scan':
      return sizeOf(node.table)?.isFile === true
    case 'filter':
      return readsFile(key, node.input, sizeOf)
    case 'project': {
      const from = node.exprs[key.index]
      return from !== undefined && readsFile(from, node.input, sizeOf)
    }
    default:
      return false
  }
}

/** Whether a key is a column that a large table in memory lies in the order of; joins that hold their rows' columns may stand above it. */
const readsInOrder = (key: Expr, node: PlanNode, sizeOf: SizeOf): boolean => {
  if (key.expr !== 'column') return false
  switch (node.op) {
    case 'scan': {
      const size = sizeOf(node.table)
      const column = node.columns[key.index]
      return size !== undefined && column !== undefined && size.rows >= LARGE_IN_MEMORY && size.ordered?.(column.name) === true
    }
    case 'filter':
      return readsInOrder(key, node.input, sizeOf)
    case 'project': {
      const from = node.exprs[key.index]
      return from !== undefined && readsInOrder(from, node.input, sizeOf)
    }
    case 'join': {
      if (node.kind !== 'inner' && node.kind !== 'semi') return false
      const left = widthOf(node.left)
      return key.index < left ? readsInOrder(key, node.left, sizeOf) : readsInOrder({ ...key, index: key.index - left }, node.right, sizeOf)
    }
    default:
      return false
  }
}
