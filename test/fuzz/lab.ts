/**
 * Where queries are judged: DuckDB with one thread as witness, an engine natively and interpreted. Tables are made by DuckDB,
 * written as Parquet files and read from there.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ArcweldError, Engine, UnsupportedError } from 'arcweld'
import { type DuckDb, openDuckDb } from '../../src/cli/duckdb.ts'
import type { RowSet } from '../../src/cli/rows.ts'
import { sqlType } from '../cases/sql.ts'

/** Rows as SQL literals' texts. */
export interface Data {
  readonly name: string
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly rows: readonly (readonly (string | null)[])[]
}

export type Answer = { readonly rows: RowSet; readonly raised?: undefined; readonly refused?: undefined } | { readonly raised: string; readonly code: string; readonly rows?: undefined; readonly refused?: boolean }

const quoted = (v: string | null, type: string): string => (v === null ? `NULL::${sqlType(type)}` : `'${v.replaceAll("'", "''")}'::${sqlType(type)}`)
const valuesOf = ({ columns, rows }: Data): string => rows.map((row) => `(${row.map((v, i) => quoted(v, columns[i]?.type as string)).join(', ')})`).join(', ')

/** A query with its tables before it, as one statement. */
export const inlined = (sql: string, tables: readonly Data[]): string => {
  const used = tables.filter((t) => new RegExp(`\\b${t.name}\\b`).test(sql) && t.rows.length > 0)
  return used.length ? `WITH ${used.map((t) => `${t.name}(${t.columns.map((c) => c.name).join(', ')}) AS (VALUES ${valuesOf(t)})`).join(', ')} ${sql}` : sql
}

export class Lab {
  readonly duckdb: DuckDb
  readonly engine: Engine
  readonly #folder: string

  private constructor(duckdb: DuckDb, engine: Engine) {
    this.duckdb = duckdb
    this.engine = engine
    this.#folder = mkdtempSync(join(tmpdir(), 'arcweld-fuzz-'))
  }

  static async open(threads = 1): Promise<Lab> {
    const duckdb = await openDuckDb(1)
    // Which looks through limits: ((… LIMIT 50) SEMI JOIN u) has rows there that the limit leaves out.
    await duckdb.exec("SET disabled_optimizers = 'join_filter_pushdown'")
    // Files are written again under their names.
    await duckdb.exec('SET enable_external_file_cache = false')
    return new Lab(duckdb, await Engine.create({ threads, memory: '512MiB' }))
  }

  async close(): Promise<void> {
    await this.engine.close()
    this.duckdb.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  /** A table of what a query of DuckDB's gives. */
  async table(name: string, select: string, cache = true): Promise<void> {
    const path = join(this.#folder, `${name}.parquet`)
    await this.engine.unregister(name)
    rmSync(path, { force: true })
    await this.duckdb.exec(`COPY (${select}) TO '${path}' (FORMAT parquet)`)
    // From the file: its dictionaries take 0 for -0. And a table of its own, as its Bloom filters do not.
    await this.duckdb.exec(`CREATE OR REPLACE TABLE ${name} AS FROM '${path}'`)
    await this.engine.register(name, path, { cache })
  }

  /** A table of literal rows. */
  async load(data: Data): Promise<void> {
    const types = data.columns.map((c) => `NULL::${sqlType(c.type)} AS ${c.name}`).join(', ')
    const rows = data.rows.length ? `SELECT * FROM (VALUES ${valuesOf(data)}) v(${data.columns.map((c) => c.name).join(', ')})` : `SELECT ${types} LIMIT 0`
    await this.table(data.name, rows)
  }

  /** A table's rows as texts. */
  async read(name: string, columns: readonly { readonly name: string; readonly type: string }[]): Promise<Data> {
    const { rows } = await this.duckdb.query(`SELECT ${columns.map((c) => `${c.name}::VARCHAR`).join(', ')} FROM ${name}`)
    return { name, columns, rows: rows as (string | null)[][] }
  }

  async witness(sql: string): Promise<Answer> {
    try {
      return { rows: await this.duckdb.query(sql) }
    } catch (error) {
      const raised = (error as Error).message
      return { raised, code: /^(Out of Range|Conversion|Invalid Input) Error/i.test(raised) ? 'DATA' : 'BINDING' }
    }
  }

  /** A query of the engine, both ways with one plan. */
  async ours(sql: string): Promise<{ readonly native: Answer; readonly interpreted: Answer; readonly stages: number }> {
    let prepared: Awaited<ReturnType<Engine['prepare']>>
    try {
      prepared = await this.engine.prepare(sql)
    } catch (error) {
      const answer = answerOf(error)
      return { native: answer, interpreted: answer, stages: 0 }
    }
    let stages = 0
    const run = async (native: 'only' | 'never'): Promise<Answer> => {
      try {
        const result = await prepared.execute(undefined, { native })
        const rows = await result.rows()
        if (native === 'only') stages = result.explain().stages.filter((s) => s.native).length
        const { schema } = result
        return { rows: { columns: schema, rows: rows.map((row) => schema.map((c) => (row as Record<string, unknown>)[c.name])) } }
      } catch (error) {
        return answerOf(error)
      }
    }
    try {
      return { native: await run('only'), interpreted: await run('never'), stages }
    } finally {
      await prepared.close()
    }
  }
}

const answerOf = (error: unknown): Answer => {
  if (!(error instanceof ArcweldError)) return { raised: `an untyped error: ${(error as Error).stack ?? String(error)}`, code: 'UNTYPED' }
  const refused = error instanceof UnsupportedError
  return { raised: `${error.code}: ${error.message}${error.code === 'KERNEL_TRAP' ? ` ${String((error.cause as Error | undefined)?.stack)}` : ''}`, code: error.code, ...(refused ? { refused } : {}) }
}
