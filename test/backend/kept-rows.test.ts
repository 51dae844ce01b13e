/** Rows that are kept for many queries: fields that are asked for again become columns, and answers stay what they were. */
import { type Backend, count, createBackend, type Plan, type PlanNode, type RowBatch, scan, sum } from 'arcweld/backend'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { paysAsColumns, type ScanCosts } from '../../src/execute/kept-rows.ts'
import { cell, run, type Table } from '../fallback/harness.ts'
import { Maker, Random, randomTable } from '../fallback/random-plan.ts'
import { testSeed } from '../seed.ts'
import { rowBatches } from './row-tables.ts'

const backends: Backend[] = []
beforeAll(async () => {
  backends.push(await createBackend({ threads: 1, memory: '256MiB' }), await createBackend({ threads: 3, memory: '256MiB' }))
})
afterEach(() => {
  for (const b of backends) expect(b.memory.inUse).toBe(0)
})
afterAll(async () => {
  for (const b of backends) await b.close()
})

const planOf = (root: PlanNode, types: readonly string[]): Plan => ({ version: 1, names: types.map((_, i) => `c${i}`), root })
const text = (rows: readonly (readonly unknown[])[]): string[] => rows.map((row) => row.map((v) => cell(v === 0 ? 0 : v)).join('|')).sort()
const tuples = (rows: readonly object[]): unknown[][] => rows.map((row) => Object.values(row))
const BASE = testSeed()
const SEEDS = Number(process.env['FUZZ_ROUNDS'] ?? 40)

/** What a query's stages go over. */
const ask = async (backend: Backend, plan: Plan, t: unknown, native: 'only' | 'prefer' | 'never' = 'only') => {
  const result = await backend.run(plan, { t }, { native })
  const rows = await result.rows()
  return { rows, reads: result.metrics?.stages.flatMap((s) => s.pipelines.flatMap((p) => p.reads ?? [])) }
}

const TYPES = ['bool', 'int8', 'int16', 'int32', 'int64', 'uint8', 'uint32', 'uint64', 'int128', 'float', 'double', 'date', 'timestamp', 'decimal(15,2)', 'decimal(38,2)', 'string', 'string']
const LEAST: Record<string, readonly unknown[]> = {
  bool: [true, false], int8: [-128, 127], int16: [-32768, 32767], int32: [-2147483648, 2147483647], int64: ['-9223372036854775808', '9223372036854775807'], uint8: [0, 255], uint32: [0, 4294967295],
  uint64: ['0', '18446744073709551615'], int128: ['-99999999999999999999999999999999999999', '99999999999999999999999999999999999999'], float: [-0.5, 1.5], double: [-0.25, 1e300],
  date: ['1970-01-01', '2024-02-29'], timestamp: ['1969-12-31 23:59:59.999999', '2024-02-29 12:00:00'], 'decimal(15,2)': ['-9999999999999.99', '0.01'], 'decimal(38,2)': ['1.00', '-0.01'], string: ['', 'a string that is longer than a word'],
}
/** Two extremes, NULLs, and a narrow middle, with a number of rows that fills no byte of validity. */
const wide = (rows: number, nulls: boolean, extreme: boolean): Table => ({
  columns: TYPES.map((type, i) => ({ name: `c${i}`, type })),
  rows: Array.from({ length: rows }, (_, r) => TYPES.map((type, i) => {
    if (nulls && (r + i) % 5 === 0) return null
    const ends = LEAST[type] as readonly (string | number | boolean)[]
    return (extreme && r === 17 ? ends[0] : r % 2 ? ends[1] : ends[type === 'decimal(38,2)' ? 0 : 1]) as string
  })),
})

