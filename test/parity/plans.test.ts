/** Random plans: cut into stages that run natively wherever they lower, against the interpreter over the whole plan. */
import { isDeepStrictEqual } from 'node:util'
import { expect, it } from 'vitest'
import { type LoweredStage, lowerStage } from '../../src/compile.ts'
import { literalRelation } from '../../src/execute/literal-relation.ts'
import { sliceRelation } from '../../src/execute/result-chunks.ts'
import { interpret } from '../../src/fallback/interpret.ts'
import type { Relation } from '../../src/layout/relation.ts'
import { readTuples } from '../../src/layout/rows.ts'
import { leavesOf } from '../../src/plan/leaves.ts'
import type { PlanNode } from '../../src/plan/nodes.ts'
import { cutStages, type Stage } from '../../src/plan/stages.ts'
import { HIGH, KernelRaised, LOW, Machine } from '../codegen/machine.ts'
import { cell, load, type Table } from '../fallback/harness.ts'
import { Maker, type Query, Random, randomTable } from '../fallback/random-plan.ts'
import { keepStage, type Wanted } from '../kernel/keep.ts'
import { testSeed } from '../seed.ts'

const ROUNDS = Number(process.env['FUZZ_ROUNDS'] ?? 200)
const BASE = testSeed()

/** −0 and 0 are equal: which of the two stands for a group is a matter of row order. */
const text = (rows: readonly (readonly unknown[])[]): string[] => rows.map((row) => row.map((v) => cell(v === 0 ? 0 : v)).join('|'))

const randomQuery = (r: Random, tables: Record<string, Table>): Query & { ordered?: true } => {
  const make = new Maker(r)
  let q: Query = make.scan('t', tables['t'] as Table)
  if (r.chance(0.3)) q = make.filter(q)
  if (r.chance(0.4)) {
    const left = q
    const joined = () => make.join(left, r.chance(0.3) ? make.filter(make.scan('u', tables['u'] as Table)) : make.scan('u', tables['u'] as Table))
    q = joined()
    // Mostly the kind that has a native form.
    for (let i = 0; i < 12 && JSON.stringify(q.plan).includes('"op":"join"') && !JSON.stringify(q.plan).includes('"kind":"inner"'); i++) q = joined()
  }
  if (r.chance(0.25)) q = make.together([q, make.scan('t', tables['t'] as Table), ...(r.chance(0.3) ? [make.filter(make.scan('u', tables['u'] as Table))] : [])])
  if (r.chance(0.5)) q = make.project(q)
  if (r.chance(0.2)) q = make.filter(q)
  if (r.chance(0.5)) q = make.aggregate(q)
  return r.chance(0.4) ? make.top(q) : q
}

const pick = (relation: Relation, names: readonly string[]): Relation => {
  const indexes = names.map((n) => relation.columns.findIndex((own) => own.name === n))
  return { columns: indexes.map((i) => relation.columns[i] as Relation['columns'][number]), batches: relation.batches.map((b) => ({ rows: b.rows, vectors: indexes.map((i) => b.vectors[i] as (typeof b.vectors)[number]) })), rows: relation.rows }
}

/** A stage that ran natively. */
interface Ran {
  readonly stage: Stage
  readonly lowered: LoweredStage
  readonly inputs: readonly Relation[]
  /** Of the stages before it. */
  readonly results: readonly Relation[]
}

/** A failure of the compiler says which plan it was. */
const told = <T>(hint: string, run: () => T): T => {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof KernelRaised) && error instanceof Error) error.message += `\n${hint}`
    throw error
  }
}

/** Rounded as rows come: with several workers the last bits differ. */
const inOneOrder = /"fn":"(?:stddev|var)_/

type Outcome = { readonly rows: readonly (readonly unknown[])[] } | { readonly raises: string }
const caught = async (run: () => Promise<Outcome>): Promise<Outcome> => {
  try {
    return await run()
  } catch (error) {
    if (error instanceof KernelRaised) return { raises: error.code }
    if (error instanceof Error && 'code' in error && error.code !== 'INVALID_IR') return { raises: String(error.code) }
    throw error
  }
}

