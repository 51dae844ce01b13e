/**
 * The civil calendar: days since 1970-01-01, proleptic Gregorian, astronomical years (0 is 1 BC). Howard Hinnant's algorithms:
 * eras of 400 years (146 097 days), and years that begin in March, so that the leap day comes last.
 *
 *   day of era ─┬─ year of era 0…399
 *               └─ day of year 0…365, March first ─┬─ month 0…11 = (5 · day + 2) / 153
 *                                                  └─ day 0…30
 *
 * Computed in 64 bits: every i32 of days is fine. Infinite dates are the caller's affair.
 */
const ERA_DAYS: i64 = 146097
/** Days from 0000-03-01 to 1970-01-01. */
const EPOCH: i64 = 719468

// @ts-ignore: decorator
@inline
function floorDivide(a: i64, b: i64): i64 {
  return (a - (a < 0 ? b - 1 : 0)) / b
}

/** (year of March's year) << 9 | day of it. */
// @ts-ignore: decorator
@inline
function marchYear(days: i32): i64 {
  const z = <i64>days + EPOCH
  const era = floorDivide(z, ERA_DAYS)
  const dayOfEra = z - era * ERA_DAYS
  const yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365
  const dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
  return ((yearOfEra + era * 400) << 9) | dayOfYear
}

function fromCivil(year: i64, month: i64, day: i64): i64 {
  const y = year - i64(month <= 2)
  const era = floorDivide(y, 400)
  const yearOfEra = y - era * 400
  const dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
  return era * ERA_DAYS + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - EPOCH
}

export function date_year(_ctx: usize, days: i32): i32 {
  const packed = marchYear(days)
  // January is day 306 of March's year
  return <i32>(packed >> 9) + i32((packed & 511) >= 306)
}

export function date_month(_ctx: usize, days: i32): i32 {
  const month = <i32>((5 * (marchYear(days) & 511) + 2) / 153)
  return month < 10 ? month + 3 : month - 9
}

export function date_day(_ctx: usize, days: i32): i32 {
  const dayOfYear = marchYear(days) & 511
  const month = (5 * dayOfYear + 2) / 153
  return <i32>(dayOfYear - (153 * month + 2) / 5) + 1
}

/** Days of a date that exists, or of the days after it (2023-02-29 is 2023-03-01); wraps outside i32. */
export function date_from_civil(_ctx: usize, year: i32, month: i32, day: i32): i32 {
  return <i32>fromCivil(year, month, day)
}

/** The same day of another month, or that month's last; wraps outside i32. */
export function date_add_months(ctx: usize, days: i32, months: i32): i32 {
  const total = <i64>date_year(ctx, days) * 12 + date_month(ctx, days) - 1 + months
  const year = floorDivide(total, 12)
  const month = total - year * 12 + 1
  const first = fromCivil(year, month, 1)
  const length = (month == 12 ? fromCivil(year + 1, 1, 1) : fromCivil(year, month + 1, 1)) - first
  return <i32>(first + min<i64>(date_day(ctx, days), length) - 1)
}

/** The Thursday of a day's ISO week: its year is the week's. */
// @ts-ignore: decorator
@inline
function thursday(days: i32): i64 {
  const d = <i64>days + 3
  return <i64>days + 3 - (d - floorDivide(d, 7) * 7)
}

export function date_iso_year(ctx: usize, days: i32): i32 {
  return date_year(ctx, <i32>thursday(days))
}

export function date_iso_week(ctx: usize, days: i32): i32 {
  const day = thursday(days)
  return <i32>((day - fromCivil(date_year(ctx, <i32>day), 1, 1)) / 7) + 1
}
