/**
 * Row groups with the rows that a filter has left of them, and what that saves: pages of other columns in which no row is left are not
 * decoded. What is saved is weighed by pages as the metadata know them, before anything is read for it.
 */
import type { RowRange } from '../source.ts'
import type { ChunkMetadata } from './metadata.ts'
import type { SelectedGroup, Stripe } from './stripes.ts'

/** Rows of a batch that follow one another, as they lie decoded. */
export interface Run {
  readonly batch: number
  readonly from: number
  readonly rows: number
}

export interface Selection {
  readonly groups: readonly SelectedGroup[]
  /** Of each of them: where its rows lie in what was decoded. */
  readonly runs: readonly (readonly Run[])[]
  /** Rows before, and those that are left. */
  readonly rows: number
  readonly left: number
  /** The part of the other columns' bytes that lies in pages without rows. */
  readonly saved: number
}

const DATA_PAGE = 0
const DATA_PAGE_V2 = 3
/** An entry of an offset index takes about so many bytes. */
const ENTRY_BYTES = 10

/** How many data pages a chunk has, where the footer says it. */
export const pagesKnown = ({ encodingStatistics }: ChunkMetadata): number | undefined => {
  const pages = encodingStatistics?.reduce((sum, { page, count }) => sum + (page === DATA_PAGE || page === DATA_PAGE_V2 ? count : 0), 0) ?? 0
  return pages > 0 ? pages : undefined
}

/** Where a chunk says nothing and has no index: one, as those writers have that leave both out. */
const pagesAbout = (chunk: ChunkMetadata): number => pagesKnown(chunk) ?? Math.max(1, Math.round((chunk.offsetIndex?.length ?? 0) / ENTRY_BYTES))

/** Rows with which a chunk's pages begin: known, or as if all were of one length. */
const beginnings = ({ metadata, pages }: SelectedGroup, leaf: number): readonly number[] => {
  const known = pages?.get(leaf)
  if (known) return known.map(({ firstRow }) => firstRow)
  const count = Math.min(pagesAbout(metadata.chunks[leaf]!), metadata.rows)
  return Array.from({ length: count }, (_, page) => Math.floor((page * metadata.rows) / count))
}

/** How many of the pages hold some of the rows. */
const touched = (firsts: readonly number[], rows: number, select: readonly RowRange[]): number => {
  let [pages, range] = [0, 0]
  firsts.forEach((first, page) => {
    const end = firsts[page + 1] ?? rows
    while (range < select.length && select[range]!.to <= first) range++
    if (range < select.length && select[range]!.from < end) pages++
  })
  return pages
}

/** Data pages of these leaves that hold rows of the groups; undefined where the metadata do not tell. */
export const pagesOf = (groups: readonly SelectedGroup[], leaves: readonly number[]): number | undefined => {
  let pages = 0
  for (const group of groups) {
    for (const leaf of leaves) {
      if (!group.pages?.has(leaf) && (pagesKnown(group.metadata.chunks[leaf]!) === undefined || group.select)) return undefined
      pages += touched(beginnings(group, leaf), group.metadata.rows, group.select ?? [{ from: 0, to: group.metadata.rows }])
    }
  }
  return pages
}

/** `ranges`: rows of the stripes, counted through, that are left; `leaves`: those of the columns that are yet to be decoded. */
export const selectRows = (stripes: readonly Stripe[], ranges: readonly RowRange[], leaves: readonly number[]): Selection => {
  const groups: SelectedGroup[] = []
  const runs: Run[][] = []
  let [first, left, before, bytes] = [0, 0, 0, 0]
  let next = 0
  for (const { groups: own, batch, from } of stripes) {
    let at = from
    for (const group of own) {
      const found: RowRange[] = []
      while (next < ranges.length && ranges[next]!.to <= first) next++
      for (let i = next; i < ranges.length && ranges[i]!.from < first + group.rows; i++) {
        found.push({ from: Math.max(ranges[i]!.from - first, 0), to: Math.min(ranges[i]!.to - first, group.rows) })
      }
      const chosen = narrowed(group, found, leaves)
      before += bytesOf(group, leaves)
      if (chosen) {
        bytes += bytesOf(chosen.group, leaves)
        left += chosen.group.rows
        groups.push(chosen.group)
        runs.push(chosen.rows.map((range) => ({ batch, from: at + range.from, rows: range.to - range.from })))
      }
      first += group.rows
      at += group.rows
    }
  }
  return { groups, runs, rows: first, left, saved: before === 0 ? 0 : 1 - bytes / before }
}

const bytesOf = (group: SelectedGroup, leaves: readonly number[]): number =>
  leaves.reduce((sum, leaf) => {
    const firsts = beginnings(group, leaf)
    const select = group.select ?? [{ from: 0, to: group.metadata.rows }]
    return sum + group.metadata.chunks[leaf]!.uncompressed * (touched(firsts, group.metadata.rows, select) / firsts.length)
  }, 0)

/** Rows of the shortest pages, about. */
const leastRows = (group: SelectedGroup, leaves: readonly number[]): number =>
  leaves.reduce((rows, leaf) => Math.min(rows, group.metadata.rows / beginnings(group, leaf).length), group.metadata.rows)

export const leastPage = (stripes: readonly Stripe[], leaves: readonly number[]): number => Math.min(...stripes.flatMap(({ groups }) => groups.map((group) => leastRows(group, leaves))))

/** `found`: of the rows that are read of the group. Undefined where there are none. */
const narrowed = (group: SelectedGroup, found: readonly RowRange[], leaves: readonly number[]): { readonly group: SelectedGroup; readonly rows: readonly RowRange[] } | undefined => {
  if (found.length === 0) return undefined
  // Between two ranges that are nearer than a page is long there is no page to leave out.
  const least = leastRows(group, leaves)
  const joined: { from: number; to: number }[] = []
  for (const { from, to } of found) {
    const last = joined.at(-1)
    if (last && from - last.to < least) last.to = to
    else joined.push({ from, to })
  }
  const rows = joined.reduce((sum, { from, to }) => sum + to - from, 0)
  if (rows === group.rows) return { group, rows: joined }
  return { group: { ...group, rows, select: within(joined, group.select) }, rows: joined }
}

/** Rows of what is read of a group as rows of the group. */
const within = (ranges: readonly RowRange[], select: readonly RowRange[] | undefined): readonly RowRange[] => {
  if (select === undefined) return ranges
  const out: RowRange[] = []
  let [first, next] = [0, 0]
  for (const { from, to } of select) {
    const end = first + to - from
    while (next < ranges.length && ranges[next]!.to <= first) next++
    for (let i = next; i < ranges.length && ranges[i]!.from < end; i++) {
      out.push({ from: from + Math.max(ranges[i]!.from - first, 0), to: from + Math.min(ranges[i]!.to, end) - first })
    }
    first = end
  }
  return out
}
