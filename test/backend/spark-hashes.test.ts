/**
 * The hashes and partitions that Spark gave for every row of the fixtures, natively and on the interpreter: over rows as they came, over columns
 * made of them, and as the partitions that an exchange brings them into. Spark hashes no maps; for these the reference says what they are.
 */
import { type Backend, createBackend, type Partitions, type Plan, type PlanNode } from 'arcweld/backend'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hashNumber } from '../../src/execute/exchange/numbers.ts'
import { parseType, type SqlType } from '../../src/layout/types.ts'
import { rowFieldOf } from '../../src/layout/unsafe/fields.ts'
import { murmur3, partitionOf, xxhash64 } from '../../src/layout/unsafe/hashes.ts'
import { extentOf, RowView } from '../../src/layout/unsafe/views.ts'
import type { Expr } from '../../src/plan/nodes.ts'
import { rowInputOf, SPARK_FAMILIES, sparkManifest, sparkTables } from '../fixtures/spark/read.ts'

let backend: Backend
beforeAll(async () => {
  backend = await createBackend({ threads: 2, memory: '256MiB' })
})
afterAll(async () => {
  expect(backend.memory.inUse).toBe(0)
  await backend.close()
})

const hashes = (args: readonly Expr[]): readonly Expr[] => [{ expr: 'call', fn: 'hash', args, type: 'int32' }, { expr: 'call', fn: 'xxhash64', args, type: 'int64' }]

const ran = { tables: 0, rows: 0, hashed: 0, partitioned: 0 }
const tables = SPARK_FAMILIES.flatMap((family) => sparkTables(family)).filter(({ fields }) => fields.length > 0)

describe.each(['only', 'never'] as const)('native %s', (native) => {
  test.each(tables.map((t) => [`${t.family}: ${t.name}${t.nullable ? '?' : ''}`, t] as const))('%s', async (_, table) => {
    const { fields, rows, partitions } = table
    const columns = fields.map(({ type }, index): Expr => ({ expr: 'column', index, type }))
    const whole = fields.every((f) => f.hashable)
    // Alone only where they are not many: 400 hashes are much code.
    const alone = columns.length > 12 ? [] : columns
    const exprs = [...alone.flatMap((c) => hashes([c])), ...hashes(columns), ...partitions.map((n) => hashNumber(columns, n))]
    const rowFields = fields.map(({ type }) => rowFieldOf(parseType(type) as SqlType))
    const expected = rows.map((row) => {
      const view = new RowView(rowFields, extentOf(row.bytes))
      const [h, x] = whole ? [row.murmur3!, row.xxhash64!] : [murmur3(view), xxhash64(view)]
      ran.hashed += whole ? 1 : 0
      const own = alone.flatMap((__, i) => (fields[i]!.hashable ? [row.columnMurmur3[i], row.columnXxhash64[i]] : [murmur3(view, [i]), xxhash64(view, [i])]))
      return [...own, h, x, ...(whole ? row.partitions! : partitions.map((n) => partitionOf(h, n)))]
    })
    const scan: PlanNode = { op: 'scan', table: 't', columns: fields.map(({ type }, i) => ({ name: `c${i}`, type })) }
    const t = rowInputOf(table)
    // Behind a limit there are columns.
    for (const input of [scan, { op: 'limit', input: scan, limit: 1_000_000, offset: 0 } satisfies PlanNode]) {
      const plan: Plan = { version: 1, names: exprs.map((__, i) => `h${i}`), root: { op: 'limit', input: { op: 'project', input, exprs }, limit: 1_000_000, offset: 0 } }
      const result = await backend.run(plan, { t }, { native })
      expect((await result.rows()).map((row) => Object.values(row))).toEqual(expected)
      const stages = result.metrics!.stages
      expect(stages.map((s) => [s.native, ...s.refusals.map((r) => r.code)])).toEqual(stages.map(() => (native === 'only' ? [true] : [false, 'FORCED'])))
    }
    ran.tables++
    ran.rows += rows.length
    const n = partitions[4]!
    const exchange: Plan = { version: 1, names: fields.map((__, i) => `c${i}`), root: { op: 'exchange', input: scan, partitioning: { kind: 'hash', keys: columns, partitions: n } } }
    const result = await backend.run(exchange, { t }, { native })
    const made = await result.partitions()
    expect(result.metrics!.stages.map((s) => s.native)).toEqual([native === 'only'])
    expect(partitionsOf(made)).toEqual(expected.map((row) => row.at(-2)).sort((a, b) => Number(a) - Number(b)))
    ran.partitioned += rows.length
  })
})

/** The partition of each row. */
const partitionsOf = ({ firstRow }: Partitions): readonly number[] =>
  Array.from({ length: firstRow.length - 1 }, (_, p) => Array.from({ length: firstRow[p + 1]! - firstRow[p]! }, () => p)).flat()

test('all of them', () => {
  const { rows } = sparkManifest()
  // Three rows have no fields.
  expect(ran).toEqual({ tables: 2 * tables.length, rows: 2 * (rows - 3), hashed: ran.hashed, partitioned: ran.rows })
  expect(ran.hashed).toBeGreaterThan(3000)
})
