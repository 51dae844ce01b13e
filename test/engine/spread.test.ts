/** Variance and standard deviation: to the bit as DuckDB on one thread, where rows come in one order; on three to twelve digits. */
import { Engine } from 'arcweld'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DuckDb, openDuckDb } from '../../src/cli/duckdb.ts'
import { failure, type Folder, openFolder } from './fixtures.ts'

let folder: Folder
let duckdb: DuckDb
const engines: Engine[] = []
beforeAll(async () => {
  folder = await openFolder()
  duckdb = await openDuckDb(1)
  await folder.write('t.parquet', `SELECT (i % 5)::INTEGER AS g, CASE WHEN i % 7 = 0 THEN NULL ELSE (i * 37 % 1009) / 8.0 - 40 END::DOUBLE AS x, i % 3 = 0 AS b,
    CASE WHEN i % 5 = 4 THEN NULL WHEN i < 5 THEN 2.5 END::DOUBLE AS few, CASE WHEN i = 9 THEN 'inf'::DOUBLE ELSE 1 END AS inf FROM range(60000) t(i)`)
  await duckdb.view('t', folder.path('t.parquet'))
  for (const threads of [1, 3]) {
    const engine = await Engine.create({ threads, memory: '256MiB' })
    await engine.register('t', folder.path('t.parquet'))
    engines.push(engine)
  }
})
afterAll(async () => {
  for (const engine of engines) await engine.close()
  duckdb.close()
  await folder.remove()
})

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
