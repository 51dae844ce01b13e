/**
 * The fields of every node and expression of a plan document, with a sentence each: what validation demands and what
 * docs/PLAN.md prints. The compiler holds them against the types in nodes.ts.
 */
import type { AggregateCall, Expr, Flags, Frame, FrameBound, FrameUnit, JoinKey, JoinKind, Partitioning, Plan, PlanNode, ScanField, SetKind, SortKey, WindowCall } from './nodes.ts'

export interface FieldShape {
  readonly optional?: boolean
  readonly doc: string
}

/** One entry for each field of T, marked optional exactly where T's is. */
export type Fields<T> = {
  readonly [K in keyof T]-?: { readonly doc: string } & (object extends Pick<T, K> ? { readonly optional: true } : { readonly optional?: never })
}

export interface Shape {
  readonly doc: string
  readonly fields: Readonly<Record<string, FieldShape>>
}

type Op = PlanNode['op']
type Kind = Expr['expr']
type NodeOf<K extends Op> = Omit<Extract<PlanNode, { op: K }>, 'op'>
type ExprOf<K extends Kind> = Omit<Extract<Expr, { expr: K }>, 'expr'>

const keys = { doc: 'Sort keys, the first one decides first; at least one.' }
const offset = { optional: true as const, doc: 'Rows left out before the first; 0 where absent.' }
const type = { doc: 'The type of the result.' }

