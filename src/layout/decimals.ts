/** Decimals: unscaled integers to text with all digits of the scale, and back, exactly. */

/** `formatDecimal(1250n, 2)` is `12.50`. */
export const formatDecimal = (unscaled: bigint, scale: number): string => {
  if (scale === 0) return unscaled.toString()
  const negative = unscaled < 0n
  const digits = (negative ? -unscaled : unscaled).toString().padStart(scale + 1, '0')
  return `${negative ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

/** The unscaled integer of plain decimal text; undefined when it is none or has non-zero digits beyond the scale. */
export const parseDecimal = (text: string, scale: number): bigint | undefined => {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(text)
  if (!match || (match[2] === '' && (match[3] ?? '') === '')) return undefined
  const fraction = match[3] ?? ''
  if (/[1-9]/.test(fraction.slice(scale))) return undefined
  const unscaled = BigInt(match[2]! + fraction.slice(0, scale).padEnd(scale, '0'))
  return match[1] === '-' ? -unscaled : unscaled
}
