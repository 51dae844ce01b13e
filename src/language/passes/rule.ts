/**
 * Rewrite rules are data. A rule looks at one node whose parts no rule changes any more, and gives an equal expression: the same
 * value bit for bit, and the same error where evaluation ends with one. The sentences say when it holds.
 */
import type { Expr, ExprKind } from '../nodes.ts'
import type { Names } from './names.ts'

/** The nodes of one kind; `Of` does not tell apart kinds that share a shape. */
export type On<Kind extends ExprKind, E = Expr> = E extends { readonly expr: infer K } ? (Kind extends K ? E : never) : never

export interface Rule<Kind extends ExprKind = ExprKind> {
  readonly name: string
  readonly doc: string
  readonly nulls: string
  readonly floats: string
  /** What holds of errors: overflow and all others. */
  readonly overflow: string
  /** The kinds of node it looks at. */
  readonly on: Kind
  readonly rewrite: (e: On<Kind>, names: Names) => Expr | undefined
}

export const rule = <Kind extends ExprKind>(r: Rule<Kind>): Rule => r as unknown as Rule
