/** Numbers as DuckDB reads them: digits with single underscores between, a point, an exponent, spaces around. */
const DIGITS = '\\d+(?:_\\d+)*'
export const NUMBER = new RegExp(`^[ \\t\\n\\v\\f\\r]*([+-]?)(?:(${DIGITS})(?:\\.(${DIGITS})?)?|\\.(${DIGITS}))(?:[eE]([+-]?${DIGITS}))?[ \\t\\n\\v\\f\\r]*$`)

/** Digits, and by which power of ten they are multiplied. */
export const parseNumber = (text: string): { negative: boolean; digits: bigint; exponent: number } | undefined => {
  const match = NUMBER.exec(text)
  if (!match) return undefined
  const bare = (s: string | undefined) => (s ?? '').replaceAll('_', '')
  const fraction = bare(match[3] ?? match[4])
  return { negative: match[1] === '-', digits: BigInt(bare(match[2]) + fraction), exponent: Number(bare(match[5]) || 0) - fraction.length }
}
