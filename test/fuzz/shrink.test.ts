/** The shrinker, on a bug that is planted: what the native path gives is spoilt where a row has a certain value. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Random } from '../engine/random.ts'
import { type Answer, Lab } from './lab.ts'
import { Plans, safe, sizeOf } from './plans.ts'
import { judge, told } from './report.ts'
import { columnsOf, edgeRows } from './run.ts'
import { type Case, shrink } from './shrink.ts'
import { signatures } from './signatures.ts'
import { literal, type Rel, sqlOfRel, type Term } from './tree.ts'

let lab: Lab
beforeAll(async () => {
  lab = await Lab.open()
})
afterAll(() => lab.close())

/** As if a number of 100 came out as 101. */
const spoil = (answer: Answer): Answer =>
  answer.rows ? { rows: { ...answer.rows, rows: answer.rows.rows.map((row) => row.map((v) => (v === 100 ? 101 : v))) } } : answer

test('a plan of many operators comes down to one command', async () => {
  await lab.table('t', edgeRows(7, 20))
  const data = await lab.read('t', columnsOf)
  const known = safe(await signatures(lab.duckdb))
  const tables = [{ name: 't', rows: 20, columns: columnsOf }]
  let query: Rel | undefined
  for (let seed = 1; query === undefined && seed < 200; seed++) {
    const made = new Plans(new Random(seed), tables, known).plan()
    if (sizeOf(made) < 5 || sqlOfRel(made).includes('VALUES')) continue
    if ((await judge(lab, made, sqlOfRel(made), spoil)).failure === 'native differs') query = made
  }
  expect(sqlOfRel(query as Rel).length).toBeGreaterThan(300)
  const text = await told(lab, { tables: [data], query: query as Rel }, 'SEED=7 npx vitest run', spoil)
  const [command, said, how] = text.split('\n') as [string, string, string]
  // Reading a column of one row with that value is what is left of it.
  expect(command).toMatch(/^arcweld sql "WITH t\(\w+\) AS \(VALUES \('100'::\w+\)\) SELECT \w+ AS x\d+ FROM t" --native only$/)
  expect(said).toBe('native: column 1: (101) where DuckDB has (100)')
  expect(how).toMatch(/^\(native differs; shrunk in \d+ steps\)$/)
})

test('an expression comes down to what fails', async () => {
  const call = (name: string, args: readonly Term[], print: Term['print']): Term => ({ type: 'int32', args, print, name })
  const leaf = (n: number) => literal(String(n), 'int32')
  const sum = (a: Term, b: Term) => call('add', [a, b], ([x, y]) => `(${x} + ${y})`)
  const wrong = call('wrong', [leaf(3)], ([x]) => `wrong(${x})`)
  const list = call('greatest', [leaf(1), sum(leaf(2), wrong), leaf(4), sum(leaf(5), leaf(6))], (args) => `greatest(${args.join(', ')})`)
  const project = (term: Term): Rel => ({ op: 'project', inputs: [], lists: [{ items: [{ term: leaf(9) }, { term: sum(list, list) }, { term }], least: 1 }], columns: [], print: (_, [items]) => `SELECT ${items?.join(', ')}` })
  const start: Case = { tables: [{ name: 't', columns: [{ name: 'a', type: 'int32' }, { name: 'b', type: 'int32' }], rows: Array.from({ length: 50 }, (_, i) => [String(i), null]) }], query: project(sum(leaf(7), list)) }
  // It fails wherever the call is left and the row with 13 is.
  const { smallest, how } = await shrink(start, async ({ tables, query }) => (sqlOfRel(query).includes('wrong') && tables[0]?.rows.some((row) => row[0] === '13') ? 'it fails' : undefined))
  expect(how).toBe('it fails')
  expect(sqlOfRel(smallest.query)).toBe('SELECT wrong(3)')
  expect(smallest.tables).toEqual([{ name: 't', columns: [{ name: 'a', type: 'int32' }], rows: [['13']] }])
})

test('what does not fail again is told as the test that found it', async () => {
  await lab.table('t', edgeRows(7, 20))
  const data = await lab.read('t', columnsOf)
  const query: Rel = { op: 'scan', inputs: [], lists: [], columns: [{ name: 'k', type: 'int32' }], print: () => 'SELECT k FROM t' }
  expect(await told(lab, { tables: [data], query }, 'SEED=7 npx vitest run')).toMatch(/^SEED=7 npx vitest run\n\(it did not fail again/)
})
