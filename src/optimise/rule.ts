/**
 * Rewrite rules are data. A rule looks at one node whose children are in normal form already, and gives an equal expression
 * that is nearer to the normal form: fewer or cheaper nodes, or the same ones in a fixed order. The sentences say when it holds.
 */
import type { Ir } from '../ir/nodes.ts'
import type { Range } from '../ir/ranges.ts'

export interface Rule<Kind extends Ir['ir'] = Ir['ir']> {
  readonly name: string
  readonly doc: string
  readonly nulls: string
  readonly floats: string
  readonly overflow: string
  /** The kind of node it looks at. */
  readonly on: Kind
  readonly rewrite: (e: Extract<Ir, { ir: Kind }>, facts: Facts) => Ir | undefined
}

/** What a rule may ask of expressions. */
export interface Facts {
  /** Evaluating it can end the query. */
  raises(e: Ir): boolean
  /** About how many machine instructions; a call counts as 40. */
  cost(e: Ir): number
  /** Evaluating it may call the runtime. */
  calls(e: Ir): boolean
  /** Bounds of an integer's value, or of an option of one, for every row; undefined of other types. */
  range(e: Ir): Range | undefined
  /** The expression as it is where the condition is known to hold, or known not to. */
  given(e: Ir, cond: Ir, holds: boolean): Ir
}

/** Rules of one topic share what they say where it is the same for all. */
export const rule = <Kind extends Ir['ir']>(r: Rule<Kind>): Rule => r as unknown as Rule

/** Children are one object where they are equal (graph.ts). */
export const same = (a: Ir, b: Ir): boolean => a === b

export const isLiteral = (e: Ir, value: number | bigint | boolean): boolean =>
  e.ir === 'literal' && e.type !== 'f32' && e.type !== 'f64' && (typeof value === 'boolean' ? e.value === value : typeof e.value !== 'boolean' && BigInt(e.value) === BigInt(value))
