import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as arrow from 'apache-arrow'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readColumn } from '../../src/layout/read.ts'
import { arrowSource } from '../../src/sources/arrow.ts'
import { decodeLz4Frame } from '../../src/sources/arrow/lz4-frame.ts'
import type { ArrowSource } from '../../src/sources/arrow.ts'
import { openSource } from '../../src/sources/index.ts'
import { arenaOf } from '../layout/arena.ts'

const one = async (vector: arrow.Vector) => {
  const source = arrowSource(new arrow.Table({ c: vector } as never))!
  const arena = arenaOf(1 << 18)
  const { relation } = await source.load(['c'], arena)
  return { type: source.fields[0]!.type, values: readColumn(arena.buffer, relation, 0) }
}

const vector = (type: arrow.DataType, props: object) => arrow.makeVector(arrow.makeData({ type, ...props } as never))

describe('Arrow types', () => {
  test('64-bit dates, timestamps of every unit', async () => {
    expect(await one(vector(new arrow.DateMillisecond(), { data: BigInt64Array.of(-86_400_000n, 0n, 86_400_000n) }))).toEqual({
      type: { kind: 'date' },
      values: [-1, 0, 1],
    })
    const stamps = BigInt64Array.of(-1n, 5n)
    expect((await one(vector(new arrow.TimestampSecond(), { data: stamps }))).values).toEqual([-1_000_000n, 5_000_000n])
    expect((await one(vector(new arrow.TimestampMillisecond(), { data: stamps }))).values).toEqual([-1000n, 5000n])
    expect(await one(vector(new arrow.TimestampNanosecond('Europe/Prague'), { data: BigInt64Array.of(-1000n, 5000n) }))).toEqual({
      type: { kind: 'timestamptz' },
      values: [-1n, 5n],
    })
    await expect(one(vector(new arrow.TimestampNanosecond(), { data: stamps }))).rejects.toMatchObject({
      code: 'UNSUPPORTED_TYPE',
      name: 'SourceError',
    })
    await expect(one(vector(new arrow.TimestampSecond(), { data: BigInt64Array.of(1n << 60n) }))).rejects.toMatchObject({
      code: 'OVERFLOW',
    })
  })
  test('64-bit values as pairs of 32 bits, as older releases hold them', async () => {
    const type = { typeId: 10, unit: 2, timezone: null }
    const data = { type, length: 2, offset: 0, nullCount: 0, values: Int32Array.of(5, 0, -1, -1) }
    const source = arrowSource({ schema: { fields: [{ name: 'c', type }] }, batches: [{ data: { length: 2, children: [data] } }] })!
    const arena = arenaOf()
    expect(readColumn(arena.buffer, (await source.load(['c'], arena)).relation, 0)).toEqual([5n, -1n])
  })
  test('half floats, large strings, string views, nulls', async () => {
    expect((await one(vector(new arrow.Float16(), { data: Uint16Array.of(0x3c00, 0x8000, 0x7c00, 1) }))).values).toEqual([
      1,
      -0,
      Number.POSITIVE_INFINITY,
      2 ** -24,
    ])
    const large = vector(new arrow.LargeUtf8(), {
      data: Buffer.from('ažb'),
      valueOffsets: BigInt64Array.of(0n, 3n, 3n, 4n),
      nullBitmap: Uint8Array.of(5),
    })
    expect((await one(large)).values).toEqual(['až', null, 'b'])
    const views = new Uint8Array(48)
    const words = new DataView(views.buffer)
    words.setInt32(0, 2, true)
    views.set(Buffer.from('ab'), 4)
    words.setInt32(32, 14, true)
    words.setInt32(44, 3, true)
    const view = vector(new arrow.Utf8View(), { views, nullBitmap: Uint8Array.of(5), variadicBuffers: [Buffer.from('___a longer string')] })
    expect((await one(view)).values).toEqual(['ab', null, 'a longer strin'])
    expect((await one(vector(new arrow.Null(), { length: 2 }))).values).toEqual([null, null])
  })
  test('dictionaries of strings and of others', async () => {
    expect((await one(arrow.vectorFromArray(['x', null, 'y', 'x'], new arrow.Dictionary(new arrow.Utf8(), new arrow.Int8())))).values).toEqual([
      'x',
      null,
      'y',
      'x',
    ])
    expect((await one(arrow.vectorFromArray([5, null, 7, 5], new arrow.Dictionary(new arrow.Int32(), new arrow.Int16())))).values).toEqual([5, null, 7, 5])
  })
  test('what no type holds is listed and refused on loading only', async () => {
    const table = new arrow.Table({
      ok: arrow.vectorFromArray([1], new arrow.Int8()),
      bin: arrow.vectorFromArray([1n], new arrow.TimeNanosecond()),
    } as never)
    const source = arrowSource(table)!
    expect(source.fields).toEqual([{ name: 'ok', type: { kind: 'int8' } }])
    expect([...source.unsupported]).toEqual([['bin', 'Time64<NANOSECOND>']])
    await expect(source.load(['bin'], arenaOf())).rejects.toMatchObject({
      code: 'UNSUPPORTED_TYPE',
      message: expect.stringContaining('"bin"'),
    })
    await expect(source.load(['none'], arenaOf())).rejects.toMatchObject({ code: 'UNKNOWN_COLUMN' })
  })
})

