/**
 * Plans written as calls. Each call adds a node over named columns; names become positions at once, so what is wrong is
 * told at the line that says it. Two rewrites are made, which change no row: a filter directly above a scan becomes one
 * of the scan's filters, and a limit directly above a sort makes it a top-n.
 */
import { type SqlType, sameType, type TypeName, typeName } from '../../layout/types.ts'
import { elementsOf } from '../../plan/stages.ts'
import { type AggregateCall, type JoinKey, type JoinKind, type JoinStrategy, type Partitioning, PLAN_VERSION, type Plan, type PlanNode, type ScanField, type SortKey } from '../../plan/nodes.ts'
import { castTo, column, type Expression, type Operand, type Scope, toExpression } from './expression.ts'
import { failure, listed } from './failure.ts'
import { aggregateOverload } from './infer.ts'
import { documentValue, type LiteralInput, typeOf } from './literals.ts'
import { Aggregate, SortTerm } from './terms.ts'
import { commonType } from './types.ts'

/** The columns of an input by name; a name it does not have throws PlanError UNKNOWN_COLUMN. */
export type Columns<N extends string> = { readonly [K in N]: Expression }
type Groups<N extends string> = readonly N[] | Readonly<Record<string, Operand>>
/** `by`: the groups; every other entry is an aggregate under its name. */
export interface AggregateSpec<N extends string> {
  readonly by?: Groups<N>
  readonly [name: string]: Aggregate<N> | Groups<N> | undefined
}
type GroupNames<B> = B extends readonly (infer K)[] ? K & string : B extends object ? keyof B & string : never
type SpecNames<S> = (S extends { readonly by?: infer B } ? GroupNames<Exclude<B, undefined>> : never) | Exclude<keyof S & string, 'by'>
type Terms<N extends string> = readonly (N | Expression | SortTerm<N>)[]

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
type JoinNames<N extends string, M extends string, K, X extends string> = K extends 'semi' | 'anti'
  ? N
  : K extends 'right_semi' | 'right_anti'
    ? M
    : K extends 'mark'
      ? N | 'mark'
      : N | Exclude<M, N> | `${N & M}${X}`

interface Named {
  readonly name: string
  readonly type: SqlType
}

export class Query<N extends string> {
  /** The plan so far. */
  readonly node: PlanNode
  /** Names and types of what it puts out. */
  readonly columns: readonly Named[]
  private readonly scope: Scope = {}

  constructor(node: PlanNode, columns: readonly Named[]) {
    const seen = new Set<string>()
    for (const { name } of columns) {
      if (seen.has(name)) throw failure('INVALID_PLAN', `two columns have the name \`${name}\``)
      seen.add(name)
    }
    this.node = node
    this.columns = columns
  }

  filter(predicate: (columns: Columns<N>) => Operand): Query<N> {
    const test = this.predicate(predicate(this.named()))
    const { node } = this
    if (node.op === 'scan') return new Query({ ...node, filters: [...(node.filters ?? []), test.expr] }, this.columns)
    return new Query({ op: 'filter', input: node, predicate: test.expr }, this.columns)
  }

  /** The columns named, or the expressions under their names, in the order they are written. */
  select<const M extends N>(names: readonly M[]): Query<M>
  select<M extends string>(exprs: (columns: Columns<N>) => Readonly<Record<M, Operand>>): Query<M>
  select(what: readonly string[] | ((columns: Columns<N>) => Readonly<Record<string, Operand>>)): Query<string> {
    const exprs = typeof what === 'function' ? Object.entries(what(this.named())) : what.map((name): [string, Operand] => [name, this.column(name)])
    return this.projected(exprs)
  }

  /** All columns, and more; a name that exists is replaced where it stands. */
  extend<M extends string>(exprs: (columns: Columns<N>) => Readonly<Record<M, Operand>>): Query<N | M> {
    const kept = this.columns.map(({ name }): [string, Operand] => [name, this.column(name)])
    return this.projected([...new Map([...kept, ...Object.entries<Operand>(exprs(this.named()))])]) as Query<N | M>
  }

