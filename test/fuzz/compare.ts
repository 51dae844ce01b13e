/** Whether rows are the same, bit for bit; where a value may differ by last digits, within the bound that is stated for it. */
import { plainText } from '../../src/cli/format/text.ts'

const word = new DataView(new ArrayBuffer(8))
/** Doubles of one sign in their order, as integers. */
const place = (x: number): bigint => {
  word.setFloat64(0, x)
  return word.getBigInt64(0)
}

/** 'digits': 1e-9 of it, as variances are. */
export type Bound = bigint | 'digits' | undefined

export const sameValue = (a: unknown, b: unknown, bound?: Bound): boolean => {
  if (Object.is(a, b)) return true
  if (typeof a !== typeof b || a === null || b === null) return false
  if (typeof a === 'number' && typeof b === 'number') {
    if (bound === undefined || Number.isNaN(a) || Number.isNaN(b)) return false
    if (bound === 'digits') return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b), 1e-9)
    const apart = place(a) - place(b)
    return apart <= bound && apart >= -bound
  }
  return typeof a === 'object' && plainText(a) === plainText(b)
}

export const shown = (v: unknown): string => (Object.is(v, -0) ? '-0' : (plainText(v) ?? 'NULL'))

type Rows = readonly (readonly unknown[])[]

const key = (v: unknown): string => (v === 0 ? '0' : `${typeof v === 'bigint' ? '' : typeof v}${shown(v)}`)

/** `rowwise`: row by row, bit for bit; `ordered` and `any`: −0 and 0 are equal, as which of them stands for both is a matter of order. */
export type Mode = 'rowwise' | 'ordered' | 'any'

/** The first difference, or undefined. */
export const differentRows = (want: Rows, got: Rows, bounds: readonly Bound[], mode: Mode): string | undefined => {
  if (want.length !== got.length) return `${got.length} rows instead of ${want.length}`
  const zero = (v: unknown) => (v === 0 && mode !== 'rowwise' ? 0 : v)
  const exact = (row: readonly unknown[]) => row.map((v, i) => (bounds[i] === undefined ? key(v) : '')).join('|')
  const loose = bounds.flatMap((b, i) => (b === undefined ? [] : [i]))
  const byText = (x: readonly unknown[], y: readonly unknown[]): number => {
    const [a, b] = [exact(x), exact(y)]
    if (a !== b) return a < b ? -1 : 1
    for (const i of loose) {
      const [u, v] = [x[i], y[i]]
      if (Object.is(u, v)) continue
      if (u === null || v === null) return u === null ? -1 : 1
      if (Number.isNaN(u) || Number.isNaN(v)) return Number.isNaN(u) ? -1 : 1
      if (u !== v) return (u as number) < (v as number) ? -1 : 1
    }
    return 0
  }
  const [w, g] = mode !== 'any' ? [want, got] : [want.toSorted(byText), got.toSorted(byText)]
  for (const [at, row] of w.entries()) {
    const other = g[at] as readonly unknown[]
    const wrong = row.findIndex((v, i) => !sameValue(zero(v), zero(other[i]), bounds[i]))
    if (wrong >= 0) return `column ${wrong + 1}: (${other.map(shown).join(', ')}) where DuckDB has (${row.map(shown).join(', ')})`
  }
  return undefined
}
