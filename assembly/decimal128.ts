/**
 * 128-bit integers, the unscaled values of decimals and DuckDB's HUGEINT. Two's complement in two words; parameters come as
 * (lo, hi), a result goes to the context's scratch.
 *
 *   bit 127          64 63           0
 *      ┌───────────────┬──────────────┐
 *      │ hi (signed)   │ lo           │
 *      └───────────────┴──────────────┘
 *
 * Nothing here multiplies or divides through floating point.
 */
import { CTX_SCRATCH, fail, OVERFLOW, result128 } from './context'

const SIGN: u64 = 0x8000000000000000

/** High word of the unsigned 64 × 64 product; the low one is a * b. */
// @ts-ignore: decorator
@inline
export function mulHigh(a: u64, b: u64): u64 {
  const a0 = a & 0xffffffff
  const a1 = a >> 32
  const b0 = b & 0xffffffff
  const b1 = b >> 32
  const low = a0 * b0
  const middle = a1 * b0 + (low >> 32)
  const cross = a0 * b1 + (middle & 0xffffffff)
  return a1 * b1 + (middle >> 32) + (cross >> 32)
}

/** Whether (lo, hi) is the sign extension of lo. */
// @ts-ignore: decorator
@inline
function isNarrow(lo: u64, hi: u64): bool {
  return <i64>hi == <i64>lo >> 63
}

/** a × b mod 2^128. */
export function i128_mul_wrap(ctx: usize, alo: u64, ahi: u64, blo: u64, bhi: u64): void {
  result128(ctx, alo * blo, mulHigh(alo, blo) + alo * bhi + ahi * blo)
}

/** a × b; OVERFLOW where it does not fit. */
export function i128_mul(ctx: usize, alo: u64, ahi: u64, blo: u64, bhi: u64): void {
  if (isNarrow(alo, ahi) && isNarrow(blo, bhi)) {
    // |a × b| ≤ 2^126: the signed high word is the unsigned one less the operands where the other is negative
    result128(ctx, alo * blo, mulHigh(alo, blo) - (ahi & blo) - (bhi & alo))
    return
  }
  const negative = <i64>(ahi ^ bhi) < 0
  if (<i64>ahi < 0) {
    alo = 0 - alo
    ahi = ~ahi + u64(alo == 0)
  }
  if (<i64>bhi < 0) {
    blo = 0 - blo
    bhi = ~bhi + u64(blo == 0)
  }
  // magnitudes: one of the high words must be 0, its partner's cross product must fit, and so must the sum
  if (ahi != 0 && bhi != 0) fail(ctx, OVERFLOW)
  const high = ahi | bhi
  const single = ahi != 0 ? blo : alo
  if (mulHigh(high, single) != 0) fail(ctx, OVERFLOW)
  const cross = high * single
  const lo = alo * blo
  const hi = mulHigh(alo, blo) + cross
  if (hi < cross) fail(ctx, OVERFLOW)
  if (negative) {
    if (hi > SIGN || (hi == SIGN && lo != 0)) fail(ctx, OVERFLOW)
    result128(ctx, 0 - lo, ~hi + u64(lo == 0))
  } else {
    if (<i64>hi < 0) fail(ctx, OVERFLOW)
    result128(ctx, lo, hi)
  }
}

/**
 * Unsigned (hi, lo) / divisor with hi < divisor and the divisor's top bit set: the quotient, which fits a word
 * (Knuth's algorithm D in base 2^32). The remainder is lo − quotient × divisor.
 */
function divideNormalised(hi: u64, lo: u64, divisor: u64): u64 {
  const d1 = divisor >> 32
  const d0 = divisor & 0xffffffff
  const q1 = digit(hi, lo >> 32, d1, d0)
  const rest = (hi << 32) + (lo >> 32) - q1 * divisor
  const q0 = digit(rest, lo & 0xffffffff, d1, d0)
  return (q1 << 32) + q0
}

// @ts-ignore: decorator
@inline
function digit(high: u64, next: u64, d1: u64, d0: u64): u64 {
  let q = high / d1
  let r = high - q * d1
  while (q >> 32 != 0 || q * d0 > ((r << 32) | next)) {
    q--
    r += d1
    if (r >> 32 != 0) break
  }
  return q
}

