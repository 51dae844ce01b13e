/** The generators know every expression, aggregate and operator of the registry, or say why they leave one out. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AGGREGATES, type AggregateName } from '../../src/operators/aggregates.ts'
import { EXPRESSIONS, type ExprName } from '../../src/operators/expressions.ts'
import type { OPERATORS } from '../../src/operators/relational/index.ts'
import { Random } from '../engine/random.ts'
import { Lab } from './lab.ts'
import { Plans, safe } from './plans.ts'
import { columnsOf } from './run.ts'
import { PATTERNS, type Signature, signatures } from './signatures.ts'
import { Terms } from './terms.ts'
import { type Rel, relsOf, sqlOfRel, sqlOfTerm, termsOf, termsOfRel } from './tree.ts'

let lab: Lab
let known: readonly Signature[]
beforeAll(async () => {
  lab = await Lab.open()
  known = await signatures(lab.duckdb)
})
afterAll(() => lab.close())

test('every expression', () => {
  const made = new Set(known.map((s) => s.fn))
  for (const name of Object.keys(EXPRESSIONS) as ExprName[]) {
    const patterns = PATTERNS[name]
    if ('not' in patterns) expect(patterns.not.length, name).toBeGreaterThan(10)
    else expect(made.has(name), `${name}: DuckDB binds none of its patterns`).toBe(true)
  }
  const r = new Random(1)
  const terms = new Terms(r, known)
  const seen = new Set(Array.from({ length: 1000 }, () => terms.term(columnsOf, r.pick(terms.types), 3)).flatMap((t) => [...termsOf(t)].map((x) => x.name)))
  for (const name of ['cast', 'try_cast', 'case', 'column', 'literal']) expect(seen.has(name), name).toBe(true)
})

/** As SQL calls it. */
const CALLS: { readonly [K in AggregateName]: string } = {
  count_star: 'count', count: 'count', sum: 'sum', avg: 'avg', min: 'min', max: 'max', first: 'first', last: 'last', any_value: 'any_value', min_by: 'min_by', max_by: 'max_by', min_by_null: 'arg_min_null', max_by_null: 'arg_max_null',
  bit_and: 'bit_and', bit_or: 'bit_or', bit_xor: 'bit_xor', product: 'product', bool_and: 'bool_and', bool_or: 'bool_or', stddev_samp: 'stddev_samp', stddev_pop: 'stddev_pop', var_samp: 'var_samp', var_pop: 'var_pop',
}
const WINDOWS = ['row_number', 'rank', 'dense_rank', 'percent_rank', 'cume_dist', 'ntile', 'lag', 'lead', 'first_value', 'last_value', 'nth_value']

/** What SQL has of each operator. */
const SHOWN: { readonly [K in keyof typeof OPERATORS]: RegExp | { readonly not: string } } = {
  scan: /FROM t\b/, input: { not: 'between stages, not in a query' }, values: /VALUES/, filter: / WHERE /, project: /CASE/, aggregate: /GROUP BY/, join: /(INNER|LEFT|RIGHT|FULL) JOIN/, sort: /ORDER BY/, topn: /ORDER BY .* LIMIT/, limit: /LIMIT/, window: /OVER/,
  exchange: { not: 'no SQL: documents.test.ts' }, union: /UNION ALL/, setop: /(INTERSECT|EXCEPT) ALL/, expand: /GROUPING SETS/, unnest: { not: 'of columns of lists, which SQL has none of here: documents.test.ts, test/parity/unnest.test.ts' },
}
const FORMS = [/SEMI JOIN/, /ANTI JOIN/, /EXISTS/, /NOT IN \(SELECT/, /IS NOT DISTINCT FROM/, /WITH w\d+ AS MATERIALIZED/, /DISTINCT ON/, /(sum|count)\(DISTINCT/, /FILTER \(WHERE/, /ROLLUP/, /CUBE/, /ROWS BETWEEN/, /RANGE BETWEEN [12]/, /GROUPS BETWEEN/, /EXCLUDE/, /IGNORE NULLS/, /OFFSET/, /HAVING/, /max\([^)]*\) AS|\(SELECT (max|min|sum)/]

test('every aggregate, operator and form of a join', () => {
  const tables = [{ name: 't', rows: 30, columns: columnsOf.map((c) => ({ ...c, tame: /^[knlqpm]$/.test(c.name) })) }]
  const quiet = safe(known)
  const plans: Rel[] = Array.from({ length: 800 }, (_, i) => new Plans(new Random(i), tables, quiet).plan())
  const names = new Set(plans.flatMap((p) => [...termsOfRel(p)].map((t) => t.name)))
  for (const name of Object.keys(AGGREGATES) as AggregateName[]) expect(names.has(CALLS[name]), name).toBe(true)
  for (const name of [...WINDOWS, 'exists', 'in_subquery', 'scalar_subquery']) expect(names.has(name), name).toBe(true)
  const ops = new Set(plans.flatMap((p) => [...relsOf(p)].map((rel) => rel.op)))
  for (const op of ['scan', 'values', 'filter', 'project', 'aggregate', 'join', 'window', 'setop', 'distinct', 'sort', 'cte']) expect(ops.has(op), op).toBe(true)
  const texts = plans.map(sqlOfRel)
  for (const [name, form] of Object.entries(SHOWN)) if ('source' in form) expect(texts.some((sql) => form.test(sql)), name).toBe(true)
  for (const form of FORMS) expect(texts.some((sql) => form.test(sql)), String(form)).toBe(true)
})

test('a seed makes the same again', () => {
  const once = () => sqlOfTerm(new Terms(new Random(5), known).term(columnsOf, 'bool', 3))
  expect(once()).toBe(once())
})
