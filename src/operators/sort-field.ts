/** A sort key as a sorter takes it. */
import type { SortField } from '../ir/program.ts'
import type { SortKey } from '../plan/nodes.ts'
import { rangeOf, scalarFor } from './lowering.ts'
import type { Lowered } from './registry.ts'

export const keyField = (column: Lowered, { descending, nullsFirst }: Pick<SortKey, 'descending' | 'nullsFirst'>): SortField => {
  const base = { value: column.ir, descending, nullsFirst }
  if (!/^i\d+$/.test(scalarFor(column.type, column.range))) return base
  const { min, max } = rangeOf(column)
  const bytes = Math.max(1, Math.ceil((max - min).toString(2).length / 8))
  return bytes <= 8 ? { ...base, bias: min, bytes } : { ...base, bytes: 16 }
}
