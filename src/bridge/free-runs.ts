/**
 * Finding contiguous free pages. First fit from the bottom, so that pages already touched are used again before fresh ones;
 * hints, one a size class, keep the search short: below `hint[c]` no free run of at least `CLASSES[c]` pages begins.
 * All of it runs under the page table's lock.
 */
import { FREED } from './low-memory.ts'

const CLASSES = [1, 2, 3, 4, 8, 16, 64, 256] as const
const LARGEST = 256
export const HINTS = CLASSES.length

const classOf = (pages: number): number => {
  let c = HINTS - 1
  while ((CLASSES[c] as number) > pages) c--
  return c
}

/** A view on the page table: `words[table + page]` is the owner, `words[hints + class]` the hint. */
export interface FreeRuns {
  readonly words: Int32Array<ArrayBufferLike>
  readonly table: number
  readonly hints: number
}

const isFree = (owner: number | undefined): boolean => owner === 0 || owner === FREED

/** First page of a free run of `pages` below `end`, or 0. */
export const findRun = ({ words, table, hints }: FreeRuns, pages: number, end: number): number => {
  const c = classOf(pages)
  const least = CLASSES[c] as number
  let skipped = 0
  for (let page = words[hints + c] as number; page + pages <= end; ) {
    if (!isFree(words[table + page])) {
      page++
      continue
    }
    let last = page + 1
    while (last < page + pages && isFree(words[table + last])) last++
    if (last - page === pages) {
      words[hints + c] = skipped || page + pages
      return page
    }
    if (skipped === 0 && last - page >= least) skipped = page
    page = last
  }
  return 0
}

/** Tells the hints that the pages from `page` on became free; runs join with free neighbours below, down to `lowest`. */
export const lowerHints = ({ words, table, hints }: FreeRuns, page: number, lowest: number): void => {
  let first = page
  while (first > lowest && page - first < LARGEST && isFree(words[table + first - 1])) first--
  for (let c = 0; c < HINTS; c++) {
    if (first < (words[hints + c] as number)) words[hints + c] = first
  }
}
