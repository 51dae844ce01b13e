/**
 * How decompressors copy: 16 bytes at a time, over the end. What is repeated from less than 16 bytes back comes by a swizzle: its indices are
 * in a table that the caller keeps.
 *
 *   patterns   17 × 16 bytes: i % back for back = 1 … 15, i for 0 and 16   272 17 bytes: the multiple of back up to 16 that is next to it
 */

const STEPS: usize = 272

/** Fills the table. */
export function block_patterns(patterns: usize): void {
  for (let back: u32 = 0; back <= 16; back++) {
    const by: u32 = back == 0 ? 16 : back
    for (let i: u32 = 0; i < 16; i++) store<u8>(patterns + (<usize>back << 4) + i, <u8>(i % by))
    store<u8>(patterns + STEPS + back, <u8>(16 - (16 % by)))
  }
}

/** The `back` (at most 16) bytes at `from`, repeated. */
// @ts-ignore: decorator
@inline
export function pattern(from: usize, back: usize, patterns: usize): v128 {
  return i8x16.swizzle(v128.load(from), v128.load(patterns + (back << 4)))
}

/** What repeats behind the first 16 bytes, `bytes` in all; up to 16 bytes behind are written. */
// @ts-ignore: decorator
@inline
export function repeatRest(to: usize, back: usize, bytes: usize, first: v128, patterns: usize): void {
  const step = <usize>load<u8>(patterns + back, STEPS)
  for (let i = step; i < bytes; i += step) v128.store(to + i, first)
}

/** Copies as 16 bytes at a time; up to 16 bytes behind are written. */
// @ts-ignore: decorator
@inline
export function copyOver(to: usize, from: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) v128.store(to + i, v128.load(from + i))
}

/** Repeats what lies `back` bytes before, byte by byte where need be. */
export function repeatExactly(to: usize, back: usize, bytes: usize): void {
  if (back >= bytes) memory.copy(to, to - back, bytes)
  else for (let i: usize = 0; i < bytes; i++) store<u8>(to + i, load<u8>(to + i - back))
}
