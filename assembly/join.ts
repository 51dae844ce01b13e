/**
 * A join's directory, once all of its tuples are there: made by the last worker of the pipeline, filled by all of them without
 * locks. No entry ever moves: the directory has its size from the start, and tuples of one entry are chained through `next`.
 *
 *   tuple       0 hash, or of dense keys the position: key − least key          4 next, 0 = last          8 fields
 *   directory   by hash & mask   0 head u32, 0 = none · 4 bits u32: of every tuple in the chain, bit `hash >> 27`
 *               by position      0 head u32; one entry more than there are keys, which stays 0
 *
 *   output      0 source block over all tuples, of joins that mark      16 directory      20 mask; dense keys: 0
 *              24 a tuple of zeros      28 1 where a tuple has a next      32 the parts' source block
 *              64 stretches: first tuple u32 · end u32 · their addresses in the source block u32, 0 = none      68 u32[parts + 1],
 *              each part's first stretch      72 parts that are yet to be zeroed      76 how many first parts zero
 *      80 1 where several workers enter tuples
 *
 * A part zeroes a range of the directory, or enters the tuples of some stretches. Who enters waits for all zeroing, which
 * others are at then, because parts are taken in order.
 */
import { CTX_SCRATCH, partSource, reserve, tupleSource } from './context'
import { CHUNK_HEADER, endOf, SINK_FIRST, SINK_STRIDE, sinkOf, slotsOf } from './dict'

const DIRECTORY: usize = 16
const MASK: usize = 20
const MISSING: usize = 24
const CHAINED: usize = 28
const STRETCHES: usize = 64
const FIRSTS: usize = 68
const ZEROING: usize = 72
const ZEROS: usize = 76
const SHARED: usize = 80

const STRETCH: usize = 12
/** Bytes of tuples that are worth a part of their own, and of the directory. */
const PART: usize = 128 * 1024
const ZERO_PART: usize = 1024 * 1024
/** Of dense keys, up to so many tuples one of two workers enters faster without atomic accesses than both do with them. */
const ALONE: u64 = 2000000
/** Tuples whose entries are read at once. */
const AHEAD: u32 = 64
/** Nanoseconds; whoever zeroes is never gone for long. */
const WAIT: i64 = 1000000

