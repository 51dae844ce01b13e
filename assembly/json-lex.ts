/**
 * JSON's tokens by RFC 8259, over text that is followed by a byte of 0: no token holds one, so that every search ends there. What is
 * wrong is written down once, and a position of 0 is passed up.
 *
 *   state   0 fault (FAULTS of src/sources/ndjson/faults.ts)   4 its address   8 end of the text   12 whether a line feed is space within a value
 *           16 context for memory   20 values that are nested at most
 *
 * A string or number comes back as its end and, above 32 bits, what it holds.
 */
import { utf8_valid } from './utf8'

export const STATE_END: usize = 8
export const STATE_LINES: usize = 12
export const STATE_CONTEXT: usize = 16
export const STATE_DEPTH: usize = 20

export const NOT_A_VALUE: u32 = 1
export const UNFINISHED: u32 = 2
export const CONTROL: u32 = 3
export const ESCAPE: u32 = 4
export const SURROGATE: u32 = 5
export const UTF8: u32 = 6
export const NUMBER: u32 = 7
export const NO_COLON: u32 = 8
export const NO_COMMA: u32 = 9
export const NO_KEY: u32 = 10
export const TOO_DEEP: u32 = 11
export const TOO_LONG: u32 = 12
export const DUPLICATE: u32 = 13
export const NO_BREAK: u32 = 14

const QUOTE: u8 = 0x22
const BACKSLASH: u8 = 0x5c

/** Above a string's end: it holds escapes. Above a number's: it is more than digits. */
export const MARKED: u64 = 1 << 32

/** Writes down what is wrong; text that ends too soon is unfinished, whatever was missing. */
export function faulty(state: usize, at: usize, fault: u32): usize {
  const unfinished = at >= <usize>load<u32>(state, STATE_END)
  store<u32>(state, unfinished ? UNFINISHED : fault)
  store<u32>(state, <u32>at, 4)
  return 0
}

// @ts-ignore: decorator
@inline
export function isDigit(c: u32): bool {
  return c - 0x30 < 10
}

/** The next byte that is no space. */
export function space(state: usize, p: usize): usize {
  let c = load<u8>(p)
  while (c == 0x20 || c == 9 || c == 13 || (c == 10 && load<u32>(state, STATE_LINES))) c = load<u8>(++p)
  return p
}

// @ts-ignore: decorator
@inline
function hexDigit(c: u32): u32 {
  return isDigit(c) ? c - 0x30 : (c | 0x20) - 0x61 < 6 ? (c | 0x20) - 0x57 : 16
}

/** The code unit of four hexadecimal digits; 65536 where they are none. */
export function hex4(p: usize): u32 {
  let unit: u32 = 0
  for (let i: usize = 0; i < 4; i++) {
    const digit = hexDigit(load<u8>(p + i))
    if (digit > 15) return 65536
    unit = (unit << 4) | digit
  }
  return unit
}

/** Behind the escape whose backslash is at `p`; 0 where it is none. */
function escape(state: usize, p: usize): usize {
  switch (<u32>load<u8>(p, 1)) {
    case 0x22:
    case 0x5c:
    case 0x2f:
    case 0x62:
    case 0x66:
    case 0x6e:
    case 0x72:
    case 0x74:
      return p + 2
    case 0x75: {
      const unit = hex4(p + 2)
      if (unit > 65535) return faulty(state, p, ESCAPE)
      if (unit >> 11 != 0x1b) return p + 6
      if (unit >> 10 != 0x36 || load<u16>(p, 6) != 0x755c || hex4(p + 8) >> 10 != 0x37) return faulty(state, p, SURROGATE)
      return p + 12
    }
    default:
      return faulty(state, load<u8>(p, 1) ? p : p + 1, ESCAPE)
  }
}

// @ts-ignore: decorator
@inline
function stopsIn(block: v128): i32 {
  return i8x16.bitmask(v128.or(v128.or(i8x16.eq(block, i8x16.splat(QUOTE)), i8x16.eq(block, i8x16.splat(BACKSLASH))), i8x16.lt_u(block, i8x16.splat(0x20))))
}

/** The closing quote of the string whose first byte is at `from`, and whether it has escapes; 0 where it is none. */
// @ts-ignore: decorator
@inline
export function stringEnd(state: usize, from: usize): u64 {
  const block = v128.load(from)
  const stops = stopsIn(block)
  const at = ctz(stops)
  // the most are short and plain
  if (stops != 0 && load<u8>(from + at) == QUOTE && (i8x16.bitmask(block) & ((1 << at) - 1)) == 0) return <u64>(from + at)
  return longStringEnd(state, from)
}

function longStringEnd(state: usize, from: usize): u64 {
  let p = from
  let marks: u64 = 0
  let high: i32 = 0
  for (;;) {
    const block = v128.load(p)
    const stops = stopsIn(block)
    if (stops == 0) {
      high |= i8x16.bitmask(block)
      p += 16
      continue
    }
    const at = ctz(stops)
    high |= i8x16.bitmask(block) & ((1 << at) - 1)
    p += at
    const c = load<u8>(p)
    if (c == QUOTE) break
    if (c != BACKSLASH) return faulty(state, p, CONTROL)
    p = escape(state, p)
    if (!p) return 0
    marks = MARKED
  }
  if (high != 0) {
    const valid = utf8_valid(0, from, p)
    if (valid != p) return faulty(state, valid, UTF8)
  }
  return <u64>p | marks
}

