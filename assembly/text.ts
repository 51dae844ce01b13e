/**
 * Values as text, as DuckDB prints them. A number is written backwards from the end of a stretch of scratch, moved to its
 * start, and what was too much is given back.
 */
import { CTX_ARENA, CTX_SCRATCH, scratch } from './context'
import { civilOf, dayOf, floorDivide, monthOf, yearOf } from './dates'
import { divide } from './decimal128'
import { slice } from './strings'

/** More than any text here: 39 digits, sign and point; a timestamp of 294 thousand years. */
export const ROOM: u32 = 64
const ZERO: u64 = 0x30
const POINT: u8 = 0x2e
const MINUS: u8 = 0x2d
const SPACE: u8 = 0x20
const COLON: u8 = 0x3a

const TEN_19: u64 = 10000000000000000000
const DAY: i64 = 86400000000
const DATE_INFINITY: i32 = 2147483647
const TIMESTAMP_INFINITY: i64 = 9223372036854775807

/** Writes a byte before `at`; the address of it. */
// @ts-ignore: decorator
@inline
export function put(at: usize, byte: u8): usize {
  store<u8>(at - 1, byte)
  return at - 1
}

/** Writes at least `least` digits before `at`. */
export function putDigits(at: usize, value: u64, least: i32): usize {
  while (value != 0 || least > 0) {
    const rest = value / 10
    at = put(at, <u8>(value - rest * 10 + ZERO))
    value = rest
    least--
  }
  return at
}

/** The text in [from, start + ROOM) as a slice from `start`. */
export function keep(ctx: usize, start: usize, from: usize): u64 {
  const bytes = <u32>(start + ROOM - from)
  memory.copy(start, from, bytes)
  store<u32>(ctx, (<u32>start + bytes + 7) & ~7, CTX_ARENA)
  return slice(start, bytes)
}

export function int_to_str(ctx: usize, value: i64): u64 {
  const start = scratch(ctx, ROOM)
  let at = putDigits(start + ROOM, value < 0 ? 0 - <u64>value : <u64>value, 1)
  if (value < 0) at = put(at, MINUS)
  return keep(ctx, start, at)
}

/** The unscaled value with `scale` digits after the point; where `bare`, a 0 before the point is left out. */
export function decimal_to_str(ctx: usize, lo: u64, hi: u64, scale: i32, bare: i32): u64 {
  const start = scratch(ctx, ROOM)
  const negative = <i64>hi < 0
  if (negative) {
    lo = 0 - lo
    hi = ~hi + u64(lo == 0)
  }
  // all digits, 19 at a time, at least one before the point; then the point is let in
  let at = start + ROOM
  while (hi != 0) {
    divide(ctx, lo, hi, TEN_19, 0, false, false)
    const qlo = load<u64>(ctx, CTX_SCRATCH)
    at = putDigits(at, lo - qlo * TEN_19, 19)
    lo = qlo
    hi = load<u64>(ctx, CTX_SCRATCH + 8)
  }
  const written = <i32>(start + ROOM - at)
  at = putDigits(at, lo, scale + 1 - written)
  if (scale > 0) {
    const whole = start + ROOM - at - scale
    memory.copy(at - 1, at, whole)
    at--
    store<u8>(at + whole, POINT)
    if (bare && whole == 1 && load<u8>(at) == <u8>ZERO) at++
  }
  if (negative) at = put(at, MINUS)
  return keep(ctx, start, at)
}

/** `2024-02-29`, years before 1 as `0044-03-15 (BC)`. */
function putDate(at: usize, days: i32): usize {
  const civil = civilOf(days)
  const year = yearOf(civil)
  if (year <= 0) {
    store<u32>(at - 4, 0x29434228) // (BC)
    at = put(at - 4, SPACE)
  }
  at = put(putDigits(at, dayOf(civil), 2), MINUS)
  at = put(putDigits(at, monthOf(civil), 2), MINUS)
  return putDigits(at, year > 0 ? year : 1 - year, 4)
}

function infinity(ctx: usize, start: usize, negative: bool): u64 {
  let at = start + ROOM - 8
  store<u64>(at, 0x7974696e69666e69) // infinity
  if (negative) at = put(at, MINUS)
  return keep(ctx, start, at)
}

export function date_to_str(ctx: usize, days: i32): u64 {
  const start = scratch(ctx, ROOM)
  if (days == DATE_INFINITY || days == -DATE_INFINITY) return infinity(ctx, start, days < 0)
  return keep(ctx, start, putDate(start + ROOM, days))
}

/** `2024-02-29 13:45:00.1234`, microseconds without trailing zeros; with `+00` where `zoned`. */
export function timestamp_to_str(ctx: usize, micros: i64, zoned: i32): u64 {
  const start = scratch(ctx, ROOM)
  if (micros == TIMESTAMP_INFINITY || micros == -TIMESTAMP_INFINITY) return infinity(ctx, start, micros < 0)
  let at = start + ROOM
  if (zoned) {
    at = put(at, <u8>ZERO)
    at = put(at, <u8>ZERO)
    at = put(at, 0x2b)
  }
  const days = floorDivide(micros, DAY)
  const rest = micros - days * DAY
  let fraction = rest % 1000000
  if (fraction != 0) {
    let digits = 6
    while (fraction % 10 == 0) {
      fraction /= 10
      digits--
    }
    at = put(putDigits(at, fraction, digits), POINT)
  }
  const seconds = rest / 1000000
  at = put(putDigits(at, seconds % 60, 2), COLON)
  at = put(putDigits(at, (seconds / 60) % 60, 2), COLON)
  at = put(putDigits(at, seconds / 3600, 2), SPACE)
  return keep(ctx, start, putDate(at, <i32>days))
}
