/** Stages over UnsafeRows, and results as UnsafeRows: what columns come to, on the same paths. */
import { type Backend, createBackend, type Plan, type PlanNode, type RowBatch, type RowInput, sum, count, scan } from 'arcweld/backend'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { encodeRows, readRows } from '../../src/layout/row-batch.ts'
import type { RowValue } from '../../src/layout/unsafe-row.ts'
import { cell, run, type Table } from '../fallback/harness.ts'
import { Maker, type Query, Random, randomTable } from '../fallback/random-plan.ts'
import { failure as failed } from '../engine/fixtures.ts'
import { testSeed } from '../seed.ts'
import { fieldsOf, rowBatches } from './row-tables.ts'

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

const failure = (run: () => Promise<unknown>, code: Parameters<typeof failed>[1]) => failed(run(), code)
const planOf = (root: PlanNode, types: readonly string[]): Plan => ({ version: 1, names: types.map((_, i) => `c${i}`), root })
const BASE = testSeed()
const SEEDS = Number(process.env['FUZZ_ROUNDS'] ?? 40)
const text = (rows: readonly (readonly unknown[])[]): string[] => rows.map((row) => row.map((v) => cell(v === 0 ? 0 : v)).join('|')).sort()
const tuples = (rows: readonly object[]): unknown[][] => rows.map((row) => Object.values(row))
const collected = async (batches: AsyncIterable<RowBatch>): Promise<RowBatch[]> => {
  const all: RowBatch[] = []
  for await (const batch of batches) all.push(batch)
  return all
}

/** Bytes are what writeRow makes of their values. */
const assertCanonical = ({ rows, offsets, numRows, schema }: RowBatch): void => {
  const fields = fieldsOf(schema)
  const batch = { rows: numRows, data: 0, bytes: rows.length, offsets: 0 }
  // Behind the rows: offsets as the reader wants them in the same buffer.
  const both = new Uint8Array(rows.length + offsets.length * 4 + 4)
  both.set(rows)
  const at = (rows.length + 3) & ~3
  new Uint32Array(both.buffer, at, offsets.length).set(offsets)
  const values = readRows({ fields, batches: [{ ...batch, offsets: at }], rows: numRows }, both.buffer) as RowValue[][]
  const again = encodeRows(fields, values)
  expect(Buffer.from(rows).equals(Buffer.from(again.rows))).toBe(true)
  if (again.offsets) expect([...offsets]).toEqual([...again.offsets])
}

const randomQuery = (r: Random, tables: Record<string, Table>): Query => {
  const make = new Maker(r)
  let q: Query = make.scan('t', tables['t']!)
  if (r.chance(0.3)) q = make.filter(q)
  if (r.chance(0.5)) q = make.join(q, make.scan('u', tables['u']!))
  if (r.chance(0.4)) q = make.project(q)
  if (r.chance(0.5)) q = make.aggregate(q)
  return r.chance(0.3) ? make.top(q) : q
}

