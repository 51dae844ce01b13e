/**
 * Chunks of UnsafeRows (src/codegen/builders/row-appender.ts). The row that is being written is the last of its sink's current chunk;
 * where a field of it finds no room, it moves on to a new chunk with what has been written of it.
 *
 *   sink    12 first chunk   16 current chunk   4 where it ends   20 bytes before a chunk's rows   32 bytes of rows in a chunk
 *   chunk   0 next   4 rows   8 tag   12 turn   16 bytes of its rows   20 zero   32 u32[2048] offsets of rows, if lengths differ   u32[2048] their numbers, if they have any   rows
 */
import { reserve } from './context'

const LIMIT: usize = 4
const FIRST: usize = 12
const CURRENT: usize = 16
const BEFORE: usize = 20
const CAPACITY: usize = 32

const TAG: usize = 8
const TURN: usize = 12
const HEADER: usize = 32

/** A new current chunk with room for `bytes` of rows at least; where its rows begin. */
function addChunk(ctx: usize, sink: usize, bytes: u64, tag: u32, turn: u32): usize {
  const before = load<u32>(sink, BEFORE)
  const size = max<u64>(load<u32>(sink, CAPACITY), bytes) + before
  const chunk = reserve(ctx, size)
  memory.fill(chunk, 0, HEADER)
  store<u32>(chunk, tag, TAG)
  store<u32>(chunk, turn, TURN)
  if (load<u32>(sink, FIRST)) store<u32>(<usize>load<u32>(sink, CURRENT), <u32>chunk)
  else store<u32>(sink, <u32>chunk, FIRST)
  store<u32>(sink, <u32>chunk, CURRENT)
  store<u32>(sink, <u32>(chunk + <usize>size), LIMIT)
  return chunk + before
}

/** A new chunk; where its rows begin. */
export function rows_chunk(ctx: usize, sink: usize, bytes: u32, tag: u32, turn: u32): usize {
  return addChunk(ctx, sink, bytes, tag, turn)
}

/** The row of which the bytes from `row` to `end` have been written goes on in a new chunk, with room for `bytes` more: where it begins now. */
export function rows_move(ctx: usize, sink: usize, row: usize, end: usize, bytes: u32): usize {
  const chunk = <usize>load<u32>(sink, CURRENT)
  const written = end - row
  // Twice what there is: a row of many long fields moves few times.
  const moved = addChunk(ctx, sink, <u64>written * 2 + bytes, load<u32>(chunk, TAG), load<u32>(chunk, TURN))
  memory.copy(moved, row, written)
  return moved
}

/** Copies `bytes` bytes, more than none, to `to`, 8-aligned, and fills the last word with zeros. Words are read whole: those of `from` may reach 7 bytes beyond. */
export function row_bytes(ctx: usize, to: usize, from: usize, bytes: u32): void {
  const last = <usize>((bytes - 1) & ~7)
  if (last < 64) for (let at: usize = 0; at < last; at += 8) store<u64>(to + at, load<u64>(from + at))
  else memory.copy(to, from, last)
  store<u64>(to + last, load<u64>(from + last) & (~(<u64>0) >> ((0 - <u64>bytes) << 3)))
}

/** Writes the 16 bytes of a wide decimal: as few big-endian bytes as hold it, the rest 0; how many these are. */
export function row_decimal(ctx: usize, to: usize, lo: u64, hi: u64): u32 {
  const sign = <u64>(<i64>hi >> 63)
  const high = hi ^ sign
  const free = high ? clz(high) : 64 + clz(lo ^ sign)
  const bytes = <u32>((128 - free) >> 3) + 1
  const shift = 128 - <u64>bytes * 8
  // Shifts count modulo 64.
  const first = shift > 63 ? lo << shift : (hi << shift) | ((lo >> 1) >> (63 - shift))
  const second = shift > 63 ? 0 : lo << shift
  store<u64>(to, bswap(first))
  store<u64>(to + 8, bswap(second))
  return bytes
}
