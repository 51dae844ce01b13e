/**
 * The physical plan, version 1: plain JSON data, types written in their text form. Planners make it, the builder
 * makes it, `arcweld run` reads it. Expressions are bound: a column is a position in the input's output.
 */
import type { TypeName } from '../layout/types.ts'

export const PLAN_VERSION = 1

/**
 * Literals in JSON: null, boolean; string for string and for decimal ("12.50", with the type's scale), date
 * ("2024-02-29"), timestamp ("2024-02-29 13:45:00.5"), timestamptz ("2024-02-29T13:45:00Z"), integers of 64 bits and
 * more ("-5"); number for narrower integers, float and double, where "NaN", "Infinity", "-Infinity" and "-0" are strings; hexadecimal
 * digits for binary ("00ff"), ISO 8601 for intervals ("P1Y2M3DT4H5.5S"), and for structs, arrays and maps the JSON of what rows({ json: true }) gives.
 */
export type LiteralValue = null | boolean | number | string

/** What an operation does that has no result in range; 'wrap' is for integers only. */
export type OnOverflow = 'error' | 'wrap' | 'null'
export type OnZero = 'error' | 'null' | 'ieee'
/** What a cast does with a value it cannot convert. */
export type OnFailure = 'error' | 'null'

export type Expr =
  | { readonly expr: 'column'; readonly index: number; readonly type: TypeName }
  | { readonly expr: 'literal'; readonly value: LiteralValue; readonly type: TypeName }
  /** A registry function; `flags` are those its record declares. */
  | { readonly expr: 'call'; readonly fn: string; readonly args: readonly Expr[]; readonly type: TypeName; readonly flags?: Flags }
  | { readonly expr: 'cast'; readonly arg: Expr; readonly type: TypeName; readonly onFailure?: OnFailure }
  | { readonly expr: 'case'; readonly when: readonly { readonly if: Expr; readonly then: Expr }[]; readonly else: Expr; readonly type: TypeName }
  | { readonly expr: 'udf'; readonly name: string; readonly args: readonly Expr[]; readonly type: TypeName }

export interface Flags {
  readonly overflow?: OnOverflow
  readonly divideByZero?: OnZero
  /** LIKE: the escape character, '' for none. */
  readonly escape?: string
}

export interface ScanField {
  readonly name: string
  readonly type: TypeName
}

export interface SortKey {
  readonly expr: Expr
  readonly descending: boolean
  readonly nullsFirst: boolean
}

export interface AggregateCall {
  readonly fn: string
  readonly args: readonly Expr[]
  readonly type: TypeName
  readonly distinct?: boolean
  readonly filter?: Expr
}

export type FrameUnit = 'rows' | 'range' | 'groups'
/**
 * Where a frame begins or ends. `at` of rows and groups: how many of them before or after the current one, an integer. Of range:
 * the value of the order key where the frame begins or ends, as `key - 3`, of the key's type.
 */
export type FrameBound =
  | { readonly bound: 'unbounded_preceding' | 'current_row' | 'unbounded_following' }
  | { readonly bound: 'preceding' | 'following'; readonly at: Expr }

export interface Frame {
  readonly unit: FrameUnit
  readonly start: FrameBound
  readonly end: FrameBound
  /** What is left out of it: the current row, it and its peers, or its peers without it. */
  readonly exclude?: 'current_row' | 'group' | 'ties'
}

export interface WindowCall {
  /** A window function or an aggregate. */
  readonly fn: string
  readonly args: readonly Expr[]
  readonly type: TypeName
  readonly frame?: Frame
  readonly ignoreNulls?: boolean
  readonly filter?: Expr
  readonly distinct?: boolean
}

export type JoinKind = 'inner' | 'left' | 'right' | 'full' | 'semi' | 'anti' | 'right_semi' | 'right_anti' | 'mark' | 'single'

/** hash: one side is built into a directory. merge: both sides are sorted by their keys, and rows come out in the order of the keys. */
export type JoinStrategy = 'hash' | 'merge'

export type SetKind = 'intersect' | 'except'

export interface JoinKey {
  readonly left: Expr
  readonly right: Expr
  /** NULL = NULL matches (IS NOT DISTINCT FROM). */
  readonly nullSafe?: boolean
}

/**
 * How an exchange divides rows. Spark's: hash is pmod(Murmur3 of the keys with seed 42, partitions); range puts rows into partitions
 * that follow one another in the keys' order and are about equal; round-robin deals rows out. `single`: one partition;
 * `broadcast`: one, which every task of the stage that reads it reads whole.
 */