/** `offset`: of the sinks in contexts. `extent`: number of dense keys; 0: by hash. `stride`: of tuples. `marks`: they are a source. */
export function join_begin(ctx: usize, offset: u32, out: usize, extent: u32, stride: u32, marks: i32): void {
  const slots = slotsOf(ctx)
  let total: u64 = 0
  let chunks: u64 = 0
  for (let slot: u32 = 0; slot < slots; slot++) {
    const sink = sinkOf(ctx, slot, offset)
    if (!sink) continue
    for (let chunk = <usize>load<u32>(sink, SINK_FIRST); chunk; chunk = <usize>load<u32>(chunk), chunks++)
      total += (endOf(sink, chunk) - chunk - CHUNK_HEADER) / stride
  }
  let entries: u32 = 16
  if (!extent) while (<u64>entries < total * 2) entries <<= 1
  const bytes: u64 = extent ? (<u64>extent + 1) * 4 : <u64>entries << 3
  const aligned = (bytes + 15) & ~15
  const directory = reserve(ctx, aligned + stride)
  const missing = directory + <usize>aligned
  memory.fill(missing, 0, stride)
  store<u32>(out, <u32>directory, DIRECTORY)
  store<u32>(out, extent ? 0 : entries - 1, MASK)
  store<u32>(out, <u32>missing, MISSING)
  store<u32>(out, 0, CHAINED)
  const zeros: u32 = bytes <= ZERO_PART ? 0 : <u32>((aligned + ZERO_PART - 1) / ZERO_PART)
  if (!zeros) memory.fill(directory, 0, <usize>aligned)
  store<u32>(out, zeros, ZEROING)
  store<u32>(out, zeros, ZEROS)
  const one = extent != 0 && slots == 2 && total <= ALONE
  store<u32>(out, slots > 1 && !one ? 1 : 0, SHARED)

  const pointers = marks ? reserve(ctx, 16 + total * 4) : 0
  if (pointers) tupleSource(out, pointers, pointers + 16, <u32>total)
  const stretches = reserve(ctx, chunks * (STRETCH + 4) + 4)
  const firsts = stretches + <usize>chunks * STRETCH
  store<u32>(out, <u32>stretches, STRETCHES)
  store<u32>(out, <u32>firsts, FIRSTS)
  let stretch: u32 = 0
  let parts: u32 = 0
  let used: usize = PART
  let pointer = pointers + 16
  for (let slot: u32 = 0; slot < slots; slot++) {
    const sink = sinkOf(ctx, slot, offset)
    if (!sink) continue
    for (let chunk = <usize>load<u32>(sink, SINK_FIRST); chunk; chunk = <usize>load<u32>(chunk)) {
      const begin = chunk + CHUNK_HEADER
      const end = endOf(sink, chunk)
      if (begin == end) continue
      if (one ? !parts : used >= PART) {
        store<u32>(firsts + ((<usize>parts) << 2), stretch)
        parts++
        used = 0
      }
      used += end - begin
      const at = stretches + <usize>stretch * STRETCH
      stretch++
      store<u32>(at, <u32>begin)
      store<u32>(at, <u32>end, 4)
      store<u32>(at, pointers ? <u32>pointer : 0, 8)
      pointer += ((end - begin) / stride) << 2
    }
  }
  store<u32>(firsts + ((<usize>parts) << 2), stretch)
  // A directory that nothing is entered in is zeroed all the same.
  partSource(out, zeros + parts)
}

export function join_enter(ctx: usize, out: usize, stride: u32, from: u32, to: u32): void {
  const zeros = load<u32>(out, ZEROS)
  const directory = <usize>load<u32>(out, DIRECTORY)
  const mask = load<u32>(out, MASK)
  const stretches = <usize>load<u32>(out, STRETCHES)
  const firsts = <usize>load<u32>(out, FIRSTS)
  const alone = !load<u32>(out, SHARED)
  for (let part = from; part < to; part++) {
    if (part < zeros) {
      zero(out, part)
      continue
    }
    for (let left = atomic.load<i32>(out, ZEROING); left; left = atomic.load<i32>(out, ZEROING)) atomic.wait<i32>(out + ZEROING, left, WAIT)
    const first = firsts + ((<usize>(part - zeros)) << 2)
    const last = stretches + <usize>load<u32>(first, 4) * STRETCH
    for (let at = stretches + <usize>load<u32>(first) * STRETCH; at < last; at += STRETCH) {
      const begin = <usize>load<u32>(at)
      const end = <usize>load<u32>(at, 4)
      let pointer = <usize>load<u32>(at, 8)
      if (pointer) for (let tuple = begin; tuple < end; tuple += stride, pointer += 4) store<u32>(pointer, <u32>tuple)
      let chained: u32 = 0
      if (mask) chained = alone ? enterHashes(directory, mask, stride, begin, end) : shareHashes(ctx, directory, mask, stride, begin, end)
      else chained = alone ? enterPositions(directory, stride, begin, end) : sharePositions(ctx, directory, stride, begin, end)
      if (chained) store<u32>(out, 1, CHAINED)
    }
  }
}

function zero(out: usize, part: u32): void {
  const directory = <usize>load<u32>(out, DIRECTORY)
  const begin = directory + <usize>part * ZERO_PART
  memory.fill(begin, 0, min(ZERO_PART, <usize>load<u32>(out, MISSING) - begin))
  if (atomic.sub<i32>(out, 1, ZEROING) == 1) atomic.notify(out + ZEROING, -1)
}

