/**
 * A stage's program: pipelines in the order they run, each a loop `for(source, builder, |b, i, row| body)`. Operators emit
 * their part of the body (produce/consume), so a pipeline is one fused loop from the start.
 */
import type { Ir, IrType, Scalar } from './nodes.ts'
import type { Physical } from '../layout/relation.ts'

/** How a column of a source lies in memory; codes are read as their i32. */
export interface SourceColumn {
  readonly physical: Physical
  readonly nullable: boolean
}

export type Source =
  /** vec[{…}] in column layout: a relation. `relation` is the position among the program's inputs. */
  | { readonly source: 'columns'; readonly relation: number; readonly columns: readonly SourceColumn[] }
  /** vec[{…}] of tuples that an earlier builder of this program left, by address. */
  | { readonly source: 'tuples'; readonly sink: number }

/** One field of an aggregate's state. */
export interface StateField {
  readonly type: Scalar
  readonly init: Ir
}

/** Order of one sort key: fixed-width keys by range, strings by bytes; see sort-key codegen. */
export interface SortField {
  readonly value: Ir
  readonly descending: boolean
  readonly nullsFirst: boolean
  /** Exact values: the least value and the bytes that value − least needs. */
  readonly bias?: bigint | undefined
  readonly bytes?: number | undefined
}

export type Builder =
  /** Ungrouped aggregate: one state. */
  | { readonly builder: 'merger'; readonly state: readonly StateField[]; readonly combine: readonly Ir[] }
  /**
   * Grouped aggregate: key → state. `dense`: extents of each key's value range, where their product is small: the
   * directory is an array, and the key's position (0 for NULL) its index. `combine` reads rows `a` and `b`.
   */
  | {
      readonly builder: 'dictmerger'
      readonly key: readonly IrType[]
      readonly state: readonly StateField[]
      readonly combine: readonly Ir[]
      readonly dense?: readonly DenseKey[] | undefined
    }
  /** Build side of a join: key → rows. */
  | { readonly builder: 'groupmerger'; readonly key: readonly IrType[]; readonly fields: readonly IrType[] }
  /** Rows in sort order; `limit` keeps the first rows only. */
  | { readonly builder: 'sorter'; readonly fields: readonly IrType[]; readonly keys: readonly Omit<SortField, 'value'>[]; readonly keyTypes: readonly IrType[]; readonly top: boolean }
  /** The result: columns in chunks, in source order. `counted`: how many rows were appended is kept, for LIMIT. */
  | { readonly builder: 'appender'; readonly fields: readonly { readonly type: IrType; readonly physical: Physical }[]; readonly counted: boolean }

/** Key k lies in [min, min + extent − 1]; a nullable key has NULL at 0 and values from 1. */
export interface DenseKey {
  readonly min: bigint
  readonly extent: number
}

export type Body =
  | { readonly body: 'let'; readonly name: string; readonly value: Ir; readonly next: Body }
  | { readonly body: 'if'; readonly cond: Ir; readonly next: Body }
  /** for(lookup(sink, key), b, |b, j, row| …): each match of an inner join. */
  | { readonly body: 'probe'; readonly sink: number; readonly key: readonly Ir[]; readonly row: string; readonly memo?: Memo | undefined; readonly next: Body }
  /** merge(b, …). For aggregates `update` reads the state as row `s`. */
  | { readonly body: 'merge'; readonly key: readonly Ir[]; readonly values: readonly Ir[] }

/** Remembers per dictionary code what a lookup found; `table` counts the program's memo tables. */
export interface Memo {
  readonly table: number
  readonly code: Ir
}

export interface Pipeline {
  /** Operators, in the order data flows; for explain. */
  readonly operators: readonly string[]
  readonly source: Source
  /** Name by which `field` nodes read the source's row. */
  readonly row: string
  readonly builder: Builder
  readonly body: Body
}

export interface Program {
  readonly pipelines: readonly Pipeline[]
}

/** Names of the rows that `combine` and `merge` of aggregates read. */
export const STATE_ROW = 's'
export const LEFT_STATE = 'a'
export const RIGHT_STATE = 'b'
