/** The demo's flights as every contestant wants them: a Parquet file, DuckDB's table, typed arrays, an Arquero table. */
import { fileURLToPath } from 'node:url'

export const flightsFile = fileURLToPath(new URL('../data/flights-3m.parquet', import.meta.resolve('vega-datasets')))

/**
 * Delay and distance as Int32Array, origin as codes and dictionary: the forms a hand-written loop would be given.
 * @param {import('@duckdb/node-api').DuckDBConnection} connection
 */
export const flightColumns = async (connection) => {
  const query = 'select delay::integer, distance::integer, origin from flights'
  const [delay, distance, origin] = (await connection.runAndReadAll(query)).getColumns()
  const names = [...new Set(origin)]
  const codes = new Map(names.map((name, code) => [name, code]))
  return {
    delay: Int32Array.from(delay),
    distance: Int32Array.from(distance),
    origin: Uint16Array.from(origin, (name) => codes.get(name)),
    names,
    strings: origin,
  }
}
