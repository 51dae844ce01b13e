/** What texts could be, in DuckDB's order, as the runtime's cells_kinds tells it by bits (assembly/cells-kinds.ts). */
import { BOOL, DATE, DOUBLE, INT64, type SqlType, STRING, TIMESTAMP, TIMESTAMPTZ } from '../../layout/types.ts'

const KINDS: readonly (readonly [number, SqlType])[] = [[1, BOOL], [2, DATE], [4, TIMESTAMP], [8, TIMESTAMPTZ], [16, INT64], [32, DOUBLE]]
/** Bit: no text was seen, only NULLs. */
const NOTHING = 0x80000000

export const ALL_KINDS = 63

/** What both say. */
export const bothKinds = (a: number, b: number): number => {
  if ((a & NOTHING) !== 0) return b
  if ((b & NOTHING) !== 0) return a
  return a & b
}

/** Before anything was seen. */
export const NO_KINDS = (ALL_KINDS | NOTHING) >>> 0

/** The first kind that all texts could be; text where there is none, or nothing was seen. */
export const typeOfKinds = (kinds: number): SqlType => ((kinds & NOTHING) !== 0 ? STRING : (KINDS.find(([bit]) => (kinds & bit) !== 0)?.[1] ?? STRING))

/** Whether texts of such kinds are values of the type; NULL is one of every type. */
export const isOfType = (kinds: number, type: SqlType): boolean => {
  if ((kinds & NOTHING) !== 0 || type.kind === 'string') return true
  const bit = KINDS.find(([, other]) => other.kind === type.kind)?.[0] ?? 0
  return (kinds & bit) !== 0
}

export const isEmpty = (kinds: number): boolean => (kinds & NOTHING) !== 0
