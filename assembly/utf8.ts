/** Whether bytes are UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF. */
import { at } from './parse-words'

// @ts-ignore: decorator
@inline
function follows(p: usize, end: usize, low: i32, high: i32): bool {
  const c = at(p, end)
  return c >= low && c <= high
}

/** Address of the first byte that begins no character; `end` where all do. */
export function utf8_valid(_ctx: usize, p: usize, end: usize): usize {
  while (p < end) {
    if (p + 16 <= end) {
      const high = i8x16.bitmask(v128.load(p))
      if (high == 0) {
        p += 16
        continue
      }
      p += ctz(high)
    }
    const c = <i32>load<u8>(p)
    if (c < 0x80) {
      p++
      continue
    }
    if (c < 0xc2 || c > 0xf4) return p
    if (c < 0xe0) {
      if (!follows(p + 1, end, 0x80, 0xbf)) return p
      p += 2
    } else if (c < 0xf0) {
      if (!follows(p + 1, end, c == 0xe0 ? 0xa0 : 0x80, c == 0xed ? 0x9f : 0xbf) || !follows(p + 2, end, 0x80, 0xbf)) return p
      p += 3
    } else {
      if (!follows(p + 1, end, c == 0xf0 ? 0x90 : 0x80, c == 0xf4 ? 0x8f : 0xbf) || !follows(p + 2, end, 0x80, 0xbf) || !follows(p + 3, end, 0x80, 0xbf)) return p
      p += 4
    }
  }
  return end
}
