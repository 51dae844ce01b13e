/**
 * What a text could be, as DuckDB's sniffer judges it: stricter than a cast, which takes +5 and 007 for numbers. A column is of the
 * first kind, in the order of the bits, that all of its texts could be; else it is text.
 */
import { parse_is_float } from './float-parse'
import { CELLS_FORMAT, CELLS_SECOND, CELLS_STRIDE, CELLS_WORDS, cellText, NULL_CELL } from './cells'
import { formatted } from './cells-format'
import { digits as plainDigits, NO_DIGITS } from './plain-digits'
import { parse_is_exact } from './parse-exact'
import { civil, NO_TIME, parse_date, parse_timestamp } from './parse-time'
import { at, digits, isDigit, isWord, spaces } from './parse-words'
import { CTX_SCRATCH } from './context'
import { addressOf, bytesOf, slice } from './strings'

export const KIND_BOOL: u32 = 1
export const KIND_DATE: u32 = 2
export const KIND_TIMESTAMP: u32 = 4
export const KIND_ZONED: u32 = 8
export const KIND_BIGINT: u32 = 16
export const KIND_DOUBLE: u32 = 32
const ALL: u32 = 63
const TIMES: u32 = KIND_TIMESTAMP | KIND_ZONED
const RADIX: i32 = 1

function isBool(p: usize, end: usize): bool {
  switch (<u32>(end - p)) {
    case 1:
      return isWord(p, end, 0x74, 1) || isWord(p, end, 0x66, 1)
    case 2:
      return isWord(p, end, 0x6f6e, 2)
    case 3:
      return isWord(p, end, 0x736579, 3)
    case 4:
      return isWord(p, end, 0x65757274, 4)
    case 5:
      return isWord(p, end, 0x65736c6166, 5)
    default:
      return false
  }
}

function numberKinds(ctx: usize, p: usize, end: usize): u32 {
  const text = p
  p = spaces(p, end)
  const start = p
  const negative = at(p, end) == 0x2d
  if (negative) p++
  const whole = p
  while (isDigit(at(p, end))) p++
  const wholes = <u32>(p - whole)
  if (wholes == 1 && !negative && load<u8>(whole) == 0x30 && p < end) {
    const mark = load<u8>(p) | 0x20
    if (mark == 0x78 || mark == 0x62) return fits64(ctx, slice(start, <u32>(end - start))) ? KIND_BIGINT : 0
  }
  if (wholes > 1 && load<u8>(whole) == 0x30) return 0
  if (wholes > 0 && spaces(p, end) == end) return KIND_DOUBLE | (fits64(ctx, slice(start, <u32>(p - start))) ? KIND_BIGINT : 0)
  if (wholes == 0 && at(p, end) != 0x2e && at(p, end) < 0x41) return 0
  for (let q = p; q < end; q++) {
    const c = load<u8>(q)
    if (c == 0x5f || c == 0x20 || <u32>(c - 9) < 5) return 0
  }
  return parse_is_float(ctx, slice(text, <u32>(end - text))) ? KIND_DOUBLE : 0
}

function fits64(ctx: usize, text: u64): bool {
  if (!parse_is_exact(ctx, text, 0, RADIX)) return false
  return load<i64>(ctx, CTX_SCRATCH + 8) == load<i64>(ctx, CTX_SCRATCH) >> 63
}

function timeKinds(ctx: usize, p: usize, end: usize): u32 {
  const text = slice(p, <u32>(end - p))
  p = spaces(p, end)
  const c = at(p, end)
  if (c != 0x2d && !isDigit(c)) {
    return parse_date(ctx, text) != i32.MIN_VALUE ? KIND_DATE | KIND_TIMESTAMP | KIND_ZONED : 0
  }
  const year = p + usize(c == 0x2d)
  for (let i: usize = 0; i < 4; i++) {
    if (!isDigit(at(year + i, end))) {
      return c == 0x2d && parse_date(ctx, text) != i32.MIN_VALUE && !isDigit(at(year, end)) ? KIND_DATE | KIND_TIMESTAMP | KIND_ZONED : 0
    }
  }
  const date = civil(p, end)
  if (date == NO_TIME) return 0
  p += <usize>(date & 0xffffffff)
  if (spaces(p, end) == end) return KIND_DATE | KIND_TIMESTAMP | KIND_ZONED
  while (spaces(end - 1, end) == end) end--
  if (parse_timestamp(ctx, slice(addressOf(text), <u32>(end - addressOf(text))), 1) == NO_TIME) return 0
  // an hour alone is no time
  const hour = p + 1
  if (at(hour + 1, end) != 0x3a && at(hour + 2, end) != 0x3a) return 0
  for (; p < end; p++) {
    const sign = load<u8>(p)
    if (sign == 0x2b || sign == 0x2d || (sign | 0x20) == 0x7a) return KIND_ZONED
  }
  return KIND_TIMESTAMP | KIND_ZONED
}

/** The kinds that a text could be; none of an empty one. */
export function kindsOf(ctx: usize, text: u64): u32 {
  const bytes = bytesOf(text)
  const p = addressOf(text)
  if (bytes == 0) return 0
  const first = load<u8>(p)
  if (bytes <= 16 && isDigit(first) && (first != 0x30 || bytes == 1 || !isDigit(load<u8>(p + 1)))) {
    const w = plainDigits(p, bytes)
    if (w != NO_DIGITS) return w >> 56 == 0 ? KIND_BIGINT | KIND_DOUBLE : KIND_DOUBLE
  }
  const end = p + bytes
  return (isBool(p, end) ? KIND_BOOL : 0) | numberKinds(ctx, p, end) | timeKinds(ctx, p, end)
}

/** `kinds`, without those that a cell of the rows from … to − 1 is not; bit 31 where all of them are NULL. */
export function cells_kinds(ctx: usize, d: usize, from: u32, to: u32, kinds: u32): u32 {
  const stride = <usize>load<u32>(d, CELLS_STRIDE)
  let words = <usize>load<u32>(d, CELLS_WORDS) + <usize>from * stride
  const dates = <usize>load<u32>(d, CELLS_FORMAT)
  const times = <usize>load<u32>(d, CELLS_SECOND)
  let some: u32 = 0
  for (let row = from; row < to; row++, words += stride) {
    const text = cellText(d, words)
    if (text == NULL_CELL) continue
    some = 1
    if (kinds == 0) break
    let own = kindsOf(ctx, text)
    // of a format that was told texts are dates or timestamps by it alone
    if (dates) own = (own & ~KIND_DATE) | (formatted(dates, text) == NO_TIME ? 0 : KIND_DATE)
    if (times) own = (own & ~TIMES) | (formatted(times, text) == NO_TIME ? 0 : TIMES)
    kinds &= own
  }
  return some ? kinds : (kinds & ALL) | 0x80000000
}
