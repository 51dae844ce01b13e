/**
 * The workers' side of Parquet by itself, over the chunks of fixtures: sound ones; and damaged ones, among bytes around every reservation that
 * nobody may change.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { CallScope } from '../../src/bridge/worker.ts'
import { ArcweldError } from '../../src/errors.ts'
import { apiValue } from '../../src/layout/api-value.ts'
import type { Physical } from '../../src/layout/relation.ts'
import { isExact, isSlice, type SqlType } from '../../src/layout/types.ts'
import type { ChunkPiece, LeafInfo } from '../../src/sources/parquet/chunk-task.ts'
import type { RowRange } from '../../src/sources/source.ts'
import { decodeChunk, decodeNested, readDictionary } from '../../src/sources/parquet/decode/tasks.ts'
import { type FileMetadata, readFileMetadata } from '../../src/sources/parquet/metadata.ts'
import { nestedColumnOf, type NestedColumn } from '../../src/sources/parquet/nested-shape.ts'
import { leafType } from '../../src/sources/parquet/schema.ts'
import { Canaries, mutated } from '../assembly/canaries.ts'
import { Harness, random, seed } from '../assembly/harness.ts'
import { expectedOf, fixtures, ofJson, ofRows, pathOf } from '../fixtures/parquet/read.ts'

const h = new Harness()
const canaries = new Canaries(h)
const { below } = random(seed)
const ROUNDS = Number(process.env['ARCWELD_FUZZ_N'] ?? 400)
/** What a task may take. */
const MOST = 1 << 28

let taken = 0
const scope = (): CallScope => {
  taken = 0
  const reserve = (_lease: number, bytes: number): number => {
    taken += bytes
    if (!(taken <= MOST)) throw new ArcweldError('MEMORY_EXCEEDED', 'too much for a test')
    return canaries.place(Math.max(1, bytes), 0)
  }
  return {
    memory: h.memory,
    runtime: h.runtime as unknown as CallScope['runtime'],
    reserve,
    arena: () => {
      throw new TypeError('not used')
    },
  }
}

interface Column {
  readonly file: string
  readonly name: string
  readonly type: SqlType
  readonly first: number
  /** One for a flat column. */
  readonly leaves: readonly LeafInfo[]
  readonly nested?: NestedColumn
  readonly metadata: FileMetadata
  readonly bytes: Buffer
  readonly expected: readonly unknown[]
}

const partsOf = ({ schema }: FileMetadata, at: number): { next: number; leaves: number } => {
  const { children = 0 } = schema[at]!
  let next = at + 1
  let leaves = children === 0 ? 1 : 0
  for (let i = 0; i < children; i++) {
    const part = partsOf({ schema } as FileMetadata, next)
    next = part.next
    leaves += part.leaves
  }
  return { next, leaves }
}

const columnsOf = (fixture: (typeof fixtures)[number]): Column[] => {
  const bytes = readFileSync(pathOf(fixture))
  const metadata = readFileMetadata(new Uint8Array(bytes.subarray(bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8), bytes.length - 8)), bytes.length)
  const expected = expectedOf(fixture)
  const out: Column[] = []
  let first = 0
  for (let at = 1; at < metadata.schema.length; ) {
    const element = metadata.schema[at]!
    const { next, leaves } = partsOf(metadata, at)
    const common = { file: fixture.file, name: element.name, first, metadata, bytes, expected: expected[element.name] ?? [] }
    if (next > at + 1 || element.repetition === 'REPEATED') {
      const nested = nestedColumnOf(metadata.schema, at, element.name, leafType)
      if ('type' in nested) out.push({ ...common, type: nested.type, leaves: nested.leaves, nested })
    } else {
      const { type, reading } = leafType(element)
      if ('kind' in type && reading !== undefined) {
        const optional = element.repetition === 'OPTIONAL' ? 1 : 0
        const length = element.type === 'FIXED_LEN_BYTE_ARRAY' ? (element.typeLength ?? 0) : 0
        out.push({ ...common, type, leaves: [{ name: element.name, stored: element.type!, length, maxDefinition: optional, maxRepetition: 0, reading }] })
      }
    }
    first += leaves
    at = next
  }
  return out
}