it(`random plans, seeds ${BASE} … ${BASE + ROUNDS - 1}: native and interpreted agree`, async () => {
  const seen = { native: 0, refused: 0, rows: 0, raised: 0, unread: 0 }
  for (let seed = BASE; seed < BASE + ROUNDS; seed++) {
    const r = new Random(seed)
    const tame = r.chance(0.6)
    const tables = { t: randomTable(r, 5, tame), u: randomTable(r, 5, tame) }
    const query = randomQuery(r, tables)
    const hint = `seed ${seed}: ${query.sql}\n${JSON.stringify(query.plan)}\n${JSON.stringify(tables)}`
    const machine = new Machine(seed % 2 ? LOW : HIGH)
    const relations = new Map(Object.entries(tables).map(([name, table]) => [name, load(table, machine)]))
    const options = (results: readonly Relation[]) => ({
      resolve: (leaf: Extract<PlanNode, { op: 'scan' | 'input' }>): Relation =>
        leaf.op === 'input' ? (results[leaf.stage] as Relation) : pick(relations.get(leaf.table) as Relation, leaf.columns.map((c) => c.name)),
      buffer: machine.buffer, arena: machine, udf: () => { throw new Error('no UDFs') }, breathe: async () => {},
    })
    const whole = await caught(async () => ({ rows: readTuples(machine.buffer, (await interpret(query.plan, options([]))).relation) }))
    const ran: Ran[] = []
    /** The failure's hint, with each native stage kept that is not what the interpreter makes of it. */
    const keep = async (): Promise<string> => {
      const paths: string[] = []
      for (const { stage, lowered, inputs, results } of ran) {
        const wanted = await caught(async () => ({ rows: readTuples(machine.buffer, (await interpret(stage.root, options(results))).relation) }))
        paths.push(keepStage(`plans-${seed}-stage${stage.id}`, lowered, inputs, machine, 'raises' in wanted ? wanted : (wanted.rows as Wanted)))
      }
      return `${hint}\nkept: ${paths.join(' ')}`
    }
    const staged = await caught(async () => {
      const results: Relation[] = []
      for (const stage of cutStages(query.plan, () => true)) {
        const inputs = leavesOf(stage.root).map((node) => ({ node, relation: node.op === 'values' ? literalRelation(node, machine) : options(results).resolve(node as Exclude<typeof node, { op: 'shared' }>) }))
        const lowering = told(hint, () => lowerStage(stage, inputs.map(({ node, relation }) => ({ node, columns: relation.columns, rows: relation.rows }))))
        if (lowering.refusals) {
          seen.refused++
          results[stage.id] = (await interpret(stage.root, options(results))).relation
          continue
        }
        seen.native++
        const { lowered } = lowering
        ran.push({ stage, lowered, inputs: inputs.map((i) => i.relation), results })
        const all = told(hint, () => machine.runStage(lowered, inputs.map((i) => i.relation), { slots: inOneOrder.test(JSON.stringify(stage.root)) ? 1 : 1 + (seed % 3), morsel: 1 + (seed % 50) }))
        results[stage.id] = lowered.slice ? sliceRelation(all, lowered.slice.offset, lowered.slice.limit, machine) : all
      }
      return { rows: readTuples(machine.buffer, results.at(-1) as Relation) }
    })
    if ('raises' in whole || 'raises' in staged) {
      if ('raises' in whole && 'raises' in staged) seen.raised++
      // What no later step reads native code does not compute.
      else if ('raises' in whole) seen.unread++
      else throw new Error(`${await keep()}\n${JSON.stringify(staged)}, interpreted ${whole.rows.length} rows`)
      continue
    }
    seen.rows += whole.rows.length
    const [a, b] = [text(staged.rows), text(whole.rows)]
    const [x, y] = query.ordered ? [a, b] : [a.sort(), b.sort()]
    expect(x, isDeepStrictEqual(x, y) ? hint : await keep()).toEqual(y)
  }
  if (process.env['FUZZ_SHOW']) console.log(seen)
  expect(seen.native).toBeGreaterThan(ROUNDS / 2)
  expect(seen.rows).toBeGreaterThan(ROUNDS)
  expect(seen.unread).toBeLessThan(ROUNDS / 20)
})
