/**
 * The builds of a stage's joins: each is made once, in an order in which those that filter scans come before what they filter,
 * smallest first. The runtime filters that a build leaves are those that some scan behind it can use.
 */
import { both, select, TRUE } from '../../ir/build.ts'
import type { Ir } from '../../ir/nodes.ts'
import { type Body, type Builder, type KeyFilter, sinkOf } from '../../ir/program.ts'
import { exactLiteral } from '../lowering.ts'
import type { Exact } from '../../ir/ranges.ts'
import { type Range, typeName } from '../../layout/types.ts'
import type { Expr, JoinKey, PlanNode } from '../../plan/nodes.ts'
import { type LeafNode, leavesOf } from '../../plan/leaves.ts'
import { carried, restored } from '../carried.ts'
import { columnsOf } from '../references.ts'
import type { Shares } from '../selectivity.ts'
import type { Column, Leaf, StageContext } from '../stage.ts'
import { filtered } from '../filtering.ts'
import { Cardinalities } from './cardinality.ts'
import { Equalities, type JoinNode, type Origin } from './equalities.ts'
import { type BuildKey, buildKey, denseKeyOf } from './keys.ts'
import { openKeys } from './decided.ts'
import { type Expected, type Sides, sidesOf } from './sides.ts'

/** A filter is worth its bits where it lets less than this part of the rows pass. */
const FILTERS_BELOW = 0.7
/** A directory is an array where it has at most so many entries, or so many a row that is expected. */
const SMALL_DIRECTORY = 1 << 16
const ENTRIES_A_ROW = 6
const LARGEST_DIRECTORY = 1 << 26
/** Largest range whose values have a bit each: 16 MB. */
const LARGEST_BITMAP = 1 << 27
/** Rows up to which a Bloom filter is made of a key without such a range. */
const LARGEST_BLOOM = 1 << 22

export interface Build {
  readonly sink: number
  readonly keys: readonly BuildKey[]
  readonly bound: bigint
  /** The build row's columns, of a probe's row by its name; or of the tuples read as rows, whose fields come behind the keys. */
  readonly columns: (row: string, behind?: number) => readonly Column[]
  /** Whether a row has keys that can match, where rows that have not are kept; of a probe's row by its name. */
  readonly present: (row: string) => Ir
  /** Number of the mark's field in the tuples read as rows. */
  readonly mark: number
  /** Sinks over its rows, by what they keep: made once. */
  readonly others: Map<string, number>
}

/** A filter for a column of a leaf. */
export interface Prune {
  readonly sink: number
  readonly filter: number
  readonly column: number
  readonly key: BuildKey
  readonly by: JoinKey
}

interface PlannedFilter {
  readonly key: number
  readonly targets: readonly Origin[]
}

export class JoinBuilds {
  readonly cardinalities: Cardinalities
  readonly #equalities: Equalities
  readonly #sides = new Map<JoinNode, Sides>()
  readonly #builds = new Map<JoinNode, Build>()
  readonly #prunes = new Map<PlanNode, Prune[]>()

  readonly #leaf: (node: PlanNode) => Leaf

  constructor(root: PlanNode, leaf: (node: PlanNode) => Leaf, shares?: Shares) {
    this.#leaf = leaf
    this.cardinalities = new Cardinalities(leaf, shares)
    this.#equalities = new Equalities(root)
  }

