/** Texts of JSON without their escapes; \u escapes become UTF-8, pairs of surrogates one character, a lone one U+FFFD. */
import { at } from './parse'

function hex(p: usize, end: usize): i32 {
  let value: i32 = 0
  for (let i: usize = 0; i < 4; i++) {
    const c = at(p + i, end)
    const digit = <u32>(c - 0x30) < 10 ? c - 0x30 : <u32>((c | 0x20) - 0x61) < 6 ? (c | 0x20) - 0x57 : -1
    if (digit < 0) return -1
    value = (value << 4) | digit
  }
  return value
}

/** The character of the escape \u… at p: code << 8 | bytes that it takes. */
function unicode(p: usize, end: usize): i32 {
  const unit = hex(p + 2, end)
  if (unit < 0) return (0xfffd << 8) | 2
  if (unit >> 10 == 0x36 && at(p + 6, end) == 0x5c && at(p + 7, end) == 0x75) {
    const low = hex(p + 8, end)
    if (low >> 10 == 0x37) return ((0x10000 + ((unit & 0x3ff) << 10) + (low & 0x3ff)) << 8) | 12
  }
  return ((unit >> 11 == 0x1b ? 0xfffd : unit) << 8) | 6
}

/** Bytes of [p, end) without escapes. */
export function jsonBytes(p: usize, end: usize): u32 {
  let bytes: u32 = 0
  while (p < end) {
    if (load<u8>(p) != 0x5c) {
      bytes++
      p++
    } else if (at(p + 1, end) == 0x75) {
      const code = unicode(p, end)
      bytes += code >> 8 < 0x80 ? 1 : code >> 8 < 0x800 ? 2 : code >> 8 < 0x10000 ? 3 : 4
      p += code & 0xff
    } else {
      bytes++
      p += 2
    }
  }
  return bytes
}

export function writeJson(p: usize, end: usize, to: usize): void {
  while (p < end) {
    const c = <i32>load<u8>(p)
    if (c != 0x5c) {
      store<u8>(to++, <u8>c)
      p++
      continue
    }
    const mark = at(p + 1, end)
    if (mark != 0x75) {
      const plain = mark == 0x6e ? 0x0a : mark == 0x74 ? 0x09 : mark == 0x72 ? 0x0d : mark == 0x62 ? 0x08 : mark == 0x66 ? 0x0c : mark
      store<u8>(to++, <u8>(mark < 0 ? 0x5c : plain))
      p += 2
      continue
    }
    const escaped = unicode(p, end)
    const code = escaped >> 8
    p += escaped & 0xff
    if (code < 0x80) store<u8>(to++, <u8>code)
    else {
      if (code < 0x800) store<u8>(to++, <u8>(0xc0 | (code >> 6)))
      else {
        if (code < 0x10000) store<u8>(to++, <u8>(0xe0 | (code >> 12)))
        else {
          store<u8>(to++, <u8>(0xf0 | (code >> 18)))
          store<u8>(to++, <u8>(0x80 | ((code >> 12) & 63)))
        }
        store<u8>(to++, <u8>(0x80 | ((code >> 6) & 63)))
      }
      store<u8>(to++, <u8>(0x80 | (code & 63)))
    }
  }
}
