/**
 * Texts as floats, rounded once to the nearest, to even at half: exactly in doubles where 15 digits allow it, else by 19 digits and
 * 128 bits of the power of ten (Lemire, Number parsing at a gigabyte per second, 2021), and by whole numbers where those do
 * not tell (float-digits.ts).
 */
import { compareDigits } from './float-digits'
import { mulHigh } from './decimal128'
import { at, digits, isDigit, isWord, spaces } from './parse-words'
import { log2OfPower, powerHigh, powerLow } from './powers'

const SIGN: u64 = 0x8000000000000000
const INFINITE: u64 = 0x7ff0000000000000
const QUIET: u64 = 0x7ff8000000000000
/** No float: a NaN that no text gives. */
const NONE: u64 = 0x7ff8000000000001
const TENS = memory.data<f64>([1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22])

// @ts-ignore: decorator
@inline
function ten(q: i32): f64 {
  return load<f64>(TENS + (<usize>q << 3))
}

/** The mantissa of a float's bits, and its power of two. */
// @ts-ignore: decorator
@inline
function mantissaOf(bits: u64): u64 {
  const fraction = bits & 0x000fffffffffffff
  return bits >> 52 == 0 ? fraction : fraction | 0x0010000000000000
}
// @ts-ignore: decorator
@inline
function powerOf(bits: u64): i32 {
  return max<i32>(<i32>(bits >> 52), 1) - 1075
}

/** w × 10^q where 128 bits tell it, NONE where they do not. */
function nearest(w: u64, q: i32): u64 {
  if (w >> 53 == 0 && q >= -22 && q <= 22) return reinterpret<u64>(q < 0 ? <f64>w / ten(-q) : <f64>w * ten(q))
  const zeros = <i32>clz(w)
  w <<= zeros
  const top = powerHigh(q)
  let high = mulHigh(w, top)
  let low = w * top
  if ((high & 0x1ff) == 0x1ff && low + w < w) {
    const rest = powerLow(q)
    const carried = low + mulHigh(w, rest)
    if (carried < low) high++
    if ((high & 0x1ff) == 0x1ff && carried + 1 == 0 && w * rest + w < w) return NONE
    low = carried
  }
  const msb = <i32>(high >> 63)
  let mantissa = high >> (msb + 9)
  if (low == 0 && (high & 0x1ff) == 0 && (mantissa & 3) == 1) return NONE
  mantissa = (mantissa + (mantissa & 1)) >> 1
  let exponent = log2OfPower(q) + 1086 - zeros + msb
  if (mantissa >> 53 != 0) {
    mantissa >>= 1
    exponent++
  }
  if (exponent < 1 || exponent > 2046) return NONE
  return (<u64>exponent << 52) | (mantissa & 0x000fffffffffffff)
}

/** 10^digits for digits ≥ 0, rounded once, to even at half; Infinity from 309 on. */
export function f64_power_of_ten(_ctx: usize, digits: i32): f64 {
  if (digits > 308) return Infinity
  const q = max(digits, 0)
  const high = powerHigh(q)
  const mantissa = high >> 11
  const rest = high & 0x7ff
  const up = rest > 0x400 || (rest == 0x400 && (powerLow(q) != 0 || (mantissa & 1) != 0))
  return reinterpret<f64>((<u64>(log2OfPower(q) + 1022) << 52) + mantissa + u64(up))
}

/** Near w × 10^q, from below, and finite. */
function near(w: u64, q: i32): u64 {
  const zeros = <i32>clz(w)
  const high = mulHigh(w << zeros, powerHigh(q))
  const msb = <i32>(high >> 63)
  const mantissa = high >> (msb + 10)
  const exponent = log2OfPower(q) + 1086 - zeros + msb
  if (exponent > 2046) return INFINITE - 1
  if (exponent >= 1) return (<u64>exponent << 52) | (mantissa & 0x000fffffffffffff)
  return exponent < -52 ? 0 : mantissa >> (1 - exponent)
}

