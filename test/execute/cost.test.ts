/** When a kernel is not worth making: the decision, and what explain says of it. */
import { Engine } from 'arcweld'
import { createBackend, type Plan } from 'arcweld/backend'
import { tableFromArrays } from 'apache-arrow'
import { expect, test } from 'vitest'
import { costRefusal, type StageCost } from '../../src/execute/cost.ts'
import type { PlanNode } from '../../src/plan/nodes.ts'
import { rowBatches } from '../backend/row-tables.ts'
import type { Table } from '../fallback/harness.ts'

const input: PlanNode = { op: 'input', stage: 0, columns: [{ name: 'a', type: 'int32' }, { name: 'b', type: 'int32' }] }
const column = (index: number) => ({ expr: 'column', index, type: 'int32' }) as const
const swapped: PlanNode = { op: 'project', input, exprs: [column(1), column(0)] }
const cost = (more: Partial<StageCost>) => costRefusal({ root: swapped, inputs: [{ rows: 10, from: 'interpreter' }], output: undefined, ...more })?.code

test('a stage that only moves few rows of the interpreter is refused, and no other', () => {
  expect(cost({})).toBe('COST')
  expect(cost({ root: { op: 'limit', input: swapped, limit: 3 } })).toBe('COST')
  expect(cost({ root: { op: 'exchange', input, partitioning: { kind: 'single' } } })).toBe('COST')
  expect(cost({ output: 'row' })).toBeUndefined()
  expect(cost({ inputs: [{ rows: 100_000, from: 'interpreter' }] })).toBeUndefined()
  for (const from of ['table', 'native'] as const) expect(cost({ inputs: [{ rows: 10, from }] })).toBeUndefined()
  expect(cost({ root: { op: 'project', input, exprs: [{ expr: 'call', fn: 'add', args: [column(0), column(1)], type: 'int32' }] } })).toBeUndefined()
  expect(cost({ root: { op: 'sort', input, keys: [{ expr: column(0), descending: false, nullsFirst: true }] } })).toBeUndefined()
})

test('a copy above a sort by a user function is not compiled; a sum above it is', async () => {
  await using engine = await Engine.create({ threads: 1 })
  await engine.register('t', tableFromArrays({ a: Int32Array.of(3, 1, 2), b: Int32Array.of(1, 2, 3) }))
  await engine.udf('flip', { args: ['int32'], returns: 'int32' }, (x: number) => -x)
  const stagesOf = async (sql: string, native: 'prefer' | 'never' = 'prefer') => {
    const result = await engine.sql(sql, { native })
    const rows = await result.rows()
    return { rows, report: result.explain(), text: String(result.explain()) }
  }
  const sorted = 'select a, b from t order by flip(a) nulls last'
  const { rows, report } = await stagesOf(sorted)
  expect(rows).toEqual([{ a: 3, b: 1 }, { a: 2, b: 3 }, { a: 1, b: 2 }])
  for (const s of report.stages.slice(1)) if (!s.native) expect(s.refusals.map((r) => r.code)).toEqual(['COST'])
  const distinct = 'select b from (select distinct flip(a) as a, b from t) limit 2'
  const { report: copied, text } = await stagesOf(distinct)
  expect(copied.stages.map((s) => [s.native, s.refusals.map((r) => r.code)])).toEqual([[false, ['UDF']], [false, ['COST']]])
  expect(text).toContain('because COST stage: it would only copy few rows that the interpreter has written')
  const { report: summed } = await stagesOf('select sum(a) as s from (select distinct flip(a) as a, b from t)')
  expect(summed.stages.map((s) => s.native)).toEqual([false, true])
  const { report: forced } = await stagesOf(distinct, 'never')
  for (const s of forced.stages) expect(s.refusals.map((r) => r.code)).toEqual(['FORCED'])
})

test('what kernels convert around an interpreted stage is told', async () => {
  await using backend = await createBackend({ threads: 1 })
  const table: Table = { columns: [{ name: 'a', type: 'int32' }], rows: [[1], [null], [3]] }
  const plan: Plan = { version: 1, names: ['a'], root: { op: 'scan', table: 't', columns: table.columns } }
  const result = await backend.run(plan, { t: rowBatches(table, 2) }, { native: 'never', output: 'rows' })
  for await (const batch of result) expect(batch.numRows).toBeGreaterThan(0)
  const [stage] = result.metrics?.stages ?? []
  expect(stage).toMatchObject({ native: false, conversion: { decoded: 3, encoded: 3 } })
  const native = await backend.run(plan, { t: rowBatches(table, 2) }, { native: 'only' })
  expect(await native.rows()).toEqual([{ a: 1 }, { a: null }, { a: 3 }])
  expect(native.metrics?.stages[0]?.conversion).toBeUndefined()
})
