/** What takes part in `bench scan`. */
import type { ScanCase } from './cases.ts'

export const CONTESTANTS = ['arcweld', 'duckdb', 'parquet-wasm', 'hyparquet', 'udsv', 'papaparse', 'd3-dsv', 'csv-parse', 'json-parse'] as const
export type ContestantName = (typeof CONTESTANTS)[number]

/**
 * aggregate: from the file to one sum a column, of text the sum of its lengths.
 * columns: from the file to columns in memory, every value in the form in which the contestant computes with it.
 */
export const WAYS = ['aggregate', 'columns'] as const
export type Way = (typeof WAYS)[number]

/** What `checkSql` says: numbers and texts. */
export type Facts = readonly (number | string)[]

export interface ScanSetting {
  readonly threads: number
  readonly memory: number | undefined
  readonly signal: AbortSignal
}

export interface ScanContestant {
  readonly name: ContestantName
  /** In the files' columns as they are kept by `columns`, from the same code. */
  facts(): Promise<Facts>
  /** What is timed, from a path to the end; what is made is let go of afterwards by `release`. */
  readonly ways: { readonly [W in Way]?: () => Promise<void> }
  /** After every run, outside of the time. */
  release(): Promise<void>
  close(): Promise<void>
}

export type OpenContestant = (scan: ScanCase, path: string, setting: ScanSetting) => Promise<ScanContestant>

/** The first fact in which two differ: sums to 1e-9, as JavaScript adds up doubles; undefined: none. */
export const differenceOf = (expected: Facts, found: Facts): string | undefined => {
  if (expected.length !== found.length) return `${found.length} facts instead of ${expected.length}`
  const at = expected.findIndex((value, i) => {
    const other = found[i]
    return typeof value === 'number' && typeof other === 'number' ? !(Math.abs(value - other) <= 1e-9 * Math.abs(value)) : value !== other
  })
  return at < 0 ? undefined : `fact ${at} is ${JSON.stringify(found[at])} instead of ${JSON.stringify(expected[at])}`
}
