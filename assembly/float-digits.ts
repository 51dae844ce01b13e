/** The digits of a text against a multiple of a power of two, by whole numbers: u32 words, the least first, in scratch. */
import { CTX_ARENA, CTX_LIMIT, scratch } from './context'
import { isDigit } from './parse-words'

/** Where two neighbouring doubles meet takes at most 767 digits; what follows more only tells that there is more. */
const DIGITS = 800
/** 801 digits, or a mantissa of 54 bits times 5^1131, before shifts to the same power of two. */
const WORDS: u32 = 160
const FIVE_13: u64 = 1220703125

/** × factor + addend in place; the words then. */
export function multiply(x: usize, words: u32, factor: u64, addend: u64): u32 {
  for (let i: u32 = 0; i < words; i++) {
    const at = x + ((<usize>i) << 2)
    addend += <u64>load<u32>(at) * factor
    store<u32>(at, <u32>addend)
    addend >>= 32
  }
  if (addend == 0) return words
  store<u32>(x + ((<usize>words) << 2), <u32>addend)
  return words + 1
}

function timesPowerOf5(x: usize, words: u32, power: i32): u32 {
  for (; power >= 13; power -= 13) words = multiply(x, words, FIVE_13, 0)
  for (; power > 0; power--) words = multiply(x, words, 5, 0)
  return words
}

function timesPowerOf2(x: usize, words: u32, power: i32): u32 {
  words = multiply(x, words, (<u64>1) << (power & 31), 0)
  const whole = <u32>(power >> 5)
  if (whole == 0) return words
  memory.copy(x + ((<usize>whole) << 2), x, (<usize>words) << 2)
  memory.fill(x, 0, (<usize>whole) << 2)
  return words + whole
}

/**
 * −1, 0, 1 of the digits in [from, last), from one that is not 0, times 10^exponent (that of their last), against m × 2^k, a
 * number that is of nearly the same size.
 */
export function compareDigits(ctx: usize, from: usize, last: usize, exponent: i32, m: u64, k: i32): i32 {
  const arena = load<u32>(ctx, CTX_ARENA)
  const limit = load<u32>(ctx, CTX_LIMIT)
  const a = scratch(ctx, WORDS * 8)
  const b = a + WORDS * 4
  let some: u32 = 0
  let count = 0
  let more = false
  for (let p = from; p < last; p++) {
    const c = load<u8>(p)
    if (!isDigit(c)) continue
    if (count++ < DIGITS) some = multiply(a, some, 10, c - 0x30)
    else more = more || c != 0x30
  }
  if (count > DIGITS) {
    // the digits behind, as one that is 1 where there is any
    exponent += count - DIGITS - 1
    some = multiply(a, some, 10, u64(more))
  }
  store<u64>(b, m)
  let other: u32 = m >> 32 != 0 ? 2 : 1
  if (exponent >= 0) some = timesPowerOf5(a, some, exponent)
  else other = timesPowerOf5(b, other, -exponent)
  const shift = k - exponent
  if (shift >= 0) other = timesPowerOf2(b, other, shift)
  else some = timesPowerOf2(a, some, -shift)
  let side = some == other ? 0 : some < other ? -1 : 1
  for (let i = <i32>some - 1; i >= 0 && side == 0; i--) {
    const x = load<u32>(a + ((<usize>i) << 2))
    const y = load<u32>(b + ((<usize>i) << 2))
    if (x != y) side = x < y ? -1 : 1
  }
  if (limit == load<u32>(ctx, CTX_LIMIT)) store<u32>(ctx, arena, CTX_ARENA)
  return side
}
