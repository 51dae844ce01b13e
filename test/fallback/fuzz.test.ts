import { afterAll, beforeAll, expect, test } from 'vitest'
import { cell, Duck, run, type Table } from './harness.ts'
import { Maker, type Query, Random, randomTable } from './random-plan.ts'
import { testSeed } from '../seed.ts'

let duck: Duck
beforeAll(async () => {
  duck = await Duck.open()
})
afterAll(() => duck.close())

const SEEDS = Number(process.env.FUZZ_ROUNDS ?? 150)
const BASE = testSeed()

/** −0 and 0 are equal: which of the two stands for a group is a matter of row order. */
const text = (rows: readonly (readonly unknown[])[]): string[] => rows.map((row) => row.map((v) => cell(v === 0 ? 0 : v)).join('|'))

const randomQuery = (r: Random, tables: Record<string, Table>): Query & { ordered?: true } => {
  const make = new Maker(r)
  let q: Query = make.scan('t', tables.t!)
  if (r.chance(0.3)) q = make.filter(q)
  if (r.chance(0.5)) q = make.join(q, r.chance(0.3) ? make.filter(make.scan('u', tables.u!)) : make.scan('u', tables.u!))
  if (r.chance(0.25)) q = make.together([q, make.scan('t', tables.t!), ...(r.chance(0.3) ? [make.filter(make.scan('u', tables.u!))] : [])])
  if (r.chance(0.4)) q = make.project(q)
  if (r.chance(0.2)) q = make.filter(q)
  if (r.chance(0.5)) q = make.aggregate(q)
  return r.chance(0.4) ? make.top(q) : q
}

test(`random plans agree with DuckDB, seeds ${BASE} … ${BASE + SEEDS - 1}`, async () => {
  const seen = { rows: 0, raised: 0 }
  for (let seed = BASE; seed < BASE + SEEDS; seed++) {
    const r = new Random(seed)
    const tame = r.chance(0.7)
    const tables = { t: randomTable(r, 5, tame), u: randomTable(r, 5, tame) }
    const query = randomQuery(r, tables)
    await duck.table('t', tables.t)
    await duck.table('u', tables.u)
    const hint = `seed ${seed}: ${query.sql}`
    const wanted = await duck.query(query.sql).catch((error: Error) => error)
    const got = await run(query.plan, tables).catch((error: Error) => error)
    if (wanted instanceof Error) {
      if (!/Out of Range|Conversion|overflow/i.test(wanted.message)) throw new Error(`${hint}\n${wanted.message}`)
      seen.raised++
      // A total that leaves 128 bits on the way and comes back is no error here.
      if (!/HUGEINT/.test(wanted.message)) expect(got, hint).toBeInstanceOf(Error)
      continue
    }
    if (got instanceof Error) throw new Error(`${hint}\n${got.stack}`)
    seen.rows += got.length
    if (query.ordered) expect(text(got), hint).toEqual(text(wanted))
    else expect(text(got).sort(), hint).toEqual(text(wanted).sort())
  }
  if (process.env.FUZZ_SHOW) console.log(seen)
  // The comparison is worth something only if most queries run and give rows.
  expect(seen.raised).toBeLessThan(SEEDS / 4)
  expect(seen.rows).toBeGreaterThan(SEEDS)
})
