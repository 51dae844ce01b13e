/** A single value inside arcweld, the same as the registry's reference values. */

/**
 * null is SQL's NULL.
 *   bool → boolean · integers up to 32 bits, date (days since 1970) → number · int64, uint64, int128,
 *   timestamp(tz) (µs since 1970 UTC), decimal (unscaled) → bigint · float (rounded to 32 bits), double → number · string → string
 */
export type Value = null | boolean | number | bigint | string
