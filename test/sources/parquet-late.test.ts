/**
 * Columns that a row filter looks at are decoded before the others: whatever rows it leaves, they come with the values that a load without it
 * gives them, and pages without such rows are not decoded. The filters here are told the rows; what conditions say is test/engine/late.test.ts.
 */
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { columnReaders } from '../../src/layout/read.ts'
import type { ColumnBatch, ColumnInfo, Relation } from '../../src/layout/relation.ts'
import { openParquet } from '../../src/sources/parquet.ts'
import type { FilterCounts, RowFilter, RowRange } from '../../src/sources/source.ts'
import { pathOf } from '../fixtures/parquet/read.ts'
import { testSeed } from '../seed.ts'
import { openWitness, type Witness } from './duckdb.ts'
import { openMemory } from './lease.ts'
import { below, pick, type Random, random } from './parquet-random.ts'

const ROUNDS = Number(process.env['ARCWELD_FUZZ_N'] ?? 10)
const seed = testSeed()
const memory = openMemory({ lowest: 2.5 * 2 ** 30 })
const STRETCHES = pathOf({ file: 'stretches.parquet' })

let folder: string
let duckdb: Witness
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arcweld-parquet-late-'))
  duckdb = await openWitness()
})
afterAll(async () => {
  duckdb.close()
  await rm(folder, { recursive: true, force: true })
})

const valuesOf = (columns: readonly ColumnInfo[], batches: readonly ColumnBatch[]): unknown[][] =>
  columns.map((info, c) =>
    batches.flatMap(({ rows, vectors }) => {
      const [read] = columnReaders(memory.buffer, [info], { rows, vectors: [vectors[c]!] })
      return Array.from({ length: rows }, (_, row) => read!(row))
    }),
  )

/** Leaves the rows whose first column, the row's number in the file, is in one of the ranges. */
let filters = 0
const asking = (columns: readonly string[], survivors: RowFilter['survivors']): RowFilter => ({ columns, survivors, least: () => 0, key: String(filters++) })
const filterOf = (columns: readonly string[], ranges: readonly RowRange[], wrong: string[] = []): RowFilter => asking(
  columns,
  async (relation: Relation) => {
    const [ids] = valuesOf(relation.columns, relation.batches) as [number[]]
    if (ids.length !== relation.rows) wrong.push(`${ids.length} of ${relation.rows} rows`)
    const out: { from: number; to: number }[] = []
    ids.forEach((id, row) => {
      if (!ranges.some(({ from, to }) => from <= id && id < to)) return
      const last = out.at(-1)
      if (last?.to === row) last.to = row + 1
      else out.push({ from: row, to: row + 1 })
    })
    return out
  },
)

interface Read {
  readonly values: readonly (readonly unknown[])[]
  readonly filtered: FilterCounts | undefined
}

const load = async (path: string, names: readonly string[], filter?: RowFilter): Promise<Read> => {
  const source = await openParquet(path)
  const lease = memory.lease()
  try {
    const { relation, filtered } = await source.load(names, lease, { filter })
    return { values: valuesOf(relation.columns, relation.batches), filtered }
  } finally {
    lease.release()
    expect(memory.inUse).toBe(0)
  }
}

const inWindows = async (path: string, names: readonly string[], filter: RowFilter, bytes: number): Promise<Read> => {
  const source = await openParquet(path)
  const lease = memory.lease()
  try {
    const scan = (await source.scan(names, lease, { above: 0, filter }))!
    const values: unknown[][] = names.map(() => [])
    for await (const window of scan.windows({ bytes, lease: () => memory.lease() })) {
      valuesOf(scan.columns, window.batches).forEach((column, c) => { for (const value of column) values[c]!.push(value) })
      window.lease.release()
    }
    return { values, filtered: scan.filtered }
  } finally {
    lease.release()
    expect(memory.inUse).toBe(0)
  }
}

const BOTH = ['id', 'part']
const ALL = ['note', 'id', 'code', 'price', 'part', 'tags']
/** Of those of the ranges, all; of the others any: each with its own values. */
const compare = (read: Read, all: readonly (readonly unknown[])[], names: readonly string[], ranges: readonly RowRange[]): void => {
  const ids = read.values[names.indexOf('id')] as number[]
  expect(ids.every((id, row) => row === 0 || ids[row - 1]! < id)).toBe(true)
  const there = new Set(ids)
  for (const { from, to } of ranges) for (let id = from; id < to; id++) if (!there.has(id)) expect.fail(`row ${id} is lost`)
  names.forEach((name, c) => expect(read.values[c], name).toEqual(ids.map((id) => all[c]![id])))
}

