/**
 * The end of a sorter. Few tuples the last worker sorts alone; many are sorted by all, in two rounds of parts. First blocks of tuples,
 * in source order, are spread into ranges of keys, whose bounds are quantiles of a sample; then each range is gathered from the blocks
 * and sorted, and its tuples have their places in the result. Equal keys are in one range, and nothing changes the order of
 * entries with equal keys, so these stay in source order, whatever the threads.
 *
 *   output   0 source block over the tuples   32 the parts' source block   64 plan, 0 = sorted alone
 *   plan     0 blocks · 4 ranges · 8 tuples' stride · 12 prefixes of the bounds · 16 bounds, {u64 the 8 bytes behind, u32 tuple} · 20 u32[blocks + 1], each block's first stretch
 *           24 u32[blocks], areas · 28 u32[ranges + 1], each range's first place · 32 pointers, u32 a tuple · 36 tuples that are kept
 *           40 ranges that are sorted · 44 of a window: what ranges know of their partitions (windows.ts)
 *   area     0 u32[RANGES + 1], where each range's entries begin, in entries … · entries
 */
import { partSource, reserve, tupleSource } from './context'
import { SINK_STRIDE, SINK_TOPN, sinkOf, slotsOf } from './dict'
import { compareKeys } from './sort-compare'
import { ENTRY, enter, windowOf } from './sort-entry'
import { sortEntries, workBytes } from './sort'
import { STRETCH, stretchesOf, tuplesOfAll } from './sort-order'

export const PLAN: usize = 64
const BLOCKS: usize = 0
export const RANGES: usize = 4
const STRIDE: usize = 8
const PREFIXES: usize = 12
const BOUNDS: usize = 16
const FIRSTS: usize = 20
const AREAS: usize = 24
export const PLACES: usize = 28
export const POINTERS: usize = 32
const KEPT: usize = 36
export const SORTED: usize = 40
export const SUMMARIES: usize = 44
const PLAN_BYTES: u32 = 48

const ROOM: usize = 60
const ROOM_BYTES: usize = 64

/** Tuples from which on all workers sort. */
const MANY: u32 = 24576
/** Tuples of a block, and of a range, that are worth a part. */
const BLOCK: u32 = 16384
const RANGE: u32 = 8192
/** Ranges are at most 2^6. */
const MOST: u32 = 64
/** Tuples of the sample, a range. */
const SAMPLES: u32 = 24

const AREA_HEAD: usize = (<usize>MOST + 4) * 4

/** Sorts the tuples of the sinks at `offset` of all slots, or makes a plan for it; keeps the first `topn` unless 0. Writes at `out`. */
export function sort_finish(ctx: usize, offset: u32, out: usize): void {
  const total = tuplesOfAll(ctx, offset)
  let topn: u32 = 0
  let stride: u32 = 0
  for (let slot: u32 = 0, slots = slotsOf(ctx); slot < slots; slot++) {
    const sink = sinkOf(ctx, slot, offset)
    if (!sink) continue
    topn = max(topn, load<u32>(sink, SINK_TOPN))
    stride = load<u32>(sink, SINK_STRIDE)
  }
  const kept = topn && topn < total ? topn : total
  store<u32>(out, 0, PLAN)
  if (total >= MANY) {
    plan(ctx, offset, out, total, kept, stride)
    return
  }
  partSource(out, 0)
  const firsts = reserve(ctx, 16)
  const stretches = stretchesOf(ctx, offset, 1, total + 1, firsts)
  const work = reserve(ctx, workBytes(total) + 16)
  let at = work
  for (let stretch = stretches, last = <usize>load<u32>(firsts, 4); stretch < last; stretch += STRETCH) {
    const end = <usize>load<u32>(stretch, 4)
    for (let tuple = <usize>load<u32>(stretch); tuple < end; tuple += stride, at += ENTRY) enter(tuple, at)
  }
  sortEntries(work, total)
  leaveSorted(out, work, total, kept)
}

/** Makes the first sorted entries a source block. Their addresses are packed into the first quarter of the same memory, each after its entry was read. */
export function leaveSorted(out: usize, work: usize, total: u32, kept: u32): void {
  for (let i: usize = 0; i < kept; i++) store<u32>(work + (i << 2), load<u32>(work + i * ENTRY, 8))
  tupleSource(out, work + <usize>workBytes(total), work, kept)
}

