/** Whether Grisu3 finds a float's shortest digits, by the steps of the reference (src/operators/grisu.ts). */
import { mulHigh } from './decimal128'
import { log2OfPower, powerHigh, powerLow } from './powers'

// @ts-ignore: decorator
@inline
function times(a: u64, b: u64): u64 {
  return mulHigh(a, b) + ((a * b) >> 63)
}

/** Of the float c × 2^q; `closer`: the one below is half as far as the one above. */
export function grisuFinds(c: u64, q: i32, closer: bool): bool {
  // four times the float, so that both bounds are whole
  const shift = <i32>clz(c) - 2
  const e = q - shift - 2
  const least = <i32>((<i64>(-61 - e) * 0x4d104d42 + 0xffffffff) >> 32)
  const power = (least + 347) / 8 * 8 - 340
  const factor = powerHigh(power) + (powerLow(power) >> 63)
  const point = <u64>-(e + log2OfPower(power) + 1)
  const top = times((4 * c + 2) << shift, factor) + 1
  let error = top - (times((4 * c - 2 + u64(closer)) << shift, factor) - 1)
  const diff = top - times((4 * c) << shift, factor)
  const one = (<u64>1) << point
  // digits, until what is left is within the bounds
  let unit: u64 = 1
  let divisor = one
  for (let whole = (top >> point) / 10; whole != 0; whole /= 10) divisor *= 10
  let rest = top % divisor
  while (rest >= error) {
    if (divisor > one) divisor /= 10
    else {
      rest *= 10
      error *= 10
      unit *= 10
    }
    rest %= divisor
  }
  // the last digit down to the closest, if 64 bits can tell
  const up = (diff - 1) * unit
  while (rest < up && error - rest >= divisor && (rest + divisor < up || up - rest >= rest + divisor - up)) rest += divisor
  const down = (diff + 1) * unit
  if (rest < down && error - rest >= divisor && (rest + divisor < down || down - rest > rest + divisor - down)) return false
  return 2 * unit <= rest && rest <= error - 4 * unit
}
