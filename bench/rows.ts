/**
 * TPC-H's queries 1 and 6 over one table in memory as columns, as UnsafeRows of the columns that the query reads, and over rows that are kept
 * and have been asked for before; beside them DuckDB over its own table in memory. Plans come from DuckDB's planner; answers are compared first.
 * Contestants take turns; figures are the least times of some. The data is a folder with `lineitem.parquet`.
 */
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import type { Lease } from '../dist/bridge/memory.js'
import { converted } from '../dist/execute/convert.js'
import { openCore } from '../dist/execute/core.js'
import { executePlan } from '../dist/execute/executor.js'
import { asScanned } from '../dist/execute/input-tables.js'
import { KeptRows } from '../dist/execute/kept-rows.js'
import { PreparedStages } from '../dist/execute/prepared-stages.js'
import type { ScanNode, Tables } from '../dist/execute/query.js'
import { loadRows, scannedRows } from '../dist/execute/row-inputs.js'
import { copiedRows } from '../dist/layout/row-copies.js'
import type { RowTable, StageRelation } from '../dist/layout/row-table.js'
import { readRows } from '../dist/layout/rows.js'
import { typeName } from '../dist/layout/types.js'
import type { Plan } from '../dist/plan/nodes.js'
import { openDuckDbPlanner } from '../dist/planners/duckdb/index.js'
import { openSource } from '../dist/sources/index.js'
import { difference } from './answers.ts'
import { codecOnce, linesOnce } from './rows-floor.ts'

const QUERIES: Record<string, string> = {
  Q1: `select l_returnflag, l_linestatus, sum(l_quantity), sum(l_extendedprice), sum(l_extendedprice * (1 - l_discount)),
    sum(l_extendedprice * (1 - l_discount) * (1 + l_tax)), avg(l_quantity), avg(l_extendedprice), avg(l_discount), count(*)
    from lineitem where l_shipdate <= date '1998-09-02' group by l_returnflag, l_linestatus order by l_returnflag, l_linestatus`,
  Q6: `select sum(l_extendedprice * l_discount) from lineitem where l_shipdate >= date '1994-01-01' and l_shipdate < date '1995-01-01'
    and l_discount between 0.05 and 0.07 and l_quantity < 24`,
}
const ROUNDS = 15
const BUDGET = 3 * 2 ** 30

const scanOf = (plan: Plan): ScanNode => {
  let found: ScanNode | undefined
  JSON.stringify(plan.root, (_, node) => {
    if (node?.op === 'scan') found = node
    return node
  })
  return found as ScanNode
}

/** DuckDB's rows, a line each. */
const openDuck = async (path: string, threads: number) => {
  const instance = await DuckDBInstance.create(':memory:', { threads: String(threads) })
  const connection = await instance.connect()
  await connection.run(`create table lineitem as select * from read_parquet('${path.replaceAll("'", "''")}')`)
  return {
    run: async (sql: string) => (await connection.runAndReadAll(sql)).getRows().map((row) => row.map(String)),
    close: () => {
      connection.closeSync()
      instance.closeSync()
    },
  }
}

/** What both say: sums, and not means, which DuckDB gives as doubles. */
const exactly = (rows: readonly (readonly string[])[]): string => rows.map((row) => (row.length === 1 ? row : [...row.slice(0, 6), row.at(-1)]).join(' ')).join('\n')

