/**
 * The order in which rows came: source order, whatever worker had them. A worker takes morsels in ascending order, so its tuples lie
 * in order, and runs tell where in them those of a morsel begin:
 *
 *   sink   as in dict.ts; 48 runs · 52 their number · 56 how many there is room for · 60 room to sort in · 64 bytes of it
 *   run    0 number of the pipeline u32 · 4 first row of the morsel u32 · 8 tuples before u32
 *
 * Brought together these are stretches, {u32 first tuple, u32 end}, each of one chunk, in blocks of about as many tuples.
 */
import { reserve } from './context'
import { CHUNK_HEADER, endOf, SINK_COUNT, SINK_FIRST, SINK_STRIDE, sinkOf, slotsOf, tuplesOf } from './dict'

const RUNS: usize = 48
const RUN_COUNT: usize = 52
const RUN_ROOM: usize = 56

const RUN: usize = 12
const FIRST_RUNS: u32 = 64

export const STRETCH: usize = 8

/** A worker begins, or goes on with, the morsel of pipeline `turn` whose first row is `row`. */
export function sort_run(ctx: usize, sink: usize, turn: u32, row: u32): void {
  const count = load<u32>(sink, RUN_COUNT)
  const tuples = load<u32>(sink, SINK_COUNT)
  let runs = <usize>load<u32>(sink, RUNS)
  let at = runs + <usize>count * RUN
  if (count && load<u32>(at - RUN) == turn && load<u32>(at - RUN, 4) == row) return
  if (count && load<u32>(at - RUN, 8) == tuples) at -= RUN
  else {
    const room = load<u32>(sink, RUN_ROOM)
    if (count == room) {
      const larger = max(FIRST_RUNS, room * 2)
      const moved = reserve(ctx, <u64>larger * RUN)
      memory.copy(moved, runs, <usize>count * RUN)
      runs = moved
      at = runs + <usize>count * RUN
      store<u32>(sink, <u32>runs, RUNS)
      store<u32>(sink, larger, RUN_ROOM)
    }
    store<u32>(sink, count + 1, RUN_COUNT)
  }
  store<u32>(at, turn)
  store<u32>(at, row, 4)
  store<u32>(at, tuples, 8)
}

/** A slot's place while runs are brought together. */
const CURSOR: usize = 20
const CURSOR_RUN: usize = 0
const CURSOR_RUNS: usize = 4
const CURSOR_CHUNK: usize = 8
const CURSOR_TUPLE: usize = 12
const CURSOR_SINK: usize = 16

/** Tuples of the sinks at `offset` of all slots. */
export function tuplesOfAll(ctx: usize, offset: u32): u32 {
  let total: u32 = 0
  for (let slot: u32 = 0, slots = slotsOf(ctx); slot < slots; slot++) {
    const sink = sinkOf(ctx, slot, offset)
    if (sink) total += tuplesOf(sink)
  }
  return total
}

/**
 * All tuples in order, as stretches in `blocks` blocks of `size` tuples, the last one of what is left: the address of the first
 * stretch. At `firsts` each block's first stretch is written, and one end more.
 */
export function stretchesOf(ctx: usize, offset: u32, blocks: u32, size: u32, firsts: usize): usize {
  const slots = slotsOf(ctx)
  const cursors = reserve(ctx, <u64>slots * CURSOR)
  let pieces: u64 = blocks
  for (let slot: u32 = 0; slot < slots; slot++) {
    const cursor = cursors + <usize>slot * CURSOR
    const sink = sinkOf(ctx, slot, offset)
    const runs = sink ? load<u32>(sink, RUN_COUNT) : 0
    const chunk = sink ? load<u32>(sink, SINK_FIRST) : 0
    store<u32>(cursor, 0, CURSOR_RUN)
    // A sink without runs is one.
    store<u32>(cursor, sink ? max(1, runs) : 0, CURSOR_RUNS)
    store<u32>(cursor, chunk, CURSOR_CHUNK)
    store<u32>(cursor, chunk + <u32>CHUNK_HEADER, CURSOR_TUPLE)
    store<u32>(cursor, <u32>sink, CURSOR_SINK)
    pieces += runs + 1
    for (let c = <usize>chunk; c; c = <usize>load<u32>(c)) pieces++
  }
  const stretches = reserve(ctx, pieces * STRETCH)
  let to = stretches
  let block: u32 = 0
  let left = size
  store<u32>(firsts, <u32>to)
  for (;;) {
    const cursor = earliest(cursors, slots)
    if (!cursor) break
    let tuples = tuplesOfRun(cursor)
    const sink = <usize>load<u32>(cursor, CURSOR_SINK)
    const stride = load<u32>(sink, SINK_STRIDE)
    let chunk = <usize>load<u32>(cursor, CURSOR_CHUNK)
    let tuple = <usize>load<u32>(cursor, CURSOR_TUPLE)
    while (tuples) {
      const end = endOf(sink, chunk)
      if (tuple >= end) {
        chunk = <usize>load<u32>(chunk)
        tuple = chunk + CHUNK_HEADER
        continue
      }
      if (left == 0) {
        block++
        store<u32>(firsts + ((<usize>block) << 2), <u32>to)
        left = size
      }
      const some = min(left, min(tuples, <u32>(end - tuple) / stride))
      store<u32>(to, <u32>tuple)
      tuple += <usize>some * stride
      store<u32>(to, <u32>tuple, 4)
      to += STRETCH
      tuples -= some
      left -= some
    }
    store<u32>(cursor, <u32>chunk, CURSOR_CHUNK)
    store<u32>(cursor, <u32>tuple, CURSOR_TUPLE)
    store<u32>(cursor, load<u32>(cursor, CURSOR_RUN) + 1, CURSOR_RUN)
  }
  while (block < blocks) {
    block++
    store<u32>(firsts + ((<usize>block) << 2), <u32>to)
  }
  return stretches
}

/** The slot whose next run comes first; 0: there is none. */
function earliest(cursors: usize, slots: u32): usize {
  let found: usize = 0
  let least: u64 = 0
  for (let slot: u32 = 0; slot < slots; slot++) {
    const cursor = cursors + <usize>slot * CURSOR
    const run = load<u32>(cursor, CURSOR_RUN)
    if (run == load<u32>(cursor, CURSOR_RUNS)) continue
    const sink = <usize>load<u32>(cursor, CURSOR_SINK)
    const at = <usize>load<u32>(sink, RUNS) + <usize>run * RUN
    const order = load<u32>(sink, RUN_COUNT) ? (<u64>load<u32>(at) << 32) | load<u32>(at, 4) : 0
    if (found && order >= least) continue
    found = cursor
    least = order
  }
  return found
}

function tuplesOfRun(cursor: usize): u32 {
  const sink = <usize>load<u32>(cursor, CURSOR_SINK)
  const run = load<u32>(cursor, CURSOR_RUN)
  if (!load<u32>(sink, RUN_COUNT)) return tuplesOf(sink)
  const at = <usize>load<u32>(sink, RUNS) + <usize>run * RUN
  return (run + 1 == load<u32>(cursor, CURSOR_RUNS) ? tuplesOf(sink) : load<u32>(at, RUN + 8)) - load<u32>(at, 8)
}
