/**
 * Sorting entries by their windows alone (sort-entry.ts), stable: a radix sort from the low digits orders them by the upper bits in which their
 * windows differ; where many more differ, short runs of equal ones are then sorted by insertion, others by the bits below.
 */
import { ENTRY, SHORT } from './sort-entry'

const DIGIT: u32 = 11
const SMALL_DIGIT: u32 = 8
/** Bytes of entries a call of the hot loops takes. */
const BLOCK: usize = 1 << 18
/** Two histograms of u32. */
export const COUNTS: u32 = 2 * 4 * (1 << DIGIT)

// @ts-ignore: decorator
@inline
function countOne(counts: usize, window: u64, shift: u64, mask: u64): void {
  const count = counts + ((<usize>((window >> shift) & mask)) << 2)
  store<u32>(count, load<u32>(count) + 1)
}

/**
 * Adds the digits at `shift` of the windows in [from, to) to the counts. This and the next take a block of entries a call,
 * and are exported and unrolled to stay functions of their own: V8 goes over to optimised code at a call, never inside a loop.
 */
export function sort_count(from: usize, to: usize, counts: usize, shift: u64, mask: u64): void {
  for (; from + 4 * ENTRY <= to; from += 4 * ENTRY) {
    countOne(counts, load<u64>(from), shift, mask)
    countOne(counts, load<u64>(from, ENTRY), shift, mask)
    countOne(counts, load<u64>(from, 2 * ENTRY), shift, mask)
    countOne(counts, load<u64>(from, 3 * ENTRY), shift, mask)
  }
  for (; from < to; from += ENTRY) countOne(counts, load<u64>(from), shift, mask)
}

// @ts-ignore: decorator
@inline
function scatterOne(from: usize, places: usize, shift: u64, mask: u64, counts: usize, nextShift: u64): void {
  const entry = v128.load(from)
  const window = v128.extract_lane<u64>(entry, 0)
  const slot = places + ((<usize>((window >> shift) & mask)) << 2)
  const place = load<u32>(slot)
  store<u32>(slot, place + <u32>ENTRY)
  v128.store(<usize>place, entry)
  countOne(counts, window, nextShift, mask)
}

/** Moves the entries in [from, to) to the places of their digits, and counts the digits of the next pass on the way. */
export function sort_scatter(from: usize, to: usize, places: usize, shift: u64, mask: u64, counts: usize, nextShift: u64): void {
  for (; from + 2 * ENTRY <= to; from += 2 * ENTRY) {
    scatterOne(from, places, shift, mask, counts, nextShift)
    scatterOne(from + ENTRY, places, shift, mask, counts, nextShift)
  }
  if (from < to) scatterOne(from, places, shift, mask, counts, nextShift)
}

/** Sorts by window, stable, in passes from the low digit; `differing` has every bit in which two windows differ. Result in `entries`. */
function radixSort(entries: usize, spare: usize, counts: usize, n: u32, differing: u64): void {
  const bits: u64 = n >= 1 << 14 ? DIGIT : SMALL_DIGIT
  const size = <usize>4 << <usize>bits
  const mask: u64 = ((<u64>1) << bits) - 1
  let source = entries
  let target = spare
  let now = counts
  let next = counts + (COUNTS >> 1)
  const bytes = <usize>n * ENTRY
  let shift: u64 = ctz(differing)
  memory.fill(now, 0, size)
  for (let at: usize = 0; at < bytes; at += BLOCK) sort_count(source + at, source + min(at + BLOCK, bytes), now, shift, mask)
  for (;;) {
    // counts → addresses
    let place = <u32>target
    for (let at = now, end = now + size; at < end; at += 4) {
      const count = load<u32>(at)
      store<u32>(at, place)
      place += count * <u32>ENTRY
    }
    differing = shift + bits >= 64 ? 0 : differing & ~((<u64>1 << (shift + bits)) - 1)
    const nextShift = differing ? ctz(differing) : 0
    memory.fill(next, 0, size)
    for (let at: usize = 0; at < bytes; at += BLOCK) sort_scatter(source + at, source + min(at + BLOCK, bytes), now, shift, mask, next, nextShift)
    let swap = source
    source = target
    target = swap
    if (differing == 0) break
    swap = now
    now = next
    next = swap
    shift = nextShift
  }
  if (source != entries) memory.copy(entries, source, bytes)
}

/** Bits that are sorted by digits before runs are looked at: two large digits, or three small ones. */
const UPPER: u64 = 22
/** Differing bits that are worth no second look. */
const FEW: u64 = 33

/** Sorts by window, stable; `differing` has every bit in which two windows differ. Result in `entries`. */
export function sortWindows(entries: usize, spare: usize, counts: usize, n: u32, differing: u64): void {
  const bits = 64 - clz(differing)
  if (bits - ctz(differing) <= FEW) {
    radixSort(entries, spare, counts, n, differing)
    return
  }
  const low = bits - UPPER
  radixSort(entries, spare, counts, n, (differing >> low) << low)
  const end = entries + <usize>n * ENTRY
  let from = entries
  while (from < end) {
    const window = load<u64>(from)
    let all = window
    let any = window
    let to = from + ENTRY
    for (; to < end && load<u64>(to) >> low == window >> low; to += ENTRY) {
      all &= load<u64>(to)
      any |= load<u64>(to)
    }
    if (all != any) {
      if (to - from <= <usize>SHORT * ENTRY) insertWindows(from, to)
      else sortWindows(from, spare + (from - entries), counts, <u32>((to - from) / ENTRY), all ^ any)
    }
    from = to
  }
}

/** Sorts a short run by window, stable. */
function insertWindows(from: usize, end: usize): void {
  for (let at = from + ENTRY; at < end; at += ENTRY) {
    const entry = v128.load(at)
    const window = v128.extract_lane<u64>(entry, 0)
    let to = at
    for (; to > from && load<u64>(to - ENTRY) > window; to -= ENTRY) v128.store(to, v128.load(to - ENTRY))
    if (to != at) v128.store(to, entry)
  }
}
