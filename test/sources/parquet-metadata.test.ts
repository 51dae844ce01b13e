/** The Thrift reader and the footer's metadata: what writers write, what nobody should, and everything in between. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openParquet } from '../../src/sources/parquet.ts'
import { readFileMetadata, UnreadableLayout } from '../../src/sources/parquet/metadata.ts'
import { STOP, ThriftError, ThriftReader } from '../../src/sources/parquet/thrift.ts'
import { testSeed } from '../seed.ts'
import { openWitness, type Witness } from './duckdb.ts'

let folder: string
let duckdb: Witness
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arcweld-footer-'))
  duckdb = await openWitness()
})
afterAll(async () => {
  duckdb.close()
  await rm(folder, { recursive: true })
})

const reader = (...bytes: number[]) => new ThriftReader(Uint8Array.from(bytes))
const I32 = 5
const I64 = 6
const LIST = 9
const STRUCT = 12

describe('compact protocol', () => {
  test('fields by delta and by number, integers by zigzag, booleans in the type', () => {
    const r = reader(0x10 | I32, 0x03, 0x11, 0x12, I64, 0xc8, 0x01, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f, 0)
    expect([r.field(0), r.integer()]).toEqual([1, -2])
    expect([r.field(1), r.bool()]).toEqual([2, true])
    expect([r.field(2), r.bool()]).toEqual([3, false])
    expect([r.field(3), r.integer()]).toEqual([100, 2 ** 52 - 1])
    expect(r.field(100)).toBe(STOP)
  })
  test('what is not asked for is gone over, whatever it is', () => {
    // a struct with a double, a list of booleans, a map of i32 to text, an empty map, a 64-bit integer at its limits, a struct
    const odd = [0x17, 1, 2, 3, 4, 5, 6, 7, 8, 0x19, 0x21, 1, 2, 0x1b, 1, 0x58, 2, 2, 65, 66, 0x1b, 0, 0x16, ...Array(9).fill(0xff), 0x01, 0x1c, 0x11, 0, 0]
    const r = reader(0x10 | STRUCT, ...odd, 0x10 | I32, 4, 0)
    expect(r.field(0)).toBe(1)
    r.skip()
    expect([r.field(1), r.integer(), r.field(2)]).toEqual([2, 2, STOP])
  })
  test.each<[string, number[], (r: ThriftReader) => unknown]>([
    ['an end within a field', [0x10 | I32], (r) => r.integer()],
    ['an integer without end', [0x10 | I64, ...Array(10).fill(0x80), 1], (r) => r.integer()],
    ['an integer beyond 2^53', [0x10 | I64, ...Array(9).fill(0xff), 1], (r) => r.integer()],
    ['bytes beyond the end', [0x18, 5, 1, 2], (r) => r.binary()],
    ['a list longer than its bytes', [0x10 | LIST, 0xf5, 0xff, 0xff, 0xff, 0xff, 0x0f], (r) => r.list(() => r.integer())],
    ['another type', [0x10 | I32, 2], (r) => r.binary()],
    ['a type that is none', [0x1f, 0], (r) => r.skip()],
    ['endless nesting', [0x10 | STRUCT, ...Array(100_000).fill(0x10 | STRUCT)], (r) => r.skip()],
    ['lists in lists', [0x10 | LIST, ...Array(100_000).fill(0x19)], (r) => r.skip()],
  ])('%s is an error', (_, bytes, read) => {
    const r = reader(...bytes)
    expect(() => {
      r.field(0)
      read(r)
    }).toThrow(ThriftError)
  })
})

/** A footer's bytes, and where they begin. */
const footerOf = (file: Buffer) => {
  const length = file.readUInt32LE(file.length - 8)
  return { at: file.length - 8 - length, bytes: file.subarray(file.length - 8 - length, file.length - 8) }
}

const sound = async (): Promise<Buffer> => {
  const path = join(folder, 'sound.parquet')
  await duckdb.run(`COPY (SELECT i AS a, i::VARCHAR AS b, [i] AS l, {'x': i} AS s FROM range(5000) t(i)) TO '${path}' (FORMAT parquet, ROW_GROUP_SIZE 2048)`)
  return readFile(path)
}

describe('footers', () => {
  test('statistics are the bytes of the file, offsets lie in it', async () => {
    const file = await sound()
    const { rowGroups, rows } = readFileMetadata(footerOf(file).bytes, file.length)
    expect(rows).toBe(5000)
    expect(rowGroups.map((g) => g.rows)).toEqual([2048, 2048, 904])
    const bounds = rowGroups.map(({ chunks }) => chunks[0]!.statistics!)
    expect(bounds.map(({ min, max }) => [min, max].map((b) => Buffer.from(b!).readBigInt64LE()))).toEqual([[0n, 2047n], [2048n, 4095n], [4096n, 4999n]])
    expect(bounds.map((b) => b.nullCount)).toEqual([0, 0, 0])
    for (const { chunks } of rowGroups) for (const { pages } of chunks) expect(pages.offset + pages.length).toBeLessThan(file.length)
  })
  test('bytes changed at random: the metadata, or an error that says where', async () => {
    const file = await sound()
    const { bytes } = footerOf(file)
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 }), fc.nat({ max: bytes.length }), (changes, cut) => {
        const changed = Uint8Array.from(bytes)
        for (const [at, value] of changes) changed[at] = value
        for (const part of [changed, changed.subarray(0, cut)]) {
          try {
            const { rowGroups } = readFileMetadata(part, file.length)
            for (const { chunks } of rowGroups) for (const { pages } of chunks) expect(pages.offset + pages.length <= file.length).toBe(true)
          } catch (error) {
            if (!(error instanceof UnreadableLayout)) expect(error).toBeInstanceOf(ThriftError)
          }
        }
      }),
      { seed: testSeed(), numRuns: 2000 },
    )
  })
  test('a file whose footer is damaged says at which byte', async () => {
    const file = await sound()
    const { at, bytes } = footerOf(file)
    const path = join(folder, 'changed.parquet')
    for (const [position, value] of [[0, 0xff], [Math.floor(bytes.length / 2), 0x1f], [bytes.length - 1, 0x15]] as const) {
      const changed = Buffer.from(file)
      changed[at + position] = value
      await writeFile(path, changed)
      const error = await openParquet(path).catch((e: unknown) => e)
      if (error instanceof Error) expect(error).toMatchObject({ name: 'SourceError', code: 'FILE_CORRUPT', path, byteOffset: expect.any(Number) })
    }
    const changed = Buffer.from(file)
    changed[at] = 0xff
    await writeFile(path, changed)
    await expect(openParquet(path)).rejects.toMatchObject({ code: 'FILE_CORRUPT', byteOffset: expect.toSatisfy((n: number) => n >= at && n < file.length) })
  })
})
