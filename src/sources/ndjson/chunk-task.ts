/** What the main thread and the workers say to each other about JSON: structured clones. Errors lose their class between threads, so what is wrong comes back as a value. */
import type { CellColumn, PartColumn } from '../text/columns.ts'
import type { Columns, Shape } from './shape.ts'
import type { Stretch } from './stretch.ts'

/** The module of the functions that `Pool.call` is to call: `inferText`, `cutText`, `scanText`. */
export const TASKS = new URL('./tasks.js', import.meta.url)

/** How values stand in a text: each on a line (or several, with spaces between), anywhere with spaces between, between commas. */
export type Layout = 'lines' | 'values' | 'commas'

/** Values nested in each other at most. */
export const MOST_DEPTH = 512

/** What a text does wrong; `at`: bytes from the beginning of the file, or of what it decompresses to. */
export interface Fault {
  readonly ok: false
  readonly code: 'INVALID_JSON' | 'CAST_FAILED' | 'MEMORY_EXCEEDED' | 'OVERFLOW'
  readonly message: string
  readonly at: number
}

export interface InferTask {
  readonly stretch: Stretch
  /** Undefined: to be found out. */
  readonly layout: Layout | undefined
  /** Values looked at, at most. */
  readonly most: number
  /** The stretch ends where the text does. */
  readonly whole: boolean
  readonly scratch: number
}

export interface InferResult {
  readonly ok: true
  readonly shape: Shape
  readonly rows: number
  /** Bytes that the rows take. */
  readonly bytes: number
  readonly layout: Layout
  /** Where the values begin: bytes from the beginning. */
  readonly begin: number
  /** The text is no JSON there. */
  readonly fault?: Fault | undefined
}

export interface ScanTask {
  readonly stretch: Stretch
  readonly layout: Layout
  /** All columns of the table. */
  readonly columns: Columns
  /** Those to be read, as indices, and how texts among them are to be kept. */
  readonly asked: readonly { readonly index: number; readonly hints: Pick<CellColumn, 'range' | 'codes'> }[]
  /** A text of nothing but space is right. */
  readonly mayBeEmpty: boolean
  /** What stays: the parts of columns. */
  readonly lease: number
  /** What goes with the end of the call. */
  readonly scratch: number
}

export type ScanResult =
  | { readonly ok: true; readonly rows: number; readonly columns: readonly PartColumn[] }
  /** Values that the columns' types do not hold, or keys that are new: what the values of this text are. */
  | { readonly ok: 'misfit'; readonly shape: Shape }
  | Fault

export interface CutTask {
  readonly path: string
  readonly from: number
  readonly to: number
  readonly commas: boolean
  /** Bytes of a part, at least. */
  readonly bytes: number
  readonly scratch: number
}

export interface CutResult {
  readonly ok: true
  /** Ascending: where parts end. Behind a comma the next one begins one byte later. */
  readonly ends: readonly number[]
  /** Where the outermost bracket is closed; absent: nowhere. */
  readonly closed?: number | undefined
  /** What follows it and is no space. */
  readonly rest?: number | undefined
}
