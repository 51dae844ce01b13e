/** `arcweld conformance <pack>`: every query of a pack on arcweld and on DuckDB; a line a query, then the sums. */
import { join } from 'node:path'
import type { CreateEngine, EngineOptions } from '../engine-door.ts'
import { withEngine } from '../engine-door.ts'
import { colorsFor, type Colors } from '../color.ts'
import { judge, type Verdict } from '../conformance/judge.ts'
import { type PackQuery, type PackScale, readPack } from '../conformance/pack.ts'
import { openDuckDb } from '../duckdb.ts'
import { captureOption, listOption, parse, timeoutOption } from '../options.ts'
import type { Terminal } from '../output.ts'
import type { Command } from '../command.ts'
import { defaultThreads, engineOptions, registerTables } from '../tables.ts'

const verdictLine = (name: string, verdict: Verdict, color: Colors): string => {
  const paint = { ok: color.green, differs: color.red, error: color.yellow }[verdict.outcome]
  const native = verdict.native === undefined ? '' : `  native ${verdict.native}`
  return `${paint(verdict.outcome.padEnd(7))}  ${name}${native}${verdict.detail === undefined ? '' : `  ${verdict.detail}`}\n`
}

interface Sums {
  passed: number
  failed: number
  /** An engine that ignored an abort still runs: the process must be ended for it. */
  stuck: boolean
}

interface Setting {
  readonly options: EngineOptions
  readonly limitMs: number
  readonly threads: number
  readonly terminal: Terminal
  readonly open: CreateEngine | undefined
  /** Each query's pipelines go to a folder of their own in it. */
  readonly capture: string | undefined
}

/** Runs queries until the end or until one leaves the engine stuck; returns those left over. */
const runSome = (scale: PackScale, queries: readonly PackQuery[], sums: Sums, { options, limitMs, threads, terminal, open, capture }: Setting): Promise<readonly PackQuery[]> =>
  withEngine(
    options,
    async (engine) => {
      const duckdb = await openDuckDb(threads)
      const color = colorsFor(terminal.out.isTTY)
      try {
        await registerTables(engine, scale.tables)
        for (const { name, path } of scale.tables) await duckdb.view(name, path)
        for (const [i, query] of queries.entries()) {
          terminal.signal.throwIfAborted()
          const verdict = await judge(engine, duckdb, query.sql, limitMs, terminal.signal, capture === undefined ? undefined : join(capture, `${query.name}-${scale.name}`))
          if (verdict.outcome === 'ok') sums.passed += 1
          else sums.failed += 1
          await terminal.out.write(verdictLine(`${query.name} ${scale.name}`, verdict, color))
          if (verdict.stuck) {
            sums.stuck = true
            return queries.slice(i + 1)
          }
        }
        return []
      } finally {
        duckdb.close()
      }
    },
    open,
  )

export const conformance: Command = async (args, terminal, open) => {
  const { flags, positionals } = parse('conformance', args, ['threads', 'memory', 'native', 'only', 'sf', 'timeout', 'capture'], ['<pack>'])
  const options = engineOptions(flags)
  const limitMs = (timeoutOption(flags) ?? 60) * 1000
  const pack = await readPack(positionals[0] ?? '', listOption('only', flags), listOption('sf', flags))
  const threads = options.threads ?? defaultThreads()
  const setting: Setting = { options: { ...options, threads }, limitMs, threads, terminal, open, capture: captureOption(flags) }
  const sums: Sums = { passed: 0, failed: 0, stuck: false }
  for (const scale of pack.scales) {
    let left: readonly PackQuery[] = pack.queries
    while (left.length > 0) left = await runSome(scale, left, sums, setting)
  }
  await terminal.out.write(`${sums.passed} passed, ${sums.failed} failed\n`)
  if (sums.stuck) setTimeout(() => process.exit(1), 1000).unref()
  return sums.failed === 0 ? 0 : 1
}
