/**
 * Column and offset index: bounds of every page of a column chunk, and where it lies. From them follow the rows of a row group that can
 * pass a predicate. (https://github.com/apache/parquet-format/blob/master/PageIndex.md)
 */
import type { RowRange, ScanPredicate } from '../source.ts'
import type { ChunkMetadata, FileRange } from './metadata.ts'
import type { ParquetColumn } from './schema.ts'
import { mayMatch } from './statistics.ts'
import { STOP, ThriftError, ThriftReader } from './thrift.ts'

export interface PageLocation extends FileRange {
  readonly firstRow: number
}

interface ColumnIndex {
  readonly nullPages: readonly boolean[]
  readonly min: readonly Uint8Array[]
  readonly max: readonly Uint8Array[]
  readonly nullCounts: readonly number[] | undefined
}

const readLocation = (r: ThriftReader): PageLocation => {
  r.struct()
  let offset = -1
  let length = -1
  let firstRow = -1
  for (let id = r.field(0); id !== STOP; id = r.field(id)) {
    if (id === 1) offset = r.integer()
    else if (id === 2) length = r.integer()
    else if (id === 3) firstRow = r.integer()
    else r.skip()
  }
  return { offset, length, firstRow }
}

/** Pages in order, within their chunk; throws ThriftError where they cannot be that. */
export const readOffsetIndex = (bytes: Uint8Array, { pages }: ChunkMetadata, rows: number): readonly PageLocation[] => {
  const r = new ThriftReader(bytes)
  let found: PageLocation[] = []
  for (let id = r.field(0); id !== STOP; id = r.field(id)) {
    if (id === 1) found = r.list(() => readLocation(r))
    else r.skip()
  }
  let end = pages.offset
  found.forEach(({ offset, length, firstRow }, i) => {
    const before = i === 0 ? -1 : found[i - 1]!.firstRow
    const begins = i === 0 ? firstRow === 0 : firstRow > before
    if (!begins || firstRow >= rows || offset < end || length <= 0) throw new ThriftError(`page ${i} of an offset index makes no sense`, r.at)
    end = offset + length
  })
  if (found.length === 0 || end > pages.offset + pages.length) throw new ThriftError('an offset index goes beyond its pages', r.at)
  return found
}

const readColumnIndex = (bytes: Uint8Array): ColumnIndex => {
  const r = new ThriftReader(bytes)
  let nullPages: boolean[] = []
  let min: Uint8Array[] = []
  let max: Uint8Array[] = []
  let nullCounts: number[] | undefined
  for (let id = r.field(0); id !== STOP; id = r.field(id)) {
    if (id === 1) nullPages = r.list(() => r.bool())
    else if (id === 2) min = r.list(() => r.binary())
    else if (id === 3) max = r.list(() => r.binary())
    else if (id === 5) nullCounts = r.list(() => r.integer())
    else r.skip()
  }
  return { nullPages, min, max, nullCounts }
}

/** Rows of the row group that may fulfil all predicates of one column, by its pages. */
export const rowsThatMay = (predicates: readonly ScanPredicate[], column: ParquetColumn, index: Uint8Array, pages: readonly PageLocation[], rows: number): readonly RowRange[] => {
  const { nullPages, min, max, nullCounts } = readColumnIndex(index)
  const all = [{ from: 0, to: rows }]
  if ([nullPages, min, max, nullCounts ?? nullPages].some((list) => list.length !== pages.length)) return all
  const kept: { from: number; to: number }[] = []
  pages.forEach(({ firstRow }, i) => {
    const to = pages[i + 1]?.firstRow ?? rows
    const nulls = nullPages[i] ? to - firstRow : nullCounts?.[i]
    const statistics = nullPages[i] ? { nullCount: nulls, legacy: false } : { min: min[i], max: max[i], nullCount: nulls !== undefined && nulls >= 0 ? nulls : undefined, legacy: false }
    if (!predicates.every((predicate) => mayMatch(predicate, column, statistics, to - firstRow))) return
    const last = kept.at(-1)
    if (last?.to === firstRow) last.to = to
    else kept.push({ from: firstRow, to })
  })
  return kept
}

/** Rows that are in both. */
export const intersected = (a: readonly RowRange[], b: readonly RowRange[]): readonly RowRange[] => {
  const out: RowRange[] = []
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const from = Math.max(a[i]!.from, b[j]!.from)
    const to = Math.min(a[i]!.to, b[j]!.to)
    if (from < to) out.push({ from, to })
    if (a[i]!.to < b[j]!.to) i++
    else j++
  }
  return out
}

/** A part of a chunk that is to be read, and the row with which its first data page begins. */
export interface ReadPart extends FileRange {
  readonly firstRow: number
}

/** The runs of pages that hold the selected rows, and the dictionary's page before them. */
export const partsOf = ({ pages }: ChunkMetadata, locations: readonly PageLocation[], select: readonly RowRange[], rows: number): readonly ReadPart[] => {
  const parts: { offset: number; length: number; firstRow: number }[] = []
  const first = locations[0]!.offset
  if (first > pages.offset) parts.push({ offset: pages.offset, length: first - pages.offset, firstRow: 0 })
  let range = 0
  locations.forEach(({ offset, length, firstRow }, i) => {
    const to = locations[i + 1]?.firstRow ?? rows
    while (range < select.length && select[range]!.to <= firstRow) range++
    if (range === select.length || select[range]!.from >= to) return
    const last = parts.at(-1)
    if (last && last.offset + last.length === offset) last.length += length
    else parts.push({ offset, length, firstRow })
  })
  return parts
}
