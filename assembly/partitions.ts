/**
 * Dicts whose groups are more than a worker's table shall hold: the table's tuples are scattered by their hash into partitions
 * and the table is emptied; where it does not bring rows together, each row becomes a tuple of its partition at once. In the end
 * workers take partitions, each with its tuples of all workers (Leis, Boncz, Kemper, Neumann: Morsel-Driven Parallelism, 2014).
 *
 *   sink   as in dict.ts; 48 rows since the table was emptied · 52 groups from which on it is full · 56 partitions, 0 = none yet
 *          60 1 where rows go to partitions at once · 64 directory and 68 mask of the table then
 *          72 directory of the worker's last partition · 76 bytes of its room · 80 its mask · 84 tuples and 88 groups there
 *          92 tuples in partitions from which on those of one key are brought together, 0 = not asked yet
 *   partitions   a sink each, by the six upper bits of the hash; behind them a pair of entries that stays empty
 *   output       64 u32[partitions + 1], tuples before each · 68 u32[partitions], ends of their groups' addresses · 72 block of these
 */
import { CTX_SHARED, partSource, reserve, SHARED_CONTEXTS } from './context'
import { addChunk, CHUNK_HEADER, CHUNK_USED, limitOf, SINK_LIMIT, SINK_COUNT, SINK_CURRENT, SINK_CURSOR, SINK_DIRECTORY, SINK_FIRST, SINK_MASK, SINK_STRIDE, directoryBytes, rehash, slotsOf } from './dict'

const ROWS: usize = 48
const LIMIT: usize = 52
const PARTITIONS: usize = 56
const DIRECT: usize = 60
const KEPT: usize = 64
const ROOM: usize = 72
const ROOM_BYTES: usize = 76
const ROOM_MASK: usize = 80
const ROOM_TUPLES: usize = 84
const ROOM_GROUPS: usize = 88
const ENOUGH: usize = 92

const COUNT: u32 = 64
const SINK_BYTES: usize = 96
const EMPTY_PAIR: usize = 32

const STARTS: usize = 64
const ENDS: usize = 68
const POINTERS: usize = 72

/** A full table grows to at most so many times its groups, as long as it brings rows together. */
const GROWTH: u32 = 8
/** Rows that go to partitions at once before the table is tried again, in tables full. */
const PAUSE: u32 = 16
/** Tuples in a worker's partitions, in tables full, before it brings those of one key together: so memory grows with groups, not with rows. */
const HEAP: u32 = 64
/** Groups that come in with the rows of a chunk after the table is full. */
const CHUNK_ROWS: u32 = 1024

/** Whether so many rows found so few groups that the table might as well not be there: fewer than 21 rows for 20 groups. */
// @ts-ignore: decorator
@inline
function scarce(rows: u32, groups: u32): bool {
  return <u64>rows * 20 < <u64>groups * 21
}

/** Gives a sink its partitions, if it has none. */
export function dict_partitions(ctx: usize, sink: usize): void {
  if (load<u32>(sink, PARTITIONS)) return
  const bytes = <usize>COUNT * SINK_BYTES + EMPTY_PAIR
  const partitions = reserve(ctx, bytes)
  memory.fill(partitions, 0, bytes)
  for (let p: u32 = 0; p < COUNT; p++) store<u32>(partitions + <usize>p * SINK_BYTES, load<u32>(sink, SINK_STRIDE), SINK_STRIDE)
  store<u32>(sink, <u32>partitions, PARTITIONS)
}

/** What a full table comes to: 1 where its tuples are to be scattered. `local`: groups a table shall hold. */
export function dict_full(ctx: usize, sink: usize, local: u32): i32 {
  if (load<u32>(sink, DIRECT)) {
    store<u64>(sink, load<u64>(sink, KEPT), SINK_DIRECTORY)
    store<u32>(sink, 0, DIRECT)
    store<u32>(sink, 0, SINK_COUNT)
    store<u32>(sink, 0, ROWS)
    store<u32>(sink, local, LIMIT)
    return 0
  }
  const limit = load<u32>(sink, LIMIT)
  if (!load<u32>(sink, PARTITIONS) && limit < local * GROWTH && !scarce(load<u32>(sink, ROWS), limit == local ? limit : limit >> 1)) {
    store<u32>(sink, limit << 1, LIMIT)
    store<u32>(sink, 0, ROWS)
    return 0
  }
  dict_partitions(ctx, sink)
  return 1
}

/** Empties a table whose tuples have been scattered; 1 where partitions have come to hold many tuples. */
export function dict_emptied(ctx: usize, sink: usize, kind: i32, local: u32): i32 {
  const direct = scarce(load<u32>(sink, ROWS), load<u32>(sink, SINK_COUNT))
  const room: u64 = (<u64>local + CHUNK_ROWS) * load<u32>(sink, SINK_STRIDE) + CHUNK_HEADER
  const first = load<u32>(sink, SINK_FIRST)
  if (first == load<u32>(sink, SINK_CURRENT) && first && <u64>load<u32>(first, 12) >= room) store<u32>(sink, first + <u32>CHUNK_HEADER, SINK_CURSOR)
  else {
    store<u32>(sink, 0, SINK_CURRENT)
    addChunk(sink, reserve(ctx, room), <u32>room)
  }
  const mask = min(load<u32>(sink, SINK_MASK), maskFor(local + CHUNK_ROWS + 1))
  const directory = load<u32>(sink, SINK_DIRECTORY)
  memory.fill(directory, 0, <usize>directoryBytes(mask, kind))
  store<u32>(sink, mask, SINK_MASK)
  store<u32>(sink, 0, SINK_COUNT)
  store<u32>(sink, 0, ROWS)
  store<u32>(sink, direct ? local * PAUSE : local, LIMIT)
  if (direct) partitionsAtOnce(sink)
  return tuplesIn(sink) >= max(load<u32>(sink, ENOUGH), local * HEAP) ? 1 : 0
}

