/** Random tables, and random plans with the SQL that means the same. Every query's columns are named c0, c1, …. */
import type { AggregateCall, Expr, JoinKind, LiteralValue, PlanNode, SortKey } from '../../src/plan/nodes.ts'
import { agg, call, cast, col, duckType, lit, type Table } from './harness.ts'

export class Random {
  private state: number
  constructor(seed: number) {
    this.state = (seed * 2654435761) >>> 0 || 1
  }
  next(): number {
    this.state ^= this.state << 13
    this.state ^= this.state >>> 17
    this.state ^= this.state << 5
    return (this.state >>> 0) / 2 ** 32
  }
  int(below: number): number {
    return Math.floor(this.next() * below)
  }
  pick<T>(list: readonly T[]): T {
    return list[this.int(list.length)]!
  }
  chance(p: number): boolean {
    return this.next() < p
  }
}

const VALUES: Record<string, readonly LiteralValue[]> = {
  bool: [true, false],
  int8: [-128, -1, 0, 1, 2, 127],
  uint8: [0, 1, 200, 255],
  int16: [-32768, 0, 1, 2, 300],
  int32: [-2147483648, -7, 0, 1, 2, 3, 2147483647],
  int64: ['-9223372036854775808', '-1', '0', '1', '2', '9007199254740993', '9223372036854775807'],
  uint64: ['0', '1', '9007199254740993', '18446744073709551615'],
  int128: ['-170141183460469231731687303715884105728', '0', '1', '36893488147419103232'],
  float: [0, '-0', 1.5, -2.25, 'NaN', 'Infinity'],
  double: [0, '-0', 0.25, 1.5, -2.25, 'NaN', 'Infinity', '-Infinity'],
  'decimal(9,2)': ['0.00', '1.25', '-3.50', '9999999.99'],
  'decimal(38,4)': ['0.0000', '1.2500', '-9999999999999999999999999999999999.9999', '1234567890123456789012345.6789'],
  date: ['1970-01-01', '2024-02-29', '1969-12-31', '2001-01-01'],
  timestamp: ['1970-01-01 00:00:00', '2024-02-29 13:45:00.123456', '1960-05-05 23:59:59.5'],
  string: ['', 'a', 'b', 'ab', 'é', '～', '😀', 'zebra zebra zebra zebra'],
}
/** Small numbers, so that arithmetic seldom overflows. */
const TAME: Record<string, readonly LiteralValue[]> = {
  ...VALUES,
  int32: [-7, 0, 1, 2, 3, 100],
  int64: ['-7', '0', '1', '2', '3'],
  double: [0, 0.25, 1.5, -2.25, 8],
}

export const randomTable = (r: Random, width: number, tame: boolean): Table => {
  const types = Object.keys(VALUES)
  const columns = Array.from({ length: width }, (_, i) => ({
    name: `c${i}`,
    type: i === 0 ? r.pick(['int32', 'string', 'int64']) : i === 1 ? 'int32' : r.pick(types),
  }))
  const nulls = columns.map(() => (r.chance(0.6) ? 0.2 : 0))
  const rows = Array.from({ length: r.pick([0, 1, 7, 40]) }, () =>
    columns.map((c, i) => (r.chance(nulls[i]!) ? null : r.pick((tame ? TAME : VALUES)[c.type]!))),
  )
  return { columns, rows }
}

export interface Query {
  readonly plan: PlanNode
  readonly sql: string
  readonly types: readonly string[]
}

interface Both {
  readonly expr: Expr
  readonly sql: string
}

const literalSql = (value: LiteralValue, type: string): string => (value === null ? `NULL::${duckType(type)}` : `'${String(value)}'::${duckType(type)}`)

/**
 * A function of a constant NULL is NULL when DuckDB binds it, optimizer or not, and its other arguments are never computed: its plans
 * say so. A plan that has the NULL computes them.
 */
const known = (x: Both, type: string): Both => {
  if (!x.sql.includes('NULL') || /c\d/.test(x.sql)) return x
  const value = TAME[type]?.[1] ?? null
  return { expr: lit(value, type), sql: literalSql(value, type) }
}

const COMPARE: readonly (readonly [string, string])[] = [
  ['eq', '='],
  ['ne', '<>'],
  ['lt', '<'],
  ['le', '<='],
  ['gt', '>'],
  ['ge', '>='],
]

export class Maker {
  readonly r: Random
  constructor(r: Random) {
    this.r = r
  }

  column(types: readonly string[], name: (i: number) => string, wanted?: string): Both | undefined {
    const fit = types.map((_, i) => i).filter((i) => wanted === undefined || types[i] === wanted)
    if (fit.length === 0) return undefined
    const i = this.r.pick(fit)
    return { expr: col(i, types[i]!), sql: name(i) }
  }

