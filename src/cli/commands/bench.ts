/** `arcweld bench <suite>`: the queries of TPC-H or TPC-DS on arcweld and on DuckDB, compared row by row and then timed. */
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { type BenchData, openData } from '../bench/data.ts'
import { compareQuery } from '../bench/compare-query.ts'
import { type Contestants, withContestants } from '../bench/contestants.ts'
import { profiled } from '../bench/cpu-profile.ts'
import { machine, versions } from '../bench/machine.ts'
import { memorySpeed } from '../bench/memory-speed.ts'
import { profileQuery } from '../bench/profile.ts'
import { type BenchReport, type EngineName, ENGINES, type QueryReport, type Ratios } from '../bench/report.ts'
import { benchTable, headText, memoryText, notesText, profileText, roofText } from '../bench/show.ts'
import { geometricMean } from '../bench/statistics.ts'
import { isSuite, type SuiteName, SUITES } from '../bench/suites.ts'
import { prepares, timeQuery, WARMUPS } from '../bench/time-query.ts'
import { colorsFor } from '../color.ts'
import type { Command } from '../command.ts'
import { cpuProfOption, dataOption, fromOption, jsonOption, listOption, memoryOption, parse, roundsOption, scaleOption, threadsOption } from '../options.ts'
import type { Terminal } from '../output.ts'
import { benchScan } from './bench-scan.ts'
import { errorCode, errorLines } from '../report-error.ts'
import { defaultThreads } from '../tables.ts'
import { UsageError } from '../usage.ts'

const enginesOf = (list: readonly string[] | undefined): EngineName[] => {
  const unknown = list?.find((name) => !(ENGINES as readonly string[]).includes(name))
  if (unknown !== undefined) throw new UsageError(`--engines takes ${ENGINES.join(', ')}; not '${unknown}'`)
  return list ? ENGINES.filter((name) => list.includes(name)) : ['arcweld', 'duckdb']
}

const numbersOf = (list: readonly string[]): number[] | 'all' => {
  if (list.length === 1 && list[0] === 'all') return 'all'
  const odd = list.find((text) => !/^\d+$/.test(text))
  if (odd !== undefined) throw new UsageError(`--queries takes numbers or all; not '${odd}'`)
  return [...new Set(list.map(Number))]
}

const chosen = ({ queries, folder }: BenchData, wanted: readonly number[] | 'all'): BenchData['queries'] => {
  if (wanted === 'all') return queries
  return wanted.map((number) => {
    const query = queries.find((other) => other.number === number)
    if (!query) throw new UsageError(`--queries: ${folder} has no query ${number}`, `it has ${queries.map((other) => other.number).join(', ')}`)
    return query
  })
}

const means = (queries: readonly QueryReport[]): Ratios => {
  const of = (kind: keyof Ratios): number | undefined => geometricMean(queries.flatMap(({ ratio }) => ratio[kind] ?? []))
  return { warm: of('warm'), prepared: of('prepared'), cold: of('cold') }
}

interface Setting {
  readonly suite: SuiteName
  readonly from: BenchReport['from']
  readonly engines: readonly EngineName[]
  readonly rounds: number
  readonly profile: boolean
  readonly debug: boolean
  readonly terminal: Terminal
}

const isRight = ({ difference, error }: QueryReport): boolean => difference === undefined && error === undefined