  /** Whether a join sorts both sides and merges them: where the plan asks for that, but for marks that a NULL may leave open. */
  merges(node: JoinNode): boolean {
    if (node.strategy !== 'merge' || node.keys.length === 0) return false
    return node.kind !== 'mark' || (!node.residual && openKeys(node, this.#leaf).length === 0)
  }

  sides(node: JoinNode, needed: ReadonlySet<number>): Sides {
    const known = this.#sides.get(node)
    if (known) return known
    const made = sidesOf(node, needed, this.expected(node))
    this.#sides.set(node, made)
    return made
  }

  /** What a join's sides are expected to be. */
  expected(node: JoinNode): Expected {
    const rows = (side: PlanNode, before?: PlanNode) => this.cardinalities.of(side).rows * this.#shareElsewhere(side, before)
    const dense = (side: PlanNode, key: (k: JoinKey) => Expr) => {
      const [only, ...others] = node.keys
      return only !== undefined && others.length === 0 && !only.nullSafe && isDense(this.cardinalities.rangeOf(key(only), side), rows(side))
    }
    return { rows, dense }
  }

  /** The build of a join, and before it of those joins along its probe side that can filter more than it. */
  of(node: JoinNode, needed: ReadonlySet<number>, cx: StageContext): Build {
    const known = this.#builds.get(node)
    if (known) return known
    const along = this.#along(node, needed)
    const filtering = along.filter(({ node: j }) => this.#planned(j).length > 0)
    const rows = (j: JoinNode) => this.cardinalities.of((this.#sides.get(j) as Sides).build.node).rows
    const ordered = [...filtering.sort((a, b) => rows(a.node) - rows(b.node)), ...along]
    for (const { node: j } of ordered) if (!this.#builds.has(j)) this.#builds.set(j, this.#produce(j, cx))
    return this.#builds.get(node) as Build
  }

  /** The filters there are by now for the columns of a leaf. */
  prunes(leaf: PlanNode): readonly Prune[] {
    return this.#prunes.get(leaf) ?? []
  }

  /** The joins that rows of a join's probe side go through one after the other, from above, as long as nothing but projections and filters stands between them. */
  #along(node: PlanNode, needed: ReadonlySet<number>): { readonly node: JoinNode }[] {
    switch (node.op) {
      case 'join': {
        if (this.merges(node)) return []
        const { probe } = this.sides(node, needed)
        return [{ node }, ...this.#along(probe.node, columnsOf(node.keys.map(probe.key), new Set(probe.needed)))]
      }
      case 'filter':
        return this.#along(node.input, columnsOf([node.predicate], new Set(needed)))
      case 'project':
        return this.#along(node.input, columnsOf(node.exprs.filter((_, i) => needed.has(i))))
      default:
        return []
    }
  }

  /** What part of a side's rows runtime filters leave that are there before `before` probes; without those that `beside` is given, too. */
  #shareElsewhere(side: PlanNode, before: PlanNode | undefined, beside?: LeafNode): number {
    return this.#equalities.shareElsewhere(side, (leaf) => this.cardinalities.of(leaf).share, before && this.#spine(before), beside)
  }

  /** The leaf whose rows go through all joins of a side, as far as that can be told before their sides are chosen: the one of most rows. */
  #spine(node: PlanNode): LeafNode | undefined {
    switch (node.op) {
      case 'scan':
      case 'input':
      case 'values':
        return node
      case 'join':
        return this.#spine(this.cardinalities.of(node.left).rows >= this.cardinalities.of(node.right).rows ? node.left : node.right)
      case 'filter':
      case 'project':
        return this.#spine(node.input)
      default:
        return undefined
    }
  }

  /** For each key of a join that filters: the columns of leaves that are equal to it and do not lie in its own build side. */
  #planned(node: JoinNode): readonly PlannedFilter[] {
    const { build, probe, filters } = this.#sides.get(node) as Sides
    if (!filters) return []
    const own = leavesOf(build.node)
    return node.keys.flatMap((k, key) => {
      if (k.nullSafe) return []
      const targets = this.#equalities.of(probe.key(k), probe.node).filter(({ leaf }) => leaf.op !== 'values' && !own.includes(leaf))
      if (targets.length === 0) return []
      const share = this.cardinalities.matching(this.cardinalities.of(probe.node), probe.key, this.cardinalities.of(build.node), build.key, k)
      // What filters the build side and not the target, only this filter tells it.
      const pruned = share * Math.min(...targets.map(({ leaf }) => this.#shareElsewhere(build.node, probe.node, leaf)))
      return pruned < FILTERS_BELOW ? [{ key, targets }] : []
    })
  }

  #produce(node: JoinNode, cx: StageContext): Build {
    const { build: side, afterwards } = this.#sides.get(node) as Sides
    const rows = this.cardinalities.of(side.node).rows
    let all: readonly Column[] = []
    let kept: readonly number[] = []
    let keys: readonly BuildKey[] = []
    let bound = 0n
    let telling = TRUE
    const open = node.kind === 'mark' ? openKeys(node, cx.leaf) : []
    const marks = afterwards || open.length > 0 ? { marks: true as const } : {}
    const planned = this.#planned(node)
    const filters: KeyFilter[] = []
    const made: { readonly planned: PlannedFilter; readonly key: BuildKey }[] = []
    cx.produce(side.node, columnsOf(node.keys.map(side.key), new Set(side.needed)), (row) => {
      keys = node.keys.map((k) => buildKey(cx.lower(side.key(k), row), k))
      all = row.columns
      bound = row.bound
      kept = all.map((_, i) => i).filter((i) => side.needed.has(i))
      filters.length = made.length = 0
      for (const p of planned) {
        const key = keys[p.key] as BuildKey
        const filter = filterOf(p.key, key, rows)
        if (!filter) continue
        filters.push(filter)
        made.push({ planned: p, key })
      }
      const present = keys.map((k) => k.present).reduce(both, TRUE)
      // A row that can match nothing is kept where rows without a match are wanted, or where it leaves a mark open.
      const keeps = (afterwards === 'unmatched' || open.some((k) => k.right)) && present !== TRUE
      telling = keeps ? present : TRUE
      const dense = keys.length === 1 ? directoryOf(keys[0] as BuildKey, rows) : undefined
      const fields = [...kept.map((i) => carried(all[i] as Column)), ...(keeps ? [present] : [])]
      // The value of a NULL may lie anywhere; directories and filters go by a key's range.
      const stored = keys.map((k) => {
        const range = keeps ? denseKeyOf(k) : undefined
        return range ? select(k.present, k.ir, exactLiteral(k.ir.type as Exact, range.min)) : k.ir
      })
      const merge: Body = { body: 'merge', key: stored, values: fields }
      const builder: Builder = {
        builder: 'groupmerger', key: stored.map((k) => k.type), fields: fields.map((f) => f.type),
        ...(dense ? { dense } : {}), ...marks, ...(filters.length ? { filters: [...filters] } : {}),
      }
      return { body: keeps ? merge : filtered(keys.map((k) => k.present).filter((p) => p !== TRUE), merge), builder, operators: ['build'] }
    })
    const sink = sinkOf(cx.pipelines, cx.pipelines.length - 1)
    made.forEach(({ planned: p, key }, filter) => {
      for (const { leaf, column } of p.targets) {
        this.#prunes.set(leaf, [...(this.#prunes.get(leaf) ?? []), { sink, filter, column, key, by: node.keys[p.key] as JoinKey }])
      }
    })
    const fields = kept.length + (telling === TRUE ? 0 : 1)
    return {
      sink, keys, bound,
      columns: (name, behind = 0) => all.map((column, i): Column => {
        const position = kept.indexOf(i)
        if (position < 0) return cx.lower({ expr: 'literal', value: null, type: typeName(column.type) }, { columns: [], bound: 0n })
        return restored(column, { ir: 'field', type: carried(column).type, row: name, index: behind + position }, cx)
      }),
      present: (name) => (telling === TRUE ? TRUE : { ir: 'field', type: 'bool', row: name, index: kept.length }),
      mark: keys.length + fields,
      others: new Map(),
    }
  }
}

const filterOf = (key: number, build: BuildKey, rows: number): KeyFilter | undefined => {
  const range = denseKeyOf(build)
  if (range && range.extent <= LARGEST_BITMAP) return { filter: 'bitmap', key, range }
  return rows <= LARGEST_BLOOM ? { filter: 'bloom', key } : undefined
}

const directoryOf = (key: BuildKey, rows: number) => {
  const range = denseKeyOf(key)
  return range && isDense(key.range, rows) ? range : undefined
}
const isDense = (range: Range | undefined, rows: number): boolean => {
  if (!range) return false
  const extent = range.max - range.min + 1n
  return extent <= LARGEST_DIRECTORY && (extent <= SMALL_DIRECTORY || Number(extent) <= ENTRIES_A_ROW * rows)
}