test(`random plans over rows, seeds ${BASE} … ${BASE + SEEDS - 1}`, { timeout: 300_000 }, async () => {
  const seen = { rows: 0, native: 0, raised: 0 }
  for (let seed = BASE; seed < BASE + SEEDS; seed++) {
    const r = new Random(seed)
    const tables = { t: randomTable(r, 5, true), u: randomTable(r, 5, true) }
    const query = randomQuery(r, tables)
    const plan = planOf(query.plan, query.types)
    const hint = `seed ${seed}: ${query.sql}`
    const inputs = { t: rowBatches(tables.t, r.pick([1, 3, 100]), r.chance(0.5)), u: rowBatches(tables.u, 100, r.chance(0.5)) }
    const wanted = await run(query.plan, tables).catch((error: Error) => error)
    for (const backend of backends) {
      for (const native of ['prefer', 'never'] as const) {
        if (wanted instanceof Error) {
          await expect(backend.run(plan, inputs, { native }).then((x) => x.rows()), hint).rejects.toThrow()
          seen.raised++
          continue
        }
        const result = await backend.run(plan, inputs, { native })
        const rows = await result.rows().catch((error: Error) => { throw new Error(`${hint}\n${error.stack}`) })
        expect(text(tuples(rows)), hint).toEqual(text(wanted))
        if (result.metrics?.stages.every((s) => s.native)) seen.native++
        seen.rows += rows.length
        const batches = await collected(await backend.run(plan, inputs, { native, output: 'rows' }))
        batches.forEach(assertCanonical)
        expect(batches.reduce((n, b) => n + b.numRows, 0), hint).toBe(rows.length)
        if (batches.length === 0) continue
        const back = planOf({ op: 'scan', table: 'x', columns: batches[0]!.schema.map(({ name, type }) => ({ name, type })) }, query.types)
        expect(text(tuples(await (await backend.run(back, { x: batches })).rows())), hint).toEqual(text(wanted))
      }
    }
  }
  expect(seen.rows).toBeGreaterThan(SEEDS)
  expect(seen.native).toBeGreaterThan(SEEDS)
})

const TABLE: Table = {
  columns: [{ name: 'id', type: 'int32' }, { name: 'price', type: 'decimal(15,2)' }, { name: 'big', type: 'decimal(38,2)' }, { name: 'word', type: 'string' }, { name: 'flag', type: 'bool' }],
  rows: Array.from({ length: 5000 }, (_, i) => [i, `${i % 700}.25`, i % 5 ? `${i}.50` : null, i % 7 ? `word ${i % 11}` : null, i % 2 === 0]),
}
const SALES = scan('t', { id: 'int32', price: 'decimal(15,2)', big: 'decimal(38,2)', word: 'string', flag: 'bool' })

describe('inputs', () => {
  const plan = SALES.filter(({ word, id }) => word.eq('word 3').and(id.lt(4000))).aggregate({ by: ['flag'], n: count(), total: sum('price'), bigs: sum('big') }).plan()
  const wanted = async () => text(await run(plan.root, { t: TABLE }))

  test('of all forms', async () => {
    const [backend] = backends as [Backend]
    const all = rowBatches(TABLE, 1000)
    async function* later(): AsyncGenerator<RowInput> {
      for (const { rows, ...rest } of all) {
        const copy = rows.slice()
        yield { rows: copy, ...rest }
        // Whoever hands a batch over may use its memory again.
        copy.fill(0xff)
      }
    }
    for (const t of [rowBatches(TABLE, 5000)[0], all, new Set(all), later(), rowBatches(TABLE, 1), rowBatches(TABLE, 77, true)]) {
      const result = await backend.run(plan, { t }, { native: 'only' })
      expect(text(tuples(await result.rows()))).toEqual(await wanted())
    }
    // The scan's columns are the schema where none is stated.
    const bare = all.map(({ rows, offsets }) => ({ rows, offsets }))
    expect(text(tuples(await (await backend.run(plan, { t: bare }, { native: 'only' })).rows()))).toEqual(await wanted())
    expect(await (await backend.run(plan, { t: [] })).rows()).toEqual([])
  })

  test('are kept for many queries, and until the last is over', async () => {
    for (const backend of backends) {
      const t = await backend.load(rowBatches(TABLE, 512))
      expect(t.numRows).toBe(5000)
      for (let i = 0; i < 3; i++) expect(text(tuples(await (await backend.run(plan, { t }, { native: 'only' })).rows()))).toEqual(await wanted())
      const running = backend.run(SALES.plan(), { t }, { output: 'rows' })
      const iterator = (await running)[Symbol.asyncIterator]()
      const first = await iterator.next()
      t.close()
      expect(first.done).toBe(false)
      expect(backend.memory.inUse).toBeGreaterThan(0)
      await iterator.return?.(undefined)
      await failure(async () => (await backend.run(plan, { t })).rows(), 'RESULT_CONSUMED')
    }
  })
})

