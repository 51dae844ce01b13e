/**
 * Where the cells of CSV text lie. 64 bytes a step: bit masks of separators and quotes, what is in quotes by a prefix XOR, and the
 * positions of the bits left are written down. A step that has anything unusual (spaces around quotes, comments, an escape other than
 * the quote, a quote out of place) goes byte by byte (csv-steps.ts).
 */
import {
  ASIDE, CLOSED, CSV_ASIDE, CSV_ASIDE_END, CSV_AT, CSV_COLUMNS, CSV_COMMENT, CSV_DELIMITER, CSV_END, CSV_ESCAPE, CSV_FIRST, CSV_HIGH, CSV_LIMIT, CSV_OUT, CSV_QUOTE, CSV_RAGGED, CSV_ROWS, CSV_STATE, CSV_STATUS,
  DONE, failed, FULL, irregular, OPEN, PADDED, PLAIN, QUOTED, START,
} from './csv-block'
import { steps } from './csv-steps'

// @ts-ignore: decorator
@inline
function mask(a: v128, b: v128, c: v128, d: v128, byte: v128): u64 {
  return (
    <u64>(<u32>i8x16.bitmask(i8x16.eq(a, byte))) | (<u64>(<u32>i8x16.bitmask(i8x16.eq(b, byte))) << 16) |
    (<u64>(<u32>i8x16.bitmask(i8x16.eq(c, byte))) << 32) | (<u64>(<u32>i8x16.bitmask(i8x16.eq(d, byte))) << 48)
  )
}

/** Each bit: the XOR of itself and those below. */
// @ts-ignore: decorator
@inline
function prefixXor(x: u64): u64 {
  x ^= x << 1
  x ^= x << 2
  x ^= x << 4
  x ^= x << 8
  x ^= x << 16
  return x ^ (x << 32)
}

/** Writes down the cells of the rows from `at` on. */
export function csv_index(_ctx: usize, c: usize): void {
  const end = <usize>load<u32>(c, CSV_END)
  const columns = <usize>load<u32>(c, CSV_COLUMNS)
  // a step writes up to 128 words, and those that padded rows lack
  const room = load<u32>(c, CSV_RAGGED) == PADDED ? 65 * (columns + 1) : columns + 1
  const limit = <usize>load<u32>(c, CSV_LIMIT) - ((room + 130) << 2)
  const asides = load<u32>(c, CSV_RAGGED) == ASIDE
  const lastAside = <usize>load<u32>(c, CSV_ASIDE_END) - 64 * 16
  const quote = load<u32>(c, CSV_QUOTE)
  const escape = load<u32>(c, CSV_ESCAPE)
  const comment = load<u32>(c, CSV_COMMENT)
  const delimiters = i8x16.splat(<i8>load<u32>(c, CSV_DELIMITER))
  const feeds = i8x16.splat(10)
  const returns = i8x16.splat(13)
  const quotes = i8x16.splat(<i8>quote)
  const escapes = i8x16.splat(<i8>escape)
  const comments = i8x16.splat(<i8>comment)
  const doubled = escape == quote
  const stride = (columns + 1) << 2
  const start = <usize>load<u32>(c, CSV_OUT)
  let p = <usize>load<u32>(c, CSV_AT)
  let out = start
  let first = out
  let state: u32 = START
  let high = i8x16.splat(0)
  store<u32>(c, DONE, CSV_STATUS)
  store<u32>(out, <u32>(p - 1))
  out += 4
  while (p < end) {
    if (out > limit || (asides && <usize>load<u32>(c, CSV_ASIDE) > lastAside)) {
      store<u32>(c, FULL, CSV_STATUS)
      break
    }
    const a = v128.load(p)
    const b = v128.load(p, 16)
    const e = v128.load(p, 32)
    const f = v128.load(p, 48)
    const valid: u64 = end - p >= 64 ? ~(<u64>0) : ((<u64>1) << <u64>(end - p)) - 1
    high = v128.or(high, v128.or(v128.or(a, b), v128.or(e, f)))
    let newlines = mask(a, b, e, f, feeds)
    const carriage = mask(a, b, e, f, returns)
    // a return that a line feed follows ends no line
    if (carriage) newlines |= carriage & ~((newlines >> 1) | (<u64>(load<u8>(p, 64) == 10) << 63))
    newlines &= valid
    let separators = (mask(a, b, e, f, delimiters) & valid) | newlines
    const marks = quote < 0x100 ? mask(a, b, e, f, quotes) & valid : 0
    let unusual = state > CLOSED || (comment < 0x100 && (mask(a, b, e, f, comments) & valid) != 0)
    let next: u32 = PLAIN
    if (!unusual && (marks | <u64>(state >> 1)) != 0) {
      if (!doubled && escape < 0x100) unusual = (mask(a, b, e, f, escapes) & valid) != 0
      const inside = prefixXor(marks) ^ (state == QUOTED ? ~(<u64>0) : 0)
      const opens = marks & inside
      const closes = marks & ~inside
      separators &= ~inside
      const behind = (closes << 1) | <u64>(state == CLOSED)
      const begins = (separators << 1) | <u64>(state == START)
      // quotes open where a cell begins or, doubled, behind one that closed; and what follows a closed one ends the cell
      const opening = doubled ? begins | behind : begins
      const ending = separators | (carriage & ~inside) | (doubled ? opens : 0)
      if (((opens & ~opening) | (behind & ~ending & valid)) != 0) unusual = true
      else if (inside >> 63 != 0) next = QUOTED
      else if (closes >> 63 != 0) next = CLOSED
    }
    if (unusual) {
      store<u32>(c, <u32>first, CSV_FIRST)
      store<u32>(c, <u32>out, CSV_OUT)
      store<u32>(c, state, CSV_STATE)
      const stop = min(p + 64, end)
      if (!steps(c, p, stop)) return
      first = <usize>load<u32>(c, CSV_FIRST)
      out = <usize>load<u32>(c, CSV_OUT)
      state = load<u32>(c, CSV_STATE)
      p = stop
      continue
    }
    if (separators >> 63 != 0) next = START
    newlines &= separators
    while (newlines) {
      const below = newlines ^ (newlines - 1)
      for (let cells = separators & (below >> 1); cells; cells &= cells - 1, out += 4) store<u32>(out, <u32>(p + <usize>ctz(cells)))
      const x = p + <usize>ctz(newlines)
      const stop = x - usize(load<u8>(x) == 10 && x - 1 > <usize>load<u32>(out - 4) && load<u8>(x - 1) == 13)
      store<u32>(out, <u32>stop)
      out += 4
      if (out - first != stride) {
        out = irregular(c, first, out, stop)
        if (out == 0) return
      }
      first = out
      store<u32>(out, <u32>x)
      out += 4
      separators &= ~below
      newlines &= newlines - 1
    }
    for (; separators; separators &= separators - 1, out += 4) store<u32>(out, <u32>(p + <usize>ctz(separators)))
    state = next
    p += 64
  }
  if (v128.any_true(v128.and(high, i8x16.splat(<i8>0x80)))) store<u32>(c, 1, CSV_HIGH)
  store<u32>(c, <u32>((first - start) / stride), CSV_ROWS)
  store<u32>(c, load<u32>(first) + 1, CSV_AT)
  // in the middle of a row: quotes swallowed its end
  if (load<u32>(c, CSV_STATUS) == DONE && load<u32>(first) + 1 != <u32>end) failed(c, OPEN, first, 0)
}

