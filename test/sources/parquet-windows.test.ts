/** Parquet files in windows of a row group each: what a load gives, in one physical form; and statistics that lie. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { columnReaders } from '../../src/layout/read.ts'
import type { ColumnBatch, ColumnInfo } from '../../src/layout/relation.ts'
import { openSource } from '../../src/sources/index.ts'
import type { FilesSource } from '../../src/sources/files.ts'
import type { ParquetSource } from '../../src/sources/parquet.ts'
import { FormBroken, type WindowScan } from '../../src/sources/source.ts'
import { fixtures, pathOf } from '../fixtures/parquet/read.ts'
import { testSeed } from '../seed.ts'
import { openWitness, type Witness } from './duckdb.ts'
import { openMemory } from './lease.ts'
import { LAYOUTS } from './parquet-layouts.ts'
import { below, pick, random } from './parquet-random.ts'

let folder: string
let duckdb: Witness
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arcweld-parquet-windows-'))
  duckdb = await openWitness()
})
afterAll(async () => {
  duckdb.close()
  await rm(folder, { recursive: true, force: true })
})

const memory = openMemory({ lowest: 2.5 * 2 ** 30 })

const valuesOf = (columns: readonly ColumnInfo[], batches: readonly ColumnBatch[]): unknown[][] =>
  columns.map((info, c) =>
    batches.flatMap(({ rows, vectors }) => {
      const [read] = columnReaders(memory.buffer, [info], { rows, vectors: [vectors[c]!] })
      return Array.from({ length: rows }, (_, row) => read!(row))
    }),
  )

/** All windows one after the other, each released before the next is asked for. */
const readWindows = async (scan: WindowScan, bytes: number): Promise<{ windows: number; values: unknown[][] }> => {
  const values: unknown[][] = scan.columns.map(() => [])
  let windows = 0
  for await (const { batches, rows, lease } of scan.windows({ bytes, lease: () => memory.lease() })) {
    windows++
    expect(batches.reduce((sum, batch) => sum + batch.rows, 0)).toBe(rows)
    valuesOf(scan.columns, batches).forEach((column, c) => values[c]!.push(...column))
    lease.release()
  }
  return { windows, values }
}

/** The windows beside the load of each column that can be loaded; FormBroken is one of the answers. */
const compare = async (path: string): Promise<'none' | 'broken' | number> => {
  const source = (await openSource(path)) as ParquetSource | FilesSource
  const lease = memory.lease()
  const held = memory.inUse
  try {
    const names = source.fields.map(({ name }) => name)
    let loaded: Awaited<ReturnType<ParquetSource['load']>>
    try {
      loaded = await source.load(names, lease)
    } catch {
      return 'none'
    }
    const scan = await source.scan(names, lease, { above: 0 })
    if (!scan) return 'none'
    expect(scan.rows).toBe(loaded.relation.rows)
    const inUse = memory.inUse
    try {
      const { windows, values } = await readWindows(scan, 1)
      expect(values).toEqual(valuesOf(loaded.relation.columns, loaded.relation.batches))
      // A second time, larger: as a second pipeline reads it.
      expect((await readWindows(scan, 2 ** 30)).values).toEqual(values)
      return windows
    } catch (error) {
      if (!(error instanceof FormBroken)) throw error
      return 'broken'
    } finally {
      expect(memory.inUse).toBe(inUse)
    }
  } finally {
    lease.release()
    expect(memory.inUse).toBeLessThanOrEqual(held)
  }
}

test.each(fixtures.map((fixture) => [fixture.file, fixture] as const))('%s', async (_, fixture) => {
  expect(await compare(pathOf(fixture))).not.toBe('broken')
})

test.each(LAYOUTS.map((layout) => [layout.name, layout] as const))('%s', async (_, { written }) => {
  const path = join(folder, 'layout.parquet')
  await writeFile(path, written.file)
  await compare(path).catch((error: unknown) => expect((error as Error).name).toBe('SourceError'))
})

describe('row groups of every kind', () => {
  const rows = 5000
  const sql = `SELECT i::INTEGER AS i, (i % 300)::SMALLINT AS k, CASE WHEN i BETWEEN 2048 AND 4095 THEN NULL ELSE i * 1000000007::BIGINT END AS l, 'c' || (i % 5) AS c, 'text ' || i AS s,
    CASE WHEN i % 3 = 0 THEN NULL ELSE (i / 7.0)::DOUBLE END AS x, (i / 100.0)::DECIMAL(15,2) AS d, i % 2 = 0 AS b, DATE '2020-01-01' + (i % 1000)::INTEGER AS day FROM range(${rows}) t(i)`

  test.each(['uncompressed', 'snappy', 'zstd'])('%s: one form, codes where text is coded', async (compression) => {
    const path = join(folder, `${compression}.parquet`)
    await duckdb.connection.run(`COPY (${sql}) TO '${path}' (FORMAT parquet, COMPRESSION ${compression}, ROW_GROUP_SIZE 2048)`)
    expect(await compare(path)).toBe(3)
    const source = (await openSource(path)) as ParquetSource
    const lease = memory.lease()
    const scan = (await source.scan(['k', 'c', 's', 'l', 'k'], lease, { above: 0 }))!
    expect(scan.columns.map(({ physical }) => physical)).toEqual(['i16', 'code8', 'slice', 'i64', 'i16'])
    // What rules row groups out rules windows out.
    const part = (await source.scan(['i'], lease, { above: 0, predicates: [{ column: 'i', op: '>=', value: 4500 }] }))!
    expect((await readWindows(part, 1)).values[0]![0]).toBe(4096)
    // And so do dictionaries: this value lies within the bounds of all groups.
    expect(await source.scan(['c'], lease, { above: 0, predicates: [{ column: 'c', op: '=', value: 'c2x' }] })).toBeUndefined()
    expect(await source.scan(['i'], lease, { above: 10 ** 9 })).toBeUndefined()
    lease.release()
  })

  test('left early: the file is closed, what was made is released', async () => {
    const path = join(folder, 'early.parquet')
    await duckdb.connection.run(`COPY (${sql}) TO '${path}' (FORMAT parquet, ROW_GROUP_SIZE 2048)`)
    const lease = memory.lease()
    const scan = (await ((await openSource(path)) as ParquetSource).scan(['s'], lease, { above: 0 }))!
    const held = memory.inUse
    for await (const window of scan.windows({ bytes: 1, lease: () => memory.lease() })) {
      window.lease.release()
      break
    }
    expect(memory.inUse).toBe(held)
    const abort = new AbortController()
    const iterator = scan.windows({ bytes: 1, lease: () => memory.lease(), signal: abort.signal })
    ;(await iterator.next()).value?.lease.release()
    abort.abort(new Error('enough'))
    await expect(iterator.next()).rejects.toThrow('enough')
    expect(memory.inUse).toBe(held)
    lease.release()
  })
})