const widestOf = (type: SqlType, { stored }: LeafInfo): Physical => {
  if (isSlice(type)) return 'slice'
  if (type.kind === 'bool') return 'bool8'
  return isExact(type) ? 'i128' : stored === 'DOUBLE' ? 'f64' : 'f32'
}
const WIDTH: Partial<Record<Physical, number>> = { slice: 8, bool8: 1, i128: 16, f64: 8, f32: 4 }

type Damager = (bytes: Uint8Array) => Uint8Array

/** Decodes a column of all row groups; its values as rows show them, or why not. */
const decoded = async (column: Column, damage: Damager | undefined, select?: (rows: number) => RowRange[]): Promise<unknown[] | { readonly reason: string; readonly code?: string }> => {
  const groups = column.metadata.rowGroups.filter(({ rows }) => rows > 0)
  const victim = below(groups.length * column.leaves.length)
  const piecesOf = (leaf: number): ChunkPiece[] =>
    groups.map(({ rows, chunks }, g) => {
      const { pages, codec, uncompressed } = chunks[column.first + leaf]!
      const own = new Uint8Array(column.bytes.subarray(pages.offset, pages.offset + pages.length))
      const bytes = damage && victim === g * column.leaves.length + leaf ? damage(own) : own
      const address = canaries.put(bytes, below(8))
      return { spans: [{ address, length: bytes.length, fileOffset: pages.offset, firstRow: 0, stays: true }], codec, rows, uncompressed, select: select?.(rows) }
    })
  const rows = groups.reduce((sum, group) => sum + (select?.(group.rows).reduce((n, { from, to }) => n + to - from, 0) ?? group.rows), 0)
  const physical = column.nested ? 'slice' : widestOf(column.type, column.leaves[0]!)
  const width = WIDTH[physical]!
  const data = canaries.place(rows * width)
  const validity = canaries.place(Math.ceil(rows / 64) * 8)
  const common = { out: { physical, data, validity, rows }, lease: 1, scratch: 2 }
  const result = column.nested
    ? await decodeNested({ ...common, type: column.nested.type, shape: column.nested.shape, leaves: column.leaves.map((leaf, i) => ({ leaf, pieces: piecesOf(i) })) }, scope())
    : await decodeChunk({ ...common, leaf: column.leaves[0]!, pieces: piecesOf(0) }, scope())
  if (!result.ok) return result
  const show = apiValue(column.type)
  const text = new TextDecoder()
  return Array.from({ length: rows }, (_, row) => {
    if (((h.bytes[validity + (row >> 3)]! >> (row & 7)) & 1) === 0) return null
    const at = data + row * width
    if (physical === 'f32') return show(h.view.getFloat32(at, true))
    if (physical === 'f64') return show(h.view.getFloat64(at, true))
    if (physical === 'bool8') return show(h.bytes[at] !== 0)
    if (physical === 'slice') {
      const slice = h.bytes.slice(h.get(at), h.get(at) + h.get(at + 4))
      return column.type.kind === 'string' ? text.decode(slice) : show(slice)
    }
    const value = h.view.getBigInt64(at + 8, true) * 2n ** 64n + h.view.getBigUint64(at, true)
    const big = column.type.kind === 'decimal' || /64|128|timestamp/.test(column.type.kind)
    return column.type.kind === 'decimal' ? value : show(big ? value : Number(value))
  })
}

const intact = (note: string): void => {
  if (!canaries.intact()) expect.fail(`seed ${seed} ${note}: bytes around changed`)
}

const read = fixtures.filter(({ file }) => !/refused|overflow/.test(file))
const columns = read.flatMap(columnsOf).filter(({ metadata }) => metadata.rowGroups.some(({ rows }) => rows > 0))

