/**
 * What of the row groups that their statistics leave can hold a row that all predicates keep: Bloom filters and dictionaries leave out
 * whole row groups, the page index rows of them. What cannot be read, or says nothing, leaves everything in.
 */
import { ArcweldError } from '../../errors.ts'
import { viewOf } from '../../layout/memory.ts'
import { fromWords } from '../../layout/chunk.ts'
import type { SqlType } from '../../layout/types.ts'
import type { RowRange, ScanPredicate } from '../source.ts'
import { hashOf, mayContain } from './bloom-filter.ts'
import type { DictionaryResult } from './chunk-task.ts'
import { surelyCoded } from './dictionaries.ts'
import { Extents } from './file-reader.ts'
import type { LoadContext } from './load.ts'
import type { FileRange } from './metadata.ts'
import { intersected, type PageLocation, readOffsetIndex, rowsThatMay } from './page-index.ts'
import { leafOf, leavesOf, type ParquetColumn } from './schema.ts'
import { type Bound, compare, operand } from './statistics.ts'
import type { SelectedGroup } from './stripes.ts'
import { ThriftError } from './thrift.ts'

/** A predicate, and the column that it is about. */
export interface Test {
  readonly predicate: ScanPredicate
  readonly column: ParquetColumn
}

/** Larger indexes and dictionaries are not worth it. */
const MOST_INDEX = 16 << 20
const MOST_DICTIONARY = 1 << 18
/** Where pages leave out less than this part of the rows, all are read. */
const WORTH = 1 / 16

export const pruned = async (groups: readonly SelectedGroup[], wanted: readonly ParquetColumn[], tests: readonly Test[], size: number, cx: LoadContext): Promise<readonly SelectedGroup[]> => {
  if (tests.length === 0 || groups.length === 0) return groups
  const left = await kept(groups, async (group) => (await filtersPass(group, tests, size, cx)) && (await dictionariesPass(group, tests, cx)))
  cx.signal?.throwIfAborted()
  return byPages(left, wanted, tests, cx)
}

const kept = async (groups: readonly SelectedGroup[], passes: (group: SelectedGroup) => Promise<boolean>): Promise<readonly SelectedGroup[]> => {
  const outcomes = await Promise.allSettled(groups.map(passes))
  return groups.filter((_, i) => {
    const outcome = outcomes[i]!
    if (outcome.status === 'rejected') throw outcome.reason
    return outcome.value
  })
}

const filtersPass = async ({ metadata }: SelectedGroup, tests: readonly Test[], size: number, { file }: LoadContext): Promise<boolean> => {
  for (const { predicate, column } of tests) {
    const { bloomFilter } = metadata.chunks[column.leaf]!
    const hash = bloomFilter && hashOf(predicate, column)
    if (bloomFilter && hash !== undefined && !(await mayContain(file.handle, size, bloomFilter, hash))) return false
  }
  return true
}

/** Asked of columns that must equal something: other predicates are the statistics' part. */
const dictionariesPass = async ({ metadata }: SelectedGroup, tests: readonly Test[], { file, lease, decoding }: LoadContext): Promise<boolean> => {
  for (const column of new Set(tests.filter(({ predicate }) => predicate.op === '=' && predicate.value !== null).map((test) => test.column))) {
    const chunk = metadata.chunks[column.leaf]!
    const length = chunk.dictionaryBytes
    if (length === undefined || length > MOST_DICTIONARY || !surelyCoded(chunk) || !DECIDABLE.has(column.reading!)) continue
    const scratch = lease.workspace()
    try {
      const part = { offset: chunk.pages.offset, length }
      const extents = new Extents([part])
      const address = scratch.reserve(extents.bytes) >>> 0
      await extents.read(file.handle, file.path, lease.buffer, address)
      const result = await decoding.readDictionary({
        leaf: leafOf(column),
        span: { address, length, fileOffset: part.offset, firstRow: 0, stays: false },
        codec: chunk.codec,
        uncompressed: chunk.uncompressed,
        lease: scratch.id,
        scratch: scratch.id,
      })
      // damage is told by who decodes the column, if anybody does
      if (result.ok && !someEntry(lease.buffer, column, result, tests)) return false
    } finally {
      scratch.release()
    }
  }
  return true
}

const DECIDABLE: ReadonlySet<string> = new Set(['text', 'signed', 'unsigned', 'decimal'])

/** Whether an entry fulfils all comparisons with its column. */
const someEntry = (buffer: ArrayBufferLike, column: ParquetColumn, dictionary: Extract<DictionaryResult, { ok: true }>, tests: readonly Test[]): boolean => {
  const comparisons: { readonly op: ScanPredicate['op']; readonly value: Bound }[] = []
  for (const { predicate, column: other } of tests) {
    if (other !== column || predicate.op === 'is_null' || predicate.op === 'is_not_null' || predicate.value === null) continue
    const value = operand(column.type as SqlType, predicate.value)
    if (value !== undefined) comparisons.push({ op: predicate.op, value })
  }
  if (comparisons.length === 0) return true
  const read = entryReader(buffer, dictionary)
  if (read === undefined) return true
  for (let i = 0; i < dictionary.size; i++) {
    const entry = read(i)
    if (comparisons.every(({ op, value }) => holds(op, compare(entry, value)))) return true
  }
  return false
}

const holds = (op: ScanPredicate['op'], order: number | undefined): boolean => {
  if (order === undefined) return true
  switch (op) {
    case '=':
      return order === 0
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    case '>=':
      return order >= 0
    default:
      return true
  }
}