function partitionsAtOnce(sink: usize): void {
  store<u32>(sink, 1, DIRECT)
  store<u64>(sink, load<u64>(sink, SINK_DIRECTORY), KEPT)
  // No key is found.
  store<u32>(sink, load<u32>(sink, PARTITIONS) + COUNT * <u32>SINK_BYTES, SINK_DIRECTORY)
  store<u32>(sink, 0, SINK_MASK)
}

function tuplesIn(sink: usize): u32 {
  let tuples: u32 = 0
  for (let p: u32 = 0; p < COUNT; p++) tuples += load<u32>(<usize>load<u32>(sink, PARTITIONS) + <usize>p * SINK_BYTES, SINK_COUNT)
  return tuples
}

/** Partitions have been brought together, or it has been seen that this is of little use: it is tried again at twice as many tuples. */
export function dict_heaped(ctx: usize, sink: usize): void {
  store<u32>(sink, tuplesIn(sink) << 1, ENOUGH)
}

/**
 * Ends a partition behind the tuple before `end`, in one of its chunks; `count` tuples are left. Chunks behind are used again
 * (sink_chunk).
 */
export function dict_cut(ctx: usize, partition: usize, chunk: usize, end: usize, count: u32): void {
  const stride = load<u32>(partition, SINK_STRIDE)
  for (let spare = <usize>load<u32>(chunk); spare; spare = <usize>load<u32>(spare)) store<u32>(spare, 0, CHUNK_USED)
  store<u32>(partition, <u32>chunk, SINK_CURRENT)
  store<u32>(partition, <u32>end, SINK_CURSOR)
  store<u32>(partition, <u32>limitOf(chunk, stride), SINK_LIMIT)
  store<u32>(partition, count, SINK_COUNT)
}

/** 2^n − 1, where 2^n is at least `entries`. */
function maskFor(entries: u32): u32 {
  let size: u32 = 16
  while (size < entries) size <<= 1
  return size - 1
}

/** The sink at an offset of a slot's context. */
// @ts-ignore: decorator
@inline
function sinkAt(ctx: usize, slot: u32, offset: u32): usize {
  return <usize>load<u32>(<usize>load<u32>(<usize>load<u32>(ctx, CTX_SHARED), SHARED_CONTEXTS) + ((<usize>slot) << 2)) + offset
}

/** All tuples are in partitions: leaves these as parts, with room for the addresses of their groups. */
export function dict_parts(ctx: usize, offset: u32, out: usize): void {
  const slots = slotsOf(ctx)
  const starts = reserve(ctx, <u64>COUNT * 8 + 4)
  let total: u32 = 0
  for (let p: u32 = 0; p < COUNT; p++) {
    store<u32>(starts + ((<usize>p) << 2), total)
    for (let slot: u32 = 0; slot < slots; slot++) {
      const partitions = <usize>load<u32>(sinkAt(ctx, slot, offset), PARTITIONS)
      if (partitions) total += load<u32>(partitions + <usize>p * SINK_BYTES, SINK_COUNT)
    }
  }
  store<u32>(starts + ((<usize>COUNT) << 2), total)
  store<u32>(out, <u32>starts, STARTS)
  store<u32>(out, <u32>(starts + ((<usize>COUNT + 1) << 2)), ENDS)
  store<u32>(out, <u32>reserve(ctx, 16 + <u64>total * 4), POINTERS)
  partSource(out, COUNT)
}

/**
 * An empty directory for the tuples of a partition, in room that the worker keeps; its mask is left in the sink. It has the size
 * that the groups of the worker's partition before let expect: the hash makes them alike.
 */
export function dict_room(ctx: usize, sink: usize, tuples: u32, kind: i32): usize {
  const before = load<u32>(sink, ROOM_TUPLES)
  const groups = before ? min<u64>(tuples, (<u64>tuples * load<u32>(sink, ROOM_GROUPS) * 5) / (<u64>before * 4) + 64) : tuples
  const mask = maskFor(<u32>groups)
  const bytes = directoryBytes(mask, kind)
  if (<u64>load<u32>(sink, ROOM_BYTES) < bytes) {
    store<u32>(sink, <u32>reserve(ctx, bytes), ROOM)
    store<u32>(sink, <u32>bytes, ROOM_BYTES)
  }
  const room = <usize>load<u32>(sink, ROOM)
  memory.fill(room, 0, <usize>bytes)
  store<u32>(sink, mask, ROOM_MASK)
  return room
}

/** The same with all that it holds, of four times the size. */
export function dict_room_grow(ctx: usize, sink: usize, kind: i32): usize {
  const pairs = load<u32>(sink, ROOM_MASK) + 1
  const mask = (pairs << 2) - 1
  const bytes = directoryBytes(mask, kind)
  const room = reserve(ctx, bytes)
  rehash(load<u32>(sink, ROOM), pairs, room, mask, kind)
  store<u32>(sink, <u32>room, ROOM)
  store<u32>(sink, <u32>bytes, ROOM_BYTES)
  store<u32>(sink, mask, ROOM_MASK)
  return room
}
