/** The builder's documents, its inference beside DuckDB's, and its errors. */
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PlanError } from '../../src/errors.ts'
import { parseType, typeName } from '../../src/layout/types.ts'
import type { Expr } from '../../src/plan/nodes.ts'
import { validatePlan } from '../../src/plan/validate.ts'
import { OVERLOADS, overload } from '../../src/planners/builder/infer.ts'
import { and, asc, avg, bitOr, call, count, desc, type Expression, first, lit, max, maxBy, min, not, type Operand, product, scan, stddev, sum, udf, values, when } from '../../src/planners/builder.ts'
import { EXPRESSIONS } from '../../src/operators/expressions.ts'
import { planRules as rules } from '../../src/execute/plan-rules.ts'

const flights = () => scan('flights', { delay: 'int64', origin: 'string', distance: 'int32', price: 'decimal(15,2)', day: 'date', at: 'timestamp', ratio: 'double', late: 'bool' })
const airports = () => scan('airports', { iata: 'string', city: 'string' })
const failing = (f: () => unknown): PlanError => {
  try {
    f()
  } catch (error) {
    expect(error).toBeInstanceOf(PlanError)
    return error as PlanError
  }
  throw new Error('it does not fail')
}

describe('several inputs, several groupings', () => {
  const numbers = () => values({ k: 'int32', x: 'int64' }, [[1, 10n], [1, 20n], [2, 30n]])
  test('unions and set operations: columns by position, in the type that holds both', () => {
    const q = numbers().union(values({ a: 'int64', b: 'int64' }, [[5n, 6n]]), numbers())
    expect(q.columns).toEqual([{ name: 'k', type: { kind: 'int64' } }, { name: 'x', type: { kind: 'int64' } }])
    expect(q.node).toMatchObject({ op: 'union', inputs: [{ op: 'project', exprs: [{ expr: 'cast', type: 'int64' }, { expr: 'column' }] }, { op: 'values' }, { op: 'project' }] })
    expect(numbers().intersect(numbers()).node).toMatchObject({ op: 'setop', kind: 'intersect', all: false })
    expect(numbers().except(numbers(), { all: true }).node).toMatchObject({ op: 'setop', kind: 'except', all: true })
    for (const made of [q, numbers().intersect(numbers()), numbers().except(numbers(), { all: true })]) validatePlan(made.plan(), rules)
    expect(failing(() => numbers().union(numbers().select(['k']))).message).toMatch('1 columns beside 2')
    expect(failing(() => numbers().union(values({ k: 'int32', x: 'string' }, []))).message).toMatch('`x` is int64 and string')
  })

  test('grouping sets and projections', () => {
    const sets = numbers().sets([['k'], []], { by: ['k'], total: sum('x'), best: maxBy('k', 'x'), bits: bitOr('k'), head: first('x'), p: product('x') })
    expect(sets.columns.map((c) => c.name)).toEqual(['k', 'total', 'best', 'bits', 'head', 'p', 'set'])
    expect(sets.node).toMatchObject({ op: 'aggregate', sets: [[0], []] })
    validatePlan(sets.plan(), rules)
    const expanded = numbers().expand(({ k, x }) => [{ key: k, value: x }, { value: lit(null, 'int64'), key: x }])
    expect(expanded.columns).toEqual([{ name: 'key', type: { kind: 'int64' } }, { name: 'value', type: { kind: 'int64' } }])
    validatePlan(expanded.plan(), rules)
    // @ts-expect-error the projections differ in their names
    expect(failing(() => numbers().expand(({ k }) => [{ k }, { x: k }])).message).toMatch('a projection has no column `k`')
    // @ts-expect-error x is no group
    expect(failing(() => numbers().sets([['x']], { by: ['k'] })).code).toBe('UNKNOWN_COLUMN')
  })

  test('shared plans are numbered, each after those it uses', () => {
    const inner = numbers().aggregate({ by: ['k'], n: count() }).shared()
    const outer = inner.filter(({ n }) => n.gt(1)).shared()
    const plan = outer.join(inner, { on: ['k'] }).union(outer.join(outer, { on: ['k'] })).plan()
    expect(plan.shared).toMatchObject([{ op: 'aggregate' }, { op: 'filter', input: { op: 'shared', index: 0 } }])
    expect(plan.root).toMatchObject({ inputs: [{ left: { op: 'shared', index: 1 }, right: { op: 'shared', index: 0 } }, { left: { index: 1 }, right: { index: 1 } }] })
    validatePlan(plan, rules)
  })
})

