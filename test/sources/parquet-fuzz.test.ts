/**
 * Damaged Parquet files: whatever is flipped, cut, moved or claimed, in pages, their headers and the footer, the engine gives an answer or a
 * SourceError with a code; no worker dies, nothing stays in memory, and no more of it is asked for than there is. The files are read as a
 * query reads them, but without DuckDB, which must not be asked to open such. ARCWELD_FUZZ_N says how many cases.
 */
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
// The built package: workers are started from files.
import { Catalog } from '../../dist/execute/catalog.js'
import { type OpenCore, openCore } from '../../dist/execute/core.js'
import { executePlan } from '../../dist/execute/executor.js'
import { UdfRegistry } from '../../dist/execute/udfs.js'
import { readColumn } from '../../src/layout/read.ts'
import type { Relation } from '../../src/layout/relation.ts'
import { type Field, typeName } from '../../src/layout/types.ts'
import type { Expr, PlanNode } from '../../src/plan/nodes.ts'
import { readFileMetadata } from '../../src/sources/parquet/metadata.ts'
import { fixtures, pathOf } from '../fixtures/parquet/read.ts'
import { testSeed } from '../seed.ts'
import { LAYOUTS } from './parquet-layouts.ts'
import { below, pick, type Random, random } from './parquet-random.ts'

const CASES = Number(process.env['ARCWELD_FUZZ_N'] ?? 1500)
const CODES = ['FILE_CORRUPT', 'FILE_FORMAT', 'UNSUPPORTED_TYPE', 'OVERFLOW', 'MEMORY_EXCEEDED']

let folder: string
let core: OpenCore
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arcweld-fuzz-'))
  core = await openCore(2, 64 << 20, 'engine')
})
afterAll(async () => {
  await core.close()
  await rm(folder, { recursive: true, force: true })
})

interface Whole {
  readonly name: string
  readonly bytes: Uint8Array
  /** Where damage does most: page headers and what follows them, indexes, Bloom filters. */
  readonly places: readonly (readonly [at: number, length: number])[]
}

const footerOf = (bytes: Uint8Array): number => bytes.length - 8 - new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 8, true)

/** Of a fixture only the first page of each chunk is known to stand where. */
const wholes: readonly Whole[] = [
  ...fixtures.map(({ file }): Whole => {
    const bytes = new Uint8Array(readFileSync(pathOf({ file })))
    const footer = footerOf(bytes)
    const { rowGroups } = readFileMetadata(bytes.subarray(footer, bytes.length - 8), bytes.length)
    const places = rowGroups.flatMap(({ chunks }) =>
      chunks.flatMap(({ pages, bloomFilter, columnIndex, offsetIndex }) => [pages, bloomFilter, columnIndex, offsetIndex].flatMap((range) => (range === undefined ? [] : [[range.offset, 60] as const]))),
    )
    return { name: file, bytes, places }
  }),
  ...LAYOUTS.map(({ name, written }): Whole => ({ name, bytes: written.file, places: written.pages.map(({ at, header, body }) => [at, header + Math.min(body, 40)] as const) })),
].map((whole) => ({ ...whole, places: [...whole.places, [footerOf(whole.bytes), whole.bytes.length - 8 - footerOf(whole.bytes)] as const] }))

const WORDS = [0, 1, -1, 2, 255, 65535, 0x7fffffff, -0x80000000, 0x7ffffff8, 1 << 20, 1 << 28]
/** Thrift's numbers: of zero, one and two bytes, as long as they get, negative, and without end. */
const VARINTS = [[0], [1], [2], [0x7f], [0xff, 0x7f], [0x80, 0x80, 0x04], [0xfe, 0xff, 0xff, 0xff, 0x0f], [0xff, 0xff, 0xff, 0xff, 0x0f], [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], new Array<number>(12).fill(0xff)]

