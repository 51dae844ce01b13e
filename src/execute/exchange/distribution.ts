/**
 * Whether a stage may run task by task, each over some partitions of the exchanges it reads, and its results be put together. That is
 * derived from the plan, never assumed: each node says how its rows are distributed over tasks, from how its inputs' rows are,
 * or why all tasks together would not give what one gives.
 */
import { sameType } from '../../layout/types.ts'
import { planType } from '../../operators/lower-expression.ts'
import { udfsOf } from '../../operators/references.ts'
import type { Expr, JoinKind, Partitioning, PlanNode, SortKey } from '../../plan/nodes.ts'
import { outputOf } from '../../plan/stages.ts'

/** Rows with equal keys are in one task: that of the hash of these keys, or of a range of them. */
interface Keys {
  readonly kind: 'hash' | 'range'
  readonly exprs: readonly Expr[]
  /** Of a range: tasks follow one another in this order. */
  readonly order: readonly SortKey[]
}

/** `undefined`: every task has all rows. */
type Spread = { readonly partitions: number; readonly keys: readonly Keys[] } | undefined

interface Distribution {
  readonly spread: Spread
  /** Leaves whose rows may be cut anywhere, each piece beside all that the task has of the others. */
  readonly splits: ReadonlySet<PlanNode>
  /** Rows are promised to come in an order, which those of tasks one after the other have not. */
  readonly ordered?: boolean
}

export type Division =
  | { readonly reason: string }
  | { readonly reason?: undefined; readonly partitions: number; readonly splits: ReadonlySet<PlanNode> }

/** Kinds in which rows of a side may be cut, or lie in different tasks, where each task has all rows of the other side. */
const CUTS: Record<'left' | 'right', ReadonlySet<JoinKind>> = {
  left: new Set(['inner', 'left', 'semi', 'anti', 'mark', 'single']),
  right: new Set(['inner', 'right', 'right_semi', 'right_anti']),
}

class Undivided extends Error {}
const undivided = (reason: string): never => {
  throw new Undivided(reason)
}

const NONE: ReadonlySet<PlanNode> = new Set()

/** `partitioningOf`: of a leaf that is the output of an exchange; `whole`: leaves that every task is to read whole. */
export const divisionOf = (root: PlanNode, partitioningOf: (leaf: PlanNode) => Partitioning | undefined, whole: ReadonlySet<PlanNode> = NONE): Division => {
  try {
    const { spread, splits, ordered } = distributionOf(root, (leaf) => {
      const by = partitioningOf(leaf) ?? undivided('an input is not the output of an exchange')
      return whole.has(leaf) ? undefined : spreadOf(by)
    })
    if (spread && ordered) return { reason: 'a merge join puts out its rows in the order of all keys' }
    return spread ? { partitions: spread.partitions, splits } : { reason: 'its inputs have one partition' }
  } catch (error) {
    if (error instanceof Undivided) return { reason: error.message }
    throw error
  }
}

const spreadOf = (by: Partitioning): Spread => {
  const partitions = 'partitions' in by ? by.partitions : 1
  if (partitions === 1) return undefined
  if (by.kind === 'hash') return { partitions, keys: certain([{ kind: 'hash', exprs: by.keys, order: [] }]) }
  if (by.kind === 'range') return { partitions, keys: certain([{ kind: 'range', exprs: by.keys.map((k) => k.expr), order: by.keys }]) }
  return { partitions, keys: [] }
}

/** What a function of the user's gives for equal arguments is not known. */
const certain = (keys: readonly Keys[]): readonly Keys[] => keys.filter(({ exprs }) => exprs.every((e) => udfsOf(e).length === 0))

