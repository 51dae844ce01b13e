/**
 * Places of a window's sorted rows: each tuple is told where it is. The key is given up for it:
 *
 *    0 first position of the partition u32 · 4 its end u32 · 8 first position of the peers u32 · 12 their end u32
 *
 * and the fields at `position` and `group` get the tuple's position and the number of its peers in the partition. Rows are of
 * one partition whose keys begin with the same `fixed` bytes; where that is negative, with the same `count` parts.
 *
 * Where all workers sort (sort-parts.ts) each range's rows get their places in it, and a summary tells of what crosses its bounds;
 * peers never do. A third round of parts mends the places in partitions of several ranges.
 *
 *   summary   0 first row's prefix u64 · 8 its key · 16 last row's prefix u64 · 24 its key · 32 end of the first partition · 36 first row of
 *            the last · 40 peers in the last · 44 1 where the first partition goes on from the range before · 48 where that began
 *            52 peers that it had before · 56 end of the last
 */
import { partSource, reserve } from './context'
import { PLACES, PLAN, POINTERS, RANGES, SORTED, sort_range, SUMMARIES } from './sort-parts'
import { addressOf, bytesOf, compareBytes } from './strings'

const SUMMARY: usize = 64
const FIRST: usize = 0
const LAST: usize = 16
const HEAD_END: usize = 32
const TAIL: usize = 36
const TAIL_PEERS: usize = 40
const GOES_ON: usize = 44
const BEGAN: usize = 48
const PEERS_BEFORE: usize = 52
const TAIL_END: usize = 56

/** Bytes of a key's leading parts; each of `parts` is the bytes it has, or says that it is a string (codegen/builders/sorter.ts). */
function leadingBytes(key: u64, parts: usize, count: u32): u32 {
  const start = addressOf(key)
  let at = start
  for (let i: u32 = 0; i < count; i++) {
    const part = <u32>load<u8>(parts + i)
    if (part < 0x40) {
      at += part
      continue
    }
    if (part == 0x60 && load<u8>(at++)) continue
    while (load<u16>(at)) at += load<u8>(at) ? 1 : 2
    at += 2
  }
  return <u32>(at - start)
}

/** Whether two rows, one after the other, are of one partition; `length`: bytes of the first one's leading parts. */
// @ts-ignore: decorator
@inline
function isSamePartition(prefix: u64, key: u64, nextPrefix: u64, nextKey: u64, length: u32): bool {
  if (length == 0) return true
  if (!nextKey) return (prefix ^ nextPrefix) >> (64 - (<u64>length << 3)) == 0
  return bytesOf(nextKey) >= length && compareBytes(addressOf(key), length, addressOf(nextKey), length) == 0
}

/** Of rows [from, to), as if there were no others. */
function tellPlaces(tuples: usize, from: u32, to: u32, parts: usize, count: u32, fixed: i32, position: u32, group: u32, summary: usize): void {
  let prefix: u64 = 0
  let key: u64 = 0
  let length: u32 = fixed < 0 ? 0 : <u32>fixed
  let first = from
  let peers = from
  let number: u32 = 0
  for (let row = from; row <= to; row++) {
    let starts = row == to
    let leads = starts
    let nextPrefix: u64 = 0
    let nextKey: u64 = 0
    let tuple: usize = 0
    if (row < to) {
      tuple = <usize>load<u32>(tuples + (<usize>row << 2))
      nextPrefix = load<u64>(tuple)
      nextKey = load<u64>(tuple, 8)
      if (row > from) {
        leads = prefix != nextPrefix || (nextKey != 0 && (bytesOf(key) != bytesOf(nextKey) || compareBytes(addressOf(key), bytesOf(key), addressOf(nextKey), bytesOf(nextKey)) != 0))
        starts = leads && !isSamePartition(prefix, key, nextPrefix, nextKey, length)
      } else {
        starts = leads = true
        if (summary) {
          store<u64>(summary, nextPrefix, FIRST)
          store<u64>(summary, nextKey, FIRST + 8)
        }
      }
    }
    if (leads) {
      for (let i = peers; i < row; i++) store<u32>(<usize>load<u32>(tuples + (<usize>i << 2)), row, 12)
      peers = row
      number++
    }
    if (starts) {
      for (let i = first; i < row; i++) store<u32>(<usize>load<u32>(tuples + (<usize>i << 2)), row, 4)
      if (summary) {
        if (first == from && row > from) store<u32>(summary, row, HEAD_END)
        if (row == to) {
          store<u32>(summary, first, TAIL)
          store<u32>(summary, number - 1, TAIL_PEERS)
          store<u64>(summary, prefix, LAST)
          store<u64>(summary, key, LAST + 8)
        }
      }
      first = row
      number = 1
      if (fixed < 0 && row < to) length = leadingBytes(nextKey, parts, count)
    }
    if (row == to) break
    prefix = nextPrefix
    key = nextKey
    store<u32>(tuple, first)
    store<u32>(tuple, peers, 8)
    store<u32>(tuple + position, row)
    store<u32>(tuple + group, number - 1)
  }
}

