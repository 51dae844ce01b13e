/** Cells as dates (days) and timestamps (microseconds), 64 bits each. */
import { CELLS_FLAGS, CELLS_FORMAT, CELLS_NULLS, CELLS_OUT, CELLS_SKIP, CELLS_STRIDE, CELLS_WORDS, cellText, countNull, gathered, NULL_CELL, STRICT, writeBounds, writeValid } from './cells'
import { formatted } from './cells-format'
import { kindsOf, KIND_DATE, KIND_TIMESTAMP, KIND_ZONED } from './cells-kinds'
import { monthDays } from './dates'
import { isoDate } from './plain-digits'
import { NO_TIME, parse_date, parse_timestamp } from './parse-time'
import { addressOf, bytesOf, slice } from './strings'

const NO_DATE: i32 = i32.MIN_VALUE

// @ts-ignore: decorator
@inline
function daysOf(iso: u32): i64 {
  const month = (iso >> 8) & 0xff
  const day = iso & 0xff
  const year = iso >> 16
  if (month - 1 >= 12 || day == 0 || (day > 28 && <i64>day > monthDays(year, month))) return NO_TIME
  // as daysFrom (dates.ts), in 32 bits and of years of four digits: the year before the first is a leap year
  const early = u32(month <= 2)
  const y = year + 400 - early
  return <i64>(365 * y + y / 4 - y / 100 + y / 400 + (153 * (month + 12 * early - 3) + 2) / 5 + day - 1) - 719468 - 146097
}

export function cells_date(ctx: usize, d: usize, from: u32, to: u32): u32 {
  const stride = <usize>load<u32>(d, CELLS_STRIDE)
  const strict = (load<u32>(d, CELLS_FLAGS) & STRICT) != 0
  const format = <usize>load<u32>(d, CELLS_FORMAT)
  let words = <usize>load<u32>(d, CELLS_WORDS) + <usize>from * stride
  let out = <usize>load<u32>(d, CELLS_OUT) + (<usize>from << 3)
  const skip = load<u32>(d, CELLS_SKIP)
  const plain = format == 0 && load<u32>(d, CELLS_NULLS) == 0
  let least = i64.MAX_VALUE
  let greatest = i64.MIN_VALUE
  let valid: u64 = 0
  let row = from
  for (; row < to; row++, words += stride, out += 8) {
    const begin = load<u32>(words) + skip
    if (plain && load<u32>(words, 4) - begin == 10) {
      const days = daysOf(isoDate(<usize>begin))
      if (days != NO_TIME) {
        least = min(least, days)
        greatest = max(greatest, days)
        store<i64>(out, days)
        valid |= (<u64>1) << (row & 63)
        if ((row & 63) == 63) {
          writeValid(d, row + 1, valid)
          valid = 0
        }
        continue
      }
    }
    const text = cellText(d, words)
    if (text == NULL_CELL) {
      countNull(d)
      store<i64>(out, 0)
    } else {
      let days = NO_TIME
      if (format != 0) {
        const time = formatted(format, text)
        if (time == NO_TIME) break
        days = time >= 0 ? time / 86400000000 : (time + 1) / 86400000000 - 1
      } else {
        if (bytesOf(text) == 10) days = daysOf(isoDate(addressOf(text)))
        if (days == NO_TIME) {
          if (strict && (kindsOf(ctx, text) & KIND_DATE) == 0) break
          const parsed = parse_date(ctx, text)
          if (parsed == NO_DATE) break
          days = parsed
        }
      }
      least = min(least, days)
      greatest = max(greatest, days)
      store<i64>(out, days)
      valid |= (<u64>1) << (row & 63)
    }
    valid = gathered(d, row, valid)
  }
  if (valid) writeValid(d, row, valid)
  writeBounds(d, least, greatest)
  return row
}

/** Of ` HH:MM:SS`, seconds; −1 where it is not. */
// @ts-ignore: decorator
@inline
function clock(p: usize): i64 {
  const word = load<u64>(p, 1)
  // the digits' high halves, and the colons
  if ((word & 0xf0f0fff0f0fff0f0) != 0x30303a30303a3030) return -1
  const low = word & 0x0f0f000f0f000f0f
  if (((low + 0x0606000606000606) & 0xf0f000f0f000f0f0) != 0) return -1
  const h = (low & 15) * 10 + ((low >> 8) & 15)
  const m = ((low >> 24) & 15) * 10 + ((low >> 32) & 15)
  const s = ((low >> 48) & 15) * 10 + (low >> 56)
  const separator = load<u8>(p)
  if (h > 23 || m > 59 || s > 59 || (separator != 0x20 && separator != 0x54)) return -1
  return <i64>((h * 60 + m) * 60 + s)
}

/** An offset counts where `zoned`. */
export function cells_timestamp(ctx: usize, d: usize, from: u32, to: u32, zoned: i32): u32 {
  const stride = <usize>load<u32>(d, CELLS_STRIDE)
  const strict = (load<u32>(d, CELLS_FLAGS) & STRICT) != 0
  const kind = zoned ? KIND_ZONED : KIND_TIMESTAMP
  const format = <usize>load<u32>(d, CELLS_FORMAT)
  let words = <usize>load<u32>(d, CELLS_WORDS) + <usize>from * stride
  let out = <usize>load<u32>(d, CELLS_OUT) + (<usize>from << 3)
  let least = i64.MAX_VALUE
  let greatest = i64.MIN_VALUE
  let valid: u64 = 0
  let row = from
  for (; row < to; row++, words += stride, out += 8) {
    let text = cellText(d, words)
    if (text == NULL_CELL) {
      countNull(d)
      store<i64>(out, 0)
    } else {
      let time = NO_TIME
      if (format != 0) time = formatted(format, text)
      else {
        if (bytesOf(text) == 19) {
          const days = daysOf(isoDate(addressOf(text)))
          const seconds = clock(addressOf(text) + 10)
          if (days != NO_TIME && seconds >= 0) time = (days * 86400 + seconds) * 1000000
        }
        if (time == NO_TIME && (!strict || kindsOf(ctx, text) & kind)) {
          let bytes = bytesOf(text)
          while (bytes > 0 && load<u8>(addressOf(text) + bytes - 1) <= 0x20) bytes--
          time = parse_timestamp(ctx, slice(addressOf(text), bytes), zoned)
        }
      }
      if (time == NO_TIME) break
      least = min(least, time)
      greatest = max(greatest, time)
      store<i64>(out, time)
      valid |= (<u64>1) << (row & 63)
    }
    valid = gathered(d, row, valid)
  }
  if (valid) writeValid(d, row, valid)
  writeBounds(d, least, greatest)
  return row
}
