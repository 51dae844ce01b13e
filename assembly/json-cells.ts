/**
 * What a value of JSON is and where in the text it stands, in one word.
 *
 *   bit 63       60 59         32 31        0
 *      ┌───────────┬─────────────┬───────────┐
 *      │ kind      │ bytes       │ address   │   0: null, or nothing was there
 *      └───────────┴─────────────┴───────────┘
 */
import { reserve } from './context'
import { faulty, hex4, isDigit, MARKED, numberEnd, skipped, STATE_CONTEXT, stringEnd, TOO_LONG, wordEnd } from './json-lex'
import { putPoint } from './points'

export const NULL: u32 = 0
/** Its bytes are what stands between the quotes; as they are, or with escapes. */
export const STRING: u32 = 1
export const ESCAPED: u32 = 2
/** Digits, perhaps with a sign; and other numbers. */
export const INTEGER: u32 = 3
export const DECIMAL: u32 = 4
export const TRUE: u32 = 5
export const FALSE: u32 = 6
export const OBJECT: u32 = 7
export const ARRAY: u32 = 8

const LONGEST: usize = 0x0fffffff

// @ts-ignore: decorator
@inline
export function cell(kind: u32, from: usize, end: usize): u64 {
  return (<u64>kind << 60) | (<u64>(end - from) << 32) | <u64>from
}
// @ts-ignore: decorator
@inline
export function kindOf(value: u64): u32 {
  return <u32>(value >> 60)
}
// @ts-ignore: decorator
@inline
export function bytesOf(value: u64): u32 {
  return <u32>(value >> 32) & <u32>LONGEST
}

/** The cell of the value at `p`, whose end is left at `behind`; one of 2^28 bytes or more is a fault. `behind` is 0 where it is no value. */
// @ts-ignore: decorator
@inline
export function cellAt(state: usize, p: usize, depth: u32, behind: usize): u64 {
  const c = <u32>load<u8>(p)
  let from = p
  let kind: u32
  let end: usize
  if (c == 0x22) {
    const found = stringEnd(state, p + 1)
    from = p + 1
    end = <usize>(<u32>found)
    kind = found >= MARKED ? ESCAPED : STRING
    store<u32>(behind, end ? <u32>end + 1 : 0)
  } else if (isDigit(c) || c == 0x2d) {
    const found = numberEnd(state, p)
    end = <usize>(<u32>found)
    kind = found >= MARKED ? DECIMAL : INTEGER
    store<u32>(behind, <u32>end)
  } else if (c == 0x7b || c == 0x5b) {
    end = skipped(state, p, depth)
    kind = c == 0x7b ? OBJECT : ARRAY
    store<u32>(behind, <u32>end)
  } else {
    end = wordEnd(state, p)
    kind = c == 0x74 ? TRUE : FALSE
    store<u32>(behind, <u32>end)
    if (c == 0x6e) return 0
  }
  if (end - from > LONGEST) {
    if (end) store<u32>(behind, <u32>faulty(state, p, TOO_LONG))
    return 0
  }
  return cell(kind, from, end)
}

/** Twice the room, with what is there. */
export function grown(state: usize, at: usize, bytes: u32): usize {
  const to = reserve(<usize>load<u32>(state, STATE_CONTEXT), <u64>bytes << 1)
  memory.copy(to, at, bytes)
  return to
}

/** Writes a string's content as UTF-8, no longer than its text; where it ends. The text has been looked at. */
export function unescaped(p: usize, end: usize, to: usize): usize {
  while (p < end) {
    const c = load<u8>(p)
    if (c != 0x5c) {
      store<u8>(to++, c)
      p++
      continue
    }
    const e = <u32>load<u8>(p, 1)
    p += 2
    if (e == 0x75) {
      let point = hex4(p)
      p += 4
      if (point >> 10 == 0x36) {
        point = 0x10000 + ((point & 0x3ff) << 10) + (hex4(p + 2) & 0x3ff)
        p += 6
      }
      to = putPoint(to, point)
    } else store<u8>(to++, e == 0x62 ? 8 : e == 0x66 ? 12 : e == 0x6e ? 10 : e == 0x72 ? 13 : e == 0x74 ? 9 : <u8>e)
  }
  return to
}
