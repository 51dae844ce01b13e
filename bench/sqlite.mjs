/** SQLite as WebAssembly (sql.js), a peer that need not be there: `npm run bench:peers` installs it. */
import { createRequire } from 'node:module'

/** An in-memory database with the flights, or undefined where sql.js is not installed. */
export const openSqlite = async ({ delay, distance, origin, names }) => {
  let initSqlJs
  try {
    initSqlJs = createRequire(new URL('./peers/package.json', import.meta.url))('sql.js')
  } catch {
    console.log('sql.js is not installed: SQLite is left out (npm run bench:peers)\n')
    return undefined
  }
  const database = new (await initSqlJs()).Database()
  database.run('create table flights (delay integer, distance integer, origin text); begin')
  const insert = database.prepare('insert into flights values (?, ?, ?)')
  for (let i = 0; i < delay.length; i++) insert.run([delay[i], distance[i], names[origin[i]]])
  insert.free()
  database.run('commit')
  return {
    rows: (sql) => {
      const [{ columns, values }] = database.exec(sql)
      return values.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]])))
    },
    close: () => database.close(),
  }
}
