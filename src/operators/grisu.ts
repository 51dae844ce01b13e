/**
 * Whether Grisu3 finds the shortest digits of a float (Loitsch, Printing floating-point numbers quickly and accurately with
 * integers, 2010). DuckDB prints floats by it, in 64 bits with powers of ten each 10^8, and where that cannot tell takes the
 * shortest digits of the same value as a double: 2097152.25 and not 2097152.2.
 */
import { powerOfTen } from './values.ts'

const length = (x: bigint) => x.toString(2).length

/** The nearest 64 bits of 10^q, and the power of two they are multiplied by. */
const cachedPower = (q: number): { f: bigint; e: number } => {
  const e = Math.floor(q * Math.log2(10)) - 63
  const [up, down] = [powerOfTen(Math.max(q, 0)) << BigInt(Math.max(-e, 0)), powerOfTen(Math.max(-q, 0)) << BigInt(Math.max(e, 0))]
  return { f: (2n * up + down) / (2n * down), e }
}
/** Of 10^-348 and each 10^8 of it. */
const POWERS = new Map<number, { f: bigint; e: number }>()
const powerFor = (q: number) => {
  const known = POWERS.get(q) ?? cachedPower(q)
  POWERS.set(q, known)
  return known
}
const times = (a: bigint, b: bigint): bigint => (a * b + (1n << 63n)) >> 64n

export const grisuFinds = (x: number): boolean => {
  const bits = new DataView(new ArrayBuffer(4))
  bits.setFloat32(0, x)
  const word = bits.getUint32(0)
  const power = word >> 23
  const c = BigInt(power === 0 ? word : (word & 0x7fffff) | 0x800000)
  // four times the float, so that both bounds are whole
  const shift = BigInt(62 - length(c))
  const e = Math.max(power, 1) - 150 - Number(shift) - 2
  const closer = (word & 0x7fffff) === 0 && power > 1
  const [value, lower, upper] = [4n * c << shift, (4n * c - (closer ? 1n : 2n)) << shift, (4n * c + 2n) << shift]
  const least = Math.floor(((-124 - e + 63) * 0x4d104d42 + 0xffffffff) / 2 ** 32)
  const by = powerFor(-348 + 8 * (Math.trunc((least + 348 - 1) / 8) + 1))
  const point = BigInt(-(e + by.e + 64))
  const top = times(upper, by.f) + 1n
  return settles(top, top - (times(lower, by.f) - 1n), top - times(value, by.f), point)
}

/** Digits of `top`, a fixed-point number, until what is left is less than `error`: whether they are surely the closest to `top` − `diff`. */
const settles = (top: bigint, error: bigint, diff: bigint, point: bigint): boolean => {
  const one = 1n << point
  let [unit, divisor, rest] = [1n, one * powerOfTen(String(top >> point).length - 1), top]
  for (;;) {
    rest %= divisor
    if (rest < error) break
    if (divisor > one) divisor /= 10n
    else {
      rest *= 10n
      error *= 10n
      unit *= 10n
    }
  }
  const up = (diff - 1n) * unit
  while (rest < up && error - rest >= divisor && (rest + divisor < up || up - rest >= rest + divisor - up)) rest += divisor
  const down = (diff + 1n) * unit
  if (rest < down && error - rest >= divisor && (rest + divisor < down || down - rest > rest + divisor - down)) return false
  return 2n * unit <= rest && rest <= error - 4n * unit
}
