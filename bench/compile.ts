/**
 * How long code takes to be there: every native stage of every query of one or more conformance packs, or of the demo. Median,
 * 95th percentile and the worst, over stages and over pipelines; and the largest functions.
 */
import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Job } from '../dist/bridge/job.js'
import { airportsTable } from '../dist/cli/demo/airports.js'
import { QUERIES } from '../dist/cli/demo/queries.js'
import { readPack } from '../dist/cli/conformance/pack.js'
import type { LoweredStage } from '../dist/compile.js'
import { Catalog } from '../dist/execute/catalog.js'
import { openCore } from '../dist/execute/core.js'
import { executePlan } from '../dist/execute/executor.js'
import type { Core } from '../dist/execute/query.js'
import { openDuckDbPlanner } from '../dist/planners/duckdb/index.js'
import { airportsFile, flightsFile } from './flights.ts'
import { type StageCost, stageCost } from './compile-stage.ts'

interface Workload {
  readonly name: string
  readonly tables: readonly { readonly name: string; readonly source: unknown }[]
  readonly queries: readonly { readonly name: string; readonly sql: string }[]
}

const demo = async (): Promise<Workload> => ({
  name: 'demo',
  tables: [{ name: 'flights', source: flightsFile }, { name: 'airports', source: airportsTable(await readFile(airportsFile, 'utf8')) }],
  // A query with a function of the user's has no native form, and needs it registered.
  queries: QUERIES.filter(({ sql }) => !sql.includes('grade(')).map(({ title, sql }) => ({ name: title, sql })),
})

/** The smallest scale of each pack: code does not depend on it, and a stage with some thousand rows is enough. */
const packsOf = async (folder: string): Promise<Workload[]> => {
  const folders = readdirSync(folder).includes('queries') ? [folder] : readdirSync(folder, { withFileTypes: true }).filter((e) => e.isDirectory() && readdirSync(join(folder, e.name)).includes('queries')).map((e) => join(folder, e.name))
  return Promise.all(
    folders.map(async (path): Promise<Workload> => {
      const { queries, scales } = await readPack(path)
      return { name: path.split(/[/\\]/).at(-1) as string, queries, tables: scales[0]!.tables.map((t) => ({ name: t.name, source: t.path })) }
    }),
  )
}

const BUDGET = 3 * 2 ** 30

const measure = async ({ tables, queries }: Workload): Promise<{ costs: StageCost[]; failed: string[] }> => {
  const costs: StageCost[] = []
  const failed: string[] = []
  const planner = await openDuckDbPlanner()
  const core = await openCore(1, BUDGET, 'benchmark')
  const catalog = new Catalog(core.memory, core.pool)
  // The engine's own core, but that each stage is measured before it runs.
  let lowered: LoweredStage | undefined
  const watched = {
    memory: core.memory,
    runtime: core.runtime,
    cache: {
      get: (stage: LoweredStage) => {
        lowered = stage
        return core.cache.get(stage)
      },
    },
    pool: {
      threads: 1,
      call: core.pool.call.bind(core.pool),
      run: (job: Job, options: Parameters<typeof core.pool.run>[1]) => {
        costs.push(stageCost(lowered!, job, core.memory, core.runtime))
        return core.pool.run(job, options)
      },
    },
  } as unknown as Core
  try {
    for (const { name, source } of tables) {
      const table = await catalog.open(source, true, {})
      await planner.register(name, table.plannerTable)
      catalog.set(name, table)
    }
    for (const { name, sql } of queries) {
      const pinned = catalog.pin()
      try {
        const { plan } = await planner.plan(sql, undefined)
        const { lease } = await executePlan(plan, pinned, watched, { native: 'prefer', udf: () => { throw new TypeError('no functions here') } })
        lease.release()
      } catch (error) {
        failed.push(`${name}: ${(error as Error).message.split('\n')[0]}`)
      } finally {
        pinned.release()
      }
    }
  } finally {
    await Promise.all([core.close(), planner.close()])
  }
  return { costs, failed }
}

const quantile = (sorted: readonly number[], q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN
const line = (what: string, values: readonly number[], digits: number, unit: string): void => {
  const sorted = values.toSorted((a, b) => a - b)
  const show = (q: number) => quantile(sorted, q).toFixed(digits).padStart(9)
  console.log(`  ${what.padEnd(42)}${show(0.5)}${show(0.95)}${show(1)}  ${unit}   (${values.length})`)
}

const show = (name: string, costs: readonly StageCost[], failed: readonly string[]): void => {
  const pipelines = costs.flatMap((c) => c.pipelines)
  const first = pipelines.flatMap((p) => p.firstMs ?? [])
  const settled = pipelines.flatMap((p) => p.optimised ?? [])
  console.log(`${name}: ${costs.length} native stages, ${pipelines.length} pipelines${' '.repeat(8)}median      p95      max`)
  line('IR → bytes, a stage', costs.map((c) => c.encodeMs), 3, 'ms')
  line('bytes → module and instance, a stage', costs.map((c) => c.moduleMs), 3, 'ms')
  line('first 1K rows, a pipeline', first, 3, 'ms')
  line('module → first 1K rows done, a stage', costs.flatMap((c) => (c.pipelines[0]?.firstMs === undefined ? [] : [c.moduleMs + c.pipelines[0].firstMs])), 3, 'ms')
  line('→ optimised, a pipeline', settled.map((s) => s.ms), 1, 'ms')
  line('rows given by then', settled.map((s) => s.rows), 0, 'rows')
  line('module', costs.map((c) => c.bytes), 0, 'bytes')
  line('largest function, a stage', costs.map((c) => Math.max(...c.functionSizes)), 0, 'bytes')
  const large = costs.flatMap((c) => c.functionSizes).filter((s) => s > 4096).length
  console.log(`  ${large} of ${costs.reduce((n, c) => n + c.functionSizes.length, 0)} functions are larger than 4 KB${pipelines.length - settled.length ? `; ${pipelines.length - settled.length} pipelines had no rows or did not settle` : ''}\n`)
  for (const text of failed) console.log(`  not measured: ${text}`)
}

export const compile = async (packs?: string): Promise<void> => {
  const workloads = packs === undefined ? [await demo()] : await packsOf(packs)
  if (workloads.length === 0) throw new RangeError(`--packs: there is no pack in ${packs}`)
  const all: StageCost[] = []
  for (const workload of workloads) {
    const { costs, failed } = await measure(workload)
    all.push(...costs)
    show(workload.name, costs, failed)
  }
  if (workloads.length > 1) show('all', all, [])
}