/** `input` is missing on purpose: it stands only in stages that were cut. */
export const NODE_SHAPES: { readonly [K in Exclude<Op, 'input'>]: { readonly doc: string; readonly fields: Fields<NodeOf<K>> } } = {
  scan: {
    doc: 'Columns of a table or of an input, by name. Output: `columns`, in that order.',
    fields: {
      table: { doc: 'The name the table was registered under, or of the input given to `run`.' },
      columns: { doc: 'Which columns, each `{"name", "type"}`; each name once. A type must be that of the table.' },
      filters: { optional: true, doc: 'Predicates over `columns`; a row stays where all are true. They are tested in order, and from comparisons with literals whole row groups of a file are skipped.' },
    },
  },
  values: {
    doc: 'Rows that the plan itself holds. Output: `columns`.',
    fields: {
      columns: { doc: 'Names and types, each `{"name", "type"}`.' },
      rows: { doc: 'A list of rows; a row is a list of literals, one for each column.' },
    },
  },
  shared: {
    doc: 'The rows of a shared plan. Output: `columns`.',
    fields: {
      index: { doc: 'Its position in `shared`; inside of a shared plan only an earlier one.' },
      columns: { doc: "Its output's columns, each `{\"name\", \"type\"}`: names of one's own, the types that it has." },
    },
  },
  filter: {
    doc: 'Rows for which the predicate is true (neither false nor NULL). Output: that of the input.',
    fields: { input: { doc: 'A node.' }, predicate: { doc: 'A `bool` over the input.' } },
  },
  project: {
    doc: 'Expressions over each row. Output: one column for each.',
    fields: { input: { doc: 'A node.' }, exprs: { doc: 'Expressions over the input.' } },
  },
  aggregate: {
    doc: 'One row for each distinct combination of the groups (NULL is equal to NULL); without groups exactly one row. Output: the groups, then the aggregates.',
    fields: {
      input: { doc: 'A node.' },
      groups: { doc: 'Expressions over the input; may be empty.' },
      aggregates: { doc: 'Aggregate calls; may be empty where there are groups, which makes the rows distinct.' },
      sets: {
        optional: true,
        doc: 'Grouping sets, each a list of positions of `groups`: one row for each combination of each set, with NULL for groups that are not in it; a set without groups gives one row. Output: one more column, an `int32`: the position of the set.',
      },
    },
  },
  union: {
    doc: 'The rows of all inputs (UNION ALL). Output: as many columns as each input has, of the same types.',
    fields: { inputs: { doc: 'Nodes, at least one.' } },
  },
  setop: {
    doc: 'Rows of the left input that the right one has, or has not; NULL is equal to NULL. Output: that of both inputs, whose columns are of the same types.',
    fields: {
      kind: { doc: 'One of the kinds below.' },
      all: { doc: '`false`: each row once. `true`: a row that the inputs have l and r times comes as often as the kind says.' },
      left: { doc: 'A node.' },
      right: { doc: 'A node.' },
    },
  },
  expand: {
    doc: 'Each row once for each projection. Output: the columns of a projection.',
    fields: { input: { doc: 'A node.' }, projections: { doc: 'Lists of expressions over the input, at least one; all of the same types.' } },
  },
  unnest: {
    doc: 'Each row once for each element of its array, or entry of its map; none where that is empty or NULL. Output: the columns of the input, then the element, or the key and the value.',
    fields: {
      input: { doc: 'A node.' },
      expr: { doc: 'An array or a map.' },
      outer: { optional: true, doc: '`true`: a row whose value is empty or NULL comes once, with NULLs for what the value has not.' },
      ordinality: { optional: true, doc: '`true`: one more column, an `int64`, counts the elements from 1.' },
    },
  },
  join: {
    doc: 'Pairs of left and right rows whose keys are equal and for which `residual` is true; all pairs where there are neither. Output: the left columns, then the right ones, but see the kinds.',
    fields: {
      kind: { doc: 'One of the kinds below.' },
      left: { doc: 'A node.' },
      right: { doc: 'A node: the build side, unless sizes say otherwise.' },
      keys: { doc: 'Pairs of expressions that must be equal; may be empty.' },
      residual: { optional: true, doc: 'A `bool` over the left columns followed by the right ones, whatever the kind puts out.' },
      strategy: { optional: true, doc: '`hash`, which is the default: rows come in any order. `merge`: both sides are sorted by their keys, which there must be, and rows come in ascending order of the keys, NULL first: of the right side where the kind puts out its rows without a match or only its rows, else of the left; those of `full` without a left row come last. A `sort` right below that begins with these keys costs nothing more. Of a mark that a NULL may leave open the order is not specified.' },
    },
  },
  sort: {
    doc: 'All rows in order; rows with equal keys come in any order. Output: that of the input.',
    fields: { input: { doc: 'A node.' }, keys },
  },
  topn: {
    doc: 'The first rows in order: sort and limit in one, which keeps no more rows than it must. Output: that of the input.',
    fields: { input: { doc: 'A node.' }, keys, limit: { doc: 'How many rows at most.' }, offset },
  },
  window: {
    doc: 'Functions over the rows around each row: of its partition, in the given order. Output: the columns of the input, then the functions; rows come partition by partition, each in order, partitions in any.',
    fields: {
      input: { doc: 'A node.' },
      partitions: { doc: 'Expressions over the input: rows for which all are equal (NULL is equal to NULL) are one partition; without any all rows are.' },
      orders: { doc: 'Sort keys within a partition; may be empty. Rows with equal keys are peers; without keys all rows of a partition are.' },
      functions: { doc: 'Window calls, at least one.' },
    },
  },
  limit: {
    doc: 'Some of the rows; the first ones above a sort. Output: that of the input.',
    fields: { input: { doc: 'A node.' }, limit: { doc: 'How many rows at most; `null`: all.' }, offset },
  },
  exchange: {
    doc: 'The same rows, divided into partitions: a boundary between stages. It changes no result, but where it is the root: then the result can be taken by partition. A plan that has none gets none.',
    fields: { input: { doc: 'A node.' }, partitioning: { doc: 'One of the kinds below.' } },
  },
}

