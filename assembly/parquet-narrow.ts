/**
 * Exact values brought to the width of their column, with their bounds: whoever calls compares these with what the width holds, and leaves
 * the values alone where they do not fit.
 *
 *   bounds   0 least u64, u64   16 greatest u64, u64     two's complement of 128 bits; of u32 and u64 the upper halves are 0
 */

const I32: u32 = 0
const U32: u32 = 1
const I64: u32 = 2
const U64: u32 = 3
const I128: u32 = 4

// @ts-ignore: decorator
@inline
function storeBounds(bounds: usize, least: i64, most: i64, signed: bool): void {
  store<i64>(bounds, least)
  store<i64>(bounds, signed ? least >> 63 : 0, 8)
  store<i64>(bounds, most, 16)
  store<i64>(bounds, signed ? most >> 63 : 0, 24)
}

// @ts-ignore: decorator
@inline
function put(to: usize, width: u32, index: u32, value: i64, signed: bool): void {
  if (width == 4) store<i32>(to + (<usize>index << 2), <i32>value)
  else if (width == 8) store<i64>(to + (<usize>index << 3), value)
  else if (width == 2) store<i16>(to + (<usize>index << 1), <i16>value)
  else if (width == 1) store<i8>(to + index, <i8>value)
  else {
    store<i64>(to + (<usize>index << 4), value)
    store<i64>(to + (<usize>index << 4), signed ? value >> 63 : 0, 8)
  }
}

// @ts-ignore: decorator
@inline
function storePart(to: usize, width: u32, values: v128, next: v128): void {
  if (width == 4) {
    v128.store(to, values)
    v128.store(to, next, 16)
  } else {
    const low = i32x4.splat(width == 2 ? 0xffff : 0xff)
    const words = i16x8.narrow_i32x4_u(v128.and(values, low), v128.and(next, low))
    if (width == 2) v128.store(to, words)
    else v128.store64_lane(to, i8x16.narrow_i16x8_u(words, words), 0)
  }
}

/** Of 8 values at a time; how many there were. */
function narrow32(from: usize, count: u32, to: usize, width: u32, bounds: usize): u32 {
  const whole = count & ~7
  if (!whole) return 0
  let least = i32x4.splat(i32.MAX_VALUE)
  let most = i32x4.splat(i32.MIN_VALUE)
  const stop = from + (<usize>whole << 2)
  const step = <usize>width << 3
  for (let at = from; at < stop; at += 32) {
    const a = v128.load(at)
    const b = v128.load(at, 16)
    least = i32x4.min_s(least, i32x4.min_s(a, b))
    most = i32x4.max_s(most, i32x4.max_s(a, b))
    storePart(to, width, a, b)
    to += step
  }
  reduce(least, most, bounds)
  return whole
}

/** As long as all are of 32 bits, in one pass: how many were, a multiple of 8. */
function narrow64(from: usize, count: u32, to: usize, width: u32, bounds: usize): u32 {
  const whole = count & ~7
  if (!whole) return 0
  let least = i32x4.splat(i32.MAX_VALUE)
  let most = i32x4.splat(i32.MIN_VALUE)
  let beyond = i32x4.splat(0)
  const stop = from + (<usize>whole << 3)
  const step = <usize>width << 3
  for (let at = from; at < stop; at += 64) {
    const a = v128.load(at)
    const b = v128.load(at, 16)
    const c = v128.load(at, 32)
    const d = v128.load(at, 48)
    const low = v128.shuffle<i32>(a, b, 0, 2, 4, 6)
    const next = v128.shuffle<i32>(c, d, 0, 2, 4, 6)
    beyond = v128.or(beyond, v128.xor(v128.shuffle<i32>(a, b, 1, 3, 5, 7), i32x4.shr_s(low, 31)))
    beyond = v128.or(beyond, v128.xor(v128.shuffle<i32>(c, d, 1, 3, 5, 7), i32x4.shr_s(next, 31)))
    least = i32x4.min_s(least, i32x4.min_s(low, next))
    most = i32x4.max_s(most, i32x4.max_s(low, next))
    storePart(to, width, low, next)
    to += step
  }
  if (v128.any_true(beyond)) return 0
  reduce(least, most, bounds)
  return whole
}

