/**
 * Arithmetic of dates and timestamps by months, and in units of the calendar. What has no result is the least number of the
 * type, which is no date and no timestamp: the kernel raises or gives NULL. Infinite arguments are the kernel's affair.
 */
import { civilOf, dayOf, daysFrom, floorDivide, monthDays, monthOf, yearOf } from './dates'

const NO_DATE: i32 = i32.MIN_VALUE
const NO_TIME: i64 = i64.MIN_VALUE
const DAY: i64 = 86400000000

/** Whether days are those of a finite date. */
// @ts-ignore: decorator
@inline
function isDate(days: i64): bool {
  return days > -0x7fffffff && days < 0x7fffffff
}

/** So many months later; at the end of a month that is shorter. */
export function date_add_months(_ctx: usize, days: i32, months: i64): i32 {
  if (months == 0) return days
  const civil = civilOf(days)
  // far beyond any date, and no sum leaves 64 bits
  if (months > 0xffffffff || months < -0xffffffff) return NO_DATE
  const count = yearOf(civil) * 12 + monthOf(civil) - 1 + months
  const year = floorDivide(count, 12)
  const month = count - year * 12 + 1
  const later = daysFrom(year, month, min(dayOf(civil), monthDays(year, month)))
  return isDate(later) ? <i32>later : NO_DATE
}

/** Months later, then days, then microseconds. */
export function timestamp_add(ctx: usize, time: i64, months: i64, days: i64, micros: i64): i64 {
  let day = floorDivide(time, DAY)
  const rest = time - day * DAY
  if (months != 0) {
    const later = date_add_months(ctx, <i32>day, months)
    if (later == NO_DATE) return NO_TIME
    day = later
  }
  if (days > 0xffffffff || days < -0xffffffff) return NO_TIME
  day += days
  if (!isDate(day)) return NO_TIME
  // split, so that no product leaves 64 bits before the sum comes back
  const whole = floorDivide(micros, DAY)
  day += whole
  let part = rest + micros - whole * DAY
  if (part >= DAY) {
    day++
    part -= DAY
  }
  if (day > 106751991 || day < -106751991) return NO_TIME
  if (day == 106751991 && part >= 14454775807) return NO_TIME
  return day * DAY + part
}

/** The last day of the month. */
export function date_last_day(_ctx: usize, days: i32): i32 {
  const civil = civilOf(days)
  return <i32>(<i64>days + monthDays(yearOf(civil), monthOf(civil)) - dayOf(civil))
}

/** The date of a year, a month and a day. */
export function date_from_parts(_ctx: usize, year: i64, month: i64, day: i64): i32 {
  if (year < -10000000 || year > 10000000 || month < 1 || month > 12 || day < 1 || day > monthDays(year, month)) return NO_DATE
  const days = daysFrom(year, month, day)
  return isDate(days) ? <i32>days : NO_DATE
}

/** Of a date's parts and a clock's: the second may be 60, the hour 24 where nothing follows. */
export function timestamp_from_parts(ctx: usize, year: i64, month: i64, day: i64, hour: i64, minute: i64, seconds: f64): i64 {
  const days = date_from_parts(ctx, year, month, day)
  // also of NaN
  if (days == NO_DATE || !(seconds > -1 && seconds < 61)) return NO_TIME
  const whole = trunc(seconds)
  const exact = (seconds - whole) * 1e6
  let part = trunc(exact)
  if (abs(exact - part) >= 0.5) part += copysign<f64>(1, exact)
  const clock = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && part >= 0
  if (!clock && !(hour == 24 && minute == 0 && whole == 0 && part == 0)) return NO_TIME
  if (days > 106751991 || days < -106751991) return NO_TIME
  const rest = (hour * 60 + minute) * 60000000 + <i64>whole * 1000000 + <i64>part
  if (days == 106751991 && rest >= 14454775807) return NO_TIME
  return days * DAY + rest
}