describe('documents', () => {
  test('filter, aggregate, sort and limit', () => {
    const plan = flights()
      .filter(({ delay }) => delay.gt(30))
      .aggregate({ by: ['origin'], n: count(), total: sum('delay') })
      .sort([desc('n')])
      .limit(10)
      .plan()
    expect(plan).toEqual({
      version: 1,
      names: ['origin', 'n', 'total'],
      root: {
        op: 'topn', limit: 10,
        keys: [{ expr: { expr: 'column', index: 1, type: 'int64' }, descending: true, nullsFirst: false }],
        input: {
          op: 'aggregate',
          groups: [{ expr: 'column', index: 1, type: 'string' }],
          aggregates: [{ fn: 'count_star', args: [], type: 'int64' }, { fn: 'sum', args: [{ expr: 'column', index: 0, type: 'int64' }], type: 'int128' }],
          input: {
            op: 'scan', table: 'flights',
            columns: [['delay', 'int64'], ['origin', 'string'], ['distance', 'int32'], ['price', 'decimal(15,2)'], ['day', 'date'], ['at', 'timestamp'], ['ratio', 'double'], ['late', 'bool']].map(([name, type]) => ({ name, type })),
            filters: [{ expr: 'call', fn: 'gt', args: [{ expr: 'column', index: 0, type: 'int64' }, { expr: 'literal', value: '30', type: 'int64' }], type: 'bool' }],
          },
        },
      },
    })
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan)
    validatePlan(plan, rules)
  })

  test('joins: keys, kinds, names that both sides have, conditions over both', () => {
    const q = flights().select(['origin', 'delay']).join(airports(), { on: [['origin', 'iata']], kind: 'left', where: (l, r) => l.delay.gt(0).and(r.city.ne('x')) })
    expect(q.columns.map((c) => c.name)).toEqual(['origin', 'delay', 'iata', 'city'])
    expect(q.node).toMatchObject({
      op: 'join', kind: 'left',
      keys: [{ left: { index: 0 }, right: { index: 0 } }],
      residual: { fn: 'and', args: [{ args: [{ index: 1 }, { value: '0' }] }, { args: [{ index: 3, type: 'string' }, {}] }] },
    })
    const self = airports().join(airports(), { on: ['iata'], suffix: '2' })
    expect(self.columns.map((c) => c.name)).toEqual(['iata', 'city', 'iata2', 'city2'])
    expect(airports().join(flights(), { on: [['iata', 'origin']], kind: 'semi' }).columns.map((c) => c.name)).toEqual(['iata', 'city'])
    expect(airports().join(airports().select(['iata']), { on: ['iata'], kind: 'mark' }).columns.at(-1)).toEqual({ name: 'mark', type: { kind: 'bool' } })
    const mixed = flights().join(scan('d', { k: 'int64' }), { on: [['distance', 'k']], nullSafe: true })
    expect(mixed.node).toMatchObject({ keys: [{ left: { expr: 'cast', type: 'int64' }, right: { expr: 'column' }, nullSafe: true }] })
    for (const made of [q, self, mixed]) validatePlan(made.plan(), rules)
  })

  test('values, case, cast, distinct, user functions, expressions as groups and keys', () => {
    const codes = values({ code: 'string', n: 'int64', d: 'date', x: 'decimal(5,2)' }, [['JFK', 1, '2024-02-29', '1.5'], [null, 2n, null, 2]])
    expect(codes.node).toMatchObject({ rows: [['JFK', '1', '2024-02-29', '1.50'], [null, '2', null, '2.00']] })
    const q = flights()
      .extend(({ distance, day }) => ({
        band: when(distance.lt(500), 'short').when(distance.lt(2000), 'medium').otherwise('long'),
        month: call('month', [day]),
        name: udf('shout', [lit('x')], 'string'),
        maybe: distance.cast('int8', 'null'),
      }))
      .aggregate(({ band, price, late }) => ({
        by: { band, first: band.substring(1, 1) },
        revenue: sum(price.mul(lit(1).sub(0.1).cast('decimal(2,1)'))).where(late.not()),
        spread: stddev('distance'),
        kinds: count('origin').distinct(),
      }))
      .sort((c) => [asc(c.band.lower(), { nulls: 'first' }), desc('kinds')])
    expect(q.columns.map((c) => [c.name, typeName(c.type)])).toEqual([['band', 'string'], ['first', 'string'], ['revenue', 'decimal(38,3)'], ['spread', 'double'], ['kinds', 'int64']])
    validatePlan(q.plan(), rules)
    validatePlan(codes.distinct().limit(null, 1).plan(), rules)
  })
})

