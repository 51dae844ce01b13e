/**
 * LIKE and contains over a chunk of rows: takes the rows that do not match out of a selection. What a pattern begins with tells
 * how: behind a `%` there has to be some plain text, its anchor, and all rows' bytes are searched for that at once, across the
 * borders of rows, so that no row is looked at in which it is not. Any other pattern, and few rows among many, go row by row.
 */
import { anchorOf, ANY, isRun, plainRun, str_like } from './like'
import { find, str_contains } from './string-search'
import { addressOf, bytesOf, sameBytes, slice } from './strings'
import { probesOf, rarityOf } from './rarity'

/** Bits of `how`. */
const NEGATED: u32 = 1
const CONTAINS: u32 = 2

/** Anchors more frequent than this, in bits, are found sooner in each row than passed over in all. */
const RARE: u32 = 8
/** Up to so many rows are searched through for one that is selected. */
const SPARSE: u32 = 4

/** How a row is known to match where the anchor was found in it. */
const FOUND: u32 = 0
const REST: u32 = 1
const WHOLE: u32 = 2

/** Selects the rows from … to − 1; returns the selection's end. */
export function select_rows(_ctx: usize, selection: usize, from: u32, to: u32): usize {
  let rows = i32x4.add(i32x4.splat(from), i32x4(0, 1, 2, 3))
  const end = selection + (<usize>(to - from) << 2)
  for (let at = selection; at < end; at += 16) {
    v128.store(at, rows)
    rows = i32x4.add(rows, i32x4.splat(4))
  }
  return end
}

/**
 * `selection` to `end`: ascending row numbers. Of texts that lie end to end `data` and their u32 `offsets`; else `offsets` is 0
 * and `data` are slices. Keeps rows whose text contains the pattern or is LIKE it, or does not; returns the new end.
 */
export function text_select(ctx: usize, selection: usize, end: usize, data: usize, offsets: usize, pattern: u64, escape: i32, how: u32): usize {
  if (selection == end) return end
  const anchor = how & CONTAINS ? pattern : anchorOf(pattern, escape)
  if (bytesOf(anchor) == 0) return eachWhole(ctx, selection, end, data, offsets, pattern, escape, how)
  const rows = load<u32>(end - 4) - load<u32>(selection)
  if (offsets && rows / SPARSE <= <u32>(end - selection) >> 2 && rarityOf(anchor) >= RARE) return acrossRows(ctx, selection, end, data, offsets, pattern, anchor, escape, how)
  return eachFound(ctx, selection, end, data, offsets, pattern, anchor, escape, how)
}

// @ts-ignore: decorator
@inline
function textOf(data: usize, offsets: usize, row: usize): u64 {
  if (!offsets) return load<u64>(data + (row << 3))
  const from = load<u32>(offsets + (row << 2))
  return slice(data + from, load<u32>(offsets + (row << 2), 4) - from)
}

function eachWhole(ctx: usize, selection: usize, end: usize, data: usize, offsets: usize, pattern: u64, escape: i32, how: u32): usize {
  // a text that does not begin as the pattern does is left at its first eight bytes
  const bytes: u32 = how & CONTAINS ? 0 : min(plainRun(addressOf(pattern), addressOf(pattern) + bytesOf(pattern), escape), 8)
  const mask: u64 = bytes == 0 ? 0 : ~(<u64>0) >> (64 - (<u64>bytes << 3))
  const head = load<u64>(addressOf(pattern))
  let kept = selection
  for (let at = selection; at < end; at += 4) {
    const row = load<u32>(at)
    const text = textOf(data, offsets, row)
    let matches: u32 = 0
    if (bytesOf(text) >= bytes && ((load<u64>(addressOf(text)) ^ head) & mask) == 0) matches = how & CONTAINS ? str_contains(ctx, text, pattern) : str_like(ctx, text, pattern, escape)
    store<u32>(kept, row)
    kept += <usize>(matches ^ (how & NEGATED)) << 2
  }
  return kept
}

/** What has to be looked at where the anchor was found. */
function proofOf(pattern: u64, anchor: u64, how: u32): u32 {
  if (how & CONTAINS) return FOUND
  const end = addressOf(pattern) + bytesOf(pattern)
  const rest = addressOf(anchor) + bytesOf(anchor)
  // the leftmost place is as good as any where runs stand on both sides, and nothing but them in front
  if (!isRun(addressOf(pattern), addressOf(anchor)) || rest == end || load<u8>(rest) != ANY) return WHOLE
  return isRun(rest, end) ? FOUND : REST
}

/** Whether a text matches in which the anchor begins at `found`, and nowhere before. */
// @ts-ignore: decorator
@inline
function holds(ctx: usize, from: usize, to: usize, found: usize, pattern: u64, anchor: u64, escape: i32, proof: u32): u32 {
  if (proof == FOUND) return 1
  if (proof == WHOLE) return str_like(ctx, slice(from, <u32>(to - from)), pattern, escape)
  const bytes = bytesOf(anchor)
  const rest = addressOf(anchor) + bytes
  found += bytes
  return str_like(ctx, slice(found, <u32>(to - found)), slice(rest, <u32>(addressOf(pattern) + bytesOf(pattern) - rest)), escape)
}

