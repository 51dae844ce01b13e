/** Texts as dates and timestamps, in the forms of the reference (src/operators/cast-text.ts). What is none is the least number of its type. */
import { daysFrom, monthDays } from './dates'
import { at, isDigit, isSpace, isWord, spaces } from './parse-words'
import { addressOf, bytesOf } from './strings'

const NO_DATE: i32 = i32.MIN_VALUE
export const NO_TIME: i64 = i64.MIN_VALUE
const NOT_SPECIAL: i32 = 2

/** 1 and −1 the infinities, 0 the epoch. */
function special(p: usize, end: usize): i32 {
  p = spaces(p, end)
  while (end > p && isSpace(load<u8>(end - 1))) end--
  if (isWord(p, end, 0x68636f7065, 5)) return 0
  const negative = at(p, end) == 0x2d
  if (negative) p++
  return isWord(p, end, 0x666e69, 3) || isWord(p, end, 0x7974696e69666e69, 8) ? (negative ? -1 : 1) : NOT_SPECIAL
}

/** The number of at most `most` digits: value << 8 | how many; 0 where there is none. */
function short(p: usize, end: usize, most: i32): i64 {
  let value: i64 = 0
  let n: i32 = 0
  for (; n < most && isDigit(at(p + n, end)); n++) value = value * 10 + at(p + n, end) - 0x30
  return (value << 8) | n
}

/** Days of the date at the start, in the high half, and in the low half how many bytes it takes; NO_TIME where there is none. */
export function civil(start: usize, end: usize): i64 {
  let p = spaces(start, end)
  const negative = at(p, end) == 0x2d
  if (negative) p++
  const y = short(p, end, 7)
  p += <usize>(y & 0xff)
  const by = at(p, end)
  if ((y & 0xff) == 0 || (by != 0x2d && by != 0x2f && by != 0x5c && by != 0x20)) return NO_TIME
  const m = short(p + 1, end, 2)
  p += 1 + <usize>(m & 0xff)
  if ((m & 0xff) == 0 || at(p, end) != by) return NO_TIME
  const d = short(p + 1, end, 2)
  p += 1 + <usize>(d & 0xff)
  if ((d & 0xff) == 0 || isDigit(at(p, end))) return NO_TIME
  let year = negative ? -(y >> 8) : y >> 8
  // ` (BC)`, in any case
  if (end - p >= 5 && (load<u32>(p) & 0xdfdfffff) == 0x43422820 && load<u8>(p, 4) == 0x29) {
    if (negative || year == 0 || isDigit(at(p + 5, end))) return NO_TIME
    year = 1 - year
    p += 5
  }
  const month = m >> 8
  const day = d >> 8
  if (month < 1 || month > 12 || day < 1 || day > monthDays(year, month)) return NO_TIME
  const days = daysFrom(year, month, day)
  if (days >= 0x7fffffff || days <= -0x7fffffff) return NO_TIME
  return (days << 32) | <i64>(p - start)
}

export function parse_date(_ctx: usize, text: u64): i32 {
  const p = addressOf(text)
  const end = p + bytesOf(text)
  const word = special(p, end)
  if (word != NOT_SPECIAL) return word * 0x7fffffff
  const date = civil(p, end)
  return date == NO_TIME ? NO_DATE : <i32>(date >> 32)
}

/** An offset counts where `zoned`. */
export function parse_timestamp(_ctx: usize, text: u64, zoned: i32): i64 {
  let p = addressOf(text)
  const end = p + bytesOf(text)
  const word = special(p, end)
  if (word != NOT_SPECIAL) return <i64>word * 0x7fffffffffffffff
  const date = civil(p, end)
  if (date == NO_TIME) return NO_TIME
  p += <usize>(date & 0xffffffff)
  let seconds = (date >> 32) * 86400
  let fraction: i64 = 0
  if (p < end) {
    if (at(p, end) == 0x20 || at(p, end) == 0x54) p++
    p = spaces(p, end)
    const h = short(p, end, 9)
    p += <usize>(h & 0xff)
    if ((h & 0xff) == 0 || at(p, end) != 0x3a) return NO_TIME
    p++
    // Behind a colon at the end there are none.
    let m: i64 = 0
    let s: i64 = 0
    if (p < end) {
      m = short(p, end, 2)
      p += <usize>(m & 0xff)
      if ((m & 0xff) == 0 || (p < end && at(p, end) != 0x3a)) return NO_TIME
      if (p < end && ++p < end) {
        s = short(p, end, 2)
        p += <usize>(s & 0xff)
        if ((s & 0xff) == 0) return NO_TIME
        if (at(p, end) == 0x2e) {
          p++
          let unit: i64 = 100000
          for (; isDigit(at(p, end)); p++, unit /= 10) fraction += unit * (at(p, end) - 0x30)
        }
        const sign = at(p, end)
        if (sign == 0x2b || sign == 0x2d) {
          const hours = short(p + 1, end, 2)
          if ((hours & 0xff) != 2) return NO_TIME
          p += 3
          let offset = (hours >> 8) * 3600
          // minutes with a colon or without, seconds with one; a colon alone is passed over
          const colon = usize(at(p, end) == 0x3a)
          const minutes = short(p + colon, end, 2)
          p += colon
          if ((minutes & 0xff) == 2) {
            p += 2
            offset += (minutes >> 8) * 60
            if (at(p, end) == 0x3a) {
              const rest = short(++p, end, 2)
              if ((rest & 0xff) == 2) {
                p += 2
                offset += rest >> 8
              }
            }
          }
          if (zoned) seconds -= sign == 0x2d ? -offset : offset
        } else if (sign == 0x5a) p++
        else if (sign == 0x20) p += end - p >= 4 && isWord(p + 1, p + 4, 0x637475, 3) ? 4 : 1
        else if (p != end) return NO_TIME
        if (spaces(p, end) != end) return NO_TIME
      }
    }
    const hours = h >> 8
    const minutes = m >> 8
    s >>= 8
    if (minutes > 59 || s > 59 || hours > 24 || (hours == 24 && minutes + s + fraction > 0)) return NO_TIME
    seconds += (hours * 60 + minutes) * 60 + s
  }
  if (seconds > 9223372036854 || seconds < -9223372036855) return NO_TIME
  if (seconds == 9223372036854 && fraction >= 775807) return NO_TIME
  if (seconds == -9223372036855 && fraction <= 224193) return NO_TIME
  return seconds < 0 ? (seconds + 1) * 1000000 + (fraction - 1000000) : seconds * 1000000 + fraction
}
