/** Variance and standard deviation: to the bit as DuckDB on one thread, where rows come in one order; on three to twelve digits. */
import type { Engine } from 'arcweld'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DuckDb } from '../../src/cli/duckdb.ts'
import { openBeside } from './beside-duckdb.ts'
import { failure } from './fixtures.ts'

const T = `SELECT (i % 5)::INTEGER AS g, CASE WHEN i % 7 = 0 THEN NULL ELSE (i * 37 % 1009) / 8.0 - 40 END::DOUBLE AS x, i % 3 = 0 AS b,
    CASE WHEN i % 5 = 4 THEN NULL WHEN i < 5 THEN 2.5 END::DOUBLE AS few, CASE WHEN i = 9 THEN 'inf'::DOUBLE ELSE 1 END AS inf FROM range(60000) t(i)`

let duckdb: DuckDb
let engines: readonly Engine[]
let close: () => Promise<void>
beforeAll(async () => {
  ;({ duckdb, engines, close } = await openBeside({ t: T }, [1, 3].map((threads) => ({ threads, memory: '256MiB' }))))
})
afterAll(() => close())

const SPREADS = ['stddev_samp', 'stddev_pop', 'var_samp', 'var_pop']
const CALLS = SPREADS.flatMap((fn) => [`${fn}(x)`, `${fn}(few)`, `${fn}(x) FILTER (WHERE b)`])
const DISTINCT = SPREADS.map((fn) => `${fn}(DISTINCT g::DOUBLE)`)

test.each([`SELECT ${CALLS.join(', ')} FROM t`, `SELECT g, ${CALLS.join(', ')} FROM t GROUP BY g ORDER BY g`, `SELECT ${CALLS.join(', ')} FROM t WHERE x > 1e9`, `SELECT ${DISTINCT.join(', ')} FROM t`])('%s', async (sql) => {
  const expected = (await duckdb.query(sql)).rows
  for (const [i, engine] of engines.entries()) {
    for (const native of ['only', 'never'] as const) {
      const rows = (await (await engine.sql(sql, { native })).rows()).map((row) => Object.values(row))
      const exact = native === 'never' || i === 0
      const near = (row: readonly unknown[]) => row.map((v) => (typeof v === 'number' && !(exact && !sql.includes('DISTINCT')) ? Number(v.toPrecision(12)) : v))
      expect(rows.map(near)).toEqual(expected.map(near))
    }
  }
})

test('what is not finite is an error', async () => {
  for (const engine of engines) await failure(engine.sql('SELECT var_pop(inf) FROM t', { native: 'only' }).then((r) => r.rows()), 'OVERFLOW')
})
