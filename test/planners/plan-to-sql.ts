/**
 * Writes a plan back as SQL, column by position (c0, c1, …), so that DuckDB can execute what the planner made of a query:
 * a wrong position or a wrong meaning gives other rows than the query itself.
 */
import { parseType } from '../../src/layout/types.ts'
import { parseInterval } from '../../src/layout/intervals.ts'
import type { Interval } from '../../src/layout/unsafe-row.ts'
import type { AggregateCall, Expr, Frame, FrameBound, Plan, PlanNode, SortKey, WindowCall } from '../../src/plan/nodes.ts'
import { outputOf } from '../../src/plan/stages.ts'

const NAMES: Record<string, string> = {
  int8: 'TINYINT',
  int16: 'SMALLINT',
  int32: 'INTEGER',
  int64: 'BIGINT',
  int128: 'HUGEINT',
  uint8: 'UTINYINT',
  uint16: 'USMALLINT',
  uint32: 'UINTEGER',
  uint64: 'UBIGINT',
  float: 'FLOAT',
  double: 'DOUBLE',
  bool: 'BOOLEAN',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
  timestamptz: 'TIMESTAMP WITH TIME ZONE',
  string: 'VARCHAR',
  interval: 'INTERVAL',
  null: 'INTEGER',
}
const duck = (name: string): string => {
  const type = parseType(name)
  if (type?.kind === 'decimal') return `DECIMAL(${type.precision},${type.scale})`
  const plain = NAMES[name]
  if (plain === undefined) throw new Error(`type ${name}`)
  return plain
}
const quote = (s: string) => `'${s.replaceAll("'", "''")}'`
const ident = (s: string) => `"${s.replaceAll('"', '""')}"`

const INFIX: Record<string, string> = {
  bit_and: '&',
  bit_or: '|',
  shift_left: '<<',
  shift_right: '>>',
  add: '+',
  subtract: '-',
  multiply: '*',
  divide: '/',
  int_divide: '//',
  modulo: '%',
  eq: '=',
  ne: '<>',
  lt: '<',
  le: '<=',
  gt: '>',
  ge: '>=',
  is_distinct: 'IS DISTINCT FROM',
  is_not_distinct: 'IS NOT DISTINCT FROM',
  and: 'AND',
  or: 'OR',
  concat: '||',
}

const expr = (e: Expr): string => {
  switch (e.expr) {
    case 'column':
      return `c${e.index}`
    case 'literal':
      if (e.type === 'interval' && e.value !== null) {
        const { months, days, micros } = parseInterval(String(e.value)) as Interval
        return `(to_months(${months}) + to_days(${days}) + to_microseconds(${micros}))`
      }
      return e.value === null ? `CAST(NULL AS ${duck(e.type)})` : `CAST(${quote(String(e.value))} AS ${duck(e.type)})`
    case 'cast':
      return `${e.onFailure === 'null' ? 'TRY_CAST' : 'CAST'}(${expr(e.arg)} AS ${duck(e.type)})`
    case 'case':
      return `CASE ${e.when.map((w) => `WHEN ${expr(w.if)} THEN ${expr(w.then)}`).join(' ')} ELSE ${expr(e.else)} END`
    case 'udf':
      return `${ident(e.name)}(${e.args.map(expr).join(', ')})`
    case 'call':
      return e.fn === 'and' || e.fn === 'or' ? call(e.fn, e.args.map(expr), e) : `CAST(${call(e.fn, e.args.map(expr), e)} AS ${duck(e.type)})`
  }
}

const call = (fn: string, args: readonly string[], e: Extract<Expr, { expr: 'call' }>): string => {
  const infix = INFIX[fn]
  if (fn === 'divide' && e.flags?.divideByZero === 'null') return `(${args.join(' // ')})`
  if (infix !== undefined) return `(${args.join(` ${infix} `)})`
  switch (fn) {
    case 'negate':
      return `(-${args[0]})`
    case 'not':
      return `(NOT ${args[0]})`
    case 'is_null':
      return `(${args[0]} IS NULL)`
    case 'is_not_null':
      return `(${args[0]} IS NOT NULL)`
    case 'in':
      return `(${args[0]} IN (${args.slice(1).join(', ')}))`
    case 'between':
      return `(${args[0]} BETWEEN ${args[1]} AND ${args[2]})`
    case 'add_interval':
      return `(${args[0]} + (to_months(CAST(${args[1]} AS INTEGER)) + to_days(CAST(${args[2]} AS INTEGER)) + to_microseconds(${args[3]})))`
    case 'make_interval':
      return `(to_months(CAST(${args[0]} AS INTEGER)) + to_days(CAST(${args[1]} AS INTEGER)) + to_microseconds(${args[2]}))`
    case 'interval_months':
      return `(date_part('year', ${args[0]}) * 12 + date_part('month', ${args[0]}))`
    case 'interval_days':
      return `date_part('day', ${args[0]})`
    case 'interval_micros':
      return `(date_part('hour', ${args[0]}) * 3600000000 + date_part('minute', ${args[0]}) * 60000000 + date_part('microsecond', ${args[0]}))`
    case 'make_timestamp':
      return `${e.type === 'timestamptz' ? 'make_timestamptz' : 'make_timestamp'}(${args.join(', ')})`
    case 'bit_not':
      return `(~${args[0]})`
    case 'bit_xor':
      return `xor(${args.join(', ')})`
    case 'octet_length':
      return `strlen(${args[0]})`
    case 'is_nan':
    case 'is_infinite':
    case 'is_finite':
      return `${{ is_nan: 'isnan', is_infinite: 'isinf', is_finite: 'isfinite' }[fn]}(${args[0]})`
    case 'position':
      return `instr(${args.join(', ')})`
    case 'like':
      return `(${args[0]} LIKE ${args[1]}${e.flags?.escape ? ` ESCAPE ${quote(e.flags.escape)}` : ''})`
    default:
      return `${fn}(${args.join(', ')})`
  }
}

