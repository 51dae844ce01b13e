/**
 * What the main thread and the workers say to each other about columns of text files: how a column's cells are to be read, and what became of those
 * of one part of the file. Addresses lie in the shared memory.
 */
import type { Physical } from '../../layout/relation.ts'
import type { Range, SqlType } from '../../layout/types.ts'

/** The runtime over the shared memory: on a worker what `Pool.call` gives, else the main thread's own. */
export interface TextScope {
  readonly buffer: ArrayBufferLike
  readonly runtime: Record<string, (...args: (number | bigint)[]) => number>
  /** Address of `bytes` bytes under a lease, content undefined; throws ArcweldError MEMORY_EXCEEDED. */
  readonly reserve: (lease: number, bytes: number) => number
}

/** How texts stand in cells. */
export interface CellForm {
  /** A byte; 0x100: there is none. */
  readonly quote: number
  /** Within quotes the byte behind it is itself; 0x100: there is none. */
  readonly escape: number
  /** Texts that are NULL; the empty one among them or not. */
  readonly nulls: readonly string[]
  /** NULL is so in quotes, too. */
  readonly quotedNulls: boolean
}

/** A column that is asked for. */
export interface CellColumn {
  readonly type: SqlType
  /** The type was inferred: only what it would have been inferred from is a value. */
  readonly strict: boolean
  /** Steps of a format of dates and timestamps (assembly/cells-format.ts). */
  readonly format?: readonly number[] | undefined
  /** Bounds of the values of other parts: this one's are to be as wide. */
  readonly range?: Range | undefined
  /** Texts: whether to try codes, and what codes there are. */
  readonly codes?: { readonly size: number; readonly slices: number } | undefined
}

/** A column of one part. */
export interface PartColumn {
  readonly physical: Physical
  readonly data: number
  /** 0: no NULLs. */
  readonly validity: number
  /** utf8: the offsets. */
  readonly aux: number
  readonly range?: Range | undefined
  /** Codes: the entries that were not there before, as slices; codes count on from those there were. */
  readonly fresh?: { readonly size: number; readonly slices: number } | undefined
  /** Codes were tried, and are not worth it. */
  readonly abandoned?: boolean
}

/** A cell that is no value of its column's type. */
export interface BadCell {
  readonly row: number
}
