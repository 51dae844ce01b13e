/** Queries that are large in one way or another: they end, with the right rows or with a typed error. */
import { ArcweldError, type Engine } from 'arcweld'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DuckDb } from '../../src/cli/duckdb.ts'
import { openBeside } from './beside-duckdb.ts'

const list = (n: number, make: (i: number) => string): string => Array.from({ length: n }, (_, i) => make(i)).join(', ')
const chain = (n: number, word: string, make: (i: number) => string): string => Array.from({ length: n }, (_, i) => make(i)).join(` ${word} `)
const TYPES = ['INTEGER', 'BIGINT', 'DOUBLE', 'VARCHAR', 'DECIMAL(20,3)']
const WIDE = `SELECT ${list(120, (k) => `(i * ${k + 1} % 97)::${TYPES[k % 5]} AS c${k}`)} FROM range(500) t(i)`
const LONG = 'SELECT i::INTEGER AS i, repeat(chr(97 + (i % 26)::INTEGER), 1 + (i * 7919 % 100000)::INTEGER) AS s FROM range(60) t(i)'

let duckdb: DuckDb
let engine: Engine
let close: () => Promise<void>
beforeAll(async () => {
  const beside = await openBeside({ wide: WIDE, long: LONG }, [{ threads: 2, memory: '512MiB' }])
  ;({ duckdb, close } = beside)
  engine = beside.engines[0]!
})
afterAll(async () => {
  expect(engine.memory.inUse).toBe(0)
  await close()
})

test.each([
  ['groups of long strings', 'SELECT s, count(*) AS n FROM long GROUP BY s ORDER BY s'],
  ['least and greatest long strings', 'SELECT min(s), max(s) FROM long'],
  ['long strings joined', 'SELECT a.i, b.i FROM long a JOIN long b ON a.s = b.s ORDER BY 1, 2'],
  ['long strings made longer', 'SELECT length(s || s || s) AS l, i FROM long ORDER BY s DESC, i LIMIT 5'],
  ['LIKE without a match in long strings', "SELECT count(*) FROM long WHERE s LIKE '%a%z' OR s LIKE '%b_b%c%'"],
  ['all columns ordered', 'SELECT * FROM wide ORDER BY c0, c1, c2, c119, c117 LIMIT 9'],
  ['many aggregates', `SELECT ${list(100, (k) => (k % 5 === 3 ? `max(c${k})` : `sum(c${k}) + min(c${k})`))} FROM wide`],
  ['many aggregates of groups', `SELECT c0, ${list(60, (k) => (k % 5 === 3 ? `min(c${k})` : `avg(c${k})`))} FROM wide GROUP BY c0 ORDER BY c0`],
  ['many groups', `SELECT ${list(40, (k) => `c${k}`)}, count(*) FROM wide GROUP BY ALL ORDER BY ALL LIMIT 20`],
  ['many sort keys', `SELECT * FROM wide ORDER BY ${list(40, (k) => `c${k} DESC`)} LIMIT 7`],
  ['many join keys', `SELECT count(*) FROM wide a JOIN wide b ON ${chain(20, 'AND', (k) => `a.c${k} = b.c${k}`)}`],
  ['many joins', `SELECT count(*) FROM long t0 ${Array.from({ length: 7 }, (_, k) => `JOIN long t${k + 1} ON t0.i = t${k + 1}.i`).join(' ')}`],
  ['a long IN list', `SELECT count(*) FROM wide WHERE c0 IN (${list(4000, (k) => String(k * 2))})`],
  ['a long IN list over NULLs', `SELECT count(*) FROM wide WHERE nullif(c0, 3) NOT IN (${list(4000, (k) => String(k * 3))})`],
  ['a long IN list of strings', `SELECT count(*) FROM wide WHERE c3 IN (${list(2000, (k) => `'${k * 2}'`)})`],
  ['a long OR', `SELECT count(*) FROM wide WHERE ${chain(1500, 'OR', (k) => `c0 * c1 = ${k}`)}`],
  ['a long AND', `SELECT count(*) FROM wide WHERE ${chain(800, 'AND', (k) => `(c0 + c1 > ${k % 90} OR c1 = ${k})`)}`],
  ['a long CASE', `SELECT sum(CASE ${Array.from({ length: 300 }, (_, k) => `WHEN c0 = ${k} THEN ${k * k}`).join(' ')} ELSE -1 END) FROM wide`],
  ['a deep sum', `SELECT ${'('.repeat(200)}c0${' + 1)'.repeat(200)} AS x FROM wide ORDER BY 1 LIMIT 2`],
  ['a deep CASE', `SELECT ${'CASE WHEN c0 > 5 THEN c1 ELSE '.repeat(200)}c0${' END'.repeat(200)} AS x FROM wide ORDER BY 1 LIMIT 2`],
])('%s', async (_, sql) => {
  const expected = await duckdb.query(sql)
  for (const native of ['prefer', 'never'] as const) {
    const result = await engine.sql(sql, { native })
    const rows = (await result.rows()).map((row) => Object.values(row))
    expect(rows.length).toBe(expected.rows.length)
    for (const [i, row] of rows.entries()) expect(row).toEqual(expected.rows[i])
    if (native === 'prefer') expect(result.metrics?.stages.map((s) => s.native)).toEqual(result.metrics?.stages.map(() => true))
  }
})

test('what nests deeper than the stack is a typed error', async () => {
  const sql = `SELECT sum(CASE ${Array.from({ length: 6000 }, (_, k) => `WHEN c0 * c1 = ${k} THEN ${k}`).join(' ')} ELSE -1 END) FROM wide`
  for (const native of ['prefer', 'never'] as const) {
    const outcome: unknown = await engine.sql(sql, { native }).then((r) => r.rows(), (e: unknown) => e).catch((e: unknown) => e)
    if (!Array.isArray(outcome)) expect(outcome).toBeInstanceOf(ArcweldError)
  }
})
