/** Strings as parts of normalised keys, which sorts and windows compare byte by byte. */
import { addressOf, bytesOf } from './strings'

/**
 * Writes one string into a normalised key, whose memcmp order is the strings' byte order: 0x00 becomes 0x00 0x01, the end is
 * 0x00 0x00, and all is complemented for descending. Returns the address after it; the caller has 2 × bytes + 2 reserved.
 */
export function key_bytes(_ctx: usize, to: usize, str: u64, invert: i32): usize {
  const flip: u8 = invert ? 0xff : 0
  const flips = i8x16.splat(flip)
  let at = addressOf(str)
  const end = at + bytesOf(str)
  while (at < end) {
    if (at + 16 <= end) {
      const block = v128.load(at)
      if (i8x16.all_true(block)) {
        v128.store(to, v128.xor(block, flips))
        at += 16
        to += 16
        continue
      }
    }
    const stop = min(at + 16, end)
    for (; at < stop; at++) {
      const byte = load<u8>(at)
      store<u8>(to++, byte ^ flip)
      if (byte == 0) store<u8>(to++, 1 ^ flip)
    }
  }
  store<u8>(to, flip)
  store<u8>(to + 1, flip)
  return to + 2
}
