/**
 * How many rows a node of a stage is expected to put out, and how many values its columns can have: from the sizes of the leaves,
 * which are known, the shares that filters let pass (asked of a sample, else from statistics: selectivity.ts), and, of joins, that
 * each value of the side with fewer values has a partner on the other (Selinger, SIGMOD 1979). What is decided by it can be slow, never wrong.
 */
import { FALSE } from '../../ir/build.ts'
import type { ColumnInfo } from '../../layout/relation.ts'
import { union } from '../../ir/ranges.ts'
import { type Range, typeRange } from '../../layout/types.ts'
import type { Expr, JoinKey, PlanNode } from '../../plan/nodes.ts'
import { conjuncts } from '../references.ts'
import { NO_SHARES, type Shares, sharePassing } from '../selectivity.ts'
import type { Column, Leaf } from '../stage.ts'
import { outputOf } from '../../plan/stages.ts'
import { planType } from '../lower-expression.ts'

/** Of a condition of which nothing is known; and where it looks into a text. */
const UNKNOWN = 1 / 3
/** Elements that an unnested value is taken to have. */
const ELEMENTS = 4
const TEXT = 1 / 10
const TEXT_TESTS: ReadonlySet<string> = new Set(['like', 'ilike', 'contains', 'starts_with', 'ends_with'])

interface KnownColumn extends Column {
  /** Values it can have, at most. */
  readonly values: number
}

export interface Estimate {
  readonly rows: number
  /** What part of the rows without any filter these are. */
  readonly share: number
  readonly columns: readonly KnownColumn[]
}

export class Cardinalities {
  readonly #leaf: (node: PlanNode) => Leaf
  readonly #shares: Shares
  readonly #known = new Map<PlanNode, Estimate>()

  constructor(leaf: (node: PlanNode) => Leaf, shares: Shares = NO_SHARES) {
    this.#leaf = leaf
    this.#shares = shares
  }

  of(node: PlanNode): Estimate {
    const known = this.#known.get(node)
    if (known) return known
    const made = this.#estimate(node)
    this.#known.set(node, made)
    return made
  }

  #estimate(node: PlanNode): Estimate {
    switch (node.op) {
      case 'scan':
      case 'input':
      case 'shared':
      case 'values': {
        const leaf = this.#leaf(node)
        const all = { rows: leaf.rows, share: 1, columns: leaf.columns.map((c) => knownColumn(c, leaf.rows)) }
        return node.op === 'scan' ? (node.filters ?? []).reduce<Estimate>((of, e) => this.#filtered(of, e), all) : all
      }
      case 'filter':
        return this.#filtered(this.of(node.input), node.predicate)
      case 'project': {
        const input = this.of(node.input)
        return { ...input, columns: node.exprs.map((e) => columnOf(e, input)) }
      }
      case 'join':
        return this.#join(node)
      case 'limit':
      case 'topn': {
        const input = this.of(node.input)
        return node.limit === null ? input : limited(input, Math.min(input.rows, node.limit))
      }
      case 'sort':
      case 'exchange':
        return this.of(node.input)
      case 'window': {
        const input = this.of(node.input)
        return { ...input, columns: [...input.columns, ...node.functions.map((f) => unknownColumn(f, input.rows))] }
      }
      case 'aggregate': {
        const input = this.of(node.input)
        const keys = node.groups.map((g) => columnOf(g, input))
        const rows = Math.min(input.rows, keys.reduce((n, k) => n * k.values, 1)) * (node.sets?.length ?? 1)
        return { rows, share: input.share, columns: [...keys, ...node.aggregates.map((a) => unknownColumn(a, rows)), ...(node.sets ? [unknownColumn({ type: 'int32' }, node.sets.length)] : [])] }
      }
      case 'unnest': {
        const input = this.of(node.input)
        const rows = input.rows * ELEMENTS
        return { ...input, rows, columns: [...input.columns, ...outputOf(node).slice(input.columns.length).map((c) => unknownColumn(c, rows))] }
      }
      case 'union':
        return together(node.inputs.map((input) => this.of(input)))
      case 'setop':
        return limited(this.of(node.left), this.of(node.left).rows)
      case 'expand': {
        const input = this.of(node.input)
        return together(node.projections.map((exprs) => ({ ...input, columns: exprs.map((e) => columnOf(e, input)) })))
      }
    }
  }