/** Decimals as integers, as the expected ones are without their point. */
const shown = (type: SqlType, value: unknown): unknown => (type.kind === 'decimal' && value !== null ? String(value).replace('.', '').replace(/^(-?)0+(?=\d)/, '$1') : value)

describe('chunks', () => {
  it('of the fixtures hold what was written, whole and by rows', async () => {
    for (const column of columns) {
      const { type, expected, file, name } = column
      const select = (rows: number): RowRange[] => [{ from: 0, to: Math.min(3, rows) }, { from: Math.min(7, rows), to: Math.max(Math.min(7, rows), rows - 2) }].filter(({ from, to }) => to > from)
      for (const some of [undefined, select]) {
        const got = await decoded(column, undefined, some)
        intact(`${file} ${name}`)
        if (!Array.isArray(got)) expect.fail(`${file} ${name}: ${JSON.stringify(got)}`)
        let base = 0
        const rows = column.metadata.rowGroups.flatMap((group) => {
          const ranges = some === undefined ? [{ from: 0, to: group.rows }] : group.rows > 0 ? some(group.rows) : []
          const found = ranges.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => base + from + i))
          base += group.rows
          return found
        })
        const want = rows.map((row) => shown(type, ofJson(type, expected[row])))
        const have = got.map((value) => shown(type, ofRows(type, value)))
        if (JSON.stringify(have) !== JSON.stringify(want)) {
          const at = have.findIndex((value, i) => JSON.stringify(value) !== JSON.stringify(want[i]))
          expect.fail(`${file} ${name} row ${at}: ${JSON.stringify(have[at])}, not ${JSON.stringify(want[at])}`)
        }
      }
    }
  }, 60_000)

  it('that are damaged are told or read, and nothing else is written', async () => {
    const small = columns.filter((column) => column.metadata.rowGroups.every(({ chunks }) => column.leaves.every((_, i) => chunks[column.first + i]!.pages.length < 20_000)))
    for (let round = 0; round < ROUNDS; round++) {
      const column = small[below(small.length)]!
      const note = `round ${round} ${column.file} ${column.name}`
      const select = below(3) === 0 ? (rows: number): RowRange[] => [{ from: Math.min(1, rows), to: Math.min(5, rows) }].filter(({ from, to }) => to > from) : undefined
      const got = await decoded(column, (bytes) => mutated(bytes, below), select).catch((error: unknown) => expect.fail(`seed ${seed} ${note}: ${(error as Error).stack}`))
      if (!Array.isArray(got) && (got as { reason: string }).reason === 'damage') expect(['FILE_CORRUPT', 'UNSUPPORTED_TYPE', 'OVERFLOW', 'MEMORY_EXCEEDED'], note).toContain((got as { code?: string }).code)
      intact(note)
    }
  }, 600_000)

  it('have dictionaries that are damaged, too', async () => {
    const coded = columns.filter(({ nested, leaves }) => !nested && leaves[0]!.stored !== 'BOOLEAN')
    for (let round = 0; round < ROUNDS; round++) {
      const column = coded[below(coded.length)]!
      const { pages, codec, uncompressed } = column.metadata.rowGroups.find(({ rows }) => rows > 0)!.chunks[column.first]!
      if (pages.length > 20_000) continue
      const bytes = mutated(new Uint8Array(column.bytes.subarray(pages.offset, pages.offset + pages.length)), below)
      const span = { address: canaries.put(bytes), length: bytes.length, fileOffset: pages.offset, firstRow: 0, stays: true }
      const result = await readDictionary({ leaf: column.leaves[0]!, span, codec, uncompressed, lease: 1, scratch: 2 }, scope())
      if (!result.ok) expect(result.reason).toBe('damage')
      intact(`round ${round} ${column.file} ${column.name}`)
    }
  }, 600_000)
})
