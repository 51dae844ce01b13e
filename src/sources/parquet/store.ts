/**
 * Where the values of one column chunk are gathered: a store takes the dense (non-NULL) values of each page, in whichever
 * encoding, spreads them over the page's rows, and gives them as chunks. A dictionary is a store of its own.
 */
import type { ColumnChunk } from '../../layout/chunk.ts'

export type Decoded = ArrayLike<Uint8Array> | Int32Array | BigInt64Array | Float32Array | Float64Array | ArrayLike<boolean>

export interface Store {
  /** `count` values in plain encoding from bytes[from … end) to row `at`. */
  plain(bytes: Uint8Array, from: number, end: number, count: number, at: number): void
  /** Values that the library decoded. */
  decoded(values: Decoded, count: number, at: number): void
  /** Values by their codes in the dictionary. */
  take(dictionary: Store, codes: Int32Array, count: number, at: number): void
  /** Moves the `count` values at row `at` to the valid ones of `rows` rows. */
  spread(at: number, count: number, rows: number, validity: Uint8Array): void
  /** All values as chunks; `validity` absent: no NULLs. */
  chunks(rows: number, validity: Uint8Array | undefined): ColumnChunk[]
}

/** Throws unless `bytes` are left. */
export const need = (bytes: number, from: number, end: number): void => {
  if (!(bytes >= 0 && bytes <= end - from)) throw new RangeError('a page ends within its values')
}

export const badCode = (code: number, size: number): never => {
  throw new RangeError(`code ${code} in a dictionary of ${size}`)
}

/** The little-endian unsigned 32 bits before every byte string. */
export const lengthAt = (bytes: Uint8Array, at: number): number => (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
