/**
 * Order of sort tuples by their whole keys, and sorts that compare them: of short runs, and of keys that windows (sort-entry.ts) do not tell
 * apart well.
 */
import { ENTRY, SHORT, tupleAt } from './sort-entry'
import { addressOf, bytesOf, compareBytes } from './strings'

/** Order of two tuples' keys that agree on the bytes before `depth`. */
export function compareKeys(a: usize, b: usize, depth: u32): i32 {
  const x = load<u64>(a, 8)
  const y = load<u64>(b, 8)
  const xSkip = min(depth, bytesOf(x))
  const ySkip = min(depth, bytesOf(y))
  const order = compareBytes(addressOf(x) + xSkip, bytesOf(x) - xSkip, addressOf(y) + ySkip, bytesOf(y) - ySkip)
  return order ? order : i32(bytesOf(x) > bytesOf(y)) - i32(bytesOf(x) < bytesOf(y))
}

/** Order of two entries that agree on the bytes before `depth`. */
// @ts-ignore: decorator
@inline
function compareFrom(a: usize, b: usize, depth: u32): i32 {
  return compareKeys(tupleAt(a), tupleAt(b), depth)
}

export function insertionSort(entries: usize, n: u32, depth: u32): void {
  const end = entries + <usize>n * ENTRY
  for (let at = entries + ENTRY; at < end; at += ENTRY) {
    const entry = v128.load(at)
    let to = at
    // the entry compares from where it lies, so it moves only once its place is known
    while (to > entries && compareFrom(to - ENTRY, at, depth) > 0) to -= ENTRY
    if (to == at) continue
    for (let hole = at; hole > to; hole -= ENTRY) v128.store(hole, v128.load(hole - ENTRY))
    v128.store(to, entry)
  }
}

/** Bottom-up merge sort by comparison, for keys that windows do not tell apart well. Result in `entries`. */
export function mergeSort(entries: usize, spare: usize, n: u32, depth: u32): void {
  for (let from: u32 = 0; from < n; from += SHORT) insertionSort(entries + <usize>from * ENTRY, min(SHORT, n - from), depth)
  let source = entries
  let target = spare
  for (let width: u32 = SHORT; width < n; width <<= 1) {
    for (let from: u32 = 0; from < n; from += width << 1) {
      let left = source + <usize>from * ENTRY
      const leftEnd = source + <usize>min(from + width, n) * ENTRY
      let right = leftEnd
      const rightEnd = source + <usize>min(from + (width << 1), n) * ENTRY
      let to = target + <usize>from * ENTRY
      while (left < leftEnd && right < rightEnd) {
        if (compareFrom(left, right, depth) <= 0) {
          v128.store(to, v128.load(left))
          left += ENTRY
        } else {
          v128.store(to, v128.load(right))
          right += ENTRY
        }
        to += ENTRY
      }
      memory.copy(to, left, leftEnd - left)
      memory.copy(to + (leftEnd - left), right, rightEnd - right)
    }
    const swap = source
    source = target
    target = swap
  }
  if (source != entries) memory.copy(entries, source, <usize>n * ENTRY)
}
