/**
 * Every aggregate over every type it takes: DuckDB on one thread, native code on one and three, and the interpreter agree to the bit,
 * the sign of zero included, and on which of equal values it is; over all rows, by small and by large keys, where a filter leaves
 * little, where all values of a group are NULL, and over no rows.
 */
import type { Engine } from 'arcweld'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DuckDb } from '../../src/cli/duckdb.ts'
import { AGGREGATES } from '../../src/operators/aggregates.ts'
import { openBeside } from './beside-duckdb.ts'
import { COLUMNS } from './fuzz-tables.ts'

let duckdb: DuckDb
let engines: readonly Engine[]
let close: () => Promise<void>

const ROWS = 12_000

/** `k`: 7 is a group without values, and NULL is one; `w`: keys too far apart for an array. */
const table = (rows: number): string => {
  const columns = COLUMNS.filter((c) => c.name !== 'k').map((c, n) => {
    const pool = `[${c.pool.map((v) => `'${v}'`).join(', ')}]::VARCHAR[]::${c.sql}[]`
    return `CASE WHEN i % 9 = 7 OR hash(i * 104729 + ${n}) % 5 = 0 THEN NULL ELSE (${pool})[1 + (hash(i * 31 + ${n}) % ${c.pool.length})::INTEGER] END AS ${c.name}`
  })
  return `SELECT i::INTEGER AS i, CASE WHEN i % 9 = 8 THEN NULL ELSE (i % 9)::INTEGER END AS k, (hash(i % 500) % 1000003)::BIGINT * 4000000007 AS w, ${columns},
    (['2', '0.5', '-1']::VARCHAR[]::DOUBLE[])[1 + (hash(i) % 3)::INTEGER] AS factor FROM range(${rows}) t(i)`
}

beforeAll(async () => {
  ;({ duckdb, engines, close } = await openBeside({ t: table(ROWS), none: table(0) }, [1, 3].map((threads) => ({ threads, memory: '512MiB' }))))
})
afterAll(() => close())

interface Values {
  readonly sql: string
  readonly kind: string
  /** Sums of them fit. */
  readonly sums: boolean
  /** DuckDB divides wider totals with 64 bits of mantissa, and rounds twice. */
  readonly means: boolean
}
const VALUES: readonly Values[] = [
  ...COLUMNS.filter((c) => c.name !== 'k').map(({ name, kind, tame, sql }) => ({ sql: name, kind, sums: tame || (kind !== 'float' && !sql.startsWith('DECIMAL(38')), means: tame && name !== 'm' })),
  { sql: 'd38z::HUGEINT', kind: 'int', sums: false, means: false },
  { sql: "g || '!'", kind: 'string', sums: false, means: false },
  { sql: 'factor', kind: 'factor', sums: true, means: true },
  { sql: 'k', kind: 'int', sums: true, means: true },
]

/** DuckDB keeps floats beside a key as sort keys, which have no −0. */
const signless = (x: string): string => (x === 'f32' ? 'f32 + 0' : x)

/** DuckDB's names of the aggregates, with what they take. */
const CALLS: Record<string, { readonly sql: (x: string) => readonly string[]; readonly takes: (v: Values) => boolean }> = {
  count_star: { sql: (x) => [`count(*) FILTER (WHERE ${x} IS NOT NULL)`], takes: () => true },
  count: { sql: (x) => [`count(${x})`, `count(DISTINCT ${x})`], takes: () => true },
  sum: { sql: (x) => [`sum(${x})`], takes: ({ kind, sums }) => sums && ['int', 'float', 'decimal', 'factor'].includes(kind) },
  avg: { sql: (x) => [`avg(${x})`], takes: ({ kind, means }) => means && ['int', 'float', 'decimal', 'factor'].includes(kind) },
  min: { sql: (x) => [`min(${x})`], takes: () => true },
  max: { sql: (x) => [`max(${x})`], takes: () => true },
  first: { sql: (x) => [`first(${x})`, `first(${x}) FILTER (WHERE i > 100)`], takes: () => true },
  last: { sql: (x) => [`last(${x})`], takes: () => true },
  any_value: { sql: (x) => [`any_value(${x})`], takes: () => true },
  min_by: { sql: (x) => [`min_by(i, ${x})`, `arg_min(${signless(x)}, -i)`, `min_by(${signless(x)}, n)`], takes: () => true },
  max_by: { sql: (x) => [`max_by(i, ${x})`, `arg_max(${signless(x)}, i)`, `max_by(s, ${x}) FILTER (WHERE b)`], takes: () => true },
  min_by_null: { sql: (x) => [`arg_min_null(${signless(x)}, i)`, `arg_min_null(s, ${x})`], takes: () => true },
  max_by_null: { sql: (x) => [`arg_max_null(${signless(x)}, i)`, `arg_max_null(g, ${x})`], takes: () => true },
  bit_and: { sql: (x) => [`bit_and(${x})`, `bit_and(${x}) FILTER (WHERE i % 50 = 4)`], takes: ({ kind }) => kind === 'int' },
  bit_or: { sql: (x) => [`bit_or(${x})`, `bit_or(${x}) FILTER (WHERE i % 50 = 4)`], takes: ({ kind }) => kind === 'int' },
  bit_xor: { sql: (x) => [`bit_xor(${x})`, `bit_xor(DISTINCT ${x})`], takes: ({ kind }) => kind === 'int' },
  product: { sql: (x) => [`product(${x})`], takes: ({ kind }) => kind === 'factor' },
  bool_and: { sql: (x) => [`bool_and(${x})`], takes: ({ kind }) => kind === 'bool' },
  bool_or: { sql: (x) => [`bool_or(${x})`], takes: ({ kind }) => kind === 'bool' },
}

