/**
 * Which strings are dates and timestamps, where nobody said what they are: YYYY-MM-DD, months and days perhaps of one digit; behind it,
 * after a space or T, HH:MM:SS with up to six digits of fraction; behind that perhaps a zone, Z or ±HH, ±HHMM, ±HH:MM.
 */
import { isoDate } from './plain-digits'
import { isDigit } from './json-lex'
import { parse_date, parse_timestamp } from './parse-time'
import { slice } from './strings'

const DATE: u32 = 1
const LOCAL: u32 = 2
const ZONED: u32 = 4

/** Behind one or two digits; `p` where there are none. */
// @ts-ignore: decorator
@inline
function oneOrTwo(p: usize): usize {
  if (!isDigit(load<u8>(p))) return p
  return isDigit(load<u8>(p, 1)) ? p + 2 : p + 1
}

// @ts-ignore: decorator
@inline
function isTwo(p: usize): bool {
  return isDigit(load<u8>(p)) && isDigit(load<u8>(p, 1))
}

/** What the string is: one bit, or 0 for none of them. It is followed by what is no digit. */
export function json_time(ctx: usize, from: usize, end: usize): u32 {
  return timeOf(ctx, from, end)
}

// @ts-ignore: decorator
@inline
function timeOf(ctx: usize, from: usize, end: usize): u32 {
  if (end - from == 10) {
    // the days that every month has
    const iso = isoDate(from)
    if (iso != 0 && ((iso >> 8) & 0xff) - 1 < 12 && (iso & 0xff) - 1 < 28) return DATE
  }
  return otherTime(ctx, from, end)
}

function otherTime(ctx: usize, from: usize, end: usize): u32 {
  if (end - from < 8 || end - from > 40 || !isTwo(from) || !isTwo(from + 2) || load<u8>(from, 4) != 0x2d) return 0
  let p = oneOrTwo(from + 5)
  if (p == from + 5 || load<u8>(p) != 0x2d) return 0
  const day = p + 1
  p = oneOrTwo(day)
  if (p == day) return 0
  const text = slice(from, <u32>(end - from))
  if (p == end) return parse_date(ctx, text) == i32.MIN_VALUE ? 0 : DATE
  if ((load<u8>(p) != 0x20 && load<u8>(p) != 0x54) || end - p < 9) return 0
  if (!isTwo(p + 1) || load<u8>(p, 3) != 0x3a || !isTwo(p + 4) || load<u8>(p, 6) != 0x3a || !isTwo(p + 7)) return 0
  p += 9
  if (load<u8>(p) == 0x2e && p < end) {
    const fraction = ++p
    while (p < end && isDigit(load<u8>(p))) p++
    if (p == fraction || p - fraction > 6) return 0
  }
  const zoned = p < end
  if (zoned) {
    const sign = load<u8>(p++)
    if (sign == 0x2b || sign == 0x2d) {
      if (end - p < 2 || !isTwo(p)) return 0
      p += 2
      if (p < end && load<u8>(p) == 0x3a) p++
      else if (p == end) p -= 2
      if (end - p != 2 || !isTwo(p)) return 0
    } else if (sign != 0x5a || p != end) return 0
  }
  return parse_timestamp(ctx, text, 1) == i64.MIN_VALUE ? 0 : zoned ? ZONED : LOCAL
}

/** What all the cells are, NULLs aside: those of `times` that each is. */
export function json_times(ctx: usize, cells: usize, count: u32, times: u32): u32 {
  for (const end = cells + (<usize>count << 3); cells < end && times != 0; cells += 8) {
    const from = <usize>load<u32>(cells)
    const to = <usize>load<u32>(cells, 4)
    if (from <= to) times &= timeOf(ctx, from, to)
  }
  return times
}