const width = (node: PlanNode): number => outputOf(node).length

/** Every relation has a column that nobody reads, so that none is without columns. */
const list = (items: readonly string[]): string => [...items.map((x, i) => `${x} AS c${i}`), '0 AS pad'].join(', ')
const columns = (from: number, n: number, prefix = ''): string[] => Array.from({ length: n }, (_, i) => `${prefix}c${from + i}`)
const keys = (sort: readonly SortKey[]): string =>
  sort.map((k) => `${expr(k.expr)} ${k.descending ? 'DESC' : 'ASC'} NULLS ${k.nullsFirst ? 'FIRST' : 'LAST'}`).join(', ')

const aggregate = (a: AggregateCall): string =>
  `CAST(${a.fn === 'count_star' ? 'count(*)' : `${a.fn}(${a.distinct ? 'DISTINCT ' : ''}${a.args.map(expr).join(', ')})`}${a.filter ? ` FILTER (WHERE ${expr(a.filter)})` : ''} AS ${duck(a.type)})`

const bound = (b: FrameBound, frame: Frame, key: SortKey | undefined): string => {
  if (!('at' in b)) return b.bound.replaceAll('_', ' ')
  // A range's value again as what it differs from the key by.
  const offset = frame.unit === 'range' && key ? ((b.bound === 'preceding') !== key.descending ? `${expr(key.expr)} - ${expr(b.at)}` : `${expr(b.at)} - ${expr(key.expr)}`) : expr(b.at)
  return `(${offset}) ${b.bound}`
}
const windowCall = ({ fn, args, type, frame, ignoreNulls, filter, distinct }: WindowCall, { partitions, orders }: Extract<PlanNode, { op: 'window' }>): string => {
  const name = fn === 'count_star' ? 'count(*)' : `${fn}(${distinct ? 'DISTINCT ' : ''}${args.map(expr).join(', ')}${ignoreNulls ? ' IGNORE NULLS' : ''})`
  const over = [
    partitions.length > 0 ? `PARTITION BY ${partitions.map(expr).join(', ')}` : '',
    orders.length > 0 ? `ORDER BY ${keys(orders)}` : '',
    frame ? `${frame.unit} BETWEEN ${bound(frame.start, frame, orders[0])} AND ${bound(frame.end, frame, orders[0])}${frame.exclude ? ` EXCLUDE ${frame.exclude.replace('_', ' ')}` : ''}` : '',
  ]
  return `CAST(${name}${filter ? ` FILTER (WHERE ${expr(filter)})` : ''} OVER (${over.join(' ')}) AS ${duck(type)})`
}