test('pages without a row are not decoded', async () => {
  const whole = await load(STRETCHES, ALL)
  expect(whole.filtered).toBeUndefined()
  const ranges = [{ from: 1500, to: 1501 }, { from: 14_999, to: 15_002 }]
  const read = await load(STRETCHES, ALL, filterOf(BOTH, ranges))
  // Three columns, and a nested one whose pages are not counted, of 20 pages in each of two row groups; of one page and of two something is left.
  expect(read.filtered).toEqual({ rows: 20_000, left: 4, pages: 120, pagesDecoded: 9, abandoned: false })
  expect(read.values[1]).toEqual([1500, 14_999, 15_000, 15_001])
  expect(read.values[0]).toEqual([1500, 14_999, 15_000, 15_001].map((i) => (i % 11 === 3 ? null : `row ${String(i).padStart(5, '0')} `.repeat(8))))
  compare(read, whole.values, ALL, ranges)
})

test('ranges nearer than a page are one, and what leaves nothing out is not tried', async () => {
  const near = await load(STRETCHES, ALL, filterOf(BOTH, [{ from: 1500, to: 1510 }, { from: 1700, to: 1702 }]))
  expect(near.filtered).toMatchObject({ left: 202 })
  const every = await load(STRETCHES, ALL, asking(BOTH, async ({ rows }) => Array.from({ length: rows / 500 }, (_, i) => ({ from: i * 500 + 250, to: i * 500 + 251 }))))
  expect(every.filtered).toMatchObject({ abandoned: true, pagesDecoded: 0 })
  expect(every.values[1]).toHaveLength(20_000)
})

test('what was of no use once is not asked of the file again', async () => {
  const source = await openParquet(STRETCHES)
  let asked = 0
  const filter = asking(BOTH, async ({ rows }) => {
    asked++
    return [{ from: 0, to: rows }]
  })
  for (const [least, rows] of [[1 << 30, undefined], [0, 20_000], [0, 0]] as const) {
    const lease = memory.lease()
    const { relation, filtered } = await source.load(ALL, lease, { filter: { ...filter, least: () => least } })
    expect([relation.rows, filtered?.rows, filtered?.abandoned]).toEqual([20_000, rows, rows === undefined ? undefined : true])
    lease.release()
  }
  expect(asked).toBe(1)
})

test('what cannot tell leaves all rows; what leaves none, none', async () => {
  const unsure = await load(STRETCHES, ALL, asking(BOTH, async () => undefined))
  expect(unsure.values[0]).toHaveLength(20_000)
  const none = await load(STRETCHES, ALL, asking(BOTH, async () => []))
  expect(none).toEqual({ values: ALL.map(() => []), filtered: { rows: 20_000, left: 0, pages: 120, pagesDecoded: 0, abandoned: false } })
  // Only columns that nobody else reads: a filter may look at others.
  const aside = await load(STRETCHES, ['note'], filterOf(['id'], [{ from: 3, to: 5 }]))
  expect(aside.values).toEqual([[null, 'row 00004 '.repeat(8)]])
  expect((await load(STRETCHES, ['part', 'id'], filterOf(BOTH, []))).filtered).toBeUndefined()
})

test('an error of the filter is one of the load, and nothing is held', async () => {
  const broken = new Error('broken')
  for (const after of [0, 1]) {
    let asked = 0
    const filter = asking(BOTH, async () => (asked++ < after ? [] : Promise.reject(broken)))
    await expect(load(STRETCHES, ALL, filter)).rejects.toBe(broken)
    expect(memory.inUse).toBe(0)
  }
})

