/**
 * Sorting tuples by their normalised keys, and top-n. A sort tuple begins with the key:
 *
 *    0 prefix  u64, the key's first 8 bytes as a big-endian number, 0-padded      8 key  str, all its bytes      16 payload
 *
 * What is moved are entries of 16 bytes, {u64 window, u32 tuple}; the window is 8 bytes of the key from some depth, at first
 * the prefix. A radix sort from the low digits orders a run of entries by window, looking at bits that differ at all; runs of
 * equal windows go on with the next 8 bytes. Short runs are compared outright.
 */
import { reserve, tupleSource } from './context'
import {
  addChunk, CHUNK_BYTES, CHUNK_HEADER, CHUNK_TAG, endOf, SINK_COUNT, SINK_CURRENT, SINK_CURSOR, SINK_FIRST, SINK_STRIDE, SINK_THRESHOLD,
  SINK_TOPN, sinkOf, slotsOf, tuplesOf,
} from './dict'
import { addressOf, bytesOf, compareBytes } from './strings'

const ENTRY: usize = 16
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

/** Order of two entries that agree on the bytes before `depth`. */
function compareFrom(a: usize, b: usize, depth: u32): i32 {
  const x = load<u64>(tupleAt(a), 8)
  const y = load<u64>(tupleAt(b), 8)
  const xSkip = min(depth, bytesOf(x))
  const ySkip = min(depth, bytesOf(y))
  const order = compareBytes(addressOf(x) + xSkip, bytesOf(x) - xSkip, addressOf(y) + ySkip, bytesOf(y) - ySkip)
  return order ? order : i32(bytesOf(x) > bytesOf(y)) - i32(bytesOf(x) < bytesOf(y))
}

