/** When two answers are the same: numbers to 1e-9 relative, everything else exactly, lists element by element. */

const TOLERANCE = 1e-9

const same = (a: unknown, b: unknown): boolean => {
  if (typeof a !== 'number' || typeof b !== 'number') return Object.is(a, b)
  if (!Number.isFinite(a) || !Number.isFinite(b)) return Object.is(a, b)
  return Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b))
}

const show = (value: unknown): string => (value === undefined ? 'nothing' : typeof value === 'bigint' ? `${value}n` : JSON.stringify(value))

/** Where `actual` first differs from `expected`, in words; undefined where it does not. */
export const difference = (expected: unknown, actual: unknown, path = ''): string | undefined => {
  if (!Array.isArray(expected) || !Array.isArray(actual)) return same(expected, actual) ? undefined : `${path ? `at ${path}: ` : ''}${show(actual)} instead of ${show(expected)}`
  if (expected.length !== actual.length) return `${path ? `at ${path}: ` : ''}${actual.length} instead of ${expected.length} values`
  for (const [i, value] of expected.entries()) {
    const found = difference(value, actual[i], `${path}[${i}]`)
    if (found !== undefined) return found
  }
  return undefined
}