/** Moved to the float that the digits are nearest to. */
function settle(ctx: usize, from: usize, last: usize, exponent: i32, bits: u64): u64 {
  for (;;) {
    const side = compareDigits(ctx, from, last, exponent, 2 * mantissaOf(bits) + 1, powerOf(bits) - 1)
    if (side < 0 || (side == 0 && (bits & 1) == 0)) break
    bits++
    if (bits == INFINITE) return bits
  }
  while (bits != 0) {
    const side = compareDigits(ctx, from, last, exponent, 2 * mantissaOf(bits - 1) + 1, powerOf(bits - 1) - 1)
    if (side > 0 || (side == 0 && (bits & 1) == 0)) break
    bits--
  }
  return bits
}

/** What would be the float after the greatest. */
const AFTER: f64 = 340282366920938463463374607431768211456.0
function wide(x: f32): f64 {
  return x == Infinity ? AFTER : <f64>x
}

/** The magnitude's double as a float, rounded as if from the digits. */
function single(ctx: usize, from: usize, last: usize, exponent: i32, bits: u64): u64 {
  const x = reinterpret<f64>(bits)
  const y = <f32>x
  if (<f64>y == x || x >= AFTER) return reinterpret<u64>(<f64>y)
  const above = <f64>y > x
  const other = reinterpret<f32>(reinterpret<u32>(y) + (above ? -1 : 1))
  // halfway between two floats the digits may lie on either side
  if (abs(wide(y) - x) == abs(x - wide(other))) {
    const side = compareDigits(ctx, from, last, exponent, mantissaOf(bits), powerOf(bits))
    if (side != 0 && side > 0 != above) return reinterpret<u64>(<f64>other)
  }
  return reinterpret<u64>(<f64>y)
}

function parse(ctx: usize, text: u64, narrow: bool): u64 {
  const start = <usize>(text & 0xffffffff)
  let end = start + <usize>(text >> 32)
  let p = spaces(start, end)
  const negative = at(p, end) == 0x2d
  const sign = negative ? SIGN : 0
  if (negative || at(p, end) == 0x2b) p++
  if (at(p, end) >= 0x41) {
    while (end > p && spaces(end - 1, end) == end) end--
    if (isWord(p, end, 0x6e616e, 3)) return QUIET
    return isWord(p, end, 0x666e69, 3) || isWord(p, end, 0x7974696e69666e69, 8) ? INFINITE | sign : NONE
  }
  const whole = p
  p = digits(p, end)
  const point = p
  let last = p
  if (at(p, end) == 0x2e) {
    last = digits(p + 1, end)
    if (p == whole && last == p + 1) return NONE
    p = last
  } else if (p == whole) return NONE
  let exponent: i32 = 0
  if ((at(p, end) | 0x20) == 0x65) {
    const down = at(p + 1, end) == 0x2d
    const from = p + 1 + usize(down || at(p + 1, end) == 0x2b)
    p = digits(from, end)
    if (p == from) return NONE
    for (let q = from; q < p; q++) if (isDigit(load<u8>(q))) exponent = min<i32>(exponent, 100000000) * 10 + load<u8>(q) - 0x30
    if (down) exponent = -exponent
  }
  if (spaces(p, end) != end) return NONE
  // 19 digits from the first that is not 0, and the power of ten of the last; `exponent` becomes that of all digits' last
  let w: u64 = 0
  let count = 0
  let more = false
  let dropped = 0
  let first = last
  for (let q = whole; q < last; q++) {
    const c = load<u8>(q)
    if (!isDigit(c)) continue
    if (q > point) exponent--
    if (w == 0 && c == 0x30) continue
    if (w == 0) first = q
    if (count < 19) {
      w = w * 10 + c - 0x30
      count++
    } else {
      dropped++
      more = more || c != 0x30
    }
  }
  if (w == 0) return sign
  const q = exponent + dropped
  if (q + count > 309) return INFINITE | sign
  if (q + count < -323) return sign
  let bits = nearest(w, q)
  if (bits == NONE || (more && bits != nearest(w + 1, q))) bits = settle(ctx, first, last, exponent, near(w, q))
  return (narrow ? single(ctx, first, last, exponent, bits) : bits) | sign
}

/** NaN for what is none, too: `parse_is_float` tells. */
export function parse_f64(ctx: usize, text: u64): f64 {
  return reinterpret<f64>(parse(ctx, text, false))
}
export function parse_f32(ctx: usize, text: u64): f32 {
  return <f32>reinterpret<f64>(parse(ctx, text, true))
}
export function parse_is_float(ctx: usize, text: u64): i32 {
  return i32(parse(ctx, text, false) != NONE)
}