/** Of 4 values at a time, as they are. */
function copy64(from: usize, count: u32, to: usize, bounds: usize): u32 {
  const whole = count & ~3
  if (!whole) return 0
  let least = i64x2.splat(i64.MAX_VALUE)
  let most = i64x2.splat(i64.MIN_VALUE)
  const stop = from + (<usize>whole << 3)
  for (let at = from; at < stop; at += 32) {
    const a = v128.load(at)
    const b = v128.load(at, 16)
    const order = i64x2.gt_s(a, b)
    const low = v128.bitselect(b, a, order)
    const high = v128.bitselect(a, b, order)
    least = v128.bitselect(low, least, i64x2.gt_s(least, low))
    most = v128.bitselect(high, most, i64x2.gt_s(high, most))
    v128.store(to, a)
    v128.store(to, b, 16)
    to += 32
  }
  const l0 = i64x2.extract_lane(least, 0)
  const l1 = i64x2.extract_lane(least, 1)
  const m0 = i64x2.extract_lane(most, 0)
  const m1 = i64x2.extract_lane(most, 1)
  storeBounds(bounds, l0 < l1 ? l0 : l1, m0 > m1 ? m0 : m1, true)
  return whole
}

function reduce(least: v128, most: v128, bounds: usize): void {
  const l = i32x4.min_s(least, v128.shuffle<i32>(least, least, 2, 3, 0, 1))
  const m = i32x4.max_s(most, v128.shuffle<i32>(most, most, 2, 3, 0, 1))
  const l0 = i32x4.extract_lane(l, 0)
  const l1 = i32x4.extract_lane(l, 1)
  const m0 = i32x4.extract_lane(m, 0)
  const m1 = i32x4.extract_lane(m, 1)
  storeBounds(bounds, <i64>(l0 < l1 ? l0 : l1), <i64>(m0 > m1 ? m0 : m1), true)
}

function oneByOne(from: usize, kind: u32, begin: u32, count: u32, to: usize, width: u32, bounds: usize): void {
  let least = begin ? load<i64>(bounds) : i64.MAX_VALUE
  let most = begin ? load<i64>(bounds, 16) : i64.MIN_VALUE
  for (let i = begin; i < count; i++) {
    const value = kind == I32 ? <i64>load<i32>(from + (<usize>i << 2)) : kind == U32 ? <i64>load<u32>(from + (<usize>i << 2)) : load<i64>(from + (<usize>i << 3))
    least = value < least ? value : least
    most = value > most ? value : most
    put(to, width, i, value, true)
  }
  storeBounds(bounds, least, most, true)
}

function unsigned64(from: usize, count: u32, to: usize, width: u32, bounds: usize): void {
  let least = u64.MAX_VALUE
  let most: u64 = 0
  for (let i: u32 = 0; i < count; i++) {
    const value = load<u64>(from + (<usize>i << 3))
    least = value < least ? value : least
    most = value > most ? value : most
    put(to, width, i, <i64>value, false)
  }
  storeBounds(bounds, <i64>least, <i64>most, false)
}

function wide(from: usize, count: u32, to: usize, width: u32, bounds: usize): void {
  let leastLow = u64.MAX_VALUE
  let leastHigh = i64.MAX_VALUE
  let mostLow: u64 = 0
  let mostHigh = i64.MIN_VALUE
  for (let i: u32 = 0; i < count; i++) {
    const at = from + (<usize>i << 4)
    const low = load<u64>(at)
    const high = load<i64>(at, 8)
    if (high < leastHigh || (high == leastHigh && low < leastLow)) {
      leastHigh = high
      leastLow = low
    }
    if (high > mostHigh || (high == mostHigh && low > mostLow)) {
      mostHigh = high
      mostLow = low
    }
    if (width == 16) v128.store(to + (<usize>i << 4), v128.load(at))
    else put(to, width, i, <i64>low, true)
  }
  store<u64>(bounds, leastLow)
  store<i64>(bounds, leastHigh, 8)
  store<u64>(bounds, mostLow, 16)
  store<i64>(bounds, mostHigh, 24)
}

/**
 * `count` (1 or more) values of kind i32, u32, i64, u64, i128 (0 … 4) cut to `width` (1, 2, 4, 8, 16) bytes each, and the bounds of the whole
 * ones. `to` is not `from`.
 */
export function parquet_narrow(from: usize, kind: u32, count: u32, to: usize, width: u32, bounds: usize): void {
  if (kind == U64) return unsigned64(from, count, to, width, bounds)
  if (kind == I128) return wide(from, count, to, width, bounds)
  let done: u32 = 0
  if (kind == I32 && width == 4) done = narrow32(from, count, to, 4, bounds)
  else if (kind == I32 && width < 4) done = narrow32(from, count, to, width, bounds)
  else if (kind == I64 && width == 8) done = copy64(from, count, to, bounds)
  else if (kind == I64 && width == 4) done = narrow64(from, count, to, 4, bounds)
  else if (kind == I64 && width < 4) done = narrow64(from, count, to, width, bounds)
  oneByOne(from, kind, done, count, to, width, bounds)
}