export type Partitioning =
  | { readonly kind: 'hash'; readonly keys: readonly Expr[]; readonly partitions: number }
  | { readonly kind: 'range'; readonly keys: readonly SortKey[]; readonly partitions: number }
  | { readonly kind: 'roundrobin'; readonly partitions: number }
  | { readonly kind: 'single' }
  | { readonly kind: 'broadcast' }

export type PlanNode =
  /** Columns of a table by name, in this order; `filters` are over those columns, and all must hold. */
  | { readonly op: 'scan'; readonly table: string; readonly columns: readonly ScanField[]; readonly filters?: readonly Expr[] }
  /** The output of another stage; only inside stages that were cut, never in a plan document. */
  | { readonly op: 'input'; readonly stage: number; readonly columns: readonly ScanField[] }
  /** The output of one of the plan's shared plans; only in plans, stages read it as an `input`. */
  | { readonly op: 'shared'; readonly index: number; readonly columns: readonly ScanField[] }
  /** Literal rows. */
  | { readonly op: 'values'; readonly columns: readonly ScanField[]; readonly rows: readonly (readonly LiteralValue[])[] }
  | { readonly op: 'filter'; readonly input: PlanNode; readonly predicate: Expr }
  | { readonly op: 'project'; readonly input: PlanNode; readonly exprs: readonly Expr[] }
  /**
   * Output: the groups, then the aggregates. Without groups: exactly one row. `sets`: grouping sets, as positions of groups; a group
   * that is not in a row's set is NULL, and one more column, an int32, is the position of the set. A set without groups has one row.
   */
  | { readonly op: 'aggregate'; readonly input: PlanNode; readonly groups: readonly Expr[]; readonly aggregates: readonly AggregateCall[]; readonly sets?: readonly (readonly number[])[] }
  /** The rows of all inputs, columns by position; types are those of the first. At least one input. */
  | { readonly op: 'union'; readonly inputs: readonly PlanNode[] }
  /** Rows of the left that the right has or has not, NULL equal to NULL; `all`: as often as min(l, r), or l − r. */
  | { readonly op: 'setop'; readonly kind: SetKind; readonly all: boolean; readonly left: PlanNode; readonly right: PlanNode }
  /** Each row once for each projection, in their order. Types are those of the first projection. */
  | { readonly op: 'expand'; readonly input: PlanNode; readonly projections: readonly (readonly Expr[])[] }
  /**
   * Each row once for each element of its array, or entry of its map; none where that is empty or NULL, or with `outer` one with NULLs. Output: the
   * input's columns, then the element, or the key and the value; with `ordinality` one more column, an int64, which counts them from 1.
   */
  | { readonly op: 'unnest'; readonly input: PlanNode; readonly expr: Expr; readonly outer?: boolean; readonly ordinality?: boolean }
  /** Output: left columns, then right columns. The right input is the build side unless sizes say otherwise. */
  | { readonly op: 'join'; readonly kind: JoinKind; readonly left: PlanNode; readonly right: PlanNode; readonly keys: readonly JoinKey[]; readonly residual?: Expr; readonly strategy?: JoinStrategy }
  | { readonly op: 'sort'; readonly input: PlanNode; readonly keys: readonly SortKey[] }
  | { readonly op: 'topn'; readonly input: PlanNode; readonly keys: readonly SortKey[]; readonly limit: number; readonly offset?: number }
  /** Output: the input's columns, then the functions; rows come partition by partition, in order. */
  | { readonly op: 'window'; readonly input: PlanNode; readonly partitions: readonly Expr[]; readonly orders: readonly SortKey[]; readonly functions: readonly WindowCall[] }
  /** `limit` null: all rows after `offset`. */
  | { readonly op: 'limit'; readonly input: PlanNode; readonly limit: number | null; readonly offset?: number }
  /** The same rows, divided into partitions. */
  | { readonly op: 'exchange'; readonly input: PlanNode; readonly partitioning: Partitioning }

export interface Plan {
  readonly version: typeof PLAN_VERSION
  /** Names of the root's output columns; unique. */
  readonly names: readonly string[]
  /** Plans whose rows are used in several places, each computed once; one may use those before it. */
  readonly shared?: readonly PlanNode[]
  readonly root: PlanNode
}
