/**
 * Random plans of several operators, natively, interpreted and on DuckDB. SEED repeats a run, FUZZ_PLANS is how many; a failure is
 * shrunk to one command. Figures of long runs: docs/TESTING.md.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { COLUMNS, fuzzTable } from '../engine/fuzz-tables.ts'
import { Random } from '../engine/random.ts'
import { testSeed } from '../seed.ts'
import { Lab } from './lab.ts'
import { Plans, safe, sizeOf, type SourceTable } from './plans.ts'
import { judge, told } from './report.ts'
import { columnsOf } from './run.ts'
import { type Signature, signatures } from './signatures.ts'
import { relsOf, sqlOfRel, termsOfRel } from './tree.ts'

const SEED = testSeed()
const PLANS = Number(process.env['FUZZ_PLANS'] || 120)
const FAILURES = Number(process.env['FUZZ_FAILURES'] || 1)
/** Plans over the same tables. */
const ROUND = 60
/** Of which the last is large enough for several morsels. */
const SIZES: Readonly<Record<string, number>> = { t: 30, u: 12, v: 3, e: 0, w: 90, big: 2500 }

let lab: Lab
let known: readonly Signature[]
beforeAll(async () => {
  console.log(`SEED=${SEED}`)
  lab = await Lab.open(2)
  known = safe(await signatures(lab.duckdb))
})
afterAll(() => lab.close())

const tame = new Set(COLUMNS.filter((c) => c.tame).map((c) => c.name))
const tables = async (seed: number): Promise<readonly SourceTable[]> => {
  const r = new Random(seed)
  const made: SourceTable[] = []
  for (const [name, rows] of Object.entries(SIZES)) {
    await lab.table(name, fuzzTable(r, name, rows).sql, r.chance(0.7))
    made.push({ name, rows, columns: columnsOf.map((c) => ({ ...c, tame: tame.has(c.name), taint: /^f(32|64)$/.test(c.name) ? 'zero' : undefined })) })
  }
  return made
}

test(`${PLANS} random plans agree: native, interpreted, DuckDB`, { timeout: 24 * 3_600_000 }, async () => {
  const counts = { plans: 0, operators: 0, native: 0, stages: 0, rows: 0, empty: 0, raised: 0, unbound: 0, refused: 0 }
  const refusals = new Map<string, number>()
  const seen = new Map<string, number>()
  const failures: string[] = []
  const started = Date.now()
  let sources: readonly SourceTable[] = []
  for (let i = 0; i < PLANS && failures.length < FAILURES; i++) {
    const first = SEED + (i - (i % ROUND)) * 104_729
    if (i % ROUND === 0) sources = await tables(first)
    const query = new Plans(new Random(SEED + i * 104_729), sources, known).plan()
    const verdict = await judge(lab, query)
    if (verdict.unbound) {
      counts.unbound++
      if (process.env['FUZZ_SKIPPED']) console.log(verdict.said.split('\n')[0], sqlOfRel(query))
      continue
    }
    counts.plans++
    counts.operators += sizeOf(query)
    counts.stages += verdict.stages
    counts.rows += verdict.rows
    if (verdict.rows === 0) counts.empty++
    if (verdict.native) counts.native++
    if (verdict.refused !== undefined) {
      counts.refused++
      refusals.set(verdict.refused, (refusals.get(verdict.refused) ?? 0) + 1)
    }
    for (const t of termsOfRel(query)) seen.set(t.name, (seen.get(t.name) ?? 0) + 1)
    for (const rel of relsOf(query)) seen.set(`${rel.op} …`, (seen.get(`${rel.op} …`) ?? 0) + 1)
    if (verdict.failure !== undefined) {
      const again = `SEED=${first} FUZZ_PLANS=${ROUND} npx vitest run test/fuzz/plans.test.ts`
      const data = await Promise.all(sources.map((s) => lab.read(s.name, s.columns)))
      const text = `${await told(lab, { tables: data, query }, again)}\nfirst: plan ${i}: ${verdict.said}\n${sqlOfRel(query)}`
      console.log(text)
      failures.push(text)
      sources = await tables(first)
    }
    if (process.env['FUZZ_PROGRESS'] && i % 500 === 499) console.log(`${i + 1} plans, ${Math.round((Date.now() - started) / 1000)} s, ${failures.length} failures, ${Math.round(process.memoryUsage().rss / 1e6)} MB`)
  }
  console.log(JSON.stringify(counts))
  if (process.env['FUZZ_SHOW']) {
    console.log(Object.fromEntries([...seen].sort((a, b) => a[1] - b[1])))
    console.log([...refusals].sort((a, b) => b[1] - a[1]).slice(0, 40))
  }
  expect(failures.join('\n\n'), failures.join('\n\n')).toBe('')
  // A run that proved nothing fails.
  expect(counts.native).toBeGreaterThan(PLANS * 0.9)
  expect(counts.operators).toBeGreaterThan(PLANS * 3)
  expect(counts.rows).toBeGreaterThan(PLANS * 2)
  expect(counts.empty).toBeLessThan(PLANS / 2)
})
