/**
 * Cells of text files: where a column's cells lie, and how one is taken as a text. Who finds the cells (of CSV, of JSON) writes two
 * words a cell, its begin and its end; the functions cells_… go over the cells of one column, from row `from` on, and write
 * values as wide as their type's own, with validity, the count of NULLs and the least and greatest value. What is no value of the
 * type ends them at that row, which they return.
 *
 *   0 words    address of the first cell's words: u32 begin, u32 end; a cell that begins behind its end is NULL
 *   4 stride   bytes from one row's words to the next's          8 skip     added to what the first word says
 *  12 quote    0x100: there is none                              16 escape   within quotes the byte after it is itself; 0x100
 *  20 nulls    address of the texts that are NULL: u32 how many, u32, slices; or 0
 *  24 flags                                                      28 out      values from row 0 on: 8 bytes each, i128 16
 *  32 bits     validity from row 0 on, zeroed                    36 nulls    how many were NULL
 *  40 least    64 bits                                           48 greatest 64 bits
 *  56 low      64 bits: what the type holds                      64 high
 *  72 scale    of decimals                                       76 format   of dates and timestamps (cells-format.ts), or 0
 *  80 second   that of timestamps, where kinds are asked
 */
import { addressOf, bytesOf, sameBytes, slice } from './strings'

export const CELLS_WORDS: usize = 0
export const CELLS_STRIDE: usize = 4
export const CELLS_SKIP: usize = 8
export const CELLS_QUOTE: usize = 12
export const CELLS_ESCAPE: usize = 16
export const CELLS_NULLS: usize = 20
export const CELLS_FLAGS: usize = 24
export const CELLS_OUT: usize = 28
export const CELLS_BITS: usize = 32
export const CELLS_NULL_COUNT: usize = 36
export const CELLS_LEAST: usize = 40
export const CELLS_GREATEST: usize = 48
export const CELLS_LOW: usize = 56
export const CELLS_HIGH: usize = 64
export const CELLS_SCALE: usize = 72
export const CELLS_FORMAT: usize = 76
export const CELLS_SECOND: usize = 80

/** An empty cell is NULL; so is an empty one in quotes; the texts that are NULL are so in quotes, too. */
export const EMPTY_IS_NULL: u32 = 1
export const QUOTED_EMPTY_IS_NULL: u32 = 2
export const QUOTED_NULLS: u32 = 4
/** Only what the type would have been inferred from (cells-kinds.ts). */
export const STRICT: u32 = 8

/** NULL, as a slice; no text is at address 0. */
export const NULL_CELL: u64 = 0

/** What stands in a cell: the text within quotes, escapes and all. */
// @ts-ignore: decorator
@inline
export function cellText(d: usize, words: usize): u64 {
  const from = <usize>load<u32>(words) + <usize>load<u32>(d, CELLS_SKIP)
  const to = <usize>load<u32>(words, 4)
  if (from < to && load<u32>(d, CELLS_NULLS) == 0) {
    const first = load<u8>(from)
    if (first != 0x20 && <u32>first != load<u32>(d, CELLS_QUOTE)) return slice(from, <u32>(to - from))
  }
  return unusual(d, from, to)
}

/** Empty, NULL, in quotes or behind spaces. */
export function unusual(d: usize, from: usize, to: usize): u64 {
  if (from > to) return NULL_CELL
  const flags = load<u32>(d, CELLS_FLAGS)
  if (from == to) {
    if (flags & EMPTY_IS_NULL) return NULL_CELL
    return slice(from, 0)
  }
  let text = slice(from, <u32>(to - from))
  const quote = load<u32>(d, CELLS_QUOTE)
  let quoted = false
  if (quote < 0x100) {
    // only spaces may stand around quotes
    let begin = from
    while (begin < to && load<u8>(begin) == 0x20) begin++
    if (begin < to && <u32>load<u8>(begin) == quote) {
      let end = to
      while (end > begin + 1 && load<u8>(end - 1) == 0x20) end--
      if (end > begin + 1 && <u32>load<u8>(end - 1) == quote) {
        quoted = true
        text = slice(begin + 1, <u32>(end - begin - 2))
      }
    }
  }
  if (quoted && bytesOf(text) == 0) return flags & QUOTED_EMPTY_IS_NULL ? NULL_CELL : text
  const nulls = <usize>load<u32>(d, CELLS_NULLS)
  if (nulls != 0 && (!quoted || flags & QUOTED_NULLS)) {
    const bytes = bytesOf(text)
    let at = nulls + 8
    for (const end = at + (<usize>load<u32>(nulls) << 3); at < end; at += 8) {
      const other = load<u64>(at)
      if (bytesOf(other) == bytes && sameBytes(addressOf(other), addressOf(text), bytes)) return NULL_CELL
    }
  }
  return text
}

/** Writes the validity of up to 64 rows that end before row `row`. */
// @ts-ignore: decorator
@inline
export function writeValid(d: usize, row: u32, valid: u64): void {
  const last = row - 1
  const at = <usize>load<u32>(d, CELLS_BITS) + ((<usize>last >> 6) << 3)
  store<u64>(at, load<u64>(at) | valid)
}

/**
 * Validity is written 64 rows at a time: of `valid`, which ends with row `row`, what is still to be written. A path that ends its row
 * early says the same in place: then both become one code.
 */
// @ts-ignore: decorator
@inline
export function gathered(d: usize, row: u32, valid: u64): u64 {
  if ((row & 63) != 63) return valid
  writeValid(d, row + 1, valid)
  return 0
}

// @ts-ignore: decorator
@inline
export function countNull(d: usize): void {
  store<u32>(d, load<u32>(d, CELLS_NULL_COUNT) + 1, CELLS_NULL_COUNT)
}

/** The bounds begin as greatest < least: none. */
// @ts-ignore: decorator
@inline
export function writeBounds(d: usize, least: i64, greatest: i64): void {
  store<i64>(d, min(least, load<i64>(d, CELLS_LEAST)), CELLS_LEAST)
  store<i64>(d, max(greatest, load<i64>(d, CELLS_GREATEST)), CELLS_GREATEST)
}
