/** Lists, structs and maps of Parquet and JSON files in SQL: what DuckDB gives, on both paths, and typed refusals. */
import { writeFile } from 'node:fs/promises'
import { Engine } from 'arcweld'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DuckDBConnection } from '@duckdb/node-api'
import { DuckDBInstance } from '@duckdb/node-api'
import { parseType, type SqlType } from '../../src/layout/types.ts'
import { fixtures, ofDuckDb, ofRows, pathOf } from '../fixtures/parquet/read.ts'
import { openSource } from '../../src/sources/index.ts'
import { failure, type Folder, openFolder } from './fixtures.ts'

let folder: Folder
let engine: Engine
let duckdb: DuckDBConnection
const sql = `SELECT i::INTEGER AS i, CASE WHEN i % 7 = 3 THEN NULL ELSE {'a': i * 3, 'b': CASE WHEN i % 2 = 0 THEN 'b' || i END, 'c': [i, NULL]} END AS s,
  CASE WHEN i % 5 = 0 THEN NULL ELSE range(i % 4) END AS l, list_transform(range(i % 3), x -> 'w' || (x + i)) AS w, map {'k' || i: i / 4, 'z': NULL} AS m, [{'x': i}, NULL, {'x': NULL}] AS q FROM range(300) t(i)`
beforeAll(async () => {
  folder = await openFolder()
  engine = await Engine.create({ threads: 2, memory: '128MiB' })
  duckdb = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect()
  await duckdb.run(`COPY (${sql}) TO '${folder.path('v.parquet')}' (FORMAT parquet)`)
  await duckdb.run(`CREATE VIEW v AS FROM '${folder.path('v.parquet')}'`)
  await engine.register('v', folder.path('v.parquet'))
})
afterAll(async () => {
  await engine.close()
  duckdb.closeSync()
  await folder.remove()
})

/** Rows in comparable form, of both. */
const both = async (text: string, native: 'only' | 'never' = 'only') => {
  const result = await engine.sql(text, { native })
  const types = result.schema.map(({ type }) => parseType(type) as SqlType)
  const rows = (await result.rows()).map((row) => Object.values(row).map((value, i) => ofRows(types[i]!, value)))
  expect(engine.memory.inUse).toBe(0)
  return { rows, expected: (await duckdb.runAndReadAll(text)).getRows().map((row) => row.map((value, i) => ofDuckDb(types[i]!, value))) }
}

describe.each([
  'SELECT * FROM v ORDER BY i',
  'SELECT i, unnest(l) AS e FROM v ORDER BY ALL',
  'SELECT i, len(l) AS n, l[1] AS a, w[-1] AS b, len(q) AS c FROM v WHERE l IS NOT NULL AND len(w) > 0 ORDER BY i',
  'SELECT e, count(*) AS n, sum(i) AS t FROM (SELECT i, unnest(w) AS e FROM v) GROUP BY e ORDER BY e',
  'SELECT i, q[1] AS q, s, m FROM v WHERE s IS NULL OR i > 290 ORDER BY i',
  'SELECT count(*) AS n, count(s) AS s, count(l) AS l, count(m) AS m, count(DISTINCT i) AS d FROM v',
  'SELECT a.i, b.s, b.l FROM v a JOIN v b ON a.i = b.i + 1 WHERE a.i < 20 ORDER BY a.i',
  'SELECT i, CASE WHEN i % 2 = 0 THEN s END AS s, coalesce(l, [9]) AS l FROM v ORDER BY i DESC LIMIT 40',
  'SELECT i, lag(l) OVER (ORDER BY i) AS l, first_value(s) OVER (ORDER BY i) AS s FROM v ORDER BY i',
  'SELECT l FROM v WHERE i = 7 UNION ALL SELECT l FROM v WHERE i = 11',
  'SELECT * FROM v LIMIT 0',
])('%s', (text) => {
  test.each(['only', 'never'] as const)('native %s', async (native) => {
    const { rows, expected } = await both(text, native)
    expect(rows).toEqual(expected)
  })
})

test.each([
  ['SELECT s FROM v GROUP BY s', 'UNSUPPORTED_TYPE'],
  ['SELECT DISTINCT m FROM v', 'UNSUPPORTED_TYPE'],
  ['SELECT i FROM v ORDER BY l', 'UNSUPPORTED_TYPE'],
  ["SELECT i FROM v WHERE s = {'a': 1, 'b': 'x', 'c': [1]}", 'UNSUPPORTED_TYPE'],
  ['SELECT i FROM v WHERE l = [1]', 'UNSUPPORTED_FUNCTION'],
  ['SELECT s.a FROM v', 'UNSUPPORTED_PLAN'],
  ["SELECT m['z'] FROM v", 'UNSUPPORTED_FUNCTION'],
  ['SELECT s::VARCHAR FROM v', 'UNSUPPORTED_FUNCTION'],
  ['SELECT unnest(s) FROM v', 'UNSUPPORTED_PLAN'],
] as const)('%s is refused', async (text, code) => {
  await failure((async () => (await engine.sql(text)).rows())(), code)
})

test('what writers make of lists, structs and maps, by SQL', async () => {
  let columns = 0
  for (const fixture of fixtures.filter(({ file }) => file.startsWith('nested'))) {
    const path = pathOf(fixture)
    await engine.register('n', path)
    await duckdb.run(`CREATE OR REPLACE VIEW n AS FROM '${path}'`)
    for (const { name, type } of (await openSource(path)).fields) {
      if (type.kind !== 'array' && type.kind !== 'struct' && type.kind !== 'map') continue
      const { rows, expected } = await both(`SELECT "${name}" FROM n`)
      expect(rows, `${fixture.file} ${name}`).toEqual(expected)
      columns++
    }
  }
  expect(columns).toBeGreaterThan(20)
})

test('JSON', async () => {
  const path = folder.path('v.ndjson')
  await writeFile(path, '{"i":1,"s":{"x":1,"X":2},"t":{"a":[{"b":1}],"c":"z"},"l":["a",null]}\n{"i":2,"t":null,"l":[]}\n')
  await engine.register('j', path)
  const result = await engine.sql('SELECT t, l, len(l) AS n FROM j ORDER BY i')
  expect(await result.rows()).toEqual([{ t: { a: [{ b: 1n }], c: 'z' }, l: ['a', null], n: 2n }, { t: null, l: [], n: 0n }])
  expect(await (await engine.sql('SELECT unnest(l) AS e FROM j')).rows()).toEqual([{ e: 'a' }, { e: null }])
  await engine.unregister('j')
})