/** What enters tuples tells whether one of them has a next. */
function enterPositions(directory: usize, stride: u32, begin: usize, end: usize): u32 {
  let chained: u32 = 0
  for (let tuple = begin; tuple < end; tuple += stride) {
    const entry = directory + ((<usize>load<u32>(tuple)) << 2)
    const next = load<u32>(entry)
    store<u32>(tuple, next, 4)
    store<u32>(entry, <u32>tuple)
    chained |= next
  }
  return chained
}

function enterHashes(directory: usize, mask: u32, stride: u32, begin: usize, end: usize): u32 {
  let chained: u32 = 0
  for (let tuple = begin; tuple < end; tuple += stride) {
    const hash = load<u32>(tuple)
    const entry = directory + ((<usize>(hash & mask)) << 3)
    const before = load<u64>(entry)
    store<u32>(tuple, <u32>before, 4)
    store<u64>(entry, joined(before, tuple, hash))
    chained |= <u32>before
  }
  return chained
}

/**
 * With others. What is entered one after the other by one hash is chained first, so that a key which most tuples have is no place
 * where all wait. The chain is whole when all have entered; nobody reads it before. An atomic access waits for its own cache
 * miss, so the entries of a few tuples are read first, all at once.
 */
function sharePositions(ctx: usize, directory: usize, stride: u32, begin: usize, end: usize): u32 {
  let chained: u32 = 0
  for (let from = begin; from < end; ) {
    const to = min(end, from + AHEAD * stride)
    let read: u32 = 0
    for (let tuple = from; tuple < to; tuple += stride) read |= load<u32>(directory + ((<usize>load<u32>(tuple)) << 2))
    store<u32>(ctx, read, CTX_SCRATCH)
    for (let tuple = from; tuple < to; tuple += stride) {
      const first = tuple
      tuple = lastAlike(tuple, stride, to)
      const next = atomic.xchg<u32>(directory + ((<usize>load<u32>(tuple)) << 2), <u32>tuple)
      store<u32>(first, next, 4)
      chained |= next | <u32>(tuple - first)
    }
    from = to
  }
  return chained
}

function shareHashes(ctx: usize, directory: usize, mask: u32, stride: u32, begin: usize, end: usize): u32 {
  let chained: u32 = 0
  for (let from = begin; from < end; ) {
    const to = min(end, from + AHEAD * stride)
    let read: u32 = 0
    for (let tuple = from; tuple < to; tuple += stride) read |= load<u32>(directory + ((<usize>(load<u32>(tuple) & mask)) << 3))
    store<u32>(ctx, read, CTX_SCRATCH)
    for (let tuple = from; tuple < to; tuple += stride) {
      const first = tuple
      tuple = lastAlike(tuple, stride, to)
      const hash = load<u32>(tuple)
      const entry = directory + ((<usize>(hash & mask)) << 3)
      let before = load<u64>(entry)
      for (;;) {
        const seen = atomic.cmpxchg<u64>(entry, before, joined(before, tuple, hash))
        if (seen == before) break
        before = seen
      }
      store<u32>(first, <u32>before, 4)
      chained |= <u32>before | <u32>(tuple - first)
    }
    from = to
  }
  return chained
}

/** The last of the tuples from this one on that have its hash; each is chained to the one before. */
// @ts-ignore: decorator
@inline
function lastAlike(tuple: usize, stride: u32, end: usize): usize {
  const hash = load<u32>(tuple)
  for (let next = tuple + stride; next < end && load<u32>(next) == hash; next += stride) {
    store<u32>(next, <u32>tuple, 4)
    tuple = next
  }
  return tuple
}

/** An entry with one tuple more. */
// @ts-ignore: decorator
@inline
function joined(entry: u64, tuple: usize, hash: u32): u64 {
  return (entry & 0xffffffff00000000) | tuple | ((<u64>1 << 32) << (hash >> 27))
}