  value(types: readonly string[], name: (i: number) => string, type: string, depth = 2): Both {
    const { r } = this
    const leaf = (): Both => {
      const column = r.chance(0.8) ? this.column(types, name, type) : undefined
      if (column !== undefined) return column
      const value = r.chance(0.1) ? null : r.pick(TAME[type] ?? [null])
      return { expr: lit(value, type), sql: literalSql(value, type) }
    }
    if (type === 'bool') return this.condition(types, name, depth)
    if (depth <= 0) return leaf()
    const binary = (fn: string, symbol: string): Both => {
      const a = known(this.value(types, name, type, depth - 1), type)
      const b = known(this.value(types, name, type, depth - 1), type)
      return { expr: call(fn, [a.expr, b.expr], type), sql: `(${a.sql} ${symbol} ${b.sql})` }
    }
    switch (r.int(7)) {
      case 0: {
        const c = this.condition(types, name, depth - 1)
        const a = this.value(types, name, type, depth - 1)
        const b = this.value(types, name, type, depth - 1)
        return { expr: { expr: 'case', when: [{ if: c.expr, then: a.expr }], else: b.expr, type }, sql: `(case when ${c.sql} then ${a.sql} else ${b.sql} end)` }
      }
      case 1: {
        const a = this.value(types, name, type, depth - 1)
        const b = this.value(types, name, type, depth - 1)
        return { expr: call('coalesce', [a.expr, b.expr], type), sql: `coalesce(${a.sql}, ${b.sql})` }
      }
      case 2:
        if (type === 'int64' || type === 'double') {
          const a = this.value(types, name, 'int32', depth - 1)
          return { expr: cast(a.expr, type), sql: `(${a.sql})::${duckType(type)}` }
        }
        return leaf()
      case 3:
      case 4:
        if (/^(int32|int64|double)$/.test(type)) return r.chance(0.5) ? binary('add', '+') : r.chance(0.5) ? binary('subtract', '-') : binary('multiply', '*')
        return leaf()
      default:
        return leaf()
    }
  }

  condition(types: readonly string[], name: (i: number) => string, depth = 2): Both {
    const { r } = this
    const kind = r.int(depth > 0 ? 9 : 5)
    if (kind >= 6) {
      const a = this.condition(types, name, depth - 1)
      const b = this.condition(types, name, depth - 1)
      if (kind === 6) return { expr: call('not', [a.expr], 'bool'), sql: `(not ${a.sql})` }
      return kind === 7
        ? { expr: call('and', [a.expr, b.expr], 'bool'), sql: `(${a.sql} and ${b.sql})` }
        : { expr: call('or', [a.expr, b.expr], 'bool'), sql: `(${a.sql} or ${b.sql})` }
    }
    const type = r.pick(types)
    const at = (d: number): Both => (type === 'bool' ? this.column(types, name, 'bool')! : this.value(types, name, type, d))
    const a = at(depth - 1)
    if (kind === 0) return { expr: call('is_null', [a.expr], 'bool'), sql: `(${a.sql} is null)` }
    const b = at(0)
    const c = at(0)
    if (kind === 1) return { expr: call('between', [a.expr, b.expr, c.expr], 'bool'), sql: `(${a.sql} between ${b.sql} and ${c.sql})` }
    if (kind === 2) return { expr: call('in', [a.expr, b.expr, c.expr], 'bool'), sql: `(${a.sql} in (${b.sql}, ${c.sql}))` }
    if (kind === 3) return { expr: call('is_distinct', [a.expr, b.expr], 'bool'), sql: `(${a.sql} is distinct from ${b.sql})` }
    const [fn, symbol] = r.pick(COMPARE)
    return { expr: call(fn, [a.expr, b.expr], 'bool'), sql: `(${a.sql} ${symbol} ${b.sql})` }
  }

  scan(name: string, table: Table): Query {
    const types = table.columns.map((c) => c.type)
    const columns = (i: number): string => `c${i}`
    const filters = this.r.chance(0.3) ? [this.condition(types, columns, 1)] : []
    return {
      plan: { op: 'scan', table: name, columns: table.columns, filters: filters.map((f) => f.expr) },
      sql: `select * from ${name}${filters.length > 0 ? ` where ${filters[0]!.sql}` : ''}`,
      types,
    }
  }

  filter(q: Query): Query {
    const c = this.condition(q.types, (i) => `c${i}`)
    return { plan: { op: 'filter', input: q.plan, predicate: c.expr }, sql: `select * from (${q.sql}) where ${c.sql}`, types: q.types }
  }