/**
 * Where a row probably ends last in [p, end), which begins with one: behind an end of a line with an even number of quotes before it;
 * else behind any; 0 where no line ends. Only what lies behind `least` counts.
 */
export function csv_boundary(_ctx: usize, p: usize, end: usize, quote: u32, least: usize): usize {
  let quotes: u32 = 0
  if (quote < 0x100) {
    const mark = i8x16.splat(<i8>quote)
    let at = p
    for (; at + 16 <= end; at += 16) quotes += popcnt(i8x16.bitmask(i8x16.eq(v128.load(at), mark)))
    for (; at < end; at++) quotes += u32(<u32>load<u8>(at) == quote)
  }
  let any: usize = 0
  for (let at = end - 1; at >= least; at--) {
    const c = <u32>load<u8>(at)
    quotes -= u32(c == quote)
    // whether a line feed follows a return at the very end is not known
    if (c == 10 || (c == 13 && at + 1 < end && load<u8>(at, 1) != 10)) {
      if ((quotes & 1) == 0) return at + 1
      if (any == 0) any = at + 1
    }
  }
  return any
}

/** How many lines end in [p, end): each line feed, and each return without one. */
export function csv_lines(_ctx: usize, p: usize, end: usize): u32 {
  let lines: u32 = 0
  const feeds = i8x16.splat(10)
  const returns = i8x16.splat(13)
  for (; p + 16 <= end; p += 16) {
    const text = v128.load(p)
    const feed = i8x16.bitmask(i8x16.eq(text, feeds))
    const carriage = i8x16.bitmask(i8x16.eq(text, returns))
    lines += popcnt(feed)
    if (carriage) lines += popcnt(carriage & ~((feed >> 1) | (i32(p + 16 < end && load<u8>(p, 16) == 10) << 15)))
  }
  for (; p < end; p++) {
    const c = load<u8>(p)
    lines += u32(c == 10 || (c == 13 && !(p + 1 < end && load<u8>(p, 1) == 10)))
  }
  return lines
}
