/** Random queries, executed both ways. A failure prints its seed and its query; SEED=n begins there. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTables, type Tables } from './tables.ts'
import { mulberry32 } from '../random.ts'
import { testSeed } from '../seed.ts'

let tables: Tables
let standIns: Tables
beforeAll(async () => {
  tables = await openTables()
  standIns = await openTables('stand-in')
})
afterAll(async () => {
  await tables.close()
  await standIns.close()
})

const COLUMNS: Record<string, { readonly ints: readonly string[]; readonly texts: readonly string[]; readonly others: readonly string[] }> = {
  people: { ints: ['id', 'city_id'], texts: ['name'], others: ['salary', 'born', 'active', 'score'] },
  cities: { ints: ['id', 'population'], texts: ['name'], others: [] },
  kinds: { ints: ['i8', 'i32', 'i64', 'u8', 'n'], texts: ['s'], others: ['d9', 'f64', 'day', 'ts', 'b'] },
}

const query = (seed: number): string => {
  const next = mulberry32(seed)
  const int = (n: number) => Math.floor(next() * n)
  const pick = <T>(list: readonly T[]): T => list[int(list.length)] as T
  const some = (n: number, make: () => string) => Array.from({ length: 1 + int(n) }, make)

  const sources = some(3, () => pick(Object.keys(COLUMNS)))
  const column = (kind: 'ints' | 'texts' | 'others', upTo = sources.length): string => {
    const i = int(upTo)
    const of = COLUMNS[sources[i] ?? '']
    const names = of?.[kind] ?? []
    return names.length === 0 ? `t${i}.${of?.ints[0]}` : `t${i}.${pick(names)}`
  }
  const number = (): string =>
    pick([
      () => column('ints'),
      () => `${column('ints')} + ${int(5)}`,
      () => `${column('ints')} % ${2 + int(3)}`,
      () => `coalesce(${column('ints')}, ${int(3)})`,
      () => String(int(9)),
    ])()
  const predicate = (): string =>
    pick([
      () => `${number()} ${pick(['<', '<=', '=', '<>', '>', '>='])} ${number()}`,
      () => `${column('ints')} IS ${pick(['', 'NOT '])}NULL`,
      () => `${column('ints')} ${pick(['', 'NOT '])}IN (${some(14, () => String(int(12))).join(', ')})`,
      () => `${column('texts')}::VARCHAR LIKE '${pick(['%1%', 'name%', '%a%', 'city_'])}'`,
      () => `(${predicate()} OR ${predicate()})`,
      () => `NOT (${predicate()})`,
      () => `${column('ints')} ${pick(['IN', 'NOT IN'])} (SELECT ${pick(['i32', 'n', 'u8'])} FROM kinds WHERE i32 > ${int(4) - 3})`,
      () => `EXISTS (SELECT 1 FROM cities x WHERE x.id > ${int(8)})`,
    ])()
  const from = sources
    .map((s, i) => {
      if (i === 0) return `${s} t0`
      const on = `t${i}.${COLUMNS[s]?.ints[0]} ${pick(['=', '=', '=', 'IS NOT DISTINCT FROM'])} ${column('ints', i)}${pick(['', '', ` AND t${i}.${pick(COLUMNS[s]?.ints ?? [])} < ${column('ints', i)} + 3`])}`
      return `${pick(['JOIN', 'JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN', 'SEMI JOIN', 'ANTI JOIN'])} ${s} t${i} ON ${on}`
    })
    .join(' ')
  // Semi and anti joins hide their right side.
  if (/SEMI|ANTI/.test(from)) sources.splice(from.split(/ (?:SEMI|ANTI) JOIN /)[0]?.split(' JOIN ').length ?? 1)
  const where = some(3, predicate).slice(int(2)).join(' AND ')
  const tail = `FROM ${from}${where === '' ? '' : ` WHERE ${where}`}`
  if (next() < 0.4) {
    const groups = some(2, () => pick([number, () => column('texts'), () => column('others')])()).map((g, i) => `${g} AS g${i}`)
    const aggregates = some(3, () =>
      pick([
        () => 'count(*)',
        () => `sum(${column('ints')})`,
        () => `min(${column('texts')})`,
        () => `max(${column('others')})`,
        () => `count(DISTINCT ${column('ints')})`,
        () => `sum(${column('ints')}) FILTER (WHERE ${predicate()})`,
      ])(),
    )
    const having = next() < 0.3 ? ' HAVING count(*) > 1' : ''
    return next() < 0.2 ? `SELECT ${aggregates.join(', ')} ${tail}` : `SELECT ${[...groups, ...aggregates].join(', ')} ${tail} GROUP BY ALL${having}`
  }
  const outputs = some(5, () => pick([number, () => column('texts'), () => column('others'), () => `CASE WHEN ${predicate()} THEN ${number()} END`])())
  const all = outputs.map((_, i) => String(i + 1)).join(', ')
  const order = next() < 0.4 ? ` ORDER BY ${all}${next() < 0.5 ? ` LIMIT ${1 + int(20)}` : ''}` : ''
  return `SELECT ${next() < 0.2 ? 'DISTINCT ' : ''}${outputs.map((o) => `(${o})`).join(', ')} ${tail}${order}`
}

const first = testSeed()
const seeds = Number(process.env['ARCWELD_FUZZ_N'] || 120)

test(`${seeds} queries from seed ${first}`, async () => {
  let planned = 0
  for (let seed = first; seed < first + seeds; seed++) {
    const sql = query(seed)
    for (const t of [tables, standIns]) {
      try {
        await t.executor.run(sql)
      } catch {
        continue
      }
      let both: Awaited<ReturnType<Tables['bothWays']>>
      try {
        both = await t.bothWays(sql)
      } catch (error) {
        const code = (error as { code?: string }).code
        if (code === 'UNSUPPORTED_PLAN') continue
        throw new Error(`SEED=${seed}: ${sql}`, { cause: error })
      }
      planned++
      expect(both.actual.sort(), `SEED=${seed}: ${sql}`).toEqual(both.expected.sort())
    }
  }
  expect(planned).toBeGreaterThan(seeds / 2)
})
