/**
 * npm run bench: filter + sum and grouped sum over three million flights in memory, on arcweld, its interpreter, DuckDB, a
 * hand-written JavaScript loop, Arquero and what bench/peers has. Engines with threads get equally many.
 * Options: --threads N (default: 1, then the cores there are).
 */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { DuckDBInstance } from '@duckdb/node-api'
import { Engine } from 'arcweld'
import { op, table } from 'arquero'
import { flightColumns, flightsFile } from './flights.mjs'
import { compare } from './harness.mjs'
import { openSqlite } from './sqlite.mjs'

const { values } = parseArgs({ options: { threads: { type: 'string' } } })
const cores = availableParallelism()
const threadCounts = values.threads ? [Number(values.threads)] : [...new Set([1, cores])]

const FILTERED = 'select sum(delay) as s, count(*) as n from flights where distance >= 1000 and delay > 0'
const GROUPED = 'select origin, sum(delay) as s, count(*) as n from flights group by origin'

/** Rows of {origin?, s, n} in one order and one spelling. */
const answer = (rows) =>
  rows
    .map((row) => `${row.origin ?? ''} ${BigInt(row.s)} ${BigInt(row.n)}`)
    .sort()
    .join('\n')

const filteredLoop = ({ delay, distance }) => {
  let s = 0
  let n = 0
  for (let i = 0; i < delay.length; i++) {
    if (distance[i] >= 1000 && delay[i] > 0) {
      s += delay[i]
      n++
    }
  }
  return [{ s, n }]
}

const groupedLoop = ({ delay, origin, names }) => {
  const sums = new Float64Array(names.length)
  const counts = new Uint32Array(names.length)
  for (let i = 0; i < delay.length; i++) {
    const code = origin[i]
    sums[code] += delay[i]
    counts[code]++
  }
  return names.map((name, code) => ({ origin: name, s: sums[code], n: counts[code] }))
}

const filteredArquero = (flights) =>
  flights
    .filter((d) => d.distance >= 1000 && d.delay > 0)
    .rollup({ s: op.sum('delay'), n: op.count() })
    .objects()

const groupedArquero = (flights) =>
  flights
    .groupby('origin')
    .rollup({ s: op.sum('delay'), n: op.count() })
    .objects()

let sqlite

for (const [at, threads] of threadCounts.entries()) {
  const instance = await DuckDBInstance.create(':memory:', { threads: String(threads) })
  const connection = await instance.connect()
  await connection.run(`create table flights as select * from read_parquet('${flightsFile.replaceAll("'", "''")}')`)
  const columns = await flightColumns(connection)
  const arquero = table({ delay: columns.delay, distance: columns.distance, origin: columns.strings })
  if (at === 0) sqlite = await openSqlite(columns)
  const engine = await Engine.create({ threads })
  await engine.register('flights', flightsFile, { cache: true })

  const arcweld = (sql, native) => async () => (await engine.sql(sql, { native })).rows()
  const duckdb = (sql) => async () => (await connection.runAndReadAll(sql)).getRowObjects()
  const contestants = (sql, loop, withArquero) => [
    { name: 'arcweld', threads, run: arcweld(sql, 'only'), answer },
    { name: 'DuckDB', threads, run: duckdb(sql), answer },
    { name: 'JavaScript loop', threads: 1, run: () => loop(columns), answer },
    { name: 'interpreter', threads: 1, run: arcweld(sql, 'never'), answer },
    { name: 'Arquero', threads: 1, run: () => withArquero(arquero), answer },
    ...(sqlite ? [{ name: 'SQLite (sql.js)', threads: 1, run: () => sqlite.rows(sql), answer }] : []),
  ]
  const suffix = threads === 1 ? '1 thread' : `${threads} threads`
  await compare(`filter + sum, ${suffix}`, contestants(FILTERED, filteredLoop, filteredArquero))
  await compare(`grouped sum, ${suffix}`, contestants(GROUPED, groupedLoop, groupedArquero))

  await engine.close()
  connection.closeSync()
  instance.closeSync()
}
sqlite?.close()
