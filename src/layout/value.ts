/** A single value inside arcweld, the same as the registry's reference values. */

/**
 * null is SQL's NULL.
 *   bool → boolean · integers up to 32 bits, date (days since 1970), interval_year_month (months) → number · int64, uint64, int128,
 *   timestamp(tz) (µs since 1970 UTC), interval_day_time (µs), decimal (unscaled) → bigint · float (rounded to 32 bits), double → number ·
 *   string → string · binary, and the packed types in Spark's Unsafe form (unsafe-row.ts) → Uint8Array
 */
export type Value = null | boolean | number | bigint | string | Uint8Array
