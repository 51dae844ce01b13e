/** What texts of values are made of: characters, space, digits with underscores between, words in any case. */

// @ts-ignore: decorator
@inline
export function at(p: usize, end: usize): i32 {
  return p < end ? <i32>load<u8>(p) : -1
}
// @ts-ignore: decorator
@inline
export function isDigit(c: i32): bool {
  return <u32>(c - 0x30) < 10
}
// @ts-ignore: decorator
@inline
export function isSpace(c: i32): bool {
  return c == 0x20 || <u32>(c - 9) < 5
}
export function spaces(p: usize, end: usize): usize {
  while (p < end && isSpace(load<u8>(p))) p++
  return p
}
/** After digits with single underscores between; `p` where there is none. */
export function digits(p: usize, end: usize): usize {
  const start = p
  while (isDigit(at(p, end)) || (p != start && at(p, end) == 0x5f && isDigit(at(p + 1, end)))) p++
  return p
}

/** Whether [p, end) is the word, of lower case letters that a number holds, in any case. */
export function isWord(p: usize, end: usize, word: u64, bytes: usize): bool {
  if (end - p != bytes) return false
  for (let i: usize = 0; i < bytes; i++, word >>= 8) if (<u64>(load<u8>(p + i) | 0x20) != (word & 0xff) || load<u8>(p + i) < 0x41) return false
  return true
}