  /** Without `by` one row. Columns: the groups, then the aggregates, each under its name. */
  aggregate<const S extends AggregateSpec<N>>(spec: S | ((columns: Columns<N>) => S)): Query<SpecNames<S>> {
    const { by = [], ...calls } = typeof spec === 'function' ? spec(this.named()) : spec
    const groups = (Array.isArray(by) ? by.map((name: string) => [name, this.column(name)] as const) : Object.entries(by as Record<string, Operand>)).map(
      ([name, e]) => ({ name, e: this.bound(e) }),
    )
    const aggregates = Object.entries(calls).map(([name, call]) => {
      if (!(call instanceof Aggregate)) throw failure('INVALID_PLAN', `\`${name}\` is not an aggregate`)
      return { name, ...this.aggregateCall(call) }
    })
    const node: PlanNode = { op: 'aggregate', input: this.node, groups: groups.map((g) => g.e.expr), aggregates: aggregates.map((a) => a.call) }
    return new Query(node, [...groups.map(({ name, e }) => ({ name, type: e.type })), ...aggregates.map(({ name, type }) => ({ name, type }))])
  }

  /** Equal rows once. */
  distinct(): Query<N> {
    return this.aggregate({ by: this.columns.map((c) => c.name as N) }) as unknown as Query<N>
  }

  /** Each row once for each element of an array or entry of a map, under the names: the element, or key and value. */
  unnest<const M extends readonly string[], O extends string = never>(value: N | ((columns: Columns<N>) => Operand), as: M, { outer, ordinality }: { readonly outer?: boolean; readonly ordinality?: O } = {}): Query<N | M[number] | O> {
    const e = typeof value === 'function' ? this.bound(value(this.named())) : this.column(value)
    const types = elementsOf(typeName(e.type))
    if (types.length === 0) throw failure('INVALID_PLAN', `a value of type ${typeName(e.type)} has no elements`)
    if (as.length !== types.length) throw failure('INVALID_PLAN', `${as.length} names for ${types.length} columns`)
    const made = types.map((type, i): Named => ({ name: as[i] as string, type: typeOf(type) }))
    const node: PlanNode = { op: 'unnest', input: this.node, expr: e.expr, ...(outer ? { outer } : {}), ...(ordinality === undefined ? {} : { ordinality: true }) }
    return new Query(node, [...this.columns, ...made, ...(ordinality === undefined ? [] : [{ name: ordinality, type: typeOf('int64') }])])
  }

  join<M extends string, K extends JoinKind = 'inner', X extends string = '_right'>(
    other: Query<M>,
    { on = [], kind, where, nullSafe, suffix, strategy }: JoinOptions<N, NoInfer<M>, K, X>,
  ): Query<JoinNames<N, M, K, X>> {
    const keys = on.map((pair): JoinKey => {
      const [l, r] = typeof pair === 'string' ? [pair, pair] : (pair as readonly [N, NoInfer<M>])
      return { ...joinKey(this.column(l), other.column(r)), ...(nullSafe ? { nullSafe } : {}) }
    })
    const scope = {}
    const residual = where && asPredicate(where(columnsOf(this.columns, scope, 0), columnsOf(other.columns, scope, this.columns.length)), scope).expr
    const how: JoinKind = kind ?? 'inner'
    const node: PlanNode = { op: 'join', kind: how, left: this.node, right: other.node, keys, ...(residual ? { residual } : {}), ...(strategy ? { strategy } : {}) }
    return new Query(node, joined(how, this.columns, other.columns, suffix ?? '_right'))
  }

  sort(terms: Terms<N> | ((columns: Columns<N>) => Terms<N>)): Query<N> {
    return new Query({ op: 'sort', input: this.node, keys: this.sortKeys(terms) }, this.columns)
  }

  topn(terms: Terms<N> | ((columns: Columns<N>) => Terms<N>), limit: number, offset = 0): Query<N> {
    return this.sort(terms).limit(limit, offset)
  }

