/** How a CSV file is written, and a plain reading of a sample by which that is found out. */

export interface Dialect {
  /** Bytes; 0x100: there is none. */
  readonly delimiter: number
  readonly quote: number
  readonly escape: number
  readonly comment: number
}

/** Rows of a sample. */
export interface Sampled {
  /** Cells of each, and where it begins; an empty line has 0. */
  readonly cells: readonly number[]
  readonly starts: readonly number[]
  /** Behind the last of them. */
  readonly next: number
  /** Cells in quotes. */
  readonly quoted: number
  /** Something stands behind a closing quote, or one is open at the end of the file. */
  readonly broken: boolean
  /** A comment stands behind cells. */
  readonly trailing: boolean
}

const LF = 10
const CR = 13
const SPACE = 32

/**
 * Reads up to `most` rows; a last one that does not end is left out unless the sample is `whole`. Where rows may be set aside, a broken one is of
 * no right number of cells. `visit` is told the cells. The same rules as the runtime's (assembly/csv-steps.ts).
 */
export const readSample = (
  bytes: Uint8Array, { delimiter, quote, escape, comment }: Dialect, whole: boolean, most: number, aside: boolean, visit?: (from: number, to: number, quoted: boolean) => void,
): Sampled => {
  const cells: number[] = []
  const starts: number[] = []
  let quoted = 0
  let trailing = false
  let p = 0
  let next = 0
  while (p < bytes.length && cells.length < most) {
    const start = p
    let count = 0
    let from = p
    let state: 'start' | 'plain' | 'quoted' | 'closed' | 'comment' | 'broken' = 'start'
    let spaces = false
    let wasQuoted = false
    let commented = false
    let end = -1
    const cell = (to: number) => {
      count++
      visit?.(from, to, wasQuoted)
      if (wasQuoted) quoted++
      wasQuoted = false
    }
    for (; p < bytes.length; p++) {
      const c = bytes[p] as number
      if (state === 'quoted') {
        if (c === escape && escape !== quote) p++
        else if (c === quote) state = 'closed'
        spaces = false
      } else if (c === LF || (c === CR && bytes[p + 1] !== LF)) {
        end = p - (c === LF && p > from && bytes[p - 1] === CR ? 1 : 0)
        break
      } else if (c === CR || state === 'comment' || state === 'broken') {
        if (state === 'start') state = 'plain'
      } else if (c === delimiter) {
        cell(p)
        from = p + 1
        state = 'start'
      } else if (c === comment) {
        commented = true
        if (p !== start) {
          trailing = true
          cell(p)
        }
        state = 'comment'
      } else if (state === 'closed') {
        if (c === quote && escape === quote && !spaces) state = 'quoted'
        else if (c === SPACE) spaces = true
        else if (aside) state = 'broken'
        else return { cells, starts, next, quoted, broken: true, trailing }
      } else if (state === 'start' && c === quote) {
        state = 'quoted'
        wasQuoted = true
      } else if (c !== SPACE) state = 'plain'
    }
    if (end < 0) {
      // the end of the sample
      if (!whole) break
      if (state === 'quoted') return { cells, starts, next, quoted, broken: true, trailing }
      end = p
    }
    p++
    next = p
    if (!commented) cell(end)
    if (commented && count === 0) continue
    cells.push(state === 'broken' ? -1 : count === 1 && end === start ? 0 : count)
    starts.push(start)
  }
  return { cells, starts, next, quoted, broken: false, trailing }
}

/** The texts of the row that begins at `start`. */
export const readRow = (bytes: Uint8Array, start: number, dialect: Dialect): string[] => {
  const row = bytes.subarray(start)
  const texts: string[] = []
  readSample(row, dialect, true, 1, true, (from, to, quoted) => {
    const text = Buffer.from(row.buffer, row.byteOffset + from, Math.max(to - from, 0)).toString()
    texts.push(quoted ? unquoted(text.trim().slice(1, -1), dialect.escape) : text)
  })
  return texts
}

const unquoted = (text: string, escape: number): string => {
  if (escape > 0xff) return text
  const mark = String.fromCharCode(escape)
  let plain = ''
  for (let i = 0; i < text.length; i++) plain += text[i] === mark && i + 1 < text.length ? text[++i] : text[i]
  return plain
}
