/**
 * Random trees of joins of every kind with filters here and there: runtime filters, the order of builds and the choice of sides
 * must change nothing. Keys have NULLs, duplicates, values of one side only; tables have from 0 to 6,000 rows.
 */
import type { Engine } from 'arcweld'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DuckDb } from '../../src/cli/duckdb.ts'
import { testSeed } from '../seed.ts'
import { openBeside } from './beside-duckdb.ts'
import { Random } from './random.ts'

const TABLES = { a: 6000, b: 1500, c: 300, d: 40, e: 0 } as const
type Name = keyof typeof TABLES
const NAMES = Object.keys(TABLES) as Name[]

/** k: few values, j: of a small range with gaps, w: of a wide one, s: strings. */
const rowsOf = (name: Name, count: number, salt: number): string => {
  // Prime to the numbers of values, so that each has about as many rows.
  const by = [61, 67, 71, 73, 79, 83][salt % 6]
  return `SELECT CASE WHEN i % 11 = ${salt % 11} THEN NULL ELSE (i * ${by} % 500)::INTEGER END AS k,
   ((i * ${by} + ${salt}) % 900 * 3 - 400)::BIGINT AS j, (i * ${by} % 700)::BIGINT * 4000000007 - 99 AS w,
   CASE WHEN i % 13 = 0 THEN NULL ELSE 's' || ((i * ${by} + ${salt}) % 60) END AS s, (i % 97)::INTEGER AS ${name}_v FROM range(${count}) t(i)`
}

const seed = testSeed()
const QUERIES = Number(process.env['ARCWELD_FUZZ_N'] ?? 120)
console.log(`SEED=${seed}`)

let duckdb: DuckDb
let engines: readonly Engine[]
let close: () => Promise<void>
beforeAll(async () => {
  ;({ duckdb, engines, close } = await openBeside(Object.fromEntries(NAMES.map((name, salt) => [name, rowsOf(name, TABLES[name], salt + (seed % 1000))])), [{ threads: 1 }, { threads: 2 }], (engine) => engine === 0))
})
afterAll(() => close())

const KEYS = ['k', 'j', 'w', 's'] as const
const KINDS = ['JOIN', 'JOIN', 'JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN'] as const

const randomQuery = (at: number): string => {
  const source = new Random(seed + at)
  const random = () => source.next()
  const pick = <T>(xs: readonly T[]): T => xs[source.int(xs.length)] as T
  const condition = (alias: string, name: Name): string =>
    pick([`${alias}.${name}_v < ${pick([3, 20, 60])}`, `${alias}.k = ${pick([7, 100, 433])}`, `${alias}.s LIKE 's1%'`, `${alias}.j > ${pick([-390, 800, 2000])}`, `${alias}.k IS NULL`])
  const aliases: { alias: string; name: Name }[] = []
  const table = (): string => {
    const name = pick(NAMES.filter((n) => n !== 'e' || random() < 0.2))
    const alias = `t${aliases.length}`
    aliases.push({ alias, name })
    return random() < 0.4 ? `(SELECT * FROM ${name} WHERE ${condition(name, name)}) ${alias}` : `${name} ${alias}`
  }
  let from = table()
  const joins = 1 + source.int(3)
  for (let i = 0; i < joins; i++) {
    const right = table()
    const own = aliases.at(-1) as { alias: string; name: Name }
    const other = pick(aliases.slice(0, -1))
    const key = pick(KEYS)
    const keys = [`${other.alias}.${key} = ${own.alias}.${key}`, ...(random() < 0.2 ? [`${other.alias}.k = ${own.alias}.k`] : [])]
    const residual = random() < 0.2 ? [`${other.alias}.${other.name}_v <= ${own.alias}.${own.name}_v`] : []
    from = `${from} ${pick(KINDS)} ${right} ON ${[...keys, ...residual].join(' AND ')}`
  }
  const where: string[] = []
  if (random() < 0.5) {
    const { alias, name } = pick(aliases)
    where.push(condition(alias, name))
  }
  if (random() < 0.4) {
    const [{ alias }, inner, key] = [pick(aliases), pick(NAMES), pick(KEYS)]
    from = `${from} ${pick(['SEMI', 'ANTI'])} JOIN (SELECT * FROM ${inner} WHERE ${inner}_v < ${pick([2, 40])}) x ON x.${key} = ${alias}.${key}`
  }
  const sums = aliases.map(({ alias, name }) => `sum(${alias}.${name}_v), count(${alias}.k), min(${alias}.w), max(${alias}.s)`)
  const first = aliases[0] as { alias: string; name: Name }
  const grouped = random() < 0.5 ? `${first.alias}.${pick(KEYS)}` : undefined
  return `SELECT ${[...(grouped ? [grouped] : []), 'count(*)', ...sums].join(', ')} FROM ${from}${where.length ? ` WHERE ${where.join(' AND ')}` : ''}${grouped ? ' GROUP BY 1' : ''}`
}

const sorted = (rows: readonly (readonly unknown[])[]): readonly string[] => rows.map((row) => row.map(String).join('|')).sort()

test('random trees of joins agree with DuckDB', { timeout: 300_000 }, async () => {
  let [native, pruned] = [0, 0]
  for (let at = 0; at < QUERIES; at++) {
    const sql = randomQuery(at)
    const expected = await duckdb.query(sql)
    for (const engine of engines) {
      const result = await engine.sql(sql)
      const rows = (await result.rows()).map((row) => Object.values(row))
      expect(sorted(rows), `seed ${seed + at}: ${sql}`).toEqual(sorted(expected.rows))
      const { stages } = result.explain()
      if (stages.every((s) => s.native)) native++
      if (JSON.stringify(stages).includes('"filters"')) pruned++
    }
  }
  // It is the native code that is tested, and the filters.
  expect(native).toBeGreaterThan(QUERIES * 1.8)
  expect(pruned).toBeGreaterThan(QUERIES * 0.2)
})