  project(q: Query, given?: readonly string[]): Query {
    const types =
      given ??
      Array.from({ length: 1 + this.r.int(4) }, () =>
        this.r.chance(0.7) ? this.r.pick(q.types) : this.r.pick(['bool', 'int64', 'double', 'string']),
      )
    const exprs = types.map((type) => this.value(q.types, (i) => `c${i}`, type))
    return {
      plan: { op: 'project', input: q.plan, exprs: exprs.map((e) => e.expr) },
      sql: `select ${exprs.map((e, i) => `${e.sql} as c${i}`).join(', ')} from (${q.sql})`,
      types,
    }
  }

  private call(q: Query): { call: AggregateCall; sql: string } {
    const { r } = this
    const i = r.int(q.types.length)
    const type = q.types[i]!
    const numeric = /^(u?int|decimal)/.test(type)
    const distinct = r.chance(0.25)
    const condition = r.chance(0.25) ? this.condition(q.types, (n) => `c${n}`, 1) : undefined
    const made = (fn: string, result: string, arg: Expr = col(i, type), sql = `c${i}`): { call: AggregateCall; sql: string } => ({
      call: agg(fn, [arg], result, { ...(distinct ? { distinct } : {}), ...(condition ? { filter: condition.expr } : {}) }),
      sql: `${fn}(${distinct ? 'distinct ' : ''}${sql})${condition ? ` filter (where ${condition.sql})` : ''}`,
    })
    const options = [() => made('count', 'int64'), () => made('min', type), () => made('max', type)]
    if (numeric) options.push(() => made('sum', type.startsWith('decimal') ? `decimal(38,${type.match(/,(\d+)/)![1]})` : 'int128'))
    if (numeric) options.push(() => made('avg', 'double'))
    if (/^u?int(8|16|32)$/.test(type))
      for (const fn of ['stddev_samp', 'stddev_pop', 'var_samp', 'var_pop'])
        options.push(() => made(fn, 'double', cast(col(i, type), 'double'), `c${i}::double`))
    if (type === 'bool')
      options.push(
        () => made('bool_and', 'bool'),
        () => made('bool_or', 'bool'),
      )
    return r.pick(options)()
  }

  aggregate(q: Query): Query {
    const { r } = this
    const groups = Array.from({ length: r.int(4) }, () => {
      const type = r.pick(q.types)
      return { ...this.value(q.types, (i) => `c${i}`, type, 1), type }
    })
    const calls = Array.from({ length: 1 + r.int(3) }, () => this.call(q))
    const types = [...groups.map((g) => g.type), ...calls.map((c) => c.call.type), 'int64']
    const items = [...groups.map((g) => g.sql), ...calls.map((c) => c.sql), 'count(*)']
    const node: Extract<PlanNode, { op: 'aggregate' }> = { op: 'aggregate', input: q.plan, groups: groups.map((g) => g.expr), aggregates: [...calls.map((c) => c.call), agg('count_star', [], 'int64')] }
    if (r.chance(0.3)) {
      const sets = Array.from({ length: 1 + r.int(4) }, () => groups.map((_, i) => i).filter(() => r.chance(0.5)))
      const one = (set: readonly number[], number: number): string => {
        const kept = [...groups.map((g, i) => (set.includes(i) ? g.sql : `null::${duckType(g.type)}`)), ...calls.map((c) => c.sql), 'count(*)', `${number}::integer`]
        return `select ${kept.map((item, i) => `${item} as c${i}`).join(', ')} from (${q.sql})${set.length > 0 ? ` group by ${set.map((i) => i + 1).join(', ')}` : ''}`
      }
      return { plan: { ...node, sets }, sql: sets.map((set, number) => `select * from (${one(set, number)})`).join(' union all '), types: [...types, 'int32'] }
    }
    return {
      plan: node,
      sql: `select ${items.map((item, i) => `${item} as c${i}`).join(', ')} from (${q.sql})${groups.length > 0 ? ` group by ${groups.map((_, i) => i + 1).join(', ')}` : ''}`,
      types,
    }
  }

  /** Set operations over queries brought to the same types; few columns, so that rows are found on both sides. */
  together(queries: readonly [Query, Query, ...Query[]]): Query {
    const { r } = this
    const types = Array.from({ length: 1 + r.int(3) }, () => r.pick(queries.flatMap((q) => q.types)))
    const [left, right, ...more] = queries.map((q) => this.project(q, types)) as [Query, Query, ...Query[]]
    if (r.chance(0.5)) {
      const all = [left, right, ...more]
      return { plan: { op: 'union', inputs: all.map((q) => q.plan) }, sql: all.map((q) => `select * from (${q.sql})`).join(' union all '), types }
    }
    const kind = r.pick(['intersect', 'except'] as const)
    const all = r.chance(0.5)
    return { plan: { op: 'setop', kind, all, left: left.plan, right: right.plan }, sql: `select * from (${left.sql}) ${kind} ${all ? 'all' : ''} select * from (${right.sql})`, types }
  }

