/** Times of a query whose answers were compared: all engines take turns, round after round. */
import { type Contestant, takeTurns } from '../demo/measure.ts'
import type { CliResult, QueryOptions } from '../engine-door.ts'
import type { Contestants } from './contestants.ts'
import type { EngineFigures, EngineName, QueryReport, Ratios } from './report.ts'
import { withSamples } from './statistics.ts'

/** Rounds that are not timed: code is optimised in them. */
export const WARMUPS = 3
/** Rounds of the interpreter at most; it is there to be compared with, and slow. */
const INTERPRETER_ROUNDS = 3

interface Turn extends Contestant {
  readonly engine: EngineName
  readonly kind: 'warm' | 'prepared'
}

const rowsOf = async (result: CliResult): Promise<number> => (await result.rows()).length

/** Whether prepared statements are timed: where all have such. */
export const prepares = ({ engine }: Contestants, engines: readonly EngineName[]): boolean => engine.prepare !== undefined || !engines.includes('arcweld')

/** The report with times and ratios; throws what the engines throw. */
export const timeQuery = async (report: QueryReport, contestants: Contestants, rounds: number, signal: AbortSignal): Promise<QueryReport> => {
  const { engine, duckdb } = contestants
  const { sql, engines, native } = report
  const alsoPrepared = prepares(contestants, Object.keys(engines) as EngineName[])
  const own: QueryOptions = { signal, native: native ? 'only' : 'prefer' }
  let count = 0
  /** No text comes twice. */
  const text = (): string => `${sql}\n-- ${++count}`
  const turn = (name: EngineName, kind: Turn['kind'], run: () => Promise<number>, limits: Pick<Contestant, 'runs' | 'warmups'> = {}): Turn => ({
    name, engine: name, kind, ...limits,
    run: () => {
      signal.throwIfAborted()
      return run()
    },
  })

  const turns: Turn[] = []
  const statement = alsoPrepared && engines.arcweld && (await engine.prepare?.(sql))
  const duckStatement = alsoPrepared && engines.duckdb && (await duckdb.prepare(sql))
  if (engines.arcweld) turns.push(turn('arcweld', 'warm', async () => rowsOf(await engine.sql(text(), own))))
  if (engines.duckdb) turns.push(turn('duckdb', 'warm', () => duckdb.rows(text())))
  if (statement) turns.push(turn('arcweld', 'prepared', async () => rowsOf(await statement.execute())))
  if (duckStatement) turns.push(turn('duckdb', 'prepared', () => duckStatement.rows()))
  if (engines.interpreter) turns.push(turn('interpreter', 'warm', async () => rowsOf(await engine.sql(text(), { signal, native: 'never' })), { runs: INTERPRETER_ROUNDS, warmups: 1 }))
  try {
    const samples = await takeTurns(turns, rounds, WARMUPS)
    const figures: { [E in EngineName]?: EngineFigures | undefined } = { ...engines }
    turns.forEach(({ engine: name, kind }, i) => {
      figures[name] = { ...(figures[name] as EngineFigures), [kind]: withSamples(samples[i] ?? []) }
    })
    return { ...report, engines: figures, ratio: { ...report.ratio, ...ratiosOf(figures) } }
  } finally {
    if (duckStatement) duckStatement.close()
  }
}

const ratiosOf = ({ arcweld, duckdb }: QueryReport['engines']): Ratios => {
  const ratio = (kind: 'warm' | 'prepared'): Ratios => {
    const [ours, theirs] = [arcweld?.[kind], duckdb?.[kind]]
    return ours && theirs ? { [kind]: theirs.median / ours.median } : {}
  }
  return { ...ratio('warm'), ...ratio('prepared') }
}
