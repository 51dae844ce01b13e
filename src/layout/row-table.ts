/**
 * Rows with names and types: what a stage reads and leaves in row layout. Types lie in rows as Spark has them; those that Spark
 * has not take the next wider form: uint8 an i16, uint16 an i32, uint32 an i64, uint64 and int128 that of a decimal of 38 digits.
 */
import type { ColumnInfo, Relation } from './relation.ts'
import type { RowRelation } from './row-batch.ts'
import type { Range, SqlType } from './types.ts'
import { rowFieldOf } from './unsafe/fields.ts'
import type { RowPhysical } from './unsafe-row.ts'

/** `columns` are read from it: column i is field `positions[i]`. Fields may be said to be narrower than they lie there, where all values are. */
export interface RowTable extends Omit<RowRelation, 'fields'> {
  readonly fields: readonly RangedField[]
  readonly columns: readonly ColumnInfo[]
  readonly positions: readonly number[]
  /** Where rows are numbered: of each batch the address of its rows' numbers, u32. */
  readonly numbers?: readonly number[] | undefined
}

/** `code8`: strings of at most one byte, none above 127, read as that byte + 1; the empty one as 0. */
export interface RangedField {
  readonly physical: RowPhysical | 'code8'
  readonly nullable: boolean
  /** Bounds of the values that are not NULL, where known. */
  readonly range?: Range | undefined
}

/** What a stage reads. */
export type StageRelation = Relation | RowTable
export const isRowTable = (relation: StageRelation): relation is RowTable => 'fields' in relation

/** A field of rows, as their owner states it. */
export interface RowColumn {
  readonly name: string
  readonly type: SqlType
  readonly nullable: boolean
}

/** How a field of the type lies in rows that stages read and leave. */
export const rowPhysical = (type: SqlType): RowPhysical => (type.kind === 'null' ? 'bool8' : rowFieldOf(type).physical)

/** A word whose values fit into its lower half is read as one: the low bytes come first. */
export const narrowedField = (physical: RowPhysical, nullable: boolean, range: Range | undefined): RangedField =>
  physical === 'i64' && range && range.min >= -(1n << 31n) && range.max < 1n << 31n ? { physical: 'i32', nullable, range } : { physical, nullable, range }
