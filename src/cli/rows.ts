/** A result held whole, by position: what two engines' answers are compared as. */
import type { CliResult, ColumnHead, Row } from './engine-door.ts'

export interface RowSet {
  readonly columns: readonly ColumnHead[]
  readonly rows: readonly (readonly unknown[])[]
}

export const toRowSet = (columns: readonly ColumnHead[], rows: readonly Row[]): RowSet => ({
  columns,
  rows: rows.map((row) => columns.map((column) => row[column.name])),
})

/** Reads a result to its end. */
export const readRows = async (result: CliResult): Promise<RowSet> => toRowSet(result.schema, await result.rows())