  /** `limit` null: all rows after `offset`. */
  limit(limit: number | null, offset = 0): Query<N> {
    for (const n of [limit ?? 0, offset]) if (!Number.isSafeInteger(n) || n < 0) throw failure('INVALID_PLAN', `${n} is no number of rows`)
    const { node } = this
    const from = offset > 0 ? { offset } : {}
    if (node.op === 'sort' && limit !== null) return new Query({ op: 'topn', input: node.input, keys: node.keys, limit, ...from }, this.columns)
    return new Query({ op: 'limit', input: node, limit, ...from }, this.columns)
  }

  /** The same rows in partitions; keys are names or expressions, of a range also sort terms. */
  exchange(
    by: { readonly hash: readonly (N | Expression)[]; readonly partitions: number } | { readonly range: Terms<N>; readonly partitions: number } | { readonly roundrobin: number } | 'single' | 'broadcast',
  ): Query<N> {
    return new Query({ op: 'exchange', input: this.node, partitioning: this.partitioning(by) }, this.columns)
  }

  /** The document: plain JSON. */
  plan(): Plan {
    if (this.columns.length === 0) throw failure('INVALID_PLAN', 'the result has no columns')
    return { version: PLAN_VERSION, names: this.columns.map((c) => c.name), root: this.node }
  }

  /** A column by its name. */
  column(name: N | string): Expression {
    const index = this.columns.findIndex((c) => c.name === name)
    const found = this.columns[index]
    if (!found) throw unknownColumn(name, this.columns)
    return column(index, found.type, this.scope)
  }

  private named(): Columns<N> {
    return columnsOf(this.columns, this.scope, 0)
  }

  private bound(e: Operand): Expression {
    return inScope(toExpression(e), this.scope)
  }

  private predicate(e: Operand): Expression {
    return asPredicate(e, this.scope)
  }

  private projected(exprs: readonly (readonly [string, Operand])[]): Query<string> {
    const bound = exprs.map(([name, e]) => ({ name, e: this.bound(e) }))
    return new Query({ op: 'project', input: this.node, exprs: bound.map((b) => b.e.expr) }, bound.map(({ name, e }) => ({ name, type: e.type })))
  }

  private aggregateCall({ fn, arg, isDistinct, condition }: Aggregate): { call: AggregateCall; type: SqlType } {
    const e = arg === undefined ? undefined : typeof arg === 'string' ? this.column(arg) : this.bound(arg)
    const made = aggregateOverload(fn, e?.type)
    if (!made) throw failure('INVALID_PLAN', `there is no ${fn}(${e ? typeName(e.type) : ''})`)
    const args = e ? [castTo(e, made.arg ?? e.type).expr] : []
    const more = { ...(isDistinct ? { distinct: true } : {}), ...(condition ? { filter: this.predicate(condition).expr } : {}) }
    return { call: { fn, args, type: typeName(made.result), ...more }, type: made.result }
  }

  private partitioning(by: Parameters<Query<N>['exchange']>[0]): Partitioning {
    if (typeof by === 'string') return { kind: by }
    if ('roundrobin' in by) return { kind: 'roundrobin', partitions: by.roundrobin }
    if ('range' in by) return { kind: 'range', keys: this.sortKeys(by.range), partitions: by.partitions }
    return { kind: 'hash', keys: by.hash.map((key) => (typeof key === 'string' ? this.column(key) : this.bound(key)).expr), partitions: by.partitions }
  }

  private sortKeys(terms: Terms<N> | ((columns: Columns<N>) => Terms<N>)): readonly SortKey[] {
    const list = typeof terms === 'function' ? terms(this.named()) : terms
    if (list.length === 0) throw failure('INVALID_PLAN', 'there is no sort key')
    return list.map((term) => {
      const { by, descending, nullsFirst } = term instanceof SortTerm ? term : { by: term, descending: false, nullsFirst: false }
      return { expr: (typeof by === 'string' ? this.column(by) : this.bound(by)).expr, descending, nullsFirst }
    })
  }
}

