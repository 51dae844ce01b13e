/**
 * Whether two results are the same answer. Doubles to 1e-9 relative, everything else exactly. Rows as multisets; where
 * the query orders, the sort columns must also agree position by position, which is "in order, ties as multisets".
 */
import { plainText } from './format/text.ts'
import type { RowSet } from './rows.ts'

const TOLERANCE = 1e-9

const closeTo = (a: number, b: number): boolean =>
  Object.is(a, b) || a === b || (Number.isFinite(a) && Number.isFinite(b) && Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b)))

const isFloating = (type: string): boolean => type === 'float' || type === 'double'

/** Type and text, so that 1, 1n and '1' differ. */
const exactKey = (value: unknown): string => {
  const text = plainText(value)
  return text === undefined ? 'null' : `${typeof value}:${text.length}:${text}`
}

type Cells = readonly unknown[]

const show = (value: unknown): string => plainText(value) ?? 'NULL'
const showRow = (row: Cells): string => `(${row.map(show).join(', ')})`

const sameCell = (a: unknown, b: unknown, floating: boolean): boolean =>
  floating && typeof a === 'number' && typeof b === 'number' ? closeTo(a, b) : exactKey(a) === exactKey(b)

/** Orders the floating cells of rows that agree in all exact ones; NULL first, NaN last. */
const compareFloats = (a: Cells, b: Cells): number => {
  for (const [i, x] of a.entries()) {
    const y = b[i]
    const rank = (v: unknown) => (typeof v !== 'number' ? 0 : Number.isNaN(v) ? 2 : 1)
    if (rank(x) !== rank(y)) return rank(x) - rank(y)
    if (rank(x) === 1 && x !== y) return (x as number) < (y as number) ? -1 : 1
  }
  return 0
}

const sameFloats = (a: Cells, b: Cells): boolean => a.every((value, i) => sameCell(value, b[i], true))

/** Takes from `pool` a row near each of `wanted`; false where one has none. Quadratic: only for small groups. */
const matchEach = (wanted: readonly Cells[], pool: readonly Cells[]): boolean => {
  const left = [...pool]
  for (const row of wanted) {
    const at = left.findIndex((other) => sameFloats(row, other))
    if (at < 0) return false
    left.splice(at, 1)
  }
  return true
}

interface Group {
  expected: Cells[]
  actual: Cells[]
  /** The first row, for messages. */
  row: Cells
}

const group = (expected: RowSet, actual: RowSet, floating: readonly boolean[]): Map<string, Group> => {
  const groups = new Map<string, Group>()
  const add = (row: Cells, side: 'expected' | 'actual'): void => {
    const key = row.map((value, i) => (floating[i] ? '' : exactKey(value))).join('|')
    let entry = groups.get(key)
    if (!entry) groups.set(key, (entry = { expected: [], actual: [], row }))
    entry[side].push(row.filter((_, i) => floating[i]))
  }
  for (const row of expected.rows) add(row, 'expected')
  for (const row of actual.rows) add(row, 'actual')
  return groups
}

const subset = (group: Group): boolean => {
  if (group.actual.length > group.expected.length) return false
  if (group.actual.length < group.expected.length) return matchEach(group.actual, group.expected)
  const expected = group.expected.toSorted(compareFloats)
  const actual = group.actual.toSorted(compareFloats)
  // Near-equal values may sort differently; then each row is sought by itself.
  return expected.every((row, i) => sameFloats(row, actual[i] ?? [])) || (expected.length <= 2000 && matchEach(actual, expected))
}

const columnsDiffer = (expected: RowSet, actual: RowSet): string | undefined =>
  expected.columns.length === actual.columns.length ? undefined : `${actual.columns.length} columns instead of ${expected.columns.length}`

/** Every row of `actual` is one of `expected`, each used once; the first difference, or undefined. */
export const containedIn = (expected: RowSet, actual: RowSet): string | undefined => {
  const columns = columnsDiffer(expected, actual)
  if (columns) return columns
  const floating = expected.columns.map((column) => isFloating(column.type))
  for (const entry of group(expected, actual, floating).values()) {
    if (!subset(entry)) return `row ${showRow(entry.row)}: ${entry.actual.length} found, ${entry.expected.length} expected`
  }
  return undefined
}

/** Positions of the sort columns in the output; empty where the query does not order. */
export type SortColumns = readonly number[]

const orderDiffers = (expected: RowSet, actual: RowSet, keys: SortColumns): string | undefined => {
  for (const [at, row] of actual.rows.entries()) {
    const other = expected.rows[at]
    for (const key of keys) {
      const column = expected.columns[key]
      if (!other || !column || sameCell(row[key], other[key], isFloating(column.type))) continue
      return `row ${at + 1}, ${column.name}: ${show(row[key])} instead of ${show(other[key])}`
    }
  }
  return undefined
}

/** The first difference in words, or undefined where both are the same answer. */
export const difference = (expected: RowSet, actual: RowSet, keys: SortColumns = []): string | undefined => {
  const columns = columnsDiffer(expected, actual)
  if (columns) return columns
  if (expected.rows.length !== actual.rows.length) return `${actual.rows.length} rows instead of ${expected.rows.length}`
  return orderDiffers(expected, actual, keys) ?? firstCell(expected, actual)
}

/** A multiset comparison that names a cell where the rows stand in the same places. */
const firstCell = (expected: RowSet, actual: RowSet): string | undefined => {
  const found = containedIn(expected, actual)
  if (found === undefined) return undefined
  for (const [at, row] of actual.rows.entries()) {
    for (const [i, column] of expected.columns.entries()) {
      const other = expected.rows[at]?.[i]
      if (!sameCell(row[i], other, isFloating(column.type))) {
        return `row ${at + 1}, ${column.name}: ${show(row[i])} instead of ${show(other)}`
      }
    }
  }
  return found
}

/**
 * For a query with a top-level LIMIT, which may cut through a tie and then has several right answers: the rows must
 * number and be ordered as `expected`, and all be rows of the answer without the limit.
 */
export const differenceUnderLimit = (expected: RowSet, unlimited: RowSet, actual: RowSet, keys: SortColumns): string | undefined => {
  if (expected.rows.length !== actual.rows.length) return `${actual.rows.length} rows instead of ${expected.rows.length}`
  return orderDiffers(expected, actual, keys) ?? containedIn(unlimited, actual)
}