describe('sources by structure', () => {
  test('tables, record batches, arrays of them, bytes; also of another copy of the library', async () => {
    const table = arrow.tableFromArrays({ a: Int32Array.of(1, 2), s: ['x', 'y'] })
    const foreign = JSON.parse(JSON.stringify({ schema: { fields: [{ name: 'a', type: { typeId: 2, bitWidth: 32, isSigned: true } }] } }))
    foreign.batches = [
      {
        data: {
          length: 2,
          children: [{ type: foreign.schema.fields[0].type, length: 2, offset: 0, nullCount: 0, values: Int32Array.of(1, 2) }],
        },
      },
    ]
    const shared = new Uint8Array(new SharedArrayBuffer(arrow.tableToIPC(table).length))
    shared.set(arrow.tableToIPC(table))
    for (const value of [table, table.batches, table.batches[0], arrow.tableToIPC(table), arrow.tableToIPC(table).slice().buffer, shared, foreign]) {
      const source = (await openSource(value)) as ArrowSource
      const arena = arenaOf()
      const { relation } = await source.load(['a'], arena)
      expect(readColumn(arena.buffer, relation, 0)).toEqual([1, 2])
    }
  })
  test.each([[null], [5], [{}], [[]], [[{ a: 1 }]], [new Date()]])('%j is no source', async (value) => {
    await expect(openSource(value)).rejects.toMatchObject({ name: 'OptionError', code: 'INVALID_OPTION' })
  })
})

describe('Arrow files', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'arcweld-arrow-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  const table = arrow.tableFromArrays({
    a: Float64Array.from({ length: 500 }, (_, i) => i / 3),
    s: Array.from({ length: 500 }, (_, i) => `text ${i % 30}`),
  })
  test.each(['file', 'stream'] as const)('%s format: whole, or cut anywhere', async (format) => {
    const bytes = arrow.tableToIPC(table, format)
    const path = join(folder, `t-${format}.arrow`)
    await writeFile(path, bytes)
    const source = (await openSource(path)) as ArrowSource
    const arena = arenaOf()
    expect(source.rows).toBe(500)
    expect(readColumn(arena.buffer, (await source.load(['s'], arena)).relation, 0).slice(29, 32)).toEqual(['text 29', 'text 0', 'text 1'])
    for (let cut = 0; cut < bytes.length; cut += 97) {
      await writeFile(path, bytes.subarray(0, cut))
      const outcome = await openSource(path)
        .then((opened) =>
          (opened as ArrowSource).load(
            opened.fields.map((field) => field.name),
            arenaOf(),
          ),
        )
        .catch((error: unknown) => error)
      // a stream that ends between messages is a shorter stream
      if (outcome instanceof Error) expect(outcome).toMatchObject({ name: 'SourceError', code: 'FILE_CORRUPT' })
      else expect(format).toBe('stream')
    }
  })
  test('other files', async () => {
    const write = async (name: string, content: string) => {
      await writeFile(join(folder, name), content)
      return join(folder, name)
    }
    await expect(openSource(join(folder, 'none.parquet'))).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
      path: join(folder, 'none.parquet'),
    })
    // A folder is a table of Parquet files.
    await mkdir(join(folder, 'arrows'))
    await expect(openSource(join(folder, 'arrows'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
    await write(join('arrows', 'a.arrow'), 'ARROW1')
    await expect(openSource(join(folder, 'arrows'))).rejects.toMatchObject({ code: 'FILE_CORRUPT' })
    await expect(openSource(await write('e.arrow', ''))).rejects.toMatchObject({ code: 'FILE_CORRUPT' })
    await expect(openSource(await write('t.csv', 'a,b\n1,2\n'))).rejects.toMatchObject({
      code: 'FILE_FORMAT',
      message: expect.stringContaining('csv'),
    })
    await expect(openSource(await write('t.bin', 'whatever this is'))).rejects.toMatchObject({ code: 'FILE_FORMAT' })
    await expect(openSource(await write('t.parquet', 'whatever this is'))).rejects.toMatchObject({ code: 'FILE_CORRUPT' })
    await expect(openSource(await write('t.feather', 'FEA1this is'))).rejects.toMatchObject({ code: 'FILE_FORMAT' })
  })
})

test('LZ4 frames: a stored block, matches across blocks, damage', () => {
  const frame = (...blocks: number[][]) => Uint8Array.of(0x04, 0x22, 0x4d, 0x18, 0x40, 0x40, 0, ...blocks.flat(), 0, 0, 0, 0)
  const stored = [3, 0, 0, 0x80, 97, 98, 99]
  // token: 1 literal, match of 4 + 2 at distance 3; then the last literals
  const packed = [7, 0, 0, 0, 0x12, 100, 3, 0, 0x20, 101, 102]
  expect(Buffer.from(decodeLz4Frame(frame(stored, packed), 12)).toString()).toBe('abcdbcdbcdef')
  expect(() => decodeLz4Frame(frame([7, 0, 0, 0, 0x12, 100, 9, 0, 0x20, 101, 102]), 12)).toThrow(/before the beginning/)
  expect(() => decodeLz4Frame(frame(stored).subarray(0, 12), 3)).toThrow()
  expect(() => decodeLz4Frame(frame(stored, packed), 11)).toThrow(/more than 11/)
})