test('damage in a page that is left out is not noticed, elsewhere it is', async () => {
  const path = join(folder, 'damaged.parquet')
  await copyFile(STRETCHES, path)
  const source = await openParquet(path)
  expect(source.rows).toBe(20_000)
  const bytes = await readFile(path)
  // The last third of the first row group's notes, which lie behind ids, parts and codes.
  bytes.fill(0xff, 27_000, 33_000)
  await writeFile(path, bytes)
  const read = await load(path, ['id', 'note'], filterOf(['id'], [{ from: 500, to: 502 }]))
  expect(read.values[1]).toEqual(['row 00500 '.repeat(8), 'row 00501 '.repeat(8)])
  await expect(load(path, ['id', 'note'])).rejects.toMatchObject({ code: 'FILE_CORRUPT' })
  await expect(load(path, ['id', 'note'], filterOf(['id'], [{ from: 0, to: 10_000 }]))).rejects.toMatchObject({ code: 'FILE_CORRUPT' })
})

const ranges = (next: Random, rows: number): readonly RowRange[] => {
  const out: RowRange[] = []
  for (let from = below(next, rows); from < rows; from += 1 + below(next, pick(next, [3, 900, rows]))) {
    const to = Math.min(rows, from + 1 + below(next, pick(next, [2, 200, 5000])))
    out.push({ from, to })
    from = to
  }
  return out
}

const NESTED = ['tags']
test(`random ranges over an index, pages and NULLs (${ROUNDS})`, { timeout: 60_000 + ROUNDS * 1000 }, async () => {
  const whole = await load(STRETCHES, ALL)
  const next = random(seed)
  for (let round = 0; round < ROUNDS; round++) {
    const left = ranges(next, 20_000)
    const first = ['id', ...ALL.filter((name) => name !== 'id' && name !== 'note' && next() < 0.3)]
    const names = ALL.filter((name) => name === 'id' || name === 'note' || next() < 0.7)
    const wrong: string[] = []
    const at = `SEED=${seed} round ${round}: ${JSON.stringify([first, names, left])}`
    const all = names.map((name) => whole.values[ALL.indexOf(name)]!)
    compare(await load(STRETCHES, names, filterOf(first, left, wrong)), all, names, left)
    const flat = names.filter((name) => !NESTED.includes(name))
    if (!first.some((name) => NESTED.includes(name))) compare(await inWindows(STRETCHES, flat, filterOf(first, left, wrong), pick(next, [1, 2 ** 30])), flat.map((name) => whole.values[ALL.indexOf(name)]!), flat, left)
    expect(wrong, at).toEqual([])
  }
})

test(`random ranges over row groups of one page each (${ROUNDS})`, { timeout: 60_000 + ROUNDS * 1500 }, async () => {
  const next = random(seed + 1)
  const names = ['id', 'k', 'l', 'c', 's', 'x', 'd', 'b', 'day', 'h', 'list']
  for (let file = 0; file * 10 < ROUNDS; file++) {
    const path = join(folder, `groups-${file}.parquet`)
    const rows = 12_000
    await duckdb.connection.run(`COPY (SELECT i::INTEGER AS id, (i % 300)::SMALLINT AS k, CASE WHEN i BETWEEN 2048 AND 4095 THEN NULL ELSE i * 1000000007::BIGINT END AS l, CASE WHEN i % 900 > 3 THEN 'c' || (i % 5) END AS c, 'a text of its own, of row ' || i || repeat('.', (i * 7919 % 90)::INTEGER) AS s,
      CASE WHEN i % 3 = 0 THEN NULL ELSE (i / 7.0)::DOUBLE END AS x, (i / 100.0)::DECIMAL(15,2) AS d, i % 2 = 0 AS b, DATE '2020-01-01' + (i % 1000)::INTEGER AS day, CASE WHEN i > 6000 THEN i::HUGEINT * 10000000000000000000 END::DECIMAL(38,0) AS h, CASE WHEN i % 4 > 0 THEN [i, i % 4] END AS list FROM range(${rows}) t(i))
      TO '${path}' (FORMAT parquet, COMPRESSION ${pick(next, ['uncompressed', 'snappy', 'zstd'])}, ROW_GROUP_SIZE ${pick(next, [2048, 4096])})`)
    const whole = await load(path, names)
    for (let round = 0; round < 10; round++) {
      const left = ranges(next, rows)
      const first = ['id', ...names.filter((name) => !['id', 's', 'list'].includes(name) && next() < 0.3)]
      compare(await load(path, names, filterOf(first, left)), whole.values, names, left)
      const flat = names.slice(0, -1)
      compare(await inWindows(path, flat, filterOf(first, left), pick(next, [1, 300_000, 2 ** 30])), whole.values, flat, left)
    }
  }
})