const unknownColumn = (name: string, columns: readonly Named[]) =>
  failure('UNKNOWN_COLUMN', `there is no column \`${name}\``, columns.length > 0 ? `there are ${listed(columns.map((c) => c.name))}` : undefined)

/** Columns as properties, from a position on. */
const columnsOf = <N extends string>(columns: readonly Named[], scope: Scope, first: number): Columns<N> => {
  const byName = new Map(columns.map(({ name, type }, i) => [name, column(first + i, type, scope)]))
  return new Proxy({} as Columns<N>, {
    get: (_, name) => {
      if (typeof name === 'symbol') return undefined
      const found = byName.get(name)
      if (!found) throw unknownColumn(name, columns)
      return found
    },
    ownKeys: () => [...byName.keys()],
    getOwnPropertyDescriptor: (_, name) => ({ enumerable: true, configurable: true, value: byName.get(String(name)) }),
  })
}

const inScope = (e: Expression, scope: Scope): Expression => {
  if (e.scope !== undefined && e.scope !== scope) throw failure('INVALID_PLAN', 'the expression reads columns of another input')
  return e
}

const asPredicate = (operand: Operand, scope: Scope): Expression => {
  const e = inScope(toExpression(operand), scope)
  if (e.type.kind !== 'bool') throw failure('INVALID_PLAN', `a predicate must be a bool, not ${typeName(e.type)}`)
  return e
}

const joinKey = (left: Expression, right: Expression): JoinKey => {
  if (sameType(left.type, right.type)) return { left: left.expr, right: right.expr }
  const type = commonType(left.type, right.type)
  if (!type) throw failure('INVALID_PLAN', `keys of types ${typeName(left.type)} and ${typeName(right.type)} cannot be equal`)
  return { left: castTo(left, type).expr, right: castTo(right, type).expr }
}

const joined = (kind: JoinKind, left: readonly Named[], right: readonly Named[], suffix: string): readonly Named[] => {
  if (kind === 'semi' || kind === 'anti') return left
  if (kind === 'right_semi' || kind === 'right_anti') return right
  if (kind === 'mark') return [...left, { name: 'mark', type: { kind: 'bool' } }]
  const taken = new Set(left.map((c) => c.name))
  return [...left, ...right.map(({ name, type }) => ({ name: taken.has(name) ? `${name}${suffix}` : name, type }))]
}

const fieldsOf = (columns: Readonly<Record<string, TypeName>>): { fields: readonly ScanField[]; named: readonly Named[] } => {
  const named = Object.entries(columns).map(([name, type]) => ({ name, type: typeOf(type) }))
  return { named, fields: named.map(({ name, type }) => ({ name, type: typeName(type) })) }
}

/** Columns of a table or input, by name and type: `scan('flights', { origin: 'string', delay: 'int64' })`. */
export const scan = <const C extends Readonly<Record<string, TypeName>>>(table: string, columns: C): Query<keyof C & string> => {
  const { named, fields } = fieldsOf(columns)
  return new Query({ op: 'scan', table, columns: fields }, named)
}

/** Rows that the plan itself holds: `values({ code: 'string' }, [['JFK'], ['SFO']])`. */
export const values = <const C extends Readonly<Record<string, TypeName>>>(columns: C, rows: readonly (readonly LiteralInput[])[]): Query<keyof C & string> => {
  const { named, fields } = fieldsOf(columns)
  const written = rows.map((row, i) => {
    if (row.length !== named.length) throw failure('INVALID_PLAN', `row ${i} has ${row.length} values for ${named.length} columns`)
    return row.map((value, j) => {
      const { name, type } = named[j]!
      const literal = documentValue(value, type)
      if (literal === undefined) throw failure('INVALID_PLAN', `row ${i}: ${String(value)} is no ${typeName(type)}, the type of \`${name}\``)
      return literal
    })
  })
  return new Query({ op: 'values', columns: fields, rows: written }, named)
}
