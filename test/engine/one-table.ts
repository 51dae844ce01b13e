/**
 * A table `t` of files, in an engine and in DuckDB. A test file that imports this has both, and a folder for each of its tests, since
 * DuckDB keeps what it read of a path.
 */
import { Engine } from 'arcweld'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { type DuckDb, openDuckDb } from '../../src/cli/duckdb.ts'
import { type Folder, openFolder } from './fixtures.ts'
import type { FuzzQuery } from './fuzz-queries.ts'
import { expectedOf, judge } from './witness.ts'

export let folder: Folder
export let engine: Engine
export let duckdb: DuckDb
beforeAll(async () => {
  engine = await Engine.create({ threads: 2, memory: '256MiB' })
  duckdb = await openDuckDb(1)
})
afterAll(async () => {
  await engine.close()
  duckdb.close()
})
beforeEach(async () => {
  folder = await openFolder()
})
afterEach(async () => {
  await engine.unregister('t')
  await folder.remove()
})

/** The same of both; `from` is DuckDB's table. */
export const same = (from: string, ...queries: string[]): Promise<void> => sameOf(engine, from, ...queries)

export const sameOf = async (one: Engine, from: string, ...queries: string[]): Promise<void> => {
  await duckdb.exec(`CREATE OR REPLACE VIEW t AS SELECT * FROM ${from}`)
  for (const sql of queries) {
    const query = { sql, keys: [] } as unknown as FuzzQuery
    expect((await judge(one, query, await expectedOf(duckdb, query), 'prefer')).wrong, sql).toBeUndefined()
  }
  expect(one.memory.inUse).toBe(0)
}
