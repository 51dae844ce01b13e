/** Lists in SQL: unnested, their elements and lengths, on both paths what DuckDB gives; refused where values would be compared. */
import { DuckDBInstance } from '@duckdb/node-api'
import { Engine } from 'arcweld'
import { type DataType, Int32, List, Table, Utf8, vectorFromArray } from 'apache-arrow'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const LISTS = Array.from({ length: 60 }, (_, i) => (i % 7 === 3 ? null : Array.from({ length: (i * 5) % 4 }, (_, k) => ((i + k) % 5 === 0 ? null : (i * 3 + k) % 11))))
const WORDS = LISTS.map((l) => l?.map((n) => (n === null ? null : `w${n}`)) ?? null)
const sql = (l: readonly unknown[] | null, type: string) => (l === null ? `NULL::${type}[]` : `[${l.map((x) => (x === null ? 'NULL' : typeof x === 'string' ? `'${x}'` : String(x))).join(', ')}]::${type}[]`)

let engine: Engine
let ask: (sql: string) => Promise<readonly unknown[]>
beforeAll(async () => {
  engine = await Engine.create({ threads: 2, memory: '128MiB' })
  const list = (rows: readonly unknown[], type: DataType) => vectorFromArray(rows, new List({ name: 'item', type, nullable: true } as never))
  await engine.register('t', new Table({ id: vectorFromArray(LISTS.map((_, i) => i), new Int32()), l: list(LISTS, new Int32()), w: list(WORDS, new Utf8()) }))
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect()
  await connection.run(`CREATE TABLE t AS SELECT * FROM (VALUES ${LISTS.map((l, i) => `(${i}::INTEGER, ${sql(l, 'INTEGER')}, ${sql(WORDS[i] as never, 'VARCHAR')})`).join(', ')}) t(id, l, w)`)
  ask = async (text) => (await connection.runAndReadAll(text)).getRows()
})
afterAll(() => engine?.close())

describe.each([
  'SELECT id, unnest(l) AS e FROM t ORDER BY ALL',
  'SELECT id, e FROM (SELECT id, unnest(w) AS e FROM t) WHERE e > \'w3\' ORDER BY ALL',
  'SELECT e, count(*) AS n, sum(id) AS s FROM (SELECT id, unnest(l) AS e FROM t) GROUP BY e ORDER BY ALL',
  'SELECT count(*) AS n FROM (SELECT unnest(l) AS e FROM t)',
  'SELECT id, len(l) AS a, l[1] AS b, w[-1] AS c, list_extract(l, id % 4) AS d FROM t WHERE len(l) > 0 ORDER BY id',
  'SELECT unnest([3, NULL, 1]) AS e ORDER BY e',
  'SELECT id, unnest([id, 7, NULL]) AS e FROM t ORDER BY ALL',
  "SELECT id, unnest([id, id * 2]) AS e, unnest([1, 2, 3]) AS f, unnest(['a', id::VARCHAR]) AS g FROM t ORDER BY ALL",
  'SELECT e, count(*) AS n FROM (SELECT unnest([id % 3, id % 2]) AS e FROM t) GROUP BY e ORDER BY ALL',
  'SELECT id, x FROM t, LATERAL (SELECT unnest([id, id + 1]) AS x) ORDER BY ALL',
  'SELECT id, coalesce(l, [9]) IS NULL AS a FROM t ORDER BY id',
])('%s', (text) => {
  test.each(['only', 'never'] as const)('native %s', async (native) => {
    const result = await engine.sql(text, { native })
    const rows = (await result.rows()).map((row) => Object.values(row))
    expect(result.metrics?.stages.every((s) => s.native === (native === 'only'))).toBe(true)
    expect(rows).toEqual(await ask(text))
  })
})

test.each([
  ['SELECT l FROM t GROUP BY l', 'UNSUPPORTED_TYPE'],
  ['SELECT id FROM t ORDER BY l', 'UNSUPPORTED_TYPE'],
  ['SELECT a.id FROM t a JOIN t b ON a.l = b.l', 'UNSUPPORTED_TYPE'],
  ['SELECT id FROM t WHERE l = [1]', 'UNSUPPORTED_FUNCTION'],
  ['SELECT list_sort(l) FROM t', 'UNSUPPORTED_FUNCTION'],
  ['SELECT unnest(l), unnest(w) FROM t', 'UNSUPPORTED_PLAN'],
])('%s is refused', async (text, code) => {
  await expect(engine.sql(text).then((r) => r.rows())).rejects.toMatchObject({ code })
})