// @ts-ignore: decorator
@inline
function othersIn(p: usize): i32 {
  return i8x16.bitmask(i8x16.gt_u(i8x16.sub(v128.load(p), i8x16.splat(0x30)), i8x16.splat(9)))
}

// @ts-ignore: decorator
@inline
function digitsEnd(p: usize): usize {
  let others = othersIn(p)
  while (others == 0) others = othersIn((p += 16))
  return p + ctz(others)
}

/** Behind the number at `p`, and whether it has a fraction or exponent; 0 where it is none. */
// @ts-ignore: decorator
@inline
export function numberEnd(state: usize, p: usize): u64 {
  const first = p + usize(load<u8>(p) == 0x2d)
  // up to 15 digits, with a point among them or not, are told by one look
  const others = othersIn(first)
  const whole = ctz(others)
  if (others != 0 && whole != 0 && (load<u8>(first) != 0x30 || whole == 1)) {
    const c = <u32>load<u8>(first + whole)
    if (c == 0x2e) {
      const rest = others & (others - 1)
      const end = ctz(rest)
      if (rest != 0 && end > whole + 1 && (load<u8>(first + end) | 0x20) != 0x65) return <u64>(first + end) | MARKED
    } else if ((c | 0x20) != 0x65) return <u64>(first + whole)
  }
  return longNumberEnd(state, p)
}

function longNumberEnd(state: usize, p: usize): u64 {
  const first = p + usize(load<u8>(p) == 0x2d)
  let q = digitsEnd(first)
  if (q == first || (q - first > 1 && load<u8>(first) == 0x30)) return faulty(state, q == first ? q : first, NUMBER)
  let marks: u64 = 0
  if (load<u8>(q) == 0x2e) {
    const from = q + 1
    q = digitsEnd(from)
    if (q == from) return faulty(state, q, NUMBER)
    marks = MARKED
  }
  if ((load<u8>(q) | 0x20) == 0x65) {
    const sign = load<u8>(q, 1)
    const from = q + 1 + usize(sign == 0x2b || sign == 0x2d)
    q = digitsEnd(from)
    if (q == from) return faulty(state, q, NUMBER)
    marks = MARKED
  }
  return <u64>q | marks
}

/** Behind true, false or null; 0 where it is none of them. */
export function wordEnd(state: usize, p: usize): usize {
  const word = load<u32>(p)
  if (word == 0x65757274 || word == 0x6c6c756e) return p + 4
  if (word == 0x736c6166 && load<u8>(p, 4) == 0x65) return p + 5
  // what could be the beginning of a word at the end of the text is unfinished
  const c = load<u8>(p)
  let rest: u64 = c == 0x74 ? 0x65757274 : c == 0x6e ? 0x6c6c756e : c == 0x66 ? 0x65736c6166 : 0
  let q = p
  while (rest != 0 && <u64>load<u8>(q) == (rest & 0xff)) {
    rest >>= 8
    q++
  }
  return faulty(state, q >= <usize>load<u32>(state, STATE_END) ? q : p, NOT_A_VALUE)
}

/** Behind the value at `p`, which is looked at and not kept; 0 where it is none. */
export function skipped(state: usize, p: usize, depth: u32): usize {
  switch (<u32>load<u8>(p)) {
    case 0x22: {
      const end = stringEnd(state, p + 1)
      return end ? <usize>(<u32>end) + 1 : 0
    }
    case 0x7b:
      return skippedParts(state, p + 1, depth, 0x7d)
    case 0x5b:
      return skippedParts(state, p + 1, depth, 0x5d)
    case 0x66:
    case 0x6e:
    case 0x74:
      return wordEnd(state, p)
    default: {
      const c = <u32>load<u8>(p)
      return isDigit(c) || c == 0x2d ? <usize>(<u32>numberEnd(state, p)) : faulty(state, p, NOT_A_VALUE)
    }
  }
}

/** Of an object or array, from behind its bracket. */
function skippedParts(state: usize, p: usize, depth: u32, close: u32): usize {
  if (depth >= load<u32>(state, STATE_DEPTH)) return faulty(state, p - 1, TOO_DEEP)
  p = space(state, p)
  let c = <u32>load<u8>(p)
  if (c == close) return p + 1
  while (true) {
    if (close == 0x7d) {
      if (load<u8>(p) != QUOTE) return faulty(state, p, NO_KEY)
      const end = stringEnd(state, p + 1)
      if (!end) return 0
      p = colon(state, <usize>(<u32>end) + 1)
      if (!p) return 0
    }
    p = skipped(state, p, depth + 1)
    if (!p) return 0
    p = space(state, p)
    c = <u32>load<u8>(p)
    if (c != 0x2c) break
    p = space(state, p + 1)
  }
  return c == close ? p + 1 : faulty(state, p, NO_COMMA)
}

/** The value behind the colon that a key is followed by; 0 where there is none. */
// @ts-ignore: decorator
@inline
export function colon(state: usize, p: usize): usize {
  if (load<u8>(p) != 0x3a) {
    p = space(state, p)
    if (load<u8>(p) != 0x3a) return faulty(state, p, NO_COLON)
  }
  return load<u8>(p, 1) > 0x20 ? p + 1 : space(state, p + 1)
}