const measure = async (name: string, sql: string, plan: Plan, path: string, threads: number): Promise<void> => {
  const core = await openCore(threads, BUDGET, 'benchmark')
  const { memory, pool, cache } = core
  const [columns, rows] = [memory.lease(), memory.lease()]
  const scan = scanOf(plan)
  try {
    const source = await openSource(path)
    const { relation } = await source.load(scan.columns.map((c) => c.name), columns, { kept: true })
    const made = memory.lease()
    const table = (await converted(asScanned(relation, scan), 'row', { pool, cache, stage: 0, lease: made })) as RowTable
    const schema = table.columns.map(({ name: column, type }) => ({ name: column, type: typeName(type), nullable: table.fields.some((f) => f.nullable) }))
    const batches = [...copiedRows(table, memory.buffer, 2 ** 30)]
    made.release()
    const loaded = await loadRows('lineitem', schema, batches.splice(0), memory.memory, rows, undefined, pool)
    const bytes = loaded.table.batches.reduce((n, b) => n + b.bytes, 0)
    const kept = new KeptRows(loaded, rows, core)
    const from = (load: () => StageRelation | Promise<StageRelation>): Tables => ({ sizeOf: () => undefined, load: async () => load() })
    const contestants = [
      { name: 'columns', tables: from(() => asScanned(relation, scan)) },
      { name: 'rows', tables: from(() => scannedRows(scan, loaded.columns, loaded.table)) },
      { name: 'rows kept', tables: from(() => kept.scan(scan, memory.memory)) },
    ].map((c) => ({ ...c, prepared: new PreparedStages(plan), least: Infinity, kernels: Infinity }))
    const run = async ({ tables, prepared }: (typeof contestants)[number], read: boolean) => {
      const start = performance.now()
      const { relation: result, lease, stages } = await executePlan(plan, tables, core, { native: 'only', udf: () => { throw new Error('there are no functions') }, prepared })
      const ms = performance.now() - start
      const first = stages[0]?.pipelines[0]
      const answer = read ? readRows(memory.buffer, result as never).map((row) => Object.values(row).map(String).join(' ')).join('\n') : undefined
      ;(lease as Lease).release()
      return { ms, first, answer }
    }
    const duck = await openDuck(path, threads)
    let expected: unknown
    const reads: unknown[] = []
    for (const c of contestants) {
      // Rows that are kept are rows for the first of them.
      for (let i = 0; i < 2; i++) {
        const { answer, first } = await run(c, true)
        expected ??= answer
        const found = difference(expected, answer)
        if (found !== undefined) throw new Error(`${name}: ${c.name} answer otherwise than columns: ${found}`)
        reads[contestants.indexOf(c)] = first?.reads ?? 'columns'
      }
    }
    const theirs = exactly(await duck.run(sql))
    const ours = exactly(String(expected).split('\n').map((line) => line.split(' ')))
    if (theirs !== ours) throw new Error(`${name}: DuckDB answers otherwise: ${difference(ours, theirs)}`)
    let duckMs = Infinity
    for (let round = 0; round < ROUNDS; round++) {
      const start = performance.now()
      await duck.run(sql)
      duckMs = Math.min(duckMs, performance.now() - start)
      for (const c of contestants) {
        const { ms, first } = await run(c, false)
        c.least = Math.min(c.least, ms)
        c.kernels = Math.min(c.kernels, first?.ms ?? Infinity)
      }
    }
    console.log(`${name}, ${relation.rows} rows of ${(bytes / relation.rows).toFixed(0)} bytes, ${threads} thr`)
    duck.close()
    const own = contestants[0]?.least as number
    const floor = linesOnce(loaded.table, memory.memory, ROUNDS)
    contestants.forEach((c, i) => {
      console.log(`  ${c.name.padEnd(10)} ${c.least.toFixed(2).padStart(8)} ms, ${c.kernels.toFixed(2).padStart(8)} ms over the table  ${(c.least / own).toFixed(2)}×  reads ${String(reads[i])}`)
    })
    console.log(`  DuckDB     ${duckMs.toFixed(2).padStart(8)} ms`)
    console.log(`  codec      ${codecOnce(loaded.table, memory.buffer).toFixed(0).padStart(8)} ms to read the fields, in JavaScript`)
    console.log(`  lines      ${floor.toFixed(2).padStart(8)} ms for one word of each cache line, one thread: ${(bytes / relation.rows / 64).toFixed(3)} lines a row, ${(bytes / floor / 1e6).toFixed(1)} GB/s`)
  } finally {
    columns.release()
    rows.release()
    await core.close()
  }
}

/** `data`: a folder; without one nothing is measured. */
export const rows = async (threadCounts: readonly number[], only: string | undefined, data: string | undefined): Promise<void> => {
  if (data === undefined) {
    console.log('rows: --data names no folder with lineitem.parquet, so nothing is measured')
    return
  }
  const path = join(data, 'lineitem.parquet')
  const planner = await openDuckDbPlanner()
  try {
    await planner.register('lineitem', { kind: 'parquet', path })
    for (const [name, text] of Object.entries(QUERIES)) {
      if (!name.includes(only ?? '')) continue
      const { plan } = await planner.plan(text)
      for (const threads of threadCounts) await measure(name, text, plan, path, threads)
    }
  } finally {
    await planner.close()
  }
}