/** Unsigned division of magnitudes; leaves the quotient in the scratch, or the remainder where `rest`; negated where asked. */
export function divide(ctx: usize, alo: u64, ahi: u64, blo: u64, bhi: u64, negative: bool, rest: bool): void {
  let qlo: u64 = 0
  let qhi: u64 = 0
  let rlo: u64 = 0
  let rhi: u64 = 0
  if (bhi == 0) {
    if (ahi == 0) {
      qlo = alo / blo
      rlo = alo - qlo * blo
    } else if (blo >> 32 == 0) {
      // three steps of 64 / 32 bits; frequent: powers of ten up to 10^9
      qhi = ahi / blo
      let r = ahi - qhi * blo
      const upper = (r << 32) | (alo >> 32)
      const q1 = upper / blo
      r = upper - q1 * blo
      const lower = (r << 32) | (alo & 0xffffffff)
      const q0 = lower / blo
      qlo = (q1 << 32) | q0
      rlo = lower - q0 * blo
    } else {
      qhi = ahi / blo
      const high = ahi - qhi * blo
      const shift = clz(blo)
      const divisor = blo << shift
      // shift may be 0, and a shift by 64 is one by 0
      const hi = shift ? (high << shift) | (alo >> (64 - shift)) : high
      qlo = divideNormalised(hi, alo << shift, divisor)
      rlo = alo - qlo * blo
    }
  } else if (ahi < bhi) {
    rlo = alo
    rhi = ahi
  } else {
    // the quotient fits a word: estimate it from the top words, 1 too large at most
    const shift = clz(bhi)
    const divisor = shift ? (bhi << shift) | (blo >> (64 - shift)) : bhi
    const q = divideNormalised(ahi >> 1, (ahi << 63) | (alo >> 1), divisor)
    qlo = shift == 63 ? q : q >> (63 - shift)
    if (qlo != 0) qlo--
    rlo = alo - qlo * blo
    rhi = ahi - (mulHigh(qlo, blo) + qlo * bhi) - u64(alo < qlo * blo)
    if (rhi > bhi || (rhi == bhi && rlo >= blo)) {
      qlo++
      rhi = rhi - bhi - u64(rlo < blo)
      rlo -= blo
    }
  }
  const lo = rest ? rlo : qlo
  const hi = rest ? rhi : qhi
  if (negative) result128(ctx, 0 - lo, ~hi + u64(lo == 0))
  else result128(ctx, lo, hi)
}

/** Truncates; the divisor is not 0; −2^127 / −1 wraps. */
export function i128_div(ctx: usize, alo: u64, ahi: u64, blo: u64, bhi: u64): void {
  divideSigned(ctx, alo, ahi, blo, bhi, <i64>(ahi ^ bhi) < 0, false)
}

/** Has the sign of the dividend. */
export function i128_rem(ctx: usize, alo: u64, ahi: u64, blo: u64, bhi: u64): void {
  divideSigned(ctx, alo, ahi, blo, bhi, <i64>ahi < 0, true)
}

// @ts-ignore: decorator
@inline
function divideSigned(ctx: usize, alo: u64, ahi: u64, blo: u64, bhi: u64, negative: bool, rest: bool): void {
  if (<i64>ahi < 0) {
    alo = 0 - alo
    ahi = ~ahi + u64(alo == 0)
  }
  if (<i64>bhi < 0) {
    blo = 0 - blo
    bhi = ~bhi + u64(blo == 0)
  }
  divide(ctx, alo, ahi, blo, bhi, negative, rest)
}

