/**
 * A stage's program: pipelines in the order they run, each a loop `for(source, builder, |b, i, row| body)`. Operators emit
 * their part of the body (produce/consume), so a pipeline is one fused loop from the start.
 */
import type { Ir, IrType, SourceColumn, VecRef } from './nodes.ts'
import type { Physical } from '../layout/relation.ts'
import type { RangedField } from '../layout/row-table.ts'

export type { SourceColumn } from './nodes.ts'

export type Source =
  /** vec[{…}] in column layout: a relation. `relation` is the position among the program's inputs. */
  | { readonly source: 'columns'; readonly relation: number; readonly columns: readonly SourceColumn[] }
  /** vec[{…}] in row layout: UnsafeRows. `relation` as above. */
  | { readonly source: 'rows'; readonly relation: number; readonly fields: readonly RangedField[] }
  /** vec[{…}] of tuples that an earlier builder of this program left, by address. */
  | { readonly source: 'tuples'; readonly sink: number }
  /** Numbers 0 … count − 1 as rows of one i32. `count` is an unsigned i32 and reads parameters only. */
  | { readonly source: 'range'; readonly count: Ir }

/** One field of an aggregate's state. */
export interface StateField {
  readonly type: IrType
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
   * directory is an array, and the key's position (0 for NULL) its index. `local`, of other keys: groups come in no order and
   * no key is looked up later, so that a worker's table may be given up, at about so many groups, where it is of little use.
   * `counted`, of small dense arrays: the number of a field of the state that is zero at first and to which every merge adds one: where it is not
   * zero there is a group.
   * `combine` reads rows `a` and `b`.
   */
  | {
      readonly builder: 'dictmerger'
      readonly key: readonly IrType[]
      readonly state: readonly StateField[]
      readonly combine: readonly Ir[]
      readonly dense?: readonly DenseKey[] | undefined
      readonly counted?: number | undefined
      readonly local?: number | undefined
    }
  /**
   * Build side of a join: key → rows. `contiguous`: not for joins; its tuples are a key's fields and the vec of its rows'
   * fields in order of arrival, keys in order of first arrival.
   */
  | {
      readonly builder: 'groupmerger'
      readonly key: readonly IrType[]
      readonly fields: readonly IrType[]
      readonly contiguous?: true | undefined
      /** The range of the only key: the directory is an array by its position. */
      readonly dense?: DenseKey | undefined
      /** Tuples have one more field, a bool: whether a probe that marks has matched it. They can be read as a source. */
      readonly marks?: true | undefined
      /** Runtime filters that are left for `prune`. */
      readonly filters?: readonly KeyFilter[] | undefined
    }
  /**
   * An array that starts as a copy of `initial`, a relation of one column; a merge's one key is the position, an unsigned i32,
   * which raises RAISED out of range. `fields` is one: what a worker that has not the initial vec starts from.
   */
  | { readonly builder: 'vecmerger'; readonly fields: readonly StateField[]; readonly initial: Extract<VecRef, { vec: 'relation' }>; readonly combine: readonly Ir[] }
  /** Rows in sort order; `limit` keeps the first rows only. */
  | {
      readonly builder: 'sorter'
      readonly fields: readonly IrType[]
      readonly keys: readonly Omit<SortField, 'value'>[]
      readonly keyTypes: readonly IrType[]
      readonly top: boolean
      /** So many of the keys are a window's partitions: the last two fields, i32, become a row's position and the number of its group of peers, and tuples have four fields more (WINDOW_FIELDS). */
      readonly window?: number | undefined
      /** Tuples have two fields more (KEY_FIELDS), by which a probe finds tuples of another sorter with the same keys. */
      readonly keyed?: true | undefined
    }
  /**
   * Aggregates over a window's rows, which its source gives in order, whole partitions by one worker: its state begins anew where
   * a row's position, the first key, is the second, and is written into fields from `first` on of the tuples at the positions from
   * the third key to before the fourth when the one before that has come. `tuple`: the fields of the sorter that has the rows.
   * `nodes`: each row's state is its own, and states of 16, 256, … rows of a partition that follow one another are combined and
   * written into fields from there on of the block's first tuple but one, but two, ….
   */
  | { readonly builder: 'framer'; readonly sink: number; readonly tuple: readonly IrType[]; readonly first: number; readonly nodes?: number | undefined; readonly state: readonly StateField[]; readonly combine: readonly Ir[] }
  /**
   * The result: columns, or with `layout` UnsafeRows, in chunks, in source order. `counted`: how many rows were appended is kept, for
   * LIMIT. `numbered`: a row's key, an i32, is kept beside it: its partition. `intervals`: fields of rows that are calendar intervals,
   * which have their 16 bytes there even where they are NULL.
   */
  | { readonly builder: 'appender'; readonly fields: readonly { readonly type: IrType; readonly physical: Physical }[]; readonly counted: boolean; readonly layout?: 'row' | undefined; readonly numbered?: true | undefined; readonly intervals?: readonly number[] | undefined }

/**
 * What is kept of one key field of a build side, so that scans leave out rows which surely match nothing: a bit for each value
 * of a small range, or a blocked Bloom filter (Putze, Sanders, Singler: Cache-, Hash- and Space-Efficient Bloom Filters, 2007).
 * Both know the least and the greatest key.
 */
export type KeyFilter = { readonly filter: 'bitmap'; readonly key: number; readonly range: DenseKey } | { readonly filter: 'bloom'; readonly key: number }

/** Key k lies in [min, min + extent − 1]; a nullable key has NULL at 0 and values from 1. */
export interface DenseKey {
  readonly min: bigint
  readonly extent: number
}
/** How many positions dense keys have. */
export const extentOf = (ranges: readonly DenseKey[]): number => ranges.reduce((n, d) => n * d.extent, 1)
/** Positions of an array of states that is small: it is cleared at first, and one worker adds up all of them. */
export const SMALL_EXTENT = 65536

export type Body =
  | { readonly body: 'let'; readonly name: string; readonly value: Ir; readonly next: Body }
  /** `selectivity`: how many of the rows are expected to pass; a hint that the optimiser uses up. */
  | { readonly body: 'if'; readonly cond: Ir; readonly selectivity?: Selectivity | undefined; readonly next: Body }
  /**
   * for(lookup(sink, key), b, |b, j, row| …): each match, where keys are equal and `residual` holds. `kind` is that of the join,
   * seen from the row that probes; none is inner. left: where there is no match, `next` runs once; `found`, the name of a bool,
   * tells which, and the fields of `row` are unspecified but harmless without one. semi, anti: `next` runs once where there is,
   * or is no match, and cannot read `row`. mark: `next` runs once for each row, `found` tells whether there is a match, and it cannot
   * read `row`. single: as left, but a second match raises RAISED at `site`. `marks`: matched tuples of a groupmerger that marks are marked.
   * `ordered`: the sink is that of a keyed sorter, and the key the KEY_FIELDS of another one's tuple; where such tuples come in order
   * that is a merge. Its last field is the mark, where one is made.
   */
  | {
      readonly body: 'probe'
      readonly sink: number
      readonly key: readonly Ir[]
      readonly row: string
      readonly kind?: ProbeKind | undefined
      readonly site?: number | undefined
      readonly ordered?: true | undefined
      readonly residual?: Ir | undefined
      readonly found?: string | undefined
      readonly marks?: true | undefined
      readonly memo?: Memo | undefined
      readonly next: Body
    }
  /** Runtime filter: leaves out rows whose key an earlier groupmerger surely has not; which of those it does is not specified. */
  | { readonly body: 'prune'; readonly sink: number; readonly filter: number; readonly key: Ir; readonly next: Body }
  /** One after the other: several merges for one row. */
  | { readonly body: 'fork'; readonly branches: readonly Body[] }
  /** `next` for index = 0 … count − 1 (unsigned). */
  | { readonly body: 'each'; readonly index: string; readonly count: Ir; readonly next: Body }
  /**
   * A staging point: rows wait in the worker's scratch with the carried values, and `next` runs over many of them. It reads
   * the source's row and what is carried; names and rows bound before it are gone.
   */
  | { readonly body: 'stage'; readonly carry: readonly { readonly name: string; readonly value: Ir }[]; readonly next: Body }
  /** merge(b, …). For aggregates `update` reads the state as row `s`. */
  | { readonly body: 'merge'; readonly key: readonly Ir[]; readonly values: readonly Ir[] }

/** Few classes, so that programs that differ in constants are mostly the same: below 5 %, below 30 %, up to 90 %, above. */
export const SELECTIVITIES = ['rare', 'few', 'half', 'most'] as const
export type Selectivity = (typeof SELECTIVITIES)[number]
export const selectivityOf = (share: number): Selectivity => (share < 0.05 ? 'rare' : share < 0.3 ? 'few' : share <= 0.9 ? 'half' : 'most')

export const PROBE_KINDS = ['left', 'semi', 'anti', 'mark', 'single'] as const
export type ProbeKind = (typeof PROBE_KINDS)[number]

/** Remembers per dictionary code what a lookup found; `table` counts the program's memo tables. */
export interface Memo {
  readonly table: number
  readonly code: Ir
}

/**
 * What of a pipeline over columns is done in lanes, eight rows a step: its first `filter` ifs, with the lets before them; and
 * with `merge` all of it, which then is lets, ifs and one merge.
 */
export interface Vector {
  readonly filter: number
  readonly merge: boolean
}

/**
 * A pipeline's body for stretches of rows in which no column that is read holds a NULL: the source's row has fields of type T
 * where the column is nullable, too. What it merges, raises and finds is what the general body does of such rows.
 */
export interface NullFree {
  readonly body: Body
  readonly vector?: Vector | undefined
}

export interface Pipeline {
  /** Operators, in the order data flows; for explain. */
  readonly operators: readonly string[]
  readonly source: Source
  /** Name by which `field` nodes read the source's row. */
  readonly row: string
  readonly builder: Builder
  readonly body: Body
  readonly vector?: Vector | undefined
  /** Of a source of columns that reads nullable ones. */
  readonly nullFree?: NullFree | undefined
  /** Merges go into the sink of this earlier pipeline, whose builder is the same; its end comes after the last such pipeline. */
  readonly into?: number | undefined
}

/** The sink that a pipeline merges into. */
export const sinkOf = (pipelines: readonly Pipeline[], index: number): number => pipelines[index]?.into ?? index

/** Positions of a row's partition, first and end, and of its peers. */
export const WINDOW_FIELDS: readonly IrType[] = ['i32', 'i32', 'i32', 'i32']

/** A row's normalised key: its first 8 bytes, and where it is longer a slice of all of it, else an empty one. */
export const KEY_FIELDS: readonly IrType[] = ['i64', 'str']

/** The last pipeline that merges into a sink: behind it comes the sink's end. */
export const endOf = (pipelines: readonly Pipeline[], sink: number): number => Math.max(sink, pipelines.findLastIndex((p) => p.into === sink))

export interface Program {
  readonly pipelines: readonly Pipeline[]
}

/** The bodies within a body. */
export const nextOf = (b: Body): readonly Body[] => (b.body === 'merge' ? [] : b.body === 'fork' ? b.branches : [b.next])
/** The expressions of a body's first step. */
export const stepExpressions = (b: Body): readonly Ir[] => {
  switch (b.body) {
    case 'let':
      return [b.value]
    case 'if':
      return [b.cond]
    case 'probe':
      return [...b.key, ...(b.residual ? [b.residual] : []), ...(b.memo ? [b.memo.code] : [])]
    case 'prune':
      return [b.key]
    case 'fork':
      return []
    case 'each':
      return [b.count]
    case 'stage':
      return b.carry.map((c) => c.value)
    case 'merge':
      return [...b.key, ...b.values]
  }
}
/** A body with its first step's expressions and what follows replaced. */
export const mapStep = (b: Body, f: (e: Ir) => Ir, next: (b: Body) => Body): Body => {
  switch (b.body) {
    case 'let':
      return { ...b, value: f(b.value), next: next(b.next) }
    case 'if':
      return { ...b, cond: f(b.cond), next: next(b.next) }
    case 'probe':
      return { ...b, key: b.key.map(f), residual: b.residual && f(b.residual), memo: b.memo && { ...b.memo, code: f(b.memo.code) }, next: next(b.next) }
    case 'prune':
      return { ...b, key: f(b.key), next: next(b.next) }
    case 'fork':
      return { ...b, branches: b.branches.map(next) }
    case 'each':
      return { ...b, count: f(b.count), next: next(b.next) }
    case 'stage':
      return { ...b, carry: b.carry.map((c) => ({ name: c.name, value: f(c.value) })), next: next(b.next) }
    case 'merge':
      return { ...b, key: b.key.map(f), values: b.values.map(f) }
  }
}
/** What a builder's merges update, combined across workers: its fields; none for other builders. */
export const stateOf = (b: Builder): readonly StateField[] => (b.builder === 'merger' || b.builder === 'dictmerger' || b.builder === 'framer' ? b.state : b.builder === 'vecmerger' ? b.fields : [])
export const combineOf = (b: Builder): readonly Ir[] => (b.builder === 'merger' || b.builder === 'dictmerger' || b.builder === 'vecmerger' || b.builder === 'framer' ? b.combine : [])
/** Types of the tuples a builder leaves, keys first; undefined where it leaves none that can be read as a source. */
export const tupleTypes = (b: Builder): readonly IrType[] | undefined => {
  switch (b.builder) {
    case 'merger':
      return b.state.map((s) => s.type)
    case 'dictmerger':
      return [...b.key, ...b.state.map((s) => s.type)]
    case 'groupmerger':
      return b.contiguous ? [...b.key, 'vec'] : b.marks ? [...b.key, ...b.fields, 'bool'] : undefined
    case 'vecmerger':
      return b.fields.map((s) => s.type)
    case 'sorter':
      return [...b.fields, ...(b.window === undefined ? [] : WINDOW_FIELDS), ...(b.keyed ? KEY_FIELDS : [])]
    case 'framer':
    case 'appender':
      return undefined
  }
}

/** Names of the rows that `combine` and `merge` of aggregates read. */
export const STATE_ROW = 's'
export const LEFT_STATE = 'a'
export const RIGHT_STATE = 'b'
