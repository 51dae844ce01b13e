/**
 * Rows with names and types: what a stage reads and leaves in row layout. Types lie in rows as Spark has them; those that Spark
 * has not take the next wider form: uint8 an i16, uint16 an i32, uint32 an i64, uint64 and int128 that of a decimal of 38 digits.
 */
import type { ColumnInfo, Relation } from './relation.ts'
import type { RowRelation } from './row-batch.ts'
import type { Range, SqlType } from './types.ts'
import type { RowField, RowPhysical } from './unsafe-row.ts'

/** `columns` are read from it: column i is field `positions[i]`. Fields may be said to be narrower than they lie there, where all values are. */
export interface RowTable extends RowRelation {
  readonly fields: readonly RangedField[]
  readonly columns: readonly ColumnInfo[]
  readonly positions: readonly number[]
}

export interface RangedField extends RowField {
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

export const rowPhysical = (type: SqlType): RowPhysical => {
  switch (type.kind) {
    case 'null':
    case 'bool':
      return 'bool8'
    case 'int8':
      return 'i8'
    case 'int16':
    case 'uint8':
      return 'i16'
    case 'int32':
    case 'uint16':
    case 'date':
      return 'i32'
    case 'decimal':
      return type.precision > 18 ? 'i128' : 'i64'
    case 'uint64':
    case 'int128':
      return 'i128'
    case 'float':
      return 'f32'
    case 'double':
      return 'f64'
    case 'string':
      return 'utf8'
    default:
      return 'i64'
  }
}

/** A word whose values fit into its lower half is read as one: the low bytes come first. */
export const narrowedField = (physical: RowPhysical, nullable: boolean, range: Range | undefined): RangedField =>
  physical === 'i64' && range && range.min >= -(1n << 31n) && range.max < 1n << 31n ? { physical: 'i32', nullable, range } : { physical, nullable, range }
