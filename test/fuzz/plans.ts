/**
 * Random plans of several operators, as trees. Each says what its rows' order or their float arithmetic leaves open, so that what is
 * compared is what every right engine gives: windows that count rows are ordered by columns that tell rows apart, limits cut
 * total orders, sums of doubles add small dyadic fractions, and columns in which 0 stands for −0 are only compared.
 */
import { sqlType } from '../cases/sql.ts'
import type { Random } from '../engine/random.ts'
import type { Signature } from './signatures.ts'
import { Terms } from './terms.ts'
import { type Column, column, type List, literal, type Rel, type Term } from './tree.ts'
import { isWideTotal, windowTerm } from './plan-windows.ts'

export interface SourceTable {
  readonly name: string
  readonly rows: number
  readonly columns: readonly Column[]
}

const SAFE = /^(eq|ne|lt|le|gt|ge|is_distinct|is_not_distinct|between|in|and|or|not|is_null|is_not_null|coalesce|nullif|greatest|least|sign|bit_and|bit_or|bit_xor|bit_not|bit_count|is_nan|is_infinite|is_finite|year|quarter|month|week|day|dayofweek|isodow|dayofyear|hour|minute|second|date_trunc|decade|century|millennium|isoyear|yearweek|dayname|monthname|date_diff|last_day|length|lower|upper|substring|left|right|concat|trim|ltrim|rtrim|replace|starts_with|ends_with|contains|position|like|concat_ws|ascii|unicode|octet_length|translate)$/
const FLOAT_SAFE = /^(add|subtract|multiply|divide|round|ceil|floor|trunc|negate|abs)$/
/** Signatures that raise for no argument. */
export const safe = (all: readonly Signature[]): readonly Signature[] =>
  all.filter(({ fn, args }) => {
    const types = args.filter((a) => !/^['#%+]/.test(a))
    const same = types.every((t) => t === types[0])
    if (args.some((a) => /timestamptz|[~@]/.test(a))) return /^(eq|lt|is_null|coalesce|in|between|greatest)$/.test(fn) && same
    return same && (SAFE.test(fn) || (FLOAT_SAFE.test(fn) && types[0] === 'double'))
  })

const isFloat = (type: string): boolean => type === 'float' || type === 'double'
export const isInteger = (type: string): boolean => /^u?int/.test(type)
/** Which zero, or which digits, a column's values have is open where a term's are. */
export const columnFor = (name: string, term: Term, scope: readonly Column[]): Column => {
  const own = term.name === 'column' ? scope.find((c) => c.name === term.print([], undefined)) : undefined
  return { name, type: term.type, taint: own ? own.taint : isFloat(term.type) ? 'zero' : undefined, ...(own?.tame ? { tame: true } : {}) }
}
export const named = (c: Column): Term => column(c.name, c.type)
const list = (items: List['items'], least = 0): List => ({ items, least })
const plainItems = (terms: readonly Term[]) => terms.map((term) => ({ term }))

export class Plans {
  readonly r: Random
  readonly terms: Terms
  readonly #tables: readonly SourceTable[]
  #names = 0
  #ctes = 0

  constructor(r: Random, tables: readonly SourceTable[], signatures: readonly Signature[]) {
    this.r = r
    this.#tables = tables
    this.terms = new Terms(r, signatures, true)
  }

  name(): string {
    return `x${this.#names++}`
  }

  /** Mostly one with rows, and with few enough. */
  #pickTable(most: number): SourceTable {
    const { r } = this
    return r.pick(this.#tables.filter((t) => (t.rows < most || (most > 200 && r.chance(0.3))) && (t.rows > 5 || r.chance(0.12))))
  }

  /** Columns that any function may read. */
  #clean(columns: readonly Column[]): readonly Column[] {
    return columns.filter((c) => c.taint === undefined)
  }

  value(scope: readonly Column[], type: string, depth = this.r.pick([0, 1, 1, 2])): Term {
    return this.terms.term(this.#clean(scope), type, depth)
  }

  /** A type that the scope has columns of, mostly. */
  type(scope: readonly Column[]): string {
    const own = this.#clean(scope)
    return own.length && this.r.chance(0.8) ? this.r.pick(own).type : this.r.pick(['bool', 'int32', 'int64', 'double', 'string', 'decimal(9,2)', 'date'])
  }

  condition(scope: readonly Column[], depth = 2): Term {
    const { r } = this
    const zeros = scope.filter((c) => c.taint === 'zero')
    if (zeros.length && r.chance(0.2)) {
      const c = r.pick(zeros)
      const other = zeros.filter((z) => z.type === c.type)
      const symbol = r.pick(['=', '<', '>=', 'IS DISTINCT FROM'])
      const by = r.chance(0.4) ? named(r.pick(other)) : this.terms.constant(c.type)
      return r.chance(0.2)
        ? { type: 'bool', args: [named(c)], print: ([a]) => `(${a} IS NULL)`, name: 'is_null' }
        : { type: 'bool', args: [named(c), by], print: ([a, b]) => `(${a} ${symbol} ${b})`, name: 'lt' }
    }
    return this.terms.term(this.#clean(scope), 'bool', depth)
  }

  scan(table = this.#pickTable(500)): Rel {
    const { r } = this
    const [id, ...rest] = table.columns as [Column, ...Column[]]
    const chosen = [id, ...rest.filter(() => r.chance(0.35))].slice(0, 9)
    const columns = chosen.map((c): Column => ({ ...c, name: this.name() }))
    return {
      op: 'scan', inputs: [], columns, unique: [columns[0]?.name as string], rows: table.rows, inOrder: true,
      lists: [list(chosen.map((c, i) => ({ term: named(c), as: (columns[i] as Column).name })), 1)],
      print: (_, [items]) => `SELECT ${items?.join(', ')} FROM ${table.name}`,
    }
  }

  values(): Rel {
    const { r } = this
    const types = r.some(1, 3, () => r.pick(['int32', 'string', 'bool', 'decimal(9,2)', 'date', 'int64']))
    const columns = types.map((type): Column => ({ name: this.name(), type }))
    const rows = r.some(1, 5, () => types.map((t) => (r.chance(0.2) ? literal(`NULL::${sqlType(t)}`, t) : this.terms.constant(t))))
    return {
      op: 'values', inputs: [], columns, rows: 5, lists: [list(rows.map((row) => ({ term: { type: 'row', args: row, print: (cells) => `(${cells.join(', ')})`, name: 'row' } })), 1)],
      print: (_, [items]) => `SELECT * FROM (VALUES ${items?.join(', ')}) ${this.name()}(${columns.map((c) => c.name).join(', ')})`,
    }
  }

  filter(given: Rel, condition?: Term): Rel {
    // A subquery becomes a join, which may turn the rows' order.
    const asked = condition === undefined && this.r.chance(0.25)
    const input = asked ? { ...given, inOrder: false } : given
    return this.#filtered(input, condition ?? (asked ? this.#asked(input) : this.condition(input.columns)))
  }

  #filtered(input: Rel, condition: Term): Rel {
    return { ...input, op: 'filter', inputs: [input], lists: [list(plainItems([condition]))], print: ([i], [c]) => (c?.length ? `SELECT * FROM (${i}) WHERE ${c.join(' AND ')}` : (i as string)) }
  }

  project(input: Rel): Rel {
    const { r } = this
    const kept = input.columns.filter((c) => input.unique?.includes(c.name) || r.chance(0.5))
    let asks = false
    const terms = r.some(1, 4, () => {
      if (!r.chance(0.12)) return this.value(input.columns, this.type(input.columns))
      asks = true
      return this.subquery(input)
    })
    const made = terms.map((term) => columnFor(this.name(), term, input.columns))
    return {
      op: 'project', inputs: [input], columns: [...kept, ...made], unique: input.unique, rows: input.rows ?? 0, ...(input.inOrder && !asks ? { inOrder: true } : {}),
      lists: [list([...kept.map((c) => ({ term: named(c) })), ...terms.map((term, i) => ({ term, as: (made[i] as Column).name }))], 1)],
      print: ([i], [items]) => `SELECT ${items?.join(', ')} FROM (${i})`,
    }
  }

  /** A condition by a subquery. */
  #asked(outer: Rel): Term {
    const found = this.subquery(outer)
    if (found.type === 'bool') return found
    const symbol = this.r.pick(['=', '<', '>=', 'IS DISTINCT FROM'])
    return { type: 'bool', args: [this.value(outer.columns, found.type, 1), found], print: ([x, y]) => `(${x} ${symbol} ${y})`, name: 'lt' }
  }

  /** A condition or value that is a subquery: EXISTS, IN, or one row's value. */
  subquery(outer: Rel): Term {
    const { r } = this
    let inner = this.scan(this.#pickTable(200))
    const pairs = this.#clean(inner.columns).flatMap((b) => this.#clean(outer.columns).filter((a) => a.type === b.type).map((a) => [a, b] as const))
    if (pairs.length && r.chance(0.6)) {
      const [a, b] = r.pick(pairs)
      const symbol = r.pick(['=', '=', '=', '<', 'IS NOT DISTINCT FROM'])
      // It becomes a join, which may turn the rows' order.
      inner = { ...this.filter(inner, { type: 'bool', args: [named(b), named(a)], print: ([x, y]) => `(${x} ${symbol} ${y})`, name: 'eq' }), inOrder: false }
    }
    if (r.chance(0.4)) inner = this.filter(inner, this.condition(inner.columns, 1))
    const kind = r.int(3)
    if (kind === 0) return { type: 'bool', args: [], inner, print: (_, sql) => `${'EXISTS'} (${sql})`, name: 'exists' }
    const b = r.pick(inner.columns)
    if (kind === 1 && b.taint === undefined) {
      const not = r.pick(['', 'NOT '])
      const only: Rel = { op: 'project', inputs: [inner], columns: [b], lists: [list([{ term: named(b) }], 1)], print: ([i], [items]) => `SELECT ${items?.join(', ')} FROM (${i})` }
      return { type: 'bool', args: [this.value(outer.columns, b.type, 1)], inner: only, print: ([x], sql) => `(${x} ${not}IN (${sql}))`, name: 'in_subquery' }
    }
    const call = this.#call(inner.columns, inner, false)
    const one: Rel = { op: 'aggregate', inputs: [inner], columns: [{ name: 'v', type: call.term.type }], lists: [list([{ term: call.term }], 1)], print: ([i], [items]) => `SELECT ${items?.join(', ')} FROM (${i})` }
    if (call.taint === 'digits' || call.taint === 'zero') return { type: 'bool', args: [], inner, print: (_, sql) => `EXISTS (${sql})`, name: 'exists' }
    return { type: call.term.type, args: [], inner: one, print: (_, sql) => `(${sql})`, name: 'scalar_subquery' }
  }

  /** A call of an aggregate. */
  #call(scope: readonly Column[], input: Rel, conditional = true): { readonly term: Term; readonly taint?: Column['taint'] } {
    const { r } = this
    const filter = conditional && r.chance(0.2) ? this.condition(scope, 1) : undefined
    const made = (fn: string, type: string, args: readonly Term[], taint?: Column['taint'], distinct = false): { term: Term; taint?: Column['taint'] } => {
      const plain: Term = { type, args, print: (given) => `${fn}(${distinct ? 'DISTINCT ' : ''}${given.join(', ') || '*'})`, name: fn }
      const term: Term = filter ? { type, args: [filter, ...args], print: ([f, ...given]) => `${fn}(${distinct ? 'DISTINCT ' : ''}${given.join(', ') || '*'}) FILTER (WHERE ${f})`, name: fn, simpler: [plain] } : plain
      return taint ? { term, taint } : { term }
    }
    const any = r.pick(scope)
    const clean = this.#clean(scope)
    const of = (fits: (c: Column) => boolean): Column | undefined => {
      const found = clean.filter(fits)
      return found.length ? r.pick(found) : undefined
    }
    const int = of((c) => isInteger(c.type))
    const summed = of((c) => (isInteger(c.type) && c.type !== 'int128') || (c.tame === true && c.type !== 'float'))
    const distinct = r.chance(0.2)
    const choices: (() => { term: Term; taint?: Column['taint'] })[] = [
      () => made('count', 'int64', []),
      () => made('count', 'int64', [any.taint === 'digits' || r.chance(0.5) ? named(any) : this.value(scope, this.type(scope), 1)], undefined, distinct && any.taint !== 'digits'),
      () => made(r.pick(['bool_and', 'bool_or']), 'bool', [this.condition(scope, 1)]),
      () => made('product', 'double', [{ type: 'double', args: [this.condition(scope, 1)], print: ([c]) => `(CASE WHEN ${c} THEN -1::DOUBLE ELSE 1::DOUBLE END)`, name: 'case', lazy: true }]),
    ]
    if (any.taint !== 'digits') choices.push(() => made(r.pick(['min', 'max']), any.type, [named(any)], any.taint), () => made(r.pick(['min', 'max']), any.type, [named(any)], any.taint))
    if (summed) {
      const total = isInteger(summed.type) ? 'int128' : summed.type === 'double' ? 'double' : `decimal(38,${/,(\d+)/.exec(summed.type)?.[1]})`
      const cut = (): Term => (r.chance(0.3) ? { type: summed.type, args: [this.condition(scope, 1), named(summed)], print: ([c, x]) => `(CASE WHEN ${c} THEN ${x} END)`, name: 'case', lazy: true } : named(summed))
      choices.push(() => made('sum', total, [cut()], total === 'double' ? 'zero' : undefined, distinct), () => made('sum', total, [cut()], total === 'double' ? 'zero' : undefined), () => made('avg', 'double', [cut()], isWideTotal(summed.type) ? 'digits' : 'zero', distinct))
      if (/^u?int(8|16|32)$/.test(summed.type)) choices.push(() => made(r.pick(['stddev_samp', 'stddev_pop', 'var_samp', 'var_pop']), 'double', [named(summed)], 'digits'))
    }
    if (int) choices.push(() => made(r.pick(['bit_and', 'bit_or', 'bit_xor']), int.type, [named(int)], undefined, distinct))
    const key = input.unique?.length === 1 ? scope.find((c) => c.name === input.unique?.[0]) : undefined
    if (key && any.taint !== 'digits') choices.push(() => made(r.pick(['min_by', 'max_by', 'arg_min_null', 'arg_max_null']), any.type, [named(any), named(key)], any.taint))
    if (input.inOrder && any.taint !== 'digits') choices.push(() => made(r.pick(['first', 'last', 'any_value']), any.type, [named(any)], any.taint))
    return r.pick(choices)()
  }

  aggregate(input: Rel): Rel {
    const { r } = this
    const keys = input.columns.filter((c) => c.taint !== 'digits')
    const groups = r.some(0, keys.length ? 3 : 0, () => (r.chance(0.7) ? named(r.pick(keys)) : this.value(input.columns, this.type(input.columns), 1)))
    const made = groups.map((g): Column => {
      const c = columnFor(this.name(), g, input.columns)
      return { ...c, tame: false }
    })
    const calls = r.some(groups.length ? 0 : 1, 4, () => this.#call(input.columns, input))
    const outs = calls.map(({ term, taint }): Column => ({ name: this.name(), type: term.type, taint }))
    const items = [...groups.map((term, i) => ({ term, as: made[i]?.name })), ...calls.map(({ term }, i) => ({ term, as: outs[i]?.name }))]
    const distinct = new Set(groups.map((g) => g.print(g.args.map(() => '?'), '')))
    const sets = groups.length > 1 && distinct.size === groups.length && groups.every((g) => g.name === 'column') && r.chance(0.35) ? r.pick(['ROLLUP', 'CUBE', 'SETS']) : ''
    const by = (texts: readonly string[]): string => {
      if (!sets) return `GROUP BY ${texts.join(', ')}`
      if (sets !== 'SETS') return `GROUP BY ${sets} (${texts.join(', ')})`
      return `GROUP BY GROUPING SETS ((${texts.join(', ')}), (${texts.at(-1)}), ())`
    }
    const n = groups.length
    const having = n > 0 && r.chance(0.15) ? ' HAVING count(*) > 1' : ''
    return {
      op: 'aggregate', inputs: [input], columns: [...made, ...outs], rows: n ? (input.rows ?? 0) * (sets ? n + 2 : 1) : 1,
      unique: n && !sets && made.every((c) => c.taint === undefined) ? made.map((c) => c.name) : undefined,
      // Keys by their text, so that taking one away takes it from both.
      lists: [list(items.slice(0, n), n ? 1 : 0), list(items.slice(n), n ? 0 : 1)],
      print: ([i], [keysSql = [], callsSql = []]) => `SELECT ${[...keysSql, ...callsSql].join(', ')} FROM (${i}) ${keysSql.length ? by(keysSql.map((k) => k.replace(/ AS x\d+$/, ''))) : ''}${having}`,
    }
  }

  join(a: Rel, b: Rel): Rel {
    const { r } = this
    const many = (a.rows ?? 0) * (b.rows ?? 0) > 3000
    const kind = many ? r.pick(['SEMI', 'ANTI', 'ANTI']) : r.pick(['INNER', 'LEFT', 'LEFT', 'RIGHT', 'FULL', 'FULL', 'SEMI', 'ANTI'])
    const pairs = a.columns.flatMap((x) => b.columns.filter((y) => x.type === y.type && x.taint !== 'digits' && y.taint !== 'digits').map((y) => [x, y] as const))
    const keys = pairs.length ? r.some(r.chance(0.9) ? 1 : 0, 2, () => r.pick(pairs)) : []
    const terms = keys.map(([x, y]): Term => {
      const symbol = r.pick(['=', '=', '=', 'IS NOT DISTINCT FROM'])
      return { type: 'bool', args: [named(x), named(y)], print: ([l, o]) => `${l} ${symbol} ${o}`, name: 'eq' }
    })
    const both = [...a.columns, ...b.columns]
    if (terms.length === 0 || r.chance(0.25)) terms.push(this.condition(both, 1))
    const one = kind === 'SEMI' || kind === 'ANTI'
    const unique = one ? a.unique : a.unique && b.unique ? [...a.unique, ...b.unique] : undefined
    return {
      op: 'join', inputs: [a, b], columns: one ? a.columns : both, rows: one ? (a.rows ?? 0) : Math.max((a.rows ?? 0) * (b.rows ?? 0), a.rows ?? 0, b.rows ?? 0), unique,
      lists: [list(plainItems(terms), 1)],
      print: ([x, y], [on]) => `SELECT * FROM (${x}) ${kind} JOIN (${y}) ON ${on?.join(' AND ')}`,
    }
  }

  window(input: Rel): Rel {
    if (input.columns.every((c) => c.taint === 'digits')) return input
    const calls = this.r.some(1, 3, () => windowTerm(this.r, input, (scope) => this.condition(scope, 1)))
    const made = calls.map(({ term, taint }): Column => ({ name: this.name(), type: term.type, taint }))
    return {
      ...input, op: 'window', inputs: [input], columns: [...input.columns, ...made], inOrder: false,
      lists: [list(calls.map(({ term }, i) => ({ term, as: (made[i] as Column).name })), 0)],
      print: ([i], [items]) => `SELECT *${items?.map((x) => `, ${x}`).join('')} FROM (${i})`,
    }
  }

  /** Both sides brought to the same types. */
  together(a: Rel, b: Rel): Rel {
    const { r } = this
    const types = r.some(1, 3, () => this.type(r.pick([a, b]).columns))
    const kind = r.pick(['UNION ALL', 'UNION ALL', 'UNION ALL', 'UNION', 'UNION', 'INTERSECT', 'INTERSECT ALL', 'EXCEPT', 'EXCEPT ALL'])
    const names = types.map(() => this.name())
    const side = (rel: Rel): Rel => {
      const terms = types.map((t) => this.value(rel.columns, t, r.pick([0, 0, 1])))
      return {
        op: 'project', inputs: [rel], columns: names.map((name, i) => columnFor(name, terms[i] as Term, rel.columns)), lists: [list(terms.map((term, i) => ({ term, as: names[i] })), 1)],
        print: ([i], [items]) => `SELECT ${items?.join(', ')} FROM (${i})`,
      }
    }
    const [left, right] = [side(a), side(b)]
    const columns = names.map((name, i): Column => ({ name, type: types[i] as string, taint: isFloat(types[i] as string) ? 'zero' : undefined }))
    return { op: 'setop', inputs: [left, right], columns, rows: (a.rows ?? 0) + (b.rows ?? 0), lists: [], unique: /ALL/.test(kind) || columns.some((c) => c.taint) ? undefined : names, print: ([x, y]) => `SELECT * FROM (${x}) ${kind} SELECT * FROM (${y})` }
  }

  distinct(input: Rel): Rel {
    const { r } = this
    if (input.unique?.length && r.chance(0.4)) {
      const on = r.pick(input.columns.filter((c) => c.taint !== 'digits'))
      const order = [on, ...input.columns.filter((c) => input.unique?.includes(c.name))].map((c) => ({ term: named(c), after: r.pick(['', ' DESC', ' NULLS FIRST']) }))
      return { ...input, op: 'distinct', inputs: [input], inOrder: false, lists: [list([{ term: named(on) }], 1), list(order, 1)], print: ([i], [keys, by]) => `SELECT DISTINCT ON (${keys?.join(', ')}) * FROM (${i}) ORDER BY ${by?.join(', ')}` }
    }
    const kept = input.columns.filter((c) => c.taint !== 'digits' && r.chance(0.5)).slice(0, 4)
    if (kept.length === 0) return input
    return {
      op: 'distinct', inputs: [input], columns: kept.map((c) => ({ ...c, tame: false })), rows: input.rows ?? 0, unique: kept.every((c) => !c.taint) ? kept.map((c) => c.name) : undefined, lists: [list(kept.map((c) => ({ term: named(c) })), 1)],
      print: ([i], [items]) => `SELECT DISTINCT ${items?.join(', ')} FROM (${i})`,
    }
  }

  /** In a total order, cut or whole; undefined where the rows have none that all engines share. */
  sorted(input: Rel, cut = this.r.chance(0.6)): Rel | undefined {
    const { r } = this
    const open = input.columns.some((c) => c.taint === 'digits')
    if (open && !input.unique) return undefined
    const sortable = input.columns.filter((c) => c.taint !== 'digits')
    const first = sortable.filter(() => r.chance(0.4))
    const rest = open ? input.columns.filter((c) => input.unique?.includes(c.name)) : sortable.filter((c) => !first.includes(c))
    const keys = [...first, ...rest].map((c) => ({ term: named(c), after: `${r.pick(['', ' DESC'])}${r.pick(['', ' NULLS FIRST', ' NULLS LAST'])}` }))
    if (keys.length === 0) return undefined
    const limit = cut ? ` LIMIT ${r.pick([1, 3, 10, 10, 50, 50, r.pick([0, 200])])}${r.chance(0.3) ? ` OFFSET ${r.pick([1, 1, 4])}` : ''}` : ''
    return { ...input, op: 'sort', inputs: [input], inOrder: false, lists: [list(keys, 1)], print: ([i], [by]) => `SELECT * FROM (${i}) ORDER BY ${by?.join(', ')}${limit}` }
  }

  /** Computed once, read twice. */
  shared(input: Rel): Rel {
    const name = `w${this.#ctes++}`
    const read = (): Rel => {
      const columns = input.columns.map((c): Column => ({ ...c, name: this.name() }))
      const renamed = (names: readonly string[] | undefined) => names?.map((n) => (columns[input.columns.findIndex((c) => c.name === n)] as Column).name)
      return {
        op: 'cte_scan', inputs: [], columns, rows: input.rows ?? 0, unique: renamed(input.unique), lists: [list(input.columns.map((c, i) => ({ term: named(c), as: (columns[i] as Column).name })), 1)],
        print: (_, [items]) => `SELECT ${items?.join(', ')} FROM ${name}`,
      }
    }
    const [a, b] = [this.step(read()), read()]
    const body = this.r.chance(0.6) ? this.join(a, b) : this.together(a, b)
    const how = this.r.pick(['MATERIALIZED ', 'MATERIALIZED ', ''])
    return { ...body, op: 'cte', inputs: [input, body], lists: [], print: ([x, y]) => `WITH ${name} AS ${how}(${x}) ${y}` }
  }

  /** One operator more. */
  step(input: Rel): Rel {
    const { r } = this
    switch (r.int(14)) {
      case 0:
      case 1:
        return this.filter(input)
      case 2:
      case 3:
        return this.project(input)
      case 4:
      case 5:
        return this.aggregate(input)
      case 6:
      case 7:
      case 8:
        return this.join(input, this.#other())
      case 9:
      case 10:
        return this.window(input)
      case 11:
        return this.together(input, this.#other())
      case 12:
        return this.distinct(input)
      default:
        return this.sorted(input, true) ?? input
    }
  }

  #other(): Rel {
    const { r } = this
    let q = r.chance(0.1) ? this.values() : this.scan(this.#pickTable(200))
    if (r.chance(0.35)) q = r.pick([() => this.filter(q), () => this.project(q), () => this.aggregate(q), () => this.distinct(q)])()
    return q
  }

  plan(): Rel {
    const { r } = this
    let q = r.chance(0.04) ? this.values() : this.scan()
    for (let n = 2 + r.int(4); n > 0; n--) q = (q.rows ?? 0) > 20_000 ? this.aggregate(q) : this.step(q)
    if (r.chance(0.12) && (q.rows ?? 0) < 300) q = this.shared(q)
    return (r.chance(0.3) ? this.sorted(q) : undefined) ?? q
  }
}

/** Operators of a plan. */
export const sizeOf = (r: Rel): number => 1 + r.inputs.reduce((n, i) => n + sizeOf(i), 0)
