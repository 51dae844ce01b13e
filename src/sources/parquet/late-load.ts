/**
 * Late materialisation: the columns that a row filter looks at are decoded first, the others only for the rows that it leaves. It is tried on
 * a few stripes; where hardly a page is spared by it there, or all in all, everything is decoded as if there were no filter.
 * (Abadi, Myers, DeWitt, Madden: Materialization Strategies in a Column-Oriented DBMS, 2007)
 */
import type { BuiltColumn } from '../../layout/column-builder.ts'
import type { Relation } from '../../layout/relation.ts'
import type { FilterCounts, RowFilter } from '../source.ts'
import { ColumnLoad } from './column-load.ts'
import { compacted, type Place, relationOf } from './compaction.ts'
import { unite } from './dictionaries.ts'
import { all, decodeStripes, isText, type LoadContext, loadColumns } from './load.ts'
import { withPages } from './pruning.ts'
import { leastPage, pagesOf, type Selection, selectRows } from './row-selection.ts'
import { leavesOf, type ParquetColumn } from './schema.ts'
import { divide, type Division, type SelectedGroup, type Stripe } from './stripes.ts'

/** A filter, the columns that it looks at, and those that are decoded afterwards. */
export interface LateColumns {
  readonly filter: RowFilter
  readonly first: readonly ParquetColumn[]
  readonly rest: readonly ParquetColumn[]
}

/** The other columns must be so large a part of all bytes. */
const LEAST_PART = 1 / 4
/** So much of their bytes must be spared. */
const WORTH = 1 / 4
/** One of so many stripes is tried, and of those so many slices, each as long as a page but not longer than so many rows. */
const TRIED = 12
const SLICES = 32
const SLICE_ROWS = 1 << 14
const SLICE_UNIT = 1 << 10

/** Undefined where nothing can be gained. */
export const lateColumns = (filter: RowFilter, first: readonly ParquetColumn[], wanted: readonly ParquetColumn[], groups: readonly SelectedGroup[]): LateColumns | undefined => {
  // All that a filter looks at may lie in the names of folders.
  if (first.length === 0) return undefined
  const rest = [...new Set(wanted)].filter((column) => !first.includes(column))
  const bytes = (columns: readonly ParquetColumn[]) => groups.reduce((sum, { metadata, rows }) => sum + (rows / metadata.rows) * leafNumbers(columns).reduce((n, leaf) => n + metadata.chunks[leaf]!.uncompressed, 0), 0)
  const late = bytes(rest)
  return late > 0 && late >= filter.least(groups.reduce((sum, { rows }) => sum + rows, 0)) && late >= LEAST_PART * (late + bytes(first)) ? { filter, first, rest } : undefined
}

export const leafNumbers = (columns: readonly ParquetColumn[]): readonly number[] => columns.flatMap((column) => leavesOf(column).map((_, i) => column.leaf + i))

/** Those whose pages are counted. */
export const flat = (columns: readonly ParquetColumn[]): readonly number[] => columns.flatMap(({ nested, leaf }) => (nested ? [] : [leaf]))

/** Whether a selection is worth that its columns are decoded apart from the others. */
export const pays = ({ saved }: Selection): boolean => saved >= WORTH

/** Stripes from all over the file: what a filter leaves of one end tells little of the other. */
const sampleOf = (stripes: readonly Stripe[], threads: number): readonly Stripe[] => {
  const count = Math.max(threads, Math.ceil(stripes.length / TRIED))
  return count >= stripes.length ? stripes : Array.from({ length: count }, (_, i) => stripes[Math.floor(((i + 0.5) * stripes.length) / count)]!)
}

/** Slices of some stripes, from all over them. */
const slices = (stripes: readonly Stripe[], page: number): readonly Place[] => {
  const length = Math.max(SLICE_UNIT, Math.floor(Math.min(page, SLICE_ROWS) / SLICE_UNIT) * SLICE_UNIT)
  const each = Math.ceil(SLICES / stripes.length)
  return stripes.flatMap(({ batch, from, rows }) => {
    const count = Math.min(each, Math.ceil(rows / length))
    const step = Math.max(length, Math.floor((rows - length) / Math.max(count - 1, 1) / SLICE_UNIT) * SLICE_UNIT)
    return Array.from({ length: count }, (_, i): Place => ({ batch, from: from + i * step, rows: Math.min(length, rows - i * step) }))
  })
}

export interface LateLoad {
  readonly built: ReadonlyMap<ParquetColumn, BuiltColumn>
  /** Of the rows that are left. */
  readonly division: Division
  readonly filtered: FilterCounts
}

