/**
 * Random queries over fuzz tables. Each tells what a comparison must know: which columns order it, whether it is cut by a
 * limit, and whether rows are excluded (by a filter, a CASE, a join), so that DuckDB may raise where we need not.
 */
import type { FuzzTable, Kind } from './fuzz-tables.ts'
import type { Random } from './random.ts'

interface Term {
  readonly sql: string
  readonly kind: Kind
  readonly tame: boolean
}

export interface FuzzQuery {
  readonly sql: string
  /** Without its last LIMIT, where it has one. */
  readonly unlimited: string | undefined
  /** Positions of output columns that it orders by. */
  readonly keys: readonly number[]
  /** Rows may be left out before all is computed. */
  readonly excludes: boolean
  /** Only reads, filters and computes: -0 and 0 are told apart. */
  readonly rowwise: boolean
  /** Columns, comparisons, arithmetic, CASE and aggregates alone: every stage of it is native. */
  readonly lowered: boolean
  readonly tables: readonly FuzzTable[]
}

const COMPARE = ['=', '<>', '<', '<=', '>', '>=']
const LITERALS: Record<Kind, readonly string[]> = {
  bool: ['true', 'false'],
  int: ['0', '1', '2', '3', '100', '-7', '127', '300', '2147483647', '9223372036854775807'],
  float: ['0.25::DOUBLE', '-2.25::DOUBLE', "'NaN'::DOUBLE", "'inf'::DOUBLE", '0::DOUBLE', "'-0'::DOUBLE"],
  decimal: ['1.25', '-3.5', '0.0', '12.34', '99999999999999999999.5'],
  date: ["DATE '1970-01-01'", "DATE '2024-02-29'", "DATE '2000-06-30'"],
  timestamp: ["TIMESTAMP '1970-01-01 00:00:00'", "TIMESTAMP '2024-02-29 13:45:00.123456'"],
  timestamptz: ["TIMESTAMPTZ '2024-03-31 01:30:00.000001+00'", "TIMESTAMPTZ '1999-12-31 23:59:59+00'"],
  string: ["''", "'a'", "'ab'", "'é'", "'red'", "'😀'", "'it''s'"],
}
const NUMBERS: readonly Kind[] = ['int', 'float', 'decimal']
const CASTS = ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'UTINYINT', 'UBIGINT', 'HUGEINT', 'DECIMAL(9,2)', 'DECIMAL(18,3)', 'DECIMAL(38,4)']

export class QueryMaker {
  readonly #r: Random
  #excludes = false
  #lowered = true

  constructor(r: Random) {
    this.#r = r
  }