describe('wrong bytes', () => {
  const [batch] = rowBatches({ ...TABLE, rows: TABLE.rows.slice(0, 10) }, 10) as [RowInput]
  const changed = (change: (view: DataView, offsets: Uint32Array) => void): RowInput => {
    const rows = batch.rows.slice()
    const offsets = (batch.offsets as Uint32Array).slice()
    change(new DataView(rows.buffer), offsets)
    return { ...batch, rows, offsets }
  }
  const at = (row: number) => (batch.offsets as Uint32Array)[row] as number
  const CASES: Record<string, [(view: DataView, offsets: Uint32Array) => void, string]> = {
    'a row out of place': [(_, o) => { o[4] = (o[4] as number) + 4 }, 'row 3 of batch 0, at byte'],
    'a row before its predecessor': [(_, o) => { o[5] = o[3] as number }, 'row 4 of batch 0, at byte'],
    'a first row that is not the first': [(_, o) => { o[0] = 8 }, 'the first row begins at byte 8'],
    'an offset beyond the end': [(_, o) => { o[9] = 0xfffffff8 }, 'row 8 of batch 0'],
    'a NULL where there is none': [(v) => v.setUint8(at(6), 1), `row 6 of batch 0, at byte ${at(6)}: field 0, id int32, is NULL, and not nullable`],
    'no bool': [(v) => v.setUint8(at(2) + 8 + 4 * 8, 2), 'row 2 of batch 0, at byte'],
    'a string beyond the row': [(v) => v.setUint32(at(1) + 8 + 3 * 8, 1000, true), 'word string, reaches beyond the row'],
    'a string far beyond': [(v) => v.setUint32(at(1) + 8 + 3 * 8 + 4, 0xfffffff0, true), 'word string, reaches beyond the row'],
    'a decimal of 17 bytes': [(v) => v.setUint32(at(1) + 8 + 2 * 8, 17, true), 'is a decimal of no or more than 16 bytes'],
    'a decimal of no bytes': [(v) => v.setUint32(at(1) + 8 + 2 * 8, 0, true), 'is a decimal of no or more than 16 bytes'],
    'a decimal out of range': [(v) => v.setBigInt64(at(1) + 8 + 8, 10n ** 15n, true), 'price decimal(15,2), is out of range'],
    'a wide decimal out of range': [(v) => {
      v.setUint32(at(1) + 8 + 2 * 8, 16, true)
      v.setUint8(at(1) + v.getUint32(at(1) + 8 + 2 * 8 + 4, true), 0x7f)
    }, 'big decimal(38,2), is out of range'],
  }
  for (const [name, [change, message]] of Object.entries(CASES)) {
    test(name, async () => {
      for (const native of ['only', 'never'] as const) {
        const error = await failure(async () => (await (backends[0] as Backend).run(SALES.plan(), { t: changed(change) }, { native })).rows(), 'FILE_FORMAT')
        expect(error.message).toContain(message)
      }
    })
  }

  test('of other fields, or no rows', async () => {
    const backend = backends[0] as Backend
    const told = async (t: unknown, code: Parameters<typeof failed>[1], plan = SALES.plan()) => failure(async () => (await backend.run(plan, { t })).rows(), code)
    await told({ rows: batch.rows, schema: batch.schema }, 'FILE_FORMAT')
    await told([batch, { ...batch, schema: batch.schema?.slice(1) }], 'INVALID_OPTION')
    await told({ ...batch, schema: [{ name: 'id', type: 'nothing' }] }, 'INVALID_OPTION')
    await told([batch, 7], 'INVALID_OPTION')
    await told(batch, 'UNKNOWN_COLUMN', scan('t', { other: 'int32' }).plan())
    await told(batch, 'INVALID_PLAN', scan('t', { id: 'int64' }).plan())
    await told({ rows: new Uint8Array(17), schema: [{ name: 'id', type: 'int32' }] }, 'FILE_FORMAT', scan('t', { id: 'int32' }).plan())
  })
})

