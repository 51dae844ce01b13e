/**
 * Merging sorted rows: where a key is among the tuples that a sorter has left in order (sort.ts). A key is its first 8 bytes and,
 * where it is longer, a slice of all of it. Rows that seek one after the other come in order themselves, so that each begins where the
 * last one ended and gallops from there: over both sides that is a merge, and a worker can begin anywhere.
 */
import { reserve } from './context'
import { addressOf, bytesOf, compareBytes } from './strings'

/** Offset of the tuple of zeros in a sink's output (JOIN_OUTPUT of src/codegen/sinks.ts). */
const OUT_MISSING: usize = 24

// @ts-ignore: decorator
@inline
function compareKey(place: usize, prefix: u64, key: u64): i32 {
  const tuple = <usize>load<u32>(place)
  const own = load<u64>(tuple)
  if (own != prefix) return own < prefix ? -1 : 1
  if (key == 0) return 0
  const other = load<u64>(tuple, 8)
  return compareBytes(addressOf(other), bytesOf(other), addressOf(key), bytesOf(key))
}

/** Whether a tuple has the key, whose first bytes are the same. */
export function merge_equal(_ctx: usize, tuple: usize, key: u64): i32 {
  const other = load<u64>(tuple, 8)
  return i32(bytesOf(other) == bytesOf(key) && compareBytes(addressOf(other), bytesOf(other), addressOf(key), bytesOf(key)) == 0)
}

/** In the tuple addresses at [from, end): the place of the first tuple whose key is not below the given one. `hint`: a place to begin at. */
export function merge_seek(_ctx: usize, prefix: u64, key: u64, from: usize, end: usize, hint: usize): usize {
  // all before `low` are below the key, none from `high` on is
  let low = from
  let high = end
  let step: usize = 4
  if (hint > from && compareKey(hint - 4, prefix, key) >= 0) {
    high = hint - 4
    while (high - from > step) {
      const place = high - step
      if (compareKey(place, prefix, key) < 0) {
        low = place + 4
        break
      }
      high = place
      step <<= 1
    }
  } else {
    low = hint
    while (end - low >= step) {
      const place = low + step - 4
      if (compareKey(place, prefix, key) >= 0) {
        high = place
        break
      }
      low = place + 4
      step <<= 1
    }
  }
  while (low < high) {
    const middle = low + (((high - low) >> 3) << 2)
    if (compareKey(middle, prefix, key) < 0) low = middle + 4
    else high = middle
  }
  return low
}

/** Makes the tuple of zeros that stands for a partner that is missing. */
export function merge_begin(ctx: usize, out: usize, stride: u32): void {
  const missing = reserve(ctx, stride)
  memory.fill(missing, 0, stride)
  store<u32>(out, <u32>missing, OUT_MISSING)
}