  #column(scope: readonly Term[], fits: (t: Term) => boolean): Term | undefined {
    const found = scope.filter(fits)
    return found.length ? this.#r.pick(found) : undefined
  }

  /** A value of a kind; tame ones never raise. */
  value(scope: readonly Term[], kind: Kind, depth: number, tame = false): Term {
    const r = this.#r
    const leaf = (): Term => {
      const column = r.chance(0.85) ? this.#column(scope, (t) => t.kind === kind && (!tame || t.tame)) : undefined
      if (column) return column
      return r.chance(0.05) && !tame ? { sql: 'NULL', kind, tame } : { sql: tame ? (r.pick({ int: ['1', '2', '3'], float: ['0.5::DOUBLE'], decimal: ['1.25'] }[kind as 'int'] ?? LITERALS[kind])) : r.pick(LITERALS[kind]), kind, tame }
    }
    if (kind === 'bool') return { sql: this.condition(scope, depth, tame), kind, tame }
    if (depth <= 0 || r.chance(0.35)) return leaf()
    const part = (k: Kind = kind, t = tame) => this.value(scope, k, depth - 1, t).sql
    const made = (sql: string): Term => ({ sql, kind, tame: false })
    switch (r.int(6)) {
      case 0:
        this.#excludes = true
        return made(`(CASE WHEN ${this.condition(scope, depth - 1, tame)} THEN ${part()} ${r.chance(0.7) ? `ELSE ${part()} ` : ''}END)`)
      case 1:
        this.#excludes = true
        return made(`coalesce(${part()}, ${part()})`)
      case 2:
        return this.#ofKind(scope, kind, depth, tame) ?? leaf()
      default: {
        if (!NUMBERS.includes(kind)) return this.#ofKind(scope, kind, depth, tame) ?? leaf()
        const other: Kind = kind === 'float' ? r.pick(NUMBERS) : kind === 'decimal' ? r.pick(['decimal', 'int'] as const) : 'int'
        if (other !== kind) this.#lowered = false
        if (tame) return { sql: `(${part()} ${r.pick(['+', '-'])} ${part(other)})`, kind, tame }
        return made(`(${part()} ${r.pick(['+', '-', '*'])} ${part(other)})`)
      }
    }
  }

  /** Functions and casts that give a kind. */
  #ofKind(scope: readonly Term[], kind: Kind, depth: number, tame: boolean): Term | undefined {
    const r = this.#r
    this.#lowered = false
    const part = (k: Kind, t = tame) => this.value(scope, k, depth - 1, t).sql
    const made = (...choices: (() => string)[]): Term => ({ sql: r.pick(choices)(), kind, tame: false })
    switch (kind) {
      case 'int':
        if (tame) return made(() => `(${part('int')})::BIGINT`)
        return made(
          () => `(${part(r.pick(NUMBERS))})::${r.pick(CASTS.slice(0, 7))}`,
          () => `(${part('int')} % ${r.pick(['3', '7', part('int')])})`,
          () => `(${part('int')} // ${r.pick(['3', '7', part('int')])})`,
          () => `abs(${part('int')})`,
          () => `(- ${part('int')})`,
          () => `length(${part('string')})`,
          () => `${r.pick(['year', 'month', 'day'])}(${part(r.pick(['date', 'timestamp']))})`,
        )
      case 'float':
        return made(
          () => `(${part(r.pick(NUMBERS))})::DOUBLE`,
          () => `abs(${part('float')})`,
          () => `(${part('float')} / ${part('float')})`,
        )
      case 'decimal':
        return tame ? undefined : made(() => `(${part(r.pick(['int', 'decimal']))})::${r.pick(CASTS.slice(7))}`, () => `abs(${part('decimal')})`)
      case 'date':
        return made(() => `(${part('timestamp')})::DATE`, () => `${part('date')} + ${r.int(40)}`)
      case 'timestamp':
        return made(() => `(${part('date')})::TIMESTAMP`, () => `date_trunc('${r.pick(['day', 'month', 'hour'])}', ${part('timestamp')})`)
      case 'string':
        return made(
          () => `upper(${part('string')})`,
          () => `lower(${part('string')})`,
          () => `substring(${part('string')}, ${1 + r.int(3)}, ${r.int(4)})`,
          () => `(${part('string')} || ${part('string')})`,
          () => `(${part('int', false)})::VARCHAR`,
        )
      default:
        return undefined
    }
  }

  condition(scope: readonly Term[], depth: number, tame = false): string {
    const r = this.#r
    const kind: Kind = r.pick(scope).kind
    const part = (k: Kind = kind): string => this.value(scope, k, Math.max(0, depth - 1), tame).sql
    if (depth > 0 && r.chance(0.3)) {
      this.#excludes = true
      const [a, b] = [this.condition(scope, depth - 1, tame), this.condition(scope, depth - 1, tame)]
      return r.chance(0.2) ? `(NOT ${a})` : `(${a} ${r.pick(['AND', 'OR'])} ${b})`
    }
    if (kind === 'bool') return this.#column(scope, (t) => t.kind === 'bool')?.sql ?? 'true'
    if (kind === 'string' && r.chance(0.4)) return `(${part()} ${r.pick(['LIKE', 'NOT LIKE'])} '${r.pick(['%a%', 'a%', '%b', '_', '%e%e%', 'red', '%'])}')`
    switch (r.int(7)) {
      case 0:
        return `(${part()} IS ${r.pick(['', 'NOT '])}NULL)`
      case 1:
        return `(${part()} ${r.pick(['', 'NOT '])}IN (${r.some(1, 5, () => r.pick(LITERALS[kind])).join(', ')}))`
      case 2:
        return `(${part()} BETWEEN ${part()} AND ${part()})`
      case 3:
        return `(${part()} IS ${r.pick(['', 'NOT '])}DISTINCT FROM ${part()})`
      default:
        return `(${part()} ${r.pick(COMPARE)} ${r.chance(0.5) ? r.pick(LITERALS[kind]) : part()})`
    }
  }

  #aggregate(scope: readonly Term[]): Term {
    const r = this.#r
    const depth = r.int(2)
    const any = (): Term => this.value(scope, r.pick(scope).kind, depth)
    const tame = (kinds: readonly Kind[]): Term => this.value(scope, r.pick(kinds), depth, true)
    switch (r.int(11)) {
      case 0:
        return { sql: 'count(*)', kind: 'int', tame: true }
      case 1:
        return { sql: `count(${any().sql})`, kind: 'int', tame: true }
      case 2:
      case 3: {
        const term = any()
        if (r.chance(0.2)) return { sql: `count(DISTINCT ${term.sql})${r.chance(0.3) ? ` FILTER (WHERE ${this.condition(scope, 1)})` : ''}`, kind: 'int', tame: true }
        return { sql: `${r.pick(['min', 'max'])}(${term.sql})`, kind: term.kind, tame: false }
      }
      case 4:
        return { sql: `avg(${tame(NUMBERS).sql})`, kind: 'float', tame: false }
      case 5: {
        const bool = this.condition(scope, depth)
        return { sql: `${r.pick(['bool_and', 'bool_or'])}(${bool})`, kind: 'bool', tame: false }
      }
      case 6: {
        // Any integer: its sums need 128 bits.
        const term = this.#column(scope, (t) => t.kind === 'int') ?? tame(['int'])
        this.#excludes ||= !term.tame
        return { sql: `sum(${term.sql})${r.chance(0.3) ? ` FILTER (WHERE ${this.condition(scope, 1)})` : ''}`, kind: 'int', tame: false }
      }
      case 7: {
        const ints = scope.filter((t) => t.kind === 'int')
        return { sql: `${r.pick(['bit_and', 'bit_or', 'bit_xor'])}(${r.chance(0.2) ? 'DISTINCT ' : ''}${r.pick(ints).sql})`, kind: 'int', tame: false }
      }
      case 8: {
        // Rows that are equal in the key are one row of the first table.
        const term = r.pick(scope.filter((t) => t.sql.startsWith('a.')))
        return { sql: `${r.pick(['min_by', 'max_by', 'arg_min_null', 'arg_max_null'])}(${term.sql}, a.id)`, kind: term.kind, tame: false }
      }
      default: {
        const term = tame(NUMBERS)
        if (term.kind !== 'float' && r.chance(0.15)) return { sql: `sum(DISTINCT ${term.sql})`, kind: term.kind, tame: false }
        return { sql: `sum(${term.sql})`, kind: term.kind, tame: false }
      }
    }
  }

  query(tables: readonly FuzzTable[], prefix: string): FuzzQuery {
    const r = this.#r
    this.#excludes = false
    this.#lowered = true
    const first = r.pick(tables)
    const joins = r.chance(0.3)
    const second = joins ? r.pick(tables.filter((t) => t.rows < 5000)) : undefined
    const used = second ? [first, second] : [first]
    const scopeOf = (t: FuzzTable, alias: string): Term[] => [
      { sql: `${alias}.id`, kind: 'int', tame: true },
      { sql: `${alias}.wide`, kind: 'int', tame: true },
      ...t.columns.map(({ name, kind, tame }) => ({ sql: `${alias}.${name}`, kind, tame })),
    ]
    let scope = scopeOf(first, 'a')
    let from = `${prefix}${first.name} a`
    if (second) {
      this.#excludes = true
      const big = first.rows * second.rows > 2e5
      const inner = scopeOf(second, 'b')
      const on = big ? 'a.id = b.id' : r.pick(['a.k = b.k', 'a.n = b.k', 'a.l = b.n', 'a.g = b.g AND a.k = b.n', 'a.day = b.day AND a.k = b.k', 'a.wide = b.wide', 'a.i64 = b.i64 AND a.k = b.k', 'a.p = b.p AND a.g = b.g', 'a.s = b.s AND a.k = b.id'])
      const outer = r.chance(0.25) && !big
      const how = outer ? r.pick(['LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN', 'SEMI JOIN', 'ANTI JOIN']) : 'JOIN'
      if (outer) this.#lowered = false
      from += ` ${how} ${prefix}${second.name} b ON ${on}${r.chance(0.2) ? ` AND a.n < b.n` : ''}`
      if (!/SEMI|ANTI/.test(how)) scope = [...scope, ...inner]
    }
    let where = r.chance(0.6) ? ` WHERE ${this.condition(scope, 2)}` : ''
    if (where) this.#excludes = true
    if (r.chance(0.1)) {
      this.#excludes = true
      this.#lowered = false
      const inner = r.pick(tables.filter((t) => t.rows < 5000))
      const of = `${prefix}${inner.name} s`
      where += `${where ? ' AND' : ' WHERE'} ${r.pick([`a.n ${r.pick(['IN', 'NOT IN'])} (SELECT s.k FROM ${of} WHERE s.n > 1)`, `a.l > (SELECT avg(s.n) FROM ${of})`])}`
    }
    const rows = second ? 5000 : first.rows
    const shape = r.chance(rows > 10000 ? 0.25 : 0.45) ? 'rows' : r.chance(0.75) ? 'groups' : 'all'
    let select: Term[]
    let tail = ''
    if (shape === 'rows') {
      select = r.some(1, rows > 10000 ? 3 : 5, () => this.value(scope, r.pick(scope).kind, 3))
    } else {
      const groups = shape === 'groups' ? r.some(1, 3, () => (r.chance(0.7) ? r.pick(scope.filter((t) => t.kind !== 'float' || r.chance(0.3)).slice(-20)) : this.value(scope, r.pick(['int', 'string', 'date', 'decimal'] as const), 1))) : []
      // A group key of floats is any of -0 and 0.
      select = [...groups, ...r.some(1, 4, () => this.#aggregate(scope))]
      if (groups.length) tail = ` GROUP BY ${groups.map((_, i) => i + 1).join(', ')}`
      const columns = groups.map((g) => g.sql)
      if (columns.length > 1 && r.chance(0.3) && new Set(columns).size === columns.length && columns.every((c) => /^[ab]\.\w+$/.test(c))) {
        const [x, y] = columns as [string, string]
        tail = ` GROUP BY ${r.pick([`ROLLUP (${columns.join(', ')})`, `CUBE (${columns.join(', ')})`, `GROUPING SETS ((${columns.join(', ')}), (${y}), ())`, `${x}, ROLLUP (${columns.slice(1).join(', ')})`])}`
      }
      if (r.chance(0.2)) {
        this.#excludes = true
        tail += ` HAVING ${r.pick(['count(*) > 1', 'count(*) % 2 = 0', 'sum(a.n) > 3', 'min(a.s) IS NOT NULL'])}`
      }
    }
    const names = select.map((_, i) => `c${i}`)
    const distinct = shape === 'rows' && r.chance(0.1)
    let sql = `SELECT ${distinct ? 'DISTINCT ' : ''}${select.map((t, i) => `${t.sql} AS ${names[i]}`).join(', ')} FROM ${from}${where}${tail}`
    const union = shape === 'rows' && r.chance(0.15)
    if (union) {
      this.#excludes = true
      const kind = r.pick(['UNION ALL', 'UNION ALL', 'UNION', 'INTERSECT', 'INTERSECT ALL', 'EXCEPT', 'EXCEPT ALL'])
      sql = `SELECT * FROM (${sql} ${kind} SELECT ${select.map((t) => t.sql).join(', ')} FROM ${from} WHERE ${this.condition(scope, 1)}) u`
    }
    if (r.chance(0.15)) {
      const outer = select.map((t, i): Term => ({ sql: `q.${names[i]}`, kind: t.kind, tame: false }))
      this.#excludes = true
      sql = `SELECT * FROM (${sql}) q WHERE ${this.condition(outer, 1)}`
    }
    const keys: number[] = []
    if (r.chance(0.5)) {
      const at = names.map((_, i) => i).filter(() => r.chance(0.6))
      if (at.length === 0) at.push(0)
      if (r.chance(0.3)) at.reverse()
      keys.push(...at)
      sql += ` ORDER BY ${at.map((i) => `${i + 1}${r.pick(['', ' ASC', ' DESC'])}${r.pick(['', ' NULLS FIRST', ' NULLS LAST'])}`).join(', ')}`
    }
    let unlimited: string | undefined
    if (r.chance(0.35)) {
      unlimited = sql
      sql += ` LIMIT ${r.pick([0, 1, 3, 10, 100, 1000])}${r.chance(0.4) ? ` OFFSET ${r.pick([0, 1, 5, 500])}` : ''}`
      this.#excludes = true
    }
    return { sql, unlimited, keys, excludes: this.#excludes, rowwise: shape === 'rows' && !distinct && !union && keys.length === 0, lowered: this.#lowered, tables: used }
  }
}