  /** One column, each value once. */
  distinct(q: Query): Query {
    const i = this.r.int(q.types.length)
    const plan: PlanNode = { op: 'aggregate', input: q.plan, groups: [col(i, q.types[i]!)], aggregates: [] }
    return { plan, types: [q.types[i]!], sql: `select distinct c${i} as c0 from (${q.sql})` }
  }

  join(a: Query, given: Query): Query {
    const { r } = this
    const kind = r.pick<JoinKind>(['inner', 'left', 'right', 'full', 'semi', 'anti', 'right_semi', 'right_anti', 'mark', 'mark', 'single'])
    const b = kind === 'single' ? this.distinct(given) : given
    const n = a.types.length
    const pairs = a.types.flatMap((t, i) => b.types.flatMap((u, j) => (t === u ? [[i, j] as const] : [])))
    if (kind === 'single' && pairs.length === 0) return this.join(a, given)
    const keys = kind === 'single' ? [r.pick(pairs)] : Array.from({ length: r.int(3) }, () => r.pick(pairs))
    const safe = keys.map(() => r.chance(0.3))
    const right = (i: number): string => (i < n ? `l.c${i}` : `r.c${i - n}`)
    const residual = r.chance(0.3) || keys.length === 0 ? this.condition([...a.types, ...b.types], right, 1) : undefined
    const on =
      [...keys.map(([i, j], k) => `l.c${i} ${safe[k] ? 'is not distinct from' : '='} r.c${j}`), ...(residual ? [residual.sql] : [])].join(' and ') || 'true'
    const plan: PlanNode = {
      op: 'join',
      kind,
      left: a.plan,
      right: b.plan,
      keys: keys.map(([i, j], k) => ({ left: col(i, a.types[i]!), right: col(j, b.types[j]!), ...(safe[k] ? { nullSafe: true } : {}) })),
      ...(residual ? { residual: residual.expr } : {}),
      ...(keys.length > 0 && r.chance(0.3) ? { strategy: 'merge' } : {}),
    }
    const both = [...a.types, ...b.types]
    const names = (side: string, count: number, from: number): string[] => Array.from({ length: count }, (_, i) => `${side}.c${i} as c${from + i}`)
    const all = [...names('l', n, 0), ...names('r', b.types.length, n)].join(', ')
    const l = `(${a.sql}) l`
    const s = `(${b.sql}) r`
    switch (kind) {
      case 'semi':
      case 'anti':
        return { plan, types: a.types, sql: `select * from ${l} where ${kind === 'anti' ? 'not ' : ''}exists (select 1 from ${s} where ${on})` }
      case 'right_semi':
      case 'right_anti':
        return { plan, types: b.types, sql: `select * from ${s} where ${kind === 'right_anti' ? 'not ' : ''}exists (select 1 from ${l} where ${on})` }
      case 'mark':
        return {
          plan,
          types: [...a.types, 'bool'],
          sql: `select *, case when exists (select 1 from ${s} where ${on}) then true when exists (select 1 from ${s} where (${on}) is null) then null else false end as c${n} from ${l}`,
        }
      case 'single':
        return { plan, types: both, sql: `select ${all} from ${l} left join ${s} on ${on}` }
      default:
        return { plan, types: both, sql: `select ${all} from ${l} ${kind} join ${s} on ${on}` }
    }
  }

  /** Ordered by all columns, so that the rows kept are determined. */
  /** Not by variances: DuckDB adds them up in another order, and ties are decided by their last digits. */
  top(q: Query): Query & { ordered?: true } {
    const { r } = this
    if (/"fn":"(?:stddev|var)_/.test(JSON.stringify(q.plan))) return q
    const keys: SortKey[] = []
    const sql: string[] = []
    for (const i of q.types.map((_, at) => at).sort(() => r.next() - 0.5)) {
      const descending = r.chance(0.5)
      const nullsFirst = r.chance(0.5)
      keys.push({ expr: col(i, q.types[i]!), descending, nullsFirst })
      sql.push(`c${i} ${descending ? 'desc' : 'asc'} nulls ${nullsFirst ? 'first' : 'last'}`)
    }
    const limit = r.int(12)
    const offset = r.int(3)
    const order = `select * from (${q.sql}) order by ${sql.join(', ')}`
    if (r.chance(0.4)) return { plan: { op: 'sort', input: q.plan, keys }, sql: order, types: q.types, ordered: true }
    if (r.chance(0.3))
      return {
        plan: { op: 'limit', limit, offset, input: { op: 'sort', input: q.plan, keys } },
        sql: `${order} limit ${limit} offset ${offset}`,
        types: q.types,
        ordered: true,
      }
    return { plan: { op: 'topn', input: q.plan, keys, limit, offset }, sql: `${order} limit ${limit} offset ${offset}`, types: q.types, ordered: true }
  }
}
