/** A program of its own: `node dbgen.js <folder of the generator's package> <scale factor> <folder>` writes tables and queries. */
import { writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const TABLES = ['region', 'nation', 'supplier', 'customer', 'part', 'partsupp', 'orders', 'lineitem']

const [tool = '', sf = '', folder = ''] = process.argv.slice(2)
// Another version than the one this package is typed by: no more of it is used than both have.
const { DuckDBInstance } = createRequire(join(tool, 'package.json'))('@duckdb/node-api') as typeof import('@duckdb/node-api')
const instance = await DuckDBInstance.create(':memory:')
const connection = await instance.connect()
await connection.run('LOAD tpch')
await connection.run(`CALL dbgen(sf = ${Number(sf)})`)
for (const table of TABLES) {
  const path = join(folder, `${table}.parquet`).replaceAll("'", "''")
  await connection.run(`COPY ${table} TO '${path}' (FORMAT parquet, ROW_GROUP_SIZE 122880)`)
}
const queries = (await connection.runAndReadAll('SELECT query_nr, query FROM tpch_queries() ORDER BY query_nr')).getRows()
await writeFile(join(folder, 'queries.json'), `${JSON.stringify(queries.map(([number, sql]) => [Number(number), String(sql)]))}\n`)
