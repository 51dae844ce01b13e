/** Code points: out of UTF-8 and into it. */

/** Bytes of the code point that begins at an address, by its first byte. */
// @ts-ignore: decorator
@inline
export function pointBytes(at: usize): u32 {
  const first = load<u8>(at)
  return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
}

/** The code point that begins at an address. */
export function pointAt(at: usize): u32 {
  const first = <u32>load<u8>(at)
  if (first < 0x80) return first
  const second = <u32>load<u8>(at, 1) & 0x3f
  if (first < 0xe0) return ((first & 0x1f) << 6) | second
  const third = <u32>load<u8>(at, 2) & 0x3f
  if (first < 0xf0) return ((first & 0x0f) << 12) | (second << 6) | third
  return ((first & 0x07) << 18) | (second << 12) | (third << 6) | (<u32>load<u8>(at, 3) & 0x3f)
}

/** Writes a code point, up to four bytes; the address after it. */
export function putPoint(to: usize, point: u32): usize {
  if (point < 0x80) {
    store<u8>(to, <u8>point)
    return to + 1
  }
  if (point < 0x800) {
    store<u8>(to, <u8>(0xc0 | (point >> 6)))
    store<u8>(to, <u8>(0x80 | (point & 0x3f)), 1)
    return to + 2
  }
  if (point < 0x10000) {
    store<u8>(to, <u8>(0xe0 | (point >> 12)))
    store<u8>(to, <u8>(0x80 | ((point >> 6) & 0x3f)), 1)
    store<u8>(to, <u8>(0x80 | (point & 0x3f)), 2)
    return to + 3
  }
  store<u8>(to, <u8>(0xf0 | (point >> 18)))
  store<u8>(to, <u8>(0x80 | ((point >> 12) & 0x3f)), 1)
  store<u8>(to, <u8>(0x80 | ((point >> 6) & 0x3f)), 2)
  store<u8>(to, <u8>(0x80 | (point & 0x3f)), 3)
  return to + 4
}
