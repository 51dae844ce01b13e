/** Bounds of a range exchange: from a sample of the keys, so that partitions are about equal. */
import { columnReaders } from '../../layout/read.ts'
import type { Relation } from '../../layout/relation.ts'
import { planType } from '../../operators/lower-expression.ts'
import type { Value } from '../../operators/registry.ts'
import { comparator } from '../../operators/values.ts'
import type { SortKey } from '../../plan/nodes.ts'
import type { Bounds } from './numbers.ts'

/** Rows that are looked at for each partition, and in all at least and at most. */
const SAMPLE = { each: 100, least: 4096, most: 1 << 17 } as const

/** The order of rows of key values. */
const keyOrder = (keys: readonly SortKey[]): ((a: readonly Value[], b: readonly Value[]) => number) => {
  const compares = keys.map(({ expr, descending, nullsFirst }) => {
    const compare = comparator(planType(expr.type))
    return (a: Value, b: Value): number => {
      if (a === null || b === null) return a === b ? 0 : (a === null) === nullsFirst ? -1 : 1
      return descending ? compare(b, a) : compare(a, b)
    }
  })
  return (a, b) => {
    for (const [k, compare] of compares.entries()) {
      const order = compare(a[k] as Value, b[k] as Value)
      if (order !== 0) return order
    }
    return 0
  }
}

/** At most `partitions` − 1 bounds, each the greatest key of a partition, each different from the one before. */
export const boundsOf = (sample: readonly (readonly Value[])[], keys: readonly SortKey[], partitions: number): Bounds => {
  const order = keyOrder(keys)
  const sorted = [...sample].sort(order)
  const bounds: (readonly Value[])[] = []
  for (let p = 1; p < partitions && sorted.length > 0; p++) {
    const at = sorted[Math.max(0, Math.ceil((p * sorted.length) / partitions) - 1)] as readonly Value[]
    // Behind the greatest key there is no row.
    if ((bounds.length === 0 || order(bounds.at(-1) as readonly Value[], at) < 0) && order(at, sorted.at(-1) as readonly Value[]) < 0) bounds.push(at)
  }
  return bounds
}

/** Some rows of a relation's columns: one of each stretch, at a place that no period of the data meets. The same for the same rows. */
export const sampleOf = (relation: Relation, columns: readonly number[], partitions: number, buffer: ArrayBufferLike): readonly (readonly Value[])[] => {
  const { rows } = relation
  const wanted = Math.min(rows, SAMPLE.most, Math.max(SAMPLE.least, SAMPLE.each * partitions))
  const sample: (readonly Value[])[] = []
  let [batch, first] = [0, 0]
  let readers: ReturnType<typeof columnReaders> | undefined
  for (let i = 0; i < wanted; i++) {
    const within = (Math.imul(i + 1, 0x9e3779b1) >>> 8) / 2 ** 24
    const row = Math.min(rows - 1, Math.floor(((i + within) * rows) / wanted))
    for (let at = relation.batches[batch]; at && row >= first + at.rows; at = relation.batches[batch]) {
      first += at.rows
      batch++
      readers = undefined
    }
    readers ??= columnReaders(buffer, relation.columns, relation.batches[batch] as Relation['batches'][number])
    const read = readers
    sample.push(columns.map((c) => (read[c] as (row: number) => Value)(row - first)))
  }
  return sample
}