describe('bare values take the type of their neighbours', () => {
  const literals = (e: Expr): unknown[] => (e.expr === 'literal' ? [[e.value, e.type]] : e.expr === 'call' ? e.args.flatMap(literals) : e.expr === 'cast' ? [['cast', e.type], ...literals(e.arg)] : [])
  test.each<[string, (c: any) => Expression, unknown]>([
    ['int64', (c) => c.delay.gt(30), [['30', 'int64']]],
    ['int32', (c) => c.distance.add(1), [[1, 'int32']]],
    ['too big', (c) => c.distance.lt(3e9), [['3000000000', 'int64']]],
    ['a fraction among integers', (c) => c.distance.lt(1.5), [['cast', 'double'], [1.5, 'double']]],
    ['decimal compared', (c) => c.price.ge(0.05), [['0.05', 'decimal(15,2)']]],
    ['decimal times', (c) => c.price.mul(1.1), [['1.1', 'decimal(2,1)']]],
    ['decimal from one', (c) => lit(1).sub(c.price), [['1.00', 'decimal(16,2)'], ['cast', 'decimal(16,2)']]],
    ['double', (c) => c.ratio.eq(1), [[1, 'double']]],
    ['date', (c) => c.day.lt('2024-02-29'), [['2024-02-29', 'date']]],
    ['date and days', (c) => c.day.add(7), [[7, 'int32']]],
    ['timestamp', (c) => c.at.between('2024-01-01', '2024-02-01'), [['2024-01-01 00:00:00', 'timestamp'], ['2024-02-01 00:00:00', 'timestamp']]],
    ['string list', (c) => c.origin.in(['JFK', null]), [['JFK', 'string'], [null, 'string']]],
    ['units stay text', (c) => c.at.dateTrunc('month'), [['month', 'string']]],
    ['digits stay integers', (c) => c.ratio.round(2), [[2, 'int32']]],
    ['null', (c) => c.day.coalesce(null), [[null, 'date']]],
  ])('%s', (_, make, expected) => {
    const e = make(Object.fromEntries(flights().columns.map((c) => [c.name, flights().column(c.name)])))
    expect(literals(e.expr)).toEqual(expected)
  })
})

describe('errors', () => {
  test('name what is wrong, and point at the line that says it', () => {
    const error = failing(() => flights().filter(({ dleay }: any) => dleay.gt(1)))
    expect(error).toMatchObject({ code: 'UNKNOWN_COLUMN', message: 'there is no column `dleay`' })
    expect(error.hint).toContain('`delay`')
    expect(error.stack?.split('\n')[1]).toContain('builder.test.ts')
  })
  test.each<[string, () => unknown, string, RegExp]>([
    ['group', () => flights().aggregate({ by: ['nope' as 'origin'], n: count() }), 'UNKNOWN_COLUMN', /nope/],
    ['aggregate', () => flights().aggregate({ n: sum('nope' as 'delay') }), 'UNKNOWN_COLUMN', /nope/],
    ['sort', () => flights().sort(['nope' as 'delay']), 'UNKNOWN_COLUMN', /nope/],
    ['join', () => flights().join(airports(), { on: [['origin', 'nope' as 'iata']] }), 'UNKNOWN_COLUMN', /nope/],
    ['predicate', () => flights().filter(({ delay }) => delay), 'INVALID_PLAN', /must be a bool, not int64/],
    ['types', () => flights().filter(({ delay }) => delay.eq('x')), 'INVALID_PLAN', /no eq\(int64, string\)/],
    ['sum of text', () => flights().aggregate({ n: sum('origin') }), 'INVALID_PLAN', /no sum\(string\)/],
    ['another input', () => flights().filter(() => airports().column('iata').eq('x')), 'INVALID_PLAN', /another input/],
    ['two inputs', () => flights().filter(({ origin }) => origin.eq(airports().column('iata'))), 'INVALID_PLAN', /two different inputs/],
    ['names twice', () => airports().join(airports().join(airports(), { on: ['iata'] }), { on: ['iata'] }), 'INVALID_PLAN', /two columns have the name `iata_right`/],
    ['no date', () => flights().filter(({ day }) => day.lt('yesterday')), 'INVALID_PLAN', /"yesterday" is no date/],
    ['type', () => scan('t', { a: 'varchar' }), 'UNSUPPORTED_TYPE', /"varchar" is not a type/],
    ['value', () => values({ a: 'int8' }, [[1], [300]]), 'INVALID_PLAN', /row 1: 300 is no int8/],
    ['limit', () => flights().limit(-1), 'INVALID_PLAN', /-1 is no number of rows/],
    ['function', () => call('nope' as 'abs', [1]), 'UNKNOWN_FUNCTION', /no function nope/],
    ['literal', () => lit(1.5, 'int32'), 'INVALID_PLAN', /1.5 is no literal of type int32/],
    ['branches', () => when(true, 1).otherwise('x'), 'INVALID_PLAN', /no common type: int32, string/],
  ])('%s', (_, f, code, message) => {
    const error = failing(f)
    expect(error.code).toBe(code)
    expect(error.message).toMatch(message)
  })
})

