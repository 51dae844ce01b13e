/**
 * Every expression by its name in a plan; the order is that of docs/PLAN.md. CASE, literals, columns and UDFs are nodes of
 * their own, and so is the cast, whose record has another shape.
 */
import { abs, add, divide, int_divide, modulo, multiply, negate, sign, subtract } from './arithmetic.ts'
import { array_length, element_at } from './arrays.ts'
import { bit_and, bit_count, bit_not, bit_or, bit_xor, shift_left, shift_right } from './bits.ts'
import { bucket } from './bucket.ts'
import { between, eq, ge, gt, in_list, is_distinct, is_not_distinct, le, lt, ne } from './comparison.ts'
import { century, date_trunc, day, dayofweek, dayofyear, decade, epoch, era, hour, isodow, isoyear, microsecond, millennium, millisecond, minute, month, quarter, second, week, year, yearweek } from './dates.ts'
import { add_interval, add_months, date_diff, date_sub, dayname, epoch_ms, epoch_us, last_day, monthname } from './dates-arithmetic.ts'
import { julian, make_date, make_timestamp } from './dates-make.ts'
import { error } from './error.ts'
import { hash, xxhash64 } from './hashes.ts'
import { age, interval_days, interval_micros, interval_months, make_interval } from './intervals.ts'
import { and, coalesce, greatest, is_not_null, is_null, least, not, nullif, or } from './logic.ts'
import { ceil, floor, round, sqrt, trunc } from './math.ts'
import type { ExprDef } from './registry.ts'
import { concat, contains, ends_with, left, length_, like, ltrim, position, replace, right, rtrim, starts_with, substring, trim } from './strings.ts'
import { ascii, chr, concat_ws, lower, lpad, octet_length, repeat, reverse, rpad, split_part, translate, unicode, upper } from './strings-build.ts'
import { acos, acosh, asin, asinh, atan, atan2, atanh, cbrt, cos, cosh, cot, degrees, exp, is_finite, is_infinite, is_nan, ln, log, log10, log2, pow, radians, sin, sinh, tan, tanh } from './transcendental.ts'

export { CAST, type CastDef, type CastSite } from './cast.ts'

export const EXPRESSIONS = {
  add, subtract, multiply, divide, int_divide, modulo, negate, abs, sign,
  bit_and, bit_or, bit_xor, bit_not, bit_count, shift_left, shift_right,
  eq, ne, lt, le, gt, ge, is_distinct, is_not_distinct, between, in: in_list,
  and, or, not, is_null, is_not_null, coalesce, nullif, greatest, least,
  round, ceil, floor, trunc, sqrt, cbrt, pow, exp, ln, log10, log2, log,
  sin, cos, tan, cot, asin, acos, atan, atan2, sinh, cosh, tanh, asinh, acosh, atanh, degrees, radians, is_nan, is_infinite, is_finite,
  year, quarter, month, week, day, dayofweek, isodow, dayofyear, hour, minute, second, date_trunc, epoch,
  millisecond, microsecond, decade, century, millennium, era, isoyear, yearweek, epoch_ms, epoch_us, dayname, monthname,
  add_interval, add_months, date_diff, date_sub, last_day, make_date, make_timestamp, julian, age, make_interval, interval_months, interval_days, interval_micros,
  length: length_, lower, upper, substring, left, right, concat, trim, ltrim, rtrim, replace,
  starts_with, ends_with, contains, position, like,
  hash, xxhash64, bucket,
  lpad, rpad, repeat, reverse, concat_ws, ascii, unicode, chr, octet_length, translate, split_part,
  array_length, element_at,
  error,
} as const satisfies Record<string, ExprDef>

export type ExprName = keyof typeof EXPRESSIONS

/** The record of a name that a plan holds. */
export const expression = (name: string): ExprDef | undefined => (Object.hasOwn(EXPRESSIONS, name) ? EXPRESSIONS[name as ExprName] : undefined)
