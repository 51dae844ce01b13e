/** SQLite as WebAssembly (sql.js), a peer that need not be there: `npm run bench:peers` installs it. */
import { createRequire } from 'node:module'
import type { FlightColumns } from './flights.ts'

/** The part of sql.js that is used; its types are not installed where it is not. */
interface Database {
  run(sql: string): void
  prepare(sql: string): { run(values: readonly unknown[]): void; free(): void }
  exec(sql: string): { columns: string[]; values: unknown[][] }[]
  close(): void
}

export interface Sqlite {
  rows(sql: string): Record<string, unknown>[]
  close(): void
}

/** An in-memory database with the flights, or undefined where sql.js is not installed. */
export const openSqlite = async ({ delay, distance, origin, names }: FlightColumns): Promise<Sqlite | undefined> => {
  let initSqlJs: () => Promise<{ Database: new () => Database }>
  try {
    // The same folder from bench/ and from dist-bench/.
    initSqlJs = createRequire(new URL('../bench/peers/package.json', import.meta.url))('sql.js')
  } catch {
    console.log('sql.js is not installed: SQLite is left out (npm run bench:peers)\n')
    return undefined
  }
  const database = new (await initSqlJs()).Database()
  database.run('create table flights (delay integer, distance integer, origin text); begin')
  const insert = database.prepare('insert into flights values (?, ?, ?)')
  for (let i = 0; i < delay.length; i++) insert.run([delay[i], distance[i], names[origin[i] as number]])
  insert.free()
  database.run('commit')
  return {
    rows: (sql) => database.exec(sql).flatMap(({ columns, values }) => values.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]])))),
    close: () => database.close(),
  }
}
