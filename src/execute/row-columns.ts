/** Makes columns of some fields of rows that stay, on all workers (codegen/row-columns.ts). */
import type { Job } from '../bridge/job.ts'
import type { Lease } from '../bridge/memory.ts'
import { COLUMNS_OF_ROWS, encodeRowColumns, type FieldColumn } from '../codegen/row-columns.ts'
import { CTX } from '../ir/context.ts'
import { type ColumnInfo, narrowest, type Physical, physicalWidth, type Vector } from '../layout/relation.ts'
import type { RowTable } from '../layout/row-table.ts'
import type { Core } from './query.ts'

/** A field of rows as a column: a vector for each batch of them. */
export interface FieldVectors {
  readonly info: ColumnInfo
  readonly vectors: readonly Vector[]
}

/** How a field is stored as a column. */
export const columnPhysical = ({ fields }: RowTable, field: number): Physical => {
  const { physical, range } = fields[field] as RowTable['fields'][number]
  if (physical === 'utf8') return 'slice'
  return range ? narrowest(range) : physical
}

/** Bytes a row of a field's column, with its validity. */
export const columnBytes = (table: RowTable, field: number): number => physicalWidth[columnPhysical(table, field)] + (table.fields[field]?.nullable ? 1 / 8 : 0)

const aligned = (bytes: number): number => Math.ceil(bytes / 64) * 64

/** Columns of `fields` of the rows, under `lease`. Throws MEMORY_EXCEEDED. */
export const columnsOfRows = async (table: RowTable, fields: readonly number[], { memory, pool }: Pick<Core, 'memory' | 'pool'>, lease: Lease): Promise<readonly FieldVectors[]> => {
  const columns = fields.map((field): FieldColumn => ({ field, physical: columnPhysical(table, field) }))
  const room = (rows: number): readonly number[] => columns.flatMap(({ field, physical }) => [aligned(rows * physicalWidth[physical]), table.fields[field]?.nullable ? aligned(rows / 8) : 0])
  let at = lease.reserve(table.batches.reduce((n, b) => room(b.rows).reduce((m, bytes) => m + bytes, n), 0))
  const places = table.batches.map(({ rows }) =>
    room(rows).map((bytes) => {
      const place = bytes > 0 ? at : 0
      at += bytes
      return place
    }),
  )
  const aside = memory.lease()
  try {
    const job: Job = {
      key: 'columns of rows',
      module: new WebAssembly.Module(encodeRowColumns(table.fields, columns)),
      contexts: Array.from({ length: pool.threads }, () => aside.allocate(CTX.sinks)),
      steps: [{ run: 'p0', source: writeBatches(table, places, aside) }],
      lease: aside,
    }
    await pool.run(job)
  } finally {
    aside.release()
  }
  return columns.map(({ field, physical }, c) => ({
    info: { ...(table.columns[table.positions.indexOf(field)] as ColumnInfo), physical },
    vectors: places.map((place): Vector => ({ data: place[2 * c] as number, validity: place[2 * c + 1] as number, aux: 0 })),
  }))
}

/** The source block: assembly/context.ts, with what codegen/row-columns.ts draws in place of vectors. */
const writeBatches = ({ batches, rows }: RowTable, places: readonly (readonly number[])[], lease: Lease): number => {
  const words = new Uint32Array(lease.buffer)
  const block = lease.allocate(16 + batches.length * 16)
  words.set([rows, batches.length, block + 16], block / 4)
  let first = 0
  batches.forEach((batch, b) => {
    const place = places[b] as readonly number[]
    const at = lease.allocate(COLUMNS_OF_ROWS.columns + place.length * 4)
    words.set([batch.data, batch.offsets, batch.rows, 0, ...place], at / 4)
    words.set([batch.rows, first, at], (block + 16 + b * 16) / 4)
    first += batch.rows
  })
  return block
}
