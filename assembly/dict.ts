/**
 * Sinks: where a kernel keeps tuples. They lie in chunks; the directory over them is separate and can be rebuilt.
 *
 *   sink state, in the context                          chunk                          tuple of a join
 *    0 cursor     next tuple's address                   0 next chunk, 0 = last         0 hash
 *    4 limit      end of the chunk's tuples              4 bytes of tuples, once full   4 next in the join's chain
 *    8 count      tuples in all (dict: groups)           8 tag                          8 fields
 *   12 first     16 current     chunks                  12 bytes of the chunk in all
 *   20 stride     bytes a tuple, a multiple of 8        16 tuples
 *   24 directory 28 mask
 *   32 capacity   bytes wanted of the next chunk        directory
 *   36 topn       rows to keep, 0 = all                  dict: pairs of entries, tuple 0 = free; see src/codegen/dict/pairs.ts
 *   40 threshold  u64, a top-n's worst kept prefix       join: see join.ts
 */
import { CTX_SHARED, reserve, SHARED_CONTEXTS, SHARED_SLOTS, tupleSource } from './context'

export const SINK_CURSOR: usize = 0
export const SINK_LIMIT: usize = 4
export const SINK_COUNT: usize = 8
export const SINK_FIRST: usize = 12
export const SINK_CURRENT: usize = 16
export const SINK_STRIDE: usize = 20
export const SINK_DIRECTORY: usize = 24
export const SINK_MASK: usize = 28
export const SINK_CAPACITY: usize = 32
export const SINK_TOPN: usize = 36
export const SINK_THRESHOLD: usize = 40

export const CHUNK_USED: usize = 4
export const CHUNK_TAG: usize = 8
export const CHUNK_BYTES: usize = 12
export const CHUNK_HEADER: usize = 16

const FIRST_CHUNK: u32 = 16 * 1024
const LARGEST_CHUNK: u32 = 256 * 1024
const FEWEST_TUPLES: u32 = 64
/** Pairs of a directory: of the first one, and from which on it only doubles. */
const FIRST_DIRECTORY: u64 = 512
const LARGE_DIRECTORY: u64 = 32768

/** Makes a fresh chunk the sink's current one, linked after the last. `bytes` counts the header. */
export function addChunk(sink: usize, chunk: usize, bytes: u32): void {
  const current = <usize>load<u32>(sink, SINK_CURRENT)
  if (current) {
    store<u32>(current, load<u32>(sink, SINK_CURSOR) - <u32>(current + CHUNK_HEADER), CHUNK_USED)
    store<u32>(current, <u32>chunk)
  } else store<u32>(sink, <u32>chunk, SINK_FIRST)
  store<u32>(chunk, 0)
  store<u32>(chunk, 0, CHUNK_USED)
  store<u32>(chunk, 0, CHUNK_TAG)
  store<u32>(chunk, bytes, CHUNK_BYTES)
  enterChunk(sink, chunk)
}

function enterChunk(sink: usize, chunk: usize): void {
  store<u32>(sink, <u32>chunk, SINK_CURRENT)
  store<u32>(sink, <u32>(chunk + CHUNK_HEADER), SINK_CURSOR)
  store<u32>(sink, <u32>limitOf(chunk, load<u32>(sink, SINK_STRIDE)), SINK_LIMIT)
}

/** Where a chunk has room for no further tuple. */
export function limitOf(chunk: usize, stride: u32): usize {
  return chunk + CHUNK_HEADER + ((load<u32>(chunk, CHUNK_BYTES) - <u32>CHUNK_HEADER) / stride) * stride
}

/** Seals the current chunk, if any, and starts the next: one that was used before, or a new one. The limit is a whole number of tuples after the cursor. */
export function sink_chunk(ctx: usize, sink: usize): void {
  const current = <usize>load<u32>(sink, SINK_CURRENT)
  const spare = current ? <usize>load<u32>(current) : 0
  if (spare) {
    store<u32>(current, load<u32>(sink, SINK_CURSOR) - <u32>(current + CHUNK_HEADER), CHUNK_USED)
    return enterChunk(sink, spare)
  }
  const least = <u64>FEWEST_TUPLES * <u64>load<u32>(sink, SINK_STRIDE) + CHUNK_HEADER
  const wanted = max(load<u32>(sink, SINK_CAPACITY), FIRST_CHUNK)
  const bytes = max<u64>(wanted, least)
  addChunk(sink, reserve(ctx, bytes), <u32>bytes)
  store<u32>(sink, min(wanted * 2, LARGEST_CHUNK), SINK_CAPACITY)
}

/** End of a chunk's tuples, full or current. */
// @ts-ignore: decorator
@inline
export function endOf(sink: usize, chunk: usize): usize {
  return chunk == <usize>load<u32>(sink, SINK_CURRENT) ? <usize>load<u32>(sink, SINK_CURSOR) : chunk + CHUNK_HEADER + load<u32>(chunk, CHUNK_USED)
}

/** Tuples of a sink, told by its chunks. */
export function tuplesOf(sink: usize): u32 {
  const stride = load<u32>(sink, SINK_STRIDE)
  let tuples: u32 = 0
  for (let chunk = <usize>load<u32>(sink, SINK_FIRST); chunk; chunk = <usize>load<u32>(chunk))
    tuples += <u32>(endOf(sink, chunk) - chunk - CHUNK_HEADER) / stride
  return tuples
}

