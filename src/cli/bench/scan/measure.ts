/** One case of `bench scan`: facts compared, then times, then the memory of processes of their own. */
import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { errorCode } from '../../report-error.ts'
import { type Contestant, takeTurns } from '../../demo/measure.ts'
import { withSamples } from '../statistics.ts'
import type { Alone } from './alone.ts'
import type { ScanCase } from './cases.ts'
import { type ContestantName, differenceOf, type Facts, type ScanContestant, type ScanSetting, type Way, WAYS } from './contestant.ts'
import type { CaseReport, ContestantReport } from './report.ts'
import { isNative, OPENS } from './roster.ts'

export const WARMUPS = 2
/** Of readers in JavaScript, which take a hundred times as long. */
const SCRIPT_RUNS = 3
const SCRIPT_WARMUPS = 1

export interface Measured {
  readonly scan: ScanCase
  readonly path: string
  readonly sf: number | undefined
  readonly names: readonly ContestantName[]
  readonly rounds: number
  /** Whether each also runs in a process of its own. */
  readonly alone: boolean
  readonly setting: ScanSetting
}

interface Entered {
  report: ContestantReport
  contestant?: ScanContestant | undefined
}

const messageOf = (error: unknown): string => `${errorCode(error)}: ${error instanceof Error ? error.message : String(error)}`

/** Opens all, compares, times what answers rightly; an error takes its contestant out and no other. */
export const measureCase = async (measured: Measured): Promise<CaseReport> => {
  const { scan, path, sf, names, setting, rounds } = measured
  const entered: Entered[] = names.map((name) => ({ report: { name, threads: isNative(name) ? setting.threads : 1, times: {}, resident: {}, ratio: {} } }))
  const guarded = async (entry: Entered, work: () => Promise<void>): Promise<void> => {
    try {
      setting.signal.throwIfAborted()
      if (!entry.report.error) await work()
    } catch (error) {
      if (setting.signal.aborted) throw setting.signal.reason
      entry.report = { ...entry.report, error: messageOf(error) }
    }
  }
  try {
    const facts = new Map<Entered, Facts>()
    for (const entry of entered) {
      await guarded(entry, async () => {
        entry.contestant = await OPENS[entry.report.name](scan, path, setting)
        facts.set(entry, await entry.contestant.facts())
        await entry.contestant.release()
      })
    }
    const expected = entered.map((entry) => (entry.report.name === 'duckdb' ? facts.get(entry) : undefined)).find(Boolean) ?? [...facts.values()][0] ?? []
    for (const entry of entered) {
      const found = facts.get(entry)
      const difference = found && differenceOf(expected, found)
      if (difference !== undefined) entry.report = { ...entry.report, difference }
    }
    const sizes = { bytes: (await stat(path)).size, rows: Number(expected[0] ?? 0), columns: scan.columns.length }
    const head = { id: scan.id, title: scan.title, format: scan.format, sf, path, ...sizes }
    if (entered.some(({ report }) => report.difference !== undefined)) return { ...head, contestants: entered.map(({ report }) => report) }
    for (const way of WAYS) await timeWay(entered, way, rounds, guarded)
    if (measured.alone) {
      for (const entry of entered) {
        for (const way of WAYS) {
          if (entry.report.times[way]) await guarded(entry, async () => {
            entry.report = { ...entry.report, resident: { ...entry.report.resident, [way]: await residentAlone({ name: entry.report.name, way, scan, path, threads: setting.threads, memory: setting.memory }, setting.signal) } }
          })
        }
      }
    }
    return { ...head, contestants: entered.map(({ report }) => report) }
  } finally {
    for (const { contestant } of entered) await contestant?.close()
  }
}

const timeWay = async (entered: readonly Entered[], way: Way, rounds: number, guarded: (entry: Entered, work: () => Promise<void>) => Promise<void>): Promise<void> => {
  const turns = entered.filter((entry) => !entry.report.error && entry.contestant?.ways[way])
  const samples = await takeTurns(turns.map((entry) => turnOf(entry, way, rounds, guarded)), rounds, WARMUPS)
  const times = turns.map(({ report }, i) => (report.error ? undefined : withSamples(samples[i] ?? [])))
  const own = times[turns.findIndex(({ report }) => report.name === 'arcweld')]?.median
  turns.forEach((entry, i) => {
    const time = times[i]
    if (time) entry.report = { ...entry.report, times: { ...entry.report.times, [way]: time }, ratio: { ...entry.report.ratio, ...(own === undefined ? {} : { [way]: time.median / own }) } }
  })
}

/** What a run has made is let go of between the runs, outside of the time: before the next one of the same contestant. */
const turnOf = (entry: Entered, way: Way, rounds: number, guarded: (entry: Entered, work: () => Promise<void>) => Promise<void>): Contestant => {
  const contestant = entry.contestant as ScanContestant
  const native = isNative(contestant.name)
  return {
    name: contestant.name,
    runs: native ? rounds : Math.min(rounds, SCRIPT_RUNS),
    warmups: native ? WARMUPS : SCRIPT_WARMUPS,
    run: () => guarded(entry, () => (contestant.ways[way] as () => Promise<void>)()),
    after: () => guarded(entry, () => contestant.release()),
  }
}

const program = fileURLToPath(new URL('./alone.js', import.meta.url))

/** Bytes. */
const residentAlone = async (what: Alone, signal: AbortSignal): Promise<number> => {
  const { stdout } = await promisify(execFile)(process.execPath, [program, JSON.stringify(what)], { signal, maxBuffer: 2 ** 20 })
  return Number(stdout.trim())
}