const entryReader = (buffer: ArrayBufferLike, { physical, data, size }: Extract<DictionaryResult, { ok: true }>): ((index: number) => Bound) | undefined => {
  if (physical === 'slice') {
    const slices = new Uint32Array(buffer, data >>> 0, size * 2)
    return (i) => new Uint8Array(buffer, slices[2 * i]!, slices[2 * i + 1]!)
  }
  if (physical === 'i64' || physical === 'u64') {
    const words = viewOf(buffer, physical, data, size) as BigInt64Array
    return (i) => words[i]!
  }
  if (physical !== 'i128') return undefined
  const words = new BigInt64Array(buffer, data >>> 0, size * 2)
  return (i) => fromWords(words[2 * i]!, words[2 * i + 1]!)
}

const byPages = async (groups: readonly SelectedGroup[], wanted: readonly ParquetColumn[], tests: readonly Test[], cx: LoadContext): Promise<readonly SelectedGroup[]> => {
  const columns = new Set(tests.map((test) => test.column))
  const asked = groups.map(({ metadata }) => [...columns].filter(({ leaf }) => metadata.chunks[leaf]!.columnIndex && metadata.chunks[leaf]!.offsetIndex))
  if (asked.every((some) => some.length === 0)) return groups
  const indexes = await readIndexes(
    groups.flatMap(({ metadata }, g) => {
      if (asked[g]!.length === 0) return []
      return [...asked[g]!.map(({ leaf }) => metadata.chunks[leaf]!.columnIndex), ...[...asked[g]!, ...wanted].map(({ leaf }) => metadata.chunks[leaf]!.offsetIndex)]
    }),
    cx,
  )
  if (indexes === undefined) return groups
  return groups.flatMap((group, g): SelectedGroup[] => {
    if (asked[g]!.length === 0) return [group]
    try {
      return selected(group, asked[g]!, wanted, tests, indexes)
    } catch (error) {
      // an index that makes no sense: all rows are read
      if (error instanceof ThriftError) return [group]
      throw error
    }
  })
}

const selected = (group: SelectedGroup, asked: readonly ParquetColumn[], wanted: readonly ParquetColumn[], tests: readonly Test[], bytesOf: (range: FileRange) => Uint8Array): SelectedGroup[] => {
  const { metadata, rows } = group
  const pages = new Map<number, readonly PageLocation[]>()
  for (const { leaf } of [...asked, ...wanted]) {
    const chunk = metadata.chunks[leaf]!
    if (chunk.offsetIndex && !pages.has(leaf)) pages.set(leaf, readOffsetIndex(bytesOf(chunk.offsetIndex), chunk, rows))
  }
  let select: readonly RowRange[] = [{ from: 0, to: rows }]
  for (const column of asked) {
    const predicates = tests.filter((test) => test.column === column).map((test) => test.predicate)
    select = intersected(select, rowsThatMay(predicates, column, bytesOf(metadata.chunks[column.leaf]!.columnIndex!), pages.get(column.leaf)!, rows))
  }
  const left = select.reduce((sum, { from, to }) => sum + to - from, 0)
  if (left === 0) return []
  return left > rows * (1 - WORTH) ? [group] : [{ ...group, rows: left, select, pages }]
}

/** Groups of which rows were selected, with what their offset indexes say of these columns: of pages without such rows nothing is read then. */
export const withPages = async (groups: readonly SelectedGroup[], columns: readonly ParquetColumn[], cx: LoadContext): Promise<readonly SelectedGroup[]> => {
  const leaves = columns.flatMap((column) => leavesOf(column).map((_, i) => column.leaf + i))
  const lacking = ({ select, pages, metadata }: SelectedGroup) => (select ? leaves.filter((leaf) => !pages?.has(leaf) && metadata.chunks[leaf]!.offsetIndex) : [])
  if (groups.every((group) => lacking(group).length === 0)) return groups
  const indexes = await readIndexes(groups.flatMap((group) => lacking(group).map((leaf) => group.metadata.chunks[leaf]!.offsetIndex)), cx)
  if (indexes === undefined) return groups
  return groups.map((group): SelectedGroup => {
    const pages = new Map(group.pages)
    for (const leaf of lacking(group)) {
      const chunk = group.metadata.chunks[leaf]!
      try {
        pages.set(leaf, readOffsetIndex(indexes(chunk.offsetIndex!), chunk, group.metadata.rows))
      } catch (error) {
        // an index that makes no sense: the whole chunk is read, and its pages are gone through
        if (!(error instanceof ThriftError)) throw error
      }
    }
    return { ...group, pages }
  })
}

/** Indexes lie together behind the data; undefined where they are too large. */
const readIndexes = async (ranges: readonly (FileRange | undefined)[], { file }: LoadContext): Promise<((range: FileRange) => Uint8Array) | undefined> => {
  const extents = new Extents(ranges.filter((range) => range !== undefined))
  if (extents.bytes > MOST_INDEX) return undefined
  const buffer = new ArrayBuffer(extents.bytes)
  try {
    await extents.read(file.handle, file.path, buffer, 0)
  } catch (error) {
    if (error instanceof ArcweldError && error.code === 'FILE_CORRUPT') return undefined
    throw error
  }
  return ({ offset, length }) => new Uint8Array(buffer, extents.addressOf(offset), length)
}