test('every aggregate is here, but the four of spread.test.ts', () => {
  expect(Object.keys(CALLS).sort()).toEqual(Object.keys(AGGREGATES).filter((name) => !/^(stddev|var)_/.test(name)).sort())
})

const shown = (value: unknown): string => (Object.is(value, -0) ? '-0' : String(value))
const listed = (rows: readonly (readonly unknown[])[]): readonly string[] => rows.map((row) => row.map(shown).join(' | ')).sort()

const agree = async (sql: string): Promise<void> => {
  const expected = listed((await duckdb.query(sql)).rows)
  for (const [i, engine] of engines.entries()) {
    for (const native of i === 0 ? (['only', 'never'] as const) : (['only'] as const)) {
      const result = await engine.sql(sql, { native })
      expect(listed((await result.rows()).map((row) => Object.values(row))), `${native}, ${i === 0 ? 1 : 3} threads: ${sql}`).toEqual(expected)
      expect(result.explain().stages.every((stage) => stage.native === (native === 'only'))).toBe(true)
    }
  }
}

test.each(VALUES)('$sql', { timeout: 120_000 }, async (values) => {
  const calls = Object.values(CALLS).flatMap(({ sql, takes }) => (takes(values) ? sql(values.sql) : []))
  const list = calls.map((c, i) => `${c} AS c${i}`).join(', ')
  for (const sql of [`SELECT ${list} FROM t`, `SELECT k, ${list} FROM t GROUP BY k`, `SELECT w, ${list} FROM t GROUP BY w`, `SELECT ${list} FROM t WHERE k = 7`, `SELECT ${list} FROM none`, `SELECT k, ${list} FROM none GROUP BY k`]) {
    await agree(sql)
  }
})

const ON = [
  'SELECT DISTINCT ON (k) i, s, f64, d38 FROM t',
  'SELECT DISTINCT ON (k, b) k, i, s FROM t ORDER BY k, b, f64 DESC NULLS LAST, i',
  'SELECT DISTINCT ON (w % 50) * EXCLUDE (f32) FROM t ORDER BY w % 50, i DESC',
  'SELECT DISTINCT ON (s) s, i FROM none',
  'SELECT DISTINCT ON (g) g, n, i FROM (SELECT * FROM t WHERE i > 6000 UNION ALL SELECT * FROM t WHERE i < 100) u',
]
test.each(ON)('%s', async (sql) => agree(sql))

test('rows of unions, expansions and grouping sets come in their order', async () => {
  await agree('SELECT first(i), last(i), any_value(s), min_by(i, n) FROM (SELECT * FROM t WHERE i > 11000 UNION ALL SELECT * FROM t WHERE i < 9000 UNION ALL SELECT * FROM t) u')
  await agree('SELECT k, b, first(i), last(i), min_by(i, f64), max_by(s, n), bit_xor(i), count(*) FROM t GROUP BY ROLLUP (k, b)')
  await agree('SELECT k, first(i), last(s), any_value(d38), count(DISTINCT n), max_by(i, s), sum(DISTINCT i) FROM t GROUP BY k')
})
