/** Footers that claim what cannot be: a typed error that says where, and no memory for what only is claimed. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openParquet } from '../../src/sources/parquet.ts'
import { openMemory } from './lease.ts'
import { group, ints, leaf, OPTIONAL, pageV1, parquetFile, REQUIRED, type Struct, TYPE } from './parquet-writer.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arcweld-absurd-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

const MEMORY = 64 << 20
const memory = openMemory({ budget: MEMORY })

/** Opens a file and loads all of its columns; the error that this is. */
const outcome = async (file: Uint8Array): Promise<unknown> => {
  const path = join(folder, 'absurd.parquet')
  await writeFile(path, file)
  const lease = memory.lease()
  const before = process.memoryUsage().arrayBuffers
  try {
    const source = await openParquet(path)
    await source.load(source.fields.map(({ name }) => name), lease)
    return undefined
  } catch (error) {
    return error
  } finally {
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(MEMORY)
    lease.release()
    expect(memory.inUse).toBe(0)
  }
}

const column = (repetition: number, rows: number, values = rows): Uint8Array => {
  const page = pageV1(ints(8, [1, 2, 3]), { values: 3 })
  return parquetFile([leaf('x', repetition, TYPE.INT64)], [{ path: ['x'], type: TYPE.INT64, chunks: [{ pages: [page], values }] }], [rows]).file
}

const corrupt = { name: 'SourceError', code: 'FILE_CORRUPT', byteOffset: expect.any(Number) }

test('the same file without a lie is read', async () => {
  expect(await outcome(column(REQUIRED, 3))).toBeUndefined()
})

test.each([2 ** 40, 2 ** 52, -1, 2 ** 31 * 9])('%d rows in a few bytes', async (rows) => {
  expect(await outcome(column(REQUIRED, rows))).toMatchObject(corrupt)
})

test.each([2 ** 24, 2 ** 31, 2 ** 32])('%d rows, which a page could hold, do not fit', async (rows) => {
  expect(await outcome(column(OPTIONAL, rows))).toMatchObject({ code: 'MEMORY_EXCEEDED' })
})

test('more rows than the pages have', async () => {
  expect(await outcome(column(REQUIRED, 4))).toMatchObject(corrupt)
  expect(await outcome(column(REQUIRED, 1 << 16))).toMatchObject(corrupt)
})

test('more, or fewer, values than rows in a flat column', async () => {
  expect(await outcome(column(REQUIRED, 3, 4))).toMatchObject(corrupt)
  expect(await outcome(column(REQUIRED, 3, 2))).toMatchObject(corrupt)
})

const schema = (elements: readonly Struct[], children = 1): Uint8Array =>
  parquetFile(elements, [{ path: ['x'], type: TYPE.INT64, chunks: [{ pages: [pageV1(ints(8, [1]), { values: 1 })], values: 1 }] }], [1], { children }).file

test('schemas deeper than any, longer than they are, or without an end', async () => {
  expect(await outcome(schema([...Array.from({ length: 2000 }, () => group('g', OPTIONAL, 1)), leaf('x', REQUIRED, TYPE.INT64)]))).toMatchObject(corrupt)
  expect(await outcome(schema([leaf('x', REQUIRED, TYPE.INT64)], 2 ** 31 - 1))).toMatchObject(corrupt)
  expect(await outcome(schema([leaf('x', REQUIRED, TYPE.INT64)], -1))).toMatchObject(corrupt)
  expect(await outcome(schema([group('g', OPTIONAL, 2 ** 31 - 1), leaf('x', REQUIRED, TYPE.INT64)]))).toMatchObject(corrupt)
})
