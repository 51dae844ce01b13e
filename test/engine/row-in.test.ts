/** (a, b) IN (SELECT …) as a value: native and interpreted what DuckDB gives, with NULLs on either side and without rows. */
import { DuckDBInstance } from '@duckdb/node-api'
import { Engine } from 'arcweld'
import { expect, test } from 'vitest'
import { openFolder } from './fixtures.ts'

const LEFT = 'SELECT * FROM (VALUES (1, 2), (1, NULL), (5, 5), (NULL, NULL), (3, 4)) t(a, b)'
const RIGHTS = ['(1, 2), (3, 4)', '(1, 2), (2, NULL)', '(1, NULL)', '(NULL, NULL)', '(5, 5), (5, 5)', '']

test.each(RIGHTS)('IN (%s)', async (rows) => {
  const folder = await openFolder()
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect()
  const engine = await Engine.create({ threads: 1, memory: '128MiB' })
  try {
    const right = `SELECT x::INTEGER AS x, y::INTEGER AS y FROM (VALUES ${rows || '(1, 1)'}) t(x, y)${rows ? '' : ' WHERE false'}`
    for (const [name, sql] of [['l', LEFT], ['r', right]] as const) {
      const file = await folder.write(`${name}.parquet`, sql)
      await engine.register(name, file)
      await connection.run(`CREATE VIEW ${name} AS FROM '${file}'`)
    }
    for (const sql of ['SELECT a, b, (a, b) IN (SELECT x, y FROM r) AS m FROM l ORDER BY ALL', 'SELECT a, b FROM l WHERE (a, b) NOT IN (SELECT x, y FROM r) ORDER BY ALL', 'SELECT a FROM l WHERE a = 5 OR (b, a) IN (SELECT y, x FROM r) ORDER BY ALL']) {
      const expected = (await connection.runAndReadAll(sql)).getRows()
      for (const native of ['only', 'never'] as const) {
        const result = await engine.sql(sql, { native })
        const got = (await result.rows()).map((row) => Object.values(row))
        expect(result.metrics?.stages.every((s) => s.native === (native === 'only')), sql).toBe(true)
        expect(got, `${native}: ${sql}`).toEqual(expected)
      }
    }
  } finally {
    await engine.close()
    await folder.remove()
  }
})
