/**
 * Queries as trees: terms (expressions, calls of aggregates and windows) and relations. A tree prints as SQL, and knows what it can
 * be made smaller to. Every column of a query has a name of its own, so that an operator taken away leaves names that mean what they
 * did, or none, which DuckDB's binder then says.
 */

/** What a term's value hangs on beyond its arguments: which zero of two equal ones (`zero`), or the last digits (`digits`). */
export type Taint = 'zero' | 'digits'

export interface Term {
  /** As in a plan: int32, decimal(9,2), …. */
  readonly type: string
  readonly args: readonly Term[]
  readonly print: (args: readonly string[], inner: string | undefined) => string
  /** Of the registry, or `column`, `literal`, `case`, …: what coverage counts. */
  readonly name: string
  /** A subquery. */
  readonly inner?: Rel
  /** May leave out an argument's evaluation. */
  readonly lazy?: boolean
  /** Arguments from this one on may be left out, so many at once. */
  readonly rest?: { readonly from: number; readonly step: number }
  /** The same with less of it: a window without its frame. */
  readonly simpler?: readonly Term[]
  /** May differ from DuckDB's by so many units of the last place. */
  readonly ulps?: bigint
}

export interface Column {
  readonly name: string
  readonly type: string
  readonly taint?: Taint | undefined
  /** Small numbers, of which sums are exact in any order. */
  readonly tame?: boolean | undefined
}

/** One of an operator's lists: of outputs, keys, calls. */
export interface List {
  readonly items: readonly { readonly term: Term; readonly as?: string | undefined; readonly after?: string }[]
  readonly least: number
}

export interface Rel {
  readonly op: string
  readonly inputs: readonly Rel[]
  readonly lists: readonly List[]
  readonly print: (inputs: readonly string[], lists: readonly (readonly string[])[]) => string
  readonly columns: readonly Column[]
  /** Names of columns of which each row's values are its own. */
  readonly unique?: readonly string[] | undefined
  /** At most so many. */
  readonly rows?: number
  /** Rows come as the table has them. */
  readonly inOrder?: boolean
}

export const sqlOfTerm = (t: Term): string => t.print(t.args.map(sqlOfTerm), t.inner && sqlOfRel(t.inner))

export const sqlOfRel = (r: Rel): string =>
  r.print(
    r.inputs.map(sqlOfRel),
    r.lists.map((l) => l.items.map(({ term, as, after }) => `${sqlOfTerm(term)}${as === undefined ? '' : ` AS ${as}`}${after ?? ''}`)),
  )

export const column = (name: string, type: string): Term => ({ type, args: [], print: () => name, name: 'column' })
export const literal = (sql: string, type: string): Term => ({ type, args: [], print: () => sql, name: 'literal' })

/** Every term of a tree, subqueries with it. */
export function* termsOf(t: Term): Generator<Term> {
  yield t
  for (const a of t.args) yield* termsOf(a)
  if (t.inner) yield* termsOfRel(t.inner)
}
export function* termsOfRel(r: Rel): Generator<Term> {
  for (const i of r.inputs) yield* termsOfRel(i)
  for (const l of r.lists) for (const { term } of l.items) yield* termsOf(term)
}
export function* relsOf(r: Rel): Generator<Rel> {
  yield r
  for (const i of r.inputs) yield* relsOf(i)
  for (const l of r.lists) for (const { term } of l.items) for (const t of termsOf(term)) if (t.inner) yield* relsOf(t.inner)
}

const SIMPLE: Readonly<Record<string, string>> = { bool: 'true', string: "''", date: "DATE '2000-01-01'", timestamp: "TIMESTAMP '2000-01-01 00:00:00'", timestamptz: "TIMESTAMPTZ '2000-01-01 00:00:00+00'", int32: '1', double: '1::DOUBLE' }

const replaced = <T>(list: readonly T[], i: number, by: T): T[] => list.map((x, k) => (k === i ? by : x))

/** Smaller terms of the same type, the smallest first. */
export function* smallerTerms(t: Term): Generator<Term> {
  const simple = SIMPLE[t.type]
  if (simple !== undefined && t.print([], undefined) !== simple) yield literal(simple, t.type)
  if (t.name !== 'column' && t.name !== 'literal') {
    for (const part of termsOf(t)) if (part !== t && part.type === t.type && !part.inner) yield part
  }
  yield* t.simpler ?? []
  if (t.rest) {
    const { from, step } = t.rest
    for (let i = from; i + step <= t.args.length; i += step) yield { ...t, args: [...t.args.slice(0, i), ...t.args.slice(i + step)] }
  }
  for (const [i, a] of t.args.entries()) for (const smaller of smallerTerms(a)) yield { ...t, args: replaced(t.args, i, smaller) }
  if (t.inner) for (const inner of smallerRels(t.inner)) yield { ...t, inner }
}

/** Smaller relations: an input in place of an operator, lists with less in them, smaller terms. */
export function* smallerRels(r: Rel): Generator<Rel> {
  yield* r.inputs
  for (const [l, list] of r.lists.entries()) {
    if (list.items.length > list.least && list.items.length > 3) {
      const half = list.items.length >> 1
      for (const items of [list.items.slice(0, half), list.items.slice(half)]) if (items.length >= list.least) yield { ...r, lists: replaced(r.lists, l, { ...list, items }) }
    }
    if (list.items.length > list.least) for (const i of list.items.keys()) yield { ...r, lists: replaced(r.lists, l, { ...list, items: list.items.filter((_, k) => k !== i) }) }
  }
  for (const [i, input] of r.inputs.entries()) for (const smaller of smallerRels(input)) yield { ...r, inputs: replaced(r.inputs, i, smaller) }
  for (const [l, list] of r.lists.entries())
    for (const [i, item] of list.items.entries())
      for (const term of smallerTerms(item.term)) yield { ...r, lists: replaced(r.lists, l, { ...list, items: replaced(list.items, i, { ...item, term }) }) }
}
