/**
 * Filter + sum and grouped sum over three million flights in memory, on arcweld, its interpreter, DuckDB, a hand-written
 * JavaScript loop, Arquero and what bench/peers has. Engines with threads get equally many.
 */
import { Engine } from 'arcweld'
import { op, table } from 'arquero'
import { type FlightColumns, flightColumns, flightsFile, openDuck } from './flights.ts'
import { compare, type Contestant } from './harness.ts'
import { openSqlite, type Sqlite } from './sqlite.ts'

const FILTERED = 'select sum(delay) as s, count(*) as n from flights where distance >= 1000 and delay > 0'
const GROUPED = 'select origin, sum(delay) as s, count(*) as n from flights group by origin'

interface Row {
  readonly origin?: string
  readonly s: number | bigint
  readonly n: number | bigint
}

/** The rows in one order and one spelling. */
const answer = (rows: readonly Row[]): string =>
  rows
    .map((row) => `${row.origin ?? ''} ${BigInt(row.s)} ${BigInt(row.n)}`)
    .sort()
    .join('\n')

const filteredLoop = ({ delay, distance }: FlightColumns): Row[] => {
  let s = 0
  let n = 0
  for (let i = 0; i < delay.length; i++) {
    if (distance[i]! >= 1000 && delay[i]! > 0) {
      s += delay[i]!
      n++
    }
  }
  return [{ s, n }]
}

const groupedLoop = ({ delay, origin, names }: FlightColumns): Row[] => {
  const sums = new Float64Array(names.length)
  const counts = new Uint32Array(names.length)
  for (let i = 0; i < delay.length; i++) {
    const code = origin[i]!
    sums[code]! += delay[i]!
    counts[code]!++
  }
  return names.map((name, code) => ({ origin: name, s: sums[code]!, n: counts[code]! }))
}

type ArqueroTable = ReturnType<typeof table>
type FlightRow = { readonly delay: number; readonly distance: number }

const filteredArquero = (flights: ArqueroTable): object[] =>
  flights
    .filter((d: FlightRow) => d.distance >= 1000 && d.delay > 0)
    .rollup({ s: op.sum('delay'), n: op.count() })
    .objects()

const groupedArquero = (flights: ArqueroTable): object[] =>
  flights
    .groupby('origin')
    .rollup({ s: op.sum('delay'), n: op.count() })
    .objects()

/** Both comparisons once for each number of threads. */
export const filterAndGroup = async (threadCounts: readonly number[]): Promise<void> => {
  let sqlite: Sqlite | undefined
  for (const [at, threads] of threadCounts.entries()) {
    const duck = await openDuck(threads)
    const columns = await flightColumns(duck.connection)
    const arquero = table({ delay: columns.delay, distance: columns.distance, origin: columns.strings })
    if (at === 0) sqlite = await openSqlite(columns)
    const peer = sqlite
    const engine = await Engine.create({ threads })
    await engine.register('flights', flightsFile, { cache: true })

    const arcweld = (sql: string, native: 'only' | 'never') => async () => (await engine.sql(sql, { native })).rows()
    const duckdb = (sql: string) => async () => (await duck.connection.runAndReadAll(sql)).getRowObjects()
    const contestants = (sql: string, loop: (columns: FlightColumns) => Row[], withArquero: (flights: ArqueroTable) => object[]): [Contestant, ...Contestant[]] => [
      { name: 'arcweld', threads, run: arcweld(sql, 'only'), answer },
      { name: 'DuckDB', threads, run: duckdb(sql), answer },
      { name: 'JavaScript loop', threads: 1, run: () => loop(columns), answer },
      { name: 'interpreter', threads: 1, run: arcweld(sql, 'never'), answer },
      { name: 'Arquero', threads: 1, run: () => withArquero(arquero), answer },
      ...(peer ? [{ name: 'SQLite (sql.js)', threads: 1, run: () => peer.rows(sql), answer }] : []),
    ]
    const suffix = threads === 1 ? '1 thread' : `${threads} threads`
    await compare(`filter + sum, ${suffix}`, contestants(FILTERED, filteredLoop, filteredArquero))
    await compare(`grouped sum, ${suffix}`, contestants(GROUPED, groupedLoop, groupedArquero))

    await engine.close()
    duck.close()
  }
  sqlite?.close()
}
