/** What the main thread and the workers say to each other about CSV. */
import type { ErrorCode } from '../../errors.ts'
import type { CellColumn, CellForm, PartColumn } from '../text/columns.ts'
import type { Stretch } from '../text/scratch.ts'
import type { Dialect } from './dialect.ts'

/** The module of the task. */
export const CSV_TASKS = new URL('./read-chunk.js', import.meta.url)

/** Whole rows of the file, as far as is known. */
export interface ChunkTask {
  /** Of what is kept, and of what is needed while it runs. */
  readonly lease: number
  readonly work: number
  readonly from: number
  readonly to: number
  readonly scratch: Stretch
  readonly dialect: Dialect
  readonly form: CellForm
  /** Cells of a row. */
  readonly columns: number
  readonly ragged: 'error' | 'pad' | 'aside'
  readonly wanted: readonly (CellColumn & { readonly position: number })[]
  /** What texts could be is asked, of so many rows, in place of their values. */
  readonly kinds?: { readonly rows: number; readonly date?: readonly number[] | undefined; readonly timestamp?: readonly number[] | undefined } | undefined
}

export interface Part {
  readonly rows: number
  readonly columns: readonly PartColumn[]
}

/** Why a chunk was not read to its end. Offsets are from its beginning. */
export type Stop =
  | { readonly why: 'ragged'; readonly offset: number; readonly cells: number }
  | { readonly why: 'quote' | 'open' | 'utf8'; readonly offset: number }
  | { readonly why: 'value'; readonly offset: number; readonly wanted: number; readonly text: string }

/** Errors lose their class between threads: what was thrown on a worker. */
export interface ChunkFailure {
  readonly failed: ErrorCode
  readonly message: string
}

export interface ChunkResult {
  readonly parts: readonly Part[]
  /** Bytes that were read: whole rows. */
  readonly consumed: number
  readonly rows: number
  readonly stop?: Stop | undefined
  readonly aside: readonly { readonly offset: number; readonly text: string }[]
  /** By wanted column. */
  readonly kinds?: readonly number[] | undefined
  readonly scratch: Stretch
}
