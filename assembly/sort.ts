/**
 * Sorting entries of tuples by their normalised keys; entries of equal keys keep their order. A sort tuple begins with the key:
 *
 *    0 prefix  u64, the key's first 8 bytes as a big-endian number, 0-padded      8 key  str, all its bytes, or 0      16 payload
 *
 * What is moved are entries of 16 bytes, {u64 window, u32 tuple}; the window is 8 bytes of the key from some depth, at first
 * the prefix. A radix sort from the low digits orders entries by the upper bits in which their windows differ; where many more
 * differ, short runs of equal ones are then sorted by insertion, others by the bits below. Runs of equal windows go on with the
 * next 8 bytes. Short runs are compared outright.
 */
import { addressOf, bytesOf, compareBytes } from './strings'

export const ENTRY: usize = 16
const DIGIT: u32 = 11
const SMALL_DIGIT: u32 = 8
/** Bytes of entries a call of the hot loops takes. */
const BLOCK: usize = 1 << 18
/** Two histograms of u32. */
const COUNTS: u32 = 2 * 4 * (1 << DIGIT)
/** Runs up to this are sorted by insertion. */
const SHORT: u32 = 24
/** Deepest nesting of runs within runs; beyond, keys are compared. */
const NESTING: u32 = 64

// @ts-ignore: decorator
@inline
function tupleAt(entry: usize): usize {
  return <usize>load<u32>(entry, 8)
}

/** Order of two tuples' keys that agree on the bytes before `depth`. */
export function compareKeys(a: usize, b: usize, depth: u32): i32 {
  const x = load<u64>(a, 8)
  const y = load<u64>(b, 8)
  const xSkip = min(depth, bytesOf(x))
  const ySkip = min(depth, bytesOf(y))
  const order = compareBytes(addressOf(x) + xSkip, bytesOf(x) - xSkip, addressOf(y) + ySkip, bytesOf(y) - ySkip)
  return order ? order : i32(bytesOf(x) > bytesOf(y)) - i32(bytesOf(x) < bytesOf(y))
}

/** Eight bytes of a key from `depth`, as a big-endian number, 0-padded. */
export function windowOf(tuple: usize, depth: u32): u64 {
  const key = load<u64>(tuple, 8)
  const bytes = bytesOf(key)
  if (bytes <= depth) return 0
  const at = addressOf(key) + depth
  const left = bytes - depth
  if (left >= 8) return bswap(load<u64>(at))
  let window: u64 = 0
  for (let i: u32 = 0; i < left; i++) window |= <u64>load<u8>(at + i) << (56 - (<u64>i << 3))
  return window
}

/** Order of two entries that agree on the bytes before `depth`. */
// @ts-ignore: decorator
@inline
function compareFrom(a: usize, b: usize, depth: u32): i32 {
  return compareKeys(tupleAt(a), tupleAt(b), depth)
}

function insertionSort(entries: usize, n: u32, depth: u32): void {
  const end = entries + <usize>n * ENTRY
  for (let at = entries + ENTRY; at < end; at += ENTRY) {
    const entry = v128.load(at)
    let to = at
    // the entry compares from where it lies, so it moves only once its place is known
    while (to > entries && compareFrom(to - ENTRY, at, depth) > 0) to -= ENTRY
    if (to == at) continue
    for (let hole = at; hole > to; hole -= ENTRY) v128.store(hole, v128.load(hole - ENTRY))
    v128.store(to, entry)
  }
}

/** Bottom-up merge sort by comparison, for keys that windows do not tell apart well. Result in `entries`. */
function mergeSort(entries: usize, spare: usize, n: u32, depth: u32): void {
  for (let from: u32 = 0; from < n; from += SHORT) insertionSort(entries + <usize>from * ENTRY, min(SHORT, n - from), depth)
  let source = entries
  let target = spare
  for (let width: u32 = SHORT; width < n; width <<= 1) {
    for (let from: u32 = 0; from < n; from += width << 1) {
      let left = source + <usize>from * ENTRY
      const leftEnd = source + <usize>min(from + width, n) * ENTRY
      let right = leftEnd
      const rightEnd = source + <usize>min(from + (width << 1), n) * ENTRY
      let to = target + <usize>from * ENTRY
      while (left < leftEnd && right < rightEnd) {
        if (compareFrom(left, right, depth) <= 0) {
          v128.store(to, v128.load(left))
          left += ENTRY
        } else {
          v128.store(to, v128.load(right))
          right += ENTRY
        }
        to += ENTRY
      }
      memory.copy(to, left, leftEnd - left)
      memory.copy(to + (leftEnd - left), right, rightEnd - right)
    }
    const swap = source
    source = target
    target = swap
  }
  if (source != entries) memory.copy(entries, source, <usize>n * ENTRY)
}

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
function sortWindows(entries: usize, spare: usize, counts: usize, n: u32, differing: u64): void {
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

/** Makes a tuple an entry whose window is the prefix; beside it, the key's length, which is in the cache now. */
// @ts-ignore: decorator
@inline
export function enter(tuple: usize, to: usize): void {
  store<u64>(to, load<u64>(tuple))
  store<u64>(to, <u64>tuple | (<u64>load<u32>(tuple, 12) << 32), 8)
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
