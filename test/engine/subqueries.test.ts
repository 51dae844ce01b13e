/**
 * Subqueries, CTEs and joins by any condition, against DuckDB: what is shared is computed once, marks have three values, scalar
 * subqueries one row. On kernels of one thread and of two, and on the interpreter.
 */
import type { Engine } from 'arcweld'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DuckDb } from '../../src/cli/duckdb.ts'
import { testSeed } from '../seed.ts'
import { openBeside } from './beside-duckdb.ts'
import { failure } from './fixtures.ts'
import { Random } from './random.ts'

/** v: its own number; k, s: with NULLs and duplicates; n: never NULL. */
const rows = (count: number, salt: number): string =>
  `SELECT i::INTEGER AS v, CASE WHEN i % 7 = ${salt} THEN NULL ELSE ((i * 31 + ${salt}) % 40)::BIGINT END AS k, ((i * 17 + ${salt}) % 23)::INTEGER AS n,
   CASE WHEN i % 5 = ${salt} THEN NULL ELSE 's' || ((i * 13) % 19) END AS s FROM range(${count}) t(i)`
const TABLES: Readonly<Record<string, string>> = {
  big: rows(3000, 1), a: rows(150, 2), b: rows(60, 3), few: rows(6, 0), none: `SELECT * FROM (${rows(5, 1)}) WHERE v < 0`, nulls: 'SELECT i::INTEGER AS v, NULL::BIGINT AS k, 1 AS n, NULL::VARCHAR AS s FROM range(3) t(i)',
}

let duckdb: DuckDb
let engines: readonly Engine[]
let close: () => Promise<void>
beforeAll(async () => {
  ;({ duckdb, engines, close } = await openBeside(TABLES, [{ threads: 1 }, { threads: 2 }]))
})
afterAll(() => close())

const sorted = (rows: readonly (readonly unknown[])[]): readonly string[] => rows.map((row) => row.map(String).join('|')).sort()

/** The same rows from all witnesses. */
const agrees = async (sql: string): Promise<void> => {
  const expected = sorted((await duckdb.query(sql)).rows)
  for (const [i, engine] of engines.entries()) {
    for (const native of i === 0 ? (['only', 'never'] as const) : (['only'] as const)) {
      const result = await engine.sql(sql, { native })
      const rows = sorted((await result.rows()).map((row) => Object.values(row)))
      expect(rows, `${native}, ${i + 1} threads: ${sql}`).toEqual(expected)
      expect(result.explain().stages.every((s) => s.native === (native === 'only'))).toBe(true)
    }
  }
}

describe('shared plans', () => {
  test.each([
    'WITH x AS MATERIALIZED (SELECT n, count(*) AS c FROM big GROUP BY n) SELECT p.n, p.c, q.c FROM x p JOIN x q ON p.n = q.n + 1',
    'WITH x AS MATERIALIZED (SELECT * FROM big WHERE n < 4), y AS MATERIALIZED (SELECT n, max(v) AS m FROM x GROUP BY n) SELECT x.v, y.m, z.m FROM x, y, y z WHERE x.v = y.m AND z.n = y.n + 1',
    'WITH x AS MATERIALIZED (SELECT v, k FROM a) SELECT * FROM x WHERE k = (SELECT max(k) FROM x)',
    'WITH x AS MATERIALIZED (SELECT v, s FROM none) SELECT p.v, q.s FROM x p FULL JOIN x q ON p.v = q.v',
    'SELECT v FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.k > a.k AND b.n <> a.n)',
    'SELECT v FROM a WHERE NOT EXISTS (SELECT 1 FROM b WHERE b.k = a.k AND b.n <> a.n)',
    'SELECT v, (SELECT count(*) FROM b WHERE b.k < a.k) AS c FROM a',
    'SELECT v, (SELECT max(b.s) FROM b WHERE b.n < a.n AND b.k = a.k) AS m FROM a WHERE v > (SELECT avg(v) FROM b WHERE b.n <> a.n)',
  ])('%s', agrees)

  test('are a stage, run once', async () => {
    const result = await (engines[0] as Engine).sql('WITH x AS MATERIALIZED (SELECT n, count(*) AS c FROM big GROUP BY n) SELECT p.n, q.c FROM x p JOIN x q ON p.n = q.n + 1')
    await result.rows()
    expect(result.explain().stages.map((s) => s.operators.join(' · '))).toEqual(['scan big · group by', 'stage 0 · project · stage 0 · inner join · project'])
  })
})