describe('inference', () => {
  test('the builder and the registry have the same functions', () => {
    expect(Object.keys(OVERLOADS).sort()).toEqual(Object.keys(EXPRESSIONS).sort())
  })

  const TYPES = ['bool', 'int8', 'int16', 'int32', 'int64', 'int128', 'uint8', 'uint16', 'uint32', 'uint64', 'float', 'double', 'decimal(9,2)', 'decimal(15,2)', 'decimal(18,4)', 'decimal(38,4)', 'decimal(4,4)', 'date', 'timestamp', 'timestamptz', 'string', 'null']
  test('every overload is one that the registry allows, with casts that exist', () => {
    const types = TYPES.map((t) => parseType(t)!)
    const lists = [...types.map((a) => [a]), ...types.flatMap((a) => types.map((b) => [a, b])), ...types.flatMap((a) => types.map((b) => [a, b, b])), ...types.flatMap((a) => types.map((b) => [a, a, b]))]
    let made = 0
    for (const fn of Object.keys(OVERLOADS)) {
      for (const args of lists) {
        const found = overload(fn, args)
        if (!found) continue
        made++
        const told = `${fn}(${args.map(typeName).join(', ')})`
        args.forEach((a, i) => expect(rules.cast(a, found.args[i]!), told).toBe(true))
        // The registry has no functions of untyped NULLs; NULL literals take a type before they get here.
        if (args.some((a) => a.kind === 'null')) continue
        expect([told, rules.call(fn, found.args, found.result)]).toEqual([told, true])
        for (const flag of Object.keys(found.flags ?? {})) expect(rules.flags(fn), told).toContain(flag)
      }
    }
    expect(made).toBeGreaterThan(1000)
  })

  const SQL: Record<string, string> = { int8: 'TINYINT', int16: 'SMALLINT', int32: 'INTEGER', int64: 'BIGINT', int128: 'HUGEINT', uint8: 'UTINYINT', uint16: 'USMALLINT', uint32: 'UINTEGER', uint64: 'UBIGINT', float: 'FLOAT', double: 'DOUBLE', date: 'DATE', timestamp: 'TIMESTAMP', timestamptz: 'TIMESTAMP WITH TIME ZONE', string: 'VARCHAR', bool: 'BOOLEAN' }
  const sqlName = (type: string): string => SQL[type] ?? type.toUpperCase()
  let db: Awaited<ReturnType<typeof DuckDBInstance.create>>
  let connection: Awaited<ReturnType<typeof db.connect>>
  beforeAll(async () => {
    db = await DuckDBInstance.create()
    connection = await db.connect()
  })
  afterAll(() => {
    connection.closeSync()
    db.closeSync()
  })

  test('result types are those of DuckDB', async () => {
    const signed = ['int8', 'int16', 'int32', 'int64', 'int128', 'float', 'double', 'decimal(9,2)', 'decimal(15,2)', 'decimal(18,4)', 'decimal(38,4)', 'decimal(4,1)', 'decimal(18,18)']
    const columns = (types: readonly string[]) => types.map((t, i) => ({ name: `c${i}`, type: t }))
    const all = columns([...signed, 'uint8', 'uint16', 'uint32', 'uint64', 'date', 'timestamp', 'timestamptz', 'string', 'bool'])
    await connection.run(`create table t (${all.map((c) => `${c.name} ${sqlName(c.type)}`).join(', ')})`)
    const query = scan('t', Object.fromEntries(all.map((c) => [c.name, c.type])))
    const col = (type: string) => query.column(all.find((c) => c.type === type)!.name)
    const name = (type: string) => all.find((c) => c.type === type)!.name
    const cases: [string, () => Expression][] = []
    const symbols = { add: '+', subtract: '-', multiply: '*', divide: '/', modulo: '%' } as const
    for (const [fn, symbol] of Object.entries(symbols)) {
      for (const a of signed) for (const b of signed) cases.push([`${name(a)} ${symbol} ${name(b)}`, () => call(fn as 'add', [col(a), col(b)])])
    }
    for (const a of [...signed, 'uint8', 'uint32', 'uint64']) for (const b of [...signed, 'uint8', 'uint16', 'uint32', 'uint64']) cases.push([`coalesce(${name(a)}, ${name(b)})`, () => col(a).coalesce(col(b))])
    for (const [a, b] of [['date', 'timestamp'], ['timestamp', 'timestamptz'], ['date', 'timestamptz']] as const) cases.push([`coalesce(${name(a)}, ${name(b)})`, () => col(a).coalesce(col(b))])
    for (const t of signed) {
      cases.push([`-${name(t)}`, () => col(t).neg()], [`abs(${name(t)})`, () => col(t).abs()], [`sign(${name(t)})`, () => call('sign', [col(t)])])
      cases.push([`round(${name(t)})`, () => col(t).round()])
    }
    for (const t of ['float', 'double', 'decimal(9,2)', 'decimal(38,4)']) cases.push([`ceil(${name(t)})`, () => call('ceil', [col(t)])], [`floor(${name(t)})`, () => call('floor', [col(t)])])
    const d = 'date'
    const more: [string, Operand][] = [
      [`${name(d)} + ${name('int32')}`, col(d).add(col('int32'))], [`${name(d)} - ${name(d)}`, col(d).sub(col(d))],
      [`year(${name(d)})`, call('year', [col(d)])], [`epoch(${name(d)})`, call('epoch', [col(d)])], [`hour(${name('timestamp')})`, call('hour', [col('timestamp')])],
      [`date_trunc('month', ${name(d)})`, col(d).dateTrunc('month')], [`date_trunc('day', ${name('timestamptz')})`, col('timestamptz').dateTrunc('day')],
      [`length(${name('string')})`, call('length', [col('string')])], [`position('a' in ${name('string')})`, call('position', [col('string'), 'a'])],
      [`${name('string')} || 'x'`, col('string').concat('x')], [`sqrt(${name('int32')})`, call('sqrt', [col('int32')])], [`${name('int32')} // ${name('int64')}`, col('int32').intDiv(col('int64'))],
      [`${name('int32')} > ${name('int64')}`, col('int32').gt(col('int64'))],
    ]
    for (const [text, e] of more) cases.push([text, () => e as Expression])
    const differing: string[] = []
    for (const [text, make] of cases) {
      const theirs = await connection.prepare(`select ${text} from t`).then((s) => String(s.columnType(0)), () => undefined)
      if (theirs === undefined) continue
      let ours: string
      try {
        ours = sqlName(typeName(make().type))
      } catch {
        ours = 'none'
      }
      if (ours !== theirs) differing.push(`${text}: ${ours}, DuckDB ${theirs}`)
    }
    const aggregates = [['sum', sum], ['avg', avg], ['min', min], ['max', max], ['stddev', stddev], ['count', count]] as const
    for (const [fn, make] of aggregates) {
      for (const t of [...signed, 'uint64']) {
        const ours = sqlName(typeName(query.aggregate({ x: make(col(t)) }).columns[0]!.type))
        const theirs = String((await connection.prepare(`select ${fn}(${name(t)}) from t`)).columnType(0))
        if (ours !== theirs) differing.push(`${fn}(${t}): ${ours}, DuckDB ${theirs}`)
      }
    }
    const named = Object.fromEntries(all.map((c) => [c.name, c.type]))
    expect(differing.map((line) => line.replaceAll(/\bc\d+\b/g, (c) => named[c]!))).toEqual([])
  })
})

test('names are checked by the compiler', () => {
  const q = flights()
  // @ts-expect-error: no such column
  expect(() => q.filter((c) => c.nope)).toThrow()
  // @ts-expect-error: no such column
  expect(() => q.aggregate({ n: sum('nope') })).toThrow()
  // @ts-expect-error: no such column
  expect(() => q.sort([desc('nope')])).toThrow()
  const names: 'origin' | 'n' = q.aggregate({ by: ['origin'], n: count() }).columns[0]!.name as 'origin'
  expect(names).toBe('origin')
  expect(and(lit(true), not(false)).type.kind).toBe('bool')
})
