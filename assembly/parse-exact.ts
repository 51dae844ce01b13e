/**
 * Texts as exact numbers and as truth, in the forms of the reference (src/operators/cast-text.ts). What is no number is the least of 128
 * bits, and where that is a value, `parse_is_exact` tells.
 */
import { result128 } from './context'
import { mulHigh } from './decimal128'
import { at, digits, isDigit, isWord, spaces } from './parse-words'
import { addressOf, bytesOf } from './strings'

const RADIX: i32 = 1
const UNSIGNED: i32 = 2
const SIGN: u64 = 0x8000000000000000

function least128(ctx: usize): bool {
  result128(ctx, 0, SIGN)
  return false
}

/** What a digit of up to 16 stands for; 99: it is none. */
function radixDigit(c: i32): u32 {
  return isDigit(c) ? c - 0x30 : <u32>((c | 0x20) - 0x61) < 6 ? (c | 0x20) - 0x57 : 99
}

/** 0x… and 0b…: digits of so many bits each, with single underscores between. */
function radix(ctx: usize, p: usize, end: usize, bits: u32): bool {
  const first = p
  let lo: u64 = 0
  let hi: u64 = 0
  for (; p < end; p++) {
    const c = <i32>load<u8>(p)
    if (c == 0x5f && p != first && load<u8>(p - 1) != 0x5f && radixDigit(at(p + 1, end)) < 1 << bits) continue
    const digit = radixDigit(c)
    if (digit >= 1 << bits) break
    if (hi >> (63 - bits) != 0) return least128(ctx)
    hi = (hi << bits) | (lo >> (64 - bits))
    lo = (lo << bits) | digit
  }
  if (p == first || spaces(p, end) != end) return least128(ctx)
  result128(ctx, lo, hi)
  return true
}

/** The number times 10^scale, half away from zero, into the scratch; whether there is one. */
function exact(ctx: usize, text: u64, scale: i32, flags: i32): bool {
  const end = addressOf(text) + bytesOf(text)
  let p = spaces(addressOf(text), end)
  if (flags & RADIX && at(p, end) == 0x30) {
    const mark = at(p + 1, end) | 0x20
    if (mark == 0x78) return radix(ctx, p + 2, end, 4)
    if (mark == 0x62) return radix(ctx, p + 2, end, 1)
  }
  const negative = at(p, end) == 0x2d
  if (negative || at(p, end) == 0x2b) p++
  const whole = p
  p = digits(p, end)
  let point = p
  let last = p
  if (at(p, end) == 0x2e) {
    last = digits(p + 1, end)
    if (p == whole && last == p + 1) return least128(ctx)
    p = last
  } else if (p == whole) return least128(ctx)
  // of an unsigned type -0 is 0, and -0.0 none
  let marked = last != point || at(point, end) == 0x2e
  let exponent: i64 = 0
  if ((at(p, end) | 0x20) == 0x65) {
    marked = true
    const down = at(p + 1, end) == 0x2d
    const from = p + 1 + usize(down || at(p + 1, end) == 0x2b)
    p = digits(from, end)
    if (p == from) return least128(ctx)
    for (let q = from; q < p; q++) {
      const c = load<u8>(q)
      if (c == 0x5f) continue
      exponent = min<i64>(exponent * 10 + c - 0x30, 1000000000)
    }
    if (down) exponent = -exponent
  }
  if (spaces(p, end) != end) return least128(ctx)
  // the digits before the shifted point, from the first that is not 0; then one to round by
  let before: i64 = exponent + scale
  for (let q = whole; q < point; q++) before += i64(load<u8>(q) != 0x5f)
  let lo: u64 = 0
  let hi: u64 = 0
  let up = false
  let some = false
  for (let q = whole; q < last; q++) {
    const c = load<u8>(q)
    if (c == 0x5f || c == 0x2e) continue
    const digit = <u64>(c - 0x30)
    before--
    some = some || digit != 0
    if (before >= 0) {
      if (hi >= 0x0ccccccccccccccd) return least128(ctx)
      const product = lo * 10
      hi = hi * 10 + mulHigh(lo, 10)
      lo = product + digit
      hi += u64(lo < product)
    } else if (before == -1) up = digit >= 5
  }
  if (some) {
    for (; before > 0; before--) {
      if (hi >= 0x0ccccccccccccccd) return least128(ctx)
      hi = hi * 10 + mulHigh(lo, 10)
      lo = lo * 10
    }
  }
  if (up) {
    lo++
    hi += u64(lo == 0)
  }
  if (flags & UNSIGNED && negative && (hi | lo) == 0 && (some || marked)) return least128(ctx)
  if (negative) {
    if (hi > SIGN || (hi == SIGN && lo != 0)) return least128(ctx)
    result128(ctx, 0 - lo, ~hi + u64(lo == 0))
  } else {
    if (hi >= SIGN) return least128(ctx)
    result128(ctx, lo, hi)
  }
  return true
}

export function parse_exact(ctx: usize, text: u64, scale: i32, flags: i32): void {
  exact(ctx, text, scale, flags)
}
export function parse_is_exact(ctx: usize, text: u64, scale: i32, flags: i32): i32 {
  return i32(exact(ctx, text, scale, flags))
}

/** 1 true, 0 false, −1 neither. */
export function parse_bool(_ctx: usize, text: u64): i32 {
  const p = addressOf(text)
  const end = p + bytesOf(text)
  if (end - p == 1 && load<u8>(p) == 0x31) return 1
  if (end - p == 1 && load<u8>(p) == 0x30) return 0
  if (isWord(p, end, 0x65757274, 4) || isWord(p, end, 0x74, 1) || isWord(p, end, 0x736579, 3) || isWord(p, end, 0x79, 1)) return 1
  if (isWord(p, end, 0x65736c6166, 5) || isWord(p, end, 0x66, 1) || isWord(p, end, 0x6f6e, 2) || isWord(p, end, 0x6e, 1)) return 0
  return -1
}