function eachFound(ctx: usize, selection: usize, end: usize, data: usize, offsets: usize, pattern: u64, anchor: u64, escape: i32, how: u32): usize {
  const proof = proofOf(pattern, anchor, how)
  let kept = selection
  for (let at = selection; at < end; at += 4) {
    const row = load<u32>(at)
    const text = textOf(data, offsets, row)
    const from = addressOf(text)
    const to = from + bytesOf(text)
    const found = find(from, to, addressOf(anchor), bytesOf(anchor))
    const matches: u32 = found ? holds(ctx, from, to, found, pattern, anchor, escape, proof) : 0
    store<u32>(kept, row)
    kept += <usize>(matches ^ (how & NEGATED)) << 2
  }
  return kept
}

/** Moves row numbers down; returns where they end. */
// @ts-ignore: decorator
@inline
function move(to: usize, from: usize, end: usize): usize {
  if (to == from) return end
  for (; end - from >= 16; from += 16, to += 16) v128.store(to, v128.load(from))
  for (; from < end; from += 4, to += 4) store<u32>(to, load<u32>(from))
  return to
}

/** The first of the selected rows from `at` on that ends behind an offset; there is one. */
// @ts-ignore: decorator
@inline
function rowBehind(at: usize, offsets: usize, offset: u32, gapless: bool): usize {
  if (!gapless) {
    while (load<u32>(offsets + (<usize>load<u32>(at) << 2), 4) <= offset) at += 4
    return at
  }
  const first = offsets + (<usize>load<u32>(at) << 2) + 4
  let next = first
  let behind = endsBehind(next, offset)
  while (behind == 0) behind = endsBehind((next += 16), offset)
  return at + (next - first) + (<usize>ctz(behind) << 2)
}
// @ts-ignore: decorator
@inline
function endsBehind(at: usize, offset: u32): i32 {
  return i32x4.bitmask(i32x4.gt_u(v128.load(at), i32x4.splat(offset)))
}

/** Where all three bytes are. */
// @ts-ignore: decorator
@inline
function hitsIn(xs: v128, ys: v128, zs: v128, as: v128, bs: v128, cs: v128): v128 {
  return v128.and(v128.and(i8x16.eq(xs, as), i8x16.eq(ys, bs)), i8x16.eq(zs, cs))
}

function acrossRows(ctx: usize, selection: usize, end: usize, data: usize, offsets: usize, pattern: u64, anchor: u64, escape: i32, how: u32): usize {
  const proof = proofOf(pattern, anchor, how)
  const negated = how & NEGATED
  const gapless = load<u32>(end - 4) - load<u32>(selection) == (<u32>(end - selection) >> 2) - 1
  const needle = addressOf(anchor)
  const bytes = bytesOf(anchor)
  // three of its bytes, those that are rare in most texts
  const probes = probesOf(anchor)
  const a = probes & 255
  const b = (probes >> 8) & 255
  const c = probes >> 16
  const as = i8x16.splat(load<u8>(needle + a))
  const bs = i8x16.splat(load<u8>(needle + b))
  const cs = i8x16.splat(load<u8>(needle + c))

  let at = data + load<u32>(offsets + (<usize>load<u32>(selection) << 2))
  const stop = data + load<u32>(offsets + (<usize>load<u32>(end - 4) << 2), 4)
  // rows before `next` are done; nothing before `open` matters
  let next = selection
  let kept = selection
  if (<u32>(stop - at) < bytes) return negated ? end : selection
  const last = stop - bytes
  while (at <= last) {
    // nothing but this loop where nothing is found
    let h0: v128
    let h1: v128
    let h2: v128
    let h3: v128
    for (;;) {
      const atA = at + a
      const atB = at + b
      const atC = at + c
      h0 = hitsIn(v128.load(atA), v128.load(atB), v128.load(atC), as, bs, cs)
      h1 = hitsIn(v128.load(atA, 16), v128.load(atB, 16), v128.load(atC, 16), as, bs, cs)
      h2 = hitsIn(v128.load(atA, 32), v128.load(atB, 32), v128.load(atC, 32), as, bs, cs)
      h3 = hitsIn(v128.load(atA, 48), v128.load(atB, 48), v128.load(atC, 48), as, bs, cs)
      if (v128.any_true(v128.or(v128.or(h0, h1), v128.or(h2, h3)))) break
      at += 64
      if (at > last) return negated ? move(kept, next, end) : kept
    }
    let hits = <u64>i8x16.bitmask(h0) | (<u64>i8x16.bitmask(h1) << 16) | (<u64>i8x16.bitmask(h2) << 32) | (<u64>i8x16.bitmask(h3) << 48)
    let open = at + 64
    do {
      const found = at + <usize>ctz(hits)
      hits &= hits - 1
      if (found > last) break
      if (!sameBytes(found, needle, bytes)) continue
      const row = rowBehind(next, offsets, <u32>(found - data), gapless)
      kept = negated ? move(kept, next, row) : kept
      next = row
      const number = load<u32>(row)
      const from = data + load<u32>(offsets + (<usize>number << 2))
      const to = data + load<u32>(offsets + (<usize>number << 2), 4)
      let passed = from
      if (found >= from) {
        // across a border it is in neither row, and nothing is left of the first
        const matches: u32 = <u32>(to - found) >= bytes ? holds(ctx, from, to, found, pattern, anchor, escape, proof) : 0
        store<u32>(kept, number)
        kept += <usize>(matches ^ negated) << 2
        next += 4
        if (next == end) return kept
        passed = to
      }
      open = max(open, passed)
      hits = passed - at < 64 ? hits & (~(<u64>0) << <u64>(passed - at)) : 0
    } while (hits != 0)
    at = open
  }
  return negated ? move(kept, next, end) : kept
}
