/** Half-precision floats. */

/** The number that 16 bits of an IEEE 754 half stand for. */
export const halfToNumber = (bits: number): number => {
  const exponent = (bits >> 10) & 31
  const fraction = (bits & 1023) / 1024
  const special = fraction === 0 ? Number.POSITIVE_INFINITY : Number.NaN
  const magnitude = exponent === 31 ? special : exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15)
  return bits >> 15 ? -magnitude : magnitude
}