function plan(ctx: usize, offset: u32, out: usize, total: u32, kept: u32, stride: u32): void {
  const blocks = min(MOST, (total + BLOCK - 1) / BLOCK)
  const ranges = min(MOST, total / RANGE)
  const size = (total + blocks - 1) / blocks
  const samples = ranges * SAMPLES
  // Behind the plan: firsts, areas, places, prefixes (u64), bounds.
  const lists = PLAN_BYTES + (3 * MOST + 4) * 4
  const at = reserve(ctx, lists + MOST * 8 + MOST * <u32>ENTRY)
  store<u32>(out, <u32>at, PLAN)
  store<u32>(at, blocks, BLOCKS)
  store<u32>(at, stride, STRIDE)
  const firsts = at + PLAN_BYTES
  store<u32>(at, <u32>firsts, FIRSTS)
  store<u32>(at, <u32>(firsts + (<usize>MOST + 1) * 4), AREAS)
  store<u32>(at, <u32>(firsts + (2 * <usize>MOST + 1) * 4), PLACES)
  const prefixes = at + lists
  const bounds = prefixes + <usize>MOST * 8
  store<u32>(at, <u32>prefixes, PREFIXES)
  store<u32>(at, <u32>bounds, BOUNDS)
  store<u32>(at, kept, KEPT)
  store<u32>(at, 0, SUMMARIES)
  const stretches = stretchesOf(ctx, offset, blocks, size, firsts)

  const work = reserve(ctx, workBytes(samples))
  let entry = work
  let next: u64 = 0
  let taken: u32 = 0
  let before: u64 = 0
  for (let stretch = stretches; taken < samples; stretch += STRETCH) {
    const tuples = (load<u32>(stretch, 4) - load<u32>(stretch)) / stride
    for (; next < before + tuples && taken < samples; entry += ENTRY) {
      enter(<usize>load<u32>(stretch) + <usize>(next - before) * stride, entry)
      taken++
      next = (<u64>taken * total) / samples
    }
    before += tuples
  }
  sortEntries(work, samples)
  let bound: u32 = 0
  for (let i: u32 = 1; i < ranges; i++) {
    const tuple = <usize>load<u32>(work + <usize>(i * SAMPLES) * ENTRY, 8)
    const last = bounds + <usize>bound * ENTRY - ENTRY
    if (bound && load<u64>(<usize>load<u32>(last, 8)) == load<u64>(tuple) && compareKeys(<usize>load<u32>(last, 8), tuple, 0) == 0) continue
    store<u64>(last + ENTRY, windowOf(tuple, 8))
    store<u32>(last + ENTRY, <u32>tuple, 8)
    store<u64>(prefixes + (<usize>bound << 3), load<u64>(tuple))
    bound++
  }
  store<u32>(at, bound + 1, RANGES)
  for (; bound < MOST; bound++) store<u64>(prefixes + (<usize>bound << 3), u64.MAX_VALUE)
  partSource(out, blocks)
}

// @ts-ignore: decorator
@inline
function beyond(prefixes: usize, at: u32, step: u32, prefix: u64): u32 {
  return select<u32>(at + step, at, load<u64>(prefixes + (<usize>(at + step - 1) << 3)) < prefix)
}

/** The first of the bounds from `at` on, the first that has the tuple's prefix, that is above its key. */
function amongEqual(prefixes: usize, bounds: usize, at: u32, count: u32, tuple: usize): u32 {
  const prefix = load<u64>(tuple)
  const window = windowOf(tuple, 8)
  let high = count
  while (at < high) {
    const middle = (at + high) >> 1
    let below = load<u64>(prefixes + (<usize>middle << 3)) == prefix
    if (below) {
      const bound = bounds + <usize>middle * ENTRY
      const other = load<u64>(bound)
      below = other < window || (other == window && compareKeys(<usize>load<u32>(bound, 8), tuple, 16) <= 0)
    }
    if (below) at = middle + 1
    else high = middle
  }
  return at
}

/** Writes the range of each tuple in [from, to), a byte each, and counts them. Exported, with the next, to stay a function of its own (sort_count). */
export function sort_classify(from: usize, to: usize, ids: usize, counts: usize, at: usize): void {
  const stride = load<u32>(at, STRIDE)
  const prefixes = <usize>load<u32>(at, PREFIXES)
  const bounds = <usize>load<u32>(at, BOUNDS)
  const count = load<u32>(at, RANGES) - 1
  for (let tuple = from; tuple < to; tuple += stride, ids++) {
    const prefix = load<u64>(tuple)
    let range = beyond(prefixes, 0, 32, prefix)
    range = beyond(prefixes, range, 16, prefix)
    range = beyond(prefixes, range, 8, prefix)
    range = beyond(prefixes, range, 4, prefix)
    range = beyond(prefixes, range, 2, prefix)
    range = beyond(prefixes, range, 1, prefix)
    if (range < count && load<u64>(prefixes + (<usize>range << 3)) == prefix) range = amongEqual(prefixes, bounds, range, count, tuple)
    store<u8>(ids, range)
    const slot = counts + (<usize>range << 2)
    store<u32>(slot, load<u32>(slot) + 1)
  }
}

/** Writes the entries of the tuples in [from, to) at the places of their ranges. */
export function sort_place(from: usize, to: usize, stride: u32, ids: usize, places: usize): void {
  for (let tuple = from; tuple < to; tuple += stride, ids++) {
    const slot = places + (<usize>load<u8>(ids) << 2)
    const place = load<u32>(slot)
    store<u32>(slot, place + <u32>ENTRY)
    enter(tuple, <usize>place)
  }
}

