/** Reference evaluation of casts between floats and text. */
import { grisuFinds } from './grisu.ts'
import type { Convert } from './cast-numbers.ts'
import { NUMBER, parseNumber } from './numerals.ts'
import { powerOfTen } from './values.ts'

const pad = (n: number, width: number): string => String(n).padStart(width, '0')

/** The shortest digits that read back; of a float those of the double where DuckDB's own method gives up. */
const shortest = (x: number, single: boolean): string => {
  if (!single || !grisuFinds(x)) return x.toExponential()
  for (let digits = 0; digits < 9; digits++) {
    const text = x.toExponential(digits)
    if (Math.fround(Number(text)) === x) return text
    // below a power of two floats are closer: the nearest of so many digits may lie too far below, and the next one not too far above
    const [mantissa, power] = text.split('e') as [string, string]
    const above = Number(`${BigInt(mantissa.replace('.', '')) + 1n}e${Number(power) - digits}`)
    if (Math.fround(above) === x) return above.toExponential()
  }
  return x.toExponential()
}

/** Shortest digits that read back; an exponent below 10⁻⁴ and from 10¹⁶. */
export const floatText = (x: number, single: boolean): string => {
  if (Number.isNaN(x)) return 'nan'
  if (!Number.isFinite(x)) return x > 0 ? 'inf' : '-inf'
  const sign = x < 0 || Object.is(x, -0) ? '-' : ''
  const [mantissa, power] = shortest(Math.abs(x), single).split('e') as [string, string]
  const digits = mantissa.replace('.', '')
  const exponent = Number(power)
  if (exponent < -4 || exponent >= 16) {
    const point = digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits
    return `${sign}${point}e${exponent < 0 ? '-' : '+'}${pad(Math.abs(exponent), 2)}`
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0')
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`
}

/** The sign of digits × 10^exponent − x, x > 0. */
const compareExactly = (digits: bigint, exponent: number, x: number): number => {
  let power = 0
  for (; !Number.isInteger(x); power--) x *= 2
  const left = digits * powerOfTen(Math.max(exponent, 0)) << BigInt(-power)
  const right = BigInt(x) * powerOfTen(Math.max(-exponent, 0))
  return left < right ? -1 : left > right ? 1 : 0
}

const FLOAT_BITS = new DataView(new ArrayBuffer(4))
const beside = (x: number, by: 1 | -1): number => {
  FLOAT_BITS.setFloat32(0, x)
  FLOAT_BITS.setUint32(0, FLOAT_BITS.getUint32(0) + by)
  return FLOAT_BITS.getFloat32(0)
}
const finite = (x: number): number => (x === Number.POSITIVE_INFINITY ? 2 ** 128 : x)

/** To the nearest float, rounded once: where the double lies halfway between two, the digits decide. */
const toSingle = (text: string, x: number): number => {
  const magnitude = Math.abs(x)
  const y = Math.fround(magnitude)
  if (y !== magnitude && magnitude < 2 ** 128) {
    const other = beside(y, y > magnitude ? -1 : 1)
    if (Math.abs(finite(y) - magnitude) === Math.abs(finite(other) - magnitude)) {
      const { digits, exponent } = parseNumber(text) as { digits: bigint; exponent: number }
      const side = compareExactly(digits, exponent, magnitude)
      if (side !== 0 && side > 0 !== y > magnitude) return x < 0 ? -other : other
    }
  }
  return x < 0 ? -y : Object.is(x, -0) ? -0 : y
}

export const parseFloating = (single: boolean): Convert => (text: string) => {
  const word = /^[ \t\n\v\f\r]*([+-]?)(inf|infinity|nan)[ \t\n\v\f\r]*$/i.exec(text)
  if (word) return (word[2] as string).toLowerCase() === 'nan' ? Number.NaN : word[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  if (!NUMBER.test(text)) return undefined
  const x = Number(text.replaceAll('_', ''))
  return single ? toSingle(text, x) : x
}
