/**
 * Intervals, 16 bytes: their making, their parts, and the age between two timestamps.
 *
 *   0 i32 months · 4 i32 days · 8 i64 microseconds
 */
import { scratch } from './context'
import { civilOf, dayOf, floorDivide, monthDays, monthOf, yearOf } from './dates'
import { addressOf, slice } from './strings'

const DAY: i64 = 86400000000

export function interval_pack(ctx: usize, months: i32, days: i32, micros: i64): u64 {
  const out = scratch(ctx, 16)
  store<i32>(out, months)
  store<i32>(out, days, 4)
  store<i64>(out, micros, 8)
  return slice(out, 16)
}

/** 0 months, 1 days, 2 microseconds. */
export function interval_part(_ctx: usize, interval: u64, part: i32): i64 {
  const at = addressOf(interval)
  if (part == 2) return load<i64>(at, 8)
  return part == 1 ? <i64>load<i32>(at, 4) : <i64>load<i32>(at)
}

/** From b to a, both finite: whole months, days of the earlier one's month, and the rest; all of one sign. */
export function timestamp_age(ctx: usize, a: i64, b: i64): u64 {
  const flipped = a < b
  const later = flipped ? b : a
  const earlier = flipped ? a : b
  const to = floorDivide(later, DAY)
  const from = floorDivide(earlier, DAY)
  const x = civilOf(<i32>to)
  const y = civilOf(<i32>from)
  let months = (yearOf(x) - yearOf(y)) * 12 + monthOf(x) - monthOf(y)
  let days = dayOf(x) - dayOf(y)
  let micros = later - to * DAY - (earlier - from * DAY)
  if (micros < 0) {
    micros += DAY
    days--
  }
  while (days < 0) {
    days += monthDays(yearOf(y), monthOf(y))
    months--
  }
  return flipped ? interval_pack(ctx, <i32>-months, <i32>-days, -micros) : interval_pack(ctx, <i32>months, <i32>days, micros)
}
