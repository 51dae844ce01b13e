/**
 * Plans of SQL, twice: against golden files (UPDATE_GOLDENS=1 writes them anew), and executed as SQL again by DuckDB, whose
 * rows must be those of the query itself.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EXPRESSIONS, QUERIES } from './queries.ts'
import { openTables } from './tables.ts'
import type { Tables } from './tables.ts'

const golden = (name: string) => new URL(`golden/${name}.json`, import.meta.url)
let tables: Tables
let standIns: Tables
beforeAll(async () => {
  tables = await openTables()
  standIns = await openTables('stand-in')
})
afterAll(async () => {
  await tables.close()
  await standIns.close()
})

const EMPTY = new Set(['empty-result', 'empty-by-statistics', 'not-in-with-nulls'])
const ordered = (sql: string) => /ORDER BY/.test(sql)

describe('golden plans', () => {
  for (const [name, sql] of Object.entries(QUERIES))
    test(name, async () => {
      const { plan, schema } = await tables.planner.plan(sql)
      const text = `${JSON.stringify({ sql, schema, plan }, null, 1)}\n`
      if (process.env['UPDATE_GOLDENS'] === '1') writeFileSync(golden(name), text)
      expect(text).toBe(readFileSync(golden(name), 'utf8'))
    })

  test('every golden file belongs to a query', () => {
    expect(readdirSync(new URL('golden/', import.meta.url)).sort()).toEqual(
      Object.keys(QUERIES)
        .map((n) => `${n}.json`)
        .sort(),
    )
  })
})

describe('plans mean what their queries mean', () => {
  for (const [name, sql] of Object.entries(QUERIES))
    for (const kind of ['parquet', 'stand-in'] as const)
      test(`${name}, ${kind}`, async () => {
        const { expected, actual, types } = await (kind === 'parquet' ? tables : standIns).bothWays(sql)
        if (!EMPTY.has(name)) expect(expected.length).toBeGreaterThan(0)
        expect(types[1]).toBe(types[0])
        expect(ordered(sql) ? actual : actual.sort()).toEqual(ordered(sql) ? expected : expected.sort())
      })

  for (const e of EXPRESSIONS)
    test(e, async () => {
      const sql = `SELECT i32, ${e} AS x FROM kinds ORDER BY i32`
      for (const t of [tables, standIns]) {
        const { expected, actual, types } = await t.bothWays(sql)
        expect(types[1]).toBe(types[0])
        expect(actual).toEqual(expected)
        expect(expected).toHaveLength(8)
      }
    })
})