export const EXPR_SHAPES: { readonly [K in Kind]: { readonly doc: string; readonly fields: Fields<ExprOf<K>> } } = {
  column: {
    doc: "A column of the input's output.",
    fields: { index: { doc: 'Its position, from 0.' }, type: { doc: 'Its type, again.' } },
  },
  literal: { doc: 'A constant.', fields: { value: { doc: 'In the form its type has, below; `null` for NULL.' }, type: { doc: 'Its type.' } } },
  call: {
    doc: 'A function of the registry.',
    fields: {
      fn: { doc: 'Its name.' },
      args: { doc: 'Expressions.' },
      type: { doc: 'The type of the result, one that the function allows for these arguments.' },
      flags: { optional: true, doc: 'Semantics that differ between planners; only flags that the function reads.' },
    },
  },
  cast: {
    doc: 'A conversion.',
    fields: {
      arg: { doc: 'An expression.' },
      type: { doc: 'The type to convert to.' },
      onFailure: { optional: true, doc: 'What a value does that has no counterpart: `"error"` (default) raises CAST_FAILED, `"null"` gives NULL.' },
    },
  },
  case: {
    doc: 'The `then` of the first branch whose `if` is true, else `else`. What a row does not take is not evaluated for it and cannot raise.',
    fields: {
      when: { doc: 'Branches `{"if", "then"}`, at least one; `if` is a `bool`.' },
      else: { doc: 'An expression; a NULL literal where nothing is to come.' },
      type: { doc: 'The type of all results.' },
    },
  },
  udf: {
    doc: 'A JavaScript function that was registered. Its stage runs on the interpreter.',
    fields: { name: { doc: 'The name it was registered under.' }, args: { doc: 'Expressions.' }, type },
  },
}

export const PLAN_FIELDS: Fields<Plan> = {
  version: { doc: 'The version of this format.' },
  names: { doc: "Names of the root's output columns, as many as it has; each once." },
  root: { doc: 'The node whose rows are the result.' },
  shared: { optional: true, doc: 'Nodes whose rows are used in several places, by `shared` nodes; each is computed once. One may use those before it.' },
}
export const COLUMN_FIELDS: Fields<ScanField> = { name: { doc: 'The name.' }, type: { doc: 'The type.' } }
export const SORT_FIELDS: Fields<SortKey> = {
  expr: { doc: 'An expression over the input.' },
  descending: { doc: '`true`: the greatest first.' },
  nullsFirst: { doc: '`true`: NULLs before all values, whatever the direction; `false`: after them.' },
}
export const AGGREGATE_FIELDS: Fields<AggregateCall> = {
  fn: { doc: 'The name of an aggregate.' },
  args: { doc: 'Expressions over the input.' },
  type: { doc: 'The type of the result, one that the aggregate allows for these arguments.' },
  distinct: { optional: true, doc: '`true`: of equal arguments only one counts.' },
  filter: { optional: true, doc: 'A `bool` over the input: only rows for which it is true count.' },
}
export const WINDOW_FIELDS: Fields<WindowCall> = {
  fn: { doc: 'The name of a window function or of an aggregate.' },
  args: { doc: 'Expressions over the input.' },
  type: { doc: 'The type of the result, one that the function allows for these arguments.' },
  frame: { optional: true, doc: "Which rows of the partition an aggregate, first_value, last_value or nth_value is over; absent: from the partition's first row to the current row's last peer." },
  ignoreNulls: { optional: true, doc: '`true`: rows whose first argument is NULL do not count; of lag, lead, first_value, last_value and nth_value.' },
  filter: { optional: true, doc: 'A `bool` over the input: only rows for which it is true count; of aggregates.' },
  distinct: { optional: true, doc: '`true`: of equal arguments only one counts; of aggregates.' },
}
export const FRAME_FIELDS: Fields<Frame> = {
  unit: { doc: 'What offsets count, below.' },
  start: { doc: 'Where it begins: a bound.' },
  end: { doc: 'Where it ends: a bound. A frame that ends before it begins is empty.' },
  exclude: { optional: true, doc: 'What is left out: `"current_row"`; `"group"`, the row and its peers; `"ties"`, its peers without it.' },
}
type OffsetBound = Extract<FrameBound, { at: Expr }>
export const BOUND_FIELDS: { readonly [K in keyof OffsetBound]: FieldShape } = {
  bound: { doc: '`"unbounded_preceding"` or `"unbounded_following"`: the first or last row of the partition; `"current_row"`: the row, of range and groups the first or last of its peers; `"preceding"`, `"following"`: by `at`.' },
  at: { optional: true, doc: 'Only of `"preceding"` and `"following"`: an expression over the current row, as the unit says.' },
}
/** What the offsets of a frame count. */
export const FRAME_UNITS: Readonly<Record<FrameUnit, string>> = {
  rows: 'Rows: `at` is an integer, how many rows before or after the current one; NULL counts as 0.',
  range: 'Values of the only order key: `at` is the value where the frame begins or ends, of the type of the key; where it is NULL the frame begins or ends with the peers. A value on the wrong side of the current row raises RAISED.',
  groups: 'Groups of peers: `at` is an integer, how many groups before or after that of the current row; NULL counts as 0, a negative one raises RAISED.',
}
export const KEY_FIELDS: Fields<JoinKey> = {
  left: { doc: 'An expression over the left output.' },
  right: { doc: 'An expression over the right output, of the same type (decimals: of the same scale).' },
  nullSafe: { optional: true, doc: '`true`: NULL is equal to NULL. Else a NULL is equal to nothing.' },
}
const partitions = { doc: 'How many, 1 to 65536.' }
/** How each kind of exchange divides rows, and its fields. */
export const PARTITIONINGS: { readonly [K in Partitioning['kind']]: { readonly doc: string; readonly fields: Fields<Omit<Extract<Partitioning, { kind: K }>, 'kind'>> } } = {
  hash: { doc: 'By the positive remainder of `hash` of the keys (Spark\'s Murmur3, seed 42) by the number of partitions.', fields: { keys: { doc: 'Expressions over the input; at least one.' }, partitions } },
  range: {
    doc: 'By the order of the keys: every row of a partition comes before, or is equal to, every row of the next one, and rows with equal keys are in one. Bounds are sampled so that partitions are about equal; there may be fewer of them that have rows.',
    fields: { keys: { doc: 'Sort keys; at least one.' }, partitions },
  },
  roundrobin: { doc: 'The rows in turn.', fields: { partitions } },
  single: { doc: 'All rows in one.', fields: {} },
  broadcast: { doc: 'All rows in one, which every task of the stage above reads whole: a build side.', fields: {} },
}
export const BRANCH_FIELDS = { if: { doc: 'A `bool`.' }, then: { doc: 'An expression.' } } satisfies Shape['fields']

