/**
 * Kernels over rows that come from memory load a block's lines before they compute: over any row's length, number of rows and place of the
 * block. Blocks without NULLs have a form of their own.
 */
import { expect, it } from 'vitest'
import { encodeStage, lowerStage } from '../../src/compile.ts'
import type { ColumnInfo } from '../../src/layout/relation.ts'
import { encodeRows, importRows, type RowRelation } from '../../src/layout/row-batch.ts'
import { parseType, type SqlType } from '../../src/layout/types.ts'
import { readTuples } from '../../src/layout/rows.ts'
import { rowFieldOf } from '../../src/layout/unsafe/fields.ts'
import type { Expr, PlanNode } from '../../src/plan/nodes.ts'
import { Machine } from './machine.ts'

const column = (index: number, type: string): Expr => ({ expr: 'column', index, type })
const call = (fn: string, args: readonly Expr[], type: string): Expr => ({ expr: 'call', fn, args, type })

/** Rows of one length of a line at most and of several, rows that differ; more bytes than are taken to be in a cache. */
it.each([
  ['40 bytes', ['int64', 'int64', 'int32', 'int64'], 220_000],
  ['168 bytes', Array.from({ length: 20 }, () => 'int64'), 55_001],
  ['text, short', ['int64', 'string', 'int32', 'int64'], 160_003],
  ['text among 40 fields', [...Array.from({ length: 39 }, () => 'int64'), 'string'], 30_007],
] as const)('%s', (_, types, rows) => {
  const machine = new Machine()
  const fields = types.map((t) => rowFieldOf(parseType(t) as SqlType, false))
  const values = Array.from({ length: rows }, (__, r) => types.map((t, i) => (t === 'string' ? 'x'.repeat(r % 23) : BigInt((r * 31 + i * 7) % 1009))))
  const batch = importRows(fields, encodeRows(fields, values), machine)
  const table: RowRelation = { fields, rows, batches: [batch] }
  const columns = types.map((t, i): ColumnInfo => ({ name: `c${i}`, type: parseType(t) as SqlType, physical: fields[i]!.physical, nullable: false }))
  expect(batch.bytes).toBeGreaterThan(1 << 23)
  const [first, last] = [0, types.lastIndexOf('int64')]
  const leaf: PlanNode = { op: 'scan', table: 't', columns: types.map((type, i) => ({ name: `c${i}`, type })) }
  const ints = types.flatMap((t, i) => (t === 'int64' ? [i] : []))
  const all: PlanNode = { op: 'aggregate', input: { op: 'scan', table: 't', columns: types.map((type, i) => ({ name: `c${i}`, type })) }, groups: [], aggregates: ints.map((i) => ({ fn: 'max', args: [column(i, 'int64')], type: 'int64' })) }
  const whole = lowerStage({ id: 0, root: all, inputs: [] }, [{ node: all.input as never, columns, rows, layout: { fields, positions: types.map((__, i) => i) } }])
  if (whole.refusals) throw new Error(whole.refusals[0]!.reason)
  expect(readTuples(machine.buffer, machine.runStage(whole.lowered, [table], { morsel: 65_536 }))).toEqual([ints.map(() => 1008n)])
  for (const filtered of [false, true]) {
    const input: PlanNode = filtered ? { op: 'filter', input: leaf, predicate: call('lt', [column(first, 'int64'), { expr: 'literal', value: '100', type: 'int64' }], 'bool') } : leaf
    const root: PlanNode = { op: 'aggregate', input, groups: [], aggregates: [{ fn: 'sum', args: [column(last, 'int64')], type: 'int128' }, { fn: 'count_star', args: [], type: 'int64' }] }
    const lowering = lowerStage({ id: 0, root, inputs: [] }, [{ node: leaf as never, columns, rows, layout: { fields, positions: types.map((__, i) => i) } }])
    if (lowering.refusals) throw new Error(lowering.refusals[0]!.reason)
    expect(WebAssembly.validate(encodeStage(lowering.lowered).bytes)).toBe(true)
    const kept = values.filter((v) => !filtered || (v[first] as bigint) < 100n)
    expect(readTuples(machine.buffer, machine.runStage(lowering.lowered, [table], { morsel: 65_536 }))).toEqual([[kept.reduce((n, v) => n + (v[last] as bigint), 0n), BigInt(kept.length)]])
  }
})

it.each([['three fields', 3], ['70 fields', 70]] as const)('NULLs in few blocks: %s', (_, width) => {
  const machine = new Machine()
  const rows = 9001
  const fields = Array.from({ length: width }, () => rowFieldOf(parseType('int64') as SqlType))
  const [key, value] = [1, width - 1]
  // In the third block and in the last row of the fifth; NULLs in what is not read stand everywhere.
  const isNull = (r: number, i: number) => (i === value ? r === 2500 || r === 5119 : i === key ? r === 2501 : i === 0)
  const values = Array.from({ length: rows }, (__, r) => fields.map((___, i) => (isNull(r, i) ? null : BigInt((r * 31 + i * 7) % 1009))))
  const table: RowRelation = { fields, rows, batches: [importRows(fields, encodeRows(fields, values), machine)] }
  const columns = fields.map((__, i): ColumnInfo => ({ name: `c${i}`, type: parseType('int64') as SqlType, physical: 'i64', nullable: true }))
  const leaf: PlanNode = { op: 'scan', table: 't', columns: columns.map(({ name }) => ({ name, type: 'int64' })) }
  const input: PlanNode = { op: 'filter', input: leaf, predicate: call('lt', [column(key, 'int64'), { expr: 'literal', value: '500', type: 'int64' }], 'bool') }
  const root: PlanNode = { op: 'aggregate', input, groups: [], aggregates: [{ fn: 'sum', args: [column(value, 'int64')], type: 'int128' }, { fn: 'count', args: [column(value, 'int64')], type: 'int64' }, { fn: 'count_star', args: [], type: 'int64' }] }
  for (const [stated, morsel] of [[rows, 1000], [1_000_000, 777], [1_000_000, 65_536]] as const) {
    const lowering = lowerStage({ id: 0, root, inputs: [] }, [{ node: leaf as never, columns, rows: stated, layout: { fields, positions: fields.map((__, i) => i) } }])
    if (lowering.refusals) throw new Error(lowering.refusals[0]!.reason)
    expect(lowering.lowered.program.pipelines[0]!.nullFree !== undefined).toBe(stated > rows)
    const kept = values.filter((v) => v[key] !== null && (v[key] as bigint) < 500n)
    const found = kept.flatMap((v) => (v[value] === null ? [] : [v[value] as bigint]))
    expect(readTuples(machine.buffer, machine.runStage(lowering.lowered, [table], { morsel }))).toEqual([[found.reduce((n, v) => n + v, 0n), BigInt(found.length), BigInt(kept.length)]])
  }
})