  #filtered(of: Estimate, predicate: Expr): Estimate {
    return sharing(of, conjuncts(predicate).reduce((share, e) => share * (this.#shares.get(e) ?? sharePassing(e, { columns: of.columns, bound: 0n }) ?? guess(e)), 1))
  }

  #join({ kind, left: l, right: r, keys, residual }: Extract<PlanNode, { op: 'join' }>): Estimate {
    const [left, right] = [this.of(l), this.of(r)]
    const pairs = keys.map((k) => ({ left: columnOf(k.left, left).values, right: columnOf(k.right, right).values }))
    const rest = residual ? conjuncts(residual).length : 0
    const met = UNKNOWN ** rest
    const columns = [...left.columns, ...right.columns]
    const inner = () => (left.rows * right.rows * met) / Math.max(1, Math.min(pairs.reduce((n, p) => n * Math.max(p.left, p.right, 1), 1), Math.max(left.rows, right.rows)))
    // Of rows that have a partner where nothing is filtered, as many are left as the other side has rows left.
    const matching = (from: 'left' | 'right', to: 'left' | 'right') => {
      const other = to === 'left' ? left : right
      return Math.min(1, other.share, ...pairs.map((p) => p[to] / Math.max(1, p[from]))) * met
    }
    const both = (rows: number): Estimate => limited({ rows, share: Math.min(1, left.share * right.share * met), columns }, rows)
    const [fromLeft, fromRight] = [matching('left', 'right'), matching('right', 'left')]
    switch (kind) {
      case 'inner':
        return both(inner())
      case 'left':
      case 'single':
        return both(Math.max(left.rows, inner()))
      case 'right':
        return both(Math.max(right.rows, inner()))
      case 'full':
        return both(Math.max(left.rows, right.rows, inner()))
      case 'semi':
        return sharing(left, fromLeft)
      case 'anti':
        return sharing(left, Math.max(0.1, 1 - fromLeft))
      case 'right_semi':
        return sharing(right, fromRight)
      case 'right_anti':
        return sharing(right, Math.max(0.1, 1 - fromRight))
      case 'mark':
        return { ...left, columns: [...left.columns, unknownColumn({ type: 'bool' }, 2)] }
    }
  }

  /** The range of an expression over a node's output, where it is a column's. */
  rangeOf(e: Expr, node: PlanNode): Range | undefined {
    return columnOf(e, this.of(node)).range
  }

  /** What part of the rows of one side of a join find a partner on the other, by one key. */
  matching(from: Estimate, key: (k: JoinKey) => Expr, to: Estimate, other: (k: JoinKey) => Expr, by: JoinKey): number {
    const [own, partner] = [columnOf(key(by), from).values, columnOf(other(by), to).values]
    // A range with gaps has fewer values than it could have: only a far smaller number tells; where it does not, the filter is put away again.
    const few = partner / Math.max(1, own)
    return Math.min(1, to.share, few < 0.3 ? few : 1)
  }
}

const knownColumn = ({ type, range, dictionary, physical }: ColumnInfo, rows: number): KnownColumn => {
  const known = range ?? (type.kind === 'bool' || physical === 'bool8' ? undefined : typeRange(type))
  const values = dictionary ? dictionary.size : known ? Number(known.max - known.min + 1n) : rows
  return { ir: FALSE, type, range: known, values: Math.max(1, Math.min(rows, values)), ...(dictionary ? { codes: { ir: FALSE, dictionary } } : {}) }
}
const unknownColumn = ({ type }: { readonly type: string }, rows: number): KnownColumn => ({ ir: FALSE, type: planType(type), values: Math.max(1, rows) })

const columnOf = (e: Expr, { columns, rows }: Estimate): KnownColumn => {
  if (e.expr === 'column') return columns[e.index] ?? unknownColumn(e, rows)
  if (e.expr === 'cast') return { ...unknownColumn(e, rows), values: columnOf(e.arg, { columns, rows, share: 1 }).values }
  return unknownColumn(e, rows)
}

/** All rows of several inputs. A column's range is known where it is of all. */
const together = (inputs: readonly Estimate[]): Estimate => {
  const rows = inputs.reduce((n, one) => n + one.rows, 0)
  const first = inputs[0] as Estimate
  const columns = first.columns.map((column, i): KnownColumn => {
    const all = inputs.map((one) => one.columns[i] ?? column)
    const range = all.every((c) => c.range) ? all.map((c) => c.range as Range).reduce(union) : undefined
    return { ir: FALSE, type: column.type, range, values: all.reduce((n, c) => n + c.values, 0) }
  })
  return { rows, share: inputs.reduce((share, one) => Math.min(share, one.share), 1), columns }
}

const limited = (of: Estimate, rows: number): Estimate => ({ ...of, rows, columns: of.columns.map((c) => ({ ...c, values: Math.max(1, Math.min(c.values, rows)) })) })
const sharing = (of: Estimate, share: number): Estimate => limited({ ...of, share: of.share * share }, of.rows * share)

const guess = (e: Expr): number => {
  if (e.expr !== 'call') return UNKNOWN
  if (e.fn === 'not') return 1 - (e.args[0] ? guess(e.args[0]) : UNKNOWN)
  return TEXT_TESTS.has(e.fn) ? TEXT : UNKNOWN
}