/** What each kind of join puts out. */
export const JOIN_KINDS: Readonly<Record<JoinKind, string>> = {
  inner: 'The pairs.',
  left: 'The pairs, and each left row without a match with NULLs for the right columns.',
  right: 'The pairs, and each right row without a match with NULLs for the left columns.',
  full: 'Both of the above.',
  semi: 'Left columns only: each left row that has a match, once.',
  anti: 'Left columns only: each left row that has no match.',
  right_semi: 'Right columns only: each right row that has a match, once.',
  right_anti: 'Right columns only: each right row that has no match.',
  mark: 'Left columns and a `bool`: true where there is a match; else NULL where a NULL leaves it open (as `IN` does); else false.',
  single: 'As `left`, but a left row with more than one match raises RAISED: a scalar subquery.',
}

/** What each kind of set operation puts out. */
export const SET_KINDS: Readonly<Record<SetKind, string>> = {
  intersect: 'Rows that both inputs have; with `all`, the lesser of l and r times.',
  except: 'Rows that only the left input has; with `all`, l − r times where that is positive.',
}

/** The flags of calls: what each says, and its values. */
export const FLAG_SHAPES: { readonly [K in keyof Required<Flags>]: { readonly doc: string; readonly values: Readonly<Record<string, string>> | string } } = {
  overflow: {
    doc: 'What an operation does whose exact result does not fit its type.',
    values: { error: 'Raises OVERFLOW (default).', wrap: 'Keeps the low bits; integer results only.', null: 'Gives NULL.' },
  },
  divideByZero: {
    doc: 'What a division or remainder by zero does. The default is `"ieee"` for floats and `"null"` for all others.',
    values: { error: 'Raises DIVIDE_BY_ZERO.', null: 'Gives NULL.', ieee: '±Infinity or NaN; floats only.' },
  },
  escape: {
    doc: 'The character that takes the next one of a LIKE pattern literally.',
    values: 'a text of one character, or `""` (default) for none',
  },
}
