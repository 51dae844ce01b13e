/** What Bloom filters, dictionaries and the page index leave out: row groups and pages, never a row that a predicate keeps. */
import { describe, expect, test } from 'vitest'
import { readColumn } from '../../src/layout/read.ts'
import { openParquet } from '../../src/sources/parquet.ts'
import { intersected, partsOf, readOffsetIndex } from '../../src/sources/parquet/page-index.ts'
import type { ChunkMetadata } from '../../src/sources/parquet/metadata.ts'
import { ThriftError } from '../../src/sources/parquet/thrift.ts'
import { xxh64 } from '../../src/sources/parquet/xxhash.ts'
import type { ScanPredicate } from '../../src/sources/source.ts'
import { fixtures, pathOf } from '../fixtures/parquet/read.ts'
import { openMemory } from './lease.ts'

test.each([
  ['', 'ef46db3751d8e999'],
  ['a', 'd24ec4f1a98c6e5b'],
  ['abc', '44bc2cf5ad770999'],
  ['Nobody inspects the spammish repetition', 'fbcea83c8a378bf1'],
])('XXH64 of %j', (text, hash) => {
  expect(xxh64(Buffer.from(text)).toString(16)).toBe(hash)
})

describe('page index', () => {
  const chunk = { pages: { offset: 100, length: 900 } } as ChunkMetadata
  const locations = [
    { offset: 200, length: 300, firstRow: 0 },
    { offset: 500, length: 300, firstRow: 10 },
    { offset: 800, length: 200, firstRow: 20 },
  ]
  test('the dictionary and the pages of the selected rows, neighbours as one', () => {
    const dictionary = { offset: 100, length: 100, firstRow: 0 }
    expect(partsOf(chunk, locations, [{ from: 9, to: 11 }], 30)).toEqual([{ offset: 100, length: 700, firstRow: 0 }])
    expect(partsOf(chunk, locations, [{ from: 0, to: 1 }, { from: 29, to: 30 }], 30)).toEqual([{ offset: 100, length: 400, firstRow: 0 }, { offset: 800, length: 200, firstRow: 20 }])
    expect(partsOf(chunk, locations, [{ from: 10, to: 20 }], 30)).toEqual([dictionary, { offset: 500, length: 300, firstRow: 10 }])
  })
  test('ranges in both of two lists', () => {
    expect(intersected([{ from: 0, to: 5 }, { from: 8, to: 20 }], [{ from: 3, to: 9 }, { from: 19, to: 30 }])).toEqual([{ from: 3, to: 5 }, { from: 8, to: 9 }, { from: 19, to: 20 }])
    expect(intersected([{ from: 0, to: 5 }], [{ from: 5, to: 9 }])).toEqual([])
  })
  test('an offset index whose pages lie outside of the chunk, or not in order, is an error', () => {
    // one page: offset, size, first row, as zigzag varints
    const index = (offset: number, size: number, row: number) => Uint8Array.of(0x19, 0x1c, 0x16, (2 * offset) | 128, (2 * offset) >> 7, 0x15, 2 * size, 0x16, 2 * row, 0, 0)
    expect(readOffsetIndex(index(100, 50, 0), chunk, 30)).toEqual([{ offset: 100, length: 50, firstRow: 0 }])
    for (const bad of [index(90, 50, 0), index(999, 50, 0), index(100, 0, 0), index(100, 50, 3)]) expect(() => readOffsetIndex(bad, chunk, 30)).toThrow(ThriftError)
  })
})

const memory = openMemory()
const column = async (file: string, name: string, predicates: readonly ScanPredicate[]) => {
  const source = await openParquet(pathOf(fixtures.find((f) => f.file === file)!))
  const lease = memory.lease()
  try {
    const { relation, rowGroupsSkipped } = await source.load([name], lease, { predicates })
    return { values: readColumn(lease.buffer, relation, 0), rowGroupsSkipped, rows: relation.rows, of: source.rows }
  } finally {
    lease.release()
  }
}

describe.each(fixtures.filter(({ file }) => file.startsWith('sorted-')))('$file', ({ file }) => {
  test('each value of each column finds its rows, with fewer read where the file tells', async () => {
    const source = await openParquet(pathOf(fixtures.find((f) => f.file === file)!))
    for (const { name } of source.fields) {
      const { values } = await column(file, name, [])
      const some = values.filter((value, i) => value !== null && !Number.isNaN(value) && i % Math.ceil(values.length / 4) === 0) as ScanPredicate['value'][]
      for (const value of some) {
        for (const op of ['=', '<', '>='] as const) {
          const keeps = (v: unknown) => v !== null && (op === '=' ? v === value : op === '<' ? (v as number) < (value as number) : (v as number) >= (value as number))
          const found = await column(file, name, [{ column: name, op, value }])
          expect(found.values.filter(keeps), `${name} ${op} ${value}`).toEqual(values.filter(keeps))
          expect(found.rows).toBeLessThanOrEqual(found.of)
        }
      }
    }
    expect(memory.inUse).toBe(0)
  })
})

describe('what is left out', () => {
  test('pages of other rows', async () => {
    expect(await column('sorted-pages.parquet', 'id', [{ column: 'id', op: '=', value: 30n }])).toMatchObject({ rows: 25, rowGroupsSkipped: 1 })
    const tiny = await column('sorted-tiny-pages.parquet', 'name', [{ column: 'id', op: '>=', value: 200n }, { column: 'id', op: '<', value: 210n }])
    expect(tiny.rows).toBeLessThanOrEqual(15)
    const all = await column('sorted-tiny-pages.parquet', 'name', [])
    const ids = (await column('sorted-tiny-pages.parquet', 'id', [])).values as bigint[]
    const names = all.values.filter((_, i) => ids[i] !== null && ids[i]! >= 200n && ids[i]! < 210n)
    expect(tiny.values).toEqual(expect.arrayContaining(names))
  })
  // Bloom filters let some pass
  test.each([['sorted-bloom.parquet', 100, 0.7], ['sorted-pages.parquet', 200, 1]])('row groups without the value, though it lies between their bounds: %s', async (file, groupRows, part) => {
    const { values } = await column(file, 'scattered', [])
    let expected = 0
    let skipped = 0
    for (const value of new Set(values.filter((v, i) => v !== null && i % 7 === 0)) as Set<number>) {
      for (let from = 0; from < values.length; from += groupRows) if (!values.slice(from, from + groupRows).includes(value)) expected++
      skipped += (await column(file, 'scattered', [{ column: 'scattered', op: '=', value }])).rowGroupsSkipped
    }
    expect(expected).toBeGreaterThan(20)
    expect(skipped).toBeLessThanOrEqual(expected)
    expect(skipped).toBeGreaterThanOrEqual(expected * part)
  })
})