describe('marks', () => {
  const RIGHT = ['b', 'few', 'none', 'nulls', '(SELECT * FROM b WHERE k IS NOT NULL)']
  test.each(RIGHT)('IN and NOT IN of %s', async (right) => {
    for (const key of ['k', 's', 'n']) {
      await agrees(`SELECT v, ${key} IN (SELECT ${key} FROM ${right}) AS x, ${key} NOT IN (SELECT ${key} FROM ${right} WHERE v > 2) AS y FROM a`)
      await agrees(`SELECT v FROM big WHERE ${key} NOT IN (SELECT ${key} FROM ${right})`)
    }
    await agrees(`SELECT v, k IN (SELECT r.k FROM ${right} r WHERE r.n = a.n) AS x FROM a`)
    await agrees(`SELECT v, k IN (SELECT r.k FROM ${right} r WHERE r.n < a.n) AS x, s IN (SELECT r.s FROM ${right} r WHERE r.k = a.k) AS y FROM a`)
    await agrees(`SELECT v, EXISTS (SELECT 1 FROM ${right} r WHERE r.k = a.k) AS x, EXISTS (SELECT 1 FROM ${right} r WHERE r.k > a.k AND r.n <> a.n) AS y FROM a`)
    await agrees(`SELECT v, k > ANY (SELECT k FROM ${right}) AS x, k <= ALL (SELECT k FROM ${right}) AS y, n <> ALL (SELECT n FROM ${right}) AS z, k <> ANY (SELECT k FROM ${right}) AS w FROM a`)
  })
  test('NULL is not distinct from NULL alone, where the other side has none', () => agrees('SELECT x.v, x.s IN (SELECT y.s FROM b y WHERE y.v IS NOT DISTINCT FROM x.k) AS m FROM a x'))
  test('within set operations', async () => {
    await agrees('SELECT v FROM a WHERE k IN (SELECT k FROM b WHERE b.n > a.n) OR n > 20 UNION ALL SELECT v FROM b WHERE (k > ANY (SELECT k FROM few WHERE few.n = b.n)) IS NULL')
    await agrees('SELECT n, k > ANY (SELECT k FROM b) AS m FROM a UNION ALL SELECT n, k IN (SELECT k FROM few WHERE few.n <> b.n) FROM b')
  })
  test('beside other joins and in conditions', async () => {
    await agrees('SELECT big.v FROM big JOIN b ON big.n = b.n WHERE big.k IN (SELECT k FROM few) OR b.s IN (SELECT s FROM a)')
    await agrees('SELECT x.v, y.v FROM (SELECT v, n, k IN (SELECT k FROM b) AS m FROM a) x FULL JOIN (SELECT v, n, s NOT IN (SELECT s FROM few) AS m FROM b) y ON x.n = y.n AND x.m = y.m')
    await agrees('SELECT n, count(*), count(m) FROM (SELECT n, k IN (SELECT k FROM b WHERE b.v < 50) AS m FROM big) GROUP BY n')
  })
})

describe('scalar subqueries', () => {
  test.each([
    'SELECT v, (SELECT b.s FROM b WHERE b.v = a.k) AS x FROM a',
    'SELECT v, (SELECT b.v FROM b WHERE b.v = a.v AND b.n > 3) AS x FROM a',
    'SELECT v, (SELECT few.s FROM few WHERE few.v = big.n) AS x FROM big',
    'SELECT v, (SELECT x.v FROM none x WHERE x.k = a.k) AS x FROM a',
    'SELECT v FROM a WHERE v = (SELECT max(v) FROM b WHERE b.n = a.n)',
    'SELECT v, (SELECT k FROM few WHERE v = 3) AS x, (SELECT k FROM few WHERE v = 0) AS y, (SELECT s FROM none) AS z FROM a',
  ])('%s', agrees)

  test.each(['SELECT v, (SELECT b.v FROM b WHERE b.n = a.n) AS x FROM a', 'SELECT v FROM a WHERE v > (SELECT v FROM b)', 'SELECT v, (SELECT b.v FROM b WHERE b.n < a.n) AS x FROM big a'])('%s: more than one row', async (sql) => {
    await expect(duckdb.query(sql)).rejects.toThrow(/More than one row/)
    for (const engine of engines) {
      for (const native of ['only', 'never'] as const) expect((await failure(engine.sql(sql, { native }).then((r) => r.rows()), 'RAISED')).message).toMatch(/[Mm]ore than one row/)
    }
  })
})

