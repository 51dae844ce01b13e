/**
 * How operators become pipelines (produce/consume; Neumann, VLDB 2011): each operator's record produces its rows into a
 * consumer, which returns the rest of the loop body. A pipeline ends, and is recorded, where a builder takes the rows.
 */
import type { Refusal } from '../errors.ts'
import type { Ir } from '../ir/nodes.ts'
import type { Body, Builder, Pipeline } from '../ir/program.ts'
import type { ColumnInfo, Dictionary } from '../layout/relation.ts'
import type { RangedField } from '../layout/row-table.ts'
import type { Expr, PlanNode } from '../plan/nodes.ts'
import type { JoinBuilds } from './joins/builds.ts'
import type { Lowered, LowerContext } from './registry.ts'
import type { Shares } from './selectivity.ts'

/** A column of a row in flight. `codes`: the dictionary code that the string is the decoding of. */
export interface Column extends Lowered {
  readonly codes?: { readonly ir: Ir; readonly dictionary: Dictionary } | undefined
}

export interface Row {
  readonly columns: readonly Column[]
  /** No more rows than this reach the consumer, in all. */
  readonly bound: bigint
}

export interface Consumed {
  readonly body: Body
  readonly builder: Builder
  readonly operators: readonly string[]
}
export type Consume = (row: Row) => Consumed

/** What is known of a leaf when its stage is compiled. */
export interface Leaf {
  /** Position among the stage's inputs. */
  readonly input: number
  readonly columns: readonly ColumnInfo[]
  readonly rows: number
  /** Of UnsafeRows: all their fields, and which each column is. */
  readonly layout?: RowLayout | undefined
}

export interface RowLayout {
  readonly fields: readonly RangedField[]
  readonly positions: readonly number[]
}

export interface StageContext extends LowerContext {
  readonly pipelines: Pipeline[]
  readonly refuse: (refusal: Refusal) => void
  /** Bytes that a worker's array by key may take, of the memory that is left. */
  readonly arrayBytes: bigint
  readonly leaf: (node: PlanNode) => Leaf
  /** What conditions let pass, as far as that was asked of a sample. */
  readonly shares: Shares
  readonly memoTable: (size: number) => number
  /** The builds of the stage's joins. */
  readonly builds: JoinBuilds
  readonly rowName: () => string
  readonly lower: (expr: Expr, row: Row) => Column
  readonly produce: (node: PlanNode, needed: ReadonlySet<number>, consume: Consume) => void
  /** The row that `produce` will hand on: for its types, ranges and dictionaries, not for its code. */
  readonly rowOf: (node: PlanNode, needed: ReadonlySet<number>) => Row
}

/** One relational operator: how its rows come to be. `needed`: columns of its output that anything reads. */
export interface OperatorDef<N extends PlanNode = PlanNode> {
  readonly produce: (node: N, needed: ReadonlySet<number>, consume: Consume, cx: StageContext) => void
}
export type NodeOf<Op extends PlanNode['op']> = Extract<PlanNode, { op: Op }>
