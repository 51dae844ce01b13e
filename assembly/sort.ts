/**
 * Sorting entries (sort-entry.ts) by their tuples' keys; entries of equal keys keep their order. They are sorted by their windows
 * (sort-windows.ts); runs of equal ones go on with the next 8 bytes. Short runs are compared outright (sort-compare.ts).
 */
import { insertionSort, mergeSort } from './sort-compare'
import { ENTRY, SHORT, tupleAt, windowOf } from './sort-entry'
import { COUNTS, sortWindows } from './sort-windows'

/** Deepest nesting of runs within runs; beyond, keys are compared. */
const NESTING: u32 = 64

/** Sorts entries that agree on the bytes before `depth`; their windows are free to use. */
function sortTies(entries: usize, spare: usize, counts: usize, n: u32, depth: u32, nesting: u32): void {
  const end = entries + <usize>n * ENTRY
  for (;;) {
    if (n <= SHORT) {
      insertionSort(entries, n, depth)
      return
    }
    let shortest: u32 = u32.MAX_VALUE
    let longest: u32 = 0
    let all: u64 = u64.MAX_VALUE
    let any: u64 = 0
    for (let at = entries; at < end; at += ENTRY) {
      const tuple = tupleAt(at)
      const bytes = load<u32>(tuple, 12)
      shortest = min(shortest, bytes)
      longest = max(longest, bytes)
      const window = windowOf(tuple, depth)
      store<u64>(at, window)
      all &= window
      any |= window
    }
    if (longest <= depth && shortest == longest) return
    if (shortest <= depth || nesting > NESTING) {
      mergeSort(entries, spare, n, depth)
      return
    }
    depth += 8
    const differing = all ^ any
    if (differing == 0) continue
    sortWindows(entries, spare, counts, n, differing)
    sortRuns(entries, spare, counts, n, depth, nesting)
    return
  }
}

/** Entries are in the order of their windows, which end at `depth`: sorts each run of equal ones. */
function sortRuns(entries: usize, spare: usize, counts: usize, n: u32, depth: u32, nesting: u32): void {
  const end = entries + <usize>n * ENTRY
  let from = entries
  while (from < end) {
    const window = load<u64>(from)
    let to = from + ENTRY
    while (to < end && load<u64>(to) == window) to += ENTRY
    if (to - from > ENTRY) sortTies(from, spare + (from - entries), counts, <u32>((to - from) / ENTRY), depth, nesting + 1)
    from = to
  }
}

/** What `sortEntries` needs for n tuples, entries and all. */
// @ts-ignore: decorator
@inline
export function workBytes(n: u32): u64 {
  return <u64>n * (2 * ENTRY) + COUNTS
}

/** Sorts n entries at `work`, which has `workBytes(n)`. */
export function sortEntries(work: usize, n: u32): void {
  const end = work + <usize>n * ENTRY
  let all: u64 = u64.MAX_VALUE
  let any: u64 = 0
  let shortest: u32 = u32.MAX_VALUE
  let longest: u32 = 0
  for (let at = work; at < end; at += ENTRY) {
    const window = load<u64>(at)
    const bytes = load<u32>(at, 12)
    all &= window
    any |= window
    shortest = min(shortest, bytes)
    longest = max(longest, bytes)
  }
  if (n < 2) return
  const spare = end
  const counts = end + <usize>n * ENTRY
  if (all != any) sortWindows(work, spare, counts, n, all ^ any)
  if (longest > 8 || shortest != longest) sortRuns(work, spare, counts, n, 8, 0)
}
