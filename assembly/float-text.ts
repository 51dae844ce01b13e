/**
 * Floats as text: the shortest digits that read back as the same float, the closest of those, in DuckDB's spelling (Giulietti,
 * The Schubfach way to render doubles, 2020).
 */
import { scratch } from './context'
import { mulHigh } from './decimal128'
import { grisuFinds } from './grisu'
import { log2OfPower, powerHigh, powerLow } from './powers'
import { keep, put, putDigits, ROOM } from './text'

const POINT: u8 = 0x2e
const ZERO: u8 = 0x30

/** x × 10^q, scaled; its last bit tells that there is more. What 10^q is rounded by is no more. */
// @ts-ignore: decorator
@inline
function scaled(high: u64, low: u64, x: u64): u64 {
  const carried = mulHigh(low, x)
  const rest = high * x + carried
  return (mulHigh(high, x) + u64(rest < carried)) | u64(rest > 1)
}

function word(at: usize, letters: u32): usize {
  store<u32>(at - 4, letters)
  return at - 3
}

/** `digits` × 10^`exponent`, written before `at`. */
function putNumber(at: usize, digits: u64, exponent: i32): usize {
  if (digits == 0) exponent = 0
  else {
    while (digits % 10 == 0) {
      digits /= 10
      exponent++
    }
  }
  let count = 1
  for (let rest = digits / 10; rest != 0; rest /= 10) count++
  const first = exponent + count - 1
  if (first < -4 || first >= 16) {
    at = put(putDigits(at, <u64>abs(first), 2), first < 0 ? 0x2d : 0x2b)
    at = put(at, 0x65)
    for (; count > 1; count--) {
      at = put(at, <u8>(digits % 10) + ZERO)
      digits /= 10
      if (count == 2) at = put(at, POINT)
    }
    return put(at, <u8>digits + ZERO)
  }
  if (exponent >= 0) {
    at = put(put(at, ZERO), POINT)
    for (; exponent > 0; exponent--) at = put(at, ZERO)
    return putDigits(at, digits, 1)
  }
  for (; exponent < 0; exponent++) {
    at = put(at, <u8>(digits % 10) + ZERO)
    digits /= 10
  }
  return putDigits(put(at, POINT), digits, 1)
}

/** The magnitude c × 2^q; `closer`: the float below is half as far as the one above. */
function putFloat(at: usize, c: u64, q: i32, closer: bool): usize {
  if (q <= 0 && q > -53 && (c & (((<u64>1) << -q) - 1)) == 0) return putNumber(at, c >> -q, 0)
  const odd = c & 1
  // 10^k is at most the distance of the bounds: so many decimals are enough, and one less may be
  const k = (q * 1262611 - (closer ? 524031 : 0)) >> 22
  const h = q + log2OfPower(-k) + 1
  const high = powerHigh(-k)
  const low = powerLow(-k)
  const exact = -k >= 0 && -k <= 55
  const up = low + u64(!exact)
  const above = high + u64(up < low)
  const value = scaled(above, up, (4 * c) << h)
  const lower = scaled(above, up, (4 * c - 2 + u64(closer)) << h) + odd
  const upper = scaled(above, up, (4 * c + 2) << h) - odd
  const s = value >> 2
  if (s >= 10) {
    const tens = s / 10
    const under = lower <= 40 * tens
    const over = 40 * tens + 40 <= upper
    if (under != over) return putNumber(at, tens + u64(over), k + 1)
  }
  const under = lower <= 4 * s
  const over = 4 * s + 4 <= upper
  if (under != over) return putNumber(at, s + u64(over), k)
  const middle = 4 * s + 2
  return putNumber(at, s + u64(value > middle || (value == middle && (s & 1) != 0)), k)
}

function putDouble(at: usize, x: f64): usize {
  const bits = reinterpret<u64>(x)
  const fraction = bits & 0x000fffffffffffff
  const power = <i32>(bits >> 52) & 0x7ff
  return power == 0 ? putFloat(at, fraction, -1074, false) : putFloat(at, fraction | 0x0010000000000000, power - 1075, fraction == 0 && power > 1)
}

/** Of a double, or where `single` of a double that is a float; that one's digits are the double's where DuckDB takes those. */
export function float_to_str(ctx: usize, x: f64, single: i32): u64 {
  const start = scratch(ctx, ROOM)
  let at = start + ROOM
  if (x != x) return keep(ctx, start, word(at, 0x6e616e00)) // nan
  const negative = <i64>reinterpret<u64>(x) < 0
  if (abs(x) == Infinity) at = word(at, 0x666e6900) // inf
  else if (x == 0) at = putNumber(at, 0, 0)
  else {
    const bits = reinterpret<u32>(<f32>x)
    const fraction = bits & 0x7fffff
    const power = <i32>(bits >> 23) & 0xff
    const c = <u64>(power == 0 ? fraction : fraction | 0x800000)
    const closer = fraction == 0 && power > 1
    const q = max<i32>(power, 1) - 150
    at = single && grisuFinds(c, q, closer) ? putFloat(at, c, q, closer) : putDouble(at, x)
  }
  if (negative) at = put(at, 0x2d)
  return keep(ctx, start, at)
}