/** What to add for the nearest multiple of 10^digits, away from zero at half, or (`cut` ≠ 0) for the next one towards zero; digits up to 38. */
export function i128_to_multiple(ctx: usize, lo: u64, hi: u64, digits: i32, cut: i32): void {
  let plo: u64 = 1
  let phi: u64 = 0
  for (digits = min(digits, 38); digits > 0; digits--) {
    phi = phi * 10 + mulHigh(plo, 10)
    plo *= 10
  }
  divideSigned(ctx, lo, hi, plo, phi, <i64>hi < 0, true)
  const rlo = load<u64>(ctx, CTX_SCRATCH)
  const rhi = load<u64>(ctx, CTX_SCRATCH + 8)
  const negative = <i64>rhi < 0
  const mlo = negative ? 0 - rlo : rlo
  const mhi = negative ? ~rhi + u64(rlo == 0) : rhi
  // what is missing to the next multiple away from zero
  const left = plo - mlo
  const above = phi - mhi - u64(plo < mlo)
  const up = !cut && (mlo | mhi) != 0 && (mhi > above || (mhi == above && mlo >= left))
  if (up == negative) result128(ctx, 0 - (up ? left : mlo), ~(up ? above : mhi) + u64((up ? left : mlo) == 0))
  else result128(ctx, up ? left : mlo, up ? above : mhi)
}

/** Shifted left by 0 to 127 bits. */
export function i128_shl(ctx: usize, lo: u64, hi: u64, bits: i32): void {
  if (bits >= 64) result128(ctx, 0, lo << (bits - 64))
  else result128(ctx, lo << bits, bits == 0 ? hi : (hi << bits) | (lo >> (64 - bits)))
}

/** Shifted right by 0 to 127 bits, with its sign. */
export function i128_shr(ctx: usize, lo: u64, hi: u64, bits: i32): void {
  const sign = <i64>hi >> 63
  if (bits >= 64) result128(ctx, <u64>(<i64>hi >> (bits - 64)), <u64>sign)
  else result128(ctx, bits == 0 ? lo : (lo >> bits) | (hi << (64 - bits)), <u64>(<i64>hi >> bits))
}

/** How many bits are set. */
export function bits_i64(_ctx: usize, x: i64): i32 {
  return <i32>popcnt(x)
}

/** IEEE: exact, with the dividend's sign; NaN of an infinity or by 0. */
export function f64_rem(_ctx: usize, a: f64, b: f64): f64 {
  return a % b
}

/** DuckDB's rounding: the words are rounded apart, small negatives by their magnitude. */
export function i128_to_f64(_ctx: usize, lo: u64, hi: u64): f64 {
  if (<i64>hi == -1) return -(<f64>(~lo)) - 1
  return <f64>lo + <f64>(<i64>hi) * 18446744073709551616.0
}

/** Rounded once, ties to even: the upper 64 bits of the magnitude with a last bit that tells whether there are others. */
export function i128_nearest_f64(_ctx: usize, lo: u64, hi: u64): f64 {
  const negative = <i64>hi < 0
  if (negative) {
    lo = 0 - lo
    hi = ~hi + <u64>(lo == 0)
  }
  const zeros = clz(hi)
  let magnitude = <f64>lo
  if (hi != 0) {
    const below = lo << zeros
    const top = zeros == 0 ? hi : (hi << zeros) | (lo >> (64 - zeros))
    // 2^(64 − zeros), by its exponent.
    magnitude = <f64>(top | <u64>(below != 0)) * reinterpret<f64>((1023 + 64 - zeros) << 52)
  }
  return negative ? -magnitude : magnitude
}

/** Rounded once. */
export function u64_to_f32(_ctx: usize, x: i64): f32 {
  return <f32>(<u64>x)
}

/** Truncates; OVERFLOW for NaN and outside [−2^127, 2^127). */
export function f64_to_i128(ctx: usize, x: f64): void {
  if (!(x >= -170141183460469231731687303715884105728.0 && x < 170141183460469231731687303715884105728.0)) fail(ctx, OVERFLOW)
  const bits = reinterpret<u64>(x)
  const exponent = <i32>((bits >> 52) & 0x7ff) - 1075
  const mantissa = (bits & 0x000fffffffffffff) | 0x0010000000000000
  let lo: u64 = 0
  let hi: u64 = 0
  if (exponent <= -53) lo = 0
  else if (exponent <= 0) lo = mantissa >> -exponent
  else if (exponent < 64) {
    lo = mantissa << exponent
    hi = mantissa >> (64 - exponent)
  } else hi = mantissa << (exponent - 64)
  if (x < 0) result128(ctx, 0 - lo, ~hi + u64(lo == 0))
  else result128(ctx, lo, hi)
}
