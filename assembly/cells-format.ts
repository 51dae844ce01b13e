/**
 * Dates and timestamps by a format like %d.%m.%Y %H:%M. A format is u32 how many steps, then two bytes a step: a directive's
 * letter and 0, or 0 and a byte that has to stand there. Spaces around the text count for nothing.
 */
import { daysFrom, monthDays } from './dates'
import { NO_TIME } from './parse-time'
import { at, isDigit, isWord, spaces } from './parse-words'
import { addressOf, bytesOf } from './strings'

/** The first three letters of months, lower case. */
const MONTHS = memory.data<u32>([0x6e616a, 0x626566, 0x72616d, 0x727061, 0x79616d, 0x6e756a, 0x6c756a, 0x677561, 0x706573, 0x74636f, 0x766f6e, 0x636564])
/** The letters that follow them, counted; and of weekdays. */
const MONTH_BYTES = memory.data<u8>([7, 8, 5, 5, 3, 4, 4, 6, 9, 7, 8, 8])
const WEEKDAYS = memory.data<u32>([0x6e7573, 0x6e6f6d, 0x657574, 0x646577, 0x756874, 0x697266, 0x746173])
const WEEKDAY_BYTES = memory.data<u8>([6, 6, 7, 9, 8, 6, 8])

/** Which of the names begins here, or −1. */
function named(p: usize, end: usize, names: usize, count: i32): i32 {
  if (end < p + 3) return -1
  for (let i = 0; i < count; i++) if (isWord(p, p + 3, <u64>load<u32>(names + (<usize>i << 2)), 3)) return i
  return -1
}

function letters(p: usize, end: usize): usize {
  while (p < end && <u32>((load<u8>(p) | 0x20) - 0x61) < 26) p++
  return p
}

/** Microseconds; NO_TIME where the text is not of the format. */
export function formatted(format: usize, text: u64): i64 {
  const end = addressOf(text) + bytesOf(text)
  let p = spaces(addressOf(text), end)
  let year: i64 = 1900
  let month: i64 = 1
  let day: i64 = 1
  let ordinal: i64 = 0
  let hour: i64 = 0
  let minute: i64 = 0
  let second: i64 = 0
  let micros: i64 = 0
  let offset: i64 = 0
  let half: i64 = -1
  let twelve = false
  let step = format + 4
  for (const last = step + (<usize>load<u32>(format) << 1); step < last; step += 2) {
    const op = <i32>load<u8>(step)
    if (op == 0) {
      if (at(p, end) != <i32>load<u8>(step, 1)) return NO_TIME
      p++
      continue
    }
    if (op == 0x62 || op == 0x42 || op == 0x61 || op == 0x41) {
      const ofMonth = (op | 0x20) == 0x62
      const which = named(p, end, ofMonth ? MONTHS : WEEKDAYS, ofMonth ? 12 : 7)
      if (which < 0) return NO_TIME
      const after = letters(p, end)
      // %b and %a are of three letters, %B and %A whole
      const whole = <usize>load<u8>((ofMonth ? MONTH_BYTES : WEEKDAY_BYTES) + <usize>which)
      if (after - p != (op & 0x20 ? 3 : whole)) return NO_TIME
      if (ofMonth) month = which + 1
      p = after
      continue
    }
    if (op == 0x70) {
      const mark = at(p, end) | 0x20
      if ((mark != 0x61 && mark != 0x70) || (at(p + 1, end) | 0x20) != 0x6d) return NO_TIME
      half = mark == 0x70 ? 12 : 0
      p += 2
      continue
    }
    if (op == 0x7a) {
      if ((at(p, end) | 0x20) == 0x7a) {
        p++
        continue
      }
      const sign = at(p, end)
      if ((sign != 0x2b && sign != 0x2d) || !isDigit(at(p + 1, end)) || !isDigit(at(p + 2, end))) return NO_TIME
      offset = (at(p + 1, end) - 0x30) * 36000 + (at(p + 2, end) - 0x30) * 3600
      p += 3
      const from = p + usize(at(p, end) == 0x3a)
      if (isDigit(at(from, end)) && isDigit(at(from + 1, end))) {
        offset += (at(from, end) - 0x30) * 600 + (at(from + 1, end) - 0x30) * 60
        p = from + 2
      }
      if (sign == 0x2d) offset = -offset
      continue
    }
    const most = op == 0x59 ? 4 : op == 0x6a || op == 0x67 ? 3 : op == 0x66 ? 6 : 2
    let value: i64 = 0
    let digits: i32 = 0
    for (; digits < most && isDigit(at(p, end)); p++, digits++) value = value * 10 + at(p, end) - 0x30
    if (digits == 0) return NO_TIME
    switch (op) {
      case 0x59: // Y
        if (digits != 4) return NO_TIME
        year = value
        break
      case 0x79: // y
        if (digits != 2) return NO_TIME
        year = value < 69 ? 2000 + value : 1900 + value
        break
      case 0x6d: // m
        month = value
        break
      case 0x64: // d
        day = value
        break
      case 0x6a: // j
        ordinal = value
        if (value == 0) return NO_TIME
        break
      case 0x48: // H
        hour = value
        break
      case 0x49: // I
        if (value == 0 || value > 12) return NO_TIME
        hour = value
        twelve = true
        break
      case 0x4d: // M
        minute = value
        break
      case 0x53: // S
        second = value
        break
      case 0x66: // f
        for (; digits < 6; digits++) value *= 10
        micros = value
        break
      case 0x67: // g, milliseconds
        for (; digits < 3; digits++) value *= 10
        micros = value * 1000
        break
      default:
        return NO_TIME
    }
  }
  if (spaces(p, end) != end) return NO_TIME
  if (twelve && hour == 12) hour = 0
  if (half > 0) {
    if (hour > 11) return NO_TIME
    hour += 12
  }
  if (month < 1 || month > 12 || day < 1 || day > monthDays(year, month) || hour > 23 || minute > 59 || second > 59) return NO_TIME
  if (ordinal > 365 + i64(monthDays(year, 2) == 29)) return NO_TIME
  const days = ordinal > 0 ? daysFrom(year, 1, 1) + ordinal - 1 : daysFrom(year, month, day)
  return ((days * 24 + hour) * 60 + minute) * 60000000 + (second - offset) * 1000000 + micros
}
