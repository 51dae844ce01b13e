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
export function floorDivide(a: i64, b: i64): i64 {
  const q = a / b
  return q - i64(q * b > a)
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

/** The date packed as year << 9 | month << 5 | day. */
export function civilOf(days: i32): i64 {
  const packed = marchYear(days)
  const dayOfYear = packed & 511
  const shifted = (5 * dayOfYear + 2) / 153
  const month = shifted < 10 ? shifted + 3 : shifted - 9
  // January is the eleventh month of March's year
  const year = (packed >> 9) + i64(month <= 2)
  return (year << 9) | (month << 5) | (dayOfYear - (153 * shifted + 2) / 5 + 1)
}

// @ts-ignore: decorator
@inline
export function yearOf(civil: i64): i64 {
  return civil >> 9
}
// @ts-ignore: decorator
@inline
export function monthOf(civil: i64): i64 {
  return (civil >> 5) & 15
}
// @ts-ignore: decorator
@inline
export function dayOf(civil: i64): i64 {
  return civil & 31
}

/** Days since 1970 of a date whose parts are in order; of any year that a date has. */
export function daysFrom(year: i64, month: i64, day: i64): i64 {
  const y = year - i64(month <= 2)
  const era = floorDivide(y, 400)
  const yearOfEra = y - era * 400
  const dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
  return era * ERA_DAYS + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - EPOCH
}

export function monthDays(year: i64, month: i64): i64 {
  if (month != 2) return 30 + ((month + (month >> 3)) & 1)
  return 28 + i64((year & 3) == 0 && (year % 100 != 0 || year % 400 == 0))
}
