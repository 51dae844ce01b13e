/**
 * npm run bench: all suites, or `npm run bench -- interpreter` for those that are named. Exit code 2 where the arguments are
 * wrong. Options, each for one suite:
 *
 *   filter-and-group   --threads N    1, then the cores there are
 *   layout             --threads N    as above
 *                      --only text    tables whose name has it
 *   rows               --threads N    as above
 *                      --only Q6      the one query
 *                      --data dir     the folder of TPC-H's lineitem.parquet; nothing is measured without it
 *   sorts              --threads N    as above
 *                      --only text    cases whose name has it
 *   kernels            --rows N       rows of each kernel's input: 65536, as many as a worker is given at once
 *                      --only text    kernels whose name has it
 *   compile            --packs dir    a conformance pack, or a folder of several; the demo's queries without it
 *
 * `npm run bench -- tpch …` is the command `arcweld bench tpch …`: it has options of its own, and is not one of all. So are tpcds and scan.
 */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { compile } from './compile.ts'
import { filterAndGroup } from './filter-and-group.ts'
import { interpreter } from './interpreter.ts'
import { kernels } from './kernels.ts'
import { layout } from './layout.ts'
import { rows } from './rows.ts'
import { sortRows } from './sorts.ts'

interface Options {
  readonly threadCounts: readonly number[]
  readonly rows: number
  readonly only: string | undefined
  readonly packs: string | undefined
  readonly data: string | undefined
}

const SUITES: Record<string, (options: Options) => Promise<void>> = {
  'filter-and-group': ({ threadCounts }) => filterAndGroup(threadCounts),
  interpreter,
  kernels: ({ rows, only }) => kernels(rows, only),
  compile: ({ packs }) => compile(packs),
  layout: ({ threadCounts, only }) => layout(threadCounts, only),
  rows: ({ threadCounts, only, data }) => rows(threadCounts, only, data),
  sorts: ({ threadCounts, only }) => sortRows(threadCounts, only),
}

const count = (flag: string, text: string | undefined, standard: number): number => {
  const n = Number(text ?? standard)
  if (!Number.isInteger(n) || n < 1) throw new RangeError(`--${flag} is ${text}; it must be a whole number from 1`)
  return n
}

const readArguments = () => {
  const { values, positionals } = parseArgs({ options: { threads: { type: 'string' }, rows: { type: 'string' }, only: { type: 'string' }, packs: { type: 'string' }, data: { type: 'string' } }, allowPositionals: true })
  const unknown = positionals.find((name) => !Object.hasOwn(SUITES, name))
  if (unknown !== undefined) throw new RangeError(`there is no suite ${unknown}`)
  const threadCounts = values.threads === undefined ? [...new Set([1, availableParallelism()])] : [count('threads', values.threads, 1)]
  const options: Options = { threadCounts, rows: count('rows', values.rows, 65_536), only: values.only, packs: values.packs ?? process.env['ARCWELD_PACKS'], data: values.data }
  return { names: positionals.length > 0 ? [...new Set(positionals)] : Object.keys(SUITES), options }
}

const runSuites = async (): Promise<void> => {
  let chosen: ReturnType<typeof readArguments>
  try {
    chosen = readArguments()
  } catch (error) {
    console.error(`${(error as Error).message}\nusage: npm run bench -- [--threads N] [--rows N] [--only text] [--packs dir] [--data dir] [suite…], with the suites ${Object.keys(SUITES).join(', ')}; or tpch, tpcds, scan --help`)
    process.exitCode = 2
    return
  }
  for (const name of chosen.names) await SUITES[name]?.(chosen.options)
}

if (['tpch', 'tpcds', 'scan'].includes(process.argv[2] ?? '')) {
  process.argv.splice(2, 0, 'bench')
  await import('../dist/cli/main.js')
} else await runSuites()