test('every type, narrow and wide, with NULLs and without: rows, then columns', async () => {
  for (const backend of backends) {
    for (const [rows, size] of [[1, 1], [1003, 1003], [3001, 333]] as const) {
      for (const nulls of [false, true]) {
        for (const extreme of [false, true]) {
          const table = wide(rows, nulls, extreme)
          async function* later() { yield* rowBatches(table, size) }
          using t = await backend.load(later())
          // Few of the fields at a time: all of them would be nearly as many bytes as the rows.
          for (const fields of [[0, 1, 2, 3], [4, 5, 6], [7, 8], [9, 10, 11], [12, 13, 14], [15, 16]]) {
            const plan = planOf({ op: 'scan', table: 't', columns: fields.map((i) => ({ name: `c${i}`, type: TYPES[i] as string })) }, fields.map((i) => TYPES[i] as string))
            const wanted = text(await run(plan.root, { t: table }))
            const seen = new Set<string | undefined>()
            for (let i = 0; i < 4; i++) {
              const { rows: found, reads } = await ask(backend, plan, t)
              expect(text(tuples(found))).toEqual(wanted)
              expect(reads).toHaveLength(1)
              if (i === 0) expect(reads).toEqual(['rows'])
              seen.add(reads?.[0])
            }
            expect(seen.has('columns kept of rows')).toBe(true)
            expect(text(tuples((await ask(backend, plan, t, 'never')).rows))).toEqual(wanted)
          }
        }
      }
    }
  }
})

const collected = async (batches: AsyncIterable<RowBatch>): Promise<string> => {
  const all: string[] = []
  for await (const { rows } of batches) all.push(Buffer.from(rows).toString('hex'))
  return all.join('')
}

test(`random plans over the same rows again and again, seeds ${BASE} … ${BASE + SEEDS - 1}`, { timeout: 300_000 }, async () => {
  const seen = { columns: 0, bytes: 0 }
  for (let seed = BASE; seed < BASE + SEEDS; seed++) {
    const r = new Random(seed)
    const tables = { t: randomTable(r, 5, true) }
    const batches = rowBatches(tables.t, r.pick([1, 3, 100]), true)
    for (const backend of backends) {
      using t = await backend.load(batches)
      for (let q = 0; q < 4; q++) {
        const make = new Maker(new Random(seed * 7 + q))
        let query = make.scan('t', tables.t)
        query = make.filter(query)
        if (q % 2) query = make.aggregate(query)
        const plan = planOf(query.plan, query.types)
        const hint = `seed ${seed}, query ${q}: ${query.sql}`
        const wanted = await run(query.plan, tables).catch((error: Error) => error)
        const own = await ask(backend, plan, t, 'prefer').catch((error: Error) => error)
        if (wanted instanceof Error) {
          expect(own, hint).toBeInstanceOf(Error)
          continue
        }
        if (own instanceof Error) throw own
        expect(text(tuples(own.rows)), hint).toEqual(text(wanted))
        if (own.reads?.includes('columns kept of rows')) seen.columns++
        if (q % 2 || backend !== backends[0]) continue
        // One thread: chunks of both are in the order of the rows.
        expect(await collected(await backend.run(plan, { t }, { output: 'rows' })), hint).toBe(await collected(await backend.run(plan, { t: batches }, { output: 'rows' })))
        seen.bytes++
      }
    }
  }
  expect(seen.bytes).toBeGreaterThan(SEEDS / 4)
  expect(seen.columns).toBeGreaterThan(SEEDS / 4)
})

const TABLE: Table = { columns: [{ name: 'id', type: 'int32' }, { name: 'price', type: 'decimal(15,2)' }, { name: 'word', type: 'string' }], rows: Array.from({ length: 20_000 }, (_, i) => [i, `${i % 70}.25`, `a word of row ${i}`]) }
/** The table five times. */
const BATCHES = Array.from({ length: 5 }, () => rowBatches(TABLE, 20_000)).flat()
const PLAN = scan('t', { id: 'int32', price: 'decimal(15,2)' }).filter(({ id }) => id.lt(9000)).aggregate({ n: count(), total: sum('price') }).plan()

test('columns are made once, are accounted for, and go with the rows', async () => {
  for (const backend of backends) {
    const t = await backend.load(BATCHES)
    const before = backend.memory.inUse
    const plans = await Promise.all(Array.from({ length: 6 }, () => ask(backend, PLAN, t)))
    expect(plans.map(({ reads }) => reads?.[0])).toEqual(['rows', ...Array.from({ length: 5 }, () => 'columns kept of rows')])
    for (const { rows } of plans) expect(rows).toEqual(plans[0]?.rows)
    const after = backend.memory.inUse
    expect(after).toBeGreaterThan(before)
    await ask(backend, PLAN, t)
    expect(backend.memory.inUse).toBe(after)
    // Batches that come with the query are gone over as rows, however often.
    for (let i = 0; i < 3; i++) expect((await ask(backend, PLAN, BATCHES)).reads).toEqual(['rows'])
    t.close()
  }
})