describe('several files', () => {
  const write = async (name: string, sql: string): Promise<void> => {
    const path = join(folder, name)
    await mkdir(dirname(path), { recursive: true })
    await duckdb.connection.run(`COPY (${sql}) TO '${path}' (FORMAT parquet, ROW_GROUP_SIZE 2048, DICTIONARY_SIZE_LIMIT 1000)`)
  }

  test('windows run from file to file in one form: the widest, codes of one dictionary, slices where one has no codes', async () => {
    await write('wide/k=1/a.parquet', "SELECT i AS n, (i % 90)::BIGINT AS m, 'w' || (i % 3) AS s, 'w' || (i % 3) AS t, (i / 100)::DECIMAL(30,2) AS d, i % 2 = 0 AS b, CASE WHEN i % 9 = 0 THEN NULL ELSE [i, i + 1] END AS l FROM range(2500) t(i)")
    await write('wide/k=1/b.parquet', "SELECT i * 1000000007 AS n, -i AS m, 'w' || (i % 400) AS s, 'each ' || i AS t, (i * 100000000000000000000::HUGEINT)::DECIMAL(30,2) AS d, NULL::BOOLEAN AS b, [i] AS l FROM range(2600) t(i)")
    await write('wide/k=22/c.parquet', "SELECT 7::BIGINT AS n, 255 - (i % 256) AS m, CASE WHEN i % 2 = 0 THEN 'w1' END AS s, '' AS t, 1::DECIMAL(30,2) AS d, true AS b, []::BIGINT[] AS l FROM range(100) t(i)")
    await write('wide/k=NULL/d.parquet', "SELECT i AS n, i AS m, 'x' AS s, 'y' AS t, 0::DECIMAL(30,2) AS d, false AS b, NULL::BIGINT[] AS l FROM range(0) t(i)")
    const path = join(folder, 'wide')
    expect(await compare(path)).toBe(5)
    const lease = memory.lease()
    const scan = (await ((await openSource(path)) as FilesSource).scan(['k', 'n', 'm', 's', 't', 'd', 'k'], lease, { above: 0 }))!
    expect(scan.columns.map(({ physical }) => physical)).toEqual(['i8', 'i64', 'i16', 'code16', 'slice', 'i128', 'i8'])
    expect(scan.columns.map(({ nullable }) => nullable)).toEqual([false, false, false, true, false, false, false])
    // What rules out files, and row groups of the others, rules windows out.
    const some = (await ((await openSource(path)) as FilesSource).scan(['n'], lease, { above: 0, predicates: [{ column: 'k', op: '=', value: 1n }, { column: 'm', op: '<', value: -2100 }] }))!
    expect([some.rows, (await readWindows(some, 1)).values[0]!.length]).toEqual([552, 552])
    expect(await ((await openSource(path)) as FilesSource).scan(['n'], lease, { above: 5200 * 8 })).toBeUndefined()
    lease.release()
  })

  test('random ones', async () => {
    const next = random(testSeed())
    for (let round = 0; round < 4; round++) {
      const of = (texts: string[]) => pick(next, texts)
      for (let file = 0; file < 1 + below(next, 5); file++) {
        const columns = [
          `${of(['i', '-i', 'i * 1000003', '0 * i', 'CASE WHEN i % 5 = 0 THEN NULL ELSE i END'])}::BIGINT AS n`,
          `${of(["'s' || (i % 7)", "'t' || (i % 300)", "'each one is another ' || i", 'NULL', "CASE WHEN i % 3 = 0 THEN NULL ELSE 's' || (i % 2) END"])}::VARCHAR AS s`,
          `${of(['i / 7', 'NULL'])}::DOUBLE AS x`,
          `${of(['{a: i, b: NULL}', "{a: NULL, b: 'b' || i}", 'NULL'])}::STRUCT(a BIGINT, b VARCHAR) AS r`,
        ]
        await write(`random-${round}/p=${file % 2}/${file}.parquet`, `SELECT ${columns.join(', ')} FROM range(${pick(next, [0, 1, 63, 2049])}) t(i)`)
      }
      expect(await compare(join(folder, `random-${round}`))).not.toBe('broken')
    }
  })
})

test('bounds that lie end the windows, and the load is right', async () => {
  const outcomes = new Map<string, unknown>()
  for (const { name, written } of LAYOUTS.filter((layout) => /\blie$|bounds/.test(layout.name))) {
    const path = join(folder, 'lies.parquet')
    await writeFile(path, written.file)
    outcomes.set(name, await compare(path).catch((error: unknown) => (error as Error).name))
  }
  expect([...outcomes.values()]).toContain('broken')
})
