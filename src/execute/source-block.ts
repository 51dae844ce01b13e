/** Source blocks: how a relation is shown to kernels. Drawn in assembly/context.ts. */
import type { Arena, ColumnBatch, Relation } from '../layout/relation.ts'

const VECTOR_BYTES = 16
const ENTRY_BYTES = 16
const HEADER_BYTES = 16

/** Writes a relation's source block; its address. A nullable column's batch without validity gets one of ones. */
export const writeSource = (relation: Relation, arena: Arena): number => {
  const { batches, columns } = relation
  const vectorsBytes = columns.length * VECTOR_BYTES
  const block = arena.allocate(HEADER_BYTES + batches.length * (ENTRY_BYTES + vectorsBytes))
  const table = block + HEADER_BYTES
  const words = new Uint32Array(arena.buffer)
  words.set([relation.rows, batches.length, table], block / 4)
  let first = 0
  batches.forEach((batch, b) => {
    const vectors = table + batches.length * ENTRY_BYTES + b * vectorsBytes
    words.set([batch.rows, first, vectors], (table + b * ENTRY_BYTES) / 4)
    batch.vectors.forEach((vector, c) => {
      const validity = vector.validity || (columns[c]?.nullable ? allValid(batch, arena) : 0)
      words.set([vector.data, validity, vector.aux], (vectors + c * VECTOR_BYTES) / 4)
    })
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
