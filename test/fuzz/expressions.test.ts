/**
 * Random expressions, natively, interpreted and on DuckDB, 100 a query. SEED repeats a run, FUZZ_EXPRESSIONS is how many; a failure
 * is shrunk to one command. Figures of long runs: docs/TESTING.md.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Random } from '../engine/random.ts'
import { testSeed } from '../seed.ts'
import { Expressions, type Found, queryOf } from './expressions.ts'
import { Lab } from './lab.ts'
import { told } from './report.ts'
import { columnsOf, edgeRows } from './run.ts'
import { type Signature, signatures } from './signatures.ts'
import { Terms } from './terms.ts'
import { sqlOfTerm } from './tree.ts'

const SEED = testSeed()
const EXPRESSIONS = Number(process.env['FUZZ_EXPRESSIONS'] || 1600)
const BATCH = 100
/** Batches over one table. */
const ROUND = 8
/** Of expressions; most are small, so that what is wrong is seen often. */
const DEPTHS = [1, 1, 1, 2, 2, 3]
const FAILURES = Number(process.env['FUZZ_FAILURES'] || 1)

let lab: Lab
let known: readonly Signature[]
beforeAll(async () => {
  console.log(`SEED=${SEED}`)
  lab = await Lab.open()
  known = await signatures(lab.duckdb)
})
afterAll(() => lab.close())

test(`${EXPRESSIONS} random expressions agree: native, interpreted, DuckDB`, { timeout: 24 * 3_600_000 }, async () => {
  const all = new Expressions(lab, 't')
  const failures: string[] = []
  const by = new Map<string, Signature[]>()
  for (const s of known) by.set(s.fn, [...(by.get(s.fn) ?? []), s])
  const fns = [...by.keys()]
  const started = Date.now()
  for (let batch = 0; batch * BATCH < EXPRESSIONS && failures.length < FAILURES; batch++) {
    const first = SEED + (batch - (batch % ROUND)) * 7919
    if (batch % ROUND === 0) {
      await lab.table('t', edgeRows(first, 61 + (first % 10)))
      await all.use()
    }
    const r = new Random(SEED + batch * 7919)
    const make = new Terms(r, known)
    const terms = Array.from({ length: Math.min(BATCH, EXPRESSIONS - batch * BATCH) }, () => {
      if (r.chance(0.15)) return make.term(columnsOf, r.pick(make.types), r.pick(DEPTHS), true)
      const fn = r.pick(fns)
      return make.call(columnsOf, r.pick(by.get(fn) as Signature[]), r.pick(DEPTHS))
    })
    await all.batch(terms, r)
    // One of each: mostly both paths show what is wrong.
    const each = all.found.splice(0).filter((f, i, list) => list.findIndex((other) => other.term === f.term) === i)
    for (const found of each.slice(0, FAILURES - failures.length)) {
      const text = await failure(found, first)
      console.log(text)
      failures.push(text)
    }
    if (process.env['FUZZ_PROGRESS'] && batch % 100 === 99) console.log(`${(batch + 1) * BATCH} expressions, ${Math.round((Date.now() - started) / 1000)} s, ${failures.length} failures, ${Math.round(process.memoryUsage().rss / 1e6)} MB`)
  }
  const { functions, refusals, ...figures } = all.counts
  console.log(JSON.stringify(figures))
  if (process.env['FUZZ_SHOW']) console.log(Object.fromEntries([...functions].sort((a, b) => a[1] - b[1])))
  if (process.env['FUZZ_SHOW']) console.log([...refusals].sort((a, b) => b[1] - a[1]).slice(0, 40))
  expect(failures.join('\n\n'), failures.join('\n\n')).toBe('')
  // A run that proved nothing fails.
  expect(figures.native).toBeGreaterThan(EXPRESSIONS * 0.9)
  expect(figures.interpreted).toBeGreaterThan(EXPRESSIONS * 0.9)
  expect(figures.values - figures.nulls).toBeGreaterThan(EXPRESSIONS * 15)
  expect(figures.undecided).toBeLessThan(1 + EXPRESSIONS / 2000)
  expect(figures.unbound).toBeLessThan(EXPRESSIONS / 50)
})

const failure = async ({ term, rows, wrong }: Found, seed: number): Promise<string> => {
  const data = await lab.read('t', columnsOf)
  const shown = data.rows.filter((row) => rows.includes(Number(row[0])))
  const again = `SEED=${seed} FUZZ_EXPRESSIONS=${ROUND * BATCH} npx vitest run test/fuzz/expressions.test.ts`
  await lab.duckdb.exec('CREATE OR REPLACE TABLE kept AS FROM t')
  const text = await told(lab, { tables: [{ ...data, rows: shown }], query: queryOf(term, 't', columnsOf) }, again)
  await lab.table('t', 'FROM kept')
  return `${text}\nfirst: ${wrong}\n${sqlOfTerm(term)}`
}