const distributionOf = (node: PlanNode, leaf: (node: PlanNode) => Spread): Distribution => {
  const below = (input: PlanNode): Distribution => distributionOf(input, leaf)
  switch (node.op) {
    case 'scan':
    case 'shared':
    case 'values':
    case 'input': {
      const spread = leaf(node)
      return { spread, splits: spread ? new Set([node]) : NONE }
    }
    case 'filter':
    case 'unnest':
      return below(node.input)
    case 'exchange':
      return { ...below(node.input), ordered: false }
    case 'project':
      return mapped(below(node.input), through(node.exprs))
    case 'expand': {
      const { projections } = node
      return mapped(below(node.input), (e) => {
        const found = projections.map((exprs) => through(exprs)(e))
        return found.every((f) => f !== undefined && same(f, found[0] as Expr)) ? found[0] : undefined
      })
    }
    case 'aggregate': {
      const of = below(node.input)
      if (!of.spread) return of
      const grouped = node.sets ? node.groups.filter((_, g) => node.sets?.every((set) => set.includes(g))) : node.groups
      if (node.groups.length === 0) return undivided('an aggregate without groups needs all rows')
      const keys = of.spread.keys.filter(({ exprs }) => within(exprs, grouped))
      if (keys.length === 0) return undivided('rows of one group can be in several partitions')
      return { ...mapped({ ...of, spread: { ...of.spread, keys } }, through(grouped.length === node.groups.length ? node.groups : [])), splits: NONE, ordered: false }
    }
    case 'window': {
      const of = below(node.input)
      if (!of.spread) return of
      const keys = of.spread.keys.filter(({ exprs }) => within(exprs, node.partitions))
      if (keys.length === 0) return undivided(node.partitions.length ? "rows of one of the window's partitions can be in several of the exchange's" : 'a window without partitions needs all rows')
      return { spread: { ...of.spread, keys }, splits: NONE }
    }
    case 'sort': {
      const of = below(node.input)
      if (!of.spread) return of
      const keys = of.spread.keys.filter(({ order }) => order.length > 0 && order.length <= node.keys.length && order.every((k, i) => sameKey(k, node.keys[i] as SortKey)))
      if (keys.length === 0) return undivided('the partitions do not follow one another in the order that is sorted by')
      return { spread: { ...of.spread, keys }, splits: NONE }
    }
    case 'topn':
    case 'limit': {
      const of = below(node.input)
      return of.spread ? undivided(`a ${node.op} needs all rows`) : of
    }
    case 'union': {
      const [first, ...rest] = node.inputs.map(below) as [Distribution, ...Distribution[]]
      return rest.reduce((a, b) => united(a, b, 'union'), first)
    }
    case 'setop': {
      const [left, right] = [below(node.left), below(node.right)]
      const of = united(left, right, 'set operation')
      if (of.spread && !of.spread.keys.some(({ kind }) => kind === 'hash')) return undivided('the sides of a set operation are not partitioned by the same columns')
      return of
    }
    case 'join':
      return { ...joined(node, below(node.left), below(node.right)), ordered: node.strategy === 'merge' }
  }
}

/** Rows of both in one list, columns by position. */
const united = (a: Distribution, b: Distribution, what: string): Distribution => {
  if (!a.spread && !b.spread) return a
  if (!a.spread || !b.spread) return undivided(`one input of a ${what} is divided, and another one is not`)
  if (a.spread.partitions !== b.spread.partitions) return undivided(`the inputs of a ${what} have ${a.spread.partitions} and ${b.spread.partitions} partitions`)
  const others = b.spread.keys
  const keys = a.spread.keys.filter(({ kind, exprs }) => kind === 'hash' && others.some((o) => o.kind === 'hash' && o.exprs.length === exprs.length && o.exprs.every((e, i) => same(e, exprs[i] as Expr))))
  return { spread: { partitions: a.spread.partitions, keys }, splits: NONE }
}

