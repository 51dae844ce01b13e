/**
 * The block by which CSV text is indexed (csv-index.ts).
 *
 *   0 at        next byte to read: begin of a row      4 end      behind the last byte, which ends a row
 *   8 out       where to write; then behind the words  12 limit   end of the room there
 *  16 columns   cells of a row                         20 delimiter
 *  24 quote     0x100: none                            28 escape  as `quote`, another byte, or 0x100
 *  32 comment   0x100: none                            36 ragged  0 an error, 1 padded, 2 set aside
 *  40 rows      (out) rows written                     44 status  (out)
 *  48 cells     (out) of the row in question, or ~0    52 aside   where to write rows that are set aside: u32 begin, end, cells, 0
 *  56 asideEnd  end of that room                       60 high    (out) not 0: bytes above 0x7f
 *  64 first     first word of the row that is read     68 state
 *
 * A row's words: the position before its first cell, then that behind each of its cells. A cell begins one byte behind a word and ends
 * at the next one; one that a padded row lacks begins behind its end. The words of the next row follow: `columns` + 1 a row.
 */
export const CSV_AT: usize = 0
export const CSV_END: usize = 4
export const CSV_OUT: usize = 8
export const CSV_LIMIT: usize = 12
export const CSV_COLUMNS: usize = 16
export const CSV_DELIMITER: usize = 20
export const CSV_QUOTE: usize = 24
export const CSV_ESCAPE: usize = 28
export const CSV_COMMENT: usize = 32
export const CSV_RAGGED: usize = 36
export const CSV_ROWS: usize = 40
export const CSV_STATUS: usize = 44
export const CSV_CELLS: usize = 48
export const CSV_ASIDE: usize = 52
export const CSV_ASIDE_END: usize = 56
export const CSV_HIGH: usize = 60
export const CSV_FIRST: usize = 64
export const CSV_STATE: usize = 68

/** All is read. No more room, `at` is the next row. The row at `at` has `cells` cells. A quote opened in it is open at the end. Something stands behind a quoted text. */
export const DONE: u32 = 0
export const FULL: u32 = 1
export const RAGGED: u32 = 2
export const OPEN: u32 = 3
export const QUOTE: u32 = 4

/** What `ragged` says. */
export const PADDED: u32 = 1
export const ASIDE: u32 = 2

/** Where a step begins: at a cell's first byte, within a cell, within quotes, behind quotes. */
export const START: u32 = 0
export const PLAIN: u32 = 1
export const QUOTED: u32 = 2
export const CLOSED: u32 = 3
/** Known to csv-steps.ts alone: behind an escape, behind spaces at a cell's begin or behind quotes, in a comment, in a row that is set aside. */
export const ESCAPED: u32 = 4
export const SPACES: u32 = 5
export const CLOSED_SPACES: u32 = 6
export const COMMENT: u32 = 7
export const BROKEN: u32 = 8

/** Sets the row at `first` aside, of 64 at most a step; returns where the next one's words begin. */
export function setAside(c: usize, first: usize, end: usize, cells: u32): usize {
  const aside = <usize>load<u32>(c, CSV_ASIDE)
  store<u32>(aside, load<u32>(first) + 1)
  store<u32>(aside, <u32>end, 4)
  store<u32>(aside, cells, 8)
  store<u32>(c, <u32>(aside + 16), CSV_ASIDE)
  return first
}

/** A row that ends at `end` and has not `columns` cells; `out` is behind its last word. Returns where the next row's words begin, 0 for an error. */
export function irregular(c: usize, first: usize, out: usize, end: usize): usize {
  const columns = load<u32>(c, CSV_COLUMNS)
  const cells = <u32>((out - first) >> 2) - 1
  // an empty line
  if (cells == 1 && load<u32>(first) + 1 == <u32>end) return first
  const ragged = load<u32>(c, CSV_RAGGED)
  if (ragged == PADDED && cells < columns) {
    for (let i = cells; i < columns; i++, out += 4) store<u32>(out, <u32>end)
    return out
  }
  if (ragged == ASIDE) return setAside(c, first, end, cells)
  return failed(c, RAGGED, first, cells)
}

export function failed(c: usize, status: u32, first: usize, cells: u32): usize {
  store<u32>(c, status, CSV_STATUS)
  store<u32>(c, cells, CSV_CELLS)
  store<u32>(c, load<u32>(first) + 1, CSV_AT)
  return 0
}