/** All answers first, then, where none differs, all times. An engine's error ends its query and not the others. */
const runAll = async (data: BenchData, queries: BenchData['queries'], threads: number, contestants: Contestants, setting: Setting): Promise<BenchReport> => {
  const { suite, from, engines, rounds, profile, debug, terminal } = setting
  const { out, err, signal } = terminal
  const color = colorsFor(out.isTTY)
  const guarded = async (report: QueryReport, work: () => Promise<QueryReport>): Promise<QueryReport> => {
    try {
      return await work()
    } catch (error) {
      if (signal.aborted) throw error
      await err.write(`query ${report.number}: ${errorLines(error, debug)}`)
      return { ...report, error: `${errorCode(error)}: ${error instanceof Error ? error.message : String(error)}` }
    }
  }

  const found: QueryReport[] = []
  for (const query of queries) {
    signal.throwIfAborted()
    const report = await guarded({ ...query, engines: {}, ratio: {} }, () => compareQuery(query, contestants, engines, signal))
    if (report.difference !== undefined) await err.write(`query ${report.number} ${color.red('differs from DuckDB')}: ${report.difference}\n`)
    found.push(report)
  }

  const memory = profile ? await memorySpeed(threads, signal) : undefined
  const head = {
    suite, sf: data.sf, data: data.folder, from, threads, rounds, warmups: WARMUPS, at: new Date().toISOString(),
    machine: machine(), versions: await versions(contestants.duckdb), load: contestants.load, memorySpeed: memory,
  }
  if (found.every(({ difference }) => difference === undefined)) {
    const table = benchTable(engines, prepares(contestants, engines))
    await out.write(headText(head, color) + table.head())
    for (const [i, report] of found.entries()) {
      if (!isRight(report)) continue
      const timed = await guarded(report, async () => {
        const times = await timeQuery(report, contestants, rounds, signal)
        return memory === undefined || !engines.includes('arcweld') ? times : { ...times, profile: await profileQuery(contestants.engine, report.sql, memory, signal) }
      })
      found[i] = timed
      if (isRight(timed)) await out.write(table.row(timed))
    }
    await out.write(table.foot(means(found.filter(isRight))))
  }
  const { peak, budget } = contestants.engine.memory
  const resident = process.resourceUsage().maxRSS * 1024
  return { ...head, memory: { peak, budget, resident }, queries: found, geometricMean: means(found.filter(isRight)) }
}

const OWN = ['cpu-prof', 'data', 'engines', 'from', 'json', 'memory', 'profile', 'queries', 'rounds', 'sf', 'threads'] as const

export const bench: Command = async (args, terminal, open) => {
  if (parse('bench', args, [...OWN, 'only'], ['<suite>']).positionals[0] === 'scan') return benchScan(args, terminal)
  const { flags, positionals } = parse('bench', args, OWN, ['<suite>'])
  const suite = positionals[0]
  if (!isSuite(suite)) throw new UsageError(`bench: unknown suite '${suite}'`, `there is ${[...Object.keys(SUITES), 'scan'].join(', ')}`)
  const memory = memoryOption(flags)
  const threads = threadsOption(flags) ?? defaultThreads()
  const sf = scaleOption(flags)
  const rounds = roundsOption(flags) ?? 9
  const from = fromOption(flags) ?? 'memory'
  const engines = enginesOf(listOption('engines', flags))
  const wanted = numbersOf(listOption('queries', flags) ?? ['all'])
  const json = jsonOption(flags)
  if (json !== undefined && !existsSync(dirname(resolve(json)))) throw new UsageError(`--json: there is no folder ${dirname(resolve(json))}`)
  const data = dataOption(flags)
  const profiles = cpuProfOption(flags)
  if (profiles !== undefined) {
    await mkdir(profiles, { recursive: true })
    return profiled(['bench', ...withoutCpuProf(args)], profiles, terminal)
  }

  const { out, err, signal } = terminal
  const tables = await openData({ suite, data, sf, signal, say: (text) => err.write(text) })
  const queries = chosen(tables, wanted)
  const setting: Setting = { suite, from, engines, rounds, profile: flags.profile === true, debug: flags.debug === true, terminal }
  const report = await withContestants(tables, from, { threads, ...(memory === undefined ? {} : { memory }) }, signal, open, (contestants) =>
    runAll(tables, queries, threads, contestants, setting),
  )
  if (json !== undefined) await writeFile(json, `${JSON.stringify(report, null, 2)}\n`)
  if (report.queries.some(({ difference }) => difference !== undefined)) return 1
  const color = colorsFor(out.isTTY)
  await out.write(`\n${notesText(report.queries, color)}${memoryText(report)}`)
  const { memorySpeed: speed } = report
  if (speed !== undefined) {
    await out.write(`\n${roofText(speed, threads)}`)
    for (const { number, profile } of report.queries) if (profile) await out.write(profileText(number, profile, color))
  }
  return report.queries.every(isRight) ? 0 : 1
}

/** The arguments without `--cpu-prof folder`, in either way of writing it. */
export const withoutCpuProf = (args: readonly string[]): string[] => args.filter((text, i) => text !== '--cpu-prof' && args[i - 1] !== '--cpu-prof' && !text.startsWith('--cpu-prof='))
