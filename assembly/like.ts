/**
 * LIKE over UTF-8: `_` is one code point, `%` any run, anchored at both ends. Only the last `%` passed can need another try:
 * whatever an earlier one skipped, its segment matched as far left as possible. So the state is two positions, and a segment
 * that begins with plain text is found by search.
 */
import { fail, RAISED } from './context'
import { rarityOf } from './rarity'
import { skipPoints } from './code-points'
import { find } from './string-search'
import { addressOf, bytesOf, sameBytes, slice } from './strings'

export const ANY: i32 = 0x25
const ONE: i32 = 0x5f

/** Bytes of plain text at the start of the pattern. */
export function plainRun(pattern: usize, end: usize, escape: i32): u32 {
  for (let at = pattern; at < end; at += 16) {
    const block = v128.load(at)
    let stops = v128.or(i8x16.eq(block, i8x16.splat(<i8>ANY)), i8x16.eq(block, i8x16.splat(<i8>ONE)))
    if (escape >= 0) stops = v128.or(stops, i8x16.eq(block, i8x16.splat(<i8>escape)))
    const found = i8x16.bitmask(stops)
    if (found != 0) return <u32>(min(at + ctz(found), end) - pattern)
  }
  return <u32>(end - pattern)
}

/** Whether a stretch of a pattern is `%` throughout. */
export function isRun(at: usize, end: usize): bool {
  for (; at < end; at++) if (load<u8>(at) != ANY) return false
  return true
}

/** In bits of rarity: what stands first leaves less to match once it is found. */
const FIRST: u32 = 3

/**
 * Of a pattern that begins with `%`, the plain text that is the rarest: it occurs in whatever matches. None of a pattern that ends
 * in its escape, which matching may have to come to.
 */
export function anchorOf(pattern: u64, escape: i32): u64 {
  let at = addressOf(pattern)
  const end = at + bytesOf(pattern)
  if (at == end || load<u8>(at) != ANY || ANY == escape) return 0
  let best: u64 = 0
  let most: u32 = 0
  while (at < end) {
    const byte: i32 = load<u8>(at)
    if (byte == escape) {
      if (at + 1 == end) return 0
      at += 2
      continue
    }
    if (byte == ANY || byte == ONE) {
      at++
      continue
    }
    const bytes = plainRun(at, end, escape)
    const run = slice(at, bytes)
    const bits = rarityOf(run) + (best ? 0 : FIRST)
    if (bits > most) {
      most = bits
      best = run
    }
    at += bytes
  }
  return best
}

/** `escape` is a byte or −1. RAISED where matching reaches an escape that ends the pattern with text left. */
export function str_like(ctx: usize, text: u64, pattern: u64, escape: i32): i32 {
  let s = addressOf(text)
  let p = addressOf(pattern)
  const textEnd = s + bytesOf(text)
  const patternEnd = p + bytesOf(pattern)
  // where the segment after the last % begins, its plain start, and where in the text to try it next
  let segment: usize = 0
  let plain: u32 = 0
  let retry: usize = 0

  while (s < textEnd) {
    let matches = false
    if (p < patternEnd) {
      const byte: i32 = load<u8>(p)
      if (byte == escape) {
        if (p + 1 == patternEnd) fail(ctx, RAISED)
        if (load<u8>(p + 1) == load<u8>(s)) {
          matches = true
          p += 2
          s++
        }
      } else if (byte == ONE) {
        matches = true
        p++
        s = skipPoints(s, textEnd, 1)
      } else if (byte == ANY) {
        do p++
        while (p < patternEnd && load<u8>(p) == ANY)
        if (p == patternEnd) return 1
        segment = p
        plain = plainRun(p, patternEnd, escape)
        // the last segment without wildcards is a suffix
        if (p + plain == patternEnd) return i32(<u32>(textEnd - s) >= plain && sameBytes(textEnd - plain, p, plain))
        retry = s
        s = find(s, textEnd, p, plain)
        if (!s) return 0
        retry = s + 1
        s += plain
        p += plain
        matches = true
      } else if (byte == load<u8>(s)) {
        matches = true
        p++
        s++
      }
    }
    if (matches) continue
    if (!segment || retry >= textEnd) return 0
    s = find(retry, textEnd, segment, plain)
    if (!s) return 0
    retry = s + 1
    s += plain
    p = segment + plain
  }
  while (p < patternEnd && load<u8>(p) == ANY) p++
  if (p == patternEnd) return 1
  return 0
}
