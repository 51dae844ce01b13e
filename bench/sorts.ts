/**
 * Sorts of one and of ten million rows in memory, and the first hundred of ten million, on arcweld and DuckDB with equally many threads.
 * What is timed ends with the sorted columns; nothing is read of them.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Engine } from 'arcweld'
import { openDuck } from './flights.ts'
import { compare } from './harness.ts'

const MILLION = 1_000_000
const COLUMNS = `(hash(i) % 2000000000)::INTEGER - 1000000000 AS a, (hash(i, 1) >> 1)::BIGINT AS b, (hash(i, 2) % 1000)::INTEGER AS few, 'customer ' || (hash(i, 3) % 5000000) AS s, (hash(i, 4) % 100)::INTEGER AS v`

interface Case {
  readonly name: string
  readonly rows: number
  readonly select: string
  readonly order: string
  readonly limit?: number
}
const sorts = (rows: number): Case[] => [
  { name: 'an i32', rows, select: 'a, v', order: 'a' },
  { name: 'an i64', rows, select: 'b, v', order: 'b' },
  { name: 'two keys', rows, select: 'few, b', order: 'few, b desc' },
  { name: 'strings', rows, select: 's, v', order: 's' },
]
const CASES: readonly Case[] = [...sorts(MILLION), ...sorts(10 * MILLION), { name: 'the first 100 by an i64', rows: 10 * MILLION, select: 'b, v', order: 'b', limit: 100 }]

/** `only`: cases whose name has it. */
export const sortRows = async (threadCounts: readonly number[], only = ''): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'arcweld-sorts-'))
  const chosen = CASES.filter(({ name }) => name.includes(only))
  try {
    for (const threads of threadCounts) {
      const duck = await openDuck(threads)
      const engine = await Engine.create({ threads, memory: '3GiB' })
      for (const rows of new Set(chosen.map((c) => c.rows))) {
        const path = join(folder, `t${rows}.parquet`)
        await duck.connection.run(`create table t${rows} as select ${COLUMNS} from range(${rows}) r(i)`)
        await duck.connection.run(`copy t${rows} to '${path}' (format parquet)`)
        await engine.register(`t${rows}`, path, { cache: true })
      }
      for (const { name, rows, select, order, limit } of chosen) {
        const sql = `select ${select} from t${rows} order by ${order}${limit === undefined ? '' : ` limit ${limit}`}`
        // Rows in the middle, which only a right order has there.
        const key = order.replace(/ desc/, '').split(', ').at(-1)
        const middle = `select ${key} as k from (${sql}) limit 3 offset ${Math.floor((limit ?? rows) / 2)}`
        const values = (found: readonly object[]) => found.map((row) => String(Object.values(row)[0])).join(' ')
        const expected = values((await duck.connection.runAndReadAll(middle)).getRowObjects())
        const found = values(await (await engine.sql(middle, { native: 'only' })).rows())
        if (found !== expected) throw new Error(`${name}: ${found} instead of ${expected}`)
        const arcweld = async (): Promise<number> => {
          let n = 0
          for await (const batch of await engine.sql(sql, { native: 'only' })) n += batch.numRows
          return n
        }
        const duckdb = async (): Promise<number> => {
          await duck.connection.run(`create or replace temp table sorted as ${sql}`)
          return limit ?? rows
        }
        await compare(`${name}, ${rows / MILLION}M rows, ${threads} threads`, [
          { name: 'arcweld', threads, run: arcweld, answer: String },
          { name: 'DuckDB', threads, run: duckdb, answer: String },
        ])
      }
      await engine.close()
      duck.close()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