/** Eight bytes of a key from `depth`, as a big-endian number, 0-padded. */
function windowOf(tuple: usize, depth: u32): u64 {
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
    radixSort(entries, spare, counts, n, differing)
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

/** What `collect` and `sortEntries` need for n tuples. */
// @ts-ignore: decorator
@inline
function workBytes(n: u32): u64 {
  return <u64>n * (2 * ENTRY) + COUNTS
}

/** Appends one sink's tuples as entries, window = prefix. */
function collect(sink: usize, to: usize): usize {
  const stride = load<u32>(sink, SINK_STRIDE)
  for (let chunk = <usize>load<u32>(sink, SINK_FIRST); chunk; chunk = <usize>load<u32>(chunk)) {
    const end = endOf(sink, chunk)
    for (let tuple = chunk + CHUNK_HEADER; tuple < end; tuple += stride, to += ENTRY) {
      store<u64>(to, load<u64>(tuple))
      // beside the tuple, the key's length: it is in the cache now
      store<u64>(to, <u64>tuple | (<u64>load<u32>(tuple, 12) << 32), 8)
    }
  }
  return to
}

/** Sorts n collected entries at `work`, which has `workBytes(n)`. */
function sortEntries(work: usize, n: u32): void {
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
  if (all != any) radixSort(work, spare, counts, n, all ^ any)
  if (longest > 8 || shortest != longest) sortRuns(work, spare, counts, n, 8, 0)
}

/** Sorts the tuples of the sinks at `offset` of all slots, keeps the first `topn` unless 0, and writes a source block at `out`. */
export function sort_finish(ctx: usize, offset: u32, out: usize): void {
  const slots = slotsOf(ctx)
  let total: u32 = 0
  let topn: u32 = 0
  for (let slot: u32 = 0; slot < slots; slot++) {
    const sink = sinkOf(ctx, slot, offset)
    if (!sink) continue
    total += tuplesOf(sink)
    topn = max(topn, load<u32>(sink, SINK_TOPN))
  }
  const work = reserve(ctx, workBytes(total) + 16)
  let at = work
  for (let slot: u32 = 0; slot < slots; slot++) {
    const sink = sinkOf(ctx, slot, offset)
    if (sink) at = collect(sink, at)
  }
  sortEntries(work, total)
  const kept = topn && topn < total ? topn : total
  // the addresses are packed into the first quarter of the same memory, each after its entry was read
  for (let i: usize = 0; i < kept; i++) store<u32>(work + (i << 2), load<u32>(work + i * ENTRY, 8))
  tupleSource(out, work + <usize>workBytes(total), work, kept)
}

/**
 * Keeps the best `topn` tuples of a sink, and lets the kernel skip rows with a prefix above the worst of them. From the first
 * time on tuples live in one of two rooms, used in turns: a chunk with place for all that comes before the next call, and
 * behind it the memory to sort them. A room's tag is the other room, or itself while there is none.
 */
export function topn_compact(ctx: usize, sink: usize): void {
  const topn = load<u32>(sink, SINK_TOPN)
  const total = tuplesOf(sink)
  if (topn == 0 || total < topn) return
  const stride = load<u32>(sink, SINK_STRIDE)
  const first = <usize>load<u32>(sink, SINK_FIRST)
  let room = <usize>load<u32>(first, CHUNK_TAG)
  if (room == first || (room && (load<u32>(room, CHUNK_BYTES) - <u32>CHUNK_HEADER) / stride < total)) room = 0
  let size: u64 = 0
  if (room) size = load<u32>(room, CHUNK_BYTES)
  else {
    const capacity = max<u64>(total, max<u64>(4096, <u64>topn * 4)) + 2048
    size = CHUNK_HEADER + capacity * stride
    room = reserve(ctx, ((size + 15) & ~15) + workBytes(<u32>min<u64>(capacity, u32.MAX_VALUE)))
  }
  const work = room + ((<usize>size + 15) & ~15)
  collect(sink, work)
  sortEntries(work, total)
  let to = room + CHUNK_HEADER
  for (let i: usize = 0; i < topn; i++, to += stride) {
    const tuple = <usize>load<u32>(work + i * ENTRY, 8)
    memory.copy(to, tuple, stride)
    // a key that lies in the tuple itself moves with it
    const key = addressOf(load<u64>(tuple, 8))
    if (key - tuple < <usize>stride) store<u32>(to, <u32>(key - tuple + to), 8)
  }
  const tagged = load<u32>(first, CHUNK_TAG) != 0
  store<u32>(sink, 0, SINK_CURRENT)
  addChunk(sink, room, <u32>size)
  store<u32>(room, <u32>(tagged ? first : room), CHUNK_TAG)
  store<u32>(sink, <u32>to, SINK_CURSOR)
  store<u32>(sink, topn, SINK_COUNT)
  store<u64>(sink, load<u64>(to - stride), SINK_THRESHOLD)
}

/** Bytes of a key's leading parts; each of `parts` is the bytes it has, or says that it is a string (codegen/builders/sorter.ts). */
function leadingBytes(key: u64, parts: usize, count: u32): u32 {
  const start = addressOf(key)
  let at = start
  for (let i: u32 = 0; i < count; i++) {
    const part = <u32>load<u8>(parts + i)
    if (part < 0x40) {
      at += part
      continue
    }
    if (part == 0x60 && load<u8>(at++)) continue
    while (load<u16>(at)) at += load<u8>(at) ? 1 : 2
    at += 2
  }
  return <u32>(at - start)
}

/**
 * Tells a window's sorted tuples where they are. The key is given up for it:
 *
 *    0 first position of the partition u32 · 4 its end u32 · 8 first position of the peers u32 · 12 their end u32
 *
 * and the fields at `position` and `group` get the tuple's position and the number of its peers in the partition. Rows are of
 * one partition whose keys begin with the same `fixed` bytes; where that is negative, with the same `count` parts.
 */
export function window_places(_ctx: usize, out: usize, parts: usize, count: u32, fixed: i32, position: u32, group: u32): void {
  const rows = load<u32>(out)
  const tuples = <usize>load<u32>(<usize>load<u32>(out, 8), 8)
  let prefix: u64 = 0
  let key: u64 = 0
  let length: u32 = fixed < 0 ? 0 : <u32>fixed
  let first: u32 = 0
  let peers: u32 = 0
  let number: u32 = 0
  for (let row: u32 = 0; row <= rows; row++) {
    let starts = row == rows
    let leads = starts
    let nextPrefix: u64 = 0
    let nextKey: u64 = 0
    let tuple: usize = 0
    if (row < rows) {
      tuple = <usize>load<u32>(tuples + (<usize>row << 2))
      nextPrefix = load<u64>(tuple)
      nextKey = load<u64>(tuple, 8)
      if (row) {
        if (!nextKey) {
          leads = prefix != nextPrefix
          starts = leads && length > 0 && (prefix ^ nextPrefix) >> (64 - (<u64>length << 3)) != 0
        } else {
          leads = prefix != nextPrefix || bytesOf(key) != bytesOf(nextKey) || compareBytes(addressOf(key), bytesOf(key), addressOf(nextKey), bytesOf(nextKey)) != 0
          starts = leads && (bytesOf(nextKey) < length || compareBytes(addressOf(key), length, addressOf(nextKey), length) != 0)
        }
      } else starts = leads = true
    }
    if (leads) {
      for (let i = peers; i < row; i++) store<u32>(<usize>load<u32>(tuples + (<usize>i << 2)), row, 12)
      peers = row
      number++
    }
    if (starts) {
      for (let i = first; i < row; i++) store<u32>(<usize>load<u32>(tuples + (<usize>i << 2)), row, 4)
      first = row
      number = 0
      if (fixed < 0 && row < rows) length = leadingBytes(nextKey, parts, count)
    }
    if (row == rows) break
    prefix = nextPrefix
    key = nextKey
    store<u32>(tuple, first)
    store<u32>(tuple, peers, 8)
    store<u32>(tuple + position, row)
    store<u32>(tuple + group, number)
  }
}