const damaged = ({ bytes: whole, places }: Whole, next: Random): Uint8Array => {
  const kind = next()
  if (kind < 0.05) return whole.slice(0, below(next, whole.length))
  const bytes = whole.slice()
  const [from, length] = pick(next, places)
  const near = (): number => Math.min(from + below(next, Math.max(1, length)), whole.length - 1)
  for (let times = 1 + Math.floor(next() * next() * 6); times > 0; times--) {
    const at = next() < 0.7 ? near() : below(next, whole.length)
    if (kind < 0.4) bytes[at]! ^= 1 << below(next, 8)
    else if (kind < 0.5) bytes[at] = below(next, 256)
    else if (kind < 0.75) bytes.set(pick(next, VARINTS).slice(0, whole.length - at), at)
    else if (kind < 0.9) new DataView(bytes.buffer).setInt32(Math.min(at, whole.length - 4), next() < 0.2 ? whole.length + below(next, 17) - 8 : pick(next, WORDS), true)
    else bytes.copyWithin(at, below(next, whole.length), below(next, whole.length))
  }
  return bytes
}

const LITERALS: Partial<Record<Field['type']['kind'], unknown>> = { int32: 5, int64: '977', date: '1994-01-01', string: 'word 031', double: 1.5, timestamp: '2001-09-09 01:46:40', bool: true }

/** A condition that statistics, Bloom filters, dictionaries and page indexes are asked. */
const condition = ({ type }: Field, index: number, next: Random): Expr => {
  const name = typeName(type)
  const column: Expr = { expr: 'column', index, type: name }
  const value = LITERALS[type.kind]
  if (value === undefined || next() < 0.3) return { expr: 'call', fn: next() < 0.5 ? 'is_null' : 'is_not_null', args: [column], type: 'bool' }
  return { expr: 'call', fn: pick(next, ['eq', 'lt', 'ge'] as const), args: [column, { expr: 'literal', type: name, value } as Expr], type: 'bool' }
}

const hanging = <T>(promise: Promise<T>, what: string): Promise<T> => {
  let timer: NodeJS.Timeout
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} hangs`)), 60_000)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

/** The rows of some of its columns; the values are looked at. */
const read = async (path: string, next: Random): Promise<number> => {
  const catalog = new Catalog(core.memory, core.pool)
  const table = await catalog.open(path, false, {})
  catalog.set('t', table)
  const { fields } = table.source
  if (fields.length === 0) return 0
  const chosen = Array.from({ length: next() < 0.2 ? Math.min(fields.length, 12) : 1 + below(next, 3) }, () => pick(next, fields))
  const columns = [...new Set(chosen)]
  const scan: PlanNode = {
    op: 'scan',
    table: 't',
    columns: columns.map(({ name, type }) => ({ name, type: typeName(type) })),
    ...(next() < 0.4 ? { filters: [condition(columns[0]!, 0, next)] } : {}),
  }
  const tables = catalog.pin()
  try {
    const execution = await executePlan({ version: 1, names: columns.map((_, i) => `c${i}`), root: scan }, tables, core, { native: 'prefer', udf: (name) => new UdfRegistry().get(name) })
    try {
      for (let i = 0; i < columns.length; i++) readColumn(core.memory.buffer, execution.relation as Relation, i)
      return execution.relation.rows
    } finally {
      execution.lease.release()
    }
  } finally {
    tables.release()
  }
}

test(`${CASES} damaged files`, { timeout: 120_000 + CASES * 100 }, async () => {
  const seed = testSeed()
  const outcomes = new Map<string, number>()
  const sound = fixtures.find(({ file }) => file === 'sorted-pages.parquet')!
  for (let i = 0; i < CASES; i++) {
    const next = random(seed + i * 7919)
    const whole = pick(next, wholes)
    const what = `SEED=${seed}, case ${i}: ${whole.name}`
    const path = join(folder, `${i % 16}.parquet`)
    await writeFile(path, damaged(whole, next))
    const outcome = await hanging(read(path, next), what).then(
      () => 'read',
      (error: { name?: string; code?: string }) => {
        if ((error.name !== 'SourceError' && error.code !== 'MEMORY_EXCEEDED') || !CODES.includes(error.code!)) throw new Error(what, { cause: error })
        return error.code!
      },
    )
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    expect(core.memory.inUse, what).toBe(0)
    if (i % 500 === 499) expect(await read(pathOf(sound), () => 0.5), what).toBe(400)
  }
  expect(core.memory.peak).toBeLessThanOrEqual(core.memory.budget)
  if (CASES > 20_000) console.log(String([...outcomes]), `resident: ${process.memoryUsage.rss() >> 20} MiB`)
  expect([...outcomes.keys()], String([...outcomes])).toEqual(expect.arrayContaining(['read', 'FILE_CORRUPT']))
})
