/**
 * Runtime filters of a join's build side, made when all of its tuples are there (drawn in src/codegen/filters/layout.ts). The last
 * worker of the pipeline takes the memory; bits are set by generated code, of few tuples at once, of more by all workers.
 */
import { partSource, reserve } from './context'
import { SINK_FIRST, SINK_STRIDE, sinkOf, slotsOf, tuplesOf } from './dict'

/** Within a sink's output: its parts' source block, the filters' header. */
const PARTS_SOURCE: usize = 32
const FILTERS: usize = 124

const HEADER_BYTES: usize = 16
const FILTER_BYTES: usize = 64
const SHIFT: usize = 4
const KEYS: usize = 8
const LEAST: usize = 16
const GREATEST: usize = 24

/** Tuples up to which one worker sets all bits. */
const FEW: u32 = 16384

/**
 * Header and filters without bits; the header's address. `parts`: whether the sink has parts of its own, which are told already.
 * Where there are more than a few tuples, one part more for each slot.
 */
export function filter_open(ctx: usize, offset: u32, out: usize, filters: u32, parts: i32): usize {
  const slots = slotsOf(ctx)
  let total: u64 = 0
  let used: u32 = 0
  for (let slot: u32 = 0; slot < slots; slot++) {
    const sink = sinkOf(ctx, slot, offset)
    if (!sink || !load<u32>(sink, SINK_STRIDE)) continue
    total += tuplesOf(sink)
    used++
  }
  const bytes = HEADER_BYTES + <usize>filters * FILTER_BYTES
  const header = reserve(ctx, bytes)
  memory.fill(header, 0, bytes)
  const own = parts ? load<u32>(out, PARTS_SOURCE) : 0
  store<u32>(header, own)
  store<u32>(header, <u32>total, 4)
  store<u32>(header, total > FEW && used > 1 ? 1 : 0, 8)
  for (let filter = header + HEADER_BYTES; filter < header + bytes; filter += FILTER_BYTES) {
    store<u32>(filter, <u32>total, KEYS)
    store<i64>(filter, i64.MAX_VALUE, LEAST)
    store<i64>(filter, i64.MIN_VALUE, GREATEST)
  }
  store<u32>(out, <u32>header, FILTERS)
  partSource(out, total > FEW ? own + slots : own)
  return header
}

/** Memory for a filter's bits: of a bitmap of so many bytes, a multiple of 16, or, of none, of a Bloom filter for the keys there are. */
export function filter_bits(ctx: usize, filter: usize, bitmap: u32): void {
  let size: u64 = bitmap
  if (!bitmap) {
    const keys: u64 = load<u32>(filter, KEYS)
    let log: u32 = 2
    while (<u64>8 << log < keys * 3) log++
    store<u32>(filter, 32 - log, SHIFT)
    size = <u64>4 << log
  }
  const bits = reserve(ctx, size)
  memory.fill(bits, 0, <usize>size)
  store<u32>(filter, <u32>bits)
}

/** Takes bounds of some keys into the filter's. */
export function filter_bounds(ctx: usize, filter: usize, least: i64, greatest: i64): void {
  for (;;) {
    const old = atomic.load<i64>(filter, LEAST)
    if (old <= least || atomic.cmpxchg<i64>(filter, old, least, LEAST) == old) break
  }
  for (;;) {
    const old = atomic.load<i64>(filter, GREATEST)
    if (old >= greatest || atomic.cmpxchg<i64>(filter, old, greatest, GREATEST) == old) break
  }
}
