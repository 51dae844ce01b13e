/** Small Parquet files in a folder of a test file's own, and what failed promises are asked for. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { ArcweldError, type Engine, type ErrorCode } from 'arcweld'
import { expect } from 'vitest'

export interface Folder {
  readonly path: (name: string) => string
  /** Writes the rows of a query, over an earlier file too. */
  readonly write: (name: string, sql: string) => Promise<string>
  readonly remove: () => Promise<void>
}

export const openFolder = async (): Promise<Folder> => {
  const folder = await mkdtemp(join(tmpdir(), 'arcweld-engine-'))
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  await connection.run("SET TimeZone='UTC'")
  const path = (name: string) => join(folder, name)
  return {
    path,
    write: async (name, sql) => {
      await connection.run(`COPY (${sql}) TO '${path(name)}' (FORMAT parquet)`)
      return path(name)
    },
    remove: async () => {
      connection.closeSync()
      instance.closeSync()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A million rows: i from 0, k = i % 1000, s of few values. */
export const MILLION = "SELECT i::BIGINT AS i, (i % 1000)::INTEGER AS k, 's' || (i % 7) AS s FROM range(1000000) t(i)"
export const PEOPLE = "SELECT * FROM (VALUES (1, 'Ann', 3.50::DECIMAL(9,2)), (2, 'Bob', NULL), (3, NULL, -1.25)) t(id, name, owed)"

/** What it rejects with, which must be an ArcweldError of that code. */
export const failure = async (promise: Promise<unknown>, code: ErrorCode): Promise<any> => {
  const error: unknown = await promise.then(
    (value) => expect.fail(`no ${code}, but ${JSON.stringify(value, (_, v: unknown) => (typeof v === 'bigint' ? `${v}n` : v))}`.slice(0, 200)),
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ArcweldError)
  expect(`${(error as ArcweldError).code}: ${(error as Error).message}`).toMatch(new RegExp(`^${code}: `))
  return error
}

export const rowsOf = async (engine: Engine, sql: string, options: Parameters<Engine['sql']>[1] = {}): Promise<unknown[]> => (await engine.sql(sql, options)).rows()

/** Waits for what happens soon. */
export const soon = async (condition: () => boolean, ms = 5000): Promise<void> => {
  for (const end = performance.now() + ms; !condition() && performance.now() < end; ) await new Promise((resolve) => setTimeout(resolve, 10))
  expect(condition()).toBe(true)
}