/** Of rows that one worker has sorted. */
export function window_places(_ctx: usize, out: usize, parts: usize, count: u32, fixed: i32, position: u32, group: u32): void {
  if (load<u32>(out, PLAN)) return
  tellPlaces(<usize>load<u32>(<usize>load<u32>(out, 8), 8), 0, load<u32>(out), parts, count, fixed, position, group, 0)
}

/** Room for the summaries of all ranges. */
export function window_begin(ctx: usize, out: usize): void {
  const at = <usize>load<u32>(out, PLAN)
  if (at) store<u32>(at, <u32>reserve(ctx, <u64>load<u32>(at, RANGES) * SUMMARY), SUMMARIES)
}

/** Sorts ranges [from, to) and tells their rows' places. */
export function window_part(ctx: usize, sink: usize, out: usize, parts: usize, count: u32, fixed: i32, position: u32, group: u32, from: u32, to: u32): void {
  const at = <usize>load<u32>(out, PLAN)
  for (let range = from; range < to; range++) {
    sort_range(ctx, sink, out, range)
    const places = <usize>load<u32>(at, PLACES) + (<usize>range << 2)
    tellPlaces(load<u32>(at, POINTERS), load<u32>(places), load<u32>(places, 4), parts, count, fixed, position, group, <usize>load<u32>(at, SUMMARIES) + <usize>range * SUMMARY)
  }
}

/** All ranges are sorted: finds the partitions that go on from one into the next. */
export function window_joined(_ctx: usize, out: usize, parts: usize, count: u32, fixed: i32): void {
  const at = <usize>load<u32>(out, PLAN)
  if (!at) return
  const ranges = load<u32>(at, SORTED)
  const places = <usize>load<u32>(at, PLACES)
  const summaries = <usize>load<u32>(at, SUMMARIES)
  let before: usize = 0
  let began: u32 = 0
  let peers: u32 = 0
  let mends: u32 = 0
  for (let range: u32 = 0; range < ranges; range++) {
    const first = load<u32>(places + (<usize>range << 2))
    const end = load<u32>(places + (<usize>range << 2), 4)
    if (first == end) continue
    const own = summaries + <usize>range * SUMMARY
    let goesOn: u32 = 0
    if (before) {
      const key = load<u64>(before, LAST + 8)
      const length = fixed < 0 ? leadingBytes(key, parts, count) : <u32>fixed
      goesOn = isSamePartition(load<u64>(before, LAST), key, load<u64>(own, FIRST), load<u64>(own, FIRST + 8), length) ? 1 : 0
    }
    store<u32>(own, goesOn, GOES_ON)
    store<u32>(own, began, BEGAN)
    store<u32>(own, peers, PEERS_BEFORE)
    mends |= goesOn
    if (!goesOn || load<u32>(own, HEAD_END) != end) {
      began = load<u32>(own, TAIL)
      peers = 0
    }
    peers += load<u32>(own, TAIL_PEERS)
    before = own
  }
  let headEnd: u32 = 0
  let goesOn: u32 = 0
  for (let range = ranges; range > 0; range--) {
    const first = load<u32>(places + (<usize>range << 2) - 4)
    const end = load<u32>(places + (<usize>range << 2))
    if (first == end) continue
    const own = summaries + <usize>(range - 1) * SUMMARY
    const tailEnd = goesOn ? headEnd : end
    store<u32>(own, tailEnd, TAIL_END)
    headEnd = load<u32>(own, HEAD_END) == end ? tailEnd : load<u32>(own, HEAD_END)
    goesOn = load<u32>(own, GOES_ON)
  }
  partSource(out, mends ? ranges : 0)
}

/** Mends the places in ranges [from, to) of rows whose partition begins before or ends behind. */
export function window_mend(_ctx: usize, out: usize, group: u32, from: u32, to: u32): void {
  const at = <usize>load<u32>(out, PLAN)
  const tuples = <usize>load<u32>(at, POINTERS)
  for (let range = from; range < to; range++) {
    const places = <usize>load<u32>(at, PLACES) + (<usize>range << 2)
    const first = load<u32>(places)
    const end = load<u32>(places, 4)
    if (first == end) continue
    const own = <usize>load<u32>(at, SUMMARIES) + <usize>range * SUMMARY
    if (load<u32>(own, GOES_ON)) {
      const began = load<u32>(own, BEGAN)
      const peers = load<u32>(own, PEERS_BEFORE)
      for (let row = first, headEnd = load<u32>(own, HEAD_END); row < headEnd; row++) {
        const tuple = <usize>load<u32>(tuples + (<usize>row << 2))
        store<u32>(tuple, began)
        store<u32>(tuple + group, load<u32>(tuple + group) + peers)
      }
    }
    const tailEnd = load<u32>(own, TAIL_END)
    if (tailEnd != end) for (let row = load<u32>(own, TAIL); row < end; row++) store<u32>(<usize>load<u32>(tuples + (<usize>row << 2)), tailEnd, 4)
  }
}
