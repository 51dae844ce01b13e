/** A benchmark's data in small: two tables and four queries. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openDuckDb } from '../../src/cli/duckdb.ts'

export const QUERIES: readonly [number, string][] = [
  [1, 'select k, sum(v) as s, avg(x) as mean from facts group by k order by k;\n'],
  [2, 'select name, count(*) as n from facts join names on facts.k = names.k where v > 100 group by name order by n desc, name limit 3;'],
  [3, 'select count(*) as n from facts'],
  [9, 'select no_such_column from facts'],
]

export const writeBenchData = async (folder: string): Promise<void> => {
  const duckdb = await openDuckDb(1)
  await duckdb.exec(`copy (select (i % 7)::integer as k, (i * 31 % 1000)::integer as v, i / 4.0::double as x from range(5000) r(i)) to '${join(folder, 'facts.parquet')}' (format parquet)`)
  await duckdb.exec(`copy (select i::integer as k, 'name ' || i as name from range(7) r(i)) to '${join(folder, 'names.parquet')}' (format parquet)`)
  duckdb.close()
  writeFileSync(join(folder, 'queries.json'), JSON.stringify(QUERIES))
}
