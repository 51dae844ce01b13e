/**
 * Top-n: a worker keeps its best tuples, and leaves out rows whose prefix is above the worst of them, or above what another worker
 * has found to be too much. Of equal keys the first rows are kept, so tuples tell which rows they are:
 *
 *   tuple    0 prefix · 8 key · 16 number of the pipeline and of the row, u64 · 24 payload
 *   output   64 complement of the least threshold that a worker has, u64
 */
import { partSource, reserve } from './context'
import {
  addChunk, CHUNK_BYTES, CHUNK_HEADER, CHUNK_TAG, endOf, SINK_COUNT, SINK_CURSOR, SINK_CURRENT, SINK_FIRST, SINK_STRIDE, SINK_THRESHOLD, SINK_TOPN,
  sinkOf, slotsOf, tuplesOf,
} from './dict'
import { ENTRY, enter } from './sort-entry'
import { sortEntries, workBytes } from './sort'
import { leaveSorted } from './sort-parts'
import { tuplesOfAll } from './sort-order'
import { addressOf } from './strings'

const SHARED: usize = 64
const ROW: usize = 16

/** Appends one sink's tuples as entries. */
function collect(sink: usize, to: usize): usize {
  const stride = load<u32>(sink, SINK_STRIDE)
  for (let chunk = <usize>load<u32>(sink, SINK_FIRST); chunk; chunk = <usize>load<u32>(chunk)) {
    const end = endOf(sink, chunk)
    for (let tuple = chunk + CHUNK_HEADER; tuple < end; tuple += stride, to += ENTRY) enter(tuple, to)
  }
  return to
}

/** Looks at what other workers have found. */
export function topn_look(_ctx: usize, sink: usize, out: usize): void {
  const shared = ~atomic.load<u64>(out, SHARED)
  if (shared < load<u64>(sink, SINK_THRESHOLD)) store<u64>(sink, shared, SINK_THRESHOLD)
}

/**
 * Keeps the best `topn` tuples of a sink, and lets the kernel skip rows with a prefix above the worst of them. From the first
 * time on tuples live in one of two rooms, used in turns: a chunk with place for all that comes before the next call, and
 * behind it the memory to sort them. A room's tag is the other room, or itself while there is none.
 */
export function topn_compact(ctx: usize, sink: usize, out: usize): void {
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
  const worst = to - stride
  const prefix = load<u64>(worst)
  let seen = atomic.load<u64>(out, SHARED)
  while (seen < ~prefix) {
    const found = atomic.cmpxchg<u64>(out, seen, ~prefix, SHARED)
    if (found == seen) break
    seen = found
  }
  // Where the prefix is the key, rows that come later and are equal to the worst are beyond it, too.
  const own = load<u64>(worst, 8) == 0 && prefix > 0 ? prefix - 1 : prefix
  store<u64>(sink, min(own, load<u64>(sink, SINK_THRESHOLD)), SINK_THRESHOLD)
}

/** Sorts what the slots have kept, keeps the first of it, and writes a source block at `out`. */
export function topn_finish(ctx: usize, offset: u32, out: usize): void {
  const total = tuplesOfAll(ctx, offset)
  const work = reserve(ctx, workBytes(total) + 16)
  let at = work
  let topn: u32 = 0
  let used: u32 = 0
  for (let slot: u32 = 0, slots = slotsOf(ctx); slot < slots; slot++) {
    const sink = sinkOf(ctx, slot, offset)
    if (!sink) continue
    topn = max(topn, load<u32>(sink, SINK_TOPN))
    at = collect(sink, at)
    used++
  }
  if (used > 1) {
    for (let entry = work; entry < at; entry += ENTRY) {
      store<u64>(entry, load<u64>(<usize>load<u32>(entry, 8), ROW))
      // No key is looked at.
      store<u32>(entry, 0, 12)
    }
    sortEntries(work, total)
    for (let entry = work; entry < at; entry += ENTRY) enter(<usize>load<u32>(entry, 8), entry)
  }
  sortEntries(work, total)
  partSource(out, 0)
  leaveSorted(out, work, total, topn && topn < total ? topn : total)
}
