/** Relations from chunks of all columns, a batch's rows at a time. */
import { type ColumnChunk, chunkOfValues } from './chunk.ts'
import { ColumnBuilder } from './column-builder.ts'
import type { Arena, Relation } from './relation.ts'
import type { Field } from './types.ts'
import type { Value } from './value.ts'

/** Row groups and appended runs are joined to batches of up to this many rows. */
const BATCH_ROWS = 1 << 22

/** Joins runs of rows to batches; a run longer than a batch stays whole. */
export const batchRowsOf = (runs: readonly number[], limit: number = BATCH_ROWS): number[] => {
  const batches: number[] = []
  for (const rows of runs) {
    const last = batches.at(-1)
    if (rows === 0) continue
    if (last !== undefined && last + rows <= limit) batches[batches.length - 1] = last + rows
    else batches.push(rows)
  }
  return batches
}

/** Puts columns that were built over the same batches together. */
export const relationOf = (columns: readonly ReturnType<ColumnBuilder['finish']>[], batchRows: readonly number[]): Relation => ({
  columns: columns.map((column) => column.info),
  batches: batchRows.map((rows, batch) => ({ rows, vectors: columns.map((column) => column.vectors[batch]!) })),
  rows: batchRows.reduce((sum, rows) => sum + rows, 0),
})

export class RelationBuilder {
  readonly #columns: readonly ColumnBuilder[]
  readonly #runs: number[] = []

  constructor(fields: readonly Field[]) {
    this.#columns = fields.map((field) => new ColumnBuilder(field))
  }

  /** Adds rows: one chunk a column, all of as many rows. */
  append(chunks: readonly ColumnChunk[], rows: number): void {
    for (const [i, column] of this.#columns.entries()) {
      const chunk = chunks[i]
      if (chunk?.rows !== rows) throw new RangeError(`${chunk?.rows} values for ${rows} rows in column ${column.field.name}`)
      if (rows > 0) column.append(chunk)
    }
    this.#runs.push(rows)
  }

  /** Adds rows given as columns of reference values. */
  appendValues(columns: readonly ArrayLike<Value>[], rows: number): void {
    this.append(
      this.#columns.map((column, i) => chunkOfValues(column.field.type, columns[i]!)),
      rows,
    )
  }

  /** Writes everything; without rows the relation has no batches. Throws MEMORY_EXCEEDED. */
  finish(arena: Arena): Relation {
    const batchRows = batchRowsOf(this.#runs)
    return relationOf(
      this.#columns.map((column) => column.finish(arena, batchRows)),
      batchRows,
    )
  }
}
