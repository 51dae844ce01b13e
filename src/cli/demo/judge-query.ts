/** One query of the demo: its answers compared first, and only where all agree, timed. */
import type { ExplainReport } from '../../report/explain.ts'
import { difference } from '../compare.ts'
import type { RowSet } from '../rows.ts'
import { answer, type Contestants, fetchRows } from './contestants.ts'
import { race, type Times } from './measure.ts'
import type { DemoQuery } from './queries.ts'

export interface Figures {
  readonly arcweld: Times
  readonly duckdb: Times
  readonly interpreter: Times
  readonly arcweldFile: Times
  readonly duckdbFile: Times
  /** The first run of all, with planning and compiling. */
  readonly firstMs: number
}

export interface Outcome {
  readonly rows: RowSet
  readonly report: ExplainReport
  /** What differs from DuckDB's answer; then there are no figures. */
  readonly differences: readonly string[]
  readonly figures: Figures | undefined
}

/** Untimed runs of each engine in memory: V8 compiles what is used often. */
export const WARMUPS = 10
const INTERPRETER_RUNS = 3
const FILE_RUNS = 3

/** Throws what the engines throw. */
export const judgeQuery = async ({ sql }: DemoQuery, engines: Contestants, runs: number, signal: AbortSignal): Promise<Outcome> => {
  const { memory, file, duckMemory, duckFile } = engines
  const start = performance.now()
  const result = await memory.sql(sql, { signal })
  const rows: RowSet = { columns: result.schema, rows: (await result.rows()).map((row) => result.schema.map((column) => row[column.name])) }
  const firstMs = performance.now() - start
  const report = result.explain()

  const expected = await duckMemory.query(sql)
  const { keys } = await duckMemory.order(sql, expected.columns.map((column) => column.name))
  const others: [string, RowSet][] = [
    ['arcweld', rows],
    ['the interpreter', await answer(memory, sql, { signal, native: 'never' })],
    ['arcweld from the file', await answer(file, sql, { signal })],
    ['DuckDB from the file', await duckFile.query(sql)],
  ]
  const differences = others.flatMap(([name, rowSet]) => {
    const found = difference(expected, rowSet, keys)
    return found === undefined ? [] : [`${name}: ${found}`]
  })
  if (differences.length > 0) return { rows, report, differences, figures: undefined }

  signal.throwIfAborted()
  const [arcweld, duckdb] = await race(
    [
      { name: 'arcweld', run: () => fetchRows(memory, sql, { signal }) },
      { name: 'DuckDB', run: () => duckMemory.rows(sql) },
    ],
    runs,
    WARMUPS,
  )
  const [interpreter] = await race([{ name: 'interpreter', run: () => fetchRows(memory, sql, { signal, native: 'never' }) }], Math.min(runs, INTERPRETER_RUNS), 2)
  const [arcweldFile, duckdbFile] = await race(
    [
      { name: 'arcweld', run: () => fetchRows(file, sql, { signal }) },
      { name: 'DuckDB', run: () => duckFile.rows(sql) },
    ],
    Math.min(runs, FILE_RUNS),
    1,
  )
  if (!arcweld || !duckdb || !interpreter || !arcweldFile || !duckdbFile) throw new Error('a contestant has no times')
  return { rows, report, differences, figures: { arcweld, duckdb, interpreter, arcweldFile, duckdbFile, firstMs } }
}
