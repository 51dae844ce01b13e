/** How a CSV file is written, and a plain reading of a sample by which that is found out. */

export interface Dialect {
  /** Bytes; 0x100: there is none. */
  readonly delimiter: number
  readonly quote: number
  readonly escape: number
  readonly comment: number
}

/** Rows of a sample: their cells, without quotes, and where each begins. */
export interface Sampled {
  readonly rows: readonly (readonly string[])[]
  readonly starts: readonly number[]
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
 * Reads up to `most` rows; a last one that does not end is left out unless the sample is `whole`. Empty lines are left out where `cells` are
 * several. Where rows may be set aside, a `broken` one is of no cells. The same rules as the runtime's (assembly/csv-steps.ts).
 */
export const readSample = (bytes: Uint8Array, dialect: Dialect, whole: boolean, most: number, aside: boolean): Sampled => {
  const { delimiter, quote, escape, comment } = dialect
  const rows: string[][] = []
  const starts: number[] = []
  let quoted = 0
  let trailing = false
  let p = 0
  const text = (from: number, to: number) => Buffer.from(bytes.buffer, bytes.byteOffset + from, Math.max(to - from, 0)).toString()
  const unquote = (from: number, to: number): string => {
    const cell = text(from, to).trim().slice(1, -1)
    if (escape > 0xff) return cell
    const mark = String.fromCharCode(escape)
    let plain = ''
    for (let i = 0; i < cell.length; i++) plain += cell[i] === mark && i + 1 < cell.length ? cell[++i] : cell[i]
    return plain
  }
  while (p < bytes.length && rows.length < most) {
    const start = p
    const row: string[] = []
    let from = p
    let state: 'start' | 'plain' | 'quoted' | 'closed' | 'comment' | 'broken' = 'start'
    let spaces = false
    let wasQuoted = false
    let commented = false
    let end = -1
    const cell = (to: number) => {
      row.push(wasQuoted ? unquote(from, to) : text(from, to))
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
        else return { rows, starts, quoted, broken: true, trailing }
      } else if (state === 'start' && c === quote) {
        state = 'quoted'
        wasQuoted = true
      } else if (c !== SPACE) state = 'plain'
    }
    if (end < 0) {
      // the end of the sample
      if (!whole) break
      if (state === 'quoted') return { rows, starts, quoted, broken: true, trailing }
      end = p
    }
    p++
    if (!commented) cell(end)
    if (commented && row.length === 0) continue
    rows.push(state === 'broken' ? [] : row)
    starts.push(start)
  }
  return { rows, starts, quoted, broken: false, trailing }
}

export const isBlank = (row: readonly string[]): boolean => row.length === 1 && row[0] === ''