test('limits cut rows, and stages hand rows on', async () => {
  for (const backend of backends) {
    const plan = SALES.limit(10, 2995).plan()
    const rows = rowBatches(TABLE, 5000)
    const batches = await collected(await backend.run(plan, { t: rows }, { output: 'rows', native: 'only' }))
    batches.forEach(assertCanonical)
    expect(tuples(await (await backend.run(SALES.plan(), { t: batches })).rows()).map(([id]) => id)).toEqual(Array.from({ length: 10 }, (_, i) => 2995 + i))
    const whole = SALES.aggregate({ by: ['word'], n: count(), total: sum('price') }).sort(['total']).plan()
    const inputs: Record<string, unknown> = { t: rows }
    let last: RowBatch[] = []
    for (const stage of backend.stages(whole)) inputs[`stage:${stage.id}`] = last = await collected(backend.execute(backend.compile(stage), inputs, { output: 'rows', native: 'only' }))
    const { schema } = last[0] as RowBatch
    const out = scan('x', Object.fromEntries(schema.map(({ name, type }) => [name, type]))).plan()
    expect(text(tuples(await (await backend.run(out, { x: last })).rows()))).toEqual(text(await run(whole.root, { t: TABLE })))
    await failure(async () => backend.run(plan, {}, { output: 'columns' } as never), 'INVALID_OPTION')
  }
})

test('strings of one letter are codes: keys, filters, what is written', async () => {
  const letters = ['A', '', 'R', null, '~', '\u0000']
  const table: Table = { columns: [{ name: 'a', type: 'string' }, { name: 'b', type: 'string' }, { name: 'n', type: 'int32' }], rows: Array.from({ length: 3000 }, (_, i) => [letters[i % 6] as string | null, i % 2 ? 'x' : 'y', i]) }
  const all = scan('t', { a: 'string', b: 'string', n: 'int32' })
  const plans = [all.aggregate({ by: ['a', 'b'], n: count(), total: sum('n') }), all.filter(({ a, n }) => a.gt('A').and(n.lt(900))), all.sort(['b', 'a', 'n']), all.join(scan('t', { c: 'string' }).aggregate({ by: ['c'], m: count() }), { on: [['a', 'c']] })].map((q) => q.plan())
  for (const backend of backends) {
    for (const [i, plan] of plans.entries()) {
      const given = (name: string): Table => ({ ...table, columns: table.columns.map((c, k) => (k === 0 ? { ...c, name } : c)) })
      // The join reads the column by another name: rows that state both.
      const both: Table = { columns: [...table.columns, { name: 'c', type: 'string' }], rows: table.rows.map((row) => [...row, row[0] as string | null]) }
      const source = i === 3 ? both : given('a')
      const wanted = text(await run(plan.root, { t: source }))
      for (const native of ['only', 'never'] as const) {
        expect(text(tuples(await (await backend.run(plan, { t: rowBatches(source, 700) }, { native })).rows()))).toEqual(wanted)
        const batches = await collected(await backend.run(plan, { t: rowBatches(source, 700) }, { native, output: 'rows' }))
        batches.forEach(assertCanonical)
      }
    }
  }
})

test('what is wrong within a nested value is refused', async () => {
  const schema = [{ name: 'a', type: 'array<int32>' }]
  // A NULL, and an array of no bytes, which has no room for its count.
  const wrong = { rows: Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 1 : 0)), offsets: Uint32Array.of(0, 16), schema }
  const right = { rows: wrong.rows.slice(0, 16), offsets: Uint32Array.of(0), schema }
  const plan = scan('t', { a: 'array<int32>' }).plan()
  expect(await (await (backends[0] as Backend).run(plan, { t: [right, right] }, { native: 'only' })).rows()).toEqual([{ a: null }, { a: null }])
  const error = await failure(async () => (await (backends[0] as Backend).run(plan, { t: [right, wrong] })).rows(), 'FILE_FORMAT')
  expect(error.message).toContain('row 1 of batch 1, at byte 16: field 0, a array<int32>, holds an array whose bytes are not those of its elements')
})