/** The ISO year: that of the week's Thursday. */
export function date_iso_year(_ctx: usize, days: i32): i32 {
  const weekday = (<i64>days + 3) % 7
  const thursday = <i64>days - (weekday < 0 ? weekday + 7 : weekday) + 3
  return <i32>yearOf(civilOf(<i32>thursday))
}

/** The Monday that an ISO year begins with. */
export function date_iso_start(ctx: usize, days: i32): i32 {
  const fourth = daysFrom(date_iso_year(ctx, days), 1, 4)
  const weekday = (fourth + 3) % 7
  return <i32>(fourth - (weekday < 0 ? weekday + 7 : weekday))
}

/** The first day of the year that is a multiple of `years` towards 0. */
export function date_trunc_years(_ctx: usize, days: i32, years: i32): i32 {
  const year = yearOf(civilOf(days))
  return <i32>daysFrom((year / years) * years, 1, 1)
}

// The units of DIFF_UNITS in src/operators/dates-units.ts, by their position.
const DAYS: i32 = 5
const WEEKS: i32 = 6
const MONTHS: i32 = 7
const QUARTERS: i32 = 8
const YEARS: i32 = 9
const ISO_YEARS: i32 = 13

/** Microseconds of the units from the millisecond to the day. */
// @ts-ignore: decorator
@inline
function microsOf(unit: i32): i64 {
  return unit == 1 ? 1000 : unit == 2 ? 1000000 : unit == 3 ? 60000000 : unit == 4 ? 3600000000 : DAY
}

// @ts-ignore: decorator
@inline
function yearsOf(unit: i32): i64 {
  return unit == YEARS ? 1 : unit == 10 ? 10 : unit == 11 ? 100 : 1000
}

/** How many boundaries of a unit, of milliseconds and more, lie from a to b; units of years are counted from year 0 towards both sides. */
export function timestamp_diff(ctx: usize, a: i64, b: i64, unit: i32): i64 {
  if (unit <= DAYS) return floorDivide(b, microsOf(unit)) - floorDivide(a, microsOf(unit))
  const from = <i32>floorDivide(a, DAY)
  const to = <i32>floorDivide(b, DAY)
  if (unit == WEEKS) return (<i64>to - from) / 7
  if (unit == ISO_YEARS) return <i64>date_iso_year(ctx, to) - date_iso_year(ctx, from)
  const x = civilOf(from)
  const y = civilOf(to)
  if (unit == MONTHS) return yearOf(y) * 12 + monthOf(y) - yearOf(x) * 12 - monthOf(x)
  if (unit == QUARTERS) return (yearOf(y) * 12 + monthOf(y) - 1) / 3 - (yearOf(x) * 12 + monthOf(x) - 1) / 3
  return yearOf(y) / yearsOf(unit) - yearOf(x) / yearsOf(unit)
}

/** Complete months from a to b, a ≤ b: the last day of a month completes one that began later in its month. */
function monthsBetween(a: i64, b: i64): i64 {
  const from = floorDivide(a, DAY)
  const to = floorDivide(b, DAY)
  const x = civilOf(<i32>from)
  const y = civilOf(<i32>to)
  const last = dayOf(y) == monthDays(yearOf(y), monthOf(y))
  const day = last ? min(dayOf(x), dayOf(y)) : dayOf(x)
  const months = yearOf(y) * 12 + monthOf(y) - yearOf(x) * 12 - monthOf(x)
  const early = dayOf(y) < day || (dayOf(y) == day && b - to * DAY < a - from * DAY)
  return months - i64(early)
}

/** How many complete units, of months and more, lie from a to b; negative where b is before a. */
export function timestamp_sub(_ctx: usize, a: i64, b: i64, unit: i32): i64 {
  const months = a > b ? -monthsBetween(b, a) : monthsBetween(a, b)
  if (unit == MONTHS) return months
  return months / (unit == QUARTERS ? 3 : unit == ISO_YEARS ? 12 : 12 * yearsOf(unit))
}

export function date_month(_ctx: usize, days: i32): i32 {
  return <i32>monthOf(civilOf(days))
}