describe('joins by any condition', () => {
  test.each(['JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN', 'SEMI JOIN', 'ANTI JOIN'])('%s', async (kind) => {
    const right = /SEMI|ANTI/.test(kind) ? '' : ', y.v AS w'
    for (const [l, r] of [['a', 'b'], ['b', 'a'], ['a', 'none'], ['none', 'a'], ['few', 'nulls'], ['big', 'few']]) {
      for (const on of ['x.k < y.k', 'x.k = y.n + 3 OR x.s = y.s', 'x.n <> y.n AND x.v < y.v AND x.k >= y.k', 'x.n = y.n AND x.k <> y.k', 'x.s < y.s AND x.n = y.n']) {
        await agrees(`SELECT x.v${right} FROM ${l} x ${kind} ${r} y ON ${on}`)
      }
    }
  }, 60_000)
  test('cross joins', async () => {
    await agrees('SELECT a.v, few.v FROM a, few')
    await agrees('SELECT a.v, count(*) FROM a, b, few WHERE a.n + b.n > few.v + 30 GROUP BY 1')
    await agrees('SELECT a.v, nulls.s FROM a, nulls, none')
  })
})

describe('at random', () => {
  const seed = testSeed()
  const QUERIES = Number(process.env['ARCWELD_FUZZ_N'] ?? 60)

  const randomQuery = (at: number): string => {
    const r = new Random(seed + at)
    const table = () => r.pick(['a', 'b', 'b', 'few', 'none', 'nulls'])
    const compare = () => r.pick(['=', '=', '<', '>=', '<>', 'IS NOT DISTINCT FROM'])
    const pair = (x: string, y: string): string => {
      const c = r.pick(['k', 'n', 's', 'v'])
      return c === 's' ? `${x}.s ${compare()} ${y}.s` : `${x}.${c} ${compare()} ${y}.${r.pick(['k', 'n', 'v'])}`
    }
    const own = (x: string) => r.pick([`${x}.v < ${r.int(60)}`, `${x}.k IS NOT NULL`, `${x}.n > ${r.int(20)}`, `${x}.s IS NULL`, 'true'])
    const correlated = (y: string) => r.pick([own(y), pair('x', y), `${pair('x', y)} AND ${own(y)}`, `${pair('x', y)} AND ${pair('x', y)}`])
    const value = (): string => {
      const c = r.pick(['k', 'n', 's'])
      return r.pick([
        () => `x.${c} ${r.pick(['IN', 'NOT IN'])} (SELECT y.${c} FROM ${table()} y WHERE ${correlated('y')})`,
        () => `${r.pick(['', 'NOT '])}EXISTS (SELECT 1 FROM ${table()} y WHERE ${correlated('y')})`,
        () => `x.${c} ${r.pick(['<', '>=', '<>', '='])} ${r.pick(['ANY', 'ALL'])} (SELECT y.${c} FROM ${table()} y WHERE ${own('y')})`,
        () => `(SELECT ${r.pick(['max(y.v)', 'count(*)', 'sum(y.n)', 'min(y.k)'])} FROM ${table()} y WHERE ${correlated('y')}) ${r.pick(['<', '=', 'IS DISTINCT FROM'])} x.v`,
        () => `(SELECT max(y.k) FROM w y WHERE ${correlated('y')}) > x.n`,
      ])()
    }
    const condition = () => r.pick([() => value(), () => `(${value()} OR ${value()})`, () => `NOT ${value()}`, () => `(${value()}) IS NULL`])()
    const join = r.chance(0.4) ? ` ${r.pick(['JOIN', 'LEFT JOIN', 'FULL JOIN', 'RIGHT JOIN'])} ${table()} z ON ${pair('x', 'z')}${r.chance(0.4) ? ` AND ${pair('x', 'z')}` : ''}` : ''
    const outputs = ['x.v', ...(join ? ['z.v AS zv'] : []), ...r.some(0, 2, () => condition()).map((e, i) => `${e} AS e${i}`)]
    return `WITH w AS MATERIALIZED (SELECT * FROM b WHERE ${own('b')}) SELECT ${outputs.join(', ')} FROM ${r.pick(['a', 'b', 'w', 'few'])} x${join}${r.chance(0.7) ? ` WHERE ${condition()}` : ''}`
  }

  test(`${QUERIES} queries from seed ${seed}`, async () => {
    for (let at = 0; at < QUERIES; at++) {
      const sql = randomQuery(at)
      await agrees(sql).catch((error: unknown) => {
        throw new Error(`seed ${seed + at}: ${sql}`, { cause: error })
      })
    }
  }, 120_000)
})
