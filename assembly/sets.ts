/**
 * Whether a value is in a set of constants: elements in ascending order, each once; address in the low, number in the high 32
 * bits. A search halves the set in every step without a branch, so a key costs the same whether it is there or not.
 */
import { addressOf, bytesOf, compareBytes } from './strings'

/** How many elements there are. */
// @ts-ignore: decorator
@inline
function countOf(set: u64): u32 {
  return <u32>(set >> 32)
}

export function in_i64(_ctx: usize, x: i64, set: u64): i32 {
  let at = addressOf(set)
  let n = countOf(set)
  if (n == 0) return 0
  while (n > 1) {
    const half = n >> 1
    const middle = at + (<usize>half << 3)
    at = select(middle, at, load<i64>(middle) <= x)
    n -= half
  }
  return i32(load<i64>(at) == x)
}

/** Elements of 16 bytes, low word first. */
export function in_i128(_ctx: usize, lo: u64, hi: i64, set: u64): i32 {
  let at = addressOf(set)
  let n = countOf(set)
  if (n == 0) return 0
  while (n > 1) {
    const half = n >> 1
    const middle = at + (<usize>half << 4)
    const high = load<i64>(middle, 8)
    at = select(middle, at, i32(high < hi) | (i32(high == hi) & i32(load<u64>(middle) <= lo)))
    n -= half
  }
  return i32(load<u64>(at) == lo) & i32(load<i64>(at, 8) == hi)
}

/** IEEE equality: NaN is in no set, and 0 is −0. */
export function in_f64(_ctx: usize, x: f64, set: u64): i32 {
  let at = addressOf(set)
  let n = countOf(set)
  if (n == 0) return 0
  while (n > 1) {
    const half = n >> 1
    const middle = at + (<usize>half << 3)
    at = select(middle, at, load<f64>(middle) <= x)
    n -= half
  }
  return i32(load<f64>(at) == x)
}

/** Slices in the order of their bytes. */
export function in_str(_ctx: usize, x: u64, set: u64): i32 {
  let at = addressOf(set)
  let n = countOf(set)
  while (n > 0) {
    const half = n >> 1
    const middle = at + (<usize>half << 3)
    const element = load<u64>(middle)
    const order = compareBytes(addressOf(element), bytesOf(element), addressOf(x), bytesOf(x))
    if (order == 0) return 1
    at = order < 0 ? middle + 8 : at
    n = order < 0 ? n - half - 1 : half
  }
  return 0
}

/** Twice the number of elements that are less, and one more where one is equal. */
export function bucket_i64(_ctx: usize, x: i64, set: u64): i32 {
  return bucketOf<i64>(x, set)
}

/** Neither x nor an element is NaN. */
export function bucket_f64(_ctx: usize, x: f64, set: u64): i32 {
  return bucketOf<f64>(x, set)
}

/** Of elements of 8 bytes. */
// @ts-ignore: decorator
@inline
function bucketOf<T>(x: T, set: u64): i32 {
  const first = addressOf(set)
  let at = first
  let n = countOf(set)
  const end = first + (<usize>n << 3)
  while (n > 0) {
    const half = n >> 1
    const middle = at + (<usize>half << 3)
    const less = load<T>(middle) < x
    at = less ? middle + 8 : at
    n = less ? n - half - 1 : half
  }
  return <i32>((at - first) >> 2) + i32(at < end && load<T>(at) == x)
}

export function bucket_i128(_ctx: usize, lo: u64, hi: i64, set: u64): i32 {
  const first = addressOf(set)
  let at = first
  let n = countOf(set)
  const end = first + (<usize>n << 4)
  while (n > 0) {
    const half = n >> 1
    const middle = at + (<usize>half << 4)
    const high = load<i64>(middle, 8)
    const less = high < hi || (high == hi && load<u64>(middle) < lo)
    at = less ? middle + 16 : at
    n = less ? n - half - 1 : half
  }
  return <i32>((at - first) >> 3) + i32(at < end && load<u64>(at) == lo && load<i64>(at, 8) == hi)
}

export function bucket_str(_ctx: usize, x: u64, set: u64): i32 {
  const first = addressOf(set)
  let at = first
  let n = countOf(set)
  while (n > 0) {
    const half = n >> 1
    const middle = at + (<usize>half << 3)
    const element = load<u64>(middle)
    const order = compareBytes(addressOf(element), bytesOf(element), addressOf(x), bytesOf(x))
    if (order == 0) return <i32>((middle - first) >> 2) + 1
    at = order < 0 ? middle + 8 : at
    n = order < 0 ? n - half - 1 : half
  }
  return <i32>((at - first) >> 2)
}
