/** What the calls of a query are given, and the names of columns that come of it. */
import type { JoinKind, JoinStrategy } from '../../plan/nodes.ts'
import type { Columns } from './columns.ts'
import type { Expression, Operand } from './expression.ts'
import type { Aggregate, SortTerm } from './terms.ts'
import type { FrameSpec } from './windows.ts'

type Groups<N extends string> = readonly N[] | Readonly<Record<string, Operand>>
/** `by`: the groups; every other entry is an aggregate under its name. */
export interface AggregateSpec<N extends string> {
  readonly by?: Groups<N>
  readonly [name: string]: Aggregate<N> | Groups<N> | undefined
}
type GroupNames<B> = B extends readonly (infer K)[] ? K & string : B extends object ? keyof B & string : never
export type SpecNames<S> = (S extends { readonly by?: infer B } ? GroupNames<Exclude<B, undefined>> : never) | Exclude<keyof S & string, 'by'>
export type SetGroup<S> = S extends { readonly by?: infer B } ? GroupNames<Exclude<B, undefined>> : never
export interface SetOptions {
  /** Rows count as often as they occur. */
  readonly all?: boolean
}
export type Terms<N extends string> = readonly (N | Expression | SortTerm<N>)[]

/** Which rows a window function looks at. */
export interface WindowSpec<N extends string> {
  /** Rows for which all are equal are one partition; absent: all rows. */
  readonly by?: readonly (N | Expression)[]
  readonly order?: Terms<N>
  readonly frame?: FrameSpec
}

export interface JoinOptions<N extends string, M extends string, K extends JoinKind, X extends string> {
  /** Pairs of names, left and right, that must be equal; a single name stands for both. */
  readonly on?: readonly (readonly [N, M] | (N & M))[]
  readonly kind?: K
  /** What else must be true of a pair. */
  readonly where?: (left: Columns<N>, right: Columns<M>) => Operand
  /** NULL is equal to NULL. */
  readonly nullSafe?: boolean
  /** Added to right names that the left side has too; `_right` where absent. */
  readonly suffix?: X
  /** `merge`: both sides are sorted by the names, and rows come out in that order. */
  readonly strategy?: JoinStrategy
}
export type JoinNames<N extends string, M extends string, K, X extends string> = K extends 'semi' | 'anti'
  ? N
  : K extends 'right_semi' | 'right_anti'
    ? M
    : K extends 'mark'
      ? N | 'mark'
      : N | Exclude<M, N> | `${N & M}${X}`
