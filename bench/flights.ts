/** The demo's flights as every contestant wants them: a Parquet file, DuckDB's table, typed arrays, Arquero's columns. */
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { demoFiles } from '../dist/cli/demo/data.js'

export const { flights: flightsFile, airports: airportsFile } = demoFiles()

const quoted = (path: string): string => `'${path.replaceAll("'", "''")}'`

export interface Duck {
  readonly connection: DuckDBConnection
  close(): void
}

/** DuckDB with the table `flights` in memory. */
export const openDuck = async (threads: number): Promise<Duck> => {
  const instance = await DuckDBInstance.create(':memory:', { threads: String(threads) })
  const connection = await instance.connect()
  await connection.run(`create table flights as select * from read_parquet(${quoted(flightsFile)})`)
  return {
    connection,
    close: () => {
      connection.closeSync()
      instance.closeSync()
    },
  }
}

const columnsOf = async (connection: DuckDBConnection, query: string): Promise<unknown[][]> => (await connection.runAndReadAll(query)).getColumns()

export interface FlightColumns {
  readonly delay: Int32Array
  readonly distance: Int32Array
  /** Codes into `names`. */
  readonly origin: Uint16Array
  readonly names: readonly string[]
  readonly strings: readonly string[]
}

/** Delay and distance as Int32Array, origin as codes and dictionary: the forms a hand-written loop would be given. */
export const flightColumns = async (connection: DuckDBConnection): Promise<FlightColumns> => {
  const [delay, distance, origin] = (await columnsOf(connection, 'select delay::integer, distance::integer, origin from flights')) as [number[], number[], string[]]
  const names = [...new Set(origin)]
  const codes = new Map(names.map((name, code) => [name, code]))
  return {
    delay: Int32Array.from(delay),
    distance: Int32Array.from(distance),
    origin: Uint16Array.from(origin, (name) => codes.get(name) as number),
    names,
    strings: origin,
  }
}

/** All columns of `flights` as Arquero takes them: numbers in typed arrays, `date` in microseconds since 1970, strings in lists. */
export const arqueroFlights = async (connection: DuckDBConnection) => {
  const query = 'select epoch_us(date)::double, delay::integer, distance::integer, origin, destination from flights'
  const [date, delay, distance, origin, destination] = (await columnsOf(connection, query)) as [number[], number[], number[], string[], string[]]
  return { date: Float64Array.from(date), delay: Int32Array.from(delay), distance: Int32Array.from(distance), origin, destination }
}