const joined = (node: Extract<PlanNode, { op: 'join' }>, left: Distribution, right: Distribution): Distribution => {
  const { kind } = node
  const leftOut = kind !== 'right_semi' && kind !== 'right_anti'
  const rightOut = kind !== 'semi' && kind !== 'anti' && kind !== 'mark'
  const width = leftOut ? outputOf(node.left).length : 0
  const moved = (of: Distribution): readonly Keys[] => mapped(of, (e) => rebuilt(e, (c) => (c.expr === 'column' ? { ...c, index: c.index + width } : undefined))).spread?.keys ?? []
  if (!left.spread && !right.spread) return left
  if (!left.spread || !right.spread) {
    const side = left.spread ? 'left' : 'right'
    if (!CUTS[side].has(kind)) return undivided(`a ${kind} join needs all rows of its ${side} side in one task, because every task has all of the other`)
    return left.spread ? left : { spread: { partitions: (right.spread as NonNullable<Spread>).partitions, keys: moved(right) }, splits: right.splits }
  }
  if (kind === 'mark') return undivided('a mark join needs all rows of its right side')
  if (left.spread.partitions !== right.spread.partitions) return undivided(`the sides of a join have ${left.spread.partitions} and ${right.spread.partitions} partitions`)
  const pairs = left.spread.keys.flatMap((l) => (right.spread as NonNullable<Spread>).keys.filter((r) => l.kind === 'hash' && r.kind === 'hash' && paired(l, r, node.keys)).map((r) => ({ l, r })))
  if (pairs.length === 0) return undivided('the sides of a join are not partitioned by the keys that it joins by')
  // Of a row without a partner the other side's columns are NULL.
  const fromLeft = leftOut && kind !== 'right' && kind !== 'full' ? left.spread.keys : []
  const fromRight = rightOut && kind !== 'left' && kind !== 'full' && kind !== 'single' ? moved(right) : []
  const splits = new Set([...(CUTS.left.has(kind) ? left.splits : []), ...(CUTS.right.has(kind) ? right.splits : [])])
  return { spread: { partitions: left.spread.partitions, keys: [...fromLeft, ...fromRight] }, splits }
}

/** Equal keys have equal hashes: key by key they are a pair that the join compares, of one type. */
const paired = (l: Keys, r: Keys, keys: Extract<PlanNode, { op: 'join' }>['keys']): boolean =>
  l.exprs.length === r.exprs.length &&
  l.exprs.every((e, i) => {
    const other = r.exprs[i] as Expr
    return keys.some((k) => same(k.left, e) && same(k.right, other)) && sameType(planType(e.type), planType(other.type))
  })

const same = (a: Expr, b: Expr): boolean => JSON.stringify(a) === JSON.stringify(b)
const sameKey = (a: SortKey, b: SortKey): boolean => same(a.expr, b.expr) && a.descending === b.descending && a.nullsFirst === b.nullsFirst
const within = (exprs: readonly Expr[], all: readonly Expr[]): boolean => exprs.every((e) => all.some((g) => same(g, e)))

/** Keys as they are said above a node; those that cannot be are no longer known. */
const mapped = (of: Distribution, say: (e: Expr) => Expr | undefined): Distribution => {
  if (!of.spread) return of
  const keys = of.spread.keys.flatMap(({ kind, exprs, order }): readonly Keys[] => {
    const said = exprs.map(say)
    if (said.some((e) => e === undefined)) return []
    return [{ kind, exprs: said as Expr[], order: order.map((k, i) => ({ ...k, expr: said[i] as Expr })) }]
  })
  return { ...of, spread: { ...of.spread, keys } }
}

/** An expression over a projection's input as one over its output. */
const through = (exprs: readonly Expr[]) => (e: Expr): Expr | undefined =>
  rebuilt(e, (part) => {
    const index = exprs.findIndex((p) => same(p, part))
    return index < 0 ? undefined : { expr: 'column', index, type: part.type }
  })

/** The expression with parts replaced, from the outside; undefined where a column is left. */
const rebuilt = (e: Expr, replace: (e: Expr) => Expr | undefined): Expr | undefined => {
  const replaced = replace(e)
  if (replaced) return replaced
  const all = (parts: readonly Expr[]): readonly Expr[] | undefined => {
    const made = parts.map((p) => rebuilt(p, replace))
    return made.includes(undefined) ? undefined : (made as Expr[])
  }
  switch (e.expr) {
    case 'column':
      return undefined
    case 'literal':
      return e
    case 'call':
    case 'udf': {
      const args = all(e.args)
      return args && { ...e, args }
    }
    case 'cast': {
      const arg = rebuilt(e.arg, replace)
      return arg && { ...e, arg }
    }
    case 'case': {
      const parts = all([...e.when.flatMap((w) => [w.if, w.then]), e.else])
      return parts && { ...e, when: e.when.map((_, i) => ({ if: parts[2 * i] as Expr, then: parts[2 * i + 1] as Expr })), else: parts.at(-1) as Expr }
    }
  }
}