const select = (node: PlanNode): string => {
  switch (node.op) {
    case 'input':
      throw new Error('no stages here')
    case 'shared':
      return `SELECT * FROM s${node.index}`
    case 'scan': {
      const from = `SELECT ${list(node.columns.map((c) => ident(c.name)))} FROM ${ident(node.table)}`
      return node.filters ? `SELECT * FROM (${from}) WHERE ${node.filters.map(expr).join(' AND ')}` : from
    }
    case 'values': {
      const row = (r: readonly unknown[]) => list(r.map((v, i) => expr({ expr: 'literal', value: v as string, type: node.columns[i]?.type ?? '' })))
      if (node.rows.length === 0) return `SELECT ${row(node.columns.map(() => null))} WHERE false`
      return node.rows.map((r) => `SELECT ${row(r)}`).join(' UNION ALL ')
    }
    case 'filter':
      return `SELECT * FROM (${select(node.input)}) WHERE ${expr(node.predicate)}`
    case 'project':
      return `SELECT ${list(node.exprs.map(expr))} FROM (${select(node.input)})`
    case 'union':
      return node.inputs.map((input) => `SELECT * FROM (${select(input)})`).join(' UNION ALL ')
    case 'setop':
      return `SELECT * FROM (${select(node.left)}) ${node.kind} ${node.all ? 'ALL' : ''} SELECT * FROM (${select(node.right)})`
    case 'unnest':
      throw new Error('DuckDB plans have no unnest')
    case 'expand':
      return node.projections.map((exprs) => `SELECT ${list(exprs.map(expr))} FROM (${select(node.input)})`).join(' UNION ALL ')
    case 'aggregate':
      if (node.sets) {
        return node.sets
          .map((set, number) => {
            const kept = node.groups.map((g, i) => (set.includes(i) ? expr(g) : `CAST(NULL AS ${duck(g.type)})`))
            const by = set.length > 0 ? `GROUP BY ${set.map((i) => expr(node.groups[i] as Expr)).join(', ')}` : ''
            return `SELECT ${list([...kept, ...node.aggregates.map(aggregate), String(number)])} FROM (${select(node.input)}) ${by}`
          })
          .join(' UNION ALL ')
      }
      return `SELECT ${list([...node.groups.map(expr), ...node.aggregates.map(aggregate)])} FROM (${select(node.input)}) ${node.groups.length > 0 ? `GROUP BY ${node.groups.map(expr).join(', ')}` : ''}`
    case 'window':
      return `SELECT ${list([...columns(0, width(node.input)), ...node.functions.map((f) => windowCall(f, node))])} FROM (${select(node.input)})`
    case 'sort':
      return `SELECT * FROM (${select(node.input)}) ORDER BY ${keys(node.keys)}`
    case 'topn':
      return `SELECT * FROM (${select(node.input)}) ORDER BY ${keys(node.keys)} LIMIT ${node.limit} OFFSET ${node.offset ?? 0}`
    case 'limit':
      return `SELECT * FROM (${select(node.input)}) ${node.limit === null ? '' : `LIMIT ${node.limit}`} OFFSET ${node.offset ?? 0}`
    case 'exchange':
      return select(node.input)
    case 'join':
      return join(node)
  }
}

const join = (node: Extract<PlanNode, { op: 'join' }>): string => {
  const l = width(node.left)
  const r = width(node.right)
  // Right columns are numbered on from the left ones, as a residual sees them.
  const left = `(SELECT ${columns(0, l).join(', ')}${l ? ', ' : ''}pad FROM (${select(node.left)})) AS l`
  const right = `(SELECT ${[...columns(0, r).map((c, i) => `${c} AS c${l + i}`), 'pad AS pad2'].join(', ')} FROM (${select(node.right)})) AS r`
  const on =
    [
      ...node.keys.map((k) => `${expr(k.left)} ${k.nullSafe ? 'IS NOT DISTINCT FROM' : '='} ${expr(moved(k.right, l))}`),
      ...(node.residual ? [expr(node.residual)] : []),
    ].join(' AND ') || 'true'
  const both = list([...columns(0, l), ...columns(l, r)])
  switch (node.kind) {
    case 'inner':
      return `SELECT ${both} FROM ${left} JOIN ${right} ON ${on}`
    case 'left':
      return `SELECT ${both} FROM ${left} LEFT JOIN ${right} ON ${on}`
    case 'right':
      return `SELECT ${both} FROM ${left} RIGHT JOIN ${right} ON ${on}`
    case 'full':
      return `SELECT ${both} FROM ${left} FULL JOIN ${right} ON ${on}`
    case 'single':
      return `SELECT ${both} FROM ${left} LEFT JOIN ${right} ON ${on}`
    case 'semi':
      return `SELECT ${list(columns(0, l))} FROM ${left} WHERE EXISTS (SELECT 1 FROM ${right} WHERE ${on})`
    case 'anti':
      return `SELECT ${list(columns(0, l))} FROM ${left} WHERE NOT EXISTS (SELECT 1 FROM ${right} WHERE ${on})`
    case 'right_semi':
      return `SELECT ${list(columns(l, r))} FROM ${right} WHERE EXISTS (SELECT 1 FROM ${left} WHERE ${on})`
    case 'right_anti':
      return `SELECT ${list(columns(l, r))} FROM ${right} WHERE NOT EXISTS (SELECT 1 FROM ${left} WHERE ${on})`
    case 'mark': {
      const mark = `CASE WHEN EXISTS (SELECT 1 FROM ${right} WHERE ${on}) THEN true WHEN EXISTS (SELECT 1 FROM ${right} WHERE (${on}) IS NULL) THEN NULL ELSE false END`
      return `SELECT ${list([...columns(0, l), mark])} FROM ${left}`
    }
  }
}

const moved = (e: Expr, by: number): Expr => {
  if (e.expr === 'column') return { ...e, index: e.index + by }
  if (e.expr === 'cast') return { ...e, arg: moved(e.arg, by) }
  if (e.expr === 'call' || e.expr === 'udf') return { ...e, args: e.args.map((a) => moved(a, by)) }
  if (e.expr === 'case') return { ...e, when: e.when.map((w) => ({ if: moved(w.if, by), then: moved(w.then, by) })), else: moved(e.else, by) }
  return e
}

/** SQL over tables of the plan's names; columns c0, c1, …. */
export const planToSql = ({ root, shared = [] }: Plan): string =>
  `${shared.length > 0 ? `WITH ${shared.map((s, i) => `s${i} AS MATERIALIZED (${select(s)})`).join(', ')} ` : ''}SELECT ${columns(0, width(root)).join(', ')} FROM (${select(root)})`