/** Throws as `loadColumns`. */
export const loadLate = async ({ filter, first, rest }: LateColumns, division: Division, cx: LoadContext): Promise<LateLoad> => {
  const { path } = cx.file
  const { stripes } = division
  const leaves = leafNumbers(rest)
  // What is decoded first may go again; its text, which lies in pages, stays.
  const aside = cx.lease.workspace()
  let kept = false
  let deciding: Promise<unknown> = Promise.resolve()
  try {
    const loads = first.map((column) => new ColumnLoad(column, division, cx.lease))
    await unite(loads.filter(isText), division, cx)
    const built = () => loads.map((load) => load.built(path))
    const whole = async (rows: number, done: Promise<void>): Promise<LateLoad> => {
      const [, others] = await both(done, loadColumns(rest, division, cx))
      cx.lease.adopt(aside)
      kept = true
      return { built: new Map([...others, ...built().map((column, i) => [first[i]!, column] as const)]), division, filtered: abandoned(rows) }
    }
    const sample = sampleOf(stripes, cx.decoding.threads)
    await decodeStripes(loads, cx, aside, sample)
    const tried = slices(sample, leastPage(sample, leaves))
    // All of these columns are decoded whatever comes of it: nobody waits for the answer.
    const promising = spares(filter, relationOf(built(), tried))
    const decoded = decodeStripes(loads, cx, aside, stripes.filter((stripe) => !sample.includes(stripe)), sample)
    deciding = Promise.allSettled([promising, decoded])
    if (!(await promising)) return await whole(rowsOf(tried), decoded)
    await decoded
    const ranges = await filter.survivors(relationOf(built(), stripes))
    cx.signal?.throwIfAborted()
    const selection = ranges && selectRows(stripes, ranges, leaves)
    if (!selection || !pays(selection)) return await whole(rowsOf(stripes), decoded)
    const groups = await withPages(selection.groups, rest, cx)
    const narrowed = divide(groups, cx.decoding.threads)
    let pagesDecoded = 0
    const [columns, late] = await both(
      together(built().map((column) => compacted(column, selection.runs, narrowed, cx))),
      loadColumns(rest, narrowed, { ...cx, counted: (pages) => (pagesDecoded += pages) }),
    )
    const pages = pagesOf(stripes.flatMap((stripe) => stripe.groups), flat(rest)) ?? 0
    return {
      built: new Map([...late, ...columns.map((column, i) => [first[i]!, column] as const)]), division: narrowed,
      filtered: { rows: selection.rows, left: selection.left, pages, pagesDecoded, abandoned: false },
    }
  } finally {
    await deciding
    if (!kept) aside.release()
  }
}

/** Whether the filter leaves nothing of some of the parts: of so many of them that as many pages would be worth it. */
const spares = async (filter: RowFilter, parts: Relation): Promise<boolean> => {
  const ranges = await filter.survivors(parts)
  if (ranges === undefined) return false
  let [from, range, empty] = [0, 0, 0]
  for (const { rows } of parts.batches) {
    while (range < ranges.length && ranges[range]!.to <= from) range++
    if (range === ranges.length || ranges[range]!.from >= from + rows) empty++
    from += rows
  }
  return empty >= WORTH * parts.batches.length
}

const rowsOf = (stripes: readonly { readonly rows: number }[]): number => stripes.reduce((sum, { rows }) => sum + rows, 0)

/** All are settled when it settles. */
export const together = async <T>(work: readonly Promise<T>[]): Promise<T[]> => {
  await all(work)
  return Promise.all(work)
}

export const both = async <A, B>(a: Promise<A>, b: Promise<B>): Promise<[A, B]> => {
  await all([a, b])
  return [await a, await b]
}

/** Of so many rows that were asked in vain. */
export const abandoned = (rows: number): FilterCounts => ({ rows, left: rows, pages: 0, pagesDecoded: 0, abandoned: true })

/** So many filters of a file are remembered. */
const MOST_KNOWN = 256

/** Filters that were of no use for a file. */
export class UselessFilters {
  readonly #keys = new Set<string>()

  has({ filter }: Pick<LateColumns, 'filter'>): boolean {
    return this.#keys.has(filter.key)
  }

  /** Takes note where it was given up. */
  note({ filter }: Pick<LateColumns, 'filter'>, { abandoned: useless }: FilterCounts): void {
    if (!useless) return
    if (this.#keys.size >= MOST_KNOWN) this.#keys.clear()
    this.#keys.add(filter.key)
  }
}
