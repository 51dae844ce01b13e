/** The literal cases of window functions, as plan documents: interpreted and native. */
import { type Backend, createBackend, type Plan } from 'arcweld/backend'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WINDOWS, type WindowName } from '../../src/operators/windows.ts'
import type { Expr, LiteralValue, PlanNode } from '../../src/plan/nodes.ts'
import { DISTINCT_CASES, ROWS, WINDOW_CASES, type WindowCase } from '../cases/windows.ts'

let backend: Backend
beforeAll(async () => {
  backend = await createBackend({ threads: 2, memory: '256MiB' })
})
afterAll(() => backend.close())

const COLUMNS = [{ name: 'id', type: 'int32' }, { name: 'p', type: 'string' }, { name: 'o', type: 'int32' }, { name: 'v', type: 'int32' }]
const column = (index: number): Expr => ({ expr: 'column', index, type: COLUMNS[index]!.type })
/** Functions whose first argument is the value. */
const OF_VALUE: ReadonlySet<string> = new Set(['sum', 'count', 'last', 'lag', 'lead', 'first_value', 'last_value', 'nth_value'])
const typeOf = (fn: string): string => (fn === 'sum' || fn === 'count' ? 'int64' : OF_VALUE.has(fn) ? 'int32' : fn === 'percent_rank' || fn === 'cume_dist' ? 'double' : 'int64')

const planOf = (fn: string, { rows = ROWS, args = [], call }: WindowCase): Plan => {
  const input: PlanNode = { op: 'values', columns: COLUMNS, rows: rows.map((row, i) => [i, ...row]) }
  const literals = args.map(([type, value]): Expr => ({ expr: 'literal', type, value }))
  const root: PlanNode = {
    op: 'window', input, partitions: [column(1)], orders: [{ expr: column(2), descending: false, nullsFirst: false }],
    functions: [{ fn, args: [...(OF_VALUE.has(fn) ? [column(3)] : []), ...literals], type: typeOf(fn), ...call }],
  }
  return { version: 1, names: ['id', 'p', 'o', 'v', 'w'], root }
}

const run = async (plan: Plan, native: 'only' | 'prefer' | 'never'): Promise<readonly unknown[]> => {
  const rows = (await (await backend.run(plan, {}, { native })).rows()) as { id: number; w: LiteralValue | bigint }[]
  return rows.sort((a, b) => a.id - b.id).map(({ w }) => (typeof w === 'bigint' ? String(w) : w))
}

describe.each(Object.keys(WINDOWS) as WindowName[])('%s', (fn) => {
  test.each(WINDOW_CASES[fn].map((one, i) => [i, one] as const))('case %i', async (_, one) => {
    const plan = planOf(fn, one)
    expect(await run(plan, 'never')).toEqual(one.results)
    expect(await run(plan, 'prefer')).toEqual(one.results)
  })
})

describe.each(Object.entries(DISTINCT_CASES))('%s of distinct values', (fn, cases) => {
  test.each(cases.map((one, i) => [i, one] as const))('case %i', async (_, one) => {
    const plan = planOf(fn, one)
    expect(await run(plan, 'never')).toEqual(one.results)
    expect(await run(plan, 'only')).toEqual(one.results)
  })
})
