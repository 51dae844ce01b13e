/** Relations of the driver: joined, put side by side, and brought into one batch where elements are read by number. */
import { bitmapBytes, copyBits, fillBits } from '../layout/bits.ts'
import { type Arena, type ColumnBatch, physicalWidth, type Relation, type Vector } from '../layout/relation.ts'

export const concatenated = (relations: readonly Relation[], like: Relation): Relation => ({
  columns: like.columns,
  batches: relations.flatMap((r) => r.batches),
  rows: relations.reduce((n, r) => n + r.rows, 0),
})

/** One batch of all rows; columns are of fixed width. */
export const compacted = (relation: Relation, arena: Arena): Relation => {
  const { batches, columns, rows } = relation
  if (batches.length <= 1) return relation
  const bytes = new Uint8Array(arena.buffer)
  const vectors = columns.map(({ physical }, c): Vector => {
    const width = physicalWidth[physical]
    const data = arena.allocate(Math.max(rows * width, 16)) >>> 0
    const nullable = batches.some((b) => b.vectors[c]?.validity)
    const validity = nullable ? arena.allocate(Math.max(bitmapBytes(rows), 16)) >>> 0 : 0
    const bits = new Uint8Array(arena.buffer, validity, nullable ? bitmapBytes(rows) : 0)
    let at = 0
    for (const batch of batches) {
      const vector = batch.vectors[c] as Vector
      bytes.copyWithin(data + at * width, vector.data, vector.data + batch.rows * width)
      if (vector.validity) copyBits(bits, at, new Uint8Array(arena.buffer, vector.validity, bitmapBytes(batch.rows)), 0, batch.rows)
      else if (nullable) fillBits(bits, at, batch.rows)
      at += batch.rows
    }
    return { data, validity, aux: 0 }
  })
  return { columns, batches: [{ rows, vectors }], rows }
}

/** Columns of relations of equal length, in common batches; undefined where lengths differ. */
export const sideBySide = (relations: readonly Relation[], arena: Arena): Relation | undefined => {
  const [first] = relations as [Relation]
  if (relations.some((r) => r.rows !== first.rows)) return undefined
  const alike = relations.every((r) => r.batches.length === first.batches.length && r.batches.every((b, i) => b.rows === first.batches[i]?.rows))
  const parts = alike ? relations : relations.map((r) => compacted(r, arena))
  return {
    columns: parts.flatMap((r) => r.columns),
    batches: (parts[0] as Relation).batches.map(({ rows }, i): ColumnBatch => ({ rows, vectors: parts.flatMap((r) => (r.batches[i] as ColumnBatch).vectors) })),
    rows: first.rows,
  }
}

export const picked = (relation: Relation, columns: readonly number[]): Relation => ({
  columns: columns.map((c) => relation.columns[c] as Relation['columns'][number]),
  batches: relation.batches.map(({ rows, vectors }) => ({ rows, vectors: columns.map((c) => vectors[c] as Vector) })),
  rows: relation.rows,
})
