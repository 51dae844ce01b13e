/** `arcweld bench scan`: lineitem from Parquet, CSV and lines of JSON into columns, by arcweld, DuckDB and readers in JavaScript. */
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { type BenchData, openData } from '../bench/data.ts'
import { machine, versions } from '../bench/machine.ts'
import { casesOf, CASES, type ScanCase } from '../bench/scan/cases.ts'
import { type ContestantName, CONTESTANTS } from '../bench/scan/contestant.ts'
import { scanFile } from '../bench/scan/files.ts'
import { measureCase, WARMUPS } from '../bench/scan/measure.ts'
import { missingOf } from '../bench/scan/peers.ts'
import type { CaseReport, ScanReport } from '../bench/scan/report.ts'
import { ROSTER } from '../bench/scan/roster.ts'
import { caseText, scanHead } from '../bench/scan/show.ts'
import { colorsFor } from '../color.ts'
import type { Command } from '../command.ts'
import { openDuckDb } from '../duckdb.ts'
import { dataOption, jsonOption, listOption, memoryOption, parse, roundsOption, scaleOption, threadsOption } from '../options.ts'
import { defaultThreads } from '../tables.ts'
import { UsageError } from '../usage.ts'

/** Text takes longer, and is measured in small. */
const DEFAULT_SF: { readonly [F in ScanCase['format']]: number } = { parquet: 1, csv: 0.1, ndjson: 0.1 }

const contestantsOf = (list: readonly string[] | undefined): readonly ContestantName[] => {
  const unknown = list?.find((name) => !(CONTESTANTS as readonly string[]).includes(name))
  if (unknown !== undefined) throw new UsageError(`--engines takes ${CONTESTANTS.join(', ')}; not '${unknown}'`)
  return list ? CONTESTANTS.filter((name) => list.includes(name)) : CONTESTANTS
}

const isRight = ({ contestants }: CaseReport): boolean => contestants.every(({ difference, error }) => difference === undefined && error === undefined)

export const benchScan: Command = async (args, { out, err, signal }) => {
  const { flags } = parse('bench scan', args, ['data', 'engines', 'json', 'memory', 'only', 'rounds', 'sf', 'threads'], ['scan'])
  const cases = casesOf(listOption('only', flags))
  if (!cases) throw new UsageError(`--only takes beginnings of ${CASES.map(({ id }) => id).join(', ')}; not '${String(flags.only)}'`)
  const wanted = contestantsOf(listOption('engines', flags))
  const setting = { threads: threadsOption(flags) ?? defaultThreads(), memory: memoryOption(flags), signal }
  const rounds = roundsOption(flags) ?? 5
  const sf = scaleOption(flags)
  const json = jsonOption(flags)
  if (json !== undefined && !existsSync(dirname(resolve(json)))) throw new UsageError(`--json: there is no folder ${dirname(resolve(json))}`)
  const folder = dataOption(flags)

  const missing: { [N in ContestantName]?: readonly string[] } = {}
  for (const name of wanted) {
    if (!cases.some(({ format }) => ROSTER[format].includes(name))) continue
    const packages = await missingOf(name)
    if (packages.length > 0) missing[name] = packages
  }
  const duckdb = await openDuckDb(1)
  const head: Omit<ScanReport, 'cases'> = {
    suite: 'scan', threads: setting.threads, rounds, warmups: WARMUPS, at: new Date().toISOString(), machine: machine(), versions: await versions(duckdb), missing,
  }
  duckdb.close()

  const say = (text: string) => err.write(text)
  const opened = new Map<number | undefined, BenchData>()
  const dataOf = async ({ format }: ScanCase): Promise<BenchData> => {
    const scale = sf ?? (folder === undefined ? DEFAULT_SF[format] : undefined)
    const data = opened.get(scale) ?? (await openData({ suite: 'tpch', data: folder, sf: scale, signal, say }))
    opened.set(scale, data)
    return data
  }
  const color = colorsFor(out.isTTY)
  await out.write(scanHead(head, color))
  const reports: CaseReport[] = []
  for (const scan of cases) {
    const names = ROSTER[scan.format].filter((name) => wanted.includes(name) && !missing[name])
    if (names.length === 0) continue
    signal.throwIfAborted()
    const data = await dataOf(scan)
    const path = await scanFile(scan, data, say)
    const report = await measureCase({ scan, path, sf: data.sf, names, rounds, alone: true, setting })
    reports.push(report)
    await out.write(caseText(report, color))
  }
  if (json !== undefined) await writeFile(json, `${JSON.stringify({ ...head, cases: reports } satisfies ScanReport, null, 2)}\n`)
  return reports.every(isRight) ? 0 : 1
}