test('without room they stay rows', async () => {
  const backend = await createBackend({ threads: 2, memory: '64MiB' })
  try {
    using t = await backend.load(BATCHES)
    const filling = Math.floor((backend.memory.budget - backend.memory.inUse - 600_000) / 16) * 16
    using _filled = await backend.load({ rows: new Uint8Array(filling), schema: [{ name: 'x', type: 'int64' }] })
    const found = []
    for (let i = 0; i < 4; i++) found.push(await ask(backend, PLAN, t))
    expect(found.map(({ reads }) => reads?.[0])).toEqual(['rows', 'rows', 'rows', 'rows'])
  } finally {
    await backend.close()
  }
})

test('columns give way when memory is short, and come again', async () => {
  const backend = await createBackend({ threads: 2, memory: '64MiB' })
  try {
    using t = await backend.load(BATCHES)
    const rows = backend.memory.inUse
    const asked = async (times: number) => {
      const found = []
      for (let i = 0; i < times; i++) found.push(await ask(backend, PLAN, t))
      return found
    }
    const [first, ...then] = await asked(3)
    expect(then.map(({ reads }) => reads?.[0])).toEqual(['columns kept of rows', 'columns kept of rows'])
    expect(backend.memory.inUse).toBeGreaterThan(rows)
    // What a query reads stays until it is over.
    const pending = await backend.run(PLAN, { t }, { native: 'only' })
    const filled = await backend.load({ rows: new Uint8Array(Math.floor((backend.memory.budget * 15) / 16 - backend.memory.inUse) & ~15), schema: [{ name: 'x', type: 'int64' }] })
    const without = backend.memory.inUse
    expect(await pending.rows()).toEqual(first?.rows)
    const [again] = await asked(1)
    expect(again).toMatchObject({ rows: first?.rows, reads: ['rows'] })
    expect(backend.memory.inUse).toBeLessThan(without)
    filled.close()
    expect(backend.memory.inUse).toBe(rows)
    expect((await asked(2)).at(-1)).toMatchObject({ rows: first?.rows, reads: ['columns kept of rows'] })
    t.close()
    expect(backend.memory.inUse).toBe(0)
  } finally {
    await backend.close()
  }
})

test('what the caller does with the bytes afterwards changes nothing, and rows loaded anew are other rows', async () => {
  for (const backend of backends) {
    const batches = rowBatches(TABLE, 20_000)
    using t = await backend.load(batches)
    const { rows: before } = await ask(backend, PLAN, t)
    for (const { rows } of batches) rows.fill(0xff)
    for (let i = 0; i < 3; i++) expect((await ask(backend, PLAN, t)).rows).toEqual(before)
    const other: Table = { ...TABLE, rows: TABLE.rows.map(([id, , word]) => [id as number, '1.00', word as string]) }
    using u = await backend.load(rowBatches(other, 20_000))
    const wanted = [{ n: 9000n, total: '9000.00' }]
    for (let i = 0; i < 3; i++) {
      expect((await ask(backend, PLAN, u)).rows).toEqual(wanted)
      expect((await ask(backend, PLAN, t)).rows).toEqual(before)
    }
  }
})

test('rows of another backend', async () => {
  const [one, other] = backends as [Backend, Backend]
  using t = await one.load(rowBatches(TABLE, 20_000))
  await expect(ask(other, PLAN, t)).rejects.toMatchObject({ code: 'INVALID_OPTION' })
})

test('when columns pay', () => {
  const costs: ScanCosts = { asked: 1, rows: 1e6, rowBytes: 84, columnBytes: 12, missingBytes: 12, available: 1e9 }
  expect(paysAsColumns(costs)).toBe(true)
  expect(paysAsColumns({ ...costs, asked: 0 })).toBe(false)
  expect(paysAsColumns({ ...costs, columnBytes: 40, missingBytes: 40 })).toBe(false)
  expect(paysAsColumns({ ...costs, columnBytes: 40, missingBytes: 40, asked: 3 })).toBe(true)
  expect(paysAsColumns({ ...costs, columnBytes: 40, missingBytes: 4 })).toBe(true)
  expect(paysAsColumns({ ...costs, columnBytes: 90, missingBytes: 90, asked: 1000 })).toBe(false)
  expect(paysAsColumns({ ...costs, available: 2.3e7 })).toBe(false)
})
