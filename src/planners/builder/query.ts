/**
 * Plans written as calls. Each call adds a node over named columns; names become positions at once, so what is wrong is
 * told at the line that says it. Two rewrites are made, which change no row: a filter directly above a scan becomes one
 * of the scan's filters, and a limit directly above a sort makes it a top-n.
 */
import { type SqlType, typeName } from '../../layout/types.ts'
import { type AggregateCall, type JoinKey, type JoinKind, type Partitioning, type Plan, PLAN_VERSION, type PlanNode, type SetKind, type SortKey } from '../../plan/nodes.ts'
import { elementsOf } from '../../plan/stages.ts'
import { alike, commonTypes, type Input, type Named } from './alike.ts'
import { asPredicate, type Columns, columnsOf, inScope, unknownColumn, unknownName } from './columns.ts'
import { castTo, column, type Expression, type Operand, type Scope, toExpression } from './expression.ts'
import { failure } from './failure.ts'
import { aggregateOverload } from './infer.ts'
import { joined, joinKey } from './joins.ts'
import { typeOf } from './literals.ts'
import { sharedLeaf, withShared } from './shared.ts'
import type { AggregateSpec, JoinNames, JoinOptions, SetGroup, SetOptions, SpecNames, Terms, WindowSpec } from './specs.ts'
import { Aggregate, SortTerm } from './terms.ts'
import { frameOf, windowCall, WindowFunction } from './windows.ts'

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
    return this.grouped(spec)
  }

  /** Grouping sets: an aggregation by each list of groups; groups that are not in a row's list are NULL, and `name` is the list's position. */
  sets<const S extends AggregateSpec<N>, X extends string = 'set'>(sets: readonly (readonly SetGroup<S>[])[], spec: S | ((columns: Columns<N>) => S), name?: X): Query<SpecNames<S> | X> {
    const { node, columns } = this.grouped(spec)
    if (node.op !== 'aggregate') throw failure('INVALID_PLAN', 'there is nothing to group')
    const groups = columns.slice(0, node.groups.length)
    const places = sets.map((set) =>
      set.map((group) => {
        const place = groups.findIndex((c) => c.name === group)
        if (place < 0) throw unknownColumn(group, groups)
        return place
      }),
    )
    return new Query({ ...node, sets: places }, [...columns, { name: name ?? 'set', type: { kind: 'int32' } }])
  }

  private grouped<S extends AggregateSpec<N>>(spec: S | ((columns: Columns<N>) => S)): Query<SpecNames<S>> {
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

  /** All columns, and functions over the rows around each row: of its partition (`by`), in an order, within a frame where they look at one. */
  window<const S extends Readonly<Record<string, WindowFunction<N> | Aggregate<N>>>>(over: WindowSpec<N> | ((columns: Columns<N>) => WindowSpec<N>), functions: S | ((columns: Columns<N>) => S)): Query<N | (keyof S & string)> {
    const { by = [], order = [], frame } = typeof over === 'function' ? over(this.named()) : over
    const orders = order.length > 0 ? this.sortKeys(order) : []
    const [first] = order
    const key = first instanceof SortTerm ? first.by : first
    const given = frame && frameOf(frame, orders, key === undefined ? undefined : typeof key === 'string' ? this.column(key) : this.bound(key))
    const calls = Object.entries(typeof functions === 'function' ? functions(this.named()) : functions).map(([name, f]) => {
      if (f instanceof Aggregate) {
        const { call, type } = this.aggregateCall(f)
        return { name, type, call: { ...call, ...(given ? { frame: given } : {}) } }
      }
      if (!(f instanceof WindowFunction)) throw failure('INVALID_PLAN', `\`${name}\` is no window function`)
      const args = f.args.map((arg, i) => (typeof arg === 'string' && i === 0 ? this.column(arg) : this.bound(arg as Operand)))
      return { name, ...windowCall(f, args, given) }
    })
    if (calls.length === 0) throw failure('INVALID_PLAN', 'there is no window function')
    const partitions = by.map((e) => (typeof e === 'string' ? this.column(e) : this.bound(e)).expr)
    const node: PlanNode = { op: 'window', input: this.node, partitions, orders, functions: calls.map((c) => c.call) }
    return new Query(node, [...this.columns, ...calls.map(({ name, type }) => ({ name, type }))])
  }

  /** The rows of this and of the others, columns by position; they have one type, and the names of these. */
  union(...others: readonly Input[]): Query<N> {
    const { nodes, columns } = alike([this, ...others])
    return new Query({ op: 'union', inputs: nodes }, columns)
  }

  /** Rows that the other has, too; each once, or with `all` as often as in both. */
  intersect(other: Input, options: SetOptions = {}): Query<N> {
    return this.setOperation('intersect', other, options)
  }

  /** Rows that the other has not; each once, or with `all` as often as here beyond there. */
  except(other: Input, options: SetOptions = {}): Query<N> {
    return this.setOperation('except', other, options)
  }

  /** Each row once for each projection; all have the names of the first, and of each column one type. */
  expand<M extends string>(projections: (columns: Columns<N>) => readonly Readonly<Record<M, Operand>>[]): Query<M> {
    const lists = projections(this.named()).map((exprs) => Object.entries<Operand>(exprs).map(([name, e]) => ({ name, e: this.bound(e) })))
    const names = lists[0]?.map((x) => x.name) ?? []
    const inOrder = lists.map((list) => {
      if (list.length !== names.length) throw failure('INVALID_PLAN', `a projection of ${list.length} columns beside one of ${names.length}`)
      return names.map((name) => (list.find((x) => x.name === name) ?? { e: unknownName(name, list) }).e)
    })
    const types = commonTypes(names, inOrder.map((list) => list.map((e) => e.type)))
    const node: PlanNode = { op: 'expand', input: this.node, projections: inOrder.map((list) => list.map((e, i) => castTo(e, types[i] as SqlType).expr)) }
    return new Query(node, names.map((name, i) => ({ name, type: types[i] as SqlType })))
  }

  /** The same rows, computed once, wherever the query that is returned is used. */
  shared(): Query<N> {
    return new Query(sharedLeaf(this.node, this.columns.map(({ name, type }) => ({ name, type: typeName(type) }))), this.columns)
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
    return { version: PLAN_VERSION, names: this.columns.map((c) => c.name), ...withShared(this.node) }
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

  private setOperation(kind: SetKind, other: Input, { all = false }: SetOptions): Query<N> {
    const { nodes, columns } = alike([this, other])
    const [left, right] = nodes as [PlanNode, PlanNode]
    return new Query({ op: 'setop', kind, all, left, right }, columns)
  }

  private predicate(e: Operand): Expression {
    return asPredicate(e, this.scope)
  }

  private projected(exprs: readonly (readonly [string, Operand])[]): Query<string> {
    const bound = exprs.map(([name, e]) => ({ name, e: this.bound(e) }))
    return new Query({ op: 'project', input: this.node, exprs: bound.map((b) => b.e.expr) }, bound.map(({ name, e }) => ({ name, type: e.type })))
  }

  private aggregateCall({ fn, args, isDistinct, condition }: Aggregate): { call: AggregateCall; type: SqlType } {
    const given = args.map((arg) => (typeof arg === 'string' ? this.column(arg) : this.bound(arg)))
    const [e, by] = given
    const made = aggregateOverload(fn, e?.type, by?.type)
    if (!made) throw failure('INVALID_PLAN', `there is no ${fn}(${given.map((x) => typeName(x.type)).join(', ')})`)
    const written = given.map((x, i) => (i === 0 ? castTo(x, made.arg ?? x.type) : x).expr)
    const more = { ...(isDistinct ? { distinct: true } : {}), ...(condition ? { filter: this.predicate(condition).expr } : {}) }
    return { call: { fn, args: written, type: typeName(made.result), ...more }, type: made.result }
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
