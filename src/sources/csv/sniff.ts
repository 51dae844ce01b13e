/**
 * Finds out how a CSV file is written from its beginning: each likely dialect reads a sample, and the one wins by which most rows have the same
 * number of cells, more than one. Candidates and their order are DuckDB's.
 */
import { type Dialect, readSample, type Sampled } from './dialect.ts'
import { type CheckedCsv, NO_BYTE } from './options.ts'

const DELIMITERS = [0x2c, 0x7c, 0x3b, 0x09]
const DOUBLE = 0x22
const SINGLE = 0x27
const BACKSLASH = 0x5c
const HASH = 0x23
/** Rows that each candidate reads. */
const ROWS = 300

export interface Sniffed {
  readonly dialect: Dialect
  readonly columns: number
  /** Where the first row of the table begins: lines before it are notes. */
  readonly start: number
  readonly sample: Sampled
  /** Index in the sample's rows of that row. */
  readonly first: number
}

interface Candidate extends Sniffed {
  /** Rows that fit, of how many. */
  readonly good: number
  readonly all: number
}

const quotesOf = ({ quote, escape }: CheckedCsv): readonly (readonly [number, number])[] => {
  if (quote === NO_BYTE) return [[NO_BYTE, NO_BYTE]]
  if (quote !== undefined) return escape !== undefined ? [[quote, escape]] : [[quote, quote], [quote, BACKSLASH]]
  if (escape !== undefined && escape !== DOUBLE && escape !== SINGLE) return [[DOUBLE, escape], [SINGLE, escape]]
  return [[DOUBLE, DOUBLE], [SINGLE, SINGLE], [DOUBLE, BACKSLASH], [SINGLE, BACKSLASH], [NO_BYTE, NO_BYTE]]
}

const judge = (bytes: Uint8Array, dialect: Dialect, whole: boolean, { columns: told, ragged, quote }: CheckedCsv): Candidate | undefined => {
  const sample = readSample(bytes, dialect, whole, ROWS, ragged === 'aside' && quote !== undefined)
  const columns = told?.length
  if (sample.broken) return undefined
  const counts = new Map<number, number>()
  const rows = sample.cells.map((cells) => (told?.length === 1 && cells === 0 ? 1 : cells))
  for (const cells of rows) if (cells > 0) counts.set(cells, (counts.get(cells) ?? 0) + 1)
  const [width, good] = columns !== undefined ? [columns, counts.get(columns) ?? 0] : ([...counts].sort(([a, n], [b, m]) => m - n || b - a)[0] ?? [1, 0])
  // notes before the table have no delimiter in them
  let first = 0
  if (width > 1 && good > 0) while (first < rows.length && (rows[first] as number) < 2) first++
  return { dialect, columns: width, start: sample.starts[first] ?? 0, sample, first, good, all: rows.filter((cells, i) => i >= first && cells !== 0).length }
}

/** Whether a is better than b. */
const better = (a: Candidate, b: Candidate): boolean => {
  const several = (c: Candidate) => c.columns > 1 && c.good * 2 >= c.all && c.good > 0
  if (several(a) !== several(b)) return several(a)
  const whole = (c: Candidate) => c.good === c.all
  if (whole(a) !== whole(b)) return whole(a)
  // quotes that are there are meant as such
  if (a.sample.quoted > 0 !== b.sample.quoted > 0) return a.sample.quoted > 0 && a.columns >= b.columns
  if (whole(a) && a.columns !== b.columns) return a.columns > b.columns
  return a.good / Math.max(a.all, 1) > b.good / Math.max(b.all, 1)
}

/** `whole`: the sample is all there is. undefined where no dialect reads it. */
export const sniff = (bytes: Uint8Array, whole: boolean, options: CheckedCsv): Sniffed | undefined => {
  const comments = options.comment !== undefined ? [options.comment] : [NO_BYTE, HASH]
  let best: Candidate | undefined
  for (const comment of comments) {
    for (const delimiter of options.delimiter !== undefined ? [options.delimiter] : DELIMITERS) {
      for (const [quote, escape] of quotesOf(options)) {
        if ([quote, comment].includes(delimiter) || (quote === comment && quote !== NO_BYTE)) continue
        const candidate = judge(bytes, { delimiter, quote, escape, comment }, whole, options)
        // a comment that was not asked for is a line of its own
        if (!candidate || (comment !== options.comment && candidate.sample.trailing)) continue
        if (!best || better(candidate, best)) best = candidate
      }
    }
  }
  return best
}
