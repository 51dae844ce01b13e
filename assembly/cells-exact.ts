/** Cells as exact values of up to 64 bits: booleans, integers, decimals; and of 128. */
import {
  CELLS_FLAGS, CELLS_HIGH, CELLS_LOW, CELLS_NULLS, CELLS_OUT, CELLS_SCALE, CELLS_SKIP, CELLS_STRIDE, CELLS_WORDS, cellText, countNull, gathered, NULL_CELL, STRICT, writeBounds, writeValid,
} from './cells'
import { kindsOf, KIND_BIGINT, KIND_BOOL } from './cells-kinds'
import { CTX_SCRATCH } from './context'
import { digits as plainDigits, few, NO_DIGITS } from './plain-digits'
import { parse_bool, parse_is_exact } from './parse-exact'
import { addressOf, bytesOf } from './strings'

const RADIX: i32 = 1
const UNSIGNED: i32 = 2
const TENS = memory.data<i64>([1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000, 100000000000, 1000000000000, 10000000000000, 100000000000000, 1000000000000000])

export function cells_bool(ctx: usize, d: usize, from: u32, to: u32): u32 {
  const stride = <usize>load<u32>(d, CELLS_STRIDE)
  const strict = (load<u32>(d, CELLS_FLAGS) & STRICT) != 0
  let words = <usize>load<u32>(d, CELLS_WORDS) + <usize>from * stride
  let out = <usize>load<u32>(d, CELLS_OUT) + (<usize>from << 3)
  let valid: u64 = 0
  let row = from
  for (; row < to; row++, words += stride, out += 8) {
    const text = cellText(d, words)
    let value: i32 = 0
    if (text == NULL_CELL) countNull(d)
    else {
      if (strict && (kindsOf(ctx, text) & KIND_BOOL) == 0) break
      value = parse_bool(ctx, text)
      if (value < 0) break
      valid |= (<u64>1) << (row & 63)
    }
    store<i64>(out, <i64>value)
    valid = gathered(d, row, valid)
  }
  if (valid) writeValid(d, row, valid)
  return row
}

/** What a cell holds where it is not plain digits; the number in the scratch. */
function exactAt(ctx: usize, d: usize, text: u64, scale: i32, flags: i32): bool {
  if (load<u32>(d, CELLS_FLAGS) & STRICT && (kindsOf(ctx, text) & KIND_BIGINT) == 0) return false
  return parse_is_exact(ctx, text, scale, flags) != 0
}

/** Integers and decimals that 64 bits hold; `flags`: 1 with 0x and 0b, 2 unsigned. */
export function cells_i64(ctx: usize, d: usize, from: u32, to: u32, flags: i32): u32 {
  const stride = <usize>load<u32>(d, CELLS_STRIDE)
  const strict = (load<u32>(d, CELLS_FLAGS) & STRICT) != 0
  const scale = load<i32>(d, CELLS_SCALE)
  const low = load<i64>(d, CELLS_LOW)
  const high = load<i64>(d, CELLS_HIGH)
  // most cells of most columns: up to 8 digits and nothing else
  const skip = load<u32>(d, CELLS_SKIP)
  const plain = scale == 0 && high > 99999999 && load<u32>(d, CELLS_NULLS) == 0
  let words = <usize>load<u32>(d, CELLS_WORDS) + <usize>from * stride
  let out = <usize>load<u32>(d, CELLS_OUT) + (<usize>from << 3)
  let least = i64.MAX_VALUE
  let greatest = i64.MIN_VALUE
  let valid: u64 = 0
  let row = from
  for (; row < to; row++, words += stride, out += 8) {
    const from = load<u32>(words) + skip
    const most = load<u32>(words, 4) - from
    const fast = plain && most - 1 < 8 ? few(from, most) : -1
    if (fast >= 0) {
      least = min(least, fast)
      greatest = max(greatest, fast)
      store<i64>(out, fast)
      valid |= (<u64>1) << (row & 63)
      if ((row & 63) == 63) {
        writeValid(d, row + 1, valid)
        valid = 0
      }
      continue
    }
    const text = cellText(d, words)
    if (text == NULL_CELL) {
      countNull(d)
      store<i64>(out, 0)
    } else {
      let p = addressOf(text)
      let bytes = bytesOf(text)
      const minus = u32(bytes > 0 && load<u8>(p) == 0x2d)
      p += minus
      bytes -= minus
      let value: i64 = 0
      let w = NO_DIGITS
      if (bytes - 1 < 16) w = plainDigits(p, bytes)
      let digits: i32 = 0
      if (w != NO_DIGITS) {
        const point = <i32>(w >> 56)
        const behind = max(point - 1, 0)
        digits = scale - behind
        if (digits < 0 || digits > 15 || (point != 0 && (scale == 0 || strict)) || (strict && bytes > 1 && load<u8>(p) == 0x30) || (minus && flags & UNSIGNED)) w = NO_DIGITS
        value = <i64>(w & 0xffffffffffffff)
        // a product beyond 64 bits is found by its factor
        if (digits > 2 && value > high / load<i64>(TENS + (<usize>max(digits, 0) << 3))) w = NO_DIGITS
      }
      if (w != NO_DIGITS) {
        value *= load<i64>(TENS + (<usize>digits << 3))
        if (minus) value = -value
      } else {
        if (!exactAt(ctx, d, text, scale, flags)) break
        value = load<i64>(ctx, CTX_SCRATCH)
        if (load<i64>(ctx, CTX_SCRATCH + 8) != value >> 63) break
      }
      if (value < low || value > high) break
      least = min(least, value)
      greatest = max(greatest, value)
      store<i64>(out, value)
      valid |= (<u64>1) << (row & 63)
    }
    valid = gathered(d, row, valid)
  }
  if (valid) writeValid(d, row, valid)
  writeBounds(d, least, greatest)
  return row
}

/** As cells_i64, 16 bytes a value; bounds are those of 128 bits: low and high words at `low` (32 bytes), which holds what the type does. */
export function cells_i128(ctx: usize, d: usize, from: u32, to: u32, flags: i32, low: usize): u32 {
  const stride = <usize>load<u32>(d, CELLS_STRIDE)
  const scale = load<i32>(d, CELLS_SCALE)
  let words = <usize>load<u32>(d, CELLS_WORDS) + <usize>from * stride
  let out = <usize>load<u32>(d, CELLS_OUT) + (<usize>from << 4)
  let row = from
  for (; row < to; row++, words += stride, out += 16) {
    const text = cellText(d, words)
    let lo: u64 = 0
    let hi: i64 = 0
    if (text == NULL_CELL) countNull(d)
    else {
      if (!exactAt(ctx, d, text, scale, flags)) break
      lo = load<u64>(ctx, CTX_SCRATCH)
      hi = load<i64>(ctx, CTX_SCRATCH + 8)
      if (less(lo, hi, load<u64>(low), load<i64>(low, 8)) || less(load<u64>(low, 16), load<i64>(low, 24), lo, hi)) break
      writeValid(d, row + 1, (<u64>1) << (row & 63))
    }
    store<u64>(out, lo)
    store<i64>(out, hi, 8)
  }
  return row
}

function less(lo: u64, hi: i64, otherLo: u64, otherHi: i64): bool {
  return hi < otherHi || (hi == otherHi && lo < otherLo)
}
