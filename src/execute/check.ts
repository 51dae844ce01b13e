/** What can be said of a stage before its rows are known: whether it is native, for any data. */
import { type FinishedPrograms, type Lowering, lowerStage, type StageInput } from '../compile.ts'
import { leavesOf } from '../plan/leaves.ts'
import type { Refusal } from '../errors.ts'
import type { ColumnInfo, Physical } from '../layout/relation.ts'
import type { SqlType } from '../layout/types.ts'
import { planType } from '../operators/lower-expression.ts'
import type { ScanField } from '../plan/nodes.ts'
import type { Stage } from '../plan/stages.ts'
import { isTooDeep, TOO_DEEP } from './too-deep.ts'

/** The physical form that holds every value of a type. */
const widest = (type: SqlType): Physical => {
  switch (type.kind) {
    case 'null':
    case 'bool':
      return 'bool8'
    case 'int8':
      return 'i8'
    case 'int16':
      return 'i16'
    case 'uint8':
      return 'u8'
    case 'uint16':
      return 'u16'
    case 'int32':
    case 'date':
    case 'interval_year_month':
      return 'i32'
    case 'uint32':
      return 'u32'
    case 'int64':
    case 'timestamp':
    case 'timestamptz':
    case 'interval_day_time':
      return 'i64'
    case 'uint64':
      return 'u64'
    case 'int128':
    case 'decimal':
      return 'i128'
    case 'float':
      return 'f32'
    case 'double':
      return 'f64'
    case 'string':
    case 'binary':
    case 'interval':
    case 'struct':
    case 'array':
    case 'map':
      return 'utf8'
  }
}

const anyColumn = ({ name, type }: ScanField): ColumnInfo => ({ name, type: planType(type), physical: widest(planType(type)), nullable: true })

const UNKNOWN_ROWS = 2 ** 32 - 1

/** A stage lowered for whatever its inputs hold. */
export const lowerForAnyData = (stage: Stage, programs?: FinishedPrograms): Lowering => {
  const inputs = leavesOf(stage.root).map((node): StageInput => ({ node, columns: node.columns.map(anyColumn), rows: UNKNOWN_ROWS }))
  try {
    return lowerStage(stage, inputs, undefined, programs)
  } catch (error) {
    if (isTooDeep(error)) return { refusals: [TOO_DEEP] }
    throw error
  }
}

/** Refusals of a stage whatever its inputs hold; none: it is native. */
export const checkStage = (stage: Stage): readonly Refusal[] => lowerForAnyData(stage).refusals ?? []