/** Spreads blocks [from, to) into ranges. */
export function sort_spread(ctx: usize, out: usize, from: u32, to: u32): void {
  const at = <usize>load<u32>(out, PLAN)
  const ranges = load<u32>(at, RANGES)
  const stride = load<u32>(at, STRIDE)
  for (let block = from; block < to; block++) {
    const firsts = <usize>load<u32>(at, FIRSTS) + (<usize>block << 2)
    const begin = <usize>load<u32>(firsts)
    const end = <usize>load<u32>(firsts, 4)
    let tuples: u32 = 0
    for (let stretch = begin; stretch < end; stretch += STRETCH) tuples += (load<u32>(stretch, 4) - load<u32>(stretch)) / stride
    const area = reserve(ctx, AREA_HEAD + <u64>tuples * (ENTRY + 1) + AREA_HEAD)
    const entries = area + AREA_HEAD
    const places = entries + <usize>tuples * ENTRY
    const ids = places + AREA_HEAD
    memory.fill(places, 0, AREA_HEAD)
    let id = ids
    for (let stretch = begin; stretch < end; stretch += STRETCH) {
      sort_classify(load<u32>(stretch), load<u32>(stretch, 4), id, places, at)
      id += (load<u32>(stretch, 4) - load<u32>(stretch)) / stride
    }
    let sum: u32 = 0
    for (let range: u32 = 0; range < ranges; range++) {
      const count = load<u32>(places + (<usize>range << 2))
      store<u32>(area + (<usize>range << 2), sum)
      store<u32>(places + (<usize>range << 2), <u32>entries + sum * <u32>ENTRY)
      sum += count
    }
    store<u32>(area + (<usize>ranges << 2), sum)
    id = ids
    for (let stretch = begin; stretch < end; stretch += STRETCH) {
      sort_place(load<u32>(stretch), load<u32>(stretch, 4), stride, id, places)
      id += (load<u32>(stretch, 4) - load<u32>(stretch)) / stride
    }
    store<u32>(<usize>load<u32>(at, AREAS) + (<usize>block << 2), <u32>area)
  }
}

/** All blocks are spread: gives ranges their places in the result. What no row is kept of is not sorted. */
export function sort_ranges(ctx: usize, out: usize): void {
  const at = <usize>load<u32>(out, PLAN)
  if (!at) return
  const blocks = load<u32>(at, BLOCKS)
  const ranges = load<u32>(at, RANGES)
  const kept = load<u32>(at, KEPT)
  const places = <usize>load<u32>(at, PLACES)
  let sum: u32 = 0
  let sorted: u32 = 0
  for (let range: u32 = 0; range < ranges; range++) {
    store<u32>(places + (<usize>range << 2), sum)
    if (sum < kept) sorted = range + 1
    for (let block: u32 = 0; block < blocks; block++) {
      const area = <usize>load<u32>(<usize>load<u32>(at, AREAS) + (<usize>block << 2)) + (<usize>range << 2)
      sum += load<u32>(area, 4) - load<u32>(area)
    }
  }
  store<u32>(places + (<usize>ranges << 2), sum)
  const pointers = reserve(ctx, <u64>sum * 4 + 16)
  store<u32>(at, <u32>pointers, POINTERS)
  store<u32>(at, sorted, SORTED)
  tupleSource(out, pointers + (<usize>sum << 2), pointers, kept)
  partSource(out, sorted)
}

/** Sorts a range; `sink` is the worker's, with room that it keeps. */
export function sort_range(ctx: usize, sink: usize, out: usize, range: u32): void {
  const at = <usize>load<u32>(out, PLAN)
  const places = <usize>load<u32>(at, PLACES) + (<usize>range << 2)
  const place = load<u32>(places)
  const tuples = load<u32>(places, 4) - place
  const bytes = workBytes(tuples)
  if (<u64>load<u32>(sink, ROOM_BYTES) < bytes) {
    const larger = min<u64>(bytes + (bytes >> 2), 0xffff0000)
    store<u32>(sink, <u32>reserve(ctx, larger), ROOM)
    store<u32>(sink, <u32>larger, ROOM_BYTES)
  }
  const work = <usize>load<u32>(sink, ROOM)
  let to = work
  for (let block: u32 = 0, blocks = load<u32>(at, BLOCKS); block < blocks; block++) {
    const area = <usize>load<u32>(<usize>load<u32>(at, AREAS) + (<usize>block << 2))
    const first = <usize>load<u32>(area + (<usize>range << 2))
    const some = (<usize>load<u32>(area + (<usize>range << 2), 4) - first) * ENTRY
    memory.copy(to, area + AREA_HEAD + first * ENTRY, some)
    to += some
  }
  sortEntries(work, tuples)
  const pointers = <usize>load<u32>(at, POINTERS) + (<usize>place << 2)
  for (let i: usize = 0; i < tuples; i++) store<u32>(pointers + (i << 2), load<u32>(work + i * ENTRY, 8))
}

/** Sorts ranges [from, to). */
export function sort_part(ctx: usize, sink: usize, out: usize, from: u32, to: u32): void {
  for (let range = from; range < to; range++) sort_range(ctx, sink, out, range)
}
