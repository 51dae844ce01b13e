/** Source blocks: how a relation is shown to kernels. Drawn in assembly/context.ts. */
import type { Arena, ColumnBatch } from '../layout/relation.ts'
import type { RowBatch, RowRelation } from '../layout/row-batch.ts'
import type { StageRelation } from '../layout/row-table.ts'
import { rowStride } from '../layout/unsafe-row.ts'

const VECTOR_BYTES = 16
const ENTRY_BYTES = 16
const HEADER_BYTES = 16
/** Bytes of rows that may lie in caches still. */
const CACHED = 1 << 23

/** Writes the source block of columns or of rows; its address. A nullable column's batch without validity gets one of ones. */
export const writeSource = (relation: StageRelation | RowRelation, arena: Arena): number => {
  const words = new Uint32Array(arena.buffer)
  if ('fields' in relation) {
    const stride = rowStride(relation.fields)
    const isFar = relation.batches.reduce((n, { bytes }) => n + bytes, 0) > CACHED ? 1 : 0
    return writeBlock(relation, 1, arena, ({ data, offsets }: RowBatch, at) => words.set([data, offsets, stride, isFar], at / 4))
  }
  const { columns } = relation
  return writeBlock(relation, columns.length, arena, (batch: ColumnBatch, at) => {
    batch.vectors.forEach((vector, c) => {
      const validity = vector.validity || (columns[c]?.nullable ? allValid(batch, arena) : 0)
      words.set([vector.data, validity, vector.aux], (at + c * VECTOR_BYTES) / 4)
    })
  })
}

/** Header, batch table, and for each batch `vectors` vectors that `write` fills. */
const writeBlock = <B extends { readonly rows: number }>(relation: { readonly rows: number; readonly batches: readonly B[] }, vectors: number, arena: Arena, write: (batch: B, at: number) => void): number => {
  const { batches } = relation
  const block = arena.allocate(HEADER_BYTES + batches.length * (ENTRY_BYTES + vectors * VECTOR_BYTES))
  const table = block + HEADER_BYTES
  const words = new Uint32Array(arena.buffer)
  words.set([relation.rows, batches.length, table], block / 4)
  let first = 0
  batches.forEach((batch, b) => {
    const at = table + batches.length * ENTRY_BYTES + b * vectors * VECTOR_BYTES
    words.set([batch.rows, first, at], (table + b * ENTRY_BYTES) / 4)
    write(batch, at)
    first += batch.rows
  })
  return block
}

const allValid = (batch: ColumnBatch, arena: Arena): number => {
  const bytes = Math.ceil(batch.rows / 8)
  const address = arena.allocate(bytes)
  new Uint8Array(arena.buffer, address, bytes).fill(0xff)
  return address
}
