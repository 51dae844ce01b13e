/**
 * The physical form of a column before any of its pages is decoded: as narrow as the statistics of its chunks allow. What they promise
 * is checked by who decodes, and weakened here where it does not hold.
 */
import { narrowest, type Physical } from '../../layout/relation.ts'
import { isExact, type Range, type SqlType, typeRange } from '../../layout/types.ts'
import type { Broken } from './chunk-task.ts'
import type { ParquetColumn } from './schema.ts'
import { exactBounds } from './statistics.ts'
import type { Division, SelectedGroup } from './stripes.ts'

export interface Form {
  readonly physical: Physical
  /** By batch: whether it may hold NULLs. */
  readonly nullable: readonly boolean[]
  /** What is known of exact values before they are decoded. */
  readonly range: Range | undefined
  /** Statistics of all chunks say the range. */
  readonly told: boolean
}

const STORED: Partial<Record<string, Range>> = {
  'signed INT32': { min: -(2n ** 31n), max: 2n ** 31n - 1n },
  'signed INT64': { min: -(2n ** 63n), max: 2n ** 63n - 1n },
}

/** What the values can be at all, by their SQL type and by how they are stored. */
const widest = ({ element, type, reading }: ParquetColumn): Range => {
  const sql = typeRange(type as SqlType)!
  const stored = STORED[`${reading} ${element.type}`] ?? sql
  return { min: sql.min > stored.min ? sql.min : stored.min, max: sql.max < stored.max ? sql.max : stored.max }
}

/** What all groups' statistics say together; undefined where one says nothing. */
const known = (column: ParquetColumn, groups: readonly SelectedGroup[]): Range | undefined => {
  let found: Range | undefined
  for (const { metadata } of groups) {
    const { statistics, values } = metadata.chunks[column.leaf]!
    if (statistics?.nullCount === values) continue
    const range = statistics && exactBounds(column, statistics)
    if (range === undefined) return undefined
    found = found === undefined ? range : { min: range.min < found.min ? range.min : found.min, max: range.max > found.max ? range.max : found.max }
  }
  return found ?? { min: 0n, max: 0n }
}

/** Leaves of nested columns count what is NULL within, too. */
const hasNulls = (column: ParquetColumn, groups: readonly SelectedGroup[]): boolean =>
  column.nested !== undefined ? column.element.repetition === 'OPTIONAL' : column.element.repetition !== 'REQUIRED' && groups.some(({ metadata }) => metadata.chunks[column.leaf]!.statistics?.nullCount !== 0)

/** Text is taken to be no codes. */
export const formOf = (column: ParquetColumn, { batches, stripes }: Division): Form => {
  const type = column.type as SqlType
  const groups = stripes.flatMap((stripe) => stripe.groups)
  const nullable = batches.map((_, batch) => hasNulls(column, stripes.filter((stripe) => stripe.batch === batch).flatMap((stripe) => stripe.groups)))
  if (type.kind === 'bool') return { physical: 'bool8', nullable, range: typeRange(type), told: true }
  if (!isExact(type)) return { physical: type.kind === 'float' ? 'f32' : type.kind === 'double' ? 'f64' : 'slice', nullable, range: undefined, told: false }
  const full = widest(column)
  const said = known(column, groups)
  const told = said !== undefined && said.min >= full.min && said.max <= full.max
  const range = told ? said : full
  // instants of other units are converted to 64 bits
  const physical = column.reading === 'signed' || column.reading === 'unsigned' || column.reading === 'decimal' ? narrowest(range) : 'i64'
  return { physical, nullable, range, told }
}

/** The form after a promise of it turned out not to hold. */
export const weakened = (form: Form, column: ParquetColumn, reason: Broken['reason']): Form => {
  switch (reason) {
    case 'nulls':
      return { ...form, nullable: form.nullable.map(() => true) }
    case 'uncoded':
      return { ...form, physical: 'slice' }
    case 'narrow':
      return { ...form, range: widest(column), physical: narrowest(widest(column)), told: false }
  }
}
