/** `arcweld demo`, the main job of `npm start`: questions to three million flights, answered, compared and timed. */
import { colorsFor } from '../color.ts'
import { withContestants } from '../demo/contestants.ts'
import { demoFiles } from '../demo/data.ts'
import { WARMUPS, judgeQuery, type Outcome } from '../demo/judge-query.ts'
import { QUERIES } from '../demo/queries.ts'
import { type Line, queryBlock, queryHead, summaryBlock } from '../demo/show.ts'
import { listOption, memoryOption, parse, runsOption, threadsOption } from '../options.ts'
import type { Command } from '../command.ts'
import { errorLines } from '../report-error.ts'
import { defaultThreads } from '../tables.ts'
import { UsageError } from '../usage.ts'

const numbers = (list: readonly string[] | undefined): number[] =>
  list?.map((text) => {
    const number = /^\d+$/.test(text) ? Number(text) : Number.NaN
    if (!(number >= 1 && number <= QUERIES.length)) throw new UsageError(`--queries takes numbers from 1 to ${QUERIES.length}; not '${text}'`)
    return number
  }) ?? QUERIES.map((_, i) => i + 1)

export const demo: Command = async (args, { out, err, signal }, open) => {
  const { flags } = parse('demo', args, ['threads', 'memory', 'runs', 'queries'], [])
  const threads = threadsOption(flags) ?? defaultThreads()
  const runs = runsOption(flags) ?? 15
  const wanted = numbers(listOption('queries', flags))
  const setting = { threads, memory: memoryOption(flags), signal, open }
  const files = demoFiles()
  const color = colorsFor(out.isTTY)
  return withContestants(files, setting, async (contestants) => {
    const { arcweld, duckdb } = contestants.loadMs
    await out.write(
      `3,000,000 flights from flights-3m.parquet; ${threads} ${threads === 1 ? 'thread' : 'threads'} for arcweld and for DuckDB.\n` +
        `Loaded into memory in ${arcweld.toFixed(0)} ms by arcweld, ${duckdb.toFixed(0)} ms by DuckDB; not part of the times below.\n` +
        'Every time is from SQL text to rows in JavaScript (DuckDB: runAndReadAll and getRowObjects), the median of alternating\n' +
        `runs after warming up: ${WARMUPS} runs of each in memory, 1 from the file.\n`,
    )
    const lines: Line[] = []
    for (const number of wanted) {
      const query = QUERIES[number - 1]
      if (!query) continue
      signal.throwIfAborted()
      await out.write(queryHead(number, query, color))
      let outcome: Outcome | undefined
      try {
        outcome = await judgeQuery(query, contestants, runs, signal)
        await out.write(queryBlock(outcome, color))
      } catch (error) {
        if (signal.aborted) throw error
        await err.write(errorLines(error, flags.debug === true))
      }
      lines.push({ number, outcome })
    }
    await out.write(summaryBlock(lines, threads, color))
    return lines.every((line) => line.outcome?.figures) ? 0 : 1
  })
}