/** Entries of a dict's directory, by the kinds of src/codegen/dict/keys.ts: a tagged key's hash, or the key itself. */
export const TAGGED: i32 = 0
export const WORD_64: i32 = 2
/** emitWordHash of src/codegen/hash.ts. */
const MULTIPLIER: u64 = 0x9e3779b97f4a7c15

// @ts-ignore: decorator
@inline
function wordHash(word: u64): u32 {
  const h = (word ^ (word >> 32)) * MULTIPLIER
  return <u32>(h ^ (h >> 32))
}

/** Entries are in pairs, which the mask counts, as in src/codegen/dict/pairs.ts: a key is in its pair, or the next free entry. */
// @ts-ignore: decorator
@inline
function shiftOf(kind: i32): u32 {
  return kind == WORD_64 ? 4 : 3
}

/** Bytes of a directory. */
export function directoryBytes(mask: u32, kind: i32): u64 {
  return (<u64>mask + 1) << (shiftOf(kind) + 1)
}

/** Gives a dict its first directory, or one of two or four times the size with every entry in its new place; no tuple is read. */
export function dict_grow(ctx: usize, sink: usize, kind: i32): void {
  const old = <usize>load<u32>(sink, SINK_DIRECTORY)
  const pairs: u64 = old ? <u64>load<u32>(sink, SINK_MASK) + 1 : 0
  const mask = <u32>((old ? pairs << (pairs < LARGE_DIRECTORY ? 2 : 1) : FIRST_DIRECTORY) - 1)
  const directory = reserve(ctx, directoryBytes(mask, kind))
  rehash(old, <u32>pairs, directory, mask, kind)
  store<u32>(sink, <u32>directory, SINK_DIRECTORY)
  store<u32>(sink, mask, SINK_MASK)
}

/** Enters what a directory of so many pairs holds in a larger one, which is zeroed first. The old one is lost. */
export function rehash(old: usize, pairs: u32, directory: usize, mask: u32, kind: i32): void {
  const bytes = <usize>directoryBytes(mask, kind)
  memory.fill(directory, 0, bytes)
  if (!pairs) return
  const end = old + <usize>directoryBytes(pairs - 1, kind)
  const last = bytes - 1
  if (kind == WORD_64) {
    // What is taken comes to the front first: which entries are is nothing that a processor foresees.
    let taken = old
    for (let entry = old; entry != end; entry += 16) {
      const tuple = load<u32>(entry, 8)
      store<u64>(taken, load<u64>(entry))
      store<u32>(taken, tuple, 8)
      taken += <usize>i32(tuple != 0) << 4
    }
    for (let entry = old; entry != taken; entry += 16) {
      const word = load<u64>(entry)
      let at = <usize>(wordHash(word) & mask) << 5
      at += <usize>i32(load<u32>(directory + at, 8) != 0) << 4
      while (load<u32>(directory + at, 8)) at = (at + 16) & last
      store<u64>(directory + at, word)
      store<u32>(directory + at, load<u32>(entry, 8), 8)
    }
  } else {
    let taken = old
    for (let entry = old; entry != end; entry += 8) {
      const both = load<u64>(entry)
      store<u64>(taken, both)
      taken += <usize>i32(<u32>(both >> 32) != 0) << 3
    }
    for (let entry = old; entry != taken; entry += 8) {
      const both = load<u64>(entry)
      let at = <usize>((kind == TAGGED ? <u32>both : wordHash(<u32>both)) & mask) << 4
      at += <usize>i32(load<u32>(directory + at, 4) != 0) << 3
      while (load<u32>(directory + at, 4)) at = (at + 8) & last
      store<u64>(directory + at, both)
    }
  }
}

/** Writes a source block at `out` over the tuples of one sink. */
export function dict_pointers(ctx: usize, sink: usize, out: usize): void {
  const count = tuplesOf(sink)
  const block = reserve(ctx, 16 + <u64>count * 4)
  const stride = load<u32>(sink, SINK_STRIDE)
  let at = block + 16
  for (let chunk = <usize>load<u32>(sink, SINK_FIRST); chunk; chunk = <usize>load<u32>(chunk)) {
    const end = endOf(sink, chunk)
    for (let tuple = chunk + CHUNK_HEADER; tuple < end; tuple += stride, at += 4) store<u32>(at, <u32>tuple)
  }
  tupleSource(out, block, block + 16, count)
}

/** How many workers the query has. */
export function slotsOf(ctx: usize): u32 {
  return load<u32>(<usize>load<u32>(ctx, CTX_SHARED), SHARED_SLOTS)
}

/** The sink at `offset` of a slot's context; 0 where that worker never used it. */
export function sinkOf(ctx: usize, slot: u32, offset: u32): usize {
  const contexts = <usize>load<u32>(<usize>load<u32>(ctx, CTX_SHARED), SHARED_CONTEXTS)
  const context = <usize>load<u32>(contexts + ((<usize>slot) << 2))
  if (!context) return 0
  const sink = context + offset
  return load<u32>(sink, SINK_FIRST) ? sink : 0
}
